"""Tracks: who can be where, who is held back, and who is another ship."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from monitor.engine.track import Tracker, away_m, follows, reach_m
from monitor.model import FIX, Fix, Refusal
from monitor.units import DAY_US, MINUTE_US, NO_TIME
from tests.scenario.sea import MMSI, START, fix_at

FAR = 1_000_000.0
"""Metres: 540 NM, nine hours at 60 kn."""


def columns(fixes: list[Fix]) -> Any:
    """Sort fixes as the pipe does: by vessel, time and arrival."""
    ordered = sorted(fixes, key=lambda fix: (fix.mmsi, fix.at, fix.seq))
    return np.array([tuple(fix) for fix in ordered], dtype=FIX)


def followed(fixes: list[Fix], cuts: tuple[int, ...] = ()) -> tuple[list[tuple[int, ...]], Any]:
    """Return (seq, track, decided minute, minute of the fix before) of what came out; the tracker.

    ``cuts`` are indices at which the time-sorted input is cut into batches.
    """
    tracker, out = Tracker(), []
    ordered = sorted(fixes, key=lambda fix: (fix.at, fix.seq))
    for begin, end in pairwise((0, *sorted(cuts), len(ordered))):
        tracks = tracker.follow(columns(ordered[begin:end]))
        for fix, link in zip(tracks.fixes, tracks.links, strict=True):
            prev = int(link["prev_at"])
            out.append(
                (
                    int(fix["seq"]), int(link["track"]), _minute(int(link["decided_at"])),
                    -1 if prev == NO_TIME else _minute(prev),
                )
            )  # fmt: skip
    return sorted(out), tracker


def known(tracker: Tracker, mmsi: int = MMSI) -> Fix:
    """The last fix of a vessel's first track."""
    return Fix._make(tracker.last[tracker.index[mmsi]].item())


def _minute(at: int) -> int:
    return (at - START) // MINUTE_US


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


def test_a_plain_voyage_is_one_track_and_each_fix_knows_the_one_before() -> None:
    """Seq is in seconds, the others in minutes; -1 is none."""
    out, tracker = followed([fix_at(m, 300 * m) for m in range(4)])
    assert out == [(0, 0, 0, -1), (60, 0, 1, 0), (120, 0, 2, 1), (180, 0, 3, 2)]
    assert known(tracker) == fix_at(3, 900)
    assert tracker.refused == {}


def test_two_vessels_have_nothing_to_do_with_each_other() -> None:
    """The fix before is the vessel's own, in one batch as in two."""
    fixes = [fix_at(0), fix_at(1, FAR, mmsi=5), fix_at(2, 300), fix_at(3, FAR, mmsi=5)]
    expected = [(0, 0, 0, -1), (60, 0, 1, -1), (120, 0, 2, 0), (180, 0, 3, 1)]
    assert followed(fixes)[0] == expected
    assert followed(fixes, (1, 2, 3))[0] == expected


@pytest.mark.parametrize("cuts", [(), (1,), (2,), (1, 2)])
def test_of_one_instant_only_the_first_is_taken(cuts: tuple[int, ...]) -> None:
    """Two reports of a vessel for one microsecond: the earlier arrival counts."""
    out, tracker = followed([fix_at(0), fix_at(1, 100), fix_at(1, 200, seq=61)], cuts)
    assert [row[0] for row in out] == [0, 60]
    assert tracker.refused == {(0, Refusal.SAME_INSTANT): 1}


def test_a_lone_jump_is_held_back_and_refused() -> None:
    """The ship goes on where she was; after half a day the jump is known to be none."""
    fixes = [fix_at(0), fix_at(1, FAR), *(fix_at(m) for m in range(2, 752, 10))]
    out, tracker = followed(fixes)
    assert [row[0] for row in out] == [0, *range(120, 752 * 60, 600)]
    assert {row[1] for row in out} == {0}
    assert tracker.refused == {(0, Refusal.IMPOSSIBLE_JUMP): 1}


def test_bad_fixes_do_not_confirm_each_other_over_days() -> None:
    """One a day, each somewhere else: given days, any two places are within reach."""
    fixes = [fix_at(m) for m in range(0, 4 * 1440, 30)]
    bad = [fix_at(1 + day * 1440, FAR + day * 100_000, -FAR) for day in range(3)]
    out, tracker = followed(fixes + bad)
    assert {row[1] for row in out} == {0}
    assert tracker.refused == {(0, Refusal.IMPOSSIBLE_JUMP): 3}


def test_jumps_to_different_places_wait_side_by_side_and_are_refused_at_the_end() -> None:
    """Two jumps to different ends of the world: neither confirms the other; nothing more comes."""
    _, tracker = followed([fix_at(0), fix_at(1, FAR), fix_at(2, -FAR), fix_at(3, 100)])
    assert [[fix.seq for fix in chain] for chain in tracker.odd[MMSI].held] == [[60], [120]]
    tracker.give_up()
    assert tracker.refused == {(0, Refusal.IMPOSSIBLE_JUMP): 2}
    assert tracker.odd[MMSI].held == []


@pytest.mark.parametrize("cuts", [(), (2,), (1, 2, 3, 4, 5)])
def test_a_real_jump_is_believed_with_its_third_fix(cuts: tuple[int, ...]) -> None:
    """She is the same ship, all three fixes count, and they were decided by the third."""
    fixes = [fix_at(0), fix_at(1, 200), *(fix_at(m, FAR + 200 * m) for m in range(2, 6))]
    out, tracker = followed(fixes, cuts)
    assert out == [
        (0, 0, 0, -1), (60, 0, 1, 0),
        (120, 0, 4, 1), (180, 0, 4, 2), (240, 0, 4, 3), (300, 0, 5, 4),
    ]  # fmt: skip
    assert tracker.refused == {}
    assert MMSI not in tracker.odd  # she is a plain vessel again


@pytest.mark.parametrize("cuts", [(), (3,), (1, 2, 3, 4, 5, 6)])
def test_a_second_ship_on_the_number_is_a_second_track(cuts: tuple[int, ...]) -> None:
    """The first goes on while the second is heard: two ships, nobody refused."""
    ours = [fix_at(m, 200 * m) for m in (0, 2, 4, 6)]
    theirs = [fix_at(m, FAR + 200 * m) for m in (1, 3, 5, 7)]
    out, tracker = followed(ours + theirs, cuts)
    assert out == [
        (0, 0, 0, -1), (60, 1, 5, -1), (120, 0, 2, 0), (180, 1, 5, 1),
        (240, 0, 4, 2), (300, 1, 5, 3), (360, 0, 6, 4), (420, 1, 7, 5),
    ]  # fmt: skip
    assert tracker.refused == {}


def test_a_third_ship_is_a_third_track() -> None:
    """Numbers are not used again."""
    ships = [[fix_at(m + s / 4, s * FAR) for m in range(6)] for s in range(3)]
    out, _ = followed([fix for ship in ships for fix in ship])
    assert Counter(row[1] for row in out) == {0: 6, 1: 6, 2: 6}


def test_a_second_ship_not_heard_for_a_day_is_forgotten() -> None:
    """Back after more than a day she must be confirmed anew, as track 2."""
    minutes = (*range(6), *range(10, 2890, 10), *range(2890, 2910))
    ours = [fix_at(m) for m in minutes]
    theirs = [fix_at(m + 0.5, FAR) for m in (1, 2, 3, 2900, 2901, 2902)]
    out, tracker = followed(ours + theirs)
    assert Counter(row[1] for row in out) == {0: len(minutes), 1: 3, 2: 3}
    assert tracker.odd[MMSI].tracks[2] == theirs[-1]
    assert DAY_US < (2900 - 4) * MINUTE_US


def test_each_track_knows_the_fix_before_the_batch() -> None:
    """Those looked at are still the old ones, while the tracker knows the new ones already."""
    tracker = Tracker()
    tracks = tracker.follow(columns([fix_at(0)]))
    assert tracks.before["mmsi"].tolist() == [0]
    tracks = tracker.follow(columns([fix_at(1, 100), fix_at(2, 200), fix_at(1, mmsi=MMSI + 1)]))
    assert tracks.heads == [(MMSI, 0), (MMSI + 1, 0)]
    assert [tracks.bounds(0), tracks.bounds(1)] == [(0, 2), (2, 3)]
    assert Fix._make(tracks.before[0].item()) == fix_at(0)
    assert tracks.before["mmsi"][1] == 0
    assert known(tracker) == fix_at(2, 200)


def test_further_ships_on_one_number_know_their_own_fix_before() -> None:
    """Each track its own, also in the batch in which a second ship is confirmed."""
    ours = [fix_at(m, 100 * m) for m in range(8)]
    theirs = [fix_at(m + 0.5, FAR) for m in range(8)]
    tracker = Tracker()
    tracks = tracker.follow(columns([*ours[:6], *theirs[:6]]))
    assert tracks.heads == [(MMSI, 0), (MMSI, 1)]
    assert tracks.before["mmsi"].tolist() == [0, 0]
    tracks = tracker.follow(columns([*ours[6:], *theirs[6:]]))
    assert [Fix._make(row) for row in tracks.before.tolist()] == [ours[5], theirs[5]]


def test_more_vessels_than_there_was_room_for_are_all_remembered() -> None:
    """3,000 vessels, each with a fix of its own."""
    tracker = Tracker()
    fixes = [fix_at(0, float(m), mmsi=200_000_000 + m) for m in range(3000)]
    tracker.follow(columns(fixes))
    assert len(tracker.take_changed()[0]) == 3000
    assert all(known(tracker, fix.mmsi) == fix for fix in fixes)


def test_only_what_changed_is_kept_again() -> None:
    """Vessels that moved since it was last asked for; odd ones, and those that are odd no more."""
    tracker = Tracker()
    tracker.follow(columns([fix_at(0), fix_at(0, mmsi=MMSI + 1), fix_at(1, FAR)]))
    last, odd = tracker.take_changed()
    assert last["mmsi"].tolist() == [MMSI, MMSI + 1]
    assert set(odd) == {MMSI}
    last, odd = tracker.take_changed()
    assert (len(last), odd) == (0, {})
    tracker.follow(columns([fix_at(m, FAR) for m in (780, 781, 782)]))
    tracker.follow(columns([fix_at(783, FAR)]))
    last, odd = tracker.take_changed()
    assert last["mmsi"].tolist() == [MMSI]
    assert odd == {MMSI: None}
    assert len(tracker.take_changed(full=True)[0]) == 2


def test_a_restored_tracker_goes_on_as_if_nothing_had_happened() -> None:
    """Last fixes and odd vessels are all the state there is."""
    fixes = [fix_at(0), fix_at(1, FAR), fix_at(2, 100), fix_at(3, FAR), fix_at(4, 200)]
    tracker = Tracker()
    tracker.follow(columns(fixes))
    again = Tracker()
    again.restore(tracker.last[: len(tracker.index)].copy(), tracker.odd)
    tracks = again.follow(columns([fix_at(5, FAR), fix_at(6, 300)]))
    assert tracks.links["track"].tolist() == [0, 1, 1, 1]
    assert tracks.fixes["seq"].tolist() == [360, 60, 180, 300]


def test_refusals_are_counted_by_source() -> None:
    """Whose copy it was is part of the count."""
    _, tracker = followed([fix_at(0), fix_at(0, source=3, seq=1), fix_at(0, source=3, seq=2)])
    assert tracker.refused == {(3, Refusal.SAME_INSTANT): 2}


@pytest.mark.parametrize("seed", range(30))
def test_any_cut_gives_the_same_tracks(seed: int) -> None:
    """Two ships on one number, jumps, glitches and copies, cut anywhere."""
    chance = random.Random(seed)
    fixes = []
    for seq in range(40):
        ship = chance.choice((0, 0, 0, 1, 1, 2))
        east = (0.0, FAR, chance.uniform(-5, 5) * FAR)[ship]
        at = START + chance.randrange(60) * MINUTE_US // 2
        fixes.append(fix_at(0, east)._replace(at=at, seq=seq))
    fixes.sort(key=lambda fix: (fix.at, fix.seq))
    instants = [i for i in range(1, 40) if fixes[i].at != fixes[i - 1].at]
    whole, tracker = followed(fixes)
    cuts = tuple(sorted(chance.sample(instants, 6)))
    parts, pieces = followed(fixes, cuts)
    assert parts == whole
    assert pieces.refused == tracker.refused
    assert len(whole) + sum(tracker.refused.values()) + _held(tracker) == len(fixes)


def _held(tracker: Tracker) -> int:
    return sum(len(odd.held) for odd in tracker.odd.values())
