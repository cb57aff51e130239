"""What a silence leaves open: arrivals and departures nobody saw, and time for a stop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.bounds import (
    arrival_of,
    arrived_unseen,
    could_have_stopped,
    departed_unseen,
    seen,
)
from monitor.engine.geofence import distance_m
from monitor.engine.reach import needed_kn
from monitor.model import UNKNOWN, EventKind, Fix, Span
from monitor.units import DEGREE_M, HOUR_US, NAUTICAL_MILE_M, SECOND_US
from tests.scenario.sea import START, fix_at, square_port

PORT = square_port()
"""Its harbour reaches 1 km to each side, its approach 4 km."""


def voyage(hours: float, miles: float) -> tuple[Fix, Fix]:
    """Return the fixes before and after a silence of so many hours, so far apart on a meridian."""
    return fix_at(0), fix_at(hours * 60, 0, miles * NAUTICAL_MILE_M)


def hours(at: int | None) -> float | None:
    """Hours after START, to a second: a mile is no whole number of degrees."""
    return None if at is None else round((at - START) / HOUR_US, 3)


def in_hours(span: Span) -> tuple[float | None, float | None, float | None]:
    return hours(span.earliest), hours(span.at), hours(span.latest)


def entry(before: Fix, after: Fix, *, span: Span | None = None, first: Fix | None = None) -> Fact:
    known = Span(earliest=before.at, at=None, latest=after.at) if span is None else span
    fixes = (before, after) if first is None else (before, first, after)
    return Fact(
        kind=EventKind.GEOFENCE_ENTERED, span=known, decided_at=after.at, geofence="harbour",
        place=after, fixes=fixes, why="", key_at=after.at,
    )  # fmt: skip


# -- what was seen -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "end", "is_seen"),
    [(0, 0, True), (0, 4, True), (0, 4.001, False), (None, 1, False), (0, None, False)],
)
def test_an_instant_is_seen_if_no_silence_bounds_it(
    begin: float | None, end: float | None, *, is_seen: bool
) -> None:
    """Exactly four hours are none yet; an open bound is wider than any."""
    earliest, latest = (None if h is None else START + round(h * HOUR_US) for h in (begin, end))
    assert seen(Span(earliest=earliest, at=None, latest=latest)) is is_seen


def test_what_is_not_known_has_no_bounds() -> None:
    assert (UNKNOWN.earliest, UNKNOWN.at, UNKNOWN.latest) == (None, None, None)
    assert not seen(UNKNOWN)


# -- departures ----------------------------------------------------------------------------------


def test_an_unseen_departure_leaves_time_for_the_way() -> None:
    """120 NM in 48 h: 2 h at 60 kn, 10 h at 12 kn."""
    assert in_hours(departed_unseen(*voyage(48, 120))) == (0, 38, 46)


def test_an_unseen_departure_is_never_before_she_was_last_seen() -> None:
    """120 NM in 5 h is faster than usual: the best guess is at once."""
    assert in_hours(departed_unseen(*voyage(5, 120))) == (0, 0, 3)


def test_a_way_that_no_ship_makes_leaves_no_time_at_all() -> None:
    """120 NM in one hour: in order all the same."""
    assert in_hours(departed_unseen(*voyage(1, 120))) == (0, 0, 0)
    assert in_hours(arrived_unseen(*voyage(1, 120))) == (1, 1, 1)


# -- arrivals ------------------------------------------------------------------------------------


def test_an_unseen_arrival_takes_time_for_the_way() -> None:
    """The same from the other end: not in the first 2 h, best after 10."""
    assert in_hours(arrived_unseen(*voyage(48, 120))) == (2, 10, 48)


def test_an_unseen_arrival_may_be_known_to_be_earlier() -> None:
    """She was at rest by then: no bound is later."""
    before, after = voyage(48, 120)
    assert in_hours(arrived_unseen(before, after, START + 9 * HOUR_US)) == (2, 9, 9)
    assert in_hours(arrived_unseen(before, after, START + HOUR_US)) == (1, 1, 1)


def test_an_entry_behind_a_silence_is_bounded_by_her_way() -> None:
    """From the last fix before to the first at or after its latest time."""
    assert in_hours(arrival_of(entry(*voyage(48, 120)))) == (2, 10, 48)
    before, after = voyage(48, 120)
    later = after._replace(at=after.at + HOUR_US, lat=after.lat + 1)
    known = Span(earliest=before.at, at=None, latest=after.at)
    assert in_hours(arrival_of(entry(before, later, span=known, first=after))) == (2, 10, 48)


def test_an_arrival_that_was_seen_stays_as_it_is() -> None:
    """No silence, no better bound; nor where a bound is open."""
    before, after = voyage(4, 120)
    fact = entry(before, after)
    assert arrival_of(fact) == fact.span
    unknown = replace(fact, span=Span(earliest=None, at=None, latest=START))
    assert arrival_of(unknown) == unknown.span
    assert arrival_of(replace(fact, span=UNKNOWN)) == UNKNOWN


def test_bounds_hold_across_an_ocean() -> None:
    """From Yokohama to San Francisco the shortest way is the great circle of some 4,460 NM.

    Along the parallel it seems 250 NM longer, and the latest departure four hours too early.
    """
    before = fix_at(0, lon=139.65, lat=35.45)
    after = fix_at(20 * 24 * 60, lon=-122.4, lat=37.8)
    way = distance_m(139.65, 35.45, -122.4, 37.8)
    least = way / (60 * NAUTICAL_MILE_M)
    assert 74 < least < 75
    left, came = departed_unseen(before, after), arrived_unseen(before, after)
    assert left.latest is not None
    assert abs((after.at - left.latest) / HOUR_US - least) < 0.05
    assert came.earliest is not None
    assert abs((came.earliest - before.at) / HOUR_US - least) < 0.05
    assert DEGREE_M * 74 < way < DEGREE_M * 75


# -- speeds, and time for a stop -----------------------------------------------------------------


def test_what_a_way_takes_is_by_the_great_circle() -> None:
    """120 NM in 3 h; two fixes at one instant count as a second apart."""
    assert needed_kn(*voyage(3, 120)) == pytest.approx(40, abs=0.01)
    before, after = voyage(0, 1)
    assert needed_kn(before, after) == pytest.approx(3600, abs=1)
    assert needed_kn(before, before) == 0


@pytest.mark.parametrize(
    ("east_m", "minutes", "could"),
    [
        (500, 14.99, False),  # in the harbour: fifteen minutes are a stop
        (500, 15, True),
        (3000, 17, False),  # 2 km to it and 2 km back, at 60 kn: 2 min 10 s
        (3000, 17.2, True),
        (-3600, 15.1, False),  # 100 m to the anchorage
        (-3600, 15.2, True),
    ],
)
def test_there_is_time_for_a_stop_if_there_is_time_for_the_way(
    east_m: float, minutes: float, *, could: bool
) -> None:
    """To where ships stop (not the approach), fifteen minutes there, and back, at 60 kn."""
    assert could_have_stopped(PORT, fix_at(0, east_m), fix_at(minutes, east_m)) is could


def test_both_ends_of_the_way_count() -> None:
    """From 60 NM off into the harbour is an hour."""
    off = fix_at(0, 1000 + 60 * NAUTICAL_MILE_M)
    for minutes, could in ((74, False), (76, True)):
        assert could_have_stopped(PORT, off, fix_at(minutes, 900)) is could
        back = fix_at(minutes, 1000 + 60 * NAUTICAL_MILE_M)
        assert could_have_stopped(PORT, fix_at(0, 900), back) is could


def test_where_there_is_an_approach_only_ships_stop_there() -> None:
    """Elsewhere nothing would ever be a call."""
    bare = replace(PORT, fences=PORT.fences[:1])
    for minutes, could in ((14, False), (15, True)):
        assert could_have_stopped(bare, fix_at(0, 3900), fix_at(minutes, 3900)) is could


def test_a_second_less_is_no_time() -> None:
    """The last instant counts."""
    after = fix_at(15, 500)
    assert could_have_stopped(PORT, fix_at(0, 500), after)
    assert not could_have_stopped(PORT, fix_at(0, 500), after._replace(at=after.at - SECOND_US))
