"""Names of columns: aliases, also with a unit behind or with whose they are before."""

from __future__ import annotations

import pytest

from monitor.decode.columns import ALIASES, has_minutes, knots_in, known_as


@pytest.mark.parametrize(
    ("name", "alias"),
    [
        ("latwgs84", "lat"), ("longitudedeg", None), ("longitudedd", "longitude"),
        ("sogkmh", "sog"),
        ("timestampms", "timestamp"), ("positionlatitude", "latitude"), ("vesselmmsi", None),
        ("lastpositionupdatespeed", "speed"), ("staticdataimo", "imo"),
        ("vesseldraughtm", "draught"),
        ("positiontype", None), ("xm", None), ("typem", None), ("platform", None), ("days", None),
    ],
)  # fmt: skip
def test_a_longer_name_is_known_by_its_alias(name: str, alias: str | None) -> None:
    """A unit is one of what the column holds: no longitude is in metres."""
    assert known_as({name: 3}) == {name: 3} | ({} if alias is None else {alias: 3})


def test_the_plain_name_goes_before_the_longer() -> None:
    assert known_as({"speedkmh": 1, "speed": 2})["speed"] == 2


@pytest.mark.parametrize(
    ("name", "knots"),
    [("sog", 1.0), ("sogkn", 1.0), ("sogkmh", 1 / 1.852), ("positionspeedkph", 1 / 1.852),
     ("speedmps", 3.6 / 1.852), ("speedms", 3.6 / 1.852), ("draughtm", 1.0)],
)  # fmt: skip
def test_a_speeds_column_may_name_its_unit(name: str, knots: float) -> None:
    assert knots_in(name) == pytest.approx(knots)


def test_a_coordinates_column_may_say_that_it_has_minutes() -> None:
    assert known_as({"latddmmmmmm": 0, "londddmmmmmm": 1}) == {
        "latddmmmmmm": 0, "londddmmmmmm": 1, "lat": 0, "lon": 1,
    }  # fmt: skip
    assert [has_minutes(name) for name in ("latddmmmmmm", "lonnmea", "lat", "latdd", "ddm")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_no_name_is_given_to_two_kinds_but_those_of_time_and_place() -> None:
    """Else which one it is would depend on the order of the table."""
    seen: dict[str, list[str]] = {}
    for what, names in ALIASES.items():
        for name in names:
            seen.setdefault(name, []).append(what)
    twice = {name: whats for name, whats in seen.items() if len(whats) > 1}
    assert all("time" in whats for whats in twice.values()), twice
