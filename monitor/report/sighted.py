"""Sightings for people and programs: beside AIS, marked, with what AIS tells of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import shapely

from monitor.engine.geofence import FenceSet, distance_m
from monitor.errors import UsageError
from monitor.report.columns import Column, Sheet
from monitor.report.consequences import Consequence, in_words
from monitor.report.page import Points, Section, grid
from monitor.report.tables import cell, short
from monitor.report.voices import Voices
from monitor.sighting.imagery import links
from monitor.sighting.matching import (
    Matched,
    Spot,
    Verdict,
    is_short,
    matched,
    spot_of_area,
)
from monitor.sighting.sighting import Sighting
from monitor.store import sightings as store
from monitor.store.findings import Record, iso_of
from monitor.units import to_iso

MOST_COMPARED = 200
"""Sightings that one answer compares with AIS, the newest first: each asks the store once."""

NO_SPOT = Matched(
    verdict=Verdict.UNKNOWN, words="Not compared with AIS: the port is not watched here."
)
MANY = Matched(
    verdict=Verdict.UNKNOWN, words="Not compared with AIS: ask for it alone, or a shorter time."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """A sighting, where that was, and what AIS tells of it."""

    sighting: Sighting
    spot: Spot | None  # None: at a port that is not watched
    matched: Matched
    follows: tuple[Consequence, ...] = ()  # of what AIS told of the ship, where she is known


def spot_of(one: Sighting, fences: FenceSet) -> Spot | None:
    """Where it was; of a port its harbour, and as far as that reaches."""
    if one.lon is not None and one.lat is not None:
        return Spot(one.lon, one.lat, float(one.within_m or 0))
    if one.area is not None:
        return spot_of_area(*one.area)
    port = fences.by_id.get(one.port or "")
    if port is None:
        return None
    lon, lat = port.centre
    corners = shapely.get_coordinates(port.stops)
    return Spot(lon, lat, float(distance_m(lon, lat, corners[:, 0], corners[:, 1]).max()))


def placed(one: Sighting, fences: FenceSet) -> Sighting:
    """The same with the port it was in, where only a place was said; UsageError: no such port."""
    if one.port is not None:
        if one.port not in fences.by_id:
            known = ", ".join(sorted(fences.by_id))
            message = f"There is no port {one.port!r}: use one of {known}, or lon and lat."
            raise UsageError(message)
        return one
    if one.lon is None:
        return one
    point = shapely.Point(one.lon, one.lat)
    inside = [port.id for port in fences.ports if shapely.intersects(port.stops, point)]
    return replace(one, port=inside[0]) if inside else one


async def looked_at(
    connection: Any, found: Iterable[Sighting], fences: FenceSet
) -> tuple[Sighted, ...]:
    """Sightings with what AIS tells of them."""
    seen, voices = [], Voices(connection, fences)
    newest = sorted(found, key=lambda one: (one.since, one.id or 0), reverse=True)
    for number, one in enumerate(newest):
        spot, verdict = spot_of(one, fences), NO_SPOT
        if spot is not None and number >= MOST_COMPARED:
            verdict = MANY
        elif spot is not None:
            reports = await store.reports_about(connection, one, spot) if is_short(one) else []
            verdict = matched(one, spot, reports)
        follows: tuple[Consequence, ...] = ()
        if spot is not None and number < MOST_COMPARED:
            follows = await voices.follows(one, spot, verdict)
        seen.append(Sighted(sighting=one, spot=spot, matched=verdict, follows=follows))
    return tuple(reversed(seen))


async def sighted(
    connection: Any,
    fences: FenceSet,
    *,
    port: str | None = None,
    mmsi: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Record]:
    """Those that stand, oldest first."""
    found = await store.sightings(connection, port=port, mmsi=mmsi, since=since, until=until)
    return [sighted_record(one) for one in await looked_at(connection, found, fences)]


def sighting_record(one: Sighting) -> Record:
    """What was said, in stable words."""
    return {
        "id": one.id, "by": "sighting", "seen_by": one.seen_by.value, "title": one.title,
        "mmsi": one.mmsi, "imo": one.imo, "name": one.name, "hull": one.hull,
        "length_m": one.length_m, "port": one.port, "lon": one.lon, "lat": one.lat,
        "within_m": one.within_m, "area": None if one.area is None else list(one.area),
        "since": to_iso(one.since), "until": to_iso(one.until), "source": one.source,
        "link": one.link, "reliability": one.reliability, "credibility": one.credibility,
        "note": one.note, "recorded_at": to_iso(one.recorded_at), "added_by": one.added_by,
        "removed_at": iso_of(one.removed_at), "removed_by": one.removed_by,
    }  # fmt: skip


def sighted_record(seen: Sighted) -> Record:
    """The same, with what AIS tells of it and where to look."""
    one, spot = seen.sighting, seen.spot
    looked = None
    if spot is not None:
        looked = links(
            lon=spot.lon, lat=spot.lat, wide_m=2 * spot.within_m, since=one.since, until=one.until
        )
    return {
        **sighting_record(one), "ais": seen.matched.verdict.value,
        "ais_words": seen.matched.words, "ais_ships": list(seen.matched.ships),
        "follows": [
            {"does": each.does.value, "of": each.of, "words": each.words, "mmsi": each.mmsi,
             "id": each.id}
            for each in seen.follows
        ],
        "follows_words": in_words(seen.follows),
        "look_radar": None if looked is None else looked.radar,
        "look_light": None if looked is None else looked.light,
    }  # fmt: skip


def grade(record: Record) -> str:
    """Reliability and credibility as they are written together."""
    return f"{record['reliability']}{record['credibility']}"


def sightings_table(records: list[Record]) -> Sheet:
    """Sightings, apart from what AIS tells."""
    gone = any(record["removed_at"] for record in records)
    columns = (
        Column(heading="no.", cell=lambda r: cell(r["id"]), right=True),
        Column(heading="seen (UTC)", cell=_when),
        Column(heading="what", cell=lambda r: r["title"], folds=18),
        Column(heading="where", cell=where_words, folds=14),
        Column(heading="by", cell=lambda r: r["seen_by"], folds=9),
        Column(heading="worth", cell=grade),
        Column(heading="AIS", cell=lambda r: r.get("ais", ""), folds=9),
        Column(heading="follows", cell=_does, folds=12, rank=1),
        Column(heading="source", cell=lambda r: r["source"], folds=20, rank=1),
        Column(heading="entered by", cell=lambda r: r["added_by"], folds=8, rank=2),
        Column(heading="removed", cell=lambda r: short(r["removed_at"]) if r["removed_at"] else "",
               rank=0 if gone else 3),
    )  # fmt: skip
    return Sheet(title="Sighted, not by AIS", columns=columns, records=records)


def _does(record: Record) -> str:
    """What it does to what AIS told, in few words."""
    return ", ".join(f"{each['does']} a {each['of']}" for each in record.get("follows", ()))


def _when(record: Record) -> str:
    since, until = short(record["since"]), short(record["until"])
    return since if since == until else f"{since} to {until}"


def where_words(record: Record) -> str:
    """Where it was, in few words."""
    if record["port"] is not None:
        return str(record["port"])
    if record["lon"] is not None:
        return f"{record['lat']:.3f}, {record['lon']:.3f}"
    return "in an area"


def ais_words(record: Record) -> str:
    """What AIS tells of it, and what follows for that."""
    return " ".join(filter(None, (record["ais_words"], record.get("follows_words"))))


def sightings_section(records: list[Record]) -> Section:
    """Of a report: a table of its own, in no count of ships."""
    rows = [
        (_when(one), one["title"], where_words(one), one["seen_by"], grade(one), ais_words(one),
         one["source"])
        for one in records
    ]  # fmt: skip
    columns = (
        ("seen (UTC)", 1.8), ("what", 1.8), ("where", 1.2), ("by", 1.0), ("worth", 0.6),
        ("AIS", 2.2), ("source", 2.0),
    )  # fmt: skip
    return Section(
        title="Sighted, not by AIS",
        blocks=(
            grid(columns, rows, empty="No sighting is stored for this."),
            Points(items=(APART, WORTH) if records else (APART,)),
        ),
    )


APART = "What people and satellites saw. None of it is in any count of this report."
WORTH = (
    "Worth: the source from A (reliable) to E (not), F not known; what it says from 1 (confirmed)"
    " to 5 (improbable), 6 not known."
)
