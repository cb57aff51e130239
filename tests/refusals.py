"""Wrong callers of every endpoint, and what each is told: drawn from the routes, none left out.

``make docs`` writes the table into ``monitor/api/README.md``; ``test_wrong_callers.py`` asks them
all over loopback.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from monitor.api import GROUPS
from monitor.api.routes import Route
from monitor.roles import SCOPES, SCOPES_OF, Role, suffices
from tests.integration.api.doors import COMMON, Let

PAGE = Path(__file__).parents[1] / "monitor" / "api" / "README.md"
BEGIN, END = "<!-- refused -->\n", "\n<!-- /refused -->"
ROWS = [route for group in GROUPS for route in group.ROUTES]
WORDS = {"id": "ab", "mmsi": "273999410", "name": "roof"}
"""What stands for the words of a path; "x" for all others: who is refused is so before."""

SAFE = ("GET", "HEAD")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")


class Ask(NamedTuple):
    """A request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None


class Wrong(NamedTuple):
    """A wrong caller: what he is told by an endpoint (None: he is none there), and what he asks."""

    words: str
    told: Callable[[Route], int | None]
    asks: Callable[[Route, Let], list[Ask]]


def path_of(route: Route) -> str:
    """A path of a route."""
    return re.sub(r"{(\w+)[^}]*}", lambda found: WORDS.get(found[1], "x"), route.path)


def shows(headers: Callable[[Let], dict[str, str]]) -> Callable[[Route, Let], list[Ask]]:
    """Ask as the endpoint is asked, with these headers."""
    return lambda route, let: [Ask(route.method, path_of(route), headers(let))]


def guarded(status: int) -> Callable[[Route], int | None]:
    """Told by all that need anything."""
    return lambda route: None if route.needs is None else status


def by_session(route: Route) -> int | None:
    """A session that does not fit: stations have none, so it is not looked at."""
    if route.needs is None:
        return None
    return 401 if route.needs == "push" else 403


def changing(route: Route) -> int | None:
    """What changes something, for one with a session."""
    return None if route.method in SAFE or route.needs in {None, "push"} else 403


def wrong_roles(route: Route, let: Let) -> list[Ask]:
    """Each role that has not what is needed."""
    names = [
        role.value for role in Role if not route.needs or not suffices(SCOPES_OF[role], route.needs)
    ]
    if route.needs == "push":
        names = [role.value for role in Role]
    return [Ask(route.method, path_of(route), let.session(name)) for name in names]


def lacking_role(route: Route) -> int | None:
    """Every role reads."""
    return None if route.needs == "read" else by_session(route)


def wrong_scopes(route: Route, let: Let) -> list[Ask]:
    """Each token that has not what is needed."""
    return [
        Ask(route.method, path_of(route), let.token(scope))
        for scope in SCOPES
        if route.needs is None or not suffices({scope}, route.needs)
    ]


def strangers_session(route: Route, let: Let) -> list[Ask]:
    """His own session with another's word."""
    return [Ask(route.method, path_of(route), let.session("admin", "viewer"))]


def best(route: Route, let: Let) -> dict[str, str]:
    """Headers of one who may all; of an open endpoint, of nobody."""
    return {} if route.needs is None else let.token("all")


def long_bodies(route: Route, let: Let) -> list[Ask]:
    """A body that nobody needs, of one who may."""
    return [
        Ask(
            route.method, path_of(route), {**best(route, let), "Content-Type": media},
            b"x" * 70_000,
        )
        for media in route.body_media
    ]  # fmt: skip


def long_heads(route: Route, let: Let) -> list[Ask]:
    """A header, and an address, of one who may."""
    path, headers = path_of(route), best(route, let)
    return [
        Ask(route.method, path, {**headers, "X-Long": "x" * 9_000}),
        Ask(route.method, f"{path}?x={'x' * 9_000}", headers),
    ]


def crooked_paths(route: Route, _: Let) -> list[Ask]:
    """The same place by another name, asked by nobody."""
    path = path_of(route)
    letter = f"%{ord(path[1:2] or 'x'):02x}"
    crooked = (
        f"/{path}", f"{path}/", f"{path}%00", f"{path};a=b", f"{path}%20", path.upper(),
        f"{path}?path=/login", f"/{letter}{path[2:]}", f"/%2e{path}", f"/login/..%2f..{path}",
        f"/health/live/../..{path}", f"/health/live/%2e%2e/%2e%2e{path}",
    )  # fmt: skip
    return [Ask(route.method, each, {}) for each in crooked]


def other_methods(route: Route, let: Let) -> list[Ask]:
    """Each method that nothing takes there, of one who may all."""
    taken = {each.method for each in ROWS if each.path == route.path}
    taken |= {"HEAD"} if "GET" in taken else set()
    return [
        Ask(method, path_of(route), let.token("all")) for method in METHODS if method not in taken
    ]


def disguised(route: Route, _: Let) -> list[Ask]:
    """A method that is said to be another, and the silent form of GET; asked by nobody."""
    names = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
    found = [Ask(route.method, path_of(route), dict.fromkeys(names, "OPTIONS"))]
    return [*found, Ask("HEAD", path_of(route), {})] if route.method == "GET" else found


WRONG: tuple[Wrong, ...] = (
    Wrong("nobody", guarded(401), shows(lambda _: {})),
    Wrong("made-up token", guarded(401), shows(lambda _: {"Authorization": "Bearer mmm_made-up"})),
    Wrong("no token at all in its header", guarded(401), shows(lambda _: {"Authorization": "x"})),
    Wrong("token that is over", guarded(401), shows(lambda let: let.token("over"))),
    Wrong("revoked token", guarded(401), shows(lambda let: let.token("revoked"))),
    Wrong("token of one kept out", guarded(401), shows(lambda let: let.token("orphan"))),
    Wrong("token without the scope", guarded(403), wrong_scopes),
    Wrong(
        "token of another feed", lambda route: 403 if route.needs == "push" else None,
        shows(lambda let: let.token("other feed")),
    ),
    Wrong(
        "officers' token, elsewhere",
        lambda route: None if route.needs in {None, "read", "officer", "draw"}
        else 401 if route.needs == "push" else 403,
        shows(lambda _: {"Authorization": f"Bearer {COMMON}"}),
    ),
    Wrong("session without the role", lacking_role, wrong_roles),
    Wrong("session that was ended", guarded(401), shows(lambda let: let.session("ended"))),
    Wrong("session that rested", guarded(401), shows(lambda let: let.session("rested"))),
    Wrong("session of one kept out", guarded(401), shows(lambda let: let.session("gone"))),
    Wrong(
        "session as a token", guarded(401),
        shows(lambda let: {"Authorization": f"Bearer {let.sessions['admin']}"}),
    ),
    Wrong("another's session", changing, strangers_session),
    Wrong(
        "session without its word", changing,
        shows(lambda let: {"Cookie": let.session("admin")["Cookie"]}),
    ),
    Wrong(
        "page of elsewhere",
        lambda route: None if route.method in SAFE or route.needs == "push" else 403,
        shows(lambda let: {**let.session("admin"), "Sec-Fetch-Site": "cross-site"}),
    ),
    Wrong(
        "body too long",
        lambda route: None if route.method in SAFE or not route.body_media else 413, long_bodies,
    ),
    Wrong("head too long", lambda _: 400, long_heads),
    Wrong("method that is none", lambda _: 405, other_methods),
    Wrong("method in disguise", guarded(401), disguised),
)  # fmt: skip

CROOKED = Wrong("crooked path", guarded(404), crooked_paths)
"""Nobody's: told 400, 401, 404 or 405, whichever place it leads to, and never an answer."""


def table() -> str:
    """Each endpoint, and what each wrong caller is told."""
    numbers = [str(number) for number in range(1, len(WRONG) + 1)]
    lines = [f"{number}. {wrong.words}" for number, wrong in zip(numbers, WRONG, strict=True)]
    lines += [
        "",
        f"| endpoint | needs | {' | '.join(numbers)} |",
        "| --- " * (len(WRONG) + 2) + "|",
    ]
    for route in ROWS:
        cells = [str(wrong.told(route) or "") for wrong in WRONG]
        needs = route.needs or "nothing"
        lines.append(f"| `{route.method} {route.path}` | {needs} | {' | '.join(cells)} |")
    return "\n".join(lines)


def drawn(page: str) -> str:
    """The page with the table as the routes have it."""
    head, found, rest = page.partition(BEGIN)
    if not found or END not in rest:
        message = f"{PAGE} has no place for the table: write {BEGIN!r} and {END!r}"
        raise ValueError(message)
    return f"{head}{BEGIN}{table()}{END}{rest.partition(END)[2]}"


def cases() -> Iterator[Any]:
    """Each endpoint and wrong caller that he is one for."""
    for route in ROWS:
        for wrong in WRONG:
            if wrong.told(route) is not None:
                yield route, wrong


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")
    sys.stdout.write("monitor/api/README.md\n")
