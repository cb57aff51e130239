"""Runs one detector: its states, their deadlines, and what of them must be kept.

A state of a ship may *sleep*: it is left to the store, which has it as it is, until she is heard
again, or its deadline comes. So that a restart can leave it there, its text begins with that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from monitor.engine import kept
from monitor.engine.detect.deadlines import Deadlines
from monitor.engine.detect.detector import AnyDetector, Seen, Told, ships_of
from monitor.engine.kept import Kept, NotReadableError
from monitor.model import Subject


@dataclass(slots=True)
class Elsewhere:
    """What sleeps: it is in the store alone."""

    states: int = 0
    deadlines: int = 0  # of them, those that have one


class Lookout:
    """One detector at work."""

    def __init__(self, detector: AnyDetector, *, sleeps: bool = False) -> None:
        """Nothing is watched. TypeError if the detector's states cannot be kept.

        ``sleeps``: its states may, each with its ship.
        """
        kept.check(detector.STATE)
        self.detector = detector
        self.states: dict[Any, Any] = {}
        self.deadlines: Deadlines[Any] = Deadlines()
        self._changed: set[Any] = set()  # keys, since ``take_changed``
        self._gone: list[Kept] = []  # what could not be restored: to be deleted
        self.sleeps = sleeps
        self.elsewhere = Elsewhere()

    def take(self, seen: Seen) -> list[Told]:
        """Take a batch: rows first, then the deadlines that the watermark has passed."""
        detector, states = self.detector, self.states
        told: list[Told] = []
        touched: dict[Any, None] = {}
        for key, moment in detector.rows(seen, states):
            if key in states:
                told += self._wake(key, moment.now)
            state, found = detector.step(states.get(key), moment)
            told += [(key, fact) for fact in found]
            self._put(key, state)
            touched[key] = None
        self._note(touched)
        while due := self.deadlines.due(seen.until):
            for _, key in due:
                told += self._wake(key, seen.until)
            self._note(dict.fromkeys(key for _, key in due))
        return told

    @property
    def held(self) -> list[Any]:
        """Keys of states for which ships must stay in memory."""
        return [key for key, state in self.states.items() if self.detector.holds(state)]

    def _wake(self, key: Subject, until: int) -> list[Told]:
        """Wake a state for each of its deadlines before ``until``."""
        told: list[Told] = []
        last: int | None = None
        while (state := self.states.get(key)) is not None:
            at = self.detector.deadline(state)
            if at is None or at >= until:
                break
            if last is not None and at <= last:
                message = f"{self.detector.NAME} was woken at {last} and waits for {at}"
                raise RuntimeError(message)
            state, found = self.detector.wake(key, state, at)
            told += [(key, fact) for fact in found]
            self._put(key, state)
            last = at
        return told

    def _put(self, key: Subject, state: Any) -> None:
        if state is not None:
            self.states[key] = state
        elif self.states.pop(key, None) is None:
            return
        self._changed.add(key)

    def _note(self, keys: dict[Any, None]) -> None:
        for key in keys:
            state = self.states.get(key)
            self.deadlines.note(key, None if state is None else self.detector.deadline(state))

    # -- restart -------------------------------------------------------------------------------

    def take_changed(self, *, full: bool = False) -> list[Kept]:
        """States that changed since the last call, or all."""
        keys = self.states if full else self._changed
        found, self._gone = self._gone, []
        found += [self._kept(key, self.states.get(key)) for key in sorted(keys)]
        self._changed.clear()
        return found

    def restore(self, rows: list[Kept]) -> list[str]:
        """Go on from kept states; a sentence for each reason why some could not be taken over."""
        self.states, self._gone = {}, []
        self._changed.clear()
        self.deadlines = Deadlines()
        self.elsewhere = Elsewhere()
        return self._take_up(rows)

    def recall(self, rows: list[Kept]) -> list[str]:
        """Know again states of ships that were let go, as ``restore`` does."""
        rows = [row for row in rows if not self._has(row)]
        self.elsewhere.states -= len(rows)
        self.elsewhere.deadlines -= sum(row.wakes_at is not None for row in rows)
        return self._take_up(rows)

    def _has(self, row: Kept) -> bool:
        """Whether more is known of it here: it is in memory, or its end is not kept yet."""
        try:
            key = kept.key_of(self.detector.KEY, row.key)
        except NotReadableError:
            return False
        return key in self.states or key in self._changed

    def let_go(self, vessels: set[int]) -> Iterator[tuple[int, int]]:
        """Let states of these vessels sleep, of which nothing changed since ``take_changed``.

        Each vessel with the deadlines that come before she is heard, us.
        """
        for key in [key for key in self.states if key.mmsi in vessels]:
            at = self.detector.deadline(self.states.pop(key))
            self.elsewhere.states += 1
            if at is not None:
                self.elsewhere.deadlines += 1
                self.deadlines.note(key, None)
                yield key.mmsi, at

    def _take_up(self, rows: list[Kept]) -> list[str]:
        refused: Counter[str] = Counter()
        known: dict[Any, None] = {}
        for row in rows:
            try:
                key, state = self._read(row)
            except NotReadableError as error:
                refused[str(error)] += 1
                self._gone.append(row._replace(state=None))
            else:
                self.states[key] = state
                known[key] = None
                if self._kept(key, state) != row:  # upgraded, or mended
                    self._changed.add(key)
        self._note(known)
        name, notes = self.detector.NAME, self.detector.said()
        for reason, count in sorted(refused.items()):
            many = "state" if count == 1 else "states"
            verb = "is" if count == 1 else "are"
            notes.append(
                f"{count} kept {many} of detector {name} cannot be used and {verb} begun anew:"
                f" {reason}."
            )
        return notes

    def adopt(self, other: Lookout, vessels: set[int]) -> None:
        """Remember of these vessels what another lookout remembers, and nothing else."""
        mine = [key for key in self.states if ships_of(key) & vessels]
        theirs = [key for key in other.states if ships_of(key) & vessels]
        for key in mine:
            self._put(key, None)
        for key in theirs:
            self._put(key, other.states[key])
        self._note(dict.fromkeys([*mine, *theirs]))

    def replace(self, other: Lookout) -> None:
        """Remember what another lookout remembers, and nothing else."""
        keys = dict.fromkeys([*self.states, *other.states])
        for key in keys:
            self._put(key, other.states.get(key))
        self._note(keys)

    def kept(self) -> list[Kept]:
        """All states, as they are kept."""
        return [self._kept(key, state) for key, state in sorted(self.states.items())]

    def _read(self, row: Kept) -> tuple[Any, Any]:
        detector = self.detector
        key = kept.key_of(detector.KEY, row.key)
        document = kept.parsed(row.state or "")
        if row.version != detector.VERSION:
            document["state"] = detector.upgrade(key, document["state"], row.version)
        state = kept.read(detector.STATE, document["state"], layout=document["fix"])
        try:
            why_not = detector.admit(key, state)
            detector.deadline(state)
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            message = f"it cannot be gone on with ({type(error).__name__}: {error})"
            raise NotReadableError(message) from error
        if why_not is not None:
            raise NotReadableError(why_not)
        return key, state

    def _kept(self, key: Any, state: Any) -> Kept:
        detector = self.detector
        text = None if state is None else kept.dump(state)
        if text is not None and self.sleeps:
            text = kept.waking(text, detector.deadline(state))
        return Kept(detector.NAME, detector.VERSION, kept.key_text(key), text)
