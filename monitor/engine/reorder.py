"""Puts reports in order: they wait until the watermark has passed them, and leave sorted by time.

The watermark is the newest ``received_at`` less the allowed lateness. What comes after it is late.
Of one instant, a vessel's reports leave in an order of their own (``received_at``, then their
line), not in that of their arrival: so it does not matter which of several logs was read first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.arrays import joined, rows_at
from monitor.engine.quality import DUPLICATE_WINDOW_US, Deduplicator
from monitor.model import FIX
from monitor.units import MINUTE_US, NO_TIME

LATENESS_US = 2 * MINUTE_US
"""Receivers, relays and mergers deliver within a minute; two cost an officer little."""


class Waiting(NamedTuple):
    """What came to the buffers since it was last asked for, or all that is in them."""

    pending: Any  # dtype FIX: reports
    recent: Any  # hashes that copies will be known by
    newest_at: int  # of both, us
    outlived: int  # what came to both no later than this (us) may be forgotten


class Due(NamedTuple):
    """What the watermark has passed."""

    fixes: Any  # dtype FIX, sorted by (mmsi, at, received_at, line)
    copies: Any  # source numbers of reports that another receiver heard as well


class Reorder:
    """The buffer of one pipe."""

    def __init__(self, lateness_us: int, sources: list[str] | None = None) -> None:
        """Nothing waits. ``sources`` names the reports' source numbers; it may grow."""
        self._sources = sources if sources is not None else []
        self.lateness_us = lateness_us
        self._next_us: int | None = None  # a restored buffer's lateness, once something comes
        self.newest = NO_TIME  # received_at, us
        self.floor = NO_TIME  # the watermark when the lateness last changed: it never goes back
        self.shut = NO_TIME  # what is older is late, too: it was let go when an input had ended
        self.pending = np.zeros(0, dtype=FIX)
        self.settled = False  # nothing more can be received at ``newest``
        self._fresh: list[Any] = []  # what came to it since ``take_waiting``
        self._recent = Deduplicator()

    @property
    def watermark(self) -> int:
        """Reports older than this are late, us."""
        return NO_TIME if self.newest == NO_TIME else self.mark(self.newest)

    @property
    def last_at(self) -> int:
        """The latest time of what waits, us; NO_TIME: nothing does."""
        return int(self.pending["at"].max()) if len(self.pending) else NO_TIME

    @property
    def passed(self) -> int:
        """Nothing earlier than this can come in time any more, us.

        Of a log, more lines may have been received at the newest instant, and be cut off by chance:
        what is as old as the watermark waits. Else whom a batch's end lets go first would show.
        """
        return self.watermark + self.settled

    def mark(self, newest: int) -> int:
        """The watermark as it is when ``newest`` (us) is the newest reception."""
        return max(newest - self.lateness_us, self.floor)

    def watermark_with(self, clock: NDArray[np.int64] | None, lateness_us: int | None) -> int:
        """The watermark once lines of a batch (when they were received) are taken; never less.

        ``lateness_us``: how late they say that reports may come; None: as it is.
        """
        newest = self.newest if clock is None or not len(clock) else max(self.newest, clock[-1])
        late = (self.lateness_us, lateness_us, self._next_us)
        return max(int(newest) - min(each for each in late if each is not None), self.floor)

    def wait_for(self, lateness_us: int) -> None:
        """Change how late reports may come, from now on: what that lets go is due at once."""
        self._next_us = None
        if lateness_us != self.lateness_us:
            self.floor = self.watermark
            self.lateness_us = lateness_us

    def go_on_waiting(self) -> None:
        """Something comes: the lateness that was wanted when it was restored holds from now on."""
        if self._next_us is not None:
            self.wait_for(self._next_us)

    def go_on(self) -> None:
        """More comes after the input had ended: what is as old as what was let go is late."""
        if self.newest != NO_TIME:
            self.shut = self.passed

    def advance(self, now: int, *, settled: bool = False) -> None:
        """Time went on to ``now``, us, never back; ``settled``: that instant is over."""
        self.go_on_waiting()
        if now >= self.newest:
            self.settled = settled
        self.newest = max(self.newest, now)

    def put(self, positions: Any) -> Any:
        """Take reports (dtype FIX) in order of arrival; return those that are late."""
        self.go_on_waiting()
        newest = np.maximum(positions["received_at"], self.newest)
        np.maximum.accumulate(newest, out=newest)
        late = positions["at"] < np.maximum(newest - self.lateness_us, self.floor)
        late |= positions["at"] < self.shut
        kept = rows_at(positions, ~late) if late.any() else positions
        self.pending = joined(self.pending, kept)
        self._fresh.append(kept)
        return positions[late]

    def due(self, until: int) -> Due:
        """Take out what is earlier than ``until``, by vessel, copies left out."""
        pending = self.pending
        due = pending["at"] < until
        rows = np.flatnonzero(due)
        source = pending["source"][rows]
        keys = [pending["seq"][rows], pending["at"][rows]]
        if len(rows) and (source != source[0]).any():
            of_source = [pending[name][rows] for name in ("line", "received_at")]
            keys = [self._rank(source), *of_source, keys[-1]]
        rows = rows[np.lexsort(keys)]
        vessels = pending["mmsi"][rows]
        copies = self._recent.duplicates(pending["content"][rows], vessels, pending["at"][rows])
        sources = pending["source"][rows[copies]]
        if copies.any():
            rows, vessels = rows[~copies], vessels[~copies]
        fixes = _settled(rows_at(pending, rows[np.argsort(vessels, kind="stable")]))
        self.pending = rows_at(pending, np.flatnonzero(~due))
        stays = [(part, part["at"] >= until) for part in self._fresh]
        self._fresh = [rows_at(part, left) for part, left in stays if left.any()]
        return Due(fixes, sources)

    def _rank(self, source: NDArray[np.uint16]) -> NDArray[np.int64]:
        """Place of each report's source in the order of their names.

        Of copies that come from several sources, the same is kept whichever was read first; within
        one source the first is, and that is the order of arrival.
        """
        if not self._sources:
            return source.astype(np.int64)
        place = {name: rank for rank, name in enumerate(sorted(self._sources))}
        return np.array([place[name] for name in self._sources])[source]

    def take_waiting(self, *, full: bool) -> Waiting:
        """What must be kept, to go on: everything, or what is new and still in use."""
        fresh, self._fresh = joined(self.pending[:0], *self._fresh), []
        news = self._recent.take_news()
        outlived = NO_TIME if self.newest == NO_TIME else self.watermark - DUPLICATE_WINDOW_US
        if full:
            fresh, news = self.pending, self._recent.recent
        elif self.newest != NO_TIME:
            fresh = rows_at(fresh, fresh["at"] >= self.passed)
            news = news[news["at"] >= outlived]
        newest_at = int(np.concatenate([[NO_TIME], fresh["at"], news["at"]]).max())
        return Waiting(fresh, news, newest_at, outlived)

    @property
    def clock(self) -> dict[str, int | bool]:
        """What ``restore`` needs besides what waits."""
        return {
            "newest": self.newest, "floor": self.floor, "lateness_us": self.lateness_us,
            "settled": self.settled, "shut": self.shut,
        }  # fmt: skip

    def restore(self, waiting: Waiting, clock: Mapping[str, Any]) -> None:
        """Go on from what was kept; the present lateness holds as soon as something comes.

        Until then the watermark stands where it stood: what waits has not been let go yet, and
        whoever asks how far all is known must not hear of it before.
        """
        wanted, self.lateness_us = self.lateness_us, clock["lateness_us"]
        newest, floor = clock["newest"], clock["floor"]
        self.settled = clock["settled"]
        self.newest, self.floor, self.shut = newest, floor, clock.get("shut", NO_TIME)
        self.pending = rows_at(waiting.pending, waiting.pending["at"] >= self.passed)
        self._recent.recent = waiting.recent.copy()
        self._next_us = wanted


def _settled(fixes: Any) -> Any:
    """Fixes sorted by (mmsi, at): those of one vessel and instant by what they are."""
    same = (np.diff(fixes["mmsi"]) == 0) & (np.diff(fixes["at"]) == 0)
    if not same.any():
        return fixes
    pick = np.zeros(len(fixes), dtype=np.bool_)
    pick[1:] |= same
    pick[:-1] |= same
    rows = np.flatnonzero(pick)
    keys = ("seq", "content", "line", "received_at", "at", "mmsi")
    order = np.arange(len(fixes))
    order[rows] = rows[np.lexsort([fixes[key][rows] for key in keys])]
    return rows_at(fixes, order)
