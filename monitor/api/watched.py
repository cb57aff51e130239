"""Vessels that are on watchlists now, and why: the same as ``monitor watchlist check``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from aiohttp import web

from monitor.alert.watchlist import Match, Watchlist
from monitor.api.lists import LIMIT, LIST_PROBLEMS, answer, words_of
from monitor.api.parameters import MMSI
from monitor.api.routes import Answer, Parameter, Route
from monitor.clock import now_us
from monitor.report.watched import match_record, said_by
from monitor.report.watched_forms import WatchedForm
from monitor.store import reader
from monitor.store.findings import Record
from monitor.store.watchlists import watch_entries
from monitor.units import from_datetime, to_datetime


class Watched(NamedTuple):
    """A match, and the row of the vessel."""

    match: Match
    row: Mapping[str, Any]


async def get_watched(request: web.Request) -> web.StreamResponse:
    """Vessels that meet entries which hold now, or held at an instant, by MMSI."""
    words = words_of(request)
    return await answer(request, lambda c, n: _watched(c, n, **words), _record)


async def _watched(
    connection: Any, page_rows: int, *, mmsi: int | None = None, at: datetime | None = None
) -> AsyncIterator[Watched]:
    us = now_us() if at is None else from_datetime(at)
    entries = [entry async for entry in watch_entries(connection, known_at=to_datetime(us))]
    if not entries:
        return
    watchlist = Watchlist(entries)
    async for row in reader.vessels(connection, mmsi=mmsi, page_rows=page_rows):
        for match in watchlist.matches(said_by(row), us, known_at_us=us):
            yield Watched(match, row)


def _record(found: Watched) -> Record:
    return match_record(found.match, found.row)


AT = Parameter(
    name="at", words="By the watchlists as they were then, and what each says of herself now.",
    form={"type": "string", "examples": ["2024-12-13T04:00Z"]},
)  # fmt: skip

ROUTES = (
    Route(
        method="GET", path="/watched", handler=get_watched, needs="read",
        summary="Vessels that are on watchlists now, and why.", parameters=(MMSI, AT, LIMIT),
        answer=Answer(words="A row for each vessel and entry.", form=list[WatchedForm]),
        problems=LIST_PROBLEMS, more="The same as `monitor watchlist check`.",
    ),
)  # fmt: skip
"""What maps mark."""
