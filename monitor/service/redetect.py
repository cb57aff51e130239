"""Detects again what is stored already: with other geofences, or as a newer release does.

Ships are taken again as for reports that came late, from their first report on; which of them, is
asked. What would change is found first, and written then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.clock import now_us
from monitor.engine.geofence import FenceSet
from monitor.engine.pipeline import Pipeline
from monitor.errors import InputError
from monitor.service.regrouping import tell_areas_anew
from monitor.service.reviser import MOST_SHIPS, Reviser, Tally
from monitor.service.runner import Runner
from monitor.store.amend import Amender
from monitor.store.amendment import Lateness
from monitor.store.areas import drawn
from monitor.store.desk import Desk
from monitor.store.writer import Writer
from monitor.units import DAY_US, NO_TIME

WHY = "All that is stored was looked at again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Of which ships; None: whatever it is."""

    mmsi: int | None = None
    port: str | None = None  # those that were told of there, or heard near it
    since: datetime | None = None  # heard in that time
    until: datetime | None = None


class Redetection:
    """Some ships of a store, to be taken again."""

    def __init__(self, runner: Runner, which: Which) -> None:
        """``runner`` is where the last commit left it."""
        self._runner = runner
        self._which = which

    @classmethod
    @asynccontextmanager
    async def of(
        cls,
        fences: FenceSet,
        connection: Any,
        which: Which,
        *,
        desk: Desk | None = None,
        write: bool,
    ) -> AsyncIterator[Redetection]:
        """Open the engine; without ``write`` beside whoever writes, and nothing is changed."""
        if which.port is not None and which.port not in fences.by_id:
            message = f"There is no port {which.port!r} among the geofences."
            raise InputError(message)
        if write:
            runner = await Runner.open(fences, connection, relaxed=True, desk=desk)
        else:
            async with connection.transaction(readonly=True):
                pipeline = Pipeline(await drawn(connection, fences))
                runner = Runner(pipeline, Writer(connection))
                await Writer(connection).restore(pipeline, until=now_us() + DAY_US)
        yield cls(runner, which)

    async def ships(self) -> list[int]:
        """Which they are."""
        writer, which = self._runner.writer, self._which
        assert writer is not None  # noqa: S101 - see ``of``
        if self._runner.pipeline.passed == NO_TIME:
            return []
        port = None
        if which.port is not None:
            port = self._runner.pipeline.fences.by_id[which.port]
        return await Amender(writer).ships(which.mmsi, port, which.since, which.until)

    async def take(self, ships: list[int], *, write: bool) -> Tally:
        """Take them again; without ``write`` say only what would change."""
        reviser, total = Reviser(self._runner), Tally()
        left = list(ships)
        why = Lateness(count=0, first_at=0, last_at=0, after=0, why=WHY)
        while left:
            some = await reviser.some(dict.fromkeys(left[:MOST_SHIPS], why))
            done = await reviser.take(dict.fromkeys(some, why), write=write)
            total.add(done)
            if done.told:
                left = left[len(some) :]
        changes = await tell_areas_anew(self._runner) if write else None
        total.changes += changes or []
        return total
