"""Users and tokens, for administrators: the same as ``monitor users`` and ``monitor tokens``.

Nobody sets another's password here: a link is made, by which its bearer does. Whoever administrates
cannot lock himself out by what he does to himself. What is done is noted, with who did it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from monitor.api.address import base_of
from monitor.api.bodies import read_body, understood
from monitor.api.keys import ACCESS, CALLER
from monitor.api.lists import words_of
from monitor.api.routes import Answer, Parameter, Route
from monitor.credentials import NAME as LETTERS
from monitor.credentials import TOKEN_PREFIX, drawn, user_name
from monitor.errors import StoreError, UnknownError, UsageError
from monitor.report.forms import Form
from monitor.roles import Role, Scope
from monitor.store import tokens, users
from monitor.store.lost import transaction

MOST_BYTES = 4 << 10
BODY_S = 10.0
LONGEST_DAYS = 3650

NO_STORE = "Users and tokens cannot be changed here: ask where the watch writes."
YOURSELF = (
    "Not yourself: somebody must be left who administrates. Ask another, or the command line."
)

Name = Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00]+$")]
AnyBody = TypeVar("AnyBody", bound=BaseModel)


class Wish(BaseModel):
    """What an administrator says."""

    model_config = ConfigDict(extra="forbid", strict=False)


class NewUser(Wish):
    """Whom to let in, and as what."""

    name: Name
    role: Role = Role.VIEWER


class NewRole(Wish):
    """What a user is to be."""

    role: Role


class Disabled(Wish):
    """Whether a user is kept out."""

    disabled: bool = True


class NewToken(Wish):
    """What a program may, and for how long."""

    name: Name
    scopes: list[Scope] = Field(default=["read"], min_length=1, max_length=5)
    days: int = Field(default=365, ge=1, le=LONGEST_DAYS)
    feed: Name | None = None
    owner: Name | None = None


class Nothing(Wish):
    """Nothing needs to be said."""


class UserForm(Form):
    """A user, in the words of ``monitor users list``."""

    model_config = ConfigDict(extra="allow")

    name: str
    role: str


class TokenForm(Form):
    """A token, in the words of ``monitor tokens list``; never its secret."""

    model_config = ConfigDict(extra="allow")

    name: str
    state: str
    scopes: list[str]


class LinkForm(Form):
    """A link, to be given to a user."""

    name: str
    link: str
    until: str


class ChangedForm(Form):
    """Whether that changed anything."""

    name: str
    changed: bool


class SecretForm(Form):
    """A token; its secret is shown this once."""

    name: str
    token: str
    until: str


async def get_users(request: web.Request) -> web.Response:
    """All of them."""
    words_of(request)
    return web.json_response(await _asked(request, users.users))


async def get_tokens(request: web.Request) -> web.Response:
    """All of them, without their secrets."""
    words_of(request)
    return web.json_response(await _asked(request, tokens.tokens))


async def post_user(request: web.Request) -> web.Response:
    """Add one, and make the link by which he sets his password."""
    wish = await _said(request, NewUser)
    name, secret, actor = user_name(wish.name), drawn(), _actor(request)

    async def work(connection: Any) -> Any:
        async with transaction(connection):
            await users.add_user(connection, name, wish.role, actor)
            return await users.invite(connection, name, secret, actor)

    return _link(request, name, secret, await _done(request, work))


async def post_reset(request: web.Request) -> web.Response:
    """Make another link: when it is used, sessions of his end."""
    await _said(request, Nothing)
    name, secret = _name(request), drawn()
    until = await _done(request, lambda c: users.invite(c, name, secret, _actor(request)))
    return _link(request, name, secret, until)


async def post_role(request: web.Request) -> web.Response:
    """Make him another."""
    wish, name = await _said(request, NewRole), _name(request)
    _not_oneself(request, name)
    done = await _done(request, lambda c: users.set_role(c, name, wish.role, _actor(request)))
    return web.json_response({"name": name, "changed": done})


async def post_disable(request: web.Request) -> web.Response:
    """Keep him out, or let him in again."""
    wish, name = await _said(request, Disabled), _name(request)
    _not_oneself(request, name)

    async def work(connection: Any) -> bool:
        return await users.set_disabled(connection, name, _actor(request), disabled=wish.disabled)

    return web.json_response({"name": name, "changed": await _done(request, work)})


async def post_token(request: web.Request) -> web.Response:
    """Add one."""
    wish = await _said(request, NewToken)
    if wish.feed is not None and "push" not in wish.scopes:
        raise UsageError("feed: it is for tokens that push; add push to scopes.")
    name, secret = user_name(wish.name), drawn(TOKEN_PREFIX)

    async def work(connection: Any) -> Any:
        return await tokens.add_token(
            connection, name, secret, list(dict.fromkeys(wish.scopes)), timedelta(days=wish.days),
            _actor(request), feed=wish.feed, owner=wish.owner,
        )  # fmt: skip

    until = await _done(request, work)
    told = {"name": name, "token": secret, "until": until.isoformat()}
    return web.json_response(told, status=200)


async def post_revoke(request: web.Request) -> web.Response:
    """Revoke one."""
    await _said(request, Nothing)
    name = _name(request)
    await _done(request, lambda c: tokens.revoke_token(c, name, _actor(request)))
    return web.json_response({"name": name, "changed": True})


async def _asked(request: web.Request, work: Callable[[Any], Awaitable[Any]]) -> Any:
    """Ask where who may is kept."""
    connect = request.app[ACCESS].connect
    if connect is None:
        raise StoreError(NO_STORE)
    async with connect() as connection:
        return await work(connection)


async def _done(request: web.Request, work: Callable[[Any], Awaitable[Any]]) -> Any:
    """The same of a change: from then on the roll is looked at anew."""
    found = await _asked(request, work)
    request.app[ACCESS].roll.forget()
    return found


async def _said(request: web.Request, form: type[AnyBody]) -> AnyBody:
    words_of(request)
    body = await read_body(request, MOST_BYTES, BODY_S)
    return understood(body or b"{}", form)


def _actor(request: web.Request) -> str:
    return request[CALLER].actor or "an administrator"


def _name(request: web.Request) -> str:
    name = request.match_info["name"].strip().lower()
    if not LETTERS.fullmatch(name):
        message = f"There is nobody and nothing called {name[:64]!r}."
        raise UnknownError(message)
    return name


def _not_oneself(request: web.Request, name: str) -> None:
    if name == request[CALLER].name:
        raise UsageError(YOURSELF)


def _link(request: web.Request, name: str, secret: str, until: Any) -> web.Response:
    link = f"{base_of(request)}/invitation/{secret}"
    return web.json_response({"name": name, "link": link, "until": until.isoformat()})


NAME = Parameter(
    name="name", words="Of the user or token.", place="path", required=True,
    form={"type": "string", "maxLength": 64},
)  # fmt: skip
PROBLEMS = (400, 401, 403, 404, 408, 413, 503)


def _post(
    path: str, handler: Any, summary: str, body: type[BaseModel], form: Any, more: str = ""
) -> Route:
    return Route(
        method="POST", path=path, handler=handler, needs="admin", summary=summary, body=body,
        parameters=(NAME,) if "{name}" in path else (), problems=PROBLEMS, more=more,
        answer=Answer(words="What was done.", form=form),
    )  # fmt: skip


ROUTES = (
    Route(
        method="GET", path="/users", handler=get_users, needs="admin", problems=PROBLEMS,
        summary="Users: their roles, and who was last there when.",
        answer=Answer(words="Users.", form=list[UserForm]),
    ),
    _post("/users", post_user, "Add a user.", NewUser, LinkForm,
          "The link is for him: by it he sets his password, once and within an hour."),
    _post("/users/{name}/reset", post_reset, "Make a link by which a user sets another password.",
          Nothing, LinkForm),
    _post("/users/{name}/role", post_role, "Give a user another role.", NewRole, ChangedForm),
    _post("/users/{name}/disable", post_disable, "Keep a user and his tokens out, or let him in"
          " again.", Disabled, ChangedForm),
    Route(
        method="GET", path="/tokens", handler=get_tokens, needs="admin", problems=PROBLEMS,
        summary="Tokens: what each may, until when, and when it was last used.",
        answer=Answer(words="Tokens.", form=list[TokenForm]),
    ),
    _post("/tokens", post_token, "Add a token.", NewToken, SecretForm,
          "It is shown in this answer alone, and kept nowhere."),
    _post("/tokens/{name}/revoke", post_revoke, "Revoke a token: within a second it lets nobody"
          " in.", Nothing, ChangedForm),
)  # fmt: skip
"""What administrators do."""
