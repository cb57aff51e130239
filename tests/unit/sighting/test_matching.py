"""What AIS tells of a sighting: matched, dark, elsewhere, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sighting.matching import (
    HEARD_M,
    MATCH_M,
    MATCH_US,
    Matched,
    Report,
    Spot,
    Verdict,
    about,
    is_hers,
    matched,
    spot_of_area,
)
from monitor.units import DEGREE_M, KNOT_MPS, MINUTE_US
from tests.unit.sighting.seen import NOON, hull, seen

SPOT = Spot(35.86, 34.91, 300.0)
HERS = 273_111_000
OTHER = 636_000_001


def report(off_m: float = 0.0, *, minutes: float = 0, **words: Any) -> Report:
    """A report so far north of the spot, so long after noon; hers, unless it is said."""
    given: dict[str, Any] = {
        "mmsi": HERS, "track": 0, "at": NOON + round(minutes * MINUTE_US), "lon": SPOT.lon,
        "lat": SPOT.lat + off_m / DEGREE_M, "sog_kn": 0.0, "name": "SPARTA II", "imo": 9160994,
        "length_m": 110.0,
    }  # fmt: skip
    return Report(**{**given, **words})


def other(off_m: float = 0.0, **words: Any) -> Report:
    """Of another ship."""
    return report(off_m, **{"mmsi": OTHER, "name": "ELSE", "imo": None, **words})


def verdict(*reports: Report, sighting: Any = None) -> Matched:
    return matched(sighting or seen(), SPOT, reports)


def test_the_ship_that_was_named_was_heard_there() -> None:
    found = verdict(report(100), other(50))
    assert (found.verdict, found.ships) == (Verdict.MATCHED, (HERS,))
    assert found.words == "Matched: AIS had her there, too."


def test_others_were_heard_and_she_was_not() -> None:
    assert verdict(other(50)).verdict is Verdict.DARK
    assert verdict(other(HEARD_M)).verdict is Verdict.DARK


def test_nobody_was_heard_so_nothing_follows() -> None:
    assert verdict().verdict is Verdict.UNKNOWN
    assert verdict(other(HEARD_M + 1_000)).verdict is Verdict.UNKNOWN
    late = other(0, minutes=31)
    assert verdict(late).verdict is Verdict.UNKNOWN


def test_ais_had_her_elsewhere() -> None:
    """One of the two is false: it is not said which."""
    found = verdict(report(200_000))
    assert (found.verdict, found.ships) == (Verdict.ELSEWHERE, (HERS,))
    assert "AIS had her elsewhere" in found.words


@pytest.mark.parametrize(
    ("off_m", "said"),
    [(300 + MATCH_M - 5, Verdict.MATCHED), (300 + MATCH_M + 5, Verdict.ELSEWHERE)],
)
def test_how_near_is_hers(off_m: float, said: Verdict) -> None:
    """As far as the sighting itself may be off, and 2 km."""
    assert verdict(report(off_m)).verdict is said


def test_what_she_moved_in_between_is_allowed_for() -> None:
    moved = 12 * KNOT_MPS * 1_200
    assert verdict(report(MATCH_M + moved, minutes=20, sog_kn=12.0)).verdict is Verdict.MATCHED
    assert verdict(report(MATCH_M + moved, minutes=20, sog_kn=6.0)).verdict is Verdict.ELSEWHERE
    assert verdict(report(MATCH_M + moved, minutes=20, sog_kn=None)).verdict is Verdict.ELSEWHERE


def test_within_the_time_of_a_sighting_nothing_is_late() -> None:
    day = seen(until="2024-12-15T12:00Z")
    assert verdict(report(0, minutes=700), sighting=day).verdict is Verdict.MATCHED


def test_a_time_that_is_too_long_is_not_compared() -> None:
    week = seen(until="2024-12-21")
    found = verdict(report(0), sighting=week)
    assert found.words == "Not compared with AIS: its time is longer than two days."
    assert found.verdict is Verdict.UNKNOWN


def test_a_hull_is_matched_by_place_and_length() -> None:
    """Each of that length is named, the nearest first; a ship half as long is none."""
    found = verdict(report(500), other(100), sighting=hull())
    assert (found.verdict, found.ships) == (Verdict.MATCHED, (OTHER, HERS))
    assert found.words == "Matched: 2 ships were heard there by AIS, of that length."
    assert verdict(other(100, length_m=50.0), sighting=hull()).verdict is Verdict.DARK
    assert verdict(other(100, length_m=120.0), sighting=hull()).verdict is Verdict.MATCHED


def test_a_hull_that_only_may_be_one_is_neither_matched_nor_dark() -> None:
    """Its length is not known, or that of those who were heard."""
    for found in (
        verdict(other(100, length_m=None), sighting=hull()),
        verdict(other(100), sighting=hull(length_m=None)),
    ):
        assert (found.verdict, found.ships) == (Verdict.UNKNOWN, (OTHER,))
        assert (
            found.words == "1 ship was heard there by AIS and may be it: the length is not known."
        )


@pytest.mark.parametrize(
    ("words", "reported", "hers"),
    [
        ({}, {}, True),
        ({}, {"imo": 9743033}, False),
        ({}, {"imo": None}, True),
        ({"mmsi": str(HERS)}, {"imo": None, "name": None}, True),
        ({"mmsi": str(OTHER)}, {"imo": None}, False),
        ({"imo": None, "name": "MV Sparta 2"}, {"imo": None}, True),
        ({"imo": None, "name": "Sparta IV"}, {"imo": None}, False),
        ({"imo": None}, {"imo": None, "name": None}, False),
    ],
)
def test_whose_report_it_is(words: Any, reported: Any, *, hers: bool) -> None:
    """By IMO number, else MMSI, else name."""
    assert is_hers(seen(**words), report(**reported)) is hers


def test_what_is_looked_at_holds_all_that_matters() -> None:
    west, south, east, north = about(SPOT)
    assert (east - west) / 2 > (HEARD_M + 300) / DEGREE_M
    assert north - south == pytest.approx(2 * (HEARD_M + 300) / DEGREE_M)


def test_an_area_reaches_to_its_corners() -> None:
    spot = spot_of_area(35, 34, 36, 35)
    assert (spot.lon, spot.lat) == (35.5, 34.5)
    assert spot.within_m == pytest.approx(72_000, rel=0.01)


@given(st.lists(st.tuples(st.floats(-4e5, 4e5), st.floats(-40, 40), st.booleans()), max_size=8))
def test_the_order_of_reports_does_not_matter(rows: list[tuple[float, float, bool]]) -> None:
    reports = [(report if hers else other)(off, minutes=late) for off, late, hers in rows]
    one, two = verdict(*reports), verdict(*reports[::-1])
    assert (one.verdict, one.ships) == (two.verdict, two.ships)
    if one.verdict is Verdict.MATCHED:
        assert any(abs(late) * MINUTE_US <= MATCH_US and hers for _, late, hers in rows)
