"""Areas of interference told anew: from any day on, as if nothing had been told before."""

from __future__ import annotations

import pytest

from monitor.engine.candidate import Astray
from monitor.engine.detect.detector import Fact, OffTrack
from monitor.engine.detect.place.interference import KEPT_US, WITHIN_US
from monitor.engine.geofence import FenceSet
from monitor.engine.kept import NotReadableError
from monitor.engine.regrouped import Regrouping
from monitor.engine.snapshot import Areas
from monitor.model import EventKind
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at

FENCES = FenceSet(ports=())
BEGUN, ENDED = EventKind.INTERFERENCE_BEGUN, EventKind.INTERFERENCE_ENDED
NOW = START + 900 * MINUTE_US


def stray(mmsi: int, minute: float) -> OffTrack:
    fix, first = fix_at(minute, mmsi=mmsi), fix_at(minute - 2, mmsi=mmsi)
    origin = fix_at(minute - 9, 1_000_000 + 200_000 * mmsi, mmsi=mmsi)
    return OffTrack(fix.at, Astray.LEAPT, fix, first, origin)


SEA = [
    *(stray(mmsi, 10 + mmsi) for mmsi in range(1, 4)),
    *(stray(mmsi, 60 + mmsi) for mmsi in range(1, 8)),
    *(stray(mmsi, 400 + mmsi) for mmsi in range(4, 7)),
]


def told(found: Regrouping) -> dict[tuple[EventKind, str], Fact]:
    """As told last."""
    return {
        (fact.kind, subject.area): fact  # type: ignore[union-attr]
        for subject, fact in found.told
        if isinstance(fact, Fact)
    }


def regrouped(areas: Areas | None, moments: list[OffTrack], *minutes: float) -> Regrouping:
    """Up to NOW, with days that are over at these minutes."""
    made = Regrouping(FENCES, areas)
    left = moments
    for minute in minutes:
        made.take([one for one in left if one.decided_at <= at(minute)], at(minute))
        left = [one for one in left if one.decided_at > at(minute)]
        made.end_day(Areas(at(minute), []))
    made.take(left, NOW)
    return made


def at(minute: float) -> int:
    return START + round(minute * MINUTE_US)


def test_all_that_was_heard_is_told_of_in_order() -> None:
    found = regrouped(None, SEA[::-1])
    facts = sorted((fact for _, fact in found.told), key=lambda fact: fact.decided_at)
    kinds = [fact.kind for fact in facts if isinstance(fact, Fact)]
    assert kinds == [BEGUN, BEGUN, ENDED, BEGUN, ENDED]
    assert len(found.areas.states) == 2
    found.take([], NOW + KEPT_US + WITHIN_US)
    assert found.areas.states == {}


@pytest.mark.parametrize("minute", [0, 5, 12, 13, 40, 65, 100, 300, 402, 600])
def test_from_any_instant_on_the_same_is_told(minute: float) -> None:
    """How begins of areas that stood were told then is known, should they grow no more."""
    whole = regrouped(None, SEA, minute)
    (stood,) = whole.put_by
    rest = regrouped(stood, [one for one in SEA if one.decided_at > at(minute)])
    over = [fact for fact in told(whole).values() if fact not in told(rest).values()]
    assert all(fact.decided_at <= at(minute) for fact in over)
    assert all(fact in told(whole).values() for fact in told(rest).values())
    assert rest.areas.kept() == whole.areas.kept()


def test_a_day_ends_as_it_did_before_where_nothing_of_it_changed() -> None:
    """However those came that are told of; and not with one more, or one less."""
    (stood,) = regrouped(None, SEA, 70).put_by
    early = [one for one in SEA if one.decided_at <= at(70)]
    again = [one._replace(fix=one.fix._replace(seq=77, received_at=START)) for one in early]
    for moments, is_same in ((early, True), (again, True), (early[1:], False)):
        made = Regrouping(FENCES, None)
        made.take(moments, at(70))
        assert made.end_day(stood) is is_same


def test_those_of_another_release_are_not_gone_on_with() -> None:
    (stood,) = regrouped(None, SEA, 100).put_by
    strange = [row._replace(version=99) for row in stood.states]
    with pytest.raises(NotReadableError, match="99"):
        Regrouping(FENCES, Areas(stood.at, strange))
