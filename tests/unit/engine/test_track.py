"""Tracks, batch after batch: columns for those who can be one ship, the others fix by fix."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from monitor.engine.track import Tracker
from monitor.engine.tracked import HEARD, UNHEARD
from monitor.model import FIX, Fix, Refusal
from monitor.units import MINUTE_US, NO_TIME
from tests.scenario.sea import MMSI, START, fix_at

FAR = 1_000_000.0
"""Metres: 540 NM, nine hours at 60 kn."""


def columns(fixes: list[Fix]) -> Any:
    """Sort fixes as the pipe does: by vessel, time and arrival."""
    ordered = sorted(fixes, key=lambda fix: (fix.mmsi, fix.at, fix.seq))
    return np.array([tuple(fix) for fix in ordered], dtype=FIX)


def followed(fixes: list[Fix], cuts: tuple[int, ...] = ()) -> tuple[list[tuple[int, ...]], Tracker]:
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


def heard(tracker: Tracker, name: str, mmsi: int = MMSI) -> Any:
    """What else is known of her."""
    return tracker.heard[tracker.index[mmsi]][name].item()


def _minute(at: int) -> int:
    return (at - START) // MINUTE_US


def test_a_plain_voyage_is_one_track_and_each_fix_knows_the_one_before() -> None:
    """Seq is in seconds, the others in minutes; -1 is none."""
    out, tracker = followed([fix_at(m, 300 * m) for m in range(4)])
    assert out == [(0, 0, 0, -1), (60, 0, 1, 0), (120, 0, 2, 1), (180, 0, 3, 2)]
    assert known(tracker) == fix_at(3, 900)
    assert (tracker.refused, tracker.odd) == ({}, {})


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


def test_refusals_are_counted_by_source() -> None:
    """Whose copy it was is part of the count."""
    _, tracker = followed([fix_at(0), fix_at(0, source=3, seq=1), fix_at(0, source=3, seq=2)])
    assert tracker.refused == {(3, Refusal.SAME_INSTANT): 2}


# -- frozen positions ------------------------------------------------------------------------------


@pytest.mark.parametrize("cuts", [(), (3,), (4,), (1, 2, 3, 4, 5)])
def test_a_frozen_position_is_refused_and_she_goes_on_from_the_one_before(
    cuts: tuple[int, ...],
) -> None:
    """9 kn made, 5 said, and the same position twice again; then it moves."""
    fixes = [fix_at(0), fix_at(1, 300), fix_at(2, 600), fix_at(3, 600, source=1), fix_at(4, 600)]
    out, tracker = followed([*fixes, fix_at(5, 1500)], cuts)
    assert out == [(0, 0, 0, -1), (60, 0, 1, 0), (120, 0, 2, 1), (300, 0, 5, 2)]
    assert tracker.refused == {(1, Refusal.FROZEN): 1, (0, Refusal.FROZEN): 1}


@pytest.mark.parametrize("sog_kn", [0.0, 2.9, math.nan])
def test_a_ship_that_says_that_she_stopped_is_believed(sog_kn: float) -> None:
    """And so is all that she says afterwards, though she has not moved."""
    stopped = [fix_at(2, 300, sog_kn=sog_kn), fix_at(3, 300), fix_at(4, 300)]
    _, tracker = followed([fix_at(0), fix_at(1, 300), *stopped])
    assert tracker.refused == {}


@pytest.mark.parametrize("cuts", [(2,), (2, 3)])
def test_a_ship_that_slowed_down_is_not_frozen_by_what_she_was_before(
    cuts: tuple[int, ...],
) -> None:
    """At 1 kn she came to where she lies; that she says 5 kn there is a fault of her sensor."""
    fixes = [fix_at(0), fix_at(1, 300), fix_at(2, 330), *(fix_at(m, 330) for m in range(3, 6))]
    _, tracker = followed(fixes, cuts)
    assert tracker.refused == {}
    assert heard(tracker, "under_way") is False


@pytest.mark.parametrize("cuts", [(), (3,), (4,), (5,), (3, 4, 5)])
def test_an_odd_vessel_is_frozen_by_her_own_track_alone(cuts: tuple[int, ...]) -> None:
    """Each report is a fix or a refusal, also where a batch has nothing of her but that."""
    fixes = [fix_at(0), fix_at(1, 300), fix_at(2, FAR), fix_at(3, 300), fix_at(4, 300, sog_kn=0.0)]
    again = [fix_at(5, 300), fix_at(5, 300, seq=301)]
    out, tracker = followed([*fixes, *again], cuts)
    assert [row[0] for row in out] == [0, 60, 240, 300]
    assert tracker.refused == {(0, Refusal.FROZEN): 1, (0, Refusal.SAME_INSTANT): 1}
    assert len(tracker.odd[MMSI].held) == 1


# -- odd vessels -----------------------------------------------------------------------------------


@pytest.mark.parametrize("cuts", [(), (21,), (1, 2, 3, 20, 21, 22, 23)])
def test_a_second_ship_on_the_number_is_a_second_track(cuts: tuple[int, ...]) -> None:
    """The first goes on while the second is heard: two ships, nobody refused."""
    ours = [fix_at(m, 200 * m) for m in range(0, 26, 2)]
    theirs = [fix_at(m, FAR + 200 * m) for m in range(1, 26, 2)]
    out, tracker = followed(ours + theirs, cuts)
    assert out == sorted(
        [(60 * m, 0, m, m - 2 if m else -1) for m in range(0, 26, 2)]
        + [(60 * m, 1, max(m, 21), m - 2 if m > 1 else -1) for m in range(1, 26, 2)]
    )
    assert tracker.refused == {}


@pytest.mark.parametrize("cuts", [(), (5,), (9,), (2, 8, 9, 10)])
def test_behind_a_leap_there_is_no_fix_before(cuts: tuple[int, ...]) -> None:
    """She is heard seven hours elsewhere: a track of its own, known after six."""
    here = [fix_at(m, sog_kn=0.0) for m in (0, 15)]
    there = [fix_at(m, FAR, sog_kn=0.0) for m in range(60, 481, 60)]
    out, tracker = followed(here + there, cuts)
    assert out[:3] == [(0, 0, 0, -1), (900, 0, 15, 0), (3600, 1, 420, -1)]
    assert out[-2:] == [(420 * 60, 1, 420, 360), (480 * 60, 1, 480, 420)]
    assert known(tracker) == here[-1]


def test_what_came_of_candidates_is_told_with_the_leap() -> None:
    """From where the number leapt, for those who look at where it went."""
    tracker = Tracker()
    here = [fix_at(m, sog_kn=0.0) for m in (0, 15)]
    there = [fix_at(m, FAR, sog_kn=0.0) for m in range(60, 421, 60)]
    tracks = tracker.follow(columns(here + there))
    (came,) = tracker.came
    assert tracks.leaps == {(MMSI, 1, there[-1].at): came}
    assert (came.track, came.first) == (here[-1], there[0])
    assert tracks.links["leap"].tolist() == [False, False, True, *([False] * 6)]


def test_a_vessel_is_plain_again_when_nothing_is_held() -> None:
    """After half a day the jump was none: she is handled as columns again."""
    fixes = [fix_at(0), fix_at(1, FAR), *(fix_at(m, m) for m in range(2, 752, 10))]
    out, tracker = followed(fixes)
    assert {row[1] for row in out} == {0}
    assert tracker.refused == {(0, Refusal.IMPOSSIBLE_JUMP): 1}
    assert tracker.odd == {}


def test_a_young_vessel_that_leapt_is_heard_since_then() -> None:
    """In one batch as in two; she is young again, and after six hours plain."""
    minutes = (*range(5, 17, 2), 361)
    fixes = [fix_at(0), *(fix_at(m, FAR, sog_kn=0.0) for m in minutes)]
    for cuts in ((), (1,), (3,)):
        out, tracker = followed(fixes, cuts)
        assert out[:3] == [(0, 0, 0, -1), (300, 0, 15, -1), (420, 0, 15, 5)]
        assert _minute(heard(tracker, "since_at")) == 5
        assert tracker.odd == {}


def test_at_the_end_all_that_is_held_is_decided() -> None:
    """Also of vessels that the last batch has nothing of."""
    tracker = Tracker()
    tracker.follow(columns([fix_at(0), fix_at(1, FAR), fix_at(2, -FAR), fix_at(3, 100)]))
    assert [[fix.seq for fix in one.fixes] for one in tracker.odd[MMSI].held] == [[60], [120]]
    tracker.follow(columns([fix_at(4, mmsi=5)]), ended_at=fix_at(9).at)
    assert tracker.refused == {(0, Refusal.IMPOSSIBLE_JUMP): 2}
    assert {came.decided_at for came in tracker.came} == {fix_at(9).at}
    assert tracker.odd == {}


# -- the fix before the batch ----------------------------------------------------------------------


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
    ours = [fix_at(m, 100 * m) for m in range(26)]
    theirs = [fix_at(m + 0.5, FAR) for m in range(26)]
    tracker = Tracker()
    tracks = tracker.follow(columns([*ours[:24], *theirs[:24]]))
    assert tracks.heads == [(MMSI, 0), (MMSI, 1)]
    assert tracks.before["mmsi"].tolist() == [0, 0]
    tracks = tracker.follow(columns([*ours[24:], *theirs[24:]]))
    assert [Fix._make(row) for row in tracks.before.tolist()] == [ours[23], theirs[23]]


# -- what must be kept -----------------------------------------------------------------------------


def test_more_vessels_than_there_was_room_for_are_all_remembered() -> None:
    """3,000 vessels, each with a fix of its own."""
    tracker = Tracker()
    fixes = [fix_at(0, float(m), mmsi=200_000_000 + m) for m in range(3000)]
    tracker.follow(columns(fixes))
    last, known_of, _ = tracker.take_changed()
    assert (len(last), len(known_of)) == (3000, 3000)
    assert all(known(tracker, fix.mmsi) == fix for fix in fixes)


def test_only_what_changed_is_kept_again() -> None:
    """Vessels that moved since it was last asked for; odd ones, and those that are odd no more."""
    tracker = Tracker()
    tracker.follow(columns([fix_at(0), fix_at(0, mmsi=MMSI + 1), fix_at(1, FAR)]))
    last, known_of, odd = tracker.take_changed()
    assert last["mmsi"].tolist() == [MMSI, MMSI + 1]
    assert known_of["since_at"].tolist() == [NO_TIME, START]  # an odd vessel keeps it herself
    assert set(odd) == {MMSI}
    last, known_of, odd = tracker.take_changed()
    assert (len(last), len(known_of), odd) == (0, 0, {})
    tracker.follow(columns([fix_at(780)]))
    last, known_of, odd = tracker.take_changed()
    assert last["mmsi"].tolist() == [MMSI]
    assert known_of["since_at"].tolist() == [START]
    assert odd == {MMSI: None}
    assert len(tracker.take_changed(full=True)[0]) == 2


def test_a_vessel_whose_jump_was_none_is_kept_again_though_she_was_not_heard() -> None:
    """The end decided it: what is known of her is a row of its own once more."""
    tracker = Tracker()
    tracker.follow(columns([fix_at(0), fix_at(1, FAR)]))
    tracker.take_changed()
    tracker.follow(columns([]), ended_at=fix_at(9).at)
    last, known_of, odd = tracker.take_changed()
    assert (last["mmsi"].tolist(), known_of["since_at"].tolist()) == ([MMSI], [START])
    assert odd == {MMSI: None}


@pytest.mark.parametrize("cuts", [(), (3,), (1, 2, 3, 4)])
def test_what_is_kept_of_a_vessel_that_became_odd_does_not_show_the_cut(
    cuts: tuple[int, ...],
) -> None:
    """What was known of her plain track went with her, and is kept there alone."""
    fixes = [fix_at(m, 300 * m) for m in range(3)]
    fixes += [fix_at(3 + m, FAR + 300 * m) for m in range(2)]
    _, tracker = followed(fixes, cuts)
    _, rows, odd = tracker.take_changed()
    assert list(odd) == [MMSI]
    assert rows.tolist() == [UNHEARD.item()]


def test_a_restored_tracker_goes_on_as_if_nothing_had_happened() -> None:
    """Last fixes, what else is known of each, and odd vessels are all the state there is."""
    fixes = [fix_at(m, FAR if m % 2 else 0, sog_kn=0.0) for m in range(20)]
    tracker = Tracker()
    tracker.follow(columns(fixes))
    last, known_of, odd = tracker.take_changed(full=True)
    again = Tracker()
    again.restore(last.copy(), known_of.copy(), {mmsi: one for mmsi, one in odd.items() if one})
    tracks = again.follow(columns([fix_at(21, FAR), fix_at(22)]))
    assert tracks.heads == [(MMSI, 0), (MMSI, 1)]
    assert tracks.fixes["seq"].tolist() == [22 * 60, *range(60, 22 * 60, 120)]


def test_of_what_the_release_before_kept_nothing_is_concluded() -> None:
    """It kept last fixes only: she is not young, nor under way, nor did she stray."""
    tracker = Tracker()
    tracker.restore(columns([fix_at(0, 4000)]), np.array([UNHEARD], dtype=HEARD), {})
    there = [fix_at(m, FAR, sog_kn=0.0) for m in range(2, 60, 3)]
    tracks = tracker.follow(columns([fix_at(0.1), fix_at(1, 4000), *there]))
    assert tracks.fixes["seq"].tolist() == [60]
    assert len(tracker.odd[MMSI].held) == 2


@pytest.mark.parametrize("cuts", [(), (3,), (4,), (3, 4, 5)])
def test_who_is_said_to_have_raced_off_and_lies_where_she_lay_never_went(
    cuts: tuple[int, ...],
) -> None:
    """Spoofed 40 NM off within 50 minutes: a ship of 60 kn can be there, and she lies still."""
    away = [fix_at(minute, 0, 74_080, sog_kn=0.0) for minute in (52, 54, 56)]
    here = [fix_at(minute, 0, 0, sog_kn=0.0) for minute in (0, 1, 2, 80, 81, 82)]
    found, _ = followed([*here, *away], cuts)
    assert [(seq // 60, track) for seq, track, _, _ in found] == [
        (minute, 0) for minute in (0, 1, 2, 80, 81, 82)
    ]
