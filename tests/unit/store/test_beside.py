"""Where others are looked for; that this is enough is held by ``service/test_reviser``."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.engine.detect.pair.convoy import CONVOY_M
from monitor.engine.detect.picture import FRESH_US
from monitor.engine.geofence import distance_m
from monitor.model import FIX
from monitor.store.beside import BESIDE_M, OVER_US, merged, windows_of
from monitor.units import HOUR_US, NAUTICAL_MILE_M
from tests.scenario.sea import START, fix_at


def test_a_window_holds_all_that_may_be_near_a_report() -> None:
    """Wherever in its cell and hour the report is."""
    fixes = np.array([tuple(fix_at(minute, 700 * minute)) for minute in range(40)], dtype=FIX)
    windows = windows_of(fixes)
    assert 1 <= len(windows) <= 4
    for fix in fixes:
        inside = [
            row for row in windows
            if row[0] <= fix["at"] - FRESH_US and fix["at"] + FRESH_US <= row[1]
            and row[2] < fix["lon"] < row[4] and row[3] < fix["lat"] < row[5]
        ]  # fmt: skip
        assert any(
            min(
                float(distance_m(fix["lon"], fix["lat"], lon, lat))
                for lon, lat in (
                    (row[2], fix["lat"]), (row[4], fix["lat"]), (fix["lon"], row[3]),
                    (fix["lon"], row[5]),
                )
            ) >= 0.999 * BESIDE_M
            for row in inside
        )  # fmt: skip


def test_over_the_antimeridian_there_are_two() -> None:
    """One on each side of it."""
    fix = fix_at(0)._replace(lon=179.9, lat=0.0)
    windows = windows_of(np.array([tuple(fix)], dtype=FIX))
    assert [bool(row[2] <= lon <= row[4]) for row in windows for lon in (179.95, -179.95)] == [
        True, False, False, True,
    ]  # fmt: skip


def test_how_far_it_reaches() -> None:
    """Two ships that go on for twenty minutes at 30 kn each, and one beside either."""
    assert pytest.approx(30 * NAUTICAL_MILE_M) == BESIDE_M
    assert BESIDE_M > 2 * CONVOY_M


def test_who_says_no_speed_or_is_too_fast_has_no_window() -> None:
    fixes = [fix_at(0, sog_kn=np.nan), fix_at(1, sog_kn=31.0)]
    assert len(windows_of(np.array([tuple(fix) for fix in fixes], dtype=FIX))) == 0


def test_times_of_a_ship_are_one_where_they_overlap() -> None:
    """Each lasts until the two are forgotten as a pair, or what was passed."""
    hour, passed = HOUR_US, START + 1000 * HOUR_US
    found = [(1, START, START + hour), (1, START + hour, START + 2 * hour), (2, START, START)]
    assert merged(found, passed) == [
        (1, START, START + 2 * hour + OVER_US), (2, START, START + OVER_US),
    ]  # fmt: skip
    assert merged(found[:1], START + 1) == [(1, START, START + 1)]
    assert merged(found[:1], START) == []
    later = START + hour + OVER_US + 1
    assert len(merged([*found[:1], (1, later, later + hour)], passed)) == 2
