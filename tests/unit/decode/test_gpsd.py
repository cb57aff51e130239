"""gpsd's JSON: which units it is in, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.decode.gpsd import GpsdDecoder, is_scaled
from monitor.model import Lines, Reports
from tests.unit.decode.reports import refused


def decoded(data: bytes) -> Reports:
    return GpsdDecoder().decode(Lines(data=data, source="log"), final=True)


TPV = b'{"class":"TPV","mode":3,"time":"2020-04-07T21:39:50.000Z","lat":52.8,"lon":5.7}\n'


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


def test_a_type_that_is_none_and_a_broken_line_are_refused() -> None:
    reports = decoded(TPV + b'{"class":"AIS","type":0,"mmsi":1}\n{"class":"AIS","ty\n' + TPV)
    assert refused(reports) == {"not_ais": 2, "unknown_type": 1, "garbled": 1}
