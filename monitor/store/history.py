"""What is stored of ships, as the engine takes it: their reports, and what was told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import numpy as np
from numpy.typing import NDArray

from monitor.engine.deaf import OWN_US, AtSea, cells_around
from monitor.engine.detect.detector import OffTrack
from monitor.engine.detect.evidence import Hearing, Silence
from monitor.engine.earshot import CELL_US
from monitor.engine.geofence import FenceSet
from monitor.engine.kept import fixes_of
from monitor.engine.reception import (
    BASELINE_US,
    LONGEST_GAP_US,
    RINGS_NM,
    WHOLE_FEED,
    Bucket,
)
from monitor.model import (
    FIX,
    Event,
    PortCall,
    Refusal,
    Refusals,
    Static,
    StaticReport,
)
from monitor.store.findings import call_of, event_of
from monitor.store.off_track import off_track_of
from monitor.store.reader import LONG_AGO
from monitor.store.sql import query
from monitor.store.stored import stored_between
from monitor.units import DAY_US, HOUR_US, from_datetime, to_datetime

ALL = 2**62
"""In the place of the last late report: up to whichever it is."""

BEFORE_US = LONGEST_GAP_US + 5 * HOUR_US
"""What was heard so long before a silence may tell why it was."""


@dataclass(slots=True, kw_only=True)
class History:
    """All reports of some ships, and what was told of them."""

    positions: Any  # dtype FIX: believed before
    tracks: NDArray[np.int16]  # track number of each
    others: Any  # dtype FIX: late, or refused before
    refused: Refusals  # (source, reason): what of ``others`` counts
    statics: list[StaticReport]
    events: list[Event]
    calls: list[PortCall]
    off_track: list[OffTrack]


async def history(
    connection: asyncpg.Connection,
    ships: Sequence[int],
    number_of: Callable[[str], int],
    *,
    passed: int,
    last_late: int,
) -> History:
    """Read what is older than ``passed`` (us).

    ``number_of`` gives the engine's number of a source; ``last_late`` is the last late report.
    """
    names = await sources(connection)
    numbers = {id_: number_of(name) for id_, name in names.items()}
    times = LONG_AGO, to_datetime(passed)
    positions, tracks = fixes_of_stored(await stored_between(connection, ships, *times), numbers)
    rows = await connection.fetch(query("ship_reports"), ships, *times, last_late)
    others = whole(rows, numbers)
    counts = Counter((row["source"], row["reason"]) for row in rows)
    refused = Refusals(
        {(names[id_], reason or Refusal.LATE.value): n for (id_, reason), n in counts.items()}
    )
    _know_again(positions, others)
    return History(
        positions=positions,
        tracks=tracks,
        others=others,
        refused=refused,
        statics=[static_of(row) for row in await connection.fetch(query("ship_statics"), ships)],
        events=[event_of(row) for row in await connection.fetch(query("ship_events"), ships)],
        calls=[call_of(row) for row in await connection.fetch(query("ship_calls"), ships)],
        off_track=off_track_of(await connection.fetch(query("ship_off_track"), ships), numbers),
    )


async def reports_between(
    connection: asyncpg.Connection, ships: Sequence[int], begin: int, end: int
) -> tuple[Any, dict[int, str]]:
    """Reports of ships (dtype FIX) that came in within a time (us), believed or not; sources."""
    names = await sources(connection)
    same = {id_: id_ for id_ in names}
    times = to_datetime(begin - DAY_US), to_datetime(end + DAY_US)
    positions, _ = fixes_of_stored(await stored_between(connection, ships, *times), same)
    rows = await connection.fetch(query("ship_reports"), ships, *times, ALL)
    found = np.concatenate([positions, whole(rows, same)])
    came = found["received_at"]
    return found[(came >= begin) & (came < end)], names


async def usual_since(
    connection: asyncpg.Connection, since: datetime
) -> list[tuple[str, int, int]]:
    """(port, bucket, vessels) from an instant on: how many the best feed heard."""
    rows = await connection.fetch(query("load_usual"), since)
    return [(row["port"], from_datetime(row["at"]), row["vessels"]) for row in rows]


def bucket_of(row: Any) -> Bucket | None:
    """What was heard, of a row of ``reception``; None: its rings are not those of this release."""
    if len(row["rings"]) != len(RINGS_NM):
        return None
    return Bucket(
        messages=row["messages"], heard_at=from_datetime(row["heard_at"]),
        vessels=set(row["vessels"]), disturbed=set(row["disturbed"]), rings=list(row["rings"]),
    )  # fmt: skip


async def sources(connection: asyncpg.Connection) -> dict[int, str]:
    """Names of the sources, by their numbers in the store."""
    return {row["id"]: row["name"] for row in await connection.fetch(query("source_names"))}


def whole(rows: Sequence[Any], numbers: Mapping[int, int]) -> Any:
    """Reports that are kept whole (dtype FIX), with the numbers of their sources."""
    parts = [np.zeros(0, dtype=FIX)]
    for layout in sorted({row["layout"] for row in rows}):
        some = [row for row in rows if row["layout"] == layout]
        found = fixes_of(b"".join([row["report"] for row in some]), layout).copy()
        found["source"] = [numbers[row["source"]] for row in some]
        parts.append(found)
    return np.concatenate(parts)


def fixes_of_stored(
    stored: NDArray[Any], numbers: Mapping[int, int]
) -> tuple[Any, NDArray[np.int16]]:
    """Fixes (dtype FIX) of stored ones, and their tracks.

    ``numbers`` are the engine's of the store's sources.
    """
    fixes = np.zeros(len(stored), dtype=FIX)
    for name in ("mmsi", "at", "received_at", "lon", "lat", "sog_kn", "cog_deg", "status", "type",
                 "line", "raw"):  # fmt: skip
        fixes[name] = stored[name]
    heading = stored["heading_deg"]
    fixes["heading_deg"] = np.where(heading < 0, np.nan, heading)
    fixes["turn_deg_min"] = np.nan
    fixes["content"] = stored["content"].view(np.uint32)
    if len(stored):
        known = np.zeros(max(numbers, default=0) + 1, dtype=np.uint16)
        known[list(numbers)] = list(numbers.values())
        fixes["source"] = known[stored["source"]]
    return fixes, stored["track"]


def _know_again(positions: Any, others: Any) -> None:
    """Fixes of earlier releases have no hash: that of a report that came again, or one of its own.

    In place.
    """
    unknown = np.flatnonzero(positions["content"] == 0)
    if not len(unknown):
        return
    known = {
        (fix["mmsi"], fix["at"], fix["lon"], fix["lat"]): fix["content"]
        for fix in others[np.isin(others["at"], positions["at"][unknown])]
    }
    own = np.arange(1, len(unknown) + 1, dtype=np.uint64)
    for row, one in zip(unknown.tolist(), own.tolist(), strict=True):
        fix = positions[row]
        key = fix["mmsi"], fix["at"], fix["lon"], fix["lat"]
        positions["content"][row] = known.get(key, one)


def static_of(row: Any) -> StaticReport:
    """What a ship said, of a row of ``ship_statics``."""
    at, received_at = from_datetime(row["at"]), from_datetime(row["received_at"])
    said = {name: row[name] for name in Static.__dataclass_fields__}
    return StaticReport(
        at=at, received_at=received_at, seq=0, source=0, static=Static(**said), known_at=at
    )


async def heard_meanwhile(
    connection: asyncpg.Connection, fences: FenceSet, silences: Sequence[Silence | AtSea]
) -> Hearing:
    """What was heard around some silences, and what is usual then."""
    hearing = Hearing.of(fences)
    buckets: dict[Any, Bucket] = {}
    usual: dict[tuple[str, int], int] = {}
    numbers: dict[str, int] = {}
    areas = hearing.earshot.area_names

    async def look(names: list[str], begin: int, end: int) -> None:
        since, until = to_datetime(begin), to_datetime(end)
        for row in await connection.fetch(query("heard_between"), names, since, until):
            if (bucket := bucket_of(row)) is not None:
                number = numbers.setdefault(row["source"], len(numbers))
                buckets[number, row["port"], from_datetime(row["at"])] = bucket

    async def look_back(names: list[str], begin: int, end: int) -> None:
        since, until = to_datetime(begin - BASELINE_US - DAY_US), to_datetime(end)
        for row in await connection.fetch(query("usual_between"), names, since, until):
            usual[row["port"], from_datetime(row["at"])] = row["vessels"]

    told = [one for one in silences if one.end - one.begin <= LONGEST_GAP_US]
    near = [one for one in told if isinstance(one, Silence)]
    for port, begin, end in _stretches([(one.port, one) for one in near]):
        await look([port, WHOLE_FEED], begin, end)
        await look_back([port], begin + BEFORE_US, end)
    at_sea = [one for one in told if isinstance(one, AtSea)]
    for _, begin, end in _stretches([("", one) for one in at_sea]):
        await look(areas, begin, end)
    for one in at_sea:
        cells = sorted(cells_around(one))
        await look(cells, one.begin - OWN_US - CELL_US, one.end)
        await look_back(cells, one.begin, one.end)
    known = [(name, at, n) for (name, at), n in usual.items()]
    for part in hearing:
        part.restore(buckets.items(), known)
    return hearing


def _stretches(silences: Sequence[tuple[str, Silence | AtSea]]) -> list[tuple[str, int, int]]:
    """Names, and times around their silences (us), those that overlap as one."""
    found: list[tuple[str, int, int]] = []
    spans = [(name, one.begin - BEFORE_US, one.end) for name, one in silences]
    for name, since, end in sorted(spans):
        if found and found[-1][0] == name and since <= found[-1][2]:
            _, begin, until = found.pop()
            found.append((name, begin, max(end, until)))
        else:
            found.append((name, since, end))
    return found
