"""Draws what ships say: letters, one every six minutes, become static reports beside their fixes.

    ``say("AAAB.BB", A={"name": "ALDA"}, B={"name": "BERTA"})``

A dot is a report that was not heard; ``at`` sets the hours of the first letters of some words, so
that days may lie between them. Fixes come every three minutes while words do, to the east, at 5 kn
unless told. Each story is run in one batch, in batches of three, one report at a time, out of
order within the lateness, and as ships are taken again: what is found must not differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from monitor.engine.again import Again
from monitor.engine.geofence import FenceSet
from monitor.engine.pipeline import Pipeline
from monitor.model import FIX, Event, EventKind, Fix, Reports, Static, StaticReport
from monitor.units import HOUR_US, MINUTE_US, SECOND_US
from tests.scenario.sea import MMSI, START, fix_at
from tests.sizes import lone

EVERY_MIN = 6
"""Minutes between two static reports (ITU-R M.1371-5 annex 1, 4.2.1)."""

NOWHERE = FenceSet(ports=())

Item = StaticReport | Fix


def say(
    *words: str,
    at: Sequence[float] = (),
    mmsi: int = MMSI,
    sog_kn: float = 5.0,
    fences: FenceSet = NOWHERE,
    more: Sequence[Fix] = (),
    **meaning: dict[str, Any],
) -> list[Event]:
    """What the pipe tells of a ship that says words, each so many hours after START."""
    story: list[Item] = list(more)
    hours = [*at, *range(len(at), len(words))]
    for word, hour in zip(words, hours, strict=False):
        for place, letter in enumerate(word):
            minute = hour * 60 + place * EVERY_MIN
            if letter != ".":
                story.append(_static(minute, mmsi, meaning[letter]))
            if not more:
                story += [
                    fix_at(minute + half, 15 * (minute + half), mmsi=mmsi, sog_kn=sog_kn)
                    for half in (1, 4)
                ]
    return told(story, fences)


def _static(minute: float, mmsi: int, words: dict[str, Any]) -> StaticReport:
    at = START + round(minute * MINUTE_US)
    static = Static(mmsi=mmsi, **words)
    return StaticReport(at=at, received_at=at, seq=0, source=0, static=static)


def told(story: Sequence[Item], fences: FenceSet) -> list[Event]:
    """Events of a story, as they were told last, by when they were decided."""
    items = sorted(story, key=lambda one: one.at)
    found = _run(items, fences, len(items))
    for size, ticks in ((3, False), (lone(len(items)), True)):
        again = _run(items, fences, size, ticks=ticks)
        assert again == found, f"in batches of {size} it is another story"
    chance = np.random.default_rng(len(items))
    late = [_later(one, int(chance.integers(0, 100)) * SECOND_US) for one in items]
    late.sort(key=lambda one: one.received_at)
    assert _bare(_run(late, fences, 4)) == _bare(found), "out of order it is another story"
    assert _bare(_again(items, fences)) == _bare(found), "taken again it is another story"
    return found


def _later(one: Item, delay: int) -> Item:
    if isinstance(one, Fix):
        return one._replace(received_at=one.at + delay)
    return replace(one, received_at=one.at + delay)


def _reports(items: Sequence[Item]) -> Reports:
    fixes = [one._replace(seq=place) for place, one in enumerate(items) if isinstance(one, Fix)]
    statics = [
        replace(one, seq=place) for place, one in enumerate(items) if isinstance(one, StaticReport)
    ]
    clock = np.array([one.received_at for one in items], dtype=np.int64)
    positions = np.array([tuple(fix) for fix in fixes], dtype=FIX)
    return Reports(positions=positions, statics=statics, lines=len(items), clock=clock)


def _run(items: Sequence[Item], fences: FenceSet, size: int, *, ticks: bool = False) -> list[Event]:
    pipeline = Pipeline(fences)
    outcomes = []
    for begin in range(0, len(items), size):
        part = items[begin : begin + size]
        if ticks:
            outcomes.append(pipeline.advance(part[0].received_at))
        outcomes.append(pipeline.take("station", _reports(part)))
    outcomes.append(pipeline.finish())
    return _last([found for outcome in outcomes for found in outcome.findings])


def _again(items: Sequence[Item], fences: FenceSet) -> list[Event]:
    """As the reviser does it: all at once, by their own time."""
    watch = Pipeline(fences)
    watch.take("station", _reports(items))
    watch.finish()
    reports = _reports(items)
    statics = [replace(one, seq=0, known_at=one.at) for one in reports.statics]
    ships = {one.static.mmsi for one in statics} | set(reports.positions["mmsi"].tolist())
    again = Again.of(fences, watch, ships)
    again.take(reports.positions, statics, watch.watermark, settled=True, ended=True)
    return _last(list(again.found.values()))


def _last(findings: list[Any]) -> list[Event]:
    events = {one.id: one for one in findings if isinstance(one, Event)}
    return sorted(events.values(), key=lambda one: (one.decided_at, one.id))


def _bare(events: list[Event]) -> list[Any]:
    """Without what tells how lines came."""
    return [
        (one.id, one.kind, one.span, one.decided_at, one.why, one.evidence.figures, one.said,
         one.confidence, [fix.at for fix in one.evidence.fixes], one.lon)
        for one in events
    ]  # fmt: skip


def lines(events: Sequence[Event], *kinds: EventKind) -> list[str]:
    """Each event of these kinds (all) as a line: ``IdentityChanged [18m..24m] @ 30m: why``."""
    return [
        f"{one.kind} [{minutes(one.span.earliest)}..{minutes(one.span.latest)}]"
        f" @ {minutes(one.decided_at)}: {one.why}"
        for one in events
        if not kinds or one.kind in kinds
    ]


def minutes(at: int | None) -> str:
    """An instant, in hours and minutes since START."""
    if at is None:
        return "?"
    hours, rest = divmod(at - START, HOUR_US)
    return (f"{hours}h" if hours else "") + f"{rest / MINUTE_US:g}m"
