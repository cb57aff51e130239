"""Draws public cases on the real sea: who was heard where and when, as a log to be read.

A way is knots ``("2024-12-28 06:00", lon, lat)``, UTC and degrees; between them a ship sails
straight, and is heard every ten minutes, but for her silences. What she says of herself holds from
an instant on. MMSIs are invented, with the country's true digits; so are lengths, and places that
nobody published: each case says which of it is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np

from monitor.engine.geofence import FenceSet, distance_m
from monitor.gatefile import load_watched
from monitor.settings import bundled_geofences
from monitor.units import KNOT_MPS
from tests.pipe import events

Knot = tuple[str, float, float]
Silence = tuple[str, str]
Words = Mapping[str, Any]

EVERY_MIN = 10
STATIC = ("name", "callsign", "imo", "ship_type", "a", "b", "c", "d", "draught", "destination")
HEAD = ("mmsi", "time", "lon", "lat", "sog", "cog", "heading", "status", *STATIC)
MOORED, UNDER_WAY, CARGO, TANKER = 5, 0, 70, 80


@dataclass(frozen=True, kw_only=True)
class Ship:
    """A ship of a case: her way, her silences, and what she says from when on."""

    mmsi: int
    way: Sequence[Knot]
    says: Mapping[str, Words] = field(default_factory=dict)  # instant -> what is new from then on
    silent: Sequence[Silence] = ()
    every_min: float = EVERY_MIN
    false: tuple[Silence, float, float] | None = None  # when her positions are at a place


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """A case as it was heard, and what else was seen of it."""

    name: str
    ships: Sequence[Ship]
    sightings: Sequence[Sequence[str]] = ()  # words of ``monitor sighting add``

    @property
    def log(self) -> bytes:
        """What was heard, in order of time: a table of named columns."""
        rows = sorted((row for ship in self.ships for row in _rows(ship)), key=lambda row: row[:2])
        lines = [",".join(HEAD), *(_line(row) for row in rows)]
        return ("\n".join(lines) + "\n").encode()


def at(text: str) -> float:
    """Seconds since the epoch of an instant, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def _rows(ship: Ship) -> list[tuple[Any, ...]]:
    times = np.array([at(knot[0]) for knot in ship.way])
    assert (np.diff(times) > 0).all(), f"the way of {ship.mmsi} goes back in time"
    lons, lats = (np.array([knot[i] for knot in ship.way]) for i in (1, 2))
    silent = [(at(begin), at(end)) for begin, end in ship.silent]
    said = sorted((at(text), words) for text, words in ship.says.items())
    found = []
    for now in np.arange(times[0], times[-1] + 1, ship.every_min * 60).tolist():
        if any(begin < now < end for begin, end in silent):
            continue
        leg = min(max(int(np.searchsorted(times, now, side="right")), 1), len(times) - 1)
        knots, course = _made(times, lons, lats, leg)
        lon, lat = float(np.interp(now, times, lons)), float(np.interp(now, times, lats))
        if ship.false and at(ship.false[0][0]) <= now < at(ship.false[0][1]):
            lon, lat = ship.false[1:]
        status = MOORED if knots < 0.05 else UNDER_WAY
        known: dict[str, Any] = {}
        for since, words in said:
            known |= words if since <= now else {}
        static = [known.get(name, "") for name in STATIC]
        when = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        course = 0.0 if status == MOORED else course
        found.append(
            (when, ship.mmsi, f"{lon:.5f}", f"{lat:.5f}", f"{knots:.1f}", f"{course:.1f}",
             f"{known.get('heading', round(course) % 360)}", known.get("status", status), *static)
        )  # fmt: skip
    return found


def _made(times: Any, lons: Any, lats: Any, leg: int) -> tuple[float, float]:
    """Knots and course that are made on a leg."""
    way_m = float(distance_m(lons[leg - 1], lats[leg - 1], lons[leg], lats[leg]))
    east = (lons[leg] - lons[leg - 1]) * np.cos(np.radians((lats[leg] + lats[leg - 1]) / 2))
    course = float(np.degrees(np.arctan2(east, lats[leg] - lats[leg - 1])) % 360)
    return way_m / KNOT_MPS / float(times[leg] - times[leg - 1]), course


def _line(row: tuple[Any, ...]) -> str:
    when, mmsi, *rest = row
    return ",".join([str(mmsi), when, *map(str, rest)])


@cache
def fences() -> FenceSet:
    """The ports and gates that come along."""
    return load_watched(bundled_geofences())


@cache
def told(case: Case) -> list[dict[str, Any]]:
    """What the engine tells, last state of each event, oldest first, in whatever pieces."""
    log = case.log
    lines = log.splitlines(keepends=True)
    many = [b"".join(lines[i : i + 997]) for i in range(0, len(lines), 997)]
    found = events([log], fences())
    assert events(many, fences()) == found, "cut into pieces it is another story"
    return found


def of(found: Sequence[dict[str, Any]], mmsi: int, *kinds: str) -> list[dict[str, Any]]:
    """Events of a ship that stand, of these kinds."""
    return [
        event
        for event in found
        if mmsi in {event["mmsi"], event.get("other_mmsi")}
        and event["state"] != "withdrawn"
        and (not kinds or event["kind"] in kinds)
    ]


def traffic(mmsi: int, since: str, until: str, *places: tuple[float, float]) -> Ship:
    """A ship that sails to and fro between two places, six hours each way: others are heard."""
    begin, end = at(since), at(until)
    hours = int((end - begin) // 21_600) + 1
    way = [
        (datetime.fromtimestamp(begin + i * 21_600, UTC).strftime("%Y-%m-%d %H:%M"), *places[i % 2])
        for i in range(hours + 1)
    ]
    return Ship(mmsi=mmsi, way=way, says={since: {"name": f"FERRY {mmsi % 100}", "ship_type": 60}})


def sailed(start: str, lon: float, lat: float, *legs: tuple[float, float, float]) -> list[Knot]:
    """Knots of a way from a place on, by its legs: (lon, lat, knots) each."""
    way, now = [(start, lon, lat)], at(start)
    for east, north, knots in legs:
        now += float(distance_m(*way[-1][1:], east, north)) / KNOT_MPS / knots
        way.append((datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%S"), east, north))
    return way
