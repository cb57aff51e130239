"""Tracks do not depend on where batches were cut, nor on restarts; no report is lost.

Seas are drawn at random: ships that share a number, that lie, stray, leap and freeze, over hours or
weeks. What comes of them in one batch comes of them in any.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from monitor.engine import kept
from monitor.engine.candidate import Candidacy
from monitor.engine.detect.detector import Seen
from monitor.engine.odd import Odd
from monitor.engine.track import Tracker
from monitor.model import FIX, Fix, Refusal
from monitor.units import MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at

FAR = 1_000_000.0
PACES = (0.2, 1, 3, 10, 30, 180, 600, 1440)
"""Usual minutes between two fixes: a class A ship under way, to a satellite a day."""


@dataclass(kw_only=True)
class Told:
    """All that came of a sea."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    refused: Counter[tuple[int, Refusal]] = field(default_factory=Counter)
    came: list[Candidacy] = field(default_factory=list)
    known: list[tuple[Any, ...]] = field(default_factory=list)

    def note(self, tracker: Tracker, tracks: Any) -> None:
        """Note what came of a batch."""
        seen = Seen(tracks=tracks, until=0)
        numbers = seen.track_of(np.arange(len(tracks.fixes))).tolist()
        for row, (fix, link, number) in enumerate(
            zip(tracks.fixes.tolist(), tracks.links.tolist(), numbers, strict=True)
        ):
            before, from_ = seen.before(row, number), seen.leapt(row)
            self.rows.append((Fix._make(fix).seq, link, before and before.seq, from_ and from_.seq))
        self.came += tracker.came
        self.refused += tracker.refused
        tracker.came, tracker.refused = [], Counter()


def drawn(chance: random.Random) -> list[Fix]:
    """Draw the fixes of one or two numbers, each of several ships perhaps, in order of time."""
    pace, ships = chance.choice(PACES), chance.choice((1, 2, 3, 20))
    apart_m, honest = chance.choice((FAR, 30_000.0)), chance.random() < 0.3
    numbers = chance.choice((1, 1, 2))
    east: dict[tuple[int, int], float] = {}
    fixes: list[Fix] = []
    at = START
    for seq in range(chance.choice((30, 80, 150))):
        pause = chance.choice((0, 0.3, 1, 1, 1, 2, 5, chance.choice((5, 5, 5, 40))))
        at += round(pause * pace * MINUTE_US)
        who = chance.randrange(numbers), chance.choice((0, 0, 0, chance.randrange(ships)))
        here = east.get(who, who[1] * apart_m)
        if (what := chance.random()) > 0.4:  # she moves
            here += chance.choice((10, 150, 250, 1000, 2000, -150, -1000))
        east[who] = here
        if what > 0.93 and not honest:  # that is not where she is, or where she is from now on
            here += chance.choice((3000, 20_000, FAR, -5 * FAR))
            east[who] = here if what > 0.97 else east[who]
        sog_kn = chance.choice((0.0, 2.0, 5.0, 15.0))
        fixes.append(
            fix_at(0, here, sog_kn=sog_kn, mmsi=MMSI + who[0], source=seq % 2, seq=seq, at=at)
        )
    return fixes


def told(fixes: list[Fix], cuts: list[int], *, restart: bool = False) -> Told:
    """Follow fixes in batches; after each, perhaps, go on from what is kept."""
    tracker, found = Tracker(), Told()
    for begin, end in pairwise([0, *cuts, len(fixes)]):
        found.note(tracker, tracker.follow(columns(fixes[begin:end])))
        held = sum(len(one.fixes) for odd in tracker.odd.values() for one in odd.held)
        assert len(found.rows) + found.refused.total() + held == end
        if restart:
            last, heard, odd = tracker.take_changed(full=True)
            read = {m: kept.load(Odd, kept.dump(one)) for m, one in odd.items() if one is not None}
            tracker = Tracker()
            tracker.restore(last.copy(), heard.copy(), read)
    found.note(tracker, tracker.follow(columns([]), ended_at=fixes[-1].at))
    assert len(found.rows) + found.refused.total() == len(fixes)
    for mmsi, slot in sorted(tracker.index.items()):
        odd_one = tracker.odd.get(mmsi)
        heard_of = tracker.heard[slot].item() if odd_one is None else odd_one
        found.known.append((mmsi, tracker.last[slot].item(), heard_of))
    found.rows.sort()
    found.came.sort(key=lambda came: (came.mmsi, came.first.at))
    return found


def columns(fixes: list[Fix]) -> Any:
    ordered = sorted(fixes, key=lambda fix: (fix.mmsi, fix.at, fix.seq))
    return np.array([tuple(fix) for fix in ordered], dtype=FIX)


def cut(chance: random.Random, fixes: list[Fix], most: int) -> list[int]:
    """Cut between instants: those of one instant come together, as the buffer lets them out."""
    places = [i for i in range(1, len(fixes)) if fixes[i].at != fixes[i - 1].at]
    return sorted(chance.sample(places, min(most, len(places))))


@pytest.mark.parametrize("seed", range(60))
def test_any_cut_gives_the_same_tracks(seed: int) -> None:
    """Fixes, links, refusals, what came of candidates, and what is known at the end."""
    chance = random.Random(seed)
    fixes = drawn(chance)
    whole = told(fixes, [])
    assert told(fixes, cut(chance, fixes, 3)) == whole
    assert told(fixes, cut(chance, fixes, len(fixes)), restart=True) == whole


def test_these_seas_have_everything_in_them() -> None:
    """So that the test above is one."""
    seas = [told(drawn(random.Random(seed)), []) for seed in range(60)]
    refused = sum((sea.refused for sea in seas), Counter())
    assert {reason for _, reason in refused} == {
        Refusal.FROZEN, Refusal.IMPOSSIBLE_JUMP, Refusal.SAME_INSTANT,
    }  # fmt: skip
    became = Counter(came.became.value for sea in seas for came in sea.came)
    assert min(became[word] for word in ("refused", "second_ship", "leapt")) > 20
    numbers = {came.number for sea in seas for came in sea.came}
    assert {None, 0, 1, 2, 3} <= numbers
