"""The pipe: order, lateness, refusals, names, and restarts at any instant."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import numpy as np
import pytest

from monitor.engine import said_kept
from monitor.engine.geofence import FenceSet
from monitor.engine.pipeline import Pipeline
from monitor.engine.reorder import LATENESS_US
from monitor.model import FIX, Event, Fix, PortCall, Reports, Static, StaticReport
from monitor.units import HOUR_US, MINUTE_US, NO_TIME, SECOND_US
from tests.scenario.sea import MMSI, START, Sea, as_fixes, draw, fix_at

NOWHERE = FenceSet(ports=())


def reports_of(fixes: list[Fix], statics: list[StaticReport] | None = None) -> Reports:
    """Return a batch in which each fix is a line, received when ``received_at`` says."""
    positions = np.array([tuple(fix) for fix in fixes], dtype=FIX)
    positions["seq"] = np.arange(len(fixes))
    reports = Reports(positions=positions, lines=len(fixes), clock=positions["received_at"].copy())
    reports.statics = statics or []
    return reports


def received(fix: Fix, minute: float) -> Fix:
    return fix._replace(received_at=START + round(minute * MINUTE_US))


def minutes(rows: Any) -> list[float]:
    return [(at - START) / MINUTE_US for at in rows["at"].tolist()]


def named(minute: float, name: str | None, mmsi: int = MMSI) -> StaticReport:
    at = START + round(minute * MINUTE_US)
    return StaticReport(at=at, received_at=at, seq=0, source=0, static=Static(mmsi=mmsi, name=name))


def at_rest(sea: Sea) -> Sea:
    """Let her say so where she stays: a position that stands still under way says nothing."""
    sea.fixes["sog_kn"][[len(label) > 1 for label in sea.labels]] = 0.0
    return sea


def call() -> Sea:
    sea = draw(
        """
        a b c d Ae Af Hg Hh A
        . . . . A  A  A  A  A
        . . . . A  A  A  A  A
        n m l k Aj Ai A  A  A
        """,
        stay={"h": 10},
    )
    return at_rest(sea)


# -- order and lateness --------------------------------------------------------------------------


def test_the_lateness_is_two_minutes() -> None:
    """The watermark is that far behind the newest line."""
    pipeline = Pipeline(NOWHERE)
    assert pipeline.watermark == NO_TIME
    pipeline.take("log", reports_of([fix_at(10)]))
    assert LATENESS_US == 2 * MINUTE_US
    assert pipeline.watermark == START + 8 * MINUTE_US


def test_a_fix_waits_until_the_watermark_has_passed_it() -> None:
    """Not at exactly its own instant: more may have been received at the one that let it out."""
    pipeline = Pipeline(NOWHERE)
    assert minutes(pipeline.take("log", reports_of([fix_at(0)])).fixes) == []
    assert minutes(pipeline.advance(START + 2 * MINUTE_US).fixes) == []
    assert minutes(pipeline.advance(START + 2 * MINUTE_US + 1).fixes) == [0]
    assert minutes(pipeline.advance(START + 9 * MINUTE_US).fixes) == []


def test_where_nothing_more_can_come_of_an_instant_nothing_waits_for_the_next() -> None:
    """The blocks of a journal have stamps of their own, and are never cut."""
    pipeline = Pipeline(NOWHERE)
    reports = reports_of([fix_at(0), received(fix_at(1), 2)])
    reports.settled = True
    assert minutes(pipeline.take("journal", reports).fixes) == [0]


def test_what_is_as_old_as_the_watermark_is_the_same_however_it_was_cut() -> None:
    """Two ships' fixes of one instant and a name, all let go by lines of one other instant."""
    early = [fix_at(0, mmsi=MMSI + 1), fix_at(0)]
    late = [received(fix_at(1.5, mmsi=MMSI + 2), 2), received(fix_at(0, mmsi=MMSI - 1, seq=7), 2)]
    told = []
    for cut in (0, 1, 2):
        pipeline = Pipeline(NOWHERE)
        pipeline.take("log", reports_of(early))
        batches = [late[:cut], late[cut:], [received(fix_at(2.5, mmsi=MMSI + 2), 2.5)]]
        parts = [pipeline.take("log", reports_of(batch)).fixes for batch in batches if batch]
        told.append([int(fix["mmsi"]) for part in parts for fix in part])
    assert told[0] == told[1] == told[2]


def test_fixes_leave_sorted_by_vessel_and_time() -> None:
    """However they came; at one instant the first to arrive is first."""
    pipeline = Pipeline(NOWHERE)
    others = (fix_at(1, mmsi=207_000_001), fix_at(1.5, mmsi=205_000_001))
    fixes = [received(fix, 1.75) for fix in (*others, fix_at(0), fix_at(1), fix_at(0.5))]
    pipeline.take("log", reports_of(fixes))
    out = pipeline.finish().fixes
    assert out["mmsi"].tolist() == [205_000_001, 207_000_001, MMSI, MMSI, MMSI]
    assert minutes(out) == [1.5, 1, 0, 0.5, 1]


def test_older_than_the_watermark_is_late_and_kept_for_history() -> None:
    """Two minutes late is in time, a microsecond more is not."""
    pipeline = Pipeline(NOWHERE)
    on_time = received(fix_at(8), 10)
    late = received(fix_at(8, at=START + 8 * MINUTE_US - 1, content=5), 10)
    outcome = pipeline.take("log", reports_of([fix_at(10), on_time, late]))
    assert outcome.refusals == {("log", "late"): 1}
    assert outcome.late["at"].tolist() == [late.at]
    assert minutes(outcome.fixes) + minutes(pipeline.finish().fixes) == [8, 10]


def test_lateness_is_told_by_the_lines_before_in_the_same_batch_too() -> None:
    """What is late does not depend on where the batch was cut."""
    fixes = [fix_at(0), received(fix_at(1), 1), fix_at(9), received(fix_at(2), 9)]
    one = Pipeline(NOWHERE)
    whole = one.take("log", reports_of(fixes)).refusals
    two = Pipeline(NOWHERE)
    two.take("log", reports_of(fixes[:3]))
    assert two.take("log", reports_of(fixes[3:])).refusals == whole == {("log", "late"): 1}


def test_the_clock_of_lines_that_say_nothing_moves_the_watermark() -> None:
    """A base station's line passes the time as well."""
    pipeline = Pipeline(NOWHERE)
    pipeline.take("log", reports_of([fix_at(0)]))
    nothing = reports_of([])
    nothing.lines, nothing.clock = 1, np.array([START + 5 * MINUTE_US])
    assert minutes(pipeline.take("log", nothing).fixes) == [0]


def test_time_never_goes_back() -> None:
    """A source whose clock is behind does not hold the others."""
    pipeline = Pipeline(NOWHERE)
    pipeline.advance(START + HOUR_US)
    pipeline.advance(START)
    pipeline.take("slow", reports_of([fix_at(59.5, received_at=START)]))
    assert pipeline.newest == START + HOUR_US


def test_the_end_of_nothing_is_nothing() -> None:
    """No line, no time, no fix."""
    outcome = Pipeline(NOWHERE).finish()
    assert (len(outcome.fixes), outcome.findings, outcome.refusals) == (0, [], {})


# -- refusals ------------------------------------------------------------------------------------


def test_every_position_is_a_fix_or_a_refusal_with_its_source() -> None:
    """Nothing is dropped in silence: the numbers add up."""
    pipeline = Pipeline(NOWHERE)
    good = [fix_at(m, 100 * m) for m in range(5)]
    first = pipeline.take("north", reports_of([*good, fix_at(5, mmsi=0), fix_at(5, lon=181.0)]))
    copies = [received(fix._replace(at=fix.at + SECOND_US), 5) for fix in good[3:]]
    same = [received(good[4]._replace(content=99), 5)]
    last = pipeline.take("south", reports_of([*copies, *same]))
    outcome = pipeline.finish()
    refused: Counter[tuple[str, str]] = Counter()
    for part in (first, last, outcome):
        refused.update(part.refusals)
    assert refused == {
        ("north", "mmsi_invalid"): 1,
        ("north", "position_unavailable"): 1,
        ("south", "duplicate"): 2,
        ("south", "same_instant"): 1,
    }
    assert sum(len(part.fixes) for part in (first, last, outcome)) == len(good)


def test_what_the_decoder_refused_is_handed_on() -> None:
    """Its counts are in the batch's, with what the screen added."""
    pipeline = Pipeline(NOWHERE)
    reports = reports_of([fix_at(0, mmsi=0)])
    reports.refusals["log", "bad_checksum"] = 3
    reports.kinds["log", "position"] = 1
    outcome = pipeline.take("log", reports)
    assert outcome.refusals == {("log", "bad_checksum"): 3, ("log", "mmsi_invalid"): 1}
    assert (outcome.kinds, outcome.lines) == ({("log", "position"): 1}, 1)


def test_sources_are_numbered_in_the_order_they_came() -> None:
    """And line numbers of the run go on over all of them."""
    pipeline = Pipeline(NOWHERE)
    pipeline.take("north", reports_of([fix_at(0), fix_at(0.2)]))
    pipeline.take("south", reports_of([fix_at(0.4), fix_at(0.6)]))
    pipeline.take("north", reports_of([fix_at(0.8)]))
    assert pipeline.sources == ["north", "south"]
    out = pipeline.finish().fixes
    assert out["source"].tolist() == [0, 0, 1, 1, 0]
    assert out["seq"].tolist() == [0, 1, 2, 3, 4]


# -- names ---------------------------------------------------------------------------------------


def test_events_carry_the_name_known_when_they_were_decided() -> None:
    """Renamed between arrival and sailing: each event has the name of its time."""
    sea = call()
    fixes = as_fixes(sea.fixes)
    statics = [named(0, "ALDA"), named(9, None), named(30, "BERTA"), named(20, "OTHER", 5)]
    pipeline = Pipeline(sea.fences)
    found = pipeline.take("log", reports_of(fixes, statics)).findings + pipeline.finish().findings
    names = {(str(event.kind), event.name) for event in found if isinstance(event, Event)}
    assert ("PortArrived", "ALDA") in names
    assert ("PortDeparted", "BERTA") in names
    assert len({name for _, name in names}) == 2
    renamed = START + 30 * MINUTE_US
    assert {f.name for f in found if f.decided_at < renamed} == {"ALDA"}
    assert {f.name for f in found if f.decided_at >= renamed} == {"BERTA"}


@pytest.mark.parametrize("cuts", [[], [17], [5, 17, 18]])
def test_a_name_that_came_too_late_is_not_that_of_earlier_events(cuts: list[int]) -> None:
    """A static report that arrives behind the watermark names what is decided from then on.

    It is stamped with the ship's first minute and arrives when she sails: whether the events of
    her arrival bear the name must not depend on where the batches were cut.
    """
    sea = call()
    fixes = as_fixes(sea.fixes)
    late = named(0, "ALDA")
    late.received_at = fixes[17].received_at
    pipeline = Pipeline(sea.fences)
    found: list[Event | PortCall] = []
    for begin, end in zip([0, *cuts], [*cuts, len(fixes)], strict=True):
        late.seq = 17 - begin
        statics = [late] if begin <= 17 < end else []
        found += pipeline.take("log", reports_of(fixes[begin:end], statics)).findings
    found += pipeline.finish().findings
    arrived = [f for f in found if f.decided_at < fixes[15].at]
    assert len(arrived) > 3
    assert {finding.name for finding in arrived} == {None}
    assert found[-1].name == "ALDA"


def test_a_vessel_that_never_said_its_name_has_none() -> None:
    """Not the number, not an empty text."""
    sea = call()
    pipeline = Pipeline(sea.fences)
    found = pipeline.take("log", reports_of(as_fixes(sea.fixes))).findings
    assert {finding.name for finding in found} == {None}


# -- ids, cuts and restarts ----------------------------------------------------------------------


def run(sea: Sea, cuts: list[int], *, restart: bool) -> list[Event | PortCall]:
    """Send a sea in batches; after each, perhaps, go on from a snapshot in a new pipe."""
    fixes = as_fixes(sea.fixes)
    pipeline = Pipeline(sea.fences)
    found: list[Event | PortCall] = []
    for begin, end in zip([0, *cuts], [*cuts, len(fixes)], strict=True):
        statics = [
            StaticReport(
                at=fixes[row].at, received_at=fixes[row].at, seq=row - begin, source=0,
                static=Static(mmsi=fixes[row].mmsi, name=f"NAME {row // 5}"),
            )
            for row in range(begin, end)
        ]  # fmt: skip
        found += pipeline.take("log", reports_of(fixes[begin:end], statics)).findings
        if restart:
            snapshot = pipeline.snapshot(full=True)
            pipeline = Pipeline(sea.fences)
            pipeline.restore(snapshot)
    return found + pipeline.finish().findings


def odd_call() -> Sea:
    """Return a call with everything in it: a silence, a jump, and no heading."""
    sea = draw(
        """
        . . . . A  A  A  A   A
        a b c d Ae Af Hg Hhk A
        . . . . A  A  A  A   A
        . . . . A  A  A  A   A
        q p o n Am Al A  A   A
        """,
        """
        . . . .
        . i j .
        """,
        stay={"h": 8, "k": 3},
        wait={"k": 5 * 60},
    )
    sea.fixes["heading_deg"] = np.nan
    return at_rest(sea)


@pytest.mark.parametrize("seed", range(8))
def test_killed_after_any_batch_it_goes_on_as_if_nothing_had_happened(seed: int) -> None:
    """A snapshot holds all that later lines depend on: the same findings to the last field."""
    sea = odd_call()
    chance = random.Random(seed)
    cuts = sorted(chance.sample(range(1, len(sea.fixes)), 8))
    assert run(sea, cuts, restart=True) == run(sea, cuts, restart=False)


@pytest.mark.parametrize("seed", range(8))
def test_batches_are_cut_anywhere(seed: int) -> None:
    """One batch or nine: the same findings to the last field."""
    sea = odd_call()
    chance = random.Random(seed)
    cuts = sorted(chance.sample(range(1, len(sea.fixes)), 8))
    assert run(sea, cuts, restart=False) == run(sea, [], restart=False)


def test_ids_are_made_of_the_content() -> None:
    """Two runs agree; another vessel's events have other ids."""
    sea = call()
    one, two = run(sea, [], restart=False), run(sea, [5], restart=False)
    sea.fixes["mmsi"] += 1
    other = run(sea, [], restart=False)
    assert [finding.id for finding in one] == [finding.id for finding in two]
    assert not {finding.id for finding in one} & {finding.id for finding in other}
    assert all(len(finding.id) == 32 for finding in one)


def test_what_is_given_stays_as_it_was() -> None:
    """Whoever made the reports may keep them: numbers are given to copies."""
    fixes = [fix_at(m) for m in range(3)]
    pipeline = Pipeline(NOWHERE)
    pipeline.take("other", reports_of(fixes))
    reports = reports_of(fixes, [named(0, "A")])
    positions, statics = reports.positions.copy(), repr(reports.statics)
    outcome = pipeline.take("log", reports)
    assert (reports.positions == positions).all()
    assert repr(reports.statics) == statics
    assert [static.seq for static in outcome.statics] == [3]


def test_findings_come_in_the_order_they_were_decided() -> None:
    """Over all batches, so that a subscriber may read on from the last one."""
    found = run(odd_call(), [7, 9, 14], restart=False)
    decided = [finding.decided_at for finding in found]
    assert decided == sorted(decided)
    assert len(found) > 10


def test_a_snapshot_tells_only_what_changed_since_the_last() -> None:
    """What did not move is not written again."""
    pipeline = Pipeline(call().fences)
    pipeline.take(
        "log", reports_of([fix_at(0), fix_at(1, mmsi=MMSI + 1), fix_at(9)], [named(0, "A")])
    )
    first = pipeline.snapshot()
    assert set(first.last["mmsi"].tolist()) == {MMSI, MMSI + 1}
    assert said_kept.read(first.states).said == {MMSI: Static(mmsi=MMSI, name="A")}
    pipeline.advance(START + 30 * MINUTE_US)
    second = pipeline.snapshot()
    assert second.last["mmsi"].tolist() == [MMSI]
    assert said_kept.read(second.states).said == {}
    assert set(pipeline.snapshot(full=True).last["mmsi"].tolist()) == {MMSI, MMSI + 1}


def test_rows_become_values() -> None:
    """Field for field."""
    fixes = [fix_at(0), fix_at(1, 200)]
    assert as_fixes(np.array([tuple(fix) for fix in fixes], dtype=FIX)) == fixes


@pytest.mark.parametrize("lateness_us", [0, LATENESS_US, 40 * MINUTE_US])
def test_after_a_restart_the_end_lets_out_all_though_no_line_came(lateness_us: int) -> None:
    """However long it is waited now: what waits is let out, and nothing is left."""
    first = Pipeline(NOWHERE, lateness_us=10 * MINUTE_US)
    taken = first.take("roof", reports_of([fix_at(0), fix_at(5), fix_at(30), fix_at(35)]))
    again = Pipeline(NOWHERE, lateness_us=lateness_us)
    again.restore(first.snapshot(full=True))
    ended = again.finish()
    assert minutes(np.concatenate([taken.fixes, ended.fixes])) == [0, 5, 30, 35]
