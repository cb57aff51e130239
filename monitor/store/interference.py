"""The areas of interference that were told of: read, and told anew where something came late."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg

from monitor.engine.detect.detector import OffTrack
from monitor.engine.detect.disturbed import RADIUS_M, Disturbance, told_of
from monitor.engine.detect.place.interference import Interference
from monitor.engine.kept import key_of
from monitor.engine.snapshot import Areas
from monitor.model import Event, EventKind, EventState, NamedArea
from monitor.store.amendment import Change, Rewritten
from monitor.store.findings import event_of
from monitor.store.history import sources
from monitor.store.off_track import areas_of, areas_row, off_track_of
from monitor.store.reader import LONG_AGO
from monitor.store.sql import query
from monitor.store.tables import Tables
from monitor.units import DEGREE_M, NO_TIME, from_datetime, to_datetime

FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class AreasBefore:
    """What areas are told anew from."""

    areas: Areas | None  # as they stood before anything changed; None: nothing was heard yet
    changed_at: int  # us; nothing changed that was known later
    events: list[Event]  # of all since, and begins of those that stood


@dataclass(slots=True, kw_only=True)
class AreasAmended:
    """One transaction's worth, but for the engine's own state."""

    put_by: list[Areas]
    changes: list[Change]
    rewritten: Rewritten
    changed: set[Disturbance]  # areas as they were, and as they are


async def disturbances(connection: asyncpg.Connection) -> list[Disturbance]:
    """All of them: some a day at most."""
    rows = await connection.fetch(query("interference_events"))
    return disturbances_of([event_of(row) for row in rows])


def disturbances_of(events: list[Event]) -> list[Disturbance]:
    """The areas of events of begins and ends; of another release's an end may stand alone."""
    known = [one for one in events if one.state is not EventState.WITHDRAWN]
    ends = {one.subject: one for one in known if one.kind is EventKind.INTERFERENCE_ENDED}
    begins = [one for one in known if one.kind is EventKind.INTERFERENCE_BEGUN]
    return [told_of(one, ends.get(one.subject)) for one in begins]


async def areas_due(connection: asyncpg.Connection) -> AreasBefore | None:
    """Read from when on they are to be told anew; None: nothing changed."""
    due = await connection.fetchrow(query("interference_due"))
    if due["first"] is None:
        return None
    areas, before = None, due["first"]
    while row := await connection.fetchrow(query("areas_stood"), before):
        areas, before = areas_of(row), row["at"]
        if _is_known(areas):
            break
        areas = None
    begin = LONG_AGO if areas is None else to_datetime(areas.at)
    names = [] if areas is None else [key_of(NamedArea, row.key).area for row in areas.states]
    events = await connection.fetch(query("interference_events_since"), begin, names)
    changed_at = from_datetime(due["last"])
    return AreasBefore(areas=areas, changed_at=changed_at, events=list(map(event_of, events)))


def _is_known(areas: Areas) -> bool:
    """Whether they are of this release's detector."""
    return all(row.version == Interference.VERSION for row in areas.states)


async def off_track_day(
    connection: asyncpg.Connection, begin: int | None, number_of: Callable[[str], int]
) -> tuple[list[OffTrack], Areas | None]:
    """Who was astray after an instant (us; None: ever) until areas were put by next, and those.

    None: they were not since then, so it is all.
    """
    since = LONG_AGO if begin is None else to_datetime(begin)
    numbers = {id_: number_of(name) for id_, name in (await sources(connection)).items()}
    row = await connection.fetchrow(query("areas_put_by"), since)
    until = FOR_EVER if row is None else row["at"]
    rows = await connection.fetch(query("off_track_between"), since, until)
    return off_track_of(rows, numbers), None if row is None else areas_of(row)


async def amend_areas(connection: asyncpg.Connection, tables: Tables, made: AreasAmended) -> None:
    """Write it but for the events; call it in a transaction.

    Ships of which something is told that may be in doubt now, or was, are taken again.
    """
    await tables.rows("put_areas_by", [areas_row(one) for one in made.put_by])
    await tables.rows("due_by_interference", [_reach(one) for one in sorted(made.changed)])
    await connection.execute(query("interference_told"))


def _reach(one: Disturbance) -> tuple[Any, ...]:
    """Arguments of ``due_by_interference``."""
    lat_deg = 1.01 * RADIUS_M / DEGREE_M
    lon_deg = min(180.0, lat_deg / max(1e-3, math.cos(math.radians(one.lat))))
    over = one.ended_at != NO_TIME
    until = to_datetime(max(one.last_at, one.ended_at)) if over else FOR_EVER
    return to_datetime(one.told_at), until, one.lon, one.lat, lon_deg, lat_deg
