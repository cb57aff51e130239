"""Each vessel's track: which fixes can follow one another, and which are of another ship.

A fix follows a track if no ship would have to be faster than MAX_SPEED_KN to get there. Vessels of
which all fixes do are handled as columns; the others are odd, and sorted out one fix at a time
(``odd.py``). Both ways give the same result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.arrays import rows_at
from monitor.engine.candidate import Astray, Became, Candidacy, Stray
from monitor.engine.geofence import distance_m
from monitor.engine.odd import Odd, Sorting
from monitor.engine.reach import FROZEN_KN, STRAY_M, Known, goes_on, is_frozen, reach_m
from monitor.engine.tracked import TRACKED, UNHEARD, facts_of, hardly_gone
from monitor.model import FIX, Fix, Refusal
from monitor.units import KNOT_MPS, NO_TIME, SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """What came of a batch: accepted fixes sorted by (mmsi, track, at), and their columns."""

    fixes: Any  # dtype FIX
    links: Any  # dtype TRACKED, row for row
    heads: list[tuple[int, int]]  # (MMSI, number) of each track
    starts: NDArray[np.int64]  # first row of each track
    before: Any  # dtype FIX: last fix of each track before this batch; MMSI 0: there is none
    leaps: dict[tuple[int, int, int], Candidacy]  # (MMSI, number, decided_at) -> what leapt there
    strays: list[Stray] = field(default_factory=list)  # in no order

    def bounds(self, track: int) -> tuple[int, int]:
        """First row of a track, and the row behind its last."""
        last = track + 1 == len(self.starts)
        end = len(self.fixes) if last else self.starts[track + 1]
        return int(self.starts[track]), int(end)


class Tracker:
    """All vessels' last fixes. ``follow`` takes batch after batch."""

    def __init__(self) -> None:
        """No vessel is known."""
        self.last = np.zeros(1024, dtype=FIX)
        self.heard = np.full(1024, UNHEARD)
        self.index: dict[int, int] = {}
        self.odd: dict[int, Odd] = {}
        self.refused: Counter[tuple[int, Refusal]] = Counter()  # (source, reason)
        self.disbelieved: list[tuple[Refusal, Any]] = []  # those that are kept (dtype FIX)
        self.came: list[Candidacy] = []  # what came of candidates, to be taken
        self.strays: list[Stray] = []  # of the batch
        self._astray: dict[int, list[Fix]] = {}  # of the batch, and the one before
        self.gave_up: set[int] = set()  # vessels decided on for the input had ended
        self._odd_before: dict[int, dict[int, Fix]] = {}  # of the batch: MMSI -> track -> last
        self._moved: set[int] = set()  # slots that changed since ``take_changed``
        self._odd_changed: set[int] = set()

    def follow(self, fixes: Any, *, ended_at: int | None = None) -> Tracks:
        """Take fixes sorted by (mmsi, at, seq), none older than those of earlier calls.

        ``ended_at`` (us): as is known then, nothing more will come, so all that is held is decided.
        """
        self._odd_before, self._astray, self.strays = {}, {}, []
        every = fixes = self._one_an_instant(fixes)
        first, group, slots, links = self._linked(fixes)
        frozen = self._frozen(fixes, first, group, slots, links)
        if frozen is not None:
            fixes = rows_at(fixes, ~frozen)
            first, group, slots, links = self._linked(fixes)
        elapsed_s = (fixes["at"] - links["prev_at"]) / SECOND_US
        moved_m = distance_m(links["prev_lon"], links["prev_lat"], fixes["lon"], fixes["lat"])
        wrong = (links["prev_at"] != NO_TIME) & (moved_m > reach_m(elapsed_s))
        wrong |= hardly_gone(fixes, links, self.last, slots[group], moved_m)
        odd = self._is_odd(fixes["mmsi"][first])
        odd[group[wrong]] = True
        last = np.flatnonzero(np.diff(fixes["mmsi"], append=-1))
        self._go_on(fixes, links, last, slots, moved_m, elapsed_s, ~odd)
        if frozen is not None:
            vessels = fixes["mmsi"][first[odd]]
            stands = frozen & ~np.isin(every["mmsi"], vessels)
            self._refuse(every["source"][stands], Refusal.FROZEN)
            self.disbelieved.append((Refusal.FROZEN, rows_at(every, stands)))
            self.strays += map(_stood_still, self.disbelieved[-1][1].tolist())
        if odd.any() or (ended_at is not None and self.odd):
            fixes, links = self._with_odd(every, fixes, links, group, odd, ended_at)
        tracks = self._tracks(fixes, links)
        self._remember(tracks)
        return tracks

    def _linked(self, fixes: Any) -> tuple[Any, Any, Any, Any]:
        """First rows of vessels, of which vessel each row is, their slots, and rows of TRACKED."""
        new = np.diff(fixes["mmsi"], prepend=-1) != 0
        first = np.flatnonzero(new)
        slots = self._slots(fixes["mmsi"][first].tolist())
        return first, np.cumsum(new) - 1, slots, self._links(fixes, first, slots)

    def _frozen(
        self, fixes: Any, first: Any, group: Any, slots: Any, links: Any
    ) -> NDArray[np.bool_] | None:
        """Mask of fixes that say nothing, for the position stands still; None: there are none.

        Odd vessels see to it themselves.
        """
        with np.errstate(invalid="ignore"):
            perhaps = (
                (fixes["sog_kn"] >= FROZEN_KN)
                & (fixes["lon"] == links["prev_lon"])
                & (fixes["lat"] == links["prev_lat"])
                & (links["prev_at"] != NO_TIME)
                & ~self._is_odd(fixes["mmsi"])
            )
        if not perhaps.any():
            return None
        mask = np.zeros(len(fixes), dtype=np.bool_)
        begins, ends = first, np.append(first[1:], len(fixes))
        for vessel in np.unique(group[perhaps]).tolist():
            slot = int(slots[vessel])
            known = self.last["mmsi"][slot] != 0
            last = Fix._make(self.last[slot].item()) if known else None
            under_way = bool(self.heard["under_way"][slot])
            for row in range(begins[vessel], ends[vessel]):
                fix = Fix._make(fixes[row].item())
                if last is not None and is_frozen(last, fix, under_way=under_way):
                    mask[row] = True
                    continue
                under_way, last = goes_on(last, fix, under_way=under_way), fix
        return mask if mask.any() else None

    def _go_on(
        self,
        fixes: Any,
        links: Any,
        last: NDArray[np.int64],
        slots: NDArray[np.int64],
        moved_m: Any,
        elapsed_s: Any,
        plain: NDArray[np.bool_],
    ) -> None:
        """Note which vessels are under way at their last fixes, and whether they may stray."""
        if not len(fixes):
            return
        first = np.append(0, last[:-1] + 1)
        followed = links["prev_at"] != NO_TIME
        jumps = np.where(followed & (moved_m > STRAY_M), np.arange(len(fixes)), -1)
        jump = np.maximum.reduceat(jumps, first)[plain]
        first, last, slots = first[plain], last[plain], slots[plain]
        known, heard = followed[last], self.heard[slots]
        fast = moved_m[last] / elapsed_s[last] / KNOT_MPS >= FROZEN_KN
        heard["under_way"] = fast & known  # standing still under way is frozen, and not here
        new = ~followed[first]
        heard["since_at"][new] = heard["jump_at"][new] = fixes["at"][first[new]]
        heard["before_at"][new] = NO_TIME
        moved = jump >= first
        heard["jump_at"][moved] = fixes["at"][jump[moved]]
        for name in ("at", "lon", "lat"):
            heard[f"before_{name}"][moved] = links[f"prev_{name}"][jump[moved]]
        self.heard[slots] = heard

    def _with_odd(
        self, every: Any, fixes: Any, links: Any, group: Any, odd: Any, ended_at: int | None
    ) -> tuple[Any, Any]:
        """Take odd vessels fix by fix, and put them among the others."""
        rows: list[tuple[Any, ...]] = []
        facts: list[tuple[Any, ...]] = []
        sorted_out: dict[int, Sorting] = {}
        for mmsi in np.unique(fixes["mmsi"][odd[group]]).tolist():
            begin, end = np.searchsorted(every["mmsi"], [mmsi, mmsi + 1])
            sorting = sorted_out[mmsi] = self._sorting(mmsi, self.index[mmsi])
            for item in every[begin:end].tolist():
                sorting.take(Fix._make(item))
        if ended_at is not None:
            for mmsi in sorted(m for m, one in self.odd.items() if one.held):
                if mmsi not in sorted_out:
                    sorted_out[mmsi] = self._sorting(mmsi, int(self._slots([mmsi])[0]))
                sorted_out[mmsi].give_up(ended_at)
                self.gave_up.add(mmsi)
        for sorting in sorted_out.values():
            self._put(sorting, rows, facts)
        plain = ~odd[group]
        fixes = np.concatenate([rows_at(fixes, plain), np.array(rows, dtype=FIX)])
        links = np.concatenate([links[plain], np.array(facts, dtype=TRACKED)])
        order = np.lexsort((fixes["seq"], fixes["at"], links["track"], fixes["mmsi"]))
        return rows_at(fixes, order), links[order]

    def _tracks(self, fixes: Any, links: Any) -> Tracks:
        """Where each track begins, and what was known of it before."""
        mmsi, number = fixes["mmsi"], links["track"]
        starts = np.flatnonzero(
            (np.diff(mmsi, prepend=-1) != 0) | (np.diff(number, prepend=-1) != 0)
        )
        heads = list(zip(mmsi[starts].tolist(), number[starts].tolist(), strict=True))
        slots = np.array([self.index[head] for head, _ in heads], dtype=np.int64)
        before = rows_at(self.last, slots)
        before["mmsi"][number[starts] != 0] = 0  # further ships on one MMSI are odd, all of them
        for place, (ship, track) in enumerate(heads) if self._odd_before else ():
            if ship in self._odd_before:
                known = self._odd_before[ship].get(track)
                if known is None:
                    before["mmsi"][place] = 0
                else:
                    before[place] = tuple(known)
        leaps = {
            (one.mmsi, one.number, one.decided_at): one
            for one in self.came
            if one.became is Became.LEAPT and one.number is not None
        }
        return Tracks(
            fixes=fixes, links=links, heads=heads, starts=starts, before=before, leaps=leaps,
            strays=self.strays,
        )  # fmt: skip

    def _remember(self, tracks: Tracks) -> None:
        """Make the batch's last fixes the known ones."""
        fixes = tracks.fixes
        main = np.flatnonzero(tracks.links["track"] == 0)
        if not len(main):
            return
        mmsi = fixes["mmsi"][main]
        end = main[np.flatnonzero(np.diff(mmsi, append=-1))]
        slots = self._known(fixes["mmsi"][end].tolist())
        self.last[slots] = rows_at(fixes, end)
        self._moved.update(slots.tolist())

    def take_changed(self, *, full: bool = False) -> tuple[Any, Any, dict[int, Odd | None]]:
        """Last fixes (dtype FIX), what else is known (HEARD, row for row), and odd vessels.

        Those that changed since the last call, or all. None: she is odd no more.
        """
        slots = range(len(self.index)) if full else sorted(self._moved)
        odd = sorted({*self.odd, *self._odd_changed} if full else self._odd_changed)
        picked = np.array([s for s in slots if self.last["mmsi"][s]], dtype=np.int64)
        self._moved.clear()
        self._odd_changed.clear()
        return self.last[picked], self.heard[picked], {mmsi: self.odd.get(mmsi) for mmsi in odd}

    def restore(
        self, last: Any, heard: Any, odd: dict[int, Odd], *, anew: Iterable[int] = (),
        ships: Iterable[int] | None = None,
    ) -> None:  # fmt: skip
        """Go on from stored last fixes (dtype FIX, one a vessel), HEARD of each, and odd vessels.

        ``anew``: odd vessels that must be kept again, for they were of an earlier version.
        ``ships``: whose rows they are, where some have no fix.
        """
        size = max(1024, len(last))
        self.last = np.zeros(size, dtype=FIX)
        self.last[: len(last)] = last
        self.heard = np.full(size, UNHEARD)
        self.heard[: len(heard)] = heard
        vessels = last["mmsi"].tolist() if ships is None else ships
        self.index = {mmsi: slot for slot, mmsi in enumerate(vessels)}
        self.odd = odd
        self._odd_changed = set(anew)

    def recall(self, last: Any, heard: Any, odd: dict[int, Odd]) -> int:
        """Know again vessels that were let go, as ``restore`` does; how many have a last fix."""
        new = [place for place, mmsi in enumerate(last["mmsi"].tolist()) if mmsi not in self.index]
        slots = self._slots(last["mmsi"][new].tolist())
        self.last[slots], self.heard[slots] = last[new], heard[new]
        self.odd |= {mmsi: one for mmsi, one in odd.items() if mmsi not in self.odd}
        return len(new)

    def astray(self, mmsi: int, since: int, until: int) -> Fix | None:
        """The last fix of a vessel within a time (us) of those that agree where no ship can be.

        None: there is none. ``until`` is not before this batch.
        """
        odd = self.odd.get(mmsi)
        before = [] if odd is None or odd.astray is None else [odd.astray]
        known = [fix for fix in self._astray.get(mmsi, before) if since < fix.at <= until]
        return max(known, key=lambda fix: fix.at, default=None)

    def held(self, vessels: Iterable[int]) -> list[Fix]:
        """Fixes of these vessels of which is not decided yet whether they are believed."""
        odd = [self.odd[mmsi] for mmsi in vessels if mmsi in self.odd]
        return [fix for one in odd for candidate in one.held for fix in candidate.fixes]

    def adopt(self, other: Tracker, vessels: set[int]) -> None:
        """Know of these vessels what another tracker knows, and nothing else."""
        self.gave_up = (self.gave_up - vessels) | (other.gave_up & vessels)
        for mmsi in sorted(vessels):
            if self.odd.pop(mmsi, None) is not None:
                self._odd_changed.add(mmsi)
            if mmsi in other.odd:
                self.odd[mmsi] = other.odd[mmsi]
                self._odd_changed.add(mmsi)
            place = other.index.get(mmsi)
            if place is None and mmsi not in self.index:
                continue
            slot = int(self._slots([mmsi])[0])
            self.last[slot] = np.zeros(1, dtype=FIX)[0] if place is None else other.last[place]
            self.heard[slot] = UNHEARD if place is None else other.heard[place]
            self._moved.add(slot)

    def _slots(self, vessels: list[int]) -> NDArray[np.int64]:
        index = self.index
        for mmsi in vessels:
            if mmsi not in index:
                index[mmsi] = len(index)
        if len(index) > len(self.last):
            size = max(len(index), 2 * len(self.last)) - len(self.last)
            self.last = np.concatenate([self.last, np.zeros(size, dtype=FIX)])
            self.heard = np.concatenate([self.heard, np.full(size, UNHEARD)])
        return self._known(vessels)

    def _known(self, vessels: list[int]) -> NDArray[np.int64]:
        return np.array([self.index[mmsi] for mmsi in vessels], dtype=np.int64)

    def _links(self, fixes: Any, first: NDArray[np.int64], slots: NDArray[np.int64]) -> Any:
        links = np.zeros(len(fixes), dtype=TRACKED)
        links["decided_at"] = fixes["at"]
        for name in ("at", "lon", "lat"):
            links[f"prev_{name}"][1:] = fixes[name][:-1]
            links[f"prev_{name}"][first] = self.last[name][slots]
        links["prev_at"][first[self.last["mmsi"][slots] == 0]] = NO_TIME
        return links

    def _is_odd(self, vessels: NDArray[np.int32]) -> NDArray[np.bool_]:
        return np.isin(vessels, list(self.odd)) if self.odd else np.zeros(len(vessels), np.bool_)

    def _one_an_instant(self, fixes: Any) -> Any:
        """Refuse further fixes of a vessel at one instant; odd vessels see to it themselves."""
        new = np.diff(fixes["mmsi"], prepend=-1) != 0
        first = np.flatnonzero(new)
        again = np.zeros(len(fixes), dtype=np.bool_)
        again[1:] = ~new[1:] & (fixes["at"][1:] == fixes["at"][:-1])
        slots = self._slots(fixes["mmsi"][first].tolist())
        last_at = np.where(self.last["mmsi"][slots] != 0, self.last["at"][slots], NO_TIME)
        again |= fixes["at"] <= np.repeat(last_at, np.diff(first, append=len(fixes)))
        again &= ~self._is_odd(fixes["mmsi"])
        if not again.any():
            return fixes
        self._refuse(fixes["source"][again], Refusal.SAME_INSTANT)
        return rows_at(fixes, ~again)

    def _refuse(self, sources: NDArray[np.uint16], reason: Refusal) -> None:
        numbers = np.bincount(sources)
        for source in np.flatnonzero(numbers).tolist():
            self.refused[source, reason] += int(numbers[source])

    def _sorting(self, mmsi: int, slot: int) -> Sorting:
        """Begin to sort out the fixes of an odd vessel."""
        odd = self.odd.setdefault(mmsi, Odd())
        if not odd.tracks and not odd.held and self.last["mmsi"][slot]:
            odd.tracks[0] = Fix._make(self.last[slot].item())
            odd.since_at = int(self.heard["since_at"][slot])
            odd.known[0] = Known(*self.heard[slot].item()[1:])
            self.heard[slot] = UNHEARD  # else what is kept would show where a batch was cut
            self._moved.add(slot)
        self._odd_before[mmsi] = dict(odd.tracks)
        self._astray[mmsi] = [] if odd.astray is None else [odd.astray]
        self._odd_changed.add(mmsi)
        return Sorting(mmsi, odd)

    def _put(
        self, sorting: Sorting, rows: list[tuple[Any, ...]], facts: list[tuple[Any, ...]]
    ) -> None:
        """Put what is believed of an odd vessel among the rows, and count the rest."""
        last = dict(self._odd_before[sorting.mmsi])
        for taken in sorting.taken:
            rows.append(tuple(taken.fix))
            facts.append(facts_of(taken, last.get(taken.number)))
            last[taken.number] = taken.fix
        for reason, fixes in (
            (Refusal.SAME_INSTANT, sorting.repeated),
            (Refusal.IMPOSSIBLE_JUMP, sorting.refused),
            (Refusal.FROZEN, sorting.frozen),
        ):
            for fix in fixes:
                self.refused[fix.source, reason] += 1
            if fixes and reason is not Refusal.SAME_INSTANT:
                self.disbelieved.append((reason, np.array(fixes, dtype=FIX)))
        self.came += sorting.came
        self.strays += sorting.strays
        leapt = [one.fix for one in sorting.strays if one.why is Astray.LEAPT and one.alone]
        self._astray[sorting.mmsi] += leapt
        if sorting.plain:
            slot = self.index[sorting.mmsi]
            odd = self.odd.pop(sorting.mmsi)
            self.heard[slot] = (odd.since_at, *odd.known[0])
            self._moved.add(slot)


def _stood_still(row: tuple[Any, ...]) -> Stray:
    fix = Fix._make(row)
    return Stray(Astray.FROZEN, fix, fix, None)
