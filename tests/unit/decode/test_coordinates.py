"""Latitudes and longitudes: degrees, or degrees and minutes, with their hemispheres beside them."""

from __future__ import annotations

import math

import pytest

from monitor.decode.coordinates import Coordinates, NoCoordinateError


def read(lat: str, lon: str, *, minutes: bool | None = None) -> tuple[float, float]:
    return Coordinates(minutes=minutes).read(lat.encode(), lon.encode())


def beside(
    lat: str, north: str | None, lon: str, east: str | None, *, named: bool = True
) -> tuple[float, float]:
    sides = [None if side is None else side.encode() for side in (north, east)]
    return Coordinates().beside(lat.encode(), lon.encode(), (sides[0], sides[1]), named=named)


@pytest.mark.parametrize(
    ("lat", "lon", "degrees"),
    [
        ("32.13", "24.05", (32.13, 24.05)), (" -32.13", "324.2 ", (-32.13, -35.8)),
        ("7", "181.5", (7.0, -178.5)), ("-012.5", "-123.45", (-12.5, -123.45)),
        ("32.13 S", "24.05E", (-32.13, 24.05)), ("95.5", "-190", (95.5, -190.0)),
        ("-7.5", "360.1", (-7.5, 360.1)), ("32 7.8 N", "24 3 W", (32.13, -24.05)),
        ("3.2e1", "24", (32.0, 24.0)), ("99.9", "399.9", (99.9, 399.9)),
    ],
)  # fmt: skip
def test_degrees_stay_degrees(lat: str, lon: str, degrees: tuple[float, float]) -> None:
    """What is a little out of range is an error of the ship, and refused later on."""
    assert read(lat, lon) == pytest.approx(degrees)


@pytest.mark.parametrize(
    ("lat", "lon", "degrees"),
    [
        ("3207.8000", "02403.0000", (32.13, 24.05)), ("-3207.8", "-02403.0", (-32.13, -24.05)),
        ("0007.800", "00312.50", (0.13, 3.2083333)), ("-0007.800", "00312.50", (-0.13, 3.2083333)),
        ("3207.8 S", "2403.0 E", (-32.13, 24.05)), ("N3207.8", "W02403.0", (32.13, -24.05)),
        ("3207,8N", "12403,0E", (32.13, 124.05)), ("3207.8 N", "312.5 E", (32.13, 3.2083333)),
        ("3207 N", "2403 E", (32.1166667, 24.05)),
    ],
)  # fmt: skip
def test_degrees_and_minutes_without_a_mark(
    lat: str, lon: str, degrees: tuple[float, float]
) -> None:
    assert read(lat, lon) == pytest.approx(degrees)


@pytest.mark.parametrize(
    ("lat", "lon", "which"),
    [
        ("3207.8", "2403.0", 0), ("12.5", "2403.0", 1), ("3207.8 N", "2403.0", 0),
        ("3261.8 N", "2403.0 E", 0), ("3207.8 N", "2463.0 E", 1), ("9207.8 N", "2403.0 E", 0),
        ("3207.8 E", "2403.0 N", 0), ("500000.1", "3500000.2", 0), ("north", "24", 0),
        ("32", "east", 1), ("3207.8", "", 0),
    ],
)  # fmt: skip
def test_what_can_be_no_degrees_and_says_no_more_is_not_read(
    lat: str, lon: str, which: int
) -> None:
    with pytest.raises(NoCoordinateError) as error:
        read(lat, lon)
    assert (error.value.which, error.value.side) == (which, False)


@pytest.mark.parametrize(
    ("lat", "lon"), [("", " "), ("91", "181"), ("9100.0000", "18100.0000"), ("91.0 N", "181.0 E")]
)
def test_a_position_that_is_not_available(lat: str, lon: str) -> None:
    assert all(map(math.isnan, read(lat, lon)))


def test_the_first_row_that_says_decides_for_the_table() -> None:
    """Near the equator a row of minutes looks like one of degrees, and so does one torn."""
    nmea = Coordinates()
    assert nmea.read(b"3207.8 N", b"2403.0 E") == pytest.approx((32.13, 24.05))
    assert nmea.read(b"7.8 N", b"312.5 E") == pytest.approx((0.13, 3.2083333))
    degrees = Coordinates()
    assert degrees.read(b"32.13 N", b"24.05 E") == (32.13, 24.05)
    with pytest.raises(NoCoordinateError):
        degrees.read(b"3213 N", b"24.05 E")
    assert read("32.13", "24.05", minutes=True) == pytest.approx((32.13 / 60, 24.05 / 60))


@pytest.mark.parametrize(
    ("cells", "degrees"),
    [
        (("32.13", "N", "24.05", "E"), (32.13, 24.05)),
        (("32.13", "s", "24.05", "West"), (-32.13, -24.05)),
        (("3207.8", "S", "2403.0", "W"), (-32.13, -24.05)),
        (("0007.8", "S", "00003.0", "W"), (-0.13, -0.05)),
        (("-32.13", "S", "24.05 W", "W"), (-32.13, -24.05)),
        (("-32.13", "", "24.05E", ""), (-32.13, 24.05)),
        (("32 7.8", "S", "24\u00b0 3'", "E"), (-32.13, 24.05)),
        (("32.13 degrees", "S", "24.05", "E"), (-32.13, 24.05)),
        (("32.13", "S", "24.05", None), (-32.13, 24.05)),
    ],
)
def test_hemispheres_in_cells_of_their_own(
    cells: tuple[str, str, str, str | None], degrees: tuple[float, float]
) -> None:
    assert beside(*cells) == pytest.approx(degrees)


@pytest.mark.parametrize(
    ("cells", "which"),
    [
        (("32.13", "", "24.05", "E"), 0), (("32.13", "N", "24.05", "?"), 1),
        (("32.13 N", "S", "24.05", "E"), 0), (("32.13", "N", "-24.05", "E"), 1),
        (("32.13", "E", "24.05", "N"), 0),
    ],
)  # fmt: skip
def test_a_hemisphere_that_lacks_or_contradicts_is_not_guessed(
    cells: tuple[str, str, str, str], which: int
) -> None:
    with pytest.raises(NoCoordinateError) as error:
        beside(*cells)
    assert (error.value.which, error.value.side) == (which, True)


def test_a_position_that_is_not_there_needs_no_hemisphere() -> None:
    assert all(map(math.isnan, beside("", "", " ", "E")))
    assert all(map(math.isnan, beside("91.0", "N", "181.0", "E")))


def test_cells_without_a_name_are_hemispheres_if_both_look_like_it() -> None:
    assert beside("32.13", "S", "24.05", "W", named=False) == (-32.13, -24.05)
    assert beside("32.13", "S", "24.05", "5", named=False) == (32.13, 24.05)
    assert beside("32.13", "", "24.05", "", named=False) == (32.13, 24.05)
