"""Ships are taken again: however reports came, what is told is that of sorted input."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from monitor.engine import said_kept
from monitor.engine.again import Again, in_order
from monitor.engine.detect.evidence import Finding, Hearing
from monitor.engine.detect.picture import Standing
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.model import FIX, EventKind, Fix, PortCall, Static, StaticReport
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.company import FENCES, ONE, TWO, lies
from tests.scenario.sea import MMSI, START, Sea, as_fixes, draw, fix_at
from tests.unit.engine.test_pipeline import NOWHERE, at_rest, call, named, reports_of

UNTIL = START + 40 * HOUR_US


def told(findings: list[Finding]) -> dict[str, Finding]:
    """As they were told last."""
    return {finding.id: finding for finding in findings}


def in_time(sea: Sea) -> tuple[Pipeline, list[Outcome]]:
    """A watch that hears all in time, up to UNTIL."""
    watch = Pipeline(sea.fences)
    return watch, [watch.take("roof", reports_of(as_fixes(sea.fixes))), watch.advance(UNTIL)]


def again(watch: Pipeline, *parts: Any, pieces: int = 1) -> Again:
    """Take a ship again, of which this is stored, in pieces of time."""
    made = Again.of(watch.fences, watch, {MMSI})
    stored = in_order(np.concatenate(parts))
    for piece in np.array_split(stored, pieces)[:-1]:
        made.take(piece, [], int(piece["at"][-1]), settled=False)
    rest = np.array_split(stored, pieces)[-1]
    made.take(rest, [], watch.watermark, settled=watch.settled)
    return made


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_what_came_late_is_told_as_if_it_had_come_in_time(pieces: int) -> None:
    """Of her call the watch heard but the begin and the end; what lay between comes a day later."""
    sea = call()
    wanted, outcomes = in_time(sea)
    watch = Pipeline(sea.fences)
    fixes = as_fixes(sea.fixes)
    missing = [fix for fix, label in zip(fixes, sea.labels, strict=True) if label[0] in "cdefgh"]
    heard = [fix for fix in fixes if fix not in missing]
    first = watch.take("roof", reports_of(heard))
    second = watch.advance(UNTIL)
    came = [fix._replace(received_at=UNTIL + MINUTE_US) for fix in missing]
    late = watch.take("roof", reports_of(came)).late
    assert len(late) == len(missing)
    made = again(watch, first.fixes, second.fixes, late, pieces=pieces)
    right = told([one for outcome in outcomes for one in outcome.findings])
    calls = [one for one in right.values() if isinstance(one, PortCall)]
    assert [one.id for one in made.calls] == [one.id for one in calls]
    assert {one.id: one.span for one in made.events} == {
        one.id: one.span for one in right.values() if not isinstance(one, PortCall)
    }
    watch.adopt(made.pipeline, {MMSI})
    states = [sorted(row.key for row in one.snapshot(full=True).states) for one in (watch, wanted)]
    assert states[0] == states[1]
    assert watch.tracker.last[watch.tracker.index[MMSI]]["at"] == fixes[-1].at


def test_it_goes_on_where_the_watch_is() -> None:
    """A silence whose deadline the watch has not passed is not told."""
    sea = at_rest(draw("a b Ac Hd", stay={"d": 5}))
    watch = Pipeline(sea.fences)
    first = watch.take("roof", reports_of(as_fixes(sea.fixes)))
    early = watch.advance(int(sea.fixes["at"][-1]) + HOUR_US)
    stored = np.concatenate([first.fixes, early.fixes])
    kinds = {event.kind for event in again(watch, stored).events}
    assert EventKind.WENT_DARK_INSIDE not in kinds
    watch.advance(UNTIL)
    assert EventKind.WENT_DARK_INSIDE in {event.kind for event in again(watch, stored).events}


def test_why_she_was_silent_is_told_when_what_was_heard_is_known() -> None:
    sea = at_rest(draw("a b Ac Hd", stay={"d": 5}))
    watch = Pipeline(sea.fences)
    first, second = watch.take("roof", reports_of(as_fixes(sea.fixes))), watch.advance(UNTIL)
    made = again(watch, first.fixes, second.fixes)
    (silence,) = made.silences
    assert (silence.mmsi, silence.port) == (MMSI, sea.fences.ports[0].id)
    (dark,) = [one for one in made.events if one.kind is EventKind.WENT_DARK_INSIDE]
    assert "cause" not in dark.evidence.figures
    made.explain(Hearing.of(sea.fences), [])
    (dark,) = [one for one in made.events if one.kind is EventKind.WENT_DARK_INSIDE]
    assert "cause" in dark.evidence.figures


def test_what_is_refused_is_counted_and_kept_again() -> None:
    """A leap to a place 500 km off and back."""
    watch = Pipeline(NOWHERE)
    watch.number_of("roof")
    fixes = [fix_at(n, 154 * n, line=n) for n in (*range(5), 13 * 60)]
    leap = fix_at(2.5, 500_000, line=9)
    watch.advance(UNTIL)
    rows = np.array([tuple(fix) for fix in [*fixes, leap]], dtype=FIX)
    made = again(watch, rows, rows[:1])
    assert made.refusals == {("roof", "duplicate"): 1, ("roof", "impossible_jump"): 1}
    ((_, kept),) = made.disbelieved
    assert kept["line"].tolist() == [9]
    assert len(made.candidates) == 1


def test_she_is_called_as_she_said_by_then() -> None:
    watch = Pipeline(NOWHERE)
    watch.advance(UNTIL)
    made = Again.of(NOWHERE, watch, {MMSI})
    made.take(np.zeros(0, dtype=FIX), [named(3, "AURORA")], UNTIL, settled=False)
    watch.adopt(made.pipeline, {MMSI})
    assert said_kept.read(watch.snapshot(full=True).states).said == {
        MMSI: Static(mmsi=MMSI, name="AURORA")
    }


def test_reports_are_put_in_the_order_of_one_log() -> None:
    """By time, reception and line."""
    rows = np.array(
        [
            tuple(fix_at(2, line=1)), tuple(fix_at(1, line=8)), tuple(fix_at(1, line=7)),
            tuple(fix_at(1, line=9, received_at=START)),
        ],
        dtype=FIX,
    )  # fmt: skip
    assert in_order(rows)["line"].tolist() == [9, 7, 8, 1]


@pytest.mark.parametrize("pieces", [1, 3])
def test_what_two_are_to_each_other_is_told_with_what_is_stored_of_the_other(pieces: int) -> None:
    """Of one of two that lie together the watch hears nothing for hours; it comes a day later."""
    one, other = lies(ONE, 2000, sog_kn=0.1), lies(TWO, 900, 200.0, sog_kn=0.1)
    wanted = Pipeline(FENCES)
    right = told(wanted.take("roof", reports_of(by_time(one, other))).findings)
    right |= told(wanted.advance(UNTIL).findings)
    assert {finding.kind for finding in right.values()} >= {EventKind.SHIPS_MET}
    watch = Pipeline(FENCES)
    watch.take("roof", reports_of(by_time(one[:5], other)))
    watch.take("roof", reports_of(one[-5:]))
    watch.advance(UNTIL)
    assert not watch.detection.watched_by("meeting")
    made = Again.of(watch.fences, watch, {ONE})
    stored = np.array([tuple(fix) for fix in other], dtype=FIX)
    stored["seq"] += 10**6
    beside = Standing(stored, np.zeros(len(stored), dtype=np.int8), stored["at"].copy())
    for piece in np.array_split(np.array([tuple(fix) for fix in one], dtype=FIX), pieces)[:-1]:
        made.take(piece, [], int(piece["at"][-1]), settled=False, beside=beside)
    rest = np.array_split(np.array([tuple(fix) for fix in one], dtype=FIX), pieces)[-1]
    made.take(rest, [], watch.watermark, settled=watch.settled, beside=beside)
    assert {event.id: (event.span, event.why) for event in made.events} == {
        id_: (event.span, event.why) for id_, event in right.items() if hasattr(event, "span")
    }


def by_time(*ships: list[Fix]) -> list[Fix]:
    return sorted((fix for ship in ships for fix in ship), key=lambda fix: (fix.at, fix.mmsi))


def test_who_is_taken_again_goes_on_with_whom_she_is() -> None:
    """The watch takes over what two are to each other, whichever of them was taken."""
    lines = by_time(lies(ONE, 200, sog_kn=0.1), lies(TWO, 200, 200.0, sog_kn=0.1))
    for ship in (ONE, TWO):
        watch, other = Pipeline(FENCES), Pipeline(FENCES)
        watch.take("roof", reports_of(lines))
        assert watch.detection.watched_by("meeting") == 1
        assert {ONE, TWO} <= watch.detection.ships
        watch.adopt(other, {ship})
        assert watch.detection.watched_by("meeting") == 0


def test_what_others_beside_her_said_of_themselves_is_told_of_them_by_nobody() -> None:
    """Their names are known for what the two were to each other."""
    watch, _ = in_time(call())
    renamed = [named(minute, "AURORA") for minute in range(1, 200, 6)]
    renamed += [named(minute, "BOREAS") for minute in range(400, 700, 6)]
    told_of = []
    for mmsi in (MMSI, MMSI + 1):
        made = Again.of(watch.fences, watch, {MMSI})
        said = [named_by(one, mmsi) for one in renamed]
        made.take(np.zeros(0, dtype=FIX), said, watch.watermark, settled=watch.settled)
        told_of.append([event.kind for event in made.events])
    assert told_of == [[EventKind.IDENTITY_CHANGED], []]


def named_by(report: StaticReport, mmsi: int) -> StaticReport:
    static = replace(report.static, mmsi=mmsi)
    return replace(report, static=static, known_at=report.at)
