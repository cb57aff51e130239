"""Why a vessel was not heard: seas made by hand, each with one thing wrong."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.engine.geofence import Fence, FenceKind, FenceSet, Port
from monitor.engine.reception import (
    BUCKET_US,
    DISPLACED_NM,
    ENOUGH_DAYS,
    KEEP_US,
    LONGEST_GAP_US,
    LONGEST_WAIT_US,
    RANGE_NM,
    RINGS_NM,
    WHOLE_FEED,
    Bucket,
    Reception,
)
from monitor.model import FIX
from monitor.units import DAY_US, HOUR_US, MINUTE_US, SECOND_US

NOON = 1_736_942_400 * SECOND_US  # 2025-01-15T12:00:00Z, on the edge of a bucket
SHE = 211_000_001
OTHERS = tuple(range(212_000_001, 212_000_011))
LON, LAT = 35.8, 34.9
QUICK = settings(max_examples=15, deadline=None)
Rows = Any


def port_at(lon: float, lat: float, name: str = "home") -> Port:
    """A port that is one small harbour."""
    shape = shapely.box(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)
    fence = Fence(id="harbour", kind=FenceKind.HARBOUR, name="harbour", shape=shape)
    return Port(id=name, name=name, fences=(fence,), hash="0" * 64)


def reports(
    *mmsi: int, at: int, lon: float = LON, lat: float = LAT, source: int = 0, every: int = 0
) -> Rows:
    """One report of each vessel at an instant; or every so often within ten minutes of it."""
    times = [at] if not every else list(range(at, at + BUCKET_US, every))
    rows = np.zeros(len(mmsi) * len(times), dtype=FIX)
    rows["received_at"] = rows["at"] = np.repeat(times, len(mmsi))
    rows["mmsi"] = np.tile(mmsi, len(times))
    rows["lon"], rows["lat"], rows["source"] = lon, lat, source
    return rows


def span(begin_h: float, end_h: float, *mmsi: int, **options: Any) -> Rows:
    """Each vessel heard every ten minutes, in the middle of each, between hours from NOON."""
    first, last = NOON + round(begin_h * HOUR_US), NOON + round(end_h * HOUR_US)
    times = range(first + BUCKET_US // 2, last, BUCKET_US)
    return joined(*(reports(*mmsi, at=at, **options) for at in times))


def joined(*parts: Rows) -> Rows:
    """All reports in order of reception."""
    rows = np.concatenate([np.zeros(0, dtype=FIX), *parts])
    rows = rows[np.argsort(rows["received_at"], kind="stable")]
    rows["seq"] = np.arange(len(rows))
    return rows


def heard(*parts: Rows, ports: tuple[Port, ...] = (port_at(LON, LAT),)) -> Reception:
    """What was heard, taken in one go."""
    reception = Reception(FenceSet(ports=ports))
    reception.take(joined(*parts))
    return reception


def word(reception: Reception, begin_h: float = 0, end_h: float = 4) -> str | None:
    """Why she was not heard between two hours from NOON."""
    begin, end = NOON + round(begin_h * HOUR_US), NOON + round(end_h * HOUR_US)
    return reception.cause("home", SHE, begin, end).word


# -- one cause each ------------------------------------------------------------------------------


def test_the_vessel() -> None:
    """Others are heard meanwhile as before: it is she who is silent."""
    reception = heard(span(-4, 4, *OTHERS), span(-4, 0, SHE))
    cause = reception.cause("home", SHE, NOON, NOON + 4 * HOUR_US)
    assert cause.word == "vessel"
    assert cause.figures == {
        "feed_quiet_s": 0, "others_heard": 10 * 23, "others_usual": 10 * 22.0,
    }  # fmt: skip
    assert cause.why == "Others here were heard meanwhile."


def test_the_feed() -> None:
    """Nothing came from anywhere, for half of the time or more."""
    before = span(-4, 0, SHE, *OTHERS), span(-4, 0, 300_000_001, lon=5.0)
    assert word(heard(*before)) == "feed"
    assert word(heard(*before, span(2.17, 4, *OTHERS))) == "feed"
    assert word(heard(*before, span(1.9, 4, *OTHERS))) == "vessel"


def test_the_coverage() -> None:
    """The feed goes on elsewhere, and nobody is heard here."""
    reception = heard(
        span(-4, 0, SHE, *OTHERS), span(-4, 4, 300_000_001, lon=5.0), span(1, 1.2, OTHERS[0])
    )
    assert word(reception) == "coverage"


@pytest.mark.parametrize(("others", "expected"), [(2, "vessel"), (3, "jamming-suspected")])
@pytest.mark.parametrize("how", ["no position", "far away"])
def test_jamming(others: int, expected: str, how: str) -> None:
    """Three others that were here lose their position, or are 100 miles off ten minutes later."""
    lon, lat = (float("nan"), float("nan")) if how == "no position" else (LON + 5.0, LAT)
    reception = heard(
        span(-4, 4, *OTHERS[5:]), span(-4, 1, SHE, *OTHERS[:others]),
        span(1, 1.4, *OTHERS[:others], lon=lon, lat=lat),
    )  # fmt: skip
    assert word(reception) == expected


def test_nothing_can_be_told() -> None:
    """Too few others; a gap without a whole bucket; one that is too long."""
    alone = heard(span(-4, 0, SHE), span(-4, 4, 300_000_001, lon=5.0))
    assert word(alone) is None
    busy = heard(span(-40, 40, *OTHERS))
    assert word(busy, 0, 0.2) is None
    longest_h = LONGEST_GAP_US // HOUR_US
    assert word(busy, 0, longest_h) == "vessel"
    assert word(busy, 0, longest_h + 0.1) is None
    assert busy.cause("home", SHE, NOON, NOON).word is None
    assert busy.cause("home", SHE, NOON, NOON - HOUR_US).word is None
    assert busy.cause("nowhere", SHE, NOON, NOON + HOUR_US).word is None


# -- who counts ----------------------------------------------------------------------------------


def test_she_herself_never_counts() -> None:
    """Another with her number, or she on a second feed, is no witness."""
    elsewhere = span(-4, 4, 300_000_001, lon=5.0)
    crowd = span(-4, 0, SHE, *OTHERS)
    assert word(heard(elsewhere, crowd, span(0, 4, SHE, source=1))) == "coverage"
    assert word(heard(elsewhere, span(-4, 0, SHE, OTHERS[0], every=SECOND_US * 30))) == "coverage"
    two = span(-4, 1, SHE, *OTHERS[:2]), span(1, 1.4, SHE, *OTHERS[:2], lon=LON + 5.0)
    assert word(heard(*two, span(-4, 4, *OTHERS[5:]))) == "vessel"


def test_she_does_not_count_in_what_is_usual() -> None:
    """Her own sightings of other days are taken off."""
    days = [span(24 * -day - 4, 24 * -day + 4, SHE) for day in range(1, 10)]
    reception = heard(*days, span(-4, 4, 300_000_001, lon=5.0))
    assert reception.cause("home", SHE, NOON, NOON + 4 * HOUR_US).figures["others_usual"] == 0
    assert word(reception) is None


def test_two_feeds_and_one_is_quiet() -> None:
    """The other one would have heard her."""
    both = span(-4, 0, SHE, *OTHERS), span(-4, 0, SHE, *OTHERS, source=1)
    assert word(heard(*both, span(0, 4, *OTHERS, source=1))) == "vessel"
    assert word(heard(*both)) == "feed"


def test_a_feed_that_never_heard_this_port_says_nothing() -> None:
    """A feed of another coast goes on: the one that was here is out."""
    other = span(-4, 4, 300_000_001, lon=5.0, source=1)
    assert word(heard(other, span(-4, 0, SHE, *OTHERS))) == "feed"


def test_one_vessel_on_two_feeds_is_one() -> None:
    """Sightings are of vessels, not of messages."""
    reception = heard(
        span(-4, 4, *OTHERS[:3], every=30 * SECOND_US), span(-4, 4, *OTHERS[:3], source=1)
    )
    figures = reception.cause("home", SHE, NOON, NOON + 4 * HOUR_US).figures
    assert (figures["others_heard"], figures["others_usual"]) == (3 * 23, 3 * 22)


# -- what is usual -------------------------------------------------------------------------------


def test_a_quiet_hour_is_usual() -> None:
    """Just before, many were heard; but at this hour nobody ever is."""
    days = [span(24 * -day - 4, 24 * -day, *OTHERS) for day in range(14)]
    night = [span(24 * -day, 24 * -day + 4, OTHERS[0]) for day in range(1, 14)]
    elsewhere = span(-4, 4, 300_000_001, lon=5.0)
    assert word(heard(*days, elsewhere)) == "coverage"  # no such night is known
    assert word(heard(*days, *night, elsewhere)) is None


def test_a_busy_hour_is_usual() -> None:
    """Just before, nobody was heard; but at this hour many always are."""
    days = [span(24 * -day, 24 * -day + 4, *OTHERS) for day in range(1, 14)]
    elsewhere = span(-4, 4, 300_000_001, lon=5.0)
    assert word(heard(*days, elsewhere, span(-4, 0, SHE))) == "coverage"


@pytest.mark.parametrize("days", [ENOUGH_DAYS - 1, ENOUGH_DAYS])
def test_enough_days(days: int) -> None:
    """With fewer, what was heard just before is what is usual."""
    known = [span(24 * -day, 24 * -day + 4, *OTHERS) for day in range(1, days + 1)]
    elsewhere = span(-4, 4, 300_000_001, lon=5.0)
    expected = "coverage" if days == ENOUGH_DAYS else None
    assert word(heard(*known, elsewhere, span(-4, 0, SHE))) == expected


def test_days_beyond_the_baseline_are_forgotten() -> None:
    """Fourteen days count; the fifteenth does not."""
    for oldest, expected in ((14, "coverage"), (17, None)):
        days = [span(24 * -day, 24 * -day + 4, *OTHERS) for day in range(oldest - 2, oldest + 1)]
        elsewhere = span(-4, 4, 300_000_001, lon=5.0)
        assert word(heard(*days, elsewhere, span(-4, 0, SHE))) == expected


def test_the_median_day() -> None:
    """One outage of long ago is no rule, and neither is one regatta."""
    days = [span(24 * -day, 24 * -day + 4, *OTHERS[: 1 if day < 3 else 10]) for day in range(1, 8)]
    reception = heard(*days, span(-4, 4, 300_000_001, lon=5.0))
    usual = reception.cause("home", SHE, NOON, NOON + 4 * HOUR_US).figures["others_usual"]
    assert usual == 9 * 23  # ten without one that might be she


# -- where ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(179.99, -17.0), (-179.99, 65.0), (0.0, 0.0), (20.0, 80.8), (-66.7, -77.85), (180.0, 52.0)],
)
@pytest.mark.parametrize("miles", [0.5, 4.9, 5.1, 19.9, 39.0, 59.9, 60.2, 90.0])
def test_all_around_a_port(lon: float, lat: float, miles: float) -> None:
    """Within 60 miles in every direction, across 180 degrees and in high latitudes."""
    rows = []
    for source, bearing_deg in enumerate(range(0, 360, 15)):
        there_lon, there_lat = destination(lon, lat, bearing_deg, miles)
        rows.append(reports(SHE, at=NOON, lon=there_lon, lat=there_lat, source=source))
    buckets = heard(*rows, ports=(port_at(lon, lat),)).buckets
    near = [bucket for (_, port, _), bucket in buckets.items() if port == "home"]
    if miles > RANGE_NM:
        assert not near
        return
    assert len(near) == len(rows)
    rings = [0] * len(RINGS_NM)
    rings[next(i for i, edge in enumerate(RINGS_NM) if miles <= edge)] = 1
    assert all((b.rings, b.vessels, b.messages) == (rings, {SHE}, 1) for b in near)


@pytest.mark.parametrize("bearing_deg", range(0, 360, 30))
def test_near_the_pole(bearing_deg: float) -> None:
    """Where 60 miles are many degrees of longitude, or all of them."""
    for lat in (86.0, 88.0, 88.9, 89.5):
        there = destination(20.0, lat, bearing_deg, 59.0)
        reception = heard(
            reports(SHE, at=NOON, lon=there[0], lat=there[1]), ports=(port_at(20.0, lat),)
        )
        assert (0, "home", NOON) in reception.buckets, lat


@pytest.mark.parametrize("lon", [0.0, 179.99])
@pytest.mark.parametrize(("miles", "disturbed"), [(70, False), (99, False), (101, True)])
def test_a_jump(lon: float, miles: float, *, disturbed: bool) -> None:
    """Up to DISPLACED_NM a fast craft may have gone; beyond it she was displaced."""
    assert DISPLACED_NM == 100
    there = destination(lon, 10.0, 90, miles)
    reception = heard(
        reports(SHE, at=NOON, lon=lon, lat=10.0),
        reports(SHE, at=NOON + BUCKET_US, lon=there[0], lat=there[1]),
        ports=(port_at(lon, 10.0),),
    )
    bucket = reception.buckets.get((0, "home", NOON + BUCKET_US), Bucket())
    assert bucket.disturbed == ({SHE} if disturbed else set())


def test_a_ship_that_was_not_here_is_not_disturbed() -> None:
    """Nor one that was here twenty minutes ago."""
    far = {"lon": LON + 5.0}
    late = heard(reports(SHE, at=NOON), reports(SHE, at=NOON + 2 * BUCKET_US, **far))
    assert not any(bucket.disturbed for bucket in late.buckets.values())
    never = heard(reports(*OTHERS, at=NOON), reports(SHE, at=NOON + BUCKET_US, **far))
    assert not any(bucket.disturbed for bucket in never.buckets.values())


def test_positions_that_are_none() -> None:
    """181/91 written as they are, NaN and numbers out of range are near no port, and no error."""
    for lon, lat in ((181.0, 91.0), (float("nan"), LAT), (1e9, LAT), (LON, 1e9), (LON, -1e9)):
        reception = heard(reports(SHE, at=NOON, lon=lon, lat=lat))
        assert set(reception.buckets) == {(0, WHOLE_FEED, NOON)}


def destination(lon: float, lat: float, bearing_deg: float, miles: float) -> tuple[float, float]:
    """Where one is after so many miles on a great circle."""
    arc, bearing, phi = map(np.radians, (miles / 60.04, bearing_deg, lat))
    there = np.arcsin(np.sin(phi) * np.cos(arc) + np.cos(phi) * np.sin(arc) * np.cos(bearing))
    turn = np.arctan2(
        np.sin(bearing) * np.sin(arc) * np.cos(phi), np.cos(arc) - np.sin(phi) * np.sin(there)
    )
    east = (lon + np.degrees(turn) + 180.0) % 360.0 - 180.0
    return float(east), float(np.degrees(there))


# -- the same however it comes -------------------------------------------------------------------


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


def test_what_is_not_stored_yet_is_not_forgotten() -> None:
    """A batch may hold days: all that was heard in it is given to the store, once."""
    reception = heard(span(0, 72, *OTHERS[:2]))
    reception.forget(NOON + 72 * HOUR_US)
    assert len(reception.take_changed()) == 2 * 72 * HOUR_US // BUCKET_US
    assert reception.take_changed() == []
    reception.forget(NOON + 72 * HOUR_US)
    assert len(reception.buckets) == 2 * KEEP_US // BUCKET_US


def test_a_gap_that_is_told_long_after() -> None:
    """What it would need may be forgotten: nothing is said, however much is still there."""
    reception = heard(span(-24, 24, *OTHERS))
    begin, end = NOON, NOON + 4 * HOUR_US
    for waited_us, expected in ((0, "vessel"), (LONGEST_WAIT_US, "vessel"),
                                (LONGEST_WAIT_US + 1, None)):  # fmt: skip
        cause = reception.cause("home", SHE, begin, end, end + waited_us)
        assert cause.word == expected
    assert 2 * LONGEST_GAP_US + BUCKET_US + LONGEST_WAIT_US <= KEEP_US


def test_memory_is_bounded() -> None:
    """A month is not kept."""
    reception = heard()
    for hour in range(0, 24 * 30, 2):
        reception.take(span(hour, hour + 2, *OTHERS[:2]))
        reception.forget(NOON + (hour + 2) * HOUR_US)
        reception.take_changed()
    buckets = KEEP_US // BUCKET_US
    assert len(reception.buckets) < 3 * 2 * buckets
    assert len(reception.usual) <= 17 * DAY_US // BUCKET_US


def test_the_last_hour() -> None:
    """Vessels, feeds, and when something was heard last."""
    reception = heard(
        span(-30, -29, *OTHERS), span(-1, 0, *OTHERS[:3]), span(-1, -0.5, SHE, source=1)
    )
    hour = reception.hour_of("home", NOON)
    assert (hour.vessels, hour.feeds, hour.usual) == (4, {0, 1}, None)
    assert hour.heard_at == NOON - BUCKET_US // 2
    nothing = reception.hour_of("nowhere", NOON)
    assert (nothing.vessels, nothing.heard_at, nothing.usual, nothing.feeds) == (
        0,
        None,
        None,
        set(),
    )
