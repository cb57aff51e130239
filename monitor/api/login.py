"""Logging in and out, who one is, and the link by which a password is set.

Each works by JSON, and by a form of plain HTML without a script. Whoever fails is told nothing of
why, and a name that is not there takes as long as one that is.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from typing import Annotated, NamedTuple

import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from monitor.api.access import Access
from monitor.api.address import CONSOLE
from monitor.api.bodies import read_body, understood
from monitor.api.keys import ACCESS, CALLER
from monitor.api.problems import MEDIA, Problem, problem
from monitor.api.routes import FORM, HTML, JSON, Answer, Parameter, Route
from monitor.clock import monotonic_s
from monitor.credentials import (
    LONGEST,
    NAME,
    SHORTEST,
    check_new_password,
    csrf_of,
    drawn,
    hash_password,
    is_password,
)
from monitor.errors import MonitorError, StoreError, UnknownError, UsageError
from monitor.report.forms import Form
from monitor.report.hypertext import FORM_POLICY, Markup, element, field, whole
from monitor.service.follow import Connect
from monitor.store import users

MOST_BYTES = 4 << 10
BODY_S = 10.0
"""Of a body: a name and a password."""

TURN_S = 10.0
"""How long one waits for those whose passwords are looked at before."""

WRONG = "Nobody is let in by this name and this password."
NO_LINK = "This link holds no more, or never did: `monitor users invite` makes another."
NO_STORE = "Nobody can log in here: ask where the watch writes."

log = structlog.get_logger()

Name = Annotated[str, StringConstraints(max_length=64)]
Password = Annotated[str, StringConstraints(max_length=4 * LONGEST)]


class Login(BaseModel):
    """Who wants to be let in."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name
    password: Password


class NewPassword(BaseModel):
    """What a link is used for."""

    model_config = ConfigDict(extra="forbid", strict=True)

    password: Password


class CallerForm(Form):
    """Who a caller is, and what he may."""

    kind: str
    name: str | None
    token: str | None
    scopes: list[str]
    csrf: str | None


class LoginForm(Form):
    """Who was let in, and the word that his requests need to change something."""

    name: str
    csrf: str


class LogoutForm(Form):
    """Nothing is left."""


class InvitedForm(Form):
    """Whose password was set."""

    name: str


class Session(NamedTuple):
    """One who was let in."""

    name: str
    secret: str


async def get_login(_: web.Request) -> web.Response:
    """The form."""
    return _login_page("")


async def post_login(request: web.Request) -> web.Response:
    """Let in, by a cookie; slower with each failure."""
    access, by_form = request.app[ACCESS], _is_form(request)
    wish = understood(await read_body(request, MOST_BYTES, BODY_S), Login, encoded=by_form)
    name, address = wish.name.strip().lower(), access.address(request)
    wait_s = access.throttle.begin(name, address, monotonic_s())
    if wait_s > 0:
        pause = str(math.ceil(wait_s))
        words = f"Too many logins failed: try again in {pause} s."
        return _refused(request, 429, words, {"Retry-After": pause}, by_form=by_form)
    try:
        session = await _enter(access, name, wish.password, address)
    except MonitorError:
        access.throttle.untried(name, address, monotonic_s())
        raise
    if session is None:
        log.warning("A login was refused", address=address)
        return _refused(request, 401, WRONG, {"WWW-Authenticate": "Bearer"}, by_form=by_form)
    access.throttle.succeeded(name, address, monotonic_s())
    access.roll.forget()
    if by_form:
        headers = {"Location": CONSOLE, "Cache-Control": "no-store"}
        answer = web.Response(status=303, headers=headers)
    else:
        told = {"name": session.name, "csrf": csrf_of(session.secret)}
        answer = web.json_response(told, headers={"Cache-Control": "no-store"})
    answer.set_cookie(
        access.cookie, session.secret, path="/", httponly=True, samesite="Strict",
        secure=access.exposure.secure, max_age=int(users.SESSION.total_seconds()),
    )  # fmt: skip
    return answer


async def post_logout(request: web.Request) -> web.Response:
    """End the session that asks; without one there is nothing to end."""
    access = request.app[ACCESS]
    session = request.cookies.get(access.cookie)
    if request[CALLER].kind == "user" and session is not None and access.connect is not None:
        async with access.connect() as connection:
            await users.end_session(connection, session, access.address(request))
        access.roll.forget()
    answer = web.json_response({})
    answer.del_cookie(
        access.cookie, path="/", httponly=True, samesite="Strict", secure=access.exposure.secure
    )
    return answer


async def get_me(request: web.Request) -> web.Response:
    """Who asks, and with a session the word that its other requests need."""
    caller, session = request[CALLER], request.cookies.get(request.app[ACCESS].cookie)
    csrf = csrf_of(session) if caller.kind == "user" and session is not None else None
    return web.json_response({
        "kind": caller.kind, "name": caller.name, "token": caller.token,
        "scopes": sorted(caller.scopes), "csrf": csrf,
    })  # fmt: skip


async def get_invitation(request: web.Request) -> web.Response:
    """The form; the link is not used up by it, for programs look at links, too."""
    return _password_page(await _invited(request), "")


async def post_invitation(request: web.Request) -> web.Response:
    """Set a password, once."""
    access, by_form = request.app[ACCESS], _is_form(request)
    wish = understood(await read_body(request, MOST_BYTES, BODY_S), NewPassword, encoded=by_form)
    name = await _invited(request)
    try:
        check_new_password(wish.password, name)
    except UsageError as error:
        return (
            _password_page(name, str(error), 400) if by_form else problem(400, str(error), request)
        )
    loop = asyncio.get_running_loop()
    async with access.hashing.turn(TURN_S):
        hashed = await loop.run_in_executor(None, hash_password, wish.password)
    async with _connect(access)() as connection:
        code, address = request.match_info["code"], access.address(request)
        done = await users.accept(connection, code, hashed, address)
    if done is None:
        raise UnknownError(NO_LINK)
    access.roll.forget()
    if by_form:
        return web.Response(status=303, headers={"Location": "/login"})
    return web.json_response({"name": done})


async def _enter(access: Access, name: str, password: str, address: str) -> Session | None:
    """Begin a session; None: nobody is let in so."""
    connect = _connect(access)
    async with access.hashing.turn(TURN_S):
        found = None
        if NAME.fullmatch(name):
            async with connect() as connection:
                found = await users.login(connection, name)
        kept = None if found is None else found.password
        loop = asyncio.get_running_loop()
        fits = await loop.run_in_executor(None, is_password, kept, password)
    if not fits or kept is None:
        return None
    secret = drawn()
    async with connect() as connection:
        until = await users.begin_session(connection, name, secret, kept, address)
    return None if until is None else Session(name, secret)


async def _invited(request: web.Request) -> str:
    """Whom the link of a request is for; UnknownError where it does not hold."""
    async with _connect(request.app[ACCESS])() as connection:
        name = await users.invited(connection, request.match_info["code"])
    if name is None:
        raise UnknownError(NO_LINK)
    return name


def _connect(access: Access) -> Connect:
    if access.connect is None:
        raise StoreError(NO_STORE)
    return access.connect


def _is_form(request: web.Request) -> bool:
    """Whether a form of a page was sent; HTTPUnsupportedMediaType where it is no JSON either."""
    if request.content_type not in {FORM, JSON}:
        reason = f"Send {JSON}, or a form as {FORM}"
        raise web.HTTPUnsupportedMediaType(reason=reason)
    return request.content_type == FORM


def _refused(
    request: web.Request, status: int, words: str, headers: Mapping[str, str], *, by_form: bool
) -> web.Response:
    """A problem, or the form again with its sentence."""
    if not by_form:
        return problem(status, words, request, headers)
    page = _login_page(words, status)
    page.headers.update(headers)
    return page


def _login_page(words: str, status: int = 200) -> web.Response:
    fields = (
        field("Name", name="name", autocomplete="username", required="", maxlength="64"),
        field(
            "Password", name="password", type_="password", autocomplete="current-password",
            required="",
        ),
    )  # fmt: skip
    return _page("Log in", words, element("form", *fields, SUBMIT, method="post"), status)


def _password_page(name: str, words: str, status: int = 200) -> web.Response:
    told = element("p", f"For {name}: {SHORTEST} letters at least. Several words are best.")
    fields = (
        field("Name", name="", autocomplete="username", value=name, disabled=""),
        field(
            "Password", name="password", type_="password", autocomplete="new-password",
            required="", minlength=str(SHORTEST),
        ),
    )  # fmt: skip
    form = element("form", told, *fields, SUBMIT, method="post")
    return _page("Set a password", words, form, status)


def _page(title: str, words: str, form: Markup, status: int) -> web.Response:
    """A page with a form, and what was wrong with what it sent."""
    parts = (element("p", element("strong", words)), form) if words else (form,)
    return web.Response(
        text=whole(title, *parts), content_type=HTML, status=status,
        headers={"Content-Security-Policy": FORM_POLICY, "Cache-Control": "no-store"},
    )  # fmt: skip


SUBMIT = element("p", element("button", "Go on", type="submit"))

CODE = Parameter(
    name="code", words="What stands in the link.", place="path", required=True,
    form={"type": "string"},
)  # fmt: skip
REFUSED = {
    401: Answer(words="Nobody is let in so.", form=Problem, media=(MEDIA, HTML)),
    429: Answer(words="Too many logins failed: later.", form=Problem, media=(MEDIA, HTML)),
}
LED_ON = Answer(words="After a form: on to another page.", media=())

ROUTES = (
    Route(
        method="GET", path="/login", handler=get_login, needs=None,
        summary="A page to log in by.", answer=Answer(words="The page.", media=(HTML,)),
    ),
    Route(
        method="POST", path="/login", handler=post_login, needs=None,
        summary="Log in: the answer sets a cookie.", body=Login, body_media=(JSON, FORM),
        answer=Answer(words="Who was let in.", form=LoginForm), also={303: LED_ON, **REFUSED},
        problems=(400, 403, 408, 413, 415, 503),
    ),
    Route(
        method="POST", path="/logout", handler=post_logout, needs="read",
        summary="Log out.", body_media=(), answer=Answer(words="It is so.", form=LogoutForm),
    ),
    Route(
        method="GET", path="/me", handler=get_me, needs="read",
        summary="Who asks, and what he may.", answer=Answer(words="The caller.", form=CallerForm),
        more="With a session, `csrf` is what the header X-CSRF-Token must say to change something.",
    ),
    Route(
        method="GET", path="/invitation/{code}", handler=get_invitation, needs=None,
        summary="A page to set a password by, for one who was given the link.", parameters=(CODE,),
        answer=Answer(words="The page.", media=(HTML,)), problems=(404, 503),
    ),
    Route(
        method="POST", path="/invitation/{code}", handler=post_invitation, needs=None,
        summary="Set a password, once.", parameters=(CODE,), body=NewPassword,
        body_media=(JSON, FORM), answer=Answer(words="Whose it is.", form=InvitedForm),
        also={
            303: LED_ON,
            400: Answer(words="Not this password.", form=Problem, media=(MEDIA, HTML)),
        },
        problems=(403, 404, 408, 413, 415, 503),
    ),
)  # fmt: skip
"""What people ask before they ask anything else."""
