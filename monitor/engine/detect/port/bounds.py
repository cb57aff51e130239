"""Bounds of what nobody saw: what a silence leaves open, by how fast ships are."""

from __future__ import annotations

import shapely

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.step import SILENCE_US
from monitor.engine.geofence import Port, distance_m
from monitor.engine.reach import MAX_SPEED_KN
from monitor.model import Fix, Span
from monitor.units import KNOT_MPS, MINUTE_US, SECOND_US

SERVICE_SPEED_KN = 12.0
"""Usual speed of a merchant or auxiliary ship: the best guess of an unseen voyage."""

STOP_US = 15 * MINUTE_US
"""The shortest stop: a ferry's, alongside."""


def seen(span: Span) -> bool:
    """Whether an instant is bounded by fixes no silence apart."""
    width = span.width()
    return width is not None and width <= SILENCE_US


def arrived_unseen(before: Fix, first: Fix, latest: int | None = None) -> Span:
    """Bound an arrival by a silence before it: she needed time to come from where she was."""
    last = first.at if latest is None else latest
    fastest, usual = _us(before, first)
    return Span(
        earliest=min(before.at + fastest, last), at=min(before.at + usual, last), latest=last
    )


def departed_unseen(before: Fix, after: Fix) -> Span:
    """Bound a departure that nobody saw: she must have left in time to be where she reappeared."""
    fastest, usual = _us(before, after)
    latest = max(before.at, after.at - fastest)
    return Span(earliest=before.at, at=max(before.at, after.at - usual), latest=latest)


def arrival_of(fact: Fact) -> Span:
    """The arrival that a stop or an entry is: bounded by her way where a silence lies before it."""
    span = fact.span
    if span.earliest is None or span.latest is None or seen(span):
        return span
    after = next((fix for fix in fact.fixes if fix.at >= span.latest), fact.fixes[-1])
    return arrived_unseen(fact.fixes[0], after, span.latest)


def could_have_stopped(port: Port, before: Fix, after: Fix) -> bool:
    """Whether there was time, between two fixes, to go to where ships stop, stop, and come back."""
    spare_us = after.at - before.at - STOP_US
    if spare_us < 0:
        return False
    away = _to_stop_m(port, before) + _to_stop_m(port, after)
    return _sailing_us(away, MAX_SPEED_KN) <= spare_us


def reaches_port_at(port: Port, before: Fix) -> int:
    """When the fastest ship is where ships stop in a port, us."""
    return before.at + round(_sailing_us(_to_stop_m(port, before), MAX_SPEED_KN))


def _to_stop_m(port: Port, fix: Fix) -> float:
    """Least distance to where ships stop in a port, metres."""
    x, y = shapely.get_coordinates(
        shapely.shortest_line(port.stops, shapely.Point(fix.lon, fix.lat))
    )[0]
    return float(distance_m(fix.lon, fix.lat, x, y))


def _us(before: Fix, after: Fix) -> tuple[int, int]:
    """How long the way takes the fastest ship and a usual one, us."""
    away = float(distance_m(before.lon, before.lat, after.lon, after.lat))
    return round(_sailing_us(away, MAX_SPEED_KN)), round(_sailing_us(away, SERVICE_SPEED_KN))


def _sailing_us(away_m: float, speed_kn: float) -> float:
    return away_m / (speed_kn * KNOT_MPS) * SECOND_US
