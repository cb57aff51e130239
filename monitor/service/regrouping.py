"""Tells areas of interference anew, when reports came late of ships that are astray.

When no ship waits to be taken again: what changed may change areas, and those put in doubt what is
told of others. These are taken again in their turn, which changes no area any more.
"""

from __future__ import annotations

import asyncio

from monitor.engine.detect.detector import OffTrack
from monitor.engine.detect.episode import Episodes
from monitor.engine.detect.evidence import Witness
from monitor.engine.identity import Names
from monitor.engine.outcome import nothing
from monitor.engine.regrouped import Regrouped, regrouped
from monitor.model import Event
from monitor.service.runner import Runner, faults
from monitor.store.amend import Amender
from monitor.store.amendment import Change, changes_of, rewrite
from monitor.store.interference import AreasAmended, AreasBefore, disturbances_of
from monitor.units import NO_TIME

WHY = "Reports of ships that were astray came in late."


async def tell_areas_anew(runner: Runner) -> list[Change] | None:
    """What changed of them; None: nothing was due. All that the engine found must be committed."""
    writer, pipeline = runner.writer, runner.pipeline
    if writer is None or pipeline.passed == NO_TIME:
        return None
    amender = Amender(writer)
    before = await amender.areas_due(pipeline.number_of)
    if before is None:
        return None
    await runner.know(pipeline.sources)
    loop = asyncio.get_running_loop()
    found, events = await loop.run_in_executor(None, _told, runner, before)
    changes = changes_of(before.events, events)
    rewritten = rewrite(changes, pipeline.newest, lambda _: WHY)
    was, now = disturbances_of(before.events), disturbances_of(events)
    with faults():
        pipeline.regroup(found.areas)
        batch = runner.batch(nothing(), [])
    assert batch is not None  # noqa: S101 - there is a writer
    made = AreasAmended(
        put_by=found.put_by, changes=changes, rewritten=rewritten, changed={*was} ^ {*now}
    )
    await amender.amend_areas(made, batch)
    runner.note_stored()
    return changes


def _told(runner: Runner, before: AreasBefore) -> tuple[Regrouped, list[Event]]:
    """The areas as they stand now, and all events of them, as told last."""
    pipeline = runner.pipeline
    with faults():
        found = regrouped(
            pipeline.fences, before.areas, before.moments, before.days, pipeline.watermark
        )
        witness = Witness(pipeline.fences, pipeline.sources, None, Names())
        episodes, events = Episodes(), dict[str, Event]()
        for subject, fact in sorted(found.told, key=lambda told: told[1].decided_at):
            if isinstance(fact, OffTrack):
                continue
            event = episodes.mark(witness.tell((subject, fact)))
            if isinstance(event, Event):
                events[event.id] = event
        return found, list(events.values())
