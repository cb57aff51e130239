"""Which positions are believed, and which are copies."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.engine.quality import (
    DUPLICATE_WINDOW_US,
    RECENT,
    SMALL_BATCH,
    Deduplicator,
    believed_of,
    screen,
)
from monitor.model import FIX, Refusal
from monitor.units import SECOND_US


def verdict_of(mmsi: int = 211_000_001, lon: float = 10.0, lat: float = 54.0) -> Refusal | None:
    """Return the reason a position is refused for; None: it is believed."""
    row = np.zeros(1, dtype=FIX)
    row["mmsi"], row["lon"], row["lat"] = mmsi, lon, lat
    believed, verdicts = screen(row)
    assert bool(believed[0]) == (not verdicts)
    return verdicts[0][0] if verdicts else None


@pytest.mark.parametrize(
    ("mmsi", "reason"),
    [
        (0, Refusal.MMSI_INVALID),
        (-5, Refusal.MMSI_INVALID),
        (1_000_000_000, Refusal.MMSI_INVALID),
        (123_456_789, Refusal.MMSI_INVALID),
        (111_111_111, Refusal.MMSI_INVALID),
        (999_999_999, Refusal.MMSI_INVALID),
        (12_345, Refusal.MMSI_INVALID),
        (2_320_716, Refusal.NOT_A_VESSEL),  # 00 232 0716: a coast station
        (111_232_506, Refusal.NOT_A_VESSEL),  # 111: aircraft of search and rescue
        (970_011_543, Refusal.NOT_A_VESSEL),  # SART
        (972_345_678, Refusal.NOT_A_VESSEL),  # man overboard
        (974_021_001, Refusal.NOT_A_VESSEL),  # EPIRB
        (992_351_234, Refusal.NOT_A_VESSEL),  # aid to navigation
        (211_000_001, None),
        (775_000_001, None),
        (982_111_234, None),  # 98: a craft of a mother ship is a vessel
        (832_112_345, None),  # 8: a handheld
        (971_000_001, None),  # no such form: not known to be anything but a vessel
    ],
)
def test_the_form_of_the_number_says_who_is_a_vessel(mmsi: int, reason: Refusal | None) -> None:
    """ITU-R M.585: stations, aircraft and aids have forms of their own."""
    assert verdict_of(mmsi=mmsi) is reason


def test_of_numbers_those_are_ships_of_which_a_position_is_believed() -> None:
    """Of others nothing is ever remembered."""
    rows = np.zeros(4, dtype=FIX)
    rows["mmsi"] = 211_000_001, 2_320_716, 211_000_002, 211_000_003
    rows["lon"], rows["lat"] = 10.0, (54.0, 54.0, 91.0, 54.0)
    assert believed_of(rows, {211_000_001, 2_320_716, 211_000_002}) == {211_000_001}
    assert believed_of(rows, set()) == set()


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        (181.0, 91.0, Refusal.POSITION_UNAVAILABLE),  # M.1371-5 table 45
        (181.0, 54.0, Refusal.POSITION_UNAVAILABLE),
        (10.0, 91.0, Refusal.POSITION_UNAVAILABLE),
        (float("nan"), 54.0, Refusal.POSITION_UNAVAILABLE),
        (10.0, float("nan"), Refusal.POSITION_UNAVAILABLE),
        (180.5, 54.0, Refusal.POSITION_OUT_OF_RANGE),
        (-180.1, 54.0, Refusal.POSITION_OUT_OF_RANGE),
        (10.0, 90.1, Refusal.POSITION_OUT_OF_RANGE),
        (10.0, -91.0, Refusal.POSITION_OUT_OF_RANGE),
        (0.0, 0.0, Refusal.NULL_ISLAND),
        (0.009, -0.009, Refusal.NULL_ISLAND),
        (0.0, 0.011, None),  # 1.2 km north of it: a ship in the Gulf of Guinea
        (180.0, 54.0, None),
        (-180.0, -90.0, None),
    ],
)
def test_a_place_that_is_none_is_refused_by_its_reason(
    lon: float, lat: float, reason: Refusal | None
) -> None:
    """Not available, off the globe, and the receiver without a fix."""
    assert verdict_of(lon=lon, lat=lat) is reason


def test_each_row_is_refused_once_and_for_its_first_reason() -> None:
    """A coast station at 0/0 counts as no vessel only; nothing is counted twice or lost."""
    rows = np.zeros(4, dtype=FIX)
    rows["mmsi"] = [2_320_716, 0, 211_000_001, 211_000_001]
    rows["lon"] = [0, 181, 0, 10]
    believed, verdicts = screen(rows)
    assert believed.tolist() == [False, False, False, True]
    assert [(reason, mask.tolist()) for reason, mask in verdicts] == [
        (Refusal.MMSI_INVALID, [False, True, False, False]),
        (Refusal.NOT_A_VESSEL, [True, False, False, False]),
        (Refusal.NULL_ISLAND, [False, False, True, False]),
    ]


def copies(rows: list[tuple[int, int, float]], sizes: tuple[int, ...] = (1_000,)) -> list[bool]:
    """Run rows of (content, mmsi, seconds) through a Deduplicator in batches of these sizes."""
    deduplicator, found, begin = Deduplicator(), [], 0
    for size in (*sizes, len(rows)):
        part = rows[begin : begin + size]
        begin += size
        found += deduplicator.duplicates(
            np.array([row[0] for row in part], dtype=np.uint64),
            np.array([row[1] for row in part], dtype=np.int32),
            np.array([round(row[2] * SECOND_US) for row in part], dtype=np.int64),
        ).tolist()
    return found


def test_the_first_of_several_copies_is_kept() -> None:
    """Three stations heard one report within seconds; the ship's next report is another."""
    rows = [(7, 1, 0), (7, 1, 0.2), (8, 1, 3), (7, 1, 5)]
    assert copies(rows) == [False, True, False, True]


def test_the_same_content_of_two_ships_is_no_copy() -> None:
    """The number is part of what is compared, whatever the hashes say."""
    assert copies([(7, 1, 0), (7, 2, 1)]) == [False, False]


def test_a_repeat_after_the_window_is_the_ships_own() -> None:
    """A ship at rest says the same again and again: what comes 30 s later is a new report."""
    assert DUPLICATE_WINDOW_US == 30 * SECOND_US
    assert copies([(7, 1, 0), (7, 1, 29.999_999)]) == [False, True]
    assert copies([(7, 1, 0), (7, 1, 30.000_001)]) == [False, False]


def test_a_chain_of_copies_is_measured_from_the_one_that_was_kept() -> None:
    """0 is kept, 20 is its copy, 40 is not: else a loop could silence a ship for ever."""
    assert copies([(7, 1, 0), (7, 1, 20), (7, 1, 40), (7, 1, 60)]) == [False, True, False, True]


@pytest.mark.parametrize("seed", range(20))
def test_copies_are_the_same_however_the_batches_are_cut(seed: int) -> None:
    """The state that is kept between batches is all that matters."""
    chance = np.random.default_rng(seed)
    count = 60
    times = np.sort(chance.integers(0, 200, count))
    rows = [(int(chance.integers(0, 4)), 5, float(t)) for t in times]
    whole = copies(rows)
    kept: dict[int, float] = {}
    for (content, _, at), copy in zip(rows, whole, strict=True):
        assert copy == (content in kept and at - kept[content] <= 30)
        if not copy:
            kept[content] = at
    assert copies(rows, tuple(int(n) for n in chance.integers(0, 5, 30))) == whole


def test_nothing_in_gives_nothing_out() -> None:
    """An empty batch changes nothing."""
    assert copies([(7, 1, 0), (7, 1, 1)], (0, 1, 0)) == [False, True]


def test_a_copy_is_known_after_a_large_batch_of_which_little_was_new() -> None:
    """A flood that repeats itself: what came before it is still compared, by small batches too."""
    first = [(content, 1, 0.0) for content in range(SMALL_BATCH)]
    again = [(content, 1, 1.0) for content in range(SMALL_BATCH)]
    rows = [*first, *again, (SMALL_BATCH, 1, 1.0), (5, 1, 2.0), *again]
    found = copies(rows, (SMALL_BATCH, SMALL_BATCH + 1, 1))
    new = [*range(SMALL_BATCH), 2 * SMALL_BATCH]
    assert np.flatnonzero(~np.array(found)).tolist() == new


def test_two_copies_that_were_kept_end_nothing() -> None:
    """An earlier release stored such; no other report is taken for a copy in their stead."""
    deduplicator = Deduplicator()
    deduplicator.recent = np.array([(7, 1, 0), (7, 1, 1), (8, 1, 1)], dtype=RECENT)
    found = deduplicator.duplicates(
        np.array([9, 7], dtype=np.uint64), np.array([1, 1], dtype=np.int32), np.array([2, 3])
    )
    assert found.tolist() == [False, True]
