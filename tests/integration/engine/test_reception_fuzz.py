"""Drawn seas, cut, restored and forgotten at any place: the reception tells the same."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.engine.geofence import FenceSet
from monitor.engine.reception import Bucket, Reception
from monitor.units import HOUR_US, MINUTE_US
from tests.unit.engine.hearing import (
    LAT,
    LON,
    NOON,
    OTHERS,
    SHE,
    Rows,
    heard,
    joined,
    port_at,
    span,
)

QUICK = settings(max_examples=15, deadline=None)


@cache
def drawn(draw: int, hours: float = 24) -> Rows:
    """A sea of chance: outages of feeds and of places, jumps, two feeds, two places."""
    random = np.random.default_rng(draw)
    parts = []
    for mmsi in (SHE, *OTHERS):
        begin = float(random.uniform(0, hours / 2))
        for _ in range(4):
            end = begin + float(random.exponential(hours / 6))
            place = {"lon": LON + 5.0 * (random.random() < 0.2), "source": int(random.integers(2))}
            parts.append(span(begin, min(end, hours), mmsi, **place))
            begin = end + float(random.exponential(hours / 12)) * (random.random() < 0.5)
    return joined(*parts)


def told(reception: Reception) -> list[tuple[Any, Bucket]]:
    """All that it holds."""
    return reception.take_changed(full=True)


@QUICK
@given(st.integers(0, 5), st.lists(st.integers(0, 10**6), max_size=20))
def test_batches_may_be_cut_anywhere(draw: int, places: list[int]) -> None:
    """The same buckets, rings and all."""
    rows = drawn(draw)
    reception = Reception(FenceSet(ports=(port_at(LON, LAT), port_at(LON + 5, LAT, "away"))))
    whole = Reception(FenceSet(ports=reception.ports))
    whole.take(rows)
    for a, b in pairwise(sorted({0, len(rows), *(place % len(rows) for place in places)})):
        reception.take(rows[a:b])
    assert told(reception) == told(whole)
    assert reception.usual == whole.usual


@QUICK
@given(st.integers(0, 5), st.integers(1, 40), st.integers(0, 10**6))
def test_restored_it_tells_the_same(draw: int, at_h: int, place: int) -> None:
    """From the buckets as they were when they last changed."""
    rows = drawn(draw)
    ports = FenceSet(ports=(port_at(LON, LAT),))
    one, two = Reception(ports), Reception(ports)
    kept: dict[Any, Bucket] = {}
    for part in (rows[: place % len(rows)], rows[place % len(rows) :]):
        one.take(part)
        two.take(part)
        kept.update(two.take_changed())
        again = Reception(ports)
        again.restore(kept.items(), [(port, at, n) for (port, at), n in two.usual.items()])
        two = again
    for gap_h in (1, 4, 12):
        begin = NOON + at_h * HOUR_US // 2
        end = begin + gap_h * HOUR_US
        assert one.cause("home", SHE, begin, end) == two.cause("home", SHE, begin, end)
        assert one.hour_of("home", end) == two.hour_of("home", end)


@pytest.mark.parametrize("gap_h", [1, 4, 8, 11, 12, 13, 20, 28])
@pytest.mark.parametrize("tick_us", [7 * MINUTE_US, 50 * MINUTE_US, 5 * HOUR_US])
def test_what_is_forgotten_changes_no_cause(gap_h: int, tick_us: int) -> None:
    """However often it forgets: what a gap can still need is there."""
    hours = 60.0
    rows = joined(
        span(0, hours, 300_000_001, lon=5.0), span(0, 28, SHE),
        *(span(0, 27 + index, mmsi) for index, mmsi in enumerate(OTHERS)),
    )  # fmt: skip
    forgets, keeps = heard(), heard()
    end = NOON + round((28 + gap_h) * HOUR_US)
    for at in range(NOON, end + tick_us, tick_us):
        part = rows[(rows["received_at"] >= at - tick_us) & (rows["received_at"] < min(at, end))]
        forgets.take(part.copy())
        keeps.take(part.copy())
        forgets.forget(min(at, end))
    for back_us in range(0, 3 * HOUR_US, 20 * MINUTE_US):
        begin = NOON + 28 * HOUR_US + back_us
        told_of = keeps.cause("home", SHE, begin, end)
        assert forgets.cause("home", SHE, begin, end) == told_of
