"""Hands over what logs say to whoever writes to the database: one watch writes, others bring.

A replay beside a running watch decodes, refuses what is nonsense, counts, and stores the reports as
those that came late; the watch takes the ships again and tells what comes of it. How far a log was
handed over is stored with it: the same command goes on where it was stopped.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np

from monitor.decode.dating import NEVER
from monitor.engine.earshot import Earshot
from monitor.engine.geofence import FenceSet
from monitor.engine.outcome import Outcome, nothing
from monitor.engine.pipeline import Pipeline
from monitor.engine.quality import RECENT
from monitor.engine.reception import Reception
from monitor.engine.reorder import Waiting
from monitor.engine.snapshot import Snapshot
from monitor.engine.tracked import HEARD
from monitor.model import FIX, Refusal, Reports
from monitor.service.runner import Runner
from monitor.store.writer import Writer
from monitor.units import NO_TIME


class Handing(Runner):
    """What takes reports in the place of an engine, beside the one that writes."""

    @classmethod
    async def beside(cls, fences: FenceSet, connection: Any) -> Handing:
        """Bring reports to the database of this connection."""
        writer = await Writer.open(connection, relaxed=True, beside=True)
        return cls(_Through(fences, await writer.clock()), writer)


class _Through(Pipeline):
    """A pipe in which nothing is detected: all is for the one that writes to take."""

    def __init__(self, fences: FenceSet, newest: int) -> None:
        """``newest`` is how far that one had come, us."""
        super().__init__(fences)
        self._after = newest
        self.reception = Reception(fences)
        self.earshot = Earshot(fences)
        for one in (self.reception, self.earshot):
            one.restore((), (), NEVER)  # whatever was heard is to be added

    def take(self, source: str | None, reports: Reports, *, owned: bool = False) -> Outcome:
        positions, statics = self._numbered(source, reports, owned=owned)
        self.reception.take(positions, NEVER)
        self.earshot.take(positions, NEVER)
        refusals = Counter(reports.refusals)
        positions = self._screened(positions, refusals)
        self._count(refusals, positions["source"], Refusal.LATE)
        if reports.clock is not None and len(reports.clock):
            self._received = max(self._received, int(reports.clock[-1]))
        return replace(
            nothing(), late=positions, late_after=self._after, statics=statics,
            again={report.static.mmsi for report in statics}, refusals=refusals,
            kinds=reports.kinds, lines=reports.lines,
        )  # fmt: skip

    def finish(self) -> Outcome:
        return nothing()

    def snapshot(self, *, full: bool = False) -> Snapshot:
        del full
        none = np.zeros(0, dtype=FIX)
        return Snapshot(
            head={"sources": list(self.sources)},
            waiting=Waiting(none, np.zeros(0, dtype=RECENT), NO_TIME, NO_TIME),
            last=none, heard=np.zeros(0, dtype=HEARD), states=[],
            reception=[], heard_before=self.reception.take_added() + self.earshot.take_added(),
            rewritten=self.reception.take_rewritten() + self.earshot.take_rewritten(),
        )  # fmt: skip
