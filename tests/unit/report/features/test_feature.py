"""A feature as GeoJSON: flat, typed, its place as the store gave it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from monitor.report.features.collections import BY_ID
from monitor.report.features.documents import link
from monitor.report.features.feature import feature, properties_of
from monitor.report.features.forms import feature_form

VESSELS = BY_ID["vessels"]
NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)
ROW = {
    "mmsi": 273999410, "name": '"}, "evil": 1', "callsign": None, "imo": 9268710, "ship_type": 70,
    "length_m": 120, "beam_m": 18, "identified_at": NOON, "at": NOON, "sog_kn": 12.300000190735,
    "cog_deg": None, "status": 0, "geometry": '{"type":"Point","coordinates":[24,32]}',
}  # fmt: skip


def test_what_a_program_reads() -> None:
    found = json.loads(feature(VESSELS, ROW))
    assert list(found) == ["type", "id", "geometry", "properties"]
    assert found["geometry"] == {"type": "Point", "coordinates": [24, 32]}
    told = found["properties"]
    assert (told["sog_kn"], told["at"], told["imo"]) == (12.3, "2024-12-13T12:00:00Z", 9268710)
    assert (told["flag"], told["status_text"], told["ship_type_text"]) == (
        "RU", "under way using engine", "cargo",
    )  # fmt: skip
    assert told["name"] == '"}, "evil": 1'
    assert all(not isinstance(value, list | dict) for value in told.values())
    feature_form(VESSELS).model_validate(found)


def test_a_feature_of_nowhere_with_links() -> None:
    links = [link("http://watch.example/", "self", "application/geo+json", "It")]
    found = json.loads(feature(VESSELS, {**ROW, "geometry": None}, *links))
    assert (found["geometry"], found["links"]) == (None, links)
    feature_form(VESSELS).model_validate(found)


def test_properties_stand_in_the_order_of_the_table() -> None:
    names = list(properties_of(VESSELS, ROW))
    assert names[:12] == [each.name for each in VESSELS.properties]
