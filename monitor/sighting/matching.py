"""Whether AIS tells of what was seen: matched, dark, elsewhere, or nothing that can be said.

What a satellite saw is compared with the reports about its time: one that was nearer than MATCH_M,
after what the ship could do in between, is hers. Nobody near by is *dark* only where somebody was
heard at all: without reception nothing follows from silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from monitor.alert.identifier import name_key
from monitor.engine.geofence import distance_m
from monitor.sighting.sighting import Sighting
from monitor.units import DAY_US, DEGREE_M, KNOT_MPS, MINUTE_US, NAUTICAL_MILE_M, SECOND_US

MATCH_M = 2_000.0
"""A report is of the hull that was seen if it is so near: the narrowest of the bounds by which
Yang and Cho matched satellite detections to places reckoned from AIS (2, 3 and 6 km; "Matching
Method for Ship Identification Using Satellite-Based Radio Frequency Sensing Data", 2024). Ships in
a harbour lie closer: a match there is one of several."""

MATCH_US = 30 * MINUTE_US
"""And if it is no farther from the time: a ship at 20 kn makes 10 miles in it. Rodger and Guida
(Remote Sensing 2021, 13, 104) take a window by the usual interval of reports; here satellites are
among the sources."""

HEARD_M = 30 * NAUTICAL_MILE_M
"""Somebody who is heard within so much shows that the place was heard: what `reception` takes for
near a port is less, and a station on a hill hears 40 miles."""

LENGTH_SHARE, LENGTH_M = 0.15, 10.0
"""So much may a length be off: a picture has pixels of 10 m, and people guess."""

LONGEST_US = 2 * DAY_US
"""A time that is known no better says when a ship was somewhere, not where AIS had her."""


class Verdict(StrEnum):
    """What AIS tells of a sighting."""

    MATCHED = "matched"  # the ship that was named, or one of that length, was heard there
    DARK = "dark"  # somebody was heard about there, and nobody who may be it
    ELSEWHERE = "elsewhere"  # the ship that was named was heard somewhere else at that time
    UNKNOWN = "unknown"  # nobody was heard about there, some may be it, or the time is too long


class Report(NamedTuple):
    """A position report about the time, and who sent it, as she said."""

    mmsi: int
    track: int
    at: int  # us
    lon: float
    lat: float
    sog_kn: float | None
    name: str | None
    imo: int | None
    length_m: float | None


class Spot(NamedTuple):
    """Where it was seen: a middle, and how far from it it may have been."""

    lon: float
    lat: float
    within_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The verdict, in words too."""

    verdict: Verdict
    words: str
    ships: tuple[int, ...] = ()  # MMSIs that were heard there and fit, the nearest first


def is_short(sighting: Sighting) -> bool:
    """Whether its time is known well enough to be compared."""
    return sighting.until - sighting.since <= LONGEST_US


def spot_of_area(west: float, south: float, east: float, north: float) -> Spot:
    """The middle of a box, and how far its corners are."""
    lon, lat = (west + east) / 2, (south + north) / 2
    return Spot(lon, lat, float(distance_m(lon, lat, east, north)))


def about(spot: Spot) -> tuple[float, float, float, float]:
    """West, south, east, north of what is looked at about a spot: generous."""
    high = (HEARD_M + spot.within_m) / DEGREE_M
    wide = high / max(0.05, abs(_cosine(spot.lat)))
    return spot.lon - wide, max(spot.lat - high, -90), spot.lon + wide, min(spot.lat + high, 90)


def _cosine(lat: float) -> float:
    """Of a latitude in degrees, by what a degree of longitude is there."""
    return float(distance_m(0, lat, 1, lat)) / DEGREE_M


def matched(sighting: Sighting, spot: Spot, reports: Iterable[Report]) -> Matched:
    """Compare a sighting with the reports within MATCH_US of its time, about there and of hers."""
    if not is_short(sighting):
        return Matched(
            verdict=Verdict.UNKNOWN,
            words="Not compared with AIS: its time is longer than two days.",
        )
    there: dict[int, float] = {}
    perhaps: dict[int, float] = {}
    elsewhere: Report | None = None
    heard = False
    for one in reports:
        late_us = max(sighting.since - one.at, one.at - sighting.until, 0)
        if late_us > MATCH_US:
            continue
        off = float(distance_m(spot.lon, spot.lat, one.lon, one.lat))
        heard |= off <= HEARD_M + spot.within_m
        moved = (one.sog_kn or 0.0) * KNOT_MPS * late_us / SECOND_US
        hers = is_hers(sighting, one)
        if off <= spot.within_m + MATCH_M + moved:
            fits = hers if sighting.is_named else _fits(sighting, one)
            if fits is not False:
                found = perhaps if fits is None else there
                found[one.mmsi] = min(off, found.get(one.mmsi, off))
        elif hers:
            elsewhere = one
    if not there and perhaps:
        return Matched(
            verdict=Verdict.UNKNOWN, ships=_nearest(perhaps),
            words=f"{_ships(perhaps)} heard there by AIS and may be it: the length is not known.",
        )  # fmt: skip
    if there:
        words = f"Matched: {_ships(there)} heard there by AIS, of that length."
        if sighting.is_named:
            words = "Matched: AIS had her there, too."
        return Matched(verdict=Verdict.MATCHED, words=words, ships=_nearest(there))
    return _unmatched(elsewhere, heard=heard)


def _nearest(found: Mapping[int, float]) -> tuple[int, ...]:
    """Ships, the nearest first."""
    return tuple(sorted(found, key=lambda mmsi: (found[mmsi], mmsi)))


def _ships(found: Mapping[int, float]) -> str:
    return "1 ship was" if len(found) == 1 else f"{len(found)} ships were"


def _unmatched(elsewhere: Report | None, *, heard: bool) -> Matched:
    if elsewhere is not None:
        return Matched(
            verdict=Verdict.ELSEWHERE,
            words="AIS had her elsewhere at that time: one of the two is false, or of another"
            f" ship ({elsewhere.lat:.3f}, {elsewhere.lon:.3f}).",
            ships=(elsewhere.mmsi,),
        )
    if heard:
        return Matched(
            verdict=Verdict.DARK,
            words="Dark: others were heard about there, and no report is hers.",
        )
    return Matched(
        verdict=Verdict.UNKNOWN,
        words="Nobody was heard about there by AIS: nothing follows from silence.",
    )


def is_hers(sighting: Sighting, one: Report) -> bool:
    """Whether a report is of the ship that was named: by IMO number, else MMSI, else name."""
    if sighting.imo is not None and one.imo is not None:
        return sighting.imo == one.imo
    if sighting.mmsi is not None:
        return sighting.mmsi == one.mmsi
    name = name_key(sighting.name)
    return name is not None and name == name_key(one.name)


def _fits(sighting: Sighting, one: Report) -> bool | None:
    """Whether the length does; None: one of them is not known."""
    if sighting.length_m is None or one.length_m is None:
        return None
    room = max(LENGTH_M, LENGTH_SHARE * sighting.length_m)
    return abs(sighting.length_m - one.length_m) <= room
