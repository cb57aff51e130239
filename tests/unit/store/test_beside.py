"""Where others are looked for; that this is enough is held by ``service/test_reviser``."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from pyproj import Geod

from monitor.engine.detect.pair.convoy import CONVOY_M
from monitor.engine.detect.picture import FRESH_US
from monitor.model import FIX, Fix
from monitor.store.beside import BESIDE_M, OVER_US, Around, _span, around_of, key_of, merged
from monitor.units import DEGREE_M, HOUR_US, MINUTE_US, NAUTICAL_MILE_M
from tests.scenario.sea import START, fix_at

SPHERE = Geod(a=DEGREE_M * 180 / math.pi, f=0)


def around(*fixes: Fix) -> Around:
    return around_of(np.array([tuple(fix) for fix in fixes], dtype=FIX))


def key_at(at: int, lon: float, lat: float) -> int:
    """As the query has it."""
    return int(key_of(
        at // (20 * MINUTE_US), math.floor((lon + 180) * 4) % 1440, math.floor((lat + 90) * 4)
    ))  # fmt: skip


@pytest.mark.parametrize("lat", [0.0, 34.9, -61.3, 78.2])
@pytest.mark.parametrize("lon", [0.1, 179.9, -180.0])
def test_all_that_may_be_near_a_report_is_looked_for(lon: float, lat: float) -> None:
    """Wherever in its cell and hour the report is; and nobody who is far off."""
    fixes = [fix_at(minute)._replace(lon=lon, lat=lat + 0.01 * minute) for minute in range(40)]
    found = around(*fixes)
    keys = set(found.keys.tolist())
    assert len(keys) == len(found.keys)
    for fix, bearing in itertools.product(fixes, range(0, 360, 15)):
        for far, at in itertools.product((0.999, 2.5), (-FRESH_US, 0, FRESH_US - 1)):
            x, y, _ = SPHERE.fwd(fix.lon, fix.lat, bearing, far * BESIDE_M)
            x = (x + 180) % 360 - 180
            if far < 1:
                assert key_at(fix.at + at, x, y) in keys
                inside = found.boxes[(found.boxes[:, 0] <= x) & (x <= found.boxes[:, 2])]
                assert ((inside[:, 1] <= y) & (y <= inside[:, 3])).any()
            elif bearing in {90, 270}:
                assert key_at(fix.at + at, x, y) not in keys
    assert key_at(fixes[0].at - HOUR_US - FRESH_US, lon, lat) not in keys


def test_hours_that_overlap_are_one_time() -> None:
    """Each row of the history is looked at once."""
    found = around(*[fix_at(minute) for minute in (0, 59, 61, 130, 400)])
    hour = START // HOUR_US * HOUR_US
    assert found.times.tolist() == [
        [hour - FRESH_US, hour + 3 * HOUR_US + FRESH_US],
        [hour + 6 * HOUR_US - FRESH_US, hour + 7 * HOUR_US + FRESH_US],
    ]


def test_who_was_heard_was_near_in_the_hours_around() -> None:
    """All hours whose cells hold those twenty minutes."""
    hour = START // HOUR_US
    spans = [[(at // HOUR_US - hour) for at in _span(3 * hour + slot)] for slot in range(3)]
    assert spans == [[-2, 1], [-1, 1], [-1, 2]]


def test_how_far_it_reaches() -> None:
    """Two ships that go on for twenty minutes at 30 kn each, and one beside either."""
    assert pytest.approx(30 * NAUTICAL_MILE_M) == BESIDE_M
    assert BESIDE_M > 2 * CONVOY_M


def test_who_says_no_speed_or_is_too_fast_is_nobodys_neighbour() -> None:
    found = around(fix_at(0, sog_kn=np.nan), fix_at(1, sog_kn=31.0))
    assert [len(part) for part in (found.keys, found.times, found.days, found.boxes)] == [0] * 4


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
