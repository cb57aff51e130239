"""Areas of interference told anew: from any day on, as if nothing had been told before."""

from __future__ import annotations

import pytest

from monitor.engine.candidate import Astray
from monitor.engine.detect.detector import Fact, OffTrack
from monitor.engine.detect.place.interference import KEPT_US, WITHIN_US
from monitor.engine.geofence import FenceSet
from monitor.engine.kept import NotReadableError
from monitor.engine.regrouped import Regrouped, regrouped
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


def told(found: Regrouped) -> dict[tuple[EventKind, str], Fact]:
    """As told last."""
    return {
        (fact.kind, subject.area): fact  # type: ignore[union-attr]
        for subject, fact in found.told
        if isinstance(fact, Fact)
    }


def at(minute: float) -> int:
    return START + round(minute * MINUTE_US)


def test_all_that_was_heard_is_told_of_in_order() -> None:
    found = regrouped(FENCES, None, SEA[::-1], [], NOW)
    facts = sorted((fact for _, fact in found.told), key=lambda fact: fact.decided_at)
    assert [fact.kind for fact in facts if isinstance(fact, Fact)] == [
        BEGUN,
        BEGUN,
        ENDED,
        BEGUN,
        ENDED,
    ]
    assert [len(found.stood), len(found.areas.states)] == [0, 2]
    assert regrouped(FENCES, None, SEA, [], NOW + KEPT_US + WITHIN_US).areas.states == {}


@pytest.mark.parametrize("minute", [0, 5, 12, 13, 40, 65, 100, 300, 402, 600])
def test_from_any_instant_on_the_same_is_told(minute: float) -> None:
    """That begins of areas that stood are known as they were told then is needed to take back."""
    whole = regrouped(FENCES, None, SEA, [at(minute)], NOW)
    (stood,) = whole.put_by
    later = [one for one in SEA if one.decided_at > at(minute)]
    rest = regrouped(FENCES, stood, later, [], NOW)
    wanted = told(whole)
    before = {key for key in wanted if key not in told(rest)}
    assert all(kind is ENDED or area not in names(rest) for kind, area in before)
    assert {key: fact for key, fact in wanted.items() if key not in before} == told(rest)
    assert rest.areas.kept() == whole.areas.kept()


def names(found: Regrouped) -> set[str]:
    return {key.area for key in found.stood}


def test_days_are_put_by_anew() -> None:
    whole = regrouped(FENCES, None, SEA, [at(12), at(100)], NOW)
    assert [one.at for one in whole.put_by] == [at(12), at(100)]
    rest = regrouped(FENCES, whole.put_by[0], SEA[2:], [at(100)], NOW)
    assert rest.put_by == whole.put_by[1:]


def test_those_of_another_release_are_not_gone_on_with() -> None:
    (stood,) = regrouped(FENCES, None, SEA, [at(100)], NOW).put_by
    strange = [row._replace(version=99) for row in stood.states]
    with pytest.raises(NotReadableError, match="99"):
        regrouped(FENCES, Areas(stood.at, strange), [], [], NOW)
    assert regrouped(FENCES, stood, [], [], NOW).stood != set()
