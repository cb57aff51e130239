"""Cells: numbers, coordinates and MMSIs as tables hold them."""

from __future__ import annotations

import math

import pytest

from monitor.decode.cells import (
    angle,
    degrees_field,
    longitude_field,
    mmsi_field,
    mmsi_in,
    speed_field,
)


@pytest.mark.parametrize(
    ("field", "degrees"),
    [(b"24.9", 24.9), (b" -7.5 ", -7.5), (b"1e1", 10.0), (b"181.1", 181.1), (b"0", 0.0)],
)
def test_a_coordinate(field: bytes, degrees: float) -> None:
    assert degrees_field(field, 181.0) == degrees


@pytest.mark.parametrize("field", [b"", b"  ", b"181", b"181.00001", b"nan", b"inf", b"1e9"])
def test_a_coordinate_that_is_not_available(field: bytes) -> None:
    assert math.isnan(degrees_field(field, 181.0))


@pytest.mark.parametrize("field", [b"60 06.1", b"north", b"N60S", b"60 N 1", b"1.2.3"])
def test_a_coordinate_that_is_no_number_is_not_taken_for_a_blank(field: bytes) -> None:
    with pytest.raises(ValueError, match="no coordinate"):
        degrees_field(field, 91.0)


@pytest.mark.parametrize(
    ("field", "degrees"),
    [
        (b"39.01888 N", 39.01888), (b"S 34.9", -34.9), (b"35.8E", 35.8), (b"35,8 w", -35.8),
        ("34°54.0'N".encode(), 34.9), ("34° 54' 36\" S".encode(), -34.91), (b"-34.9", -34.9),
    ],
)  # fmt: skip
def test_a_coordinate_with_its_hemisphere(field: bytes, degrees: float) -> None:
    assert degrees_field(field, 181.0) == pytest.approx(degrees, abs=1e-9)


@pytest.mark.parametrize(
    ("field", "degrees"), [(b"324.2", -35.8), (b"180.5", -179.5), (b"360", 0.0), (b"360.1", 360.1)]
)
def test_longitudes_from_0_to_360(field: bytes, degrees: float) -> None:
    assert longitude_field(field) == pytest.approx(degrees, abs=1e-9)


@pytest.mark.parametrize(
    ("field", "knots"),
    [
        (b"8.1 kn", 8.1), (b"8,1kts", 8.1), (b"18.52 km/h", 10.0), (b"5.144444 m/s", 10.0),
        (b"11.51 mph", 10.002), (b"8.1", 8.1),
    ],
)  # fmt: skip
def test_a_speed_with_its_unit(field: bytes, knots: float) -> None:
    assert speed_field(field) == pytest.approx(knots, abs=1e-3)
    assert math.isnan(speed_field(b"fast"))


@pytest.mark.parametrize(
    ("field", "mmsi"),
    [(b"2.73999410E+08", 273_999_410), (b"2.73999E+08", None), (b"2.74E+08", None)],
)
def test_an_mmsi_that_lost_digits_is_none(field: bytes, mmsi: int | None) -> None:
    """A spreadsheet writes six digits of nine: whose it is cannot be told any more."""
    if mmsi is not None:
        assert mmsi_field(field) == mmsi
        return
    with pytest.raises(ValueError, match="not a number"):
        mmsi_field(field)


@pytest.mark.parametrize(
    ("field", "mmsi"),
    [(b"230108610", 230_108_610), (b" 230108610 ", 230_108_610), (b"230108610.0", 230_108_610),
     (b"0", 0), (b"-5", 0), (b"4294967296", 0)],
)  # fmt: skip
def test_an_mmsi_or_zero_for_a_number_that_no_column_holds(field: bytes, mmsi: int) -> None:
    assert mmsi_field(field) == mmsi


@pytest.mark.parametrize("field", [b"", b"SKYE", b"230108610.5"])
def test_an_mmsi_that_is_no_number(field: bytes) -> None:
    with pytest.raises(ValueError, match="not a number"):
        mmsi_field(field)


@pytest.mark.parametrize(
    ("cell", "degrees"),
    [
        ("N 32.13", 32.13), ("32.13 South", -32.13), ("32 7.8 N", 32.13), ("32-07.8S", -32.13),
        ("32 7 48 N", 32.13), ("32\u00ba7\u201948\u201d N", 32.13), ("32\u00b07'48''W", -32.13),
        ("-32\u00b0 7.8'", -32.13), ("E 024 03.0", 24.05),
    ],
)  # fmt: skip
def test_angles_are_read_with_and_without_their_marks(cell: str, degrees: float) -> None:
    assert angle(cell.encode()) == pytest.approx(degrees)


@pytest.mark.parametrize(
    "cell", ["32 7.8", "N 32 S", "32 75 N", "north", "32 7 48 11 N", "1" + " " * 200_000 + "x"]
)
def test_what_is_no_angle_is_refused_at_once(cell: str) -> None:
    with pytest.raises(ValueError, match="no coordinate"):
        angle(cell.encode())


@pytest.mark.parametrize(
    "cell",
    [
        "MMSI:273999001", "MMSI 273999001", "'273999001", '="273999001"',
        "urn:mrn:imo:mmsi:273999001",
    ],
)  # fmt: skip
def test_an_mmsi_may_have_its_name_before_it(cell: str) -> None:
    assert mmsi_in(cell.encode()) == b"273999001"
    assert mmsi_in(b"x273999001") == b"x273999001"
