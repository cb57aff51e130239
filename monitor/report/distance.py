"""How far it is by sea from one place to another, at least, and the way as a line."""

from __future__ import annotations

from pydantic import Field

from monitor.engine.geofence import FenceSet
from monitor.engine.seaway import Ashore, Place, Seaway
from monitor.errors import UsageError
from monitor.report.columns import Column, Sheet
from monitor.report.forms import Form
from monitor.store.findings import Record
from monitor.units import NAUTICAL_MILE_M

SPEEDS_KN = (10.0, 15.0)
"""What auxiliaries and freighters on these ways make: for a reader who wants hours."""


class DistanceForm(Form):
    """How far it is by sea."""

    from_: str = Field(alias="from", description="As it was asked.")
    to: str
    least_m: int = Field(description="No ship goes less; never less than the geodesic.")
    least_nm: float
    geodesic_m: int = Field(description="Over land and water, on WGS 84.")
    from_moved_m: int = Field(description="How far the place was put from land to water.")
    to_moved_m: int
    way: list[tuple[float, float]] = Field(description="Lon and lat; great circles between.")
    words: str


def place_of(text: str, fences: FenceSet) -> Place:
    """A port by its id, or ``lon,lat``; UsageError where it is neither."""
    if text in fences.by_id:
        return Place(*fences.by_id[text].centre)
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        lon = lat = float("nan")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        ports = ", ".join(sorted(fences.by_id))
        message = f"{text!r} is no place: write lon,lat in degrees, or a port: {ports}."
        raise UsageError(message)
    return Place(lon, lat)


def distance(sea: Seaway, fences: FenceSet, *, from_: str, to: str) -> list[Record]:
    """The answer, one row; none where no water joins the two."""
    way = sea.way(place_of(from_, fences), place_of(to, fences))
    if way is None:
        return []
    if isinstance(way, Ashore):
        lon, lat = way.place
        message = f"{lon:g},{lat:g} is on land, far from the sea: name a place on water."
        raise UsageError(message)
    least_nm = way.least_m / NAUTICAL_MILE_M
    hours = " and ".join(f"{least_nm / speed:.0f} h at {speed:g} kn" for speed in SPEEDS_KN)
    return [
        {
            "from": from_, "to": to, "least_m": int(way.least_m), "least_nm": round(least_nm, 1),
            "geodesic_m": int(way.geodesic_m), "from_moved_m": round(way.moved_m[0]),
            "to_moved_m": round(way.moved_m[1]),
            "way": [[round(place.lon, 5), round(place.lat, 5)] for place in way.line],
            "words": f"At least {least_nm:.0f} NM by sea: {hours}, or longer.",
        }
    ]  # fmt: skip


def distance_table(records: list[Record]) -> Sheet:
    """For people."""
    columns = (
        Column(heading="from", cell=lambda r: r["from"]),
        Column(heading="to", cell=lambda r: r["to"]),
        Column(heading="NM at least", cell=lambda r: f"{r['least_nm']:,}", right=True),
        Column(heading="NM straight", cell=_straight, right=True),
        Column(heading="that is", cell=lambda r: r["words"], folds=44),
    )
    return Sheet(title="How far it is by sea", columns=columns, records=records)


def _straight(record: Record) -> str:
    return f"{record['geodesic_m'] / NAUTICAL_MILE_M:,.1f}"
