"""Lists over HTTP: their words are checked, and they are sent as they are read, bounded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from aiohttp import web
from aiohttp.web import ContentCoding

from monitor.api.connections import asking
from monitor.api.keys import CONNECT, LISTS, READ
from monitor.api.routes import JSON_UTF8, Parameter, route_of
from monitor.errors import MonitorError, UsageError
from monitor.model import EventKind
from monitor.service.follow import Connect
from monitor.store.findings import Record

log = structlog.get_logger()

PIECE_BYTES = 16 << 10
"""Of an answer: what is sent in one go, and made before others have their turn, in 1 or 2 ms."""

PAGE_ROWS = 1_000
"""Of the store: what is in memory of one answer, a few megabytes with all evidence."""

MOST_ROWS = 100_000
"""In one answer, unless ``limit`` asks for fewer; the header Row-Limit tells it."""

MOST_LISTS = 4
"""Made at once: each takes its share of the loop and a connection to the store."""

MOST_WAITING = 16
"""Others are told at once: whoever waits holds one of the door's places."""

LIMIT = Parameter(
    name="limit", words="No more rows than so many.",
    form={"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": MOST_ROWS},
)  # fmt: skip

LIST_PROBLEMS = (400, 503)
"""What a list may meet: words that cannot be taken; too many lists, or no store."""

ROOM_S = 30.0
"""How long one who asks for a list waits for those before him."""

LIST_S = 600.0
"""How long one answer may take: a reader may be slow, but not for ever."""

SLOW = "its reader is slow, and others wait for their turn"


@asynccontextmanager
async def in_turn(request: web.Request) -> AsyncIterator[Any]:
    """A connection that shows what the caller may see, for a short answer, after those before."""
    async with request.app[LISTS].turn(ROOM_S), asking(request, request.app[READ]) as connection:
        yield connection


@asynccontextmanager
async def at_length(request: web.Request) -> AsyncIterator[Any]:
    """The same for an answer that may take as long as a list."""
    async with (
        request.app[LISTS].turn(ROOM_S),
        asyncio.timeout(LIST_S),
        asking(request, request.app[CONNECT]) as connection,
    ):
        yield connection


async def answer(
    request: web.Request,
    work: Callable[[Any, int], AsyncIterator[Any]],
    record: Callable[[Any], Record],
) -> web.StreamResponse:
    """A JSON array, sent as it is read: an answer may be larger than memory."""
    limit = limit_of(request)
    headers = {"Content-Type": JSON_UTF8, "Row-Limit": str(limit)}

    def pieces(connection: Any) -> AsyncGenerator[bytes, None]:
        return _array(_first(limit, work(connection, min(limit, PAGE_ROWS))), record)

    return await send(request, headers, request.app[CONNECT], pieces)


async def send(
    request: web.Request,
    headers: Mapping[str, str],
    connect: Connect,
    made: Callable[[Any], AsyncGenerator[bytes, None]],
    *,
    compression: ContentCoding | None = None,
) -> web.StreamResponse:
    """Pieces of what is made of a connection, in the caller's turn, within its time."""
    lists = request.app[LISTS]
    response = web.StreamResponse(headers=headers)
    if compression is not None:
        response.enable_compression(compression)
    try:
        async with (
            lists.turn(ROOM_S) as place,
            asyncio.timeout(LIST_S) as limit,
            asking(request, connect) as connection,
        ):
            place.limit = limit
            pieces = made(connection)
            first = await anext(pieces)  # what the database refuses has a status of its own
            await response.prepare(request)
            if request.method == "HEAD":
                return response
            await response.write(first)
            async for piece in pieces:
                with place.reader():
                    await response.write(piece)
                await lists.rest()  # writing alone does not let others have their turn
    except Exception as error:
        if not response.prepared:
            raise
        _break_off(request, MonitorError(SLOW) if place.gave_way else error)
    return response


async def _first(limit: int, found: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """No more than so many."""
    given = 0
    async for item in found:
        yield item
        given += 1
        if given == limit:
            return


def _break_off(request: web.Request, error: Exception) -> None:
    """End an answer that was begun, so that nobody takes it for whole; no status can follow it."""
    transport = request.transport
    if transport is None or transport.is_closing():
        return  # it was the client who hung up
    if isinstance(error, TimeoutError):
        log.warning(f"An answer was broken off after {LIST_S:g} s", path=request.path)
    elif isinstance(error, MonitorError):
        log.warning(f"An answer was broken off: {error}", path=request.path)
    else:
        log.error("An answer was broken off", path=request.path, exc_info=error)
    transport.abort()


async def _array(
    found: AsyncIterator[Any], record: Callable[[Any], Record]
) -> AsyncGenerator[bytes, None]:
    """A JSON array in pieces of some PIECE_BYTES."""
    piece, lead = bytearray(), b"["
    async for item in found:
        piece += lead + json.dumps(record(item)).encode()
        lead = b", "
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece) + (b"[]" if lead == b"[" else b"]")


def words_of(request: web.Request) -> dict[str, Any]:
    """What a request asks for, by the words of its route; UsageError where that cannot be taken."""
    words: dict[str, Any] = {}
    route = route_of(request)
    names = [] if route is None else [name for name in route.words if name != LIMIT.name]
    bounded = route is not None and LIMIT in route.parameters
    for name, text in request.query.items():
        if (name == LIMIT.name and bounded) or (name == "f" and name in names):
            continue
        if name not in names:
            message = f"There is no parameter {name!r}: {_of(names)}."
            raise UsageError(message)
        if name in words:
            message = f"The parameter {name!r} was given twice: give it once."
            raise UsageError(message)
        if name == "mmsi":
            words[name] = mmsi_of(text)
        elif name == "kind":
            words[name] = _kind(text)
        elif name in {"since", "until", "at"}:
            words[name] = _moment(text)
        elif "\0" in text:
            message = f"{text!r} cannot stand for {name}: it holds a NUL."
            raise UsageError(message)
        else:
            words[name] = text
    for needed in () if route is None else route.needed:
        if needed not in words:
            message = f"The parameter {needed!r} is needed: give it."
            raise UsageError(message)
    return words


def _of(names: Sequence[str]) -> str:
    return f"use {', '.join(names)}" if names else "this takes none"


def limit_of(request: web.Request) -> int:
    """How many rows are asked for at most."""
    given = request.query.getall("limit", [str(MOST_ROWS)])
    if len(given) > 1:
        raise UsageError("The parameter 'limit' was given twice: give it once.")
    (text,) = given
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 0 < int(text) <= MOST_ROWS):
        message = f"{text!r} is no limit: write a number of rows from 1 to {MOST_ROWS}."
        raise UsageError(message)
    return int(text)


def _kind(text: str) -> str:
    if text not in set(EventKind):
        message = f"There is no event kind {text!r}: use one of {', '.join(EventKind)}."
        raise UsageError(message)
    return text


def mmsi_of(text: str) -> int:
    """An MMSI as a number; UsageError where it is none."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        message = f"{text!r} is no MMSI: it has nine digits."
        raise UsageError(message)
    return int(text)


def _moment(text: str) -> datetime:
    try:
        value = datetime.fromisoformat(text.replace(" ", "+"))
        return value.astimezone(UTC) if value.tzinfo is not None else value.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        message = f"{text!r} is no time: write 2024-12-13 or 2024-12-13T04:00Z."
        raise UsageError(message) from None
