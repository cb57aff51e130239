"""Records as text for other programs: what stands in each format, to the letter."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from monitor.report.formats import (
    FORMATS,
    flatten,
    json_text,
    to_csv,
    to_geojson,
    to_json,
    to_jsonl,
)

CALL: dict[str, Any] = {
    "id": "5b1c", "mmsi": 230_108_610, "name": "ÆGIR", "port": "tartus",
    "arrived": {"earliest": None, "at": "2024-12-13T04:05:06Z", "latest": "2024-12-13T04:06:00Z"},
    "departed": None, "stages": [{"kind": "Berthed"}],
}  # fmt: skip
EVENT: dict[str, Any] = {
    "id": "77aa", "kind": "PortArrived", "lon": 35.86, "lat": 34.9,
    "evidence": {"fixes": [], "figures": {"radius_m": 100.0}},
}  # fmt: skip


def test_the_formats_there_are() -> None:
    assert list(FORMATS) == ["json", "jsonl", "csv", "geojson"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("json", "[]\n"),
        ("jsonl", ""),
        ("csv", ""),
        ("geojson", '{"type": "FeatureCollection", "features": []}\n'),
    ],
)
def test_nothing_is_still_a_file_of_its_format(name: str, text: str) -> None:
    assert FORMATS[name]([]) == text


def test_json_is_one_array_whose_letters_can_be_read() -> None:
    text = to_json([{"name": "ÆGIR", "lon": None}])
    assert text == '[\n  {\n    "name": "ÆGIR",\n    "lon": null\n  }\n]\n'


def test_jsonl_is_an_object_a_line() -> None:
    """Whatever a name holds, a line is a record."""
    text = to_jsonl([{"name": "A\nB"}, {"name": "ÆGIR"}])
    assert text == '{"name": "A\\nB"}\n{"name": "ÆGIR"}\n'


def test_csv_has_a_heading_and_ends_its_lines_as_rfc_4180_says() -> None:
    assert to_csv([{"mmsi": 1, "name": "ÆGIR"}, {"mmsi": 2, "name": None}]) == (
        "mmsi,name\r\n1,ÆGIR\r\n2,\r\n"
    )


def test_csv_quotes_what_would_be_taken_apart() -> None:
    name = 'SKYE, "ISLE" OF MIST'
    text = to_csv([{"name": name, "port": "tartus"}])
    assert text == 'name,port\r\n"SKYE, ""ISLE"" OF MIST",tartus\r\n'
    assert list(csv.DictReader(io.StringIO(text, newline=""))) == [{"name": name, "port": "tartus"}]


def test_csv_has_a_column_for_every_member_of_any_record() -> None:
    assert to_csv([{"a": 1}, {"b": 2, "a": 3}]) == "a,b\r\n1,\r\n3,2\r\n"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM", "'@SUM"),
        ("\t=1", "' =1"), ("\r1", "' 1"), (" =1", "' =1"), ("\uff1d1", "'\uff1d1"),
        ("A=1", "A=1"), ("", ""), ("'A", "'A"),
    ],
)  # fmt: skip
def test_a_text_in_csv_is_no_formula(text: str, cell: str) -> None:
    """Whatever a ship calls herself, a spreadsheet shows it and does not reckon."""
    assert list(csv.reader(io.StringIO(to_csv([{"name": text, "n": 1}])))) == [
        ["name", "n"], [cell, "1"],
    ]  # fmt: skip


def test_a_number_in_csv_stays_a_number() -> None:
    assert to_csv([{"lon": -35.5, "n": -1, "known": True}]) == "lon,n,known\r\n-35.5,-1,True\r\n"


def test_what_cannot_be_printed_reaches_no_terminal_in_any_format() -> None:
    """JSON has an escape for it, of which a program reads the same; CSV has none."""
    name = "A\x1b[2J\x7f\x9b\u202eB\U000e0041"
    record = {"name": name, "lon": 1.0, "lat": 2.0, "stages": [{"kind": name}]}
    for write in FORMATS.values():
        assert write([record]).replace("\r", "").replace("\n", "").isprintable()
    assert json.loads(to_json([record])) == [record]
    assert json.loads(to_geojson([record]))["features"][0]["properties"]["name"] == name
    (row,) = csv.DictReader(io.StringIO(to_csv([record])))
    assert row["name"] == "A?[2J???B?"
    assert json.loads(row["stages"]) == record["stages"]
    assert json_text("\x9bÆ") == '"\\u009bÆ"'


def test_a_nested_object_becomes_columns_and_a_list_json() -> None:
    assert flatten(CALL) == {
        "id": "5b1c", "mmsi": 230_108_610, "name": "ÆGIR", "port": "tartus",
        "arrived_earliest": None, "arrived_at": "2024-12-13T04:05:06Z",
        "arrived_latest": "2024-12-13T04:06:00Z", "departed_earliest": None, "departed_at": None,
        "departed_latest": None, "stages": '[{"kind": "Berthed"}]',
    }  # fmt: skip


def test_a_call_that_has_not_ended_has_the_columns_of_one_that_has() -> None:
    ended = {**CALL, "departed": CALL["arrived"]}
    assert list(flatten(CALL)) == list(flatten(ended))
    assert len(to_csv([CALL, ended]).splitlines()) == 3


def test_evidence_stays_in_one_column() -> None:
    assert flatten(EVENT)["evidence"] == '{"fixes": [], "figures": {"radius_m": 100.0}}'


def test_a_feature_has_its_place_and_its_id_and_the_rest_as_properties() -> None:
    """RFC 7946: longitude first; the id beside the properties, not among them."""
    (feature,) = json.loads(to_geojson([EVENT]))["features"]
    assert feature == {
        "type": "Feature", "id": "77aa",
        "geometry": {"type": "Point", "coordinates": [35.86, 34.9]},
        "properties": {"kind": "PortArrived", "evidence": EVENT["evidence"]},
    }  # fmt: skip


def test_a_way_is_a_line_and_a_single_place_of_it_none() -> None:
    """A voyage: its fixes in their order; where there are fewer than two, where it was told."""
    place = {"lon": 24.0, "lat": 32.1, "name": "A"}
    way = [[35.8, 34.9], [24.0, 32.1]]
    for record, geometry in (
        ({**place, "way": way}, {"type": "LineString", "coordinates": way}),
        ({**place, "way": way[:1]}, {"type": "Point", "coordinates": [24.0, 32.1]}),
        ({**place, "way": []}, {"type": "Point", "coordinates": [24.0, 32.1]}),
        ({"lon": None, "lat": None, "name": "A", "way": []}, None),
    ):
        (feature,) = json.loads(to_geojson([record]))["features"]
        assert feature == {"type": "Feature", "geometry": geometry, "properties": {"name": "A"}}


@pytest.mark.parametrize(
    "record", [{"name": "A"}, {"lon": None, "lat": None, "name": "A"}, {"lon": 1.0, "name": "A"}]
)
def test_a_record_without_a_place_is_a_feature_without_one(record: dict[str, Any]) -> None:
    (feature,) = json.loads(to_geojson([record]))["features"]
    assert feature == {"type": "Feature", "geometry": None, "properties": {"name": "A"}}


def test_a_place_on_the_equator_and_the_meridian_is_a_place() -> None:
    (feature,) = json.loads(to_geojson([{"lon": 0.0, "lat": 0.0}]))["features"]
    assert feature["geometry"]["coordinates"] == [0.0, 0.0]


def test_no_format_changes_the_records() -> None:
    """The same list may be printed twice."""
    before = json.dumps([CALL, EVENT])
    records = [CALL, EVENT]
    for write in FORMATS.values():
        write(records)
    assert json.dumps(records) == before
