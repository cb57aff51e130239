"""Features as whole files, row by row: what is in memory is a piece, however many there are.

A form is a class and a row in ``DOWNLOADS`` (``parquet.py``). What ships said stays text: it is no
formula in a sheet and no markup in XML.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol
from xml.sax.saxutils import escape, quoteattr

from monitor.report.features.collections import Collection
from monitor.report.features.feature import Row, feature, properties_of
from monitor.report.formats import safe
from monitor.store.items import GEOMETRY
from monitor.words import plain


class Download(Protocol):
    """A file as it is written."""

    MEDIA: ClassVar[str]
    ENDING: ClassVar[str]
    WORDS: ClassVar[str]

    def __init__(self, collection: Collection) -> None:
        """Nothing is written yet."""

    def begin(self) -> bytes:
        """What stands before the first row."""

    def row(self, row: Row) -> bytes:
        """What a row comes to; nothing, where it is gathered first."""

    def end(self) -> bytes:
        """What stands behind the last."""


class Csv(Download):
    """RFC 4180 with a heading; points as lon and lat, other places as GeoJSON."""

    MEDIA, ENDING = "text/csv; charset=utf-8; header=present", "csv"
    WORDS = "a sheet: lon and lat of points, other places as GeoJSON"

    def __init__(self, collection: Collection) -> None:
        """See Download."""
        self._of = collection
        self._text = io.StringIO()
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._names: list[str] = []

    def begin(self) -> bytes:
        """Nothing: the heading is that of the first row, whose words it has."""
        return b""

    def row(self, row: Row) -> bytes:
        """A line."""
        lon, lat, other = None, None, None
        place = _place(row)
        if place is not None and place["type"] == "Point":
            lon, lat = place["coordinates"]
        elif place is not None:
            other = row[GEOMETRY]
        cells = {**properties_of(self._of, row), "lon": lon, "lat": lat, "geometry": other}
        if not self._names:
            self._names = list(cells)
            self._writer.writerow(self._names)
        self._writer.writerow([safe(cells[name]) for name in self._names])
        return self._taken()

    def end(self) -> bytes:
        """The heading, where there was no row."""
        if not self._names:
            names = [each.name for each in self._of.properties]
            self._writer.writerow([*names, "lon", "lat", "geometry"])
        return self._taken()

    def _taken(self) -> bytes:
        text = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        return text.encode()


class GeoJson(Download):
    """RFC 7946."""

    MEDIA, ENDING, WORDS = "application/geo+json", "geojson", "GeoJSON"

    def __init__(self, collection: Collection) -> None:
        """See Download."""
        self._of, self._some = collection, False

    def begin(self) -> bytes:
        """See Download."""
        return b'{"type": "FeatureCollection", "features": [\n'

    def row(self, row: Row) -> bytes:
        """See Download."""
        lead = b",\n" if self._some else b""
        self._some = True
        return lead + feature(self._of, row)

    def end(self) -> bytes:
        """See Download."""
        return b"\n]}\n"


class GeoJsonSeq(Download):
    """RFC 8142: each feature a text of its own, behind a record separator."""

    MEDIA, ENDING = "application/geo+json-seq", "geojsons"
    WORDS = "a feature a line (GeoJSON text sequence)"

    def __init__(self, collection: Collection) -> None:
        """See Download."""
        self._of = collection

    def begin(self) -> bytes:
        """See Download."""
        return b""

    def row(self, row: Row) -> bytes:
        """See Download."""
        return b"\x1e" + feature(self._of, row) + b"\n"

    def end(self) -> bytes:
        """See Download."""
        return b""


class Gpx(Download):
    """GPX 1.1: positions are tracks, one a ship and track number; other points are waypoints."""

    MEDIA, ENDING = "application/gpx+xml", "gpx"
    WORDS = "tracks and points for chart plotters (GPX 1.1); lines and areas are left out"

    def __init__(self, collection: Collection) -> None:
        """See Download."""
        self._of = collection
        self._open: tuple[Any, ...] | None = None

    def begin(self) -> bytes:
        """See Download."""
        return (
            b'<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="monitor"'
            b' xmlns="http://www.topografix.com/GPX/1/1">\n'
        )

    def row(self, row: Row) -> bytes:
        """See Download."""
        place = _place(row)
        if place is None or place["type"] != "Point":
            return b""
        lon, lat = place["coordinates"]
        words = properties_of(self._of, row)
        at = _time(words)
        if self._of.id != "positions":
            name = _called(self._of, row, words)
            text = f'<wpt lat="{lat}" lon="{lon}">{at}<name>{_xml(name)}</name></wpt>\n'
            return text.encode()
        whose = words["mmsi"], words["track"]
        text = ""
        if whose != self._open:
            text += "" if self._open is None else "</trkseg></trk>\n"
            text += f"<trk><name>{whose[0]:09d} track {whose[1]}</name><trkseg>\n"
            self._open = whose
        return f'{text}<trkpt lat="{lat}" lon="{lon}">{at}</trkpt>\n'.encode()

    def end(self) -> bytes:
        """See Download."""
        return (b"" if self._open is None else b"</trkseg></trk>\n") + b"</gpx>\n"


class Kml(Download):
    """OGC KML 2.3: a placemark a feature, with all its words."""

    MEDIA, ENDING, WORDS = "application/vnd.google-earth.kml+xml", "kml", "placemarks (KML)"

    def __init__(self, collection: Collection) -> None:
        """See Download."""
        self._of = collection

    def begin(self) -> bytes:
        """See Download."""
        head = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
            f"<Document><name>{_xml(self._of.title)}</name>\n"
        )
        return head.encode()

    def row(self, row: Row) -> bytes:
        """See Download."""
        words = properties_of(self._of, row)
        name = _called(self._of, row, words)
        data = "".join(
            f"<Data name={quoteattr(key)}><value>{_xml(value)}</value></Data>"
            for key, value in words.items()
            if value is not None
        )
        when = words.get("at")
        stamp = f"<TimeStamp><when>{_xml(when)}</when></TimeStamp>" if when else ""
        place = _place(row)
        shape = "" if place is None else _shape(place)
        return (
            f"<Placemark><name>{_xml(name)}</name>{stamp}<ExtendedData>{data}</ExtendedData>"
            f"{shape}</Placemark>\n"
        ).encode()

    def end(self) -> bytes:
        """See Download."""
        return b"</Document></kml>\n"


def _place(row: Row) -> Any:
    """Its geometry; None: it has none."""
    return json.loads(row[GEOMETRY]) if row[GEOMETRY] else None


def _called(collection: Collection, row: Row, words: Mapping[str, Any]) -> str:
    """What people call it."""
    return words.get("name") or words.get("headline") or str(collection.name(row))


def _time(words: Mapping[str, Any]) -> str:
    at = words.get("at") or words.get("raised_at") or words.get("arrived_at")
    return f"<time>{_xml(at)}</time>" if at else ""


def _xml(value: Any) -> str:
    return escape(plain(value) if isinstance(value, str) else str(value))


def _shape(place: Mapping[str, Any]) -> str:
    """A geometry of GeoJSON in KML."""
    kind = place["type"]
    if kind.startswith("Multi"):
        single = kind.removeprefix("Multi")
        parts = (_shape({"type": single, "coordinates": each}) for each in place["coordinates"])
        return f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"
    if kind == "Point":
        return f"<Point>{_coordinates([place['coordinates']])}</Point>"
    if kind == "LineString":
        return f"<LineString>{_coordinates(place['coordinates'])}</LineString>"
    outer, *holes = (f"<LinearRing>{_coordinates(ring)}</LinearRing>"
                     for ring in place["coordinates"])  # fmt: skip
    inner = "".join(f"<innerBoundaryIs>{ring}</innerBoundaryIs>" for ring in holes)
    return f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>{inner}</Polygon>"


def _coordinates(places: list[list[float]]) -> str:
    return f"<coordinates>{' '.join(f'{lon},{lat}' for lon, lat, *_ in places)}</coordinates>"
