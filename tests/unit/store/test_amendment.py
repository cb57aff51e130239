"""What changes when ships are taken again: rows to delete, to write, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from monitor.engine.again import Again
from monitor.engine.detect.evidence import Finding
from monitor.engine.pipeline import Pipeline
from monitor.model import (
    FIX,
    Amended,
    EventKind,
    EventState,
    Fix,
    Refusal,
    Refusals,
    Revised,
    ShipPair,
)
from monitor.store.amendment import Amendment, Lateness, amendment
from monitor.store.history import History
from monitor.units import HOUR_US, MINUTE_US, to_datetime
from tests.findings import MMSI, call, event
from tests.ports import ports
from tests.scenario.sea import START, fix_at

LATE = Lateness(count=2, first_at=START, last_at=START + MINUTE_US, after=START + HOUR_US, last=7)
WHY = "2 reports of 2023-11-14T22:13Z to 2023-11-14T22:14Z came in only after 2023-11-14T23:13Z."


def at_minute(minute: float) -> Fix:
    return fix_at(minute, mmsi=MMSI)


def rows(*fixes: Fix) -> Any:
    return np.array([tuple(fix) for fix in fixes], dtype=FIX)


def before(*fixes: Fix, told: tuple[Finding, ...] = (), **words: Any) -> History:
    """What is stored of a ship."""
    calls = [one for one in told if hasattr(one, "stages")]
    events = [one for one in told if not hasattr(one, "stages")]
    known: dict[str, Any] = {
        "positions": rows(*fixes), "tracks": np.zeros(len(fixes), dtype=np.int16),
        "others": rows(), "refused": Refusals(), "statics": [], "events": events, "calls": calls,
        "off_track": [],
    }  # fmt: skip
    return History(**(known | words))


def now(*fixes: Fix, told: tuple[Finding, ...] = (), track: int = 0, **words: Any) -> Again:
    """What is told of her now."""
    made = Again.of(ports(), Pipeline(ports()), {MMSI})
    made.fixes, made.tracks = [rows(*fixes)], [np.full(len(fixes), track, dtype=np.int8)]
    made.found = {one.id: one for one in told}
    for name, value in words.items():
        setattr(made, name, value)
    return made


def compared(was: History, is_: Again) -> Amendment:
    return amendment(
        is_, was, {MMSI: LATE}, [3], ports(), revised_at=START + 9 * HOUR_US, passed=START,
        last_late=7,
    )  # fmt: skip


def test_what_holds_is_left_alone() -> None:
    """Also where it was decided later, and with what was received at another time."""
    fixes = [at_minute(minute) for minute in range(3)]
    one, two = event(1), call(2)
    later = replace(one, decided_at=one.decided_at + HOUR_US)
    made = compared(before(*fixes, told=(one, two)), now(*fixes, told=(later, two)))
    assert (made.gone, made.months, made.changes) == (([], []), [], [])
    assert (
        made.rewritten.events,
        made.rewritten.calls,
        made.rewritten.withdrawn,
        made.more_fixes,
    ) == ([], [], [], 0)


def test_positions_that_are_new_gone_or_of_another_track_are_written_and_deleted() -> None:
    a, b, c, d = (at_minute(minute) for minute in range(4))
    made = compared(before(a, b, c), now(a, c, d))
    assert made.gone == ([MMSI], [to_datetime(b.at)])
    ((instant, _),) = made.months
    assert (instant, made.more_fixes) == (d.at, 0)
    other = compared(before(a, b), now(a, b, track=1))
    assert other.gone[1] == [to_datetime(a.at), to_datetime(b.at)]
    copy = compared(before(b), now(b._replace(line=9)))
    assert copy.gone[1] == [to_datetime(b.at)]


def test_a_first_position_and_the_last_one() -> None:
    a = at_minute(0)
    assert compared(before(), now(a)).more_fixes == 1
    gone = compared(before(a), now())
    assert (gone.gone[0], gone.unheard, gone.more_fixes) == ([MMSI], [MMSI], -1)


def test_events_are_added_amended_and_withdrawn_with_a_sentence() -> None:
    old, same, fresh = event(1), event(2), event(3)
    changed = replace(same, confidence=1)
    made = compared(before(told=(old, same)), now(told=(changed, fresh)))
    words = {change.finding.id: change.word for change in made.changes}
    assert words == {
        old.id: Amended.WITHDRAWN, same.id: Amended.AMENDED, fresh.id: Amended.ADDED
    }  # fmt: skip
    assert [row[0] for row in made.rewritten.events] == [same.id, fresh.id]
    at = to_datetime(START + 9 * HOUR_US)
    assert {row[-3:] for row in made.rewritten.events} == {("amended", at, WHY), ("added", at, WHY)}
    assert made.rewritten.withdrawn == [(old.id, "withdrawn", at, WHY)]
    told = next(change.finding for change in made.changes if change.word is Amended.WITHDRAWN)
    assert getattr(told, "state", None) is EventState.WITHDRAWN


def test_what_was_withdrawn_and_holds_after_all_is_told_again() -> None:
    """And what was withdrawn before is not withdrawn once more."""
    gone = replace(event(1), revised=Revised(Amended.WITHDRAWN, START, "x"))
    made = compared(before(told=(gone,)), now(told=(event(1),)))
    assert [change.word for change in made.changes] == [Amended.AMENDED]
    assert compared(before(told=(gone,)), now()).changes == []


def test_calls_are_amended_and_deleted() -> None:
    made = compared(before(told=(call(1), call(2))), now(told=(replace(call(2), confidence=1),)))
    assert made.rewritten.calls_gone == [(call(1).id,)]
    assert [row[0] for row in made.rewritten.calls] == [call(2).id]


def test_a_sentence_that_was_not_stored_is_that_which_was_told() -> None:
    """Of positions far from all ports none is kept."""
    told = event(1)
    fixes = tuple(replace(fix, sentence="") for fix in told.evidence.fixes)
    bare = replace(told, evidence=replace(told.evidence, fixes=fixes))
    assert compared(before(told=(told,)), now(told=(bare,))).changes == []


def test_what_two_ships_were_is_amended_for_the_one_that_came_late() -> None:
    """She may be the second of them; sentences are not looked for elsewhere."""
    pair = ShipPair(MMSI - 1, 0, MMSI, 0)
    told = event(1, pair)
    fixes = tuple(replace(fix, sentence="") for fix in told.evidence.fixes)
    bare = replace(told, evidence=replace(told.evidence, fixes=fixes))
    made = compared(before(told=(told, event(2))), now(told=(bare, event(2))))
    assert [change.word for change in made.changes] == [Amended.AMENDED]
    assert made.rewritten.events[0][-1] == WHY


def test_nor_of_ships_far_from_all_ports() -> None:
    """Another event may have told the sentence; one log, sorted, would show none here."""
    told = replace(event(1), kind=EventKind.WENT_DARK)
    fixes = tuple(replace(fix, sentence="") for fix in told.evidence.fixes)
    bare = replace(told, evidence=replace(told.evidence, fixes=fixes))
    made = compared(before(told=(told, event(2))), now(told=(bare, event(2))))
    assert [change.word for change in made.changes] == [Amended.AMENDED]


def test_refusals_change_by_as_many() -> None:
    """Two were late and one had leapt; of them one is a copy now, and one still leaps."""
    was = before(refused=Refusals({("roof", "late"): 2, ("roof", "impossible_jump"): 1}))
    refusals = Refusals({("roof", "duplicate"): 1, ("roof", "impossible_jump"): 1})
    leap = rows(at_minute(1))
    made = compared(was, now(refusals=refusals, disbelieved=[(Refusal.IMPOSSIBLE_JUMP, leap)]))
    assert made.refusals == [("roof", "duplicate", 1), ("roof", "late", -2)]
    assert leap.tobytes() in made.disbelieved


def test_the_sentence_of_one_report_of_none_and_of_some_of_one_minute() -> None:
    one = replace(LATE, count=1)
    assert one.words == "A report of 2023-11-14T22:13Z came in only after 2023-11-14T23:13Z."
    many = replace(LATE, count=1200, last_at=START)
    assert many.words.startswith("1,200 reports of 2023-11-14T22:13Z came in")
    assert replace(one, after=0).words == "A report of 2023-11-14T22:13Z came in beside the watch."
    assert replace(LATE, count=0, why="For another reason.").words == "For another reason."
