"""Files of features, row by row: read back by strict readers, with hostile names in them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from monitor.report.features.collections import BY_ID, Collection
from monitor.report.features.downloads import Csv, Download, GeoJson, GeoJsonSeq, Gpx, Kml
from monitor.report.features.feature import feature
from tests.unit.report.features.test_feature import ROW, VESSELS

NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)
EVIL = {**ROW, "name": '=HYPERLINK("x")</name>&\x1b[31m'}
NOWHERE = {**ROW, "mmsi": 1, "geometry": None}
FENCES = BY_ID["geofences"]
RING = [[35.0, 34.0], [36.0, 34.0], [36.0, 35.0], [35.0, 34.0]]
HOLE = [[35.4, 34.1], [35.6, 34.1], [35.6, 34.3], [35.4, 34.1]]
FENCE = {each.name: "word" for each in FENCES.properties}
AREA = {**FENCE, "geometry": json.dumps({"type": "Polygon", "coordinates": [RING, HOLE]})}
AREAS = {**FENCE, "geometry": json.dumps({"type": "MultiPolygon", "coordinates": [[RING], [HOLE]]})}
POSITIONS = BY_ID["positions"]


def fix(mmsi: int, minute: int, track: int = 0) -> dict[str, Any]:
    """A position."""
    row: dict[str, Any] = dict.fromkeys((each.name for each in POSITIONS.properties), None)
    place = {"type": "Point", "coordinates": [24 + minute / 100, 32]}
    return {**row, "mmsi": mmsi, "track": track, "at": NOON + timedelta(minutes=minute),
            "geometry": json.dumps(place)}  # fmt: skip


def written(form: type[Download], rows: Sequence[Any], of: Collection = VESSELS) -> bytes:
    """The whole file."""
    file = form(of)
    return b"".join([file.begin(), *(file.row(row) for row in rows), file.end()])


def test_a_sheet() -> None:
    """Points as numbers, no formula, one heading."""
    first, second = csv.DictReader(io.StringIO(written(Csv, [EVIL, NOWHERE]).decode(), newline=""))
    assert (first["lon"], first["lat"], first["mmsi"]) == ("24", "32", "273999410")
    assert first["name"].startswith("'=HYPERLINK")
    assert "\x1b" not in first["name"]
    assert (second["lon"], second["geometry"]) == ("", "")
    (area,) = csv.DictReader(io.StringIO(written(Csv, [AREA], FENCES).decode(), newline=""))
    assert json.loads(area["geometry"])["type"] == "Polygon"


def test_a_sheet_of_nothing_has_its_heading() -> None:
    (line,) = written(Csv, []).decode().splitlines()
    assert line.startswith("mmsi,name,")


@pytest.mark.parametrize("rows", [[], [EVIL], [EVIL, NOWHERE, ROW]])
def test_geojson_and_a_feature_a_line(rows: list[Any]) -> None:
    """The same features, as one document and as a sequence."""
    expected = [json.loads(feature(VESSELS, row)) for row in rows]
    whole = json.loads(written(GeoJson, rows))
    assert (whole["type"], whole["features"]) == ("FeatureCollection", expected)
    texts = written(GeoJsonSeq, rows).split(b"\x1e")
    assert [json.loads(text) for text in texts[1:]] == expected
    assert texts[0] == b""


def xml(data: bytes) -> ET.Element:
    return ET.fromstring(data)  # noqa: S314 - our own


GPX = "{http://www.topografix.com/GPX/1/1}"
KML = "{http://www.opengis.net/kml/2.2}"


def test_tracks_for_plotters() -> None:
    """A track a ship and track number, each begun once it is its turn."""
    rows = [fix(1, 0), fix(1, 1), fix(1, 2, track=1), fix(2, 0)]
    root = xml(written(Gpx, rows, POSITIONS))
    tracks = root.findall(f"{GPX}trk")
    assert [track.findtext(f"{GPX}name") for track in tracks] == [
        "000000001 track 0", "000000001 track 1", "000000002 track 0",
    ]  # fmt: skip
    assert [len(track.findall(f".//{GPX}trkpt")) for track in tracks] == [2, 1, 1]
    assert root.findtext(f".//{GPX}time") == "2024-12-13T12:00:00Z"
    assert not list(xml(written(Gpx, [], POSITIONS)))


def test_points_for_plotters() -> None:
    """What has no point is left out; a name is no markup."""
    (point,) = xml(written(Gpx, [EVIL, NOWHERE]))
    assert (point.tag, point.get("lat")) == (f"{GPX}wpt", "32")
    assert (point.findtext(f"{GPX}name") or "").startswith('=HYPERLINK("x")</name>&')


def test_placemarks() -> None:
    """All words, and shapes of all kinds."""
    (mark,) = xml(written(Kml, [EVIL])).iter(f"{KML}Placemark")
    data = {one.get("name"): one.findtext(f"{KML}value") for one in mark.iter(f"{KML}Data")}
    assert (data["mmsi"], data["sog_kn"]) == ("273999410", "12.3")
    assert mark.findtext(f".//{KML}coordinates") == "24,32"
    area, areas = xml(written(Kml, [AREA, AREAS], FENCES)).iter(f"{KML}Placemark")
    assert len(list(area.iter(f"{KML}innerBoundaryIs"))) == 1
    assert len(list(areas.iter(f"{KML}Polygon"))) == 2
    line = {**ROW, "geometry": json.dumps({"type": "LineString", "coordinates": RING})}
    (mark,) = xml(written(Kml, [line, NOWHERE][:1])).iter(f"{KML}LineString")
    assert (mark.findtext(f"{KML}coordinates") or "").count(" ") == 3
