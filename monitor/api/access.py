"""Who asks, and whether he may: looked up by what he shows, against what an endpoint needs.

A caller shows a token (``Authorization: Bearer``) or the cookie of a session. Both are looked up in
the roll, which is read whole from the store, at most once in FRESH_S: a flood costs the store no
more than one look a second, and what was revoked holds for no longer than that.

While the store is away, whoever was let in before may read on for STALE_S, so that it can be seen
what is wrong; nothing else is let through.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Sequence
from typing import NamedTuple

from aiohttp import web
from pydantic import SecretStr

from monitor.api.throttle import Throttle
from monitor.api.turns import Turns
from monitor.clock import monotonic_s, now_us
from monitor.credentials import TOKEN_PREFIX, digest, same
from monitor.errors import MonitorError, StoreError
from monitor.exposure import LOCAL, Exposure
from monitor.roles import ANYONE, MEANS, SHARED, Caller, Need, suffices
from monitor.service.follow import Connect
from monitor.store.roll import NOBODY, Held, Roll, read_roll

FRESH_S = 1.0
"""How old the roll may be: so long may a token be used after it was revoked."""

PATIENCE_S = 2.0
"""How long a caller waits for the store; who comes after him is told at once, for FRESH_S."""

STALE_S = 900.0
"""How long the last roll is good for readers while the store is away."""

MOST_WAITING = 8
"""Passwords that wait to be hashed: one at a time takes 64 MB and a processor for 0.3 s."""

COOKIE = "monitor_session"

NOBODY_WRITES = (
    "Alerts cannot be changed over HTTP here, for no token is set: set MONITOR_ALERTS_TOKEN, or"
    " name a file that holds it with alerts_token_file"
)
OFFICERS_ONLY = "This needs the token of officers: send Authorization: Bearer, and the token"
STRANGER = "Say who you are: log in at /login, or send Authorization: Bearer, and a token"
UNKNOWN_SESSION = "This session is over: log in again at /login"
UNKNOWN_TOKEN = "There is no such token: ask for one where the watch runs"  # noqa: S105 - a sentence
NOT_KNOWN = "Who may cannot be looked up, for the store is away: ask again later."
TWICE = "The header Authorization was sent more than once: send one"


class Seen(NamedTuple):
    """Who is let in, as far as that is known."""

    roll: Roll | None  # None: it is not known
    fresh: bool


class RollCall:
    """Keeps the roll, and reads it again when somebody asks and it is old."""

    def __init__(self, connect: Connect | None) -> None:
        """``connect`` leads to one who may note what was used; None: nobody is ever let in."""
        self._connect = connect
        self._roll: Roll | None = None
        self._at_s = self._failed_s = float("-inf")
        self._used: set[bytes] = set()
        self._changes, self._is_old = 0, False
        self._looking = asyncio.Lock()

    async def look(self) -> Seen:
        """The roll."""
        if self._connect is None:
            return Seen(NOBODY, fresh=True)
        if not self._is_settled():
            async with self._looking:
                if not self._is_settled():
                    await self._read(self._connect)
        age_s = monotonic_s() - self._at_s
        if self._roll is None or age_s > STALE_S:
            return Seen(None, fresh=False)
        return Seen(self._roll, fresh=self._failed_s < self._at_s)

    @property
    def anybody(self) -> bool:
        """Whether somebody is known to have been let in, however long ago that was looked up."""
        return self._roll is not None and self._roll.anybody

    def forget(self) -> None:
        """Something was changed here: the next look is a new one."""
        self._changes += 1
        self._is_old = True

    def used(self, key: bytes) -> None:
        """Note with the next look that this was used."""
        self._used.add(key)

    def _is_settled(self) -> bool:
        age_s = monotonic_s() - max(self._at_s, self._failed_s)
        return age_s < FRESH_S and not self._is_old

    async def _read(self, connect: Connect) -> None:
        began_s, changes = monotonic_s(), self._changes
        used, self._used = self._used, set()
        try:
            async with asyncio.timeout(PATIENCE_S), connect() as connection:
                self._roll = await read_roll(connection, used)
        except (MonitorError, TimeoutError):
            self._failed_s = monotonic_s()
        else:
            self._at_s = began_s
        self._is_old = changes != self._changes  # it may have been read before that


class Access:
    """Lets callers in, or says why not."""

    def __init__(
        self,
        connect: Connect | None = None,
        shared: SecretStr | None = None,
        exposure: Exposure = LOCAL,
    ) -> None:
        """``shared`` is the token that officers have in common; None: there is none."""
        self.connect, self.exposure = connect, exposure
        self.roll = RollCall(connect)
        self.throttle = Throttle()
        self.hashing = Turns(1, MOST_WAITING, "people log in")
        self._shared = shared

    @property
    def cookie(self) -> str:
        """What the cookie is called: by TLS so that no other host can set it (RFC 6265bis)."""
        return f"__Host-{COOKIE}" if self.exposure.secure else COOKIE

    def address(self, request: web.BaseRequest) -> str:
        """Where a request comes from; behind a proxy as that has it."""
        if self.exposure.behind_proxy:
            told = ",".join(request.headers.getall("X-Forwarded-For", [])).rpartition(",")[2]
            if told.strip():
                return told.strip()[:64]
        return request.remote or "unknown"

    async def caller(self, request: web.Request, needs: Need) -> Caller:
        """Who asks, if he may what is needed; an HTTP error, or StoreError, that says why not."""
        seen = await self.roll.look()
        is_open = needs == "read" and self.is_open
        shown = shown_by(request, needs)
        session = request.cookies.get(self.cookie)
        if needs == "push" and (shown is None or not shown.startswith(TOKEN_PREFIX)):
            return ANYONE  # its feed looks at what he shows
        if shown is not None and self._shared is not None and same(shown, self._reveal()):
            return _bounded(SHARED, needs)
        if shown is None and session is None:
            return self._nobody(seen, needs, is_open=is_open)
        if seen.roll is None or not (seen.fresh or needs == "read"):
            if is_open:
                return ANYONE
            raise StoreError(NOT_KNOWN)
        fault, held = _held(seen.roll, shown, session)
        if held is None or fault is not None:
            if is_open:
                return ANYONE
            if shown is not None and not self.roll.anybody:
                return self._nobody(seen, needs, is_open=False)
            raise _unauthorized(fault or STRANGER, invalid=True)
        self.roll.used(digest(shown if shown is not None else session or ""))
        if is_open:
            return held.caller
        return _bounded(held.caller, needs, request.match_info.get("name"))

    @property
    def is_open(self) -> bool:
        """Whether anyone may read: as it is set, or on loopback while nobody was ever let in."""
        return self.exposure.open_reading or (self.exposure.local and not self.roll.anybody)

    def _nobody(self, seen: Seen, needs: Need, *, is_open: bool) -> Caller:
        if is_open:
            return ANYONE
        if seen.roll is None and not (self.exposure.local or self.roll.anybody):
            raise StoreError(NOT_KNOWN)
        if needs in {"officer", "draw"} and not self.roll.anybody and self.exposure.local:
            if self._shared is None:
                raise web.HTTPForbidden(reason=NOBODY_WRITES)
            raise _unauthorized(OFFICERS_ONLY)
        raise _unauthorized(STRANGER)

    def _reveal(self) -> str:
        return "" if self._shared is None else self._shared.get_secret_value()


def shown_by(request: web.BaseRequest, needs: Need) -> str | None:
    """The token that a request shows; None: none. Stations may show it as a login's password."""
    given = request.headers.getall("Authorization", [])
    if len(given) > 1:
        raise _unauthorized(TWICE)
    if not given:
        return None
    kind, _, words = given[0].strip().partition(" ")
    if kind.lower() == "basic" and needs == "push":
        return password_of(words.strip())
    return words.strip() if kind.lower() == "bearer" else ""


def password_of(words: str) -> str:
    """The password of a login (RFC 7617); "" where there is none."""
    try:
        return base64.b64decode(words, validate=True).partition(b":")[2].decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _held(roll: Roll, shown: str | None, session: str | None) -> tuple[str | None, Held | None]:
    """What stands behind what was shown, and what is wrong with it."""
    if shown is None:
        held = roll.sessions.get(digest(session or ""))
        over = held is None or held.until <= now_us()
        return (UNKNOWN_SESSION if over else None), held
    held = roll.tokens.get(digest(shown))
    if held is None:
        return UNKNOWN_TOKEN, None
    if held.why_not is not None:
        return f"This token {held.why_not}: ask for another where the watch runs", held
    if held.until <= now_us():
        return "This token is over: ask for another where the watch runs", held
    return None, held


def _bounded(caller: Caller, needs: Need, feed: str | None = None) -> Caller:
    if not suffices(caller.scopes, needs):
        may: Sequence[str] = sorted(caller.scopes) or ["nothing"]
        wanted = " or ".join(repr(each) for each in sorted(MEANS.get(needs, {needs})))
        message = f"This needs the scope {wanted}, and you have {', '.join(may)}"
        raise web.HTTPForbidden(reason=message)
    if needs == "push" and caller.feed not in {None, feed}:
        message = f"This token is for the feed {caller.feed!r} alone"
        raise web.HTTPForbidden(reason=message)
    return caller


def _unauthorized(reason: str, *, invalid: bool = False) -> web.HTTPUnauthorized:
    wanted = 'Bearer error="invalid_token"' if invalid else "Bearer"  # RFC 6750, 3
    return web.HTTPUnauthorized(reason=reason, headers={"WWW-Authenticate": wanted})
