"""Units and instants, each against its definition."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import units


def test_the_constants_are_those_of_their_equations() -> None:
    """A nautical mile is 1852 m, a knot a mile an hour, a degree a 360th of a great circle."""
    assert pytest.approx(0.514444, abs=1e-6) == units.KNOT_MPS
    assert pytest.approx(9 * 1852 / 3600) == 9 * units.KNOT_MPS
    assert pytest.approx(units.EARTH_RADIUS_M, abs=0.05) == (2 * 6_378_137.0 + 6_356_752.3142) / 3
    assert math.pi * units.EARTH_RADIUS_M / 180 == pytest.approx(units.DEGREE_M, abs=0.01)
    assert units.DAY_US == 86_400_000_000


def test_no_time_is_before_every_instant() -> None:
    """It is the least int64, so that a running maximum never chooses it."""
    assert units.NO_TIME == -(2**63)
    assert units.from_datetime(datetime(1, 1, 1, tzinfo=UTC)) > units.NO_TIME


@pytest.mark.parametrize(
    ("instant", "micros"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), 1_700_000_000_000_000),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), -1),
        (datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))), 0),
    ],
)
def test_an_instant_is_microseconds_since_the_epoch(instant: datetime, micros: int) -> None:
    """Before the epoch they are negative; other time zones are taken into account."""
    assert units.from_datetime(instant) == micros
    assert units.to_datetime(micros) == instant


def test_a_naive_datetime_is_no_instant() -> None:
    """Nobody knows which hour a time without a zone means."""
    with pytest.raises(ValueError, match="time zone"):
        units.from_datetime(datetime(2024, 1, 1))  # noqa: DTZ001 - that is the point


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001
def test_there_and_back_loses_nothing(naive: datetime) -> None:
    """Not even a microsecond, which floats would."""
    instant = naive.replace(tzinfo=UTC)
    assert units.to_datetime(units.from_datetime(instant)) == instant


def test_iso_has_a_z_and_microseconds_only_where_there_are_some() -> None:
    """RFC 3339 in UTC."""
    assert units.to_iso(1_734_062_706_000_000) == "2024-12-13T04:05:06Z"
    assert units.to_iso(1_734_062_706_000_001) == "2024-12-13T04:05:06.000001Z"


def test_what_was_written_as_an_instant_is_read_again() -> None:
    for at in (0, 1_734_062_706_000_000, 1_734_062_706_000_001, -1):
        assert units.from_iso(units.to_iso(at)) == at
    assert units.from_iso("2024-12-13T06:05:06+02:00") == 1_734_062_706_000_000
    for text in ("2024-12-13T04:05:06", "yesterday"):
        with pytest.raises(ValueError, match=r"zone|isoformat"):
            units.from_iso(text)
