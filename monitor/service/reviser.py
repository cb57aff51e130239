"""Takes ships again for which reports came late, and amends what was told of them.

Between two batches, when all that the engine was told is committed, it takes as many ships as fit
into a step: what is stored of them is read, run through an engine of their own up to where the
watch has come to, compared with what was told, and replaced in one transaction with the engine's
state. Kill the process at any instant: the notes of what is late go with that transaction.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import structlog

from monitor.clock import monotonic_s
from monitor.engine.again import Again, in_order
from monitor.engine.outcome import nothing
from monitor.errors import FaultError
from monitor.model import Amended
from monitor.service.regrouping import tell_areas_anew
from monitor.service.runner import Runner, faults
from monitor.store.amend import Amender
from monitor.store.amendment import Amendment, Change, Lateness, amendment
from monitor.store.batch import Batch
from monitor.store.beside import Beside
from monitor.store.history import History
from monitor.store.others import Others
from monitor.units import NO_TIME

STEP_FIXES = 100_000
"""Reports of the ships of a step: they are taken in a second or so. A ship with more is a step by
herself."""

MOST_SHIPS = 5_000

SHORT = np.uint64(2**32 - 1)

PRUNED = (
    "Reports came late of ships whose positions of that time were pruned: they are in the history,"
    " and what was told of these ships stays as it is."
)

log = structlog.get_logger()


@dataclass(slots=True)
class Tally:
    """What came of ships that were taken again, counted."""

    ships: int = 0
    reports: int = 0  # that were late
    kept_out: int = 0  # ships that are not taken again, for their history was pruned
    failed: int = 0  # ships that the engine failed on
    fixes: int = 0  # believed now and not before, less those that are no more
    refusals: Counter[str] = field(default_factory=Counter)  # by how much they changed
    changes: list[Change] = field(default_factory=list)
    seconds: float = 0.0
    beside_s: float = 0.0  # of these, until it was read whom they were near: fewer are no faster

    def add(self, other: Tally) -> None:
        """Count another step's as well."""
        self.ships += other.ships
        self.reports += other.reports
        self.kept_out += other.kept_out
        self.failed += other.failed
        self.fixes += other.fixes
        self.refusals.update(other.refusals)
        self.changes += other.changes
        self.seconds += other.seconds
        self.beside_s += other.beside_s

    @property
    def told(self) -> bool:
        """Whether it is known what comes of the ships; else they are tried in smaller groups."""
        return bool(self.ships or self.kept_out or self.failed)

    @property
    def counts(self) -> str:
        """How many findings changed, in words."""
        counts = Counter(change.word for change in self.changes)
        told = ", ".join(f"{counts[word]:,} {word}" for word in Amended)
        return f"events and port calls {told}"

    @property
    def words(self) -> str:
        """A sentence."""
        if not self.told:
            return f"Areas of interference were told anew: {self.counts}."
        reports = "1 late report" if self.reports == 1 else f"{self.reports:,} late reports"
        ships = "1 ship" if self.ships == 1 else f"{self.ships:,} ships"
        return f"{reports} of {ships} took part after all: {self.counts}."


class Reviser:
    """The one that takes ships again, of one runner."""

    def __init__(self, runner: Runner) -> None:
        """Nothing was taken yet."""
        self._runner = runner
        self.most = STEP_FIXES  # reports of a step
        self._noted: dict[int, Lateness] = {}  # ships that wait, as they were last looked for
        self._fixes: dict[int, int] = {}  # how many of each, as counted then
        self._failed: set[int] = set()  # ships that the engine failed on
        self._others = Others()  # that ships were near, as long as some wait
        self._fewer = STEP_FIXES  # than that, to find the one that the engine fails on

    @property
    def waits(self) -> bool:
        """Whether ships may wait to be taken again."""
        writer = self._runner.writer
        return writer is not None and not writer.beside and self._runner.late > 0

    async def step(self) -> Tally | None:
        """Take some ships; None: none waits. All that the engine found must be committed."""
        runner = self._runner
        writer, pipeline = runner.writer, runner.pipeline
        if writer is None or pipeline.passed == NO_TIME:
            return None
        if not self._noted:
            amender = Amender(writer)
            await amender.tell_reception(pipeline)
            noted = await amender.late_ships(pipeline.passed, MOST_SHIPS + len(self._failed))
            self._noted = {m: one for m, one in noted.items() if m not in self._failed}
            self._fixes.clear()
        if not self._noted:
            return await self._areas()
        ships = await self.some(self._noted)
        tally = await self.take({mmsi: self._noted[mmsi] for mmsi in ships})
        if tally.told:
            for mmsi in ships:
                del self._noted[mmsi]
        return tally

    async def _areas(self) -> Tally | None:
        """No ship waits: tell areas of interference anew, if something of them changed."""
        began, self._others = monotonic_s(), Others()
        changes = await tell_areas_anew(self._runner)
        if changes is None:
            self._runner.late = 0
            return None
        return Tally(changes=changes, seconds=monotonic_s() - began)

    async def some(self, late: Mapping[int, Lateness]) -> list[int]:
        """The first of these ships, as many as a step takes."""
        assert self._runner.writer is not None  # noqa: S101 - whoever asks has one
        ships = list(late)[:MOST_SHIPS]
        if unknown := [mmsi for mmsi in ships if mmsi not in self._fixes]:
            found_of = await Amender(self._runner.writer).count_fixes(unknown)
            self._fixes |= {mmsi: found_of.get(mmsi, 0) for mmsi in unknown}
        found: list[int] = []
        total = 0
        for mmsi in ships:
            total += self._fixes[mmsi] + late[mmsi].count
            if found and total > min(self.most, self._fewer):
                break
            found.append(mmsi)
        return found

    async def take(self, late: dict[int, Lateness], *, write: bool = True) -> Tally:
        """Take these ships again; without ``write`` only say what would change."""
        runner, began = self._runner, monotonic_s()
        writer, pipeline = runner.writer, runner.pipeline
        assert writer is not None  # noqa: S101 - whoever asks has one
        amender = Amender(writer)
        await runner.recall(late)
        kept_out = await amender.pruned(late, pipeline.passed)
        if kept_out and write:
            await amender.put_aside(kept_out, pipeline.passed, pipeline.fences)
            self._others.forget(kept_out)
            log.warning(PRUNED, ships=len(kept_out))
        late = {mmsi: one for mmsi, one in late.items() if mmsi not in kept_out}
        if not late:
            return Tally(kept_out=len(kept_out))
        try:
            made, again, beside_s = await self._taken(amender, late)
        except FaultError:
            if len(late) > 1:
                self._fewer = min(self.most, self._fewer) // 8
                return Tally()
            self._failed.update(late)
            log.exception("A ship cannot be taken again, her reports wait", mmsi=next(iter(late)))
            return Tally(failed=1)
        self._fewer = STEP_FIXES
        if write:
            loop = asyncio.get_running_loop()
            batch = await loop.run_in_executor(None, self._adopted, again)
            self._others.forget(again.ships)
            await amender.amend(made, batch)
            runner.note_stored()
            usual = await amender.usual(pipeline.newest)
            pipeline.reception.recall(usual)
            pipeline.earshot.recall(usual)
        return Tally(
            ships=len(late),
            reports=sum(one.count for one in late.values()),
            fixes=made.more_fixes,
            kept_out=len(kept_out),
            refusals=_by_reason(made),
            changes=made.changes,
            seconds=monotonic_s() - began,
            beside_s=beside_s,
        )

    async def _taken(
        self, amender: Amender, late: dict[int, Lateness]
    ) -> tuple[Amendment, Again, float]:
        """Take ships again, up to where the watch has come to; seconds: see ``Tally.beside_s``."""
        runner, ships = self._runner, sorted(late)
        pipeline = runner.pipeline
        last = max(one.last for one in late.values())
        before = await amender.history(ships, pipeline.number_of, pipeline.passed, last)
        reports = np.concatenate([before.positions, before.others])
        began = monotonic_s()
        others = await amender.beside(
            ships, reports, pipeline.number_of, pipeline.passed, self._others
        )
        beside_s = monotonic_s() - began
        await runner.know(pipeline.sources)
        loop = asyncio.get_running_loop()
        again = await loop.run_in_executor(None, self._take, set(ships), before, others)
        silences = again.silences
        heard = await amender.heard_meanwhile(pipeline.fences, silences) if silences else None
        areas = await amender.disturbances()

        def compared() -> Amendment:
            with faults():
                again.explain(heard, areas)
                return amendment(
                    again, before, late, runner.numbers(), pipeline.fences,
                    revised_at=pipeline.newest, passed=pipeline.passed, last_late=last,
                )  # fmt: skip

        return await loop.run_in_executor(None, compared), again, beside_s

    def _adopted(self, again: Again) -> Batch:
        """Go on with ships as they were found; the engine's state with them."""
        runner = self._runner
        with faults():
            runner.pipeline.adopt(again.pipeline, again.ships)
            batch = runner.batch(nothing(), [])
        assert batch is not None  # noqa: S101 - there is a writer
        return batch

    def _take(self, ships: set[int], before: History, others: Beside) -> Again:
        pipeline = self._runner.pipeline
        with faults():
            again = Again.of(pipeline.fences, pipeline, ships)
            parts = [before.positions, before.others, pipeline.held(ships)]
            positions = in_order(np.concatenate(parts))
            positions["content"] &= SHORT  # so much of it is stored
            known = others.known
            first = pipeline.numbers(len(positions) + len(known.fixes))
            positions["seq"] = np.arange(first, first + len(positions))
            first += len(positions)
            known.fixes["seq"] = np.arange(first, first + len(known.fixes))
            again.take(
                positions, [*before.statics, *others.statics], pipeline.watermark,
                settled=pipeline.settled, ended=pipeline.ended, beside=known,
            )  # fmt: skip
            return again


def _by_reason(made: Amendment) -> Counter[str]:
    found: Counter[str] = Counter()
    for _, reason, count in made.refusals:
        found[reason] += count
    return found
