"""gpsd's words: which units stand in an object, and what becomes of each word."""

from __future__ import annotations

import math
from typing import Any

import pytest

from monitor.decode.gpsd_words import is_scaled, row_of, turn_of
from monitor.model import Static
from monitor.units import SECOND_US

AT = 1_700_000_000 * SECOND_US

POSITION = {
    "class": "AIS", "type": 1, "mmsi": 211000001, "status": 5, "speed": 12.3, "course": 90.5,
    "heading": 91, "lon": 35.9, "lat": 34.9, "turn": -4.0,
}  # fmt: skip
RAW = {
    **POSITION, "speed": 123, "course": 905, "lon": 21_540_000, "lat": 20_940_000, "turn": -10,
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "scaled"),
    [
        ({"scaled": True, "lon": 3.5, "lat": 50.5}, True),
        ({"scaled": False, "lon": 3, "lat": 5}, False),
        ({"scaled": True, "lon": 3406970, "lat": 31713237}, False),
        ({"lon": 3.5, "lat": 50.5}, True),
        ({"lon": 14, "lat": 36}, False),
        ({"lon": 181.0, "lat": 91.0}, True),
        ({}, True),
    ],
)
def test_the_units_are_told_by_the_word_or_by_the_longitude(
    value: dict[str, Any],
    scaled: bool,  # noqa: FBT001 - one row of the table
) -> None:
    assert is_scaled(value) is scaled


@pytest.mark.parametrize(("value", "scaled"), [(POSITION, True), (RAW, False)])
def test_a_position_is_the_same_in_either_unit(
    value: dict[str, Any],
    scaled: bool,  # noqa: FBT001 - one row of the table
) -> None:
    """Degrees and knots, or 1/10000 minutes and tenths."""
    row = row_of(value, at=AT, scaled=scaled)
    assert (row.at, row.mmsi, row.type, row.kind, row.has_position) == (
        AT, 211_000_001, 1, "position", True,
    )  # fmt: skip
    assert (row.lon, row.lat) == (pytest.approx(35.9), pytest.approx(34.9))
    assert (row.sog_kn, row.cog_deg) == (pytest.approx(12.3), pytest.approx(90.5))
    assert (row.heading_deg, row.status, row.static) == (91.0, 5, None)


def test_a_long_range_position_has_units_of_its_own() -> None:
    """Whole knots, tenths of a minute, as raw; degrees where they are scaled."""
    words = {"type": 27, "mmsi": 211000001, "speed": 12, "lon": 21_540, "lat": 20_940}
    row = row_of(words, at=AT, scaled=False)
    assert (row.lon, row.lat, row.sog_kn) == (pytest.approx(35.9), pytest.approx(34.9), 12.0)
    row = row_of({**words, "lon": 35.9, "lat": 34.9}, at=AT, scaled=True)
    assert (row.lon, row.sog_kn) == (pytest.approx(35.9), 12.0)


@pytest.mark.parametrize(
    ("turn", "scaled", "deg_min"),
    [
        ("fastright", True, 720.0), ("fastleft", False, -720.0), (-128, True, math.nan),
        ("nan", True, math.nan), (12.5, True, 12.5), (0, False, 0.0), (None, False, math.nan),
    ],
)  # fmt: skip
def test_a_turn_is_a_number_or_a_word(turn: object, scaled: bool, deg_min: float) -> None:  # noqa: FBT001
    """127 and -127 are words: faster than 5 degrees in 30 s."""
    assert turn_of(turn, scaled=scaled) == pytest.approx(deg_min, nan_ok=True)


@pytest.mark.parametrize(("scaled", "draught"), [(True, 7.5), (False, 75)])
def test_a_static_report_says_who_she_is(scaled: bool, draught: float) -> None:  # noqa: FBT001
    """Its draught is in metres or in tenths."""
    words = {
        "type": 5, "mmsi": 211000001, "shipname": "ALDA", "callsign": "DABC", "imo": 9123456,
        "shiptype": 70, "to_bow": 100, "to_stern": 20, "to_port": 10, "to_starboard": 12,
        "draught": draught, "destination": "TOBRUK",
    }  # fmt: skip
    row = row_of(words, at=AT, scaled=scaled)
    assert row.static == Static(
        mmsi=211_000_001, name="ALDA", callsign="DABC", imo=9_123_456, ship_type=70,
        to_bow_m=100, to_stern_m=20, to_port_m=10, to_starboard_m=12, draught_m=7.5,
        destination="TOBRUK",
    )  # fmt: skip
    assert not row.has_position


def test_other_messages_are_only_counted() -> None:
    """A base station's position is no ship's."""
    row = row_of({"type": 4, "mmsi": 2110001, "lon": 1.0, "lat": 2.0}, at=AT, scaled=True)
    assert (row.kind, row.has_position, row.static) == ("base_station", False, None)
