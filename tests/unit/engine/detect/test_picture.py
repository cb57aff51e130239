"""Where ships are at set instants: by what they said last, whatever a batch holds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from monitor.engine.detect.picture import (
    FASTEST_KN,
    FRESH_US,
    NOBODY,
    SLOT_US,
    Picture,
    Standing,
    both,
    is_due,
    last_fixes,
    pictured,
)
from monitor.engine.geofence import FenceSet, distance_m
from monitor.engine.track import Tracker
from monitor.model import FIX, Fix
from monitor.units import HOUR_US, KNOT_MPS, MINUTE_US, NO_TIME
from tests.scenario.sea import MMSI, START, fix_at, square_port

FENCES = FenceSet(ports=(square_port(),))
AWAY = 100_000
FIRST = (START // SLOT_US + 1) * SLOT_US
BEFORE_MIN = (FIRST - START) / MINUTE_US  # minutes from START to the first instant


def rows(*fixes: Fix) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    found = np.array([tuple(fix) for fix in fixes], dtype=FIX)
    return found[np.lexsort([found["at"], found["mmsi"]])]


def seen(*fixes: Fix, until: float = 60, since: int = NO_TIME) -> Picture:
    """Of fixes in one batch, at the instants before some minutes after the first."""
    tracks = Tracker().follow(rows(*fixes))
    return pictured(tracks, NOBODY, since, FIRST + round(until * MINUTE_US), FENCES)


def at(minute: float, **words: float) -> Fix:
    """A fix so many minutes after the first instant, far from the port."""
    return fix_at(BEFORE_MIN + minute, AWAY, **words)


def instants(picture: Picture) -> list[float]:
    """Minutes after the first instant."""
    return [(one - FIRST) / MINUTE_US for one in picture.at.tolist()]


def test_the_newest_fix_counts_while_it_is_fresh() -> None:
    """One at the instant itself comes too late for it."""
    picture = seen(at(-5), at(-1), at(0), at(4), at(55))
    assert instants(picture) == [0, 10, 20]
    assert [picture.fix(row).at for row in range(3)] == [at(-1).at, at(4).at, at(4).at]
    assert FRESH_US == 2 * SLOT_US


def test_she_is_carried_on_by_course_and_speed() -> None:
    picture = seen(at(-5, sog_kn=12.0, cog_deg=90.0), until=1)
    fix = at(-5)
    way = float(distance_m(fix.lon, fix.lat, picture.lon[0], picture.lat[0]))
    assert way == pytest.approx(12 * KNOT_MPS * 300, rel=0.01)
    assert picture.lon[0] > fix.lon
    still = seen(at(-5, sog_kn=0.3), until=1)
    assert (still.lon[0], still.lat[0]) == (fix.lon, fix.lat)


def test_who_does_not_say_how_she_goes_is_not_in_it() -> None:
    """But one that makes no way needs no course."""
    nan = math.nan
    assert not len(seen(at(-1, sog_kn=nan)))
    assert not len(seen(at(-1, sog_kn=5.0, cog_deg=nan)))
    assert not len(seen(at(-1, sog_kn=FASTEST_KN + 0.1)))
    assert len(seen(at(-1, sog_kn=0.2, cog_deg=nan)))


def test_who_is_near_a_port_is_marked() -> None:
    inside, near, off = (fix_at(BEFORE_MIN - 1, east, sog_kn=0) for east in (0, 9_000, 13_000))
    for fix, in_port in ((inside, True), (near, True), (off, False)):
        assert seen(fix, until=1).in_port.tolist() == [in_port]


def test_ships_of_earlier_batches_are_there_until_they_are_heard() -> None:
    """A fix of this batch takes the place of that of the one before."""
    tracker = Tracker()
    tracker.follow(rows(at(-5), at(-4, mmsi=MMSI + 1)))
    since = FIRST - MINUTE_US
    tracks = tracker.follow(rows(at(3)))
    picture = pictured(tracks, last_fixes(tracker, since), since, FIRST + 11 * MINUTE_US, FENCES)
    told = zip(instants(picture), picture.mmsi.tolist(), strict=True)
    assert list(told) == [(0, MMSI), (0, MMSI + 1), (10, MMSI), (10, MMSI + 1)]
    assert [picture.fix(row).at for row in (0, 2)] == [at(-5).at, at(3).at]


def test_instants_are_looked_at_once() -> None:
    """Those before ``since`` were, ``passed`` itself will be."""
    assert instants(seen(at(-1), until=10)) == [0]
    assert instants(seen(at(-1), until=10.1)) == [0, 10]
    assert instants(seen(at(-1), since=FIRST)) == [0, 10]
    assert instants(seen(at(-1), since=FIRST + 1)) == [10]
    assert not is_due(FIRST + 1, FIRST + SLOT_US)
    assert is_due(FIRST + 1, FIRST + SLOT_US + 1)
    assert is_due(NO_TIME, FIRST)
    assert not is_due(NO_TIME, NO_TIME)


def test_a_fix_counts_from_when_it_was_believed() -> None:
    """Held for a quarter of an hour, it is not in the picture of the instant before."""
    fixes = rows(at(-1), at(12))
    decided = np.array([FIRST + 12 * MINUTE_US, FIRST + 12 * MINUTE_US])
    known = Standing(fixes, np.zeros(2, dtype=np.int8), decided)
    nobody = Tracker().follow(rows()[:0])
    picture = pictured(nobody, known, NO_TIME, FIRST + HOUR_US, FENCES)
    assert instants(picture) == [20, 30]


def test_last_fixes_are_those_that_may_still_count() -> None:
    tracker = Tracker()
    tracker.follow(rows(at(0), at(-60, mmsi=MMSI + 1, content=7)))
    assert last_fixes(tracker, FIRST).fixes["mmsi"].tolist() == [MMSI]
    assert len(last_fixes(tracker, NO_TIME).fixes) == 2
    one = last_fixes(tracker, FIRST)
    assert len(both(one, one).fixes) == len(both(one, one).tracks) == 2


def test_fixes_of_odd_ships_are_known_by_their_tracks() -> None:
    """While one leap of hers waits, the last fix of her track stands."""
    tracker = Tracker()
    tracker.follow(rows(*(at(minute) for minute in range(0, 20, 2)), at(21, lat=40.0)))
    assert tracker.odd
    found = last_fixes(tracker, FIRST)
    assert found.fixes["at"].tolist() == [at(18).at]
    assert found.tracks.tolist() == [0]
