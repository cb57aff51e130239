"""The door: how many are let in over HTTP, for how long, and what is told to those who speak none.

A guest is busy from the last byte of a request's head until its answer is sent, and idle before
and after. Idle guests are let go after IDLE_S; that bounds slow heads, for time begins with the
connection or the answer before, not with each byte. When the house is full, whoever has been idle
longest makes room, so half requests keep nobody out; where all are busy the newcomer is turned
away. Whoever does not take his answer is let go after UNREAD_S. By TLS one is a guest when that
stands; those with whom it does not are bounded in number and time before.
"""

from __future__ import annotations

import asyncio
import re
import resource
from typing import Any, cast

import structlog
from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_exceptions import LineTooLong
from aiohttp.http_parser import RawRequestMessage
from aiohttp.streams import StreamReader

from monitor.api.headers import STRICT
from monitor.api.problems import FAILED, MEDIA, problem, problem_body, problem_of
from monitor.clock import monotonic_s

MOST_GUESTS = 320
"""At one door at once. A watch has some dozens of stations, and up to two hundred who listen."""

SHARE = 8
"""Of the descriptors a door takes one in so many: the rest is for the journal, store and feeds."""

IDLE_S = 20.0
"""For the whole head of a request, and between two requests."""

UNREAD_S = 30.0
"""For 48 KB of an answer, or its rest: the slowest modem takes that in a third of it."""

LINGER_S = 2.0
"""How long the rest of a body that is not wanted is read, so that its sender hears why."""

LOOK_S = 1.0
TELL_S = 60.0

MOST_HEADERS = 64
MORE_BEGUN = 2
"""Connections that begin TLS, for each guest: 256 descriptors, each for IDLE_S at most."""

LONGEST_HEADER = 8190
LONGEST_HEAD = 32 << 10
"""Bytes of all headers together: they are in memory before anything is known of a guest."""

END_OF_HEAD = re.compile(rb"\n\r?\n")

log = structlog.get_logger()


def _raw(status: str, words: str, *headers: str) -> bytes:
    """Make an answer for where no request is yet that could be answered."""
    body = problem_body(int(status.partition(" ")[0]), words)
    lines = (
        f"HTTP/1.1 {status}", f"Content-Type: {MEDIA}", f"Content-Length: {len(body)}",
        "Connection: close", *headers, *(f"{name}: {value}" for name, value in STRICT.items()),
        "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode() + body


HEAD_TOO_LONG = f"The head of this request is longer than {LONGEST_HEAD} bytes: send less."
FULL = _raw(
    "503 Service Unavailable",
    "Too many connections are open at the moment: try again later.",
    "Retry-After: 10",
)


def most_guests() -> int:
    """How many one door may let in, by the descriptors that this process may have."""
    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if descriptors == resource.RLIM_INFINITY:
        return MOST_GUESTS
    return max(1, min(MOST_GUESTS, descriptors // SHARE))


class Hall(web.AppRunner):
    """An application behind a door of its own."""

    def __init__(self, app: web.Application) -> None:
        """Nothing is listened on before a site is started."""
        super().__init__(app, shutdown_timeout=1.0, access_log=None)

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return Door(made, most_guests())


class Guest(web.RequestHandler):
    """One connection. Bodies stay packed: it is their feed that bounds what they hold."""

    line: asyncio.Transport
    busy = False
    body: StreamReader | None = None  # of the newest request
    unread_since: float | None = None  # by the steady clock

    def __init__(self, door: Door) -> None:
        """Nobody has come yet."""
        super().__init__(
            door, loop=asyncio.get_running_loop(), access_log=cast("Any", None),
            auto_decompress=False, keepalive_timeout=IDLE_S, lingering_time=LINGER_S,
            max_line_size=LONGEST_HEADER, max_field_size=LONGEST_HEADER, max_headers=MOST_HEADERS,
        )  # fmt: skip
        self._door = door
        self._head_bytes, self._end = 0, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio; the door hears of it from the handler."""
        self.line = cast("asyncio.Transport", transport)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """See asyncio: a head is not listened to for longer than it may be."""
        if not self.busy and (self.body is None or self.body.is_eof()):
            start = self._end + data[: max(0, LONGEST_HEAD - self._head_bytes)]
            self._head_bytes += len(data)
            if self._head_bytes > LONGEST_HEAD and not END_OF_HEAD.search(start):
                self.line.write(_raw("400 Bad Request", HEAD_TOO_LONG))
                self.force_close()
                return
            self._end = data[-3:] if len(data) >= 3 else (self._end + data)[-3:]
        super().data_received(data)

    def begin(self, body: StreamReader) -> None:
        """The head of a request is whole."""
        self.busy, self.body = True, body
        self._head_bytes, self._end = 0, b""

    def connection_lost(self, exc: BaseException | None) -> None:
        """See asyncio."""
        self._door.has_left(self)
        super().connection_lost(exc)

    def resume_writing(self) -> None:
        """See asyncio: enough of the answer was taken."""
        self.unread_since = None
        super().resume_writing()

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send the rest of an answer; then he is idle.

        What aiohttp raises before any handler is asked becomes a problem here.
        """
        if isinstance(resp, web.HTTPException) and resp.status >= 400:
            resp = problem_of(resp, request)
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            self._door.was_answered(self)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP in our words; nothing of it stands in the log."""
        if status != 400:
            super().handle_error(request, status, exc, message)
            answer = problem(status, FAILED)
            answer.force_close()
            return answer
        words = "This is no HTTP that can be read: send a request of HTTP/1.1."
        if isinstance(exc, LineTooLong):
            words = f"The address or a header is longer than {LONGEST_HEADER} bytes: send less."
        answer = problem(400, words)
        answer.force_close()
        return answer


class Door(web.Server):
    """Makes a guest of each connection, and sees to it that there are not too many."""

    def __init__(self, made: web.Server, most: int) -> None:
        """Let in ``most`` at once; ``made`` is the server that the application would have had."""
        super().__init__(made.request_handler, request_factory=self._request)
        self.most, self.most_begun = most, MORE_BEGUN * most
        self.turned_away = 0
        self._begun: dict[Guest, float] = {}  # not connected yet, the eldest first
        self._make = made.request_factory
        self._guests: dict[Guest, None] = {}  # of the idle the one that has been so longest first
        self._look: asyncio.TimerHandle | None = None
        self._told_at, self._told = -TELL_S, 0

    def __call__(self) -> Guest:
        """Make a guest; see ``loop.create_server``, which drops a connection if this raises."""
        now = monotonic_s()
        while self._begun and now - next(iter(self._begun.values())) > IDLE_S:
            del self._begun[next(iter(self._begun))]
        if len(self._begun) >= self.most_begun:
            self.turned_away += 1
            message = "Too many connections begin at the moment."
            raise ConnectionRefusedError(message)
        guest = Guest(self)
        self._begun[guest] = now
        return guest

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Let a guest in, if there is or can be made room."""
        super().connection_made(handler, transport)
        guest = cast("Guest", handler)
        self._begun.pop(guest, None)
        if len(self._guests) >= self.most:
            idle = next((other for other in self._guests if not other.busy), None)
            if idle is None:
                self.turned_away += 1
                transport.write(FULL)
                transport.close()
                return
            self.has_left(idle)
            idle.line.abort()
        self._guests[guest] = None
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(LOOK_S, self._look_round)

    def has_left(self, guest: Guest) -> None:
        """His place is free."""
        self._guests.pop(guest, None)

    def was_answered(self, guest: Guest) -> None:
        """He is idle from now on."""
        guest.busy = False
        if guest in self._guests:
            del self._guests[guest]
            self._guests[guest] = None

    async def shutdown(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - aiohttp's
        """See aiohttp."""
        if self._look is not None:
            self._look.cancel()
        await super().shutdown(timeout)

    def _request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: AbstractStreamWriter,
        task: asyncio.Task[None],
    ) -> web.BaseRequest:
        cast("Guest", protocol).begin(payload)
        return self._make(message, payload, protocol, writer, task)

    def _look_round(self) -> None:
        """Let go who does not take his answer, and say who was turned away."""
        now = monotonic_s()
        for guest in list(self._guests):
            if not guest.line.get_write_buffer_size():
                guest.unread_since = None
            elif guest.unread_since is None:
                guest.unread_since = now
            elif now - guest.unread_since > UNREAD_S:
                guest.line.abort()
        new = self.turned_away - self._told
        if new and now - self._told_at >= TELL_S:
            self._told_at, self._told = now, self.turned_away
            log.warning(f"{new} connections were turned away: {self.most} were being answered",
                        turned_away=self.turned_away)  # fmt: skip
        rest = bool(self._guests)
        again = asyncio.get_running_loop().call_later
        self._look = again(LOOK_S, self._look_round) if rest else None
