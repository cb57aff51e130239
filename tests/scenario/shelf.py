"""A store in memory: what a pipe gave it to keep, row for row, and what it has of some ships."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from monitor.engine.kept import Kept
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.engine.remembered import RECALLED, Recalled
from monitor.engine.snapshot import Snapshot
from monitor.engine.tracked import HEARD
from monitor.model import FIX, Reports


@dataclass
class Shelf:
    """As the tables ``vessel_state`` and ``kept_state`` are written and read."""

    pipeline: Pipeline
    most: int  # ships in memory
    gone: set[int] = field(default_factory=set)  # all that were let go at some time
    came_back: set[int] = field(default_factory=set)  # that the store knew
    recalled: list[tuple[str, str]] = field(default_factory=list)  # (detector, key)
    woken: int = 0  # ships that were recalled for a deadline
    _vessels: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    states: dict[tuple[str, str], Kept] = field(default_factory=dict)  # (detector, key) -> row

    def take(self, reports: Reports) -> Outcome:
        """Recall who is missing, take a batch, keep what changed, let go."""
        absent = self.pipeline.absent(reports)
        heard = {*reports.positions["mmsi"].tolist(), *(one.static.mmsi for one in reports.statics)}
        self.woken += len(absent - heard)
        self.recall(absent)
        outcome = self.pipeline.take("log", reports)
        self.keep(self.pipeline.snapshot())
        self.gone |= self.pipeline.let_go(self.most)
        return outcome

    def finish(self) -> Outcome:
        """The end of the input: those that it decides on are recalled."""
        odd = {int(key[1:].partition(",")[0]) for kind, key in self.states if kind == "track"}
        known = self.pipeline.remembered
        self.recall(known.absent({*odd, *known.due(self.pipeline.ends_at)}))
        return self.pipeline.finish()

    def recall(self, ships: Collection[int]) -> None:
        """Give back what is kept of them."""
        self.came_back |= ships & self._vessels.keys()
        rows = [self._vessels[mmsi] for mmsi in sorted(ships) if mmsi in self._vessels]
        numbers = {str(mmsi) for mmsi in ships}
        recalled = Recalled(
            ships,
            np.array([last for last, _ in rows], dtype=FIX),
            np.array([heard for _, heard in rows], dtype=HEARD),
            [self.states[key] for key in sorted(self.states) if _is_of(key, numbers)],
        )
        self.recalled += [(row.detector, row.key) for row in recalled.states]
        assert self.pipeline.recall(recalled) == []

    def keep(self, snapshot: Snapshot) -> None:
        """Write what changed."""
        for last, heard in zip(snapshot.last, snapshot.heard, strict=True):
            self._vessels[int(last["mmsi"])] = last.copy(), heard.copy()
        for row in snapshot.states:
            self.states[row.detector, row.key] = row
            if row.state is None:
                del self.states[row.detector, row.key]


def _is_of(key: tuple[str, str], numbers: set[str]) -> bool:
    """Whether a state is recalled with some ships: see ``recall_states`` in queries.sql."""
    kind, text = key
    return kind in RECALLED and text.strip("[]").partition(",")[0] in numbers
