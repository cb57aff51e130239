"""Fields of decoded logs: each spelling of "not available", each form of time, each cut."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.decode import fields
from monitor.decode.fields import text
from monitor.decode.jsonrecords import objects_in, objects_of, records
from monitor.decode.times import instant
from monitor.model import Static
from monitor.units import NO_TIME, to_iso


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12.5", 12.5), (b" 12.5 ", 12.5), (7, 7.0), ("-3e2", -300.0),
        (None, None), ("", None), ("abc", None), (True, None), ([1], None), ({}, None),
        ("inf", None), (float("nan"), None), (1e300, None), (10**400, None),
    ],
)  # fmt: skip
def test_a_number_is_read_from_anything_or_is_nan(value: object, expected: float | None) -> None:
    found = fields.number(value)
    assert math.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (235102667, 235102667), ("002442000", 2442000), (b"235102667", 235102667),
        ("235102667.0", 235102667), (235102667.0, 235102667), (9999999999, 0), (-5, 0),
        ("x", 0), (None, 0), (float("nan"), 0), (True, 0), (0.5, 0),
    ],
)  # fmt: skip
def test_an_mmsi_is_read_as_claimed_and_is_0_where_none_fits(value: object, expected: int) -> None:
    assert fields.mmsi_of(value) == expected


def test_the_sentinels_become_nan_and_their_neighbours_stay() -> None:
    assert math.isnan(fields.longitude(181))
    assert math.isnan(fields.longitude(108_600_000, 600_000.0))
    assert math.isnan(fields.latitude("91.0"))
    assert math.isnan(fields.latitude(54_600_000, 600_000.0))
    assert fields.longitude(-200.0) == -200.0
    assert fields.latitude(90.0) == 90.0
    assert math.isnan(fields.speed_kn(102.3))
    assert math.isnan(fields.speed_kn("102.300003"))
    assert fields.speed_kn(102.2) == 102.2
    assert fields.speed_kn(63) == 63.0
    assert math.isnan(fields.speed_kn(63, 27))
    assert math.isnan(fields.speed_kn(-1))
    assert math.isnan(fields.course_deg(-1))
    assert (fields.speed_kn(0), fields.course_deg(0)) == (0, 0)
    assert math.isnan(fields.course_deg("360.0"))
    assert math.isnan(fields.course_deg(511))
    assert fields.course_deg(359.9) == 359.9
    assert math.isnan(fields.heading_deg(511))
    assert math.isnan(fields.heading_deg(456))
    assert fields.heading_deg(359) == 359.0
    assert math.isnan(fields.turn_deg_min(-128))
    assert fields.turn_deg_min(127) == pytest.approx(720.003, abs=0.001)
    assert fields.turn_deg_min(-10) == pytest.approx(-4.464, abs=0.001)
    assert fields.turn_deg_min(0) == 0.0


def test_status_is_read_from_numbers_and_words() -> None:
    assert fields.status_of(5) == 5
    assert fields.status_of("12.0") == 12
    assert fields.status_of(b"Moored") == 5
    assert fields.status_of("Under Way Using Engine") == 0
    nothings: tuple[object, ...] = (None, "", "Unknown value", 99, -1, [], "16")
    for nothing in nothings:
        assert fields.status_of(nothing) == -1


def test_text_loses_its_padding() -> None:
    assert text("KASATKA             ") == "KASATKA"
    assert text("ALIDA@@@@@") == "ALIDA"
    assert text("JOANN@@BHEP@M9A.") == "JOANN BHEP M9A."
    assert text(b" OSL\xc3\x98 ") == "OSL\u00d8"
    assert text("@@@@") is None
    assert text(" ") is None
    assert text(None) is None
    assert text(3) is None


def test_a_static_report_takes_only_what_can_be_true() -> None:
    static = fields.static_of(
        mmsi=257088710, name="STANGVIKFJORD", imo="IMO9855173", ship_type="69.0", to_bow=36,
        to_stern="31", to_port=7.0, to_starboard=8, draught=45, draught_divisor=10.0,
        destination=" ", eta=None,
    )  # fmt: skip
    assert static == Static(
        mmsi=257088710, name="STANGVIKFJORD", imo=9855173, ship_type=69, to_bow_m=36,
        to_stern_m=31, to_port_m=7, to_starboard_m=8, draught_m=4.5,
    )  # fmt: skip
    assert fields.static_of(mmsi=1, imo=1, ship_type=0, draught=0, to_bow=0, to_stern=0) is None


def test_a_tenders_dimensions_are_its_mother_ships_mmsi() -> None:
    static = fields.static_of(mmsi=982190001, callsign="OX1", to_bow=21, to_stern=9)
    assert static == Static(mmsi=982190001, callsign="OX1")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("05-15T14:00Z", "05-15T14:00"), ("08071300", "08-07T13:00"),
        ("07-04 13:00", "07-04T13:00"), ("00000000", None), ("00-00T24:60Z", None),
        ("13-01T00:00Z", None), (None, None), ("soon", None),
    ],
)  # fmt: skip
def test_times_of_arrival(value: object, expected: str | None) -> None:
    assert fields.eta_of_text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1490075506, "2017-03-21T05:51:46Z"),
        ("1490075506", "2017-03-21T05:51:46Z"),
        (b"1490075506.25", "2017-03-21T05:51:46.250000Z"),
        (1788631200199, "2026-09-05T18:00:00.199000Z"),
        ("1550303566167726840", "2019-02-16T07:52:46.167726Z"),
        (1790467197.359632, "2026-09-26T23:59:57.359632Z"),
        ("2023-01-11T00:00:36", "2023-01-11T00:00:36Z"),
        ("2022-02-16 13:27", "2022-02-16T13:27:00Z"),
        ("2022-02-16", "2022-02-16T00:00:00Z"),
        ("2023-02-20T13:13:55.6209511+00:00", "2023-02-20T13:13:55.620951Z"),
        ("2023-02-20T13:13:55+02:00", "2023-02-20T11:13:55Z"),
        ("2023-02-20T13:13:55-0330", "2023-02-20T16:43:55Z"),
        ("2021-07-09 12:08:05 GMT", "2021-07-09T12:08:05Z"),
        ("2026-08-30 11:59:57.7366225 +0000 UTC", "2026-08-30T11:59:57.736622Z"),
        ("2026-08-30 11:59:57.548559821 +0000 UTC m=+0.5", "2026-08-30T11:59:57.548559Z"),
        ("20/03/2021 00:22", "2021-03-20T00:22:00Z"),
        ("01/06/2018 00:00:07", "2018-06-01T00:00:07Z"),
        ("15.08.2019 00:06:54", "2019-08-15T00:06:54Z"),
        ("01-06-15 0:01", "2015-06-01T00:01:00Z"),
        ("01-02-2014 12.30", "2014-02-01T12:30:00Z"),
        ("20220729191610", "2022-07-29T19:16:10Z"),
        ("20210701_185151", "2021-07-01T18:51:51Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
    ],
)
def test_instants_in_every_form_seen(value: object, expected: str) -> None:
    assert to_iso(instant(value)) == expected


@pytest.mark.parametrize(
    "value",
    [None, "", " ", "n/a", "2023-02-30", "20/20/2021 00:00", "2023-01-01T25:00", "0000-00-00",
     "2023-01-01T10:00:61", -1, float("nan"), 1e30, True, [], "now"],
)  # fmt: skip
def test_what_is_no_time_is_none(value: object) -> None:
    assert instant(value) == NO_TIME


@given(st.text() | st.binary() | st.floats() | st.integers() | st.none() | st.booleans())
def test_no_field_breaks_the_reading(value: object) -> None:
    fields.number(value)
    fields.whole(value)
    assert 0 <= fields.mmsi_of(value) < 2**31
    assert -1 <= fields.status_of(value) <= 15
    assert 0 <= fields.type_of(value) <= 27
    assert abs(instant(value)) < 2**63 or instant(value) == NO_TIME
    text(value)
    fields.eta_of_text(value)


def seen(data: bytes, *, final: bool = True) -> list[tuple[Any, int, bool]]:
    return [
        ([value for value, _ in r.values] or r.prefix, r.lines, r.garbled)
        for r in records(data, final=final)
    ]


def test_objects_are_found_alone_in_arrays_and_over_lines() -> None:
    assert seen(b'{"a":1}\n\n[{"a":2},{"a":3}]\n{\n "a": {"b": "}"}\n}\nhello\n') == [
        ([{"a": 1}], 1, False),
        (b"", 1, False),
        ([{"a": 2}, {"a": 3}], 1, False),
        ([{"a": {"b": "}"}}], 3, False),
        (b"hello", 1, False),
    ]
    assert seen(b'[\n{"a":1},\n{"a":2}\n]\n') == [
        (b"", 1, False),
        ([{"a": 1}], 1, False),
        ([{"a": 2}], 1, False),
        (b"", 1, False),
    ]


def test_a_cut_object_is_refused_and_swallows_nothing() -> None:
    assert seen(b'{"a":1,"b"\n{"a":2}\n') == [(b"", 1, True), ([{"a": 2}], 1, False)]
    assert seen(b'{"a":1,\n{"a":2}\n') == [(b"", 1, True), ([{"a": 2}], 1, False)]
    assert seen(b'{"a":[1,\n!AIVDM,1\n') == [(b"", 1, True), (b"!AIVDM,1", 1, False)]
    assert seen(b'{"a":2}\n{"a":3,"b') == [([{"a": 2}], 1, False), (b"", 1, True)]
    assert seen(b'{"a":2}\n{"a":3,"b', final=False) == [([{"a": 2}], 1, False)]
    assert seen(b'{"a":nonsense}\n{"a":2}\n') == [(b"", 1, True), ([{"a": 2}], 1, False)]


def test_features_on_lines_of_their_own_belong_to_their_collection() -> None:
    source = b'{"features":[\n{"a":1},\n{"a":2}\n]}\n{"a":3}\n'
    assert seen(source) == [
        ([{"features": [{"a": 1}, {"a": 2}]}], 4, False),
        ([{"a": 3}], 1, False),
    ]


def test_what_stands_before_a_brace_is_told() -> None:
    (record,) = records(b'data: {"a":1}\n', final=True)
    assert record.prefix == b"data:"
    (record,) = records(b"a note [in brackets]\n", final=True)
    assert (record.prefix, record.garbled) == (b"a note [in brackets]", False)
    assert objects_of("[1, 2]") is None


def test_the_objects_in_a_cut_head_are_found() -> None:
    head = b'x {"a":1}\n{"big":[{"b":2},{"c":'
    assert list(objects_in(head)) == [(b"x", {"a": 1}), (b'{"big":', {"b": 2})]


@given(st.binary(max_size=400), st.integers(0, 8))
def test_every_line_belongs_to_one_record(data: bytes, braces: int) -> None:
    source = data + b"\n{" * braces + data
    lines = source.split(b"\n")
    count = len(lines) - (not lines[-1])
    assert sum(r.lines for r in records(source, final=True)) == count
