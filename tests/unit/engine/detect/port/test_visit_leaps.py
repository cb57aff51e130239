"""A number that leaps from a port, to it, or from one place in it to another."""

from __future__ import annotations

from typing import Any

from monitor.engine.detect.detector import CallFact, Fact, Found
from monitor.engine.detect.port.ends import AGAIN_WHY, DISPUTED_WHY
from monitor.engine.detect.port.first_seen import LEAPT
from monitor.engine.detect.port.step import PortStep
from monitor.engine.detect.port.visit import Visit
from monitor.model import CallState, EventKind, EventState, Span
from monitor.units import HOUR_US
from tests.scenario.sea import fix_at, step_of, steps_of
from tests.unit.engine.detect.port.visits import (
    MILE,
    PORT,
    QUAY,
    SHE,
    VISITS,
    calls,
    facts,
    findings,
    lies,
    seen_alongside,
    watched,
)

# -- leaps ---------------------------------------------------------------------------------------


def leap_away(visit: Visit, minute: float = 40, **fields: Any) -> PortStep:
    """Her number is heard 2,000 NM from where she lies: no fix of hers."""
    step = PortStep(
        PORT, fix_at(minute, 0, -2000 * MILE), None, 0, 0, fix_at(minute).at, visit.last, away=True
    )
    return step._replace(**fields)


def test_a_leap_from_where_she_lies_ends_nothing() -> None:
    """It is told, unbounded and of the lowest confidence; her next fix follows her last."""
    visit = seen_alongside()
    state, told = VISITS.step(visit, leap_away(visit))
    assert state is visit
    (fact,) = facts(told)
    assert (fact.kind, fact.confidence, fact.figures["leap"]) == (
        EventKind.REAPPEARED_ELSEWHERE, 1, True,
    )  # fmt: skip
    assert fact.span == Span(earliest=None, at=None, latest=None)
    assert calls(told) == []
    assert visit.call.state is CallState.IN_PORT
    assert findings(lies(range(42, 60)), fix_at(29, QUAY, 20), visit) == []


def test_a_leap_that_was_believed_late_makes_her_silence_no_earlier() -> None:
    """What is told later than a deadline moves it."""
    visit = seen_alongside()
    late = fix_at(29).at + 5 * HOUR_US
    VISITS.step(visit, leap_away(visit, decided_at=late))
    assert VISITS.deadline(visit) == late


def test_a_leap_from_a_port_where_she_is_not_watched_is_nothing() -> None:
    """Nor is one without the fix it came from."""
    visit = seen_alongside()
    assert VISITS.step(None, leap_away(visit)) == (None, [])
    assert VISITS.step(visit, leap_away(visit, leapt=None)) == (visit, [])


def test_who_leapt_here_was_found_and_is_doubted() -> None:
    """Whatever she does here, a call of hers has confidence 1."""
    came = fix_at(-60, 0, -2000 * MILE)
    state: Visit | None = None
    found: list[Found] = []
    for step in steps_of(PORT, lies(range(15))):
        leap = came if step.prev is None else None
        state, told = VISITS.step(state, step._replace(leapt=leap))
        found += told
    (first,) = facts(found, EventKind.FIRST_SEEN_INSIDE)
    assert first.why == LEAPT
    assert {call.confidence for call in calls(found)} == {1}
    assert calls(found)[-1].arrived.earliest is None
    assert facts(found, EventKind.GEOFENCE_ENTERED) == []


def test_who_leaps_from_one_place_here_to_another_begins_anew() -> None:
    """Hardly known, and said to be where she cannot be: her call here ends unbounded."""
    visit = seen_alongside()
    fix = fix_at(31, 0, -2000 * MILE)
    step = step_of(PORT, fix, None)._replace(leapt=visit.last)
    state, told = VISITS.step(visit, step)
    assert state is None
    gone, left = facts(told)
    assert (gone.kind, left.kind, left.state) == (
        EventKind.REAPPEARED_ELSEWHERE, EventKind.PORT_DEPARTED, EventState.CONFIRMED,
    )  # fmt: skip
    assert left.span == Span(earliest=None, at=None, latest=None)
    (call,) = calls(told)
    assert (call.state, call.confidence) == (CallState.AWAY, 1)


def test_another_ship_that_has_the_number_of_the_track_begins_anew() -> None:
    """A first fix on a track that was watched, a week later: what was known is not hers."""
    visit, later = seen_alongside(), 8 * 24 * 60
    state, told = VISITS.step(visit, step_of(PORT, fix_at(later, 700), None))
    assert state is not None
    assert state is not visit
    assert told == []
    assert VISITS.step(visit, step_of(PORT, fix_at(later, 9000), None)) == (None, [])


def test_a_ship_whose_track_was_lost_is_the_same_where_she_can_be() -> None:
    """A release that cannot read last fixes still knows who lies in port; nobody leaps there."""
    visit = seen_alongside()
    near = step_of(PORT, fix_at(40, 0, sog_kn=0.0), None)
    assert VISITS.step(visit, near)[0] is visit
    far = step_of(PORT, fix_at(41, 20_000), None)
    assert VISITS.step(visit, far) == (None, [])


# -- rows ----------------------------------------------------------------------------------------


LIES = [fix_at(m, QUAY, 20, sog_kn=0) for m in range(0, 60, 3)]
FAR = [fix_at(400 + 5 * n, 0, -2000 * MILE + 200 * n) for n in range(80)]
"""Her number is heard there for more than six hours, while she is silent."""


def test_a_leap_is_told_however_the_batches_are_cut() -> None:
    """Alongside, dark, and 2,000 NM away for six hours: at the fix that decides it."""
    whole = watched([*LIES, *FAR])
    assert whole == watched(LIES, FAR) == watched(*([fix] for fix in (*LIES, *FAR)))
    about, fact = [(about, one) for about, one in whole if isinstance(one, Fact)][-2]
    assert about == SHE
    assert (fact.kind, fact.figures["leap"]) == (EventKind.REAPPEARED_ELSEWHERE, True)
    assert fact.decided_at == fix_at(760).at


def test_a_leap_is_told_between_the_fixes_before_and_after_it() -> None:
    """She is heard alongside again an hour later: her call goes on."""
    again = [fix_at(m, QUAY, 20, sog_kn=0) for m in range(860, 900, 3)]
    told = watched([*LIES, *FAR, *again])
    assert told == watched(LIES, FAR, again)
    back = [fact.kind for _, fact in told if isinstance(fact, Fact)][-4:]
    assert back == [
        EventKind.REAPPEARED_ELSEWHERE, EventKind.PORT_ARRIVED,
        EventKind.PORT_ARRIVED, EventKind.REAPPEARED_INSIDE,
    ]  # fmt: skip


def test_one_whom_nobody_saw_come_is_doubted_while_her_number_is_elsewhere() -> None:
    """One of the two places is false, and this may be the one; heard here again, she is here."""
    again = [fix_at(m, QUAY, 20, sog_kn=0) for m in range(860, 900, 3)]
    told = [fact for _, fact in watched([*LIES, *FAR, *again]) if isinstance(fact, Fact)]
    arrived = [fact for fact in told if fact.kind is EventKind.PORT_ARRIVED]
    assert [(fact.confidence, fact.why) for fact in arrived[-2:]] == [
        (1, DISPUTED_WHY), (2, AGAIN_WHY),
    ]  # fmt: skip
    assert {fact.key_at for fact in arrived} == {arrived[0].key_at}
    seen = [fix_at(m, -9000 + 450 * m) for m in range(20)]
    seen += [fix_at(20 + m, QUAY, 20, sog_kn=0) for m in range(0, 60, 3)]
    told = [fact for _, fact in watched([*seen, *FAR]) if isinstance(fact, Fact)]
    assert told[-1].kind is EventKind.REAPPEARED_ELSEWHERE


def test_a_number_that_leapt_here_from_a_track_hardly_known_is_found_here() -> None:
    """Four minutes at sea 2,000 NM away, and alongside from then on."""
    told = watched([*(f._replace(at=fix_at(n).at) for n, f in enumerate(FAR[:5])),
                    *(fix_at(240 + m, QUAY, 20, sog_kn=0) for m in range(0, 60, 3))])  # fmt: skip
    first = next(fact for _, fact in told if isinstance(fact, Fact))
    assert (first.kind, first.why) == (EventKind.FIRST_SEEN_INSIDE, LEAPT)
    assert {fact.confidence for _, fact in told if isinstance(fact, CallFact)} == {1}
