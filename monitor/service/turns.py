"""When a watch takes ships again: a share of the time, and after trouble later, and fewer at once.

The watch goes on as after a restart if it fails, and lines come first: what is too much for the
database, or fails on a fault of ours, may keep ships waiting, and nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from monitor.clock import monotonic_s
from monitor.errors import FaultError, StoreError
from monitor.service.reviser import STEP_FIXES, Reviser, Tally
from monitor.service.runner import UNREADABLE, Runner

EVERY_S, SHARE, CALM_SHARE = 1.0, 10.0, 1.0
"""Late reports are gathered for so long, or for so many times as long as the ships took that were
taken again last: one with years of history costs the watch a tenth of its time, not all of it; or
half of it where no lines come."""

FIRST, LEAST = 2_500, 500
"""Reports of the ships that are taken at once; what was not answered in time is tried with an
eighth of them, but not with fewer than the last."""

FEWEST = 2.0
"""If the fewest take long as well, more may take so many times as long, up to the pace's longest:
on a busy machine each step costs its second for one ship as for ten, and by ones a thousand took a
day."""

LATER_S, LATEST_S = 60.0, 600.0
"""If it fails it is tried again after so long; what was not answered in time, or fails on a fault
of ours, after twice as long each time, up to the latter."""

HANDED_S = 5.0
"""Whether others handed reports over, or drew areas, is looked for so often."""

BROKEN = (FaultError, ArithmeticError, AssertionError, RuntimeError, *UNREADABLE)
"""What a fault of ours may raise when ships are taken again."""

log = structlog.get_logger()


@dataclass(slots=True)
class Pace:
    """How many are taken at once: by how long the last ones took.

    How long it takes to read whom they were near does not count: in a full sea some seconds, for
    few as for many.
    """

    long_s: float  # lines may wait so long: where it took longer, fewer are next
    longest_s: float  # the same, where the fewest take long as well
    limit: int  # reports, however fast they are taken
    most: int = FIRST  # reports at once
    _fewest_s: float = 0.0  # so long the fewest take

    def note(self, took_s: float) -> None:
        """So long the last ones took: half as many are next, or twice."""
        if self.most == LEAST or took_s < self._fewest_s:
            self._fewest_s = took_s
        is_long = took_s > max(self.long_s, min(FEWEST * self._fewest_s, self.longest_s))
        self.most = max(LEAST, self.most // 2) if is_long else min(2 * self.most, self.limit)


def busy_pace() -> Pace:
    """Lines come, and wait for a second or so."""
    return Pace(long_s=1.0, longest_s=3.0, limit=20_000)


def calm_pace() -> Pace:
    """No lines come: as many as are taken in less time together than one after the other."""
    return Pace(long_s=10.0, longest_s=30.0, limit=STEP_FIXES)


class Turns:
    """See the module; it outlives the engine that is begun anew."""

    def __init__(self) -> None:
        """Nothing failed yet."""
        self._busy, self._calm = busy_pace(), calm_pace()
        self._due_s = self._handed_s = 0.0
        self._later_s = LATER_S

    async def step(self, runner: Runner, reviser: Reviser, *, calm: bool = False) -> Tally | None:
        """Take some ships, if it is time; None: it is not, or none waits.

        ``calm``: no lines come, which would wait.
        StoreError (or that there was no answer in time): begin anew from what is stored.
        """
        began_s = monotonic_s()
        if began_s >= self._handed_s:
            self._handed_s = began_s + HANDED_S
            runner.late += 1
            await runner.take_up_areas()
        if not reviser.waits or began_s < self._due_s:
            return None
        pace = self._calm if calm else self._busy
        reviser.most = pace.most
        try:
            step = await reviser.step()
        except BROKEN as error:  # what is known of the ships may be half of the new: go back
            log.exception("Ships cannot be taken again, their reports wait")
            self._failed()
            message = f"ships cannot be taken again ({type(error).__name__})."
            raise StoreError(message) from error
        except TimeoutError:
            for each in (self._busy, self._calm):
                each.most = max(LEAST, min(each.most, pace.most // 8))
            if self._later_s > LATER_S:  # once it may have been the connection
                log.warning("Ships were not taken again in time: fewer at once are, later",
                            reports=pace.most)  # fmt: skip
            self._failed()
            raise
        except Exception:  # a StoreError, or what becomes one: another leads, the database ends
            self._due_s = monotonic_s() + LATER_S
            raise
        now_s = monotonic_s()
        share = CALM_SHARE if calm else SHARE
        self._due_s = now_s + max(EVERY_S, share * (now_s - began_s))
        self._later_s = LATER_S
        if step is not None:
            pace.note(step.seconds - step.beside_s)
        return step

    def _failed(self) -> None:
        self._due_s = monotonic_s() + self._later_s
        self._later_s = min(2 * self._later_s, LATEST_S)
