"""Each vessel's track: which fixes can follow one another, and which are of another ship.

A fix follows a track if no ship would have to be faster than MAX_SPEED_KN to get there. One that
cannot is held back. When CONFIRMING_FIXES held fixes agree with each other, they are believed: as
a second ship on the same MMSI if the first went on meanwhile, else as the same ship after a real
jump, so that nobody is locked out for ever. Held fixes that nothing confirms are refused.

Vessels with nothing odd about them are handled as columns; the others one fix at a time. Both
ways give the same result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.engine.geofence import distance_m
from monitor.model import FIX, Fix, Refusal, rows_at
from monitor.units import DAY_US, HOUR_US, KNOT_MPS, NO_TIME, SECOND_US

MAX_SPEED_KN = 60.0
"""No ship in service is faster (fast ferries some 50 kn, fast naval craft some 55)."""

TIME_SLACK_S = 30.0
"""Receivers' clocks differ, and stamps of logs are whole seconds."""

PLACE_SLACK_M = 200.0
"""A ship's length and the coarseness of type 27 (1/10 minute, 185 m)."""

CONFIRMING_FIXES = 3
"""Held fixes that must agree before they are believed: bit errors never agree in threes."""

HELD_US = 12 * HOUR_US
"""Held fixes further apart do not confirm each other: by then a ship may be anywhere (720 NM).
Sparser than two passes of a satellite a day nothing can be told apart."""

MOST_CHAINS = 4
"""Chains of held fixes kept of one MMSI; beyond it the oldest is refused."""

TRACK_END_US = DAY_US
"""A second ship not heard for this long is forgotten; should she come back, she is new."""

TRACKED = np.dtype(
    [
        ("track", "i1"),
        ("decided_at", "<i8"),  # us; when the fix was believed: its own time unless it was held
        ("prev_at", "<i8"),  # us; NO_TIME: first fix of the track
        ("prev_lon", "<f8"),
        ("prev_lat", "<f8"),
    ]
)


def reach_m(elapsed_s: Any) -> Any:
    """Farthest that a ship can be after this many seconds, with all slack."""
    return MAX_SPEED_KN * KNOT_MPS * (elapsed_s + TIME_SLACK_S) + PLACE_SLACK_M


@dataclass(slots=True)
class Odd:
    """A vessel with several tracks or with held fixes."""

    tracks: dict[int, Fix] = field(default_factory=dict)  # number -> last fix
    held: list[list[Fix]] = field(default_factory=list)  # chains: agree within, with no track
    next_track: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """What came of a batch: accepted fixes sorted by (mmsi, track, at), and their columns."""

    fixes: Any  # dtype FIX
    links: Any  # dtype TRACKED, row for row
    heads: list[tuple[int, int]]  # (MMSI, number) of each track
    starts: NDArray[np.int64]  # first row of each track
    before: Any  # dtype FIX: last fix of each track before this batch; MMSI 0: there is none

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
        self.index: dict[int, int] = {}
        self.odd: dict[int, Odd] = {}
        self.refused: Counter[tuple[int, Refusal]] = Counter()  # (source, reason)
        self._odd_before: dict[tuple[int, int], Fix] = {}
        self._odd_seen: set[int] = set()
        self._moved: set[int] = set()  # slots that changed since ``take_changed``
        self._odd_changed: set[int] = set()

    def follow(self, fixes: Any) -> Tracks:
        """Take fixes sorted by (mmsi, at, seq), none older than those of earlier calls."""
        self._odd_before, self._odd_seen = {}, set()
        fixes = self._one_an_instant(fixes)
        new = np.diff(fixes["mmsi"], prepend=-1) != 0
        first, group = np.flatnonzero(new), np.cumsum(new) - 1
        slots = self._slots(fixes["mmsi"][first].tolist())
        links = self._links(fixes, first, slots)
        elapsed_s = (fixes["at"] - links["prev_at"]) / SECOND_US
        moved_m = distance_m(links["prev_lon"], links["prev_lat"], fixes["lon"], fixes["lat"])
        wrong = (links["prev_at"] != NO_TIME) & (moved_m > reach_m(elapsed_s))
        odd = self._is_odd(fixes["mmsi"][first])
        odd[group[wrong]] = True
        if odd.any():
            fixes, links = self._with_odd(fixes, links, first, group, slots, odd)
        tracks = self._tracks(fixes, links)
        self._remember(tracks)
        return tracks

    def _with_odd(
        self, fixes: Any, links: Any, first: Any, group: Any, slots: Any, odd: Any
    ) -> tuple[Any, Any]:
        """Take odd vessels fix by fix, and put them among the others."""
        rows: list[tuple[Any, ...]] = []
        facts: list[tuple[Any, ...]] = []
        for vessel in np.flatnonzero(odd).tolist():
            end = first[vessel + 1] if vessel + 1 < len(first) else len(fixes)
            self._one_by_one(fixes[first[vessel] : end], int(slots[vessel]), rows, facts)
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
        for place, head in enumerate(heads) if self._odd_seen else ():
            if head[0] in self._odd_seen:
                known = self._odd_before.get(head)
                if known is None:
                    before["mmsi"][place] = 0
                else:
                    before[place] = tuple(known)
        return Tracks(fixes=fixes, links=links, heads=heads, starts=starts, before=before)

    def _remember(self, tracks: Tracks) -> None:
        """Make the batch's last fixes the known ones."""
        fixes = tracks.fixes
        main = np.flatnonzero(tracks.links["track"] == 0)
        if not len(main):
            return
        mmsi = fixes["mmsi"][main]
        end = main[np.flatnonzero(np.diff(mmsi, append=-1))]
        slots = [self.index[m] for m in fixes["mmsi"][end].tolist()]
        self.last[slots] = rows_at(fixes, end)
        self._moved.update(slots)

    def take_changed(self, *, full: bool = False) -> tuple[Any, dict[int, Odd | None]]:
        """Last fixes (dtype FIX) and odd vessels changed since the last call, or all.

        None: she is odd no more.
        """
        slots = range(len(self.index)) if full else sorted(self._moved)
        odd = sorted({*self.odd, *self._odd_changed} if full else self._odd_changed)
        last = self.last[list(slots)]
        self._moved.clear()
        self._odd_changed.clear()
        return last[last["mmsi"] != 0], {mmsi: self.odd.get(mmsi) for mmsi in odd}

    def give_up(self) -> None:
        """Refuse all fixes that are still held: nothing more will come to confirm them."""
        for mmsi, odd in self.odd.items():
            for chain in list(odd.held):
                self._drop(odd, chain)
                self._odd_changed.add(mmsi)

    def restore(self, last: Any, odd: dict[int, Odd], *, anew: Iterable[int] = ()) -> None:
        """Go on from stored last fixes (dtype FIX, one a vessel) and odd vessels.

        ``anew``: odd vessels that must be kept again, for they were of an earlier version.
        """
        self.last = np.zeros(max(1024, len(last)), dtype=FIX)
        self.last[: len(last)] = last
        self.index = {mmsi: slot for slot, mmsi in enumerate(last["mmsi"].tolist())}
        self.odd = odd
        self._odd_changed = set(anew)

    def _slots(self, vessels: list[int]) -> NDArray[np.int64]:
        index = self.index
        for mmsi in vessels:
            if mmsi not in index:
                index[mmsi] = len(index)
        if len(index) > len(self.last):
            more = np.zeros(max(len(index), 2 * len(self.last)) - len(self.last), dtype=FIX)
            self.last = np.concatenate([self.last, more])
        return np.array([index[mmsi] for mmsi in vessels], dtype=np.int64)

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

    def _drop(self, odd: Odd, chain: list[Fix]) -> None:
        odd.held.remove(chain)
        for fix in chain:
            self.refused[fix.source, Refusal.IMPOSSIBLE_JUMP] += 1

    def _one_by_one(
        self, fixes: Any, slot: int, rows: list[tuple[Any, ...]], facts: list[tuple[Any, ...]]
    ) -> None:
        mmsi = int(fixes["mmsi"][0])
        odd = self.odd.setdefault(mmsi, Odd())
        if not odd.tracks and not odd.held and self.last["mmsi"][slot]:
            odd.tracks[0] = Fix._make(self.last[slot].item())
        self._odd_seen.add(mmsi)
        self._odd_changed.add(mmsi)
        for number, fix in odd.tracks.items():
            self._odd_before[mmsi, number] = fix

        def accept(fix: Fix, number: int, decided_at: int) -> None:
            prev = odd.tracks.get(number)
            rows.append(tuple(fix))
            facts.append(
                (number, decided_at, NO_TIME, 0.0, 0.0)
                if prev is None
                else (number, decided_at, prev.at, prev.lon, prev.lat)
            )
            odd.tracks[number] = fix

        for item in fixes.tolist():
            fix = Fix._make(item)
            _forget(odd, fix.at)
            for chain in [c for c in odd.held if fix.at - c[-1].at > HELD_US]:
                self._drop(odd, chain)
            if any(known.at >= fix.at for known in odd.tracks.values()) or any(
                chain[-1].at >= fix.at for chain in odd.held
            ):
                self.refused[fix.source, Refusal.SAME_INSTANT] += 1
                continue
            if not odd.tracks and not odd.held:
                accept(fix, 0, fix.at)
                continue
            near = [(away_m(last, fix), n) for n, last in odd.tracks.items() if follows(last, fix)]
            if near:
                accept(fix, min(near)[1], fix.at)
                continue
            chains = [
                (away_m(c[-1], fix), i) for i, c in enumerate(odd.held) if follows(c[-1], fix)
            ]
            if not chains:
                if len(odd.held) >= MOST_CHAINS:
                    self._drop(odd, odd.held[0])
                odd.held.append([fix])
                continue
            chain = odd.held[min(chains)[1]]
            chain.append(fix)
            if len(chain) >= CONFIRMING_FIXES:
                odd.held.remove(chain)
                number = _number(odd, chain[0].at)
                for held in chain:
                    accept(held, number, fix.at)
        if not odd.held and set(odd.tracks) == {0} and odd.next_track == 1:
            del self.odd[mmsi]


def _number(odd: Odd, began: int) -> int:
    """Track of a confirmed chain: a new one if the MMSI is shared, else the ship that jumped."""
    shared = odd.next_track > 1  # several ships were told apart on it before
    if odd.tracks and not shared and all(last.at <= began for last in odd.tracks.values()):
        return 0
    if not odd.tracks:
        return 0
    odd.next_track += 1
    return odd.next_track - 1


def follows(last: Fix, fix: Fix) -> bool:
    """Whether the ship of ``last`` can be the ship of ``fix``."""
    return bool(away_m(last, fix) <= reach_m((fix.at - last.at) / SECOND_US))


def away_m(last: Fix, fix: Fix) -> float:
    """Distance between two fixes, metres."""
    return float(distance_m(last.lon, last.lat, fix.lon, fix.lat))


def _forget(odd: Odd, now: int) -> None:
    if len(odd.tracks) < 2:
        return
    for number in [n for n, last in odd.tracks.items() if now - last.at > TRACK_END_US]:
        if len(odd.tracks) > 1:
            del odd.tracks[number]
