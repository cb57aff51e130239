"""Where ships are by now: the last fix of each, for those who listen. Without listeners it is idle.

A fix that is older than what was shown is no news.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from monitor.model import Fix
from monitor.units import NO_TIME

MOST_SHIPS = 50_000
"""More are not remembered between two looks: a flood of numbers fills no memory."""


class Board:
    """The last fixes of ships that were heard since the last look."""

    def __init__(self) -> None:
        """Nobody listens."""
        self.listeners = 0
        self._fixes: dict[int, Fix] = {}
        self._shown: dict[int, int] = {}  # MMSI -> us

    def note(self, fixes: Any) -> None:
        """Take fixes (dtype FIX) that were stored, sorted by ship and time."""
        if not self.listeners or not len(fixes):
            return
        mmsi = fixes["mmsi"]
        last = np.flatnonzero(np.concatenate((mmsi[1:] != mmsi[:-1], [True])))
        for row in last.tolist():
            fix = Fix._make(fixes[row].item())
            known = self._fixes.get(fix.mmsi)
            newest = self._shown.get(fix.mmsi, NO_TIME) if known is None else known.at
            if fix.at > newest and (known is not None or len(self._fixes) < MOST_SHIPS):
                self._fixes[fix.mmsi] = fix

    def take(self) -> list[Fix]:
        """The last fix of each ship that was heard since the last call, by MMSI."""
        fixes, self._fixes = self._fixes, {}
        if len(self._shown) > 2 * MOST_SHIPS:
            self._shown = {}
        self._shown |= {mmsi: fix.at for mmsi, fix in fixes.items()}
        return [fixes[mmsi] for mmsi in sorted(fixes)]

    def clear(self) -> None:
        """Nobody listens any more."""
        self._fixes, self._shown = {}, {}
