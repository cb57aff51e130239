"""What a ship can do between two fixes, and what two fixes show that she does."""

from __future__ import annotations

import math

import pytest

from monitor.engine.reach import (
    FROZEN_KN,
    Known,
    away_m,
    doubted,
    follows,
    goes_on,
    is_frozen,
    known_by,
    reach_m,
)
from monitor.units import KNOT_MPS, MINUTE_US, NAUTICAL_MILE_M, NO_TIME
from tests.scenario.sea import fix_at

NEW = Known(under_way=False, jump_at=fix_at(0).at, before_at=NO_TIME, before_lon=0, before_lat=0)
"""What is known of a track whose only fix is that of minute 0."""


def test_reach_is_the_fastest_ship_and_all_slack() -> None:
    """60 kn for a minute and the 30 s of the clocks, and 200 m: 2978 m."""
    assert reach_m(60.0) == pytest.approx(60 * 0.514444 * 90 + 200, abs=0.1)


def test_follows_is_decided_by_distance_and_time() -> None:
    """2.9 km in a minute is possible, 3.1 km is not, and in two minutes it is again."""
    here = fix_at(0)
    assert follows(here, fix_at(1, 2900))
    assert not follows(here, fix_at(1, 3100))
    assert follows(here, fix_at(2, 3100))
    assert away_m(here, fix_at(0, 0, 1852)) == pytest.approx(1852, abs=0.1)


def test_time_that_was_long_may_count_as_less() -> None:
    """After a day a ship may be anywhere: asked is where she can be within a minute."""
    there = fix_at(1440, 3100)
    assert follows(fix_at(0), there)
    assert not follows(fix_at(0), there, within_us=MINUTE_US)
    assert follows(fix_at(0), fix_at(1440, 2900), within_us=MINUTE_US)
    assert not follows(fix_at(0), fix_at(1, 3100), within_us=60 * MINUTE_US)


# -- under way, and frozen -------------------------------------------------------------------------


def test_a_ship_is_under_way_by_where_she_was_and_not_by_what_she_says() -> None:
    """Three knots for a minute are 93 m."""
    a_minute_m = FROZEN_KN * KNOT_MPS * 60
    assert goes_on(fix_at(0), fix_at(1, a_minute_m + 1, sog_kn=0.0), under_way=False)
    assert not goes_on(fix_at(0), fix_at(1, a_minute_m - 1, sog_kn=9.0), under_way=True)
    assert not goes_on(None, fix_at(1), under_way=True)


def test_a_position_that_stands_still_is_frozen_only_if_she_went_and_says_that_she_goes() -> None:
    """Moored ships that say some knots were recorded, and ships whose speed is not available."""
    here, again = fix_at(0), fix_at(1, sog_kn=FROZEN_KN)
    assert is_frozen(here, again, under_way=True)
    assert not is_frozen(here, again, under_way=False)
    assert not is_frozen(here, again._replace(sog_kn=2.9), under_way=True)
    assert not is_frozen(here, again._replace(sog_kn=math.nan), under_way=True)
    assert not is_frozen(here, again._replace(lat=again.lat + 1e-7), under_way=True)


def test_who_says_that_she_stopped_has_stopped() -> None:
    """The same position, and less than three knots: from then on nothing is frozen."""
    assert not goes_on(fix_at(0), fix_at(1, sog_kn=0.0), under_way=True)
    assert goes_on(fix_at(0), fix_at(1, sog_kn=FROZEN_KN), under_way=True)
    assert not goes_on(fix_at(0), fix_at(1, sog_kn=FROZEN_KN), under_way=False)


# -- what is known of a track ----------------------------------------------------------------------


def test_of_a_track_that_begins_nothing_is_known() -> None:
    """Whatever was known of who had its number."""
    assert known_by(None, None, fix_at(0)) == NEW
    assert known_by(None, fix_at(-1), fix_at(0)) == NEW


def test_a_fix_nearby_changes_where_she_was_by_nothing() -> None:
    """Within 200 m of the last: the fix before is that from before she came here."""
    known = known_by(NEW, fix_at(0), fix_at(1, 199))
    assert known == NEW._replace(under_way=True)


def test_a_fix_farther_off_may_have_strayed_and_the_one_before_is_kept() -> None:
    """It is known from where she came to the place where she is."""
    here, there = fix_at(0), fix_at(1, 201)
    known = known_by(NEW, here, there)
    assert known == Known(
        under_way=True, jump_at=there.at, before_at=here.at, before_lon=here.lon,
        before_lat=here.lat,
    )  # fmt: skip
    assert known_by(known, there, fix_at(2, 300)) == known._replace(under_way=True)


@pytest.mark.parametrize(
    ("miles", "minutes", "said_kn", "is_doubted"),
    [
        (40, 50, (0.0, 0.3), True),  # 48 kn, and she says that she lies still
        (40, 50, (0.0, 44.0), False),  # a fast craft that says so
        (40, 50, (44.0, 6.0), False),  # or said so before, and slowed down since
        (40, 50, (math.nan, 0.3), True),
        (40, 50, (math.nan, math.nan), False),  # who says nothing contradicts nothing
        (20, 35, (0.0, 0.3), False),  # 34 kn
        (9.9, 11, (0.0, 0.3), False),  # near by, clocks differ by minutes
        (42, 61, (0.0, 0.3), False),  # of an hour what she says at its ends tells little
    ],
)
def test_who_must_have_been_very_fast_and_says_nothing_of_it_is_doubted(
    miles: float, minutes: float, said_kn: tuple[float, float], *, is_doubted: bool
) -> None:
    last = fix_at(0, sog_kn=said_kn[0])
    fix = fix_at(minutes, 0, miles * NAUTICAL_MILE_M, sog_kn=said_kn[1])
    assert follows(last, fix)
    assert doubted(last, fix) is is_doubted
