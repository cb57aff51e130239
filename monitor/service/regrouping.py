"""Tells areas of interference anew, when reports came late of ships that are astray.

When no ship waits to be taken again: what changed may change areas, and those put in doubt what is
told of others. These are taken again in their turn, which changes no area any more.
"""

from __future__ import annotations

import asyncio

from monitor.engine.detect.detector import OffTrack, Told
from monitor.engine.detect.episode import Episodes
from monitor.engine.detect.evidence import Witness
from monitor.engine.identity import Names
from monitor.engine.outcome import nothing
from monitor.engine.pipeline import Pipeline
from monitor.engine.regrouped import Regrouping
from monitor.model import Event
from monitor.service.runner import Runner, faults
from monitor.store.amend import Amender
from monitor.store.amendment import Change, changes_of, rewrite
from monitor.store.batch import Batch
from monitor.store.interference import AreasAmended, AreasBefore, disturbances_of
from monitor.units import NO_TIME

WHY = "Reports of ships that were astray came in late."


async def tell_areas_anew(runner: Runner) -> list[Change] | None:
    """What changed of them; None: nothing was due. All that the engine found must be committed."""
    writer, pipeline = runner.writer, runner.pipeline
    if writer is None or pipeline.passed == NO_TIME:
        return None
    amender = Amender(writer)
    before = await amender.areas_due()
    if before is None:
        return None
    with faults():
        made = Regrouping(pipeline.fences, before.areas)
    over = await go_through(runner, amender, before, made)
    loop = asyncio.get_running_loop()
    amended, batch = await loop.run_in_executor(None, _amended, runner, before, made, over)
    await amender.amend_areas(amended, batch)
    runner.note_stored()
    return amended.changes


def _amended(
    runner: Runner, before: AreasBefore, made: Regrouping, over: int | None
) -> tuple[AreasAmended, Batch]:
    """What changed, and the engine's state with it; ``over``: see ``go_through``."""
    with faults():
        pipeline, events = runner.pipeline, _events(runner.pipeline, made.told)
        stays = {one.id for one in before.events if over is not None and one.decided_at > over}
        was = [one for one in before.events if one.id not in stays]
        now = [one for one in events if one.id not in stays]
        changes = changes_of(was, now)
        amended = AreasAmended(
            put_by=made.put_by, changes=changes,
            rewritten=rewrite(changes, pipeline.newest, lambda _: WHY),
            changed={*disturbances_of(was)} ^ {*disturbances_of(now)},
        )  # fmt: skip
        if over is None:
            pipeline.regroup(made.areas)
        batch = runner.batch(nothing(), [])
    assert batch is not None  # noqa: S101 - there is a writer
    return amended, batch


async def go_through(
    runner: Runner, amender: Amender, before: AreasBefore, made: Regrouping
) -> int | None:
    """Take day by day; the day (us) from which on all is as it was. None: there was none."""
    loop, pipeline = asyncio.get_running_loop(), runner.pipeline
    begin = None if before.areas is None else before.areas.at
    while True:
        moments, stood = await amender.off_track_day(begin, pipeline.number_of)
        await runner.know(pipeline.sources)
        until = pipeline.watermark if stood is None else stood.at
        with faults():
            await loop.run_in_executor(None, made.take, moments, until)
            if stood is None:
                return None
            if made.end_day(stood) and stood.at > before.changed_at:
                return stood.at
        begin = stood.at


def _events(pipeline: Pipeline, told: list[Told]) -> list[Event]:
    """All events, as they were told last."""
    witness = Witness(pipeline.fences, pipeline.sources, None, Names())
    episodes, events = Episodes(), dict[str, Event]()
    for subject, fact in sorted(told, key=lambda one: one[1].decided_at):
        if isinstance(fact, OffTrack):
            continue
        event = episodes.mark(witness.tell((subject, fact)))
        if isinstance(event, Event):
            events[event.id] = event
    return list(events.values())
