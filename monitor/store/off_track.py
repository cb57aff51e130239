"""Who was astray, and areas of interference as they stood, as rows: see ``engine/regrouped.py``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monitor.engine import kept
from monitor.engine.detect.detector import OffTrack
from monitor.engine.kept import Kept
from monitor.engine.snapshot import Areas
from monitor.model import Fix
from monitor.units import from_datetime, to_datetime

Row = Mapping[str, Any]


def off_track_rows(moments: Iterable[OffTrack], numbers: Sequence[int]) -> list[tuple[Any, ...]]:
    """Arguments of ``add_off_track``; ``numbers`` of the engine's sources in the store."""
    known = dict(enumerate(numbers))
    return [
        (one.fix.mmsi, to_datetime(one.decided_at), kept.dump(_with_sources(one, known)))
        for one in moments
    ]


def off_track_of(rows: Iterable[Row], numbers: Mapping[int, int]) -> list[OffTrack]:
    """What was stored; ``numbers`` of the store's sources in the engine."""
    return [_with_sources(kept.load(OffTrack, row["moment"]), numbers) for row in rows]


def changed_within(before: Iterable[OffTrack], now: Iterable[OffTrack]) -> tuple[int, int] | None:
    """First and last instant, us, at which something else was astray; None: it is the same."""
    apart = {*map(_said, before)} ^ {*map(_said, now)}
    instants = [said[0] for said in apart]
    return (min(instants), max(instants)) if instants else None


def _said(one: OffTrack) -> tuple[Any, ...]:
    """What is told by it, however it came."""
    why = "" if one.why is None else one.why.value
    fixes = [_place(fix) for fix in (one.fix, one.first, one.origin) if fix is not None]
    return one.decided_at, one.fix.mmsi, why, one.alone, one.number, len(fixes), *fixes


def _place(fix: Fix) -> tuple[Any, ...]:
    return fix.at, fix.lon, fix.lat, fix.source, fix.line


def _with_sources(one: OffTrack, numbers: Mapping[int, int]) -> OffTrack:
    def renamed(fix: Fix) -> Fix:
        return fix._replace(source=numbers[fix.source])

    origin = None if one.origin is None else renamed(one.origin)
    return one._replace(fix=renamed(one.fix), first=renamed(one.first), origin=origin)


def areas_row(areas: Areas) -> tuple[Any, ...]:
    """Arguments of ``put_areas_by``."""
    return to_datetime(areas.at), json.dumps([list(state) for state in areas.states])


def areas_of(row: Row) -> Areas:
    """Areas as they stood."""
    states = [Kept(*state) for state in json.loads(row["states"])]
    return Areas(from_datetime(row["at"]), states)
