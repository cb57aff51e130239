"""Fixes of ships at rest and under way, and the stops that they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.stay import Stay
from monitor.engine.geofence import Port
from monitor.model import Fix
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at, square_port, steps_of

PORT = square_port()
BARE = replace(PORT, fences=PORT.fences[:3])
"""The same without a berth."""
QUAY, INNER, ANCHORAGE, OPEN = 50.0, 600.0, -2500.0, 2500.0
"""Metres east: at the berth, in the harbour off it, in the anchorage, in the approach alone; all on
no grid of coarse positions."""
KNOT_M = 30.8667
"""Metres a minute."""


def way(minutes: Iterable[float], begin_m: float, kn: float, **fields: Any) -> list[Fix]:
    """Return fixes on a way to the east (or west), ``begin_m`` at the first."""
    times = list(minutes)
    return [fix_at(m, begin_m + (m - times[0]) * kn * KNOT_M, 20, **fields) for m in times]


def rest(minutes: Iterable[float], east_m: float, **fields: Any) -> list[Fix]:
    return [fix_at(m, east_m, 20, **fields) for m in minutes]


def found(fixes: list[Fix], port: Port = PORT, on: Stay | None = None) -> list[Fact]:
    stay = Stay() if on is None else on
    return [fact for step in steps_of(port, fixes) for fact in stay.step(step)]


def minute(at: int | None) -> float:
    assert at is not None
    return (at - START) / MINUTE_US


def kinds(fixes: list[Fix], port: Port = PORT) -> list[str]:
    return [str(fact.kind) for fact in found(fixes, port)]


def rounded(fixes: list[Fix], cells: float, digits: int) -> list[Fix]:
    """The same on a grid of so many cells a degree, written with so many digits."""
    return [
        fix._replace(
            lon=round(round(fix.lon * cells) / cells, digits),
            lat=round(round(fix.lat * cells) / cells, digits),
        )
        for fix in fixes
    ]
