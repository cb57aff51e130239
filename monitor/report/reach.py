"""Where a ship that is not heard can be: an area of the sea that land bounds, as it grows.

It holds all water that she can have come to since her last fix, and from which she can have come to
where she was heard again, at the greatest speed that she can make. Where in it she is, nobody says.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import shapely
from pydantic import Field

from monitor.clock import now_us
from monitor.engine.detect.feasible import FASTEST_KN, least_m
from monitor.engine.geofence import FenceSet, distance_m
from monitor.engine.reach import PLACE_SLACK_M
from monitor.engine.reachable import MOST_M, Reachable
from monitor.engine.seaway import Ashore
from monitor.report.columns import Column, Sheet
from monitor.report.forms import Flagged, Lat, Lon, Mmsi, Track
from monitor.report.records import iso
from monitor.report.tables import flag, short
from monitor.store import questions
from monitor.store.findings import Record
from monitor.units import KNOT_MPS, NAUTICAL_MILE_M, to_datetime
from monitor.words import flag_words

Reached = Callable[[float, float, int], Reachable | Ashore | None]
"""Lon, lat and nautical miles: what is within them by sea, see ``reachable``."""

DIGITS = 4
"""Of degrees in an area that is given away: some 10 m."""


class ReachForm(Flagged):
    """Where a ship can have been at an instant."""

    mmsi: Mmsi
    track: Track
    at: datetime
    heard_at: datetime = Field(description="Her last fix until then.")
    lon: Lon
    lat: Lat
    behind_at: datetime | None = Field(description="Her first fix behind it; null: none.")
    hours: float = Field(description="Since she was heard.")
    greatest_kn: float = Field(description="The speed that is reckoned with.")
    speed: str = Field(description="Where that is from, in words.")
    most_nm: int = Field(description="By sea from where she was heard.")
    area_nm2: int | None = Field(description="Square miles of sea; null: no area is told of.")
    shape: dict[str, Any] | None = Field(description="The area, GeoJSON; it is a bound.")
    ports: list[str] = Field(description="Watched ports that she can have been at.")
    words: str


async def reach(
    connection: Any, reached: Reached, fences: FenceSet, *, mmsi: int, at: datetime | None = None
) -> list[Record]:
    """Where a ship can have been at an instant, now by default: a row for each of her number.

    Areas are reckoned in a thread: that may take a second.
    """
    when = at or to_datetime(now_us())
    before, behind = await questions.around(connection, mmsi, when)
    silences = await questions.silences(connection, mmsi)
    found = []
    for track in sorted({row["track"] for row in before}):
        last = next(row for row in before if row["track"] == track)
        then = next((row for row in behind if row["track"] == track), None)
        kn, speed = _speed(last, then, silences)
        record = _record(mmsi, track, when, last, then, kn) | {"speed": speed}
        found.append(await asyncio.to_thread(_with_area, record, then, kn, when, reached, fences))
    return found


def _speed(
    last: Mapping[str, Any], then: Mapping[str, Any] | None, silences: Sequence[Mapping[str, Any]]
) -> tuple[float, str]:
    """The greatest speed that she can make, and where that is from."""
    for silence in silences:
        if silence["silent_since"] == last["at"] and silence["greatest_kn"]:
            return silence["greatest_kn"], "by what she was seen to make"
    if then is not None:
        needed = _apart_m(last, then) / (then["at"] - last["at"]).total_seconds() / KNOT_MPS
        if needed > FASTEST_KN:
            return needed, "what she needed from fix to fix"
    return FASTEST_KN, "as fast as frigates and ferries: hers is not known"


def _apart_m(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    return float(distance_m(one["lon"], one["lat"], other["lon"], other["lat"]))


def _record(
    mmsi: int, track: int, at: datetime, last: Mapping[str, Any],
    then: Mapping[str, Any] | None, kn: float,
) -> Record:  # fmt: skip
    return {
        "mmsi": mmsi, "track": track, **flag_words(mmsi), "at": iso(at),
        "heard_at": iso(last["at"]), "lon": round(last["lon"], 6), "lat": round(last["lat"], 6),
        "behind_at": None if then is None else iso(then["at"]),
        "hours": round((at - last["at"]).total_seconds() / 3600, 2), "greatest_kn": round(kn, 1),
        "most_nm": _miles(last["at"], at, kn),
    }  # fmt: skip


def _miles(since: datetime, until: datetime, kn: float) -> int:
    """How far she comes at most, nautical miles, rounded up."""
    way_m = (until - since).total_seconds() * kn * KNOT_MPS + PLACE_SLACK_M
    return math.ceil(way_m / NAUTICAL_MILE_M)


def _with_area(
    record: Record, then: Mapping[str, Any] | None, kn: float, at: datetime, reached: Reached,
    fences: FenceSet,
) -> Record:  # fmt: skip
    found = reached(record["lon"], record["lat"], record["most_nm"])
    shape = area_m2 = None
    if isinstance(found, Reachable):
        shape, area_m2 = found.shape, found.area_m2
    if then is not None:
        back = reached(then["lon"], then["lat"], _miles(at, then["at"], kn))
        if isinstance(back, Reachable):
            whole = back.shape if shape is None else shapely.intersection(shape, back.shape)
            area_m2 = _share(whole, back)
            shape = whole
    ports = [
        port.id for port in sorted(fences.ports, key=lambda each: each.id)
        if _may_be_at(port, shape, record)
    ]  # fmt: skip
    return {
        **record,
        "area_nm2": None if area_m2 is None else round(area_m2 / NAUTICAL_MILE_M**2),
        "shape": None if shape is None else _geojson(shape), "ports": ports,
        "words": _words(record, shape, found, [port.name for port in fences.ports
                                               if port.id in ports]),
    }  # fmt: skip


def _share(part: Any, whole: Reachable) -> float:
    """The size of a part of an area."""
    size = float(shapely.area(whole.shape))
    return whole.area_m2 * float(shapely.area(part)) / size if size else 0.0


def _may_be_at(port: Any, shape: Any, record: Record) -> bool:
    if shape is not None:
        return bool(shapely.intersects(port.area, shape))
    most_m: float = record["most_nm"] * NAUTICAL_MILE_M
    return least_m(port, record["lon"], record["lat"]) <= most_m


def _geojson(shape: Any) -> dict[str, Any]:
    rounded = shapely.transform(shape, lambda corners: corners.round(DIGITS))
    return dict(shapely.geometry.mapping(rounded))


def _words(record: Record, shape: Any, found: Any, ports: list[str]) -> str:
    told = f"Within {record['most_nm']} NM by sea of where she was heard last"
    if record["behind_at"] is not None:
        told += ", and near enough to where she was heard again"
    if isinstance(found, Ashore):
        told += "; that place is on land"
    elif shape is None and record["most_nm"] * NAUTICAL_MILE_M > MOST_M:
        told += "; she may be anywhere in these waters"
    at = f" She can have been at {', '.join(ports)}." if ports else " At no watched port."
    return f"{told}.{at} That she was there is not known."


def reach_table(records: list[Record]) -> Sheet:
    """For people."""
    columns = (
        Column(heading="MMSI", cell=lambda r: f"{r['mmsi']:09d}"),
        Column(heading="track", cell=lambda r: str(r["track"]), rank=3),
        Column(heading="flag", cell=flag, folds=10, rank=4),
        Column(heading="last heard (UTC)", cell=lambda r: short(r["heard_at"])),
        Column(heading="hours", cell=lambda r: f"{r['hours']:.1f}", right=True),
        Column(heading="knots", cell=lambda r: f"{r['greatest_kn']:.1f}", right=True),
        Column(heading="sea, NM²", cell=_area, right=True, rank=1),
        Column(heading="that is", cell=lambda r: r["words"], folds=36),
    )
    return Sheet(title="Where she can have been", columns=columns, records=records)


def _area(record: Record) -> str:
    return "" if record["area_nm2"] is None else f"{record['area_nm2']:,}"
