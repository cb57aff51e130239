"""Draughts at both ends of a voyage: which differences are told."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.engine.detect.detector import Fact, Seen, Told
from monitor.engine.detect.lookout import Lookout
from monitor.engine.detect.vessel.draught import TYPED_US, Draughts
from monitor.engine.geofence import FenceSet
from monitor.engine.stood import AGAIN_US, NOTED, Stood
from monitor.model import EventKind, Ship
from monitor.units import HOUR_US, NO_TIME, to_iso
from tests.unit.engine.detect.lamps import seen
from tests.unit.engine.detect.vessel.voyages import HOUR, SHE, arrived, at, called, sails

LEFT_AT, CAME_AT = at(0), at(50 * HOUR)
PLACE = list(NOTED).index("draught_m")


def voyage(**figures: Any) -> Fact:
    """A voyage of fifty hours, 8.6 m at its begin and 13.1 m at its end."""
    known = {
        "voyage": to_iso(LEFT_AT), "from": "home", "to": "away", "draught_before_m": 8.6,
        "draught_after_m": 13.1, "unheard_s": 0, "contradiction": False,
        "departed_earliest": to_iso(LEFT_AT - HOUR_US), "departed_latest": to_iso(LEFT_AT),
    }  # fmt: skip
    return called(
        EventKind.VOYAGE_MADE, 50 * HOUR - 2, 50 * HOUR, sails(0), sails(50 * HOUR),
        figures=known | figures, key_at=LEFT_AT,
    )  # fmt: skip


def stood(since: int, last: int) -> Stood:
    """When her draught was declared first and last; of the rest nothing is known."""
    never = [NO_TIME] * len(NOTED)
    first, then = list(never), list(never)
    first[PLACE], then[PLACE] = since, last
    return Stood(tuple(first), tuple(then))


def told(
    fact: Fact, *, since: int = LEFT_AT + 24 * HOUR_US, last: int = CAME_AT, says: float = 13.1,
    about: Ship = SHE,
) -> list[Fact]:  # fmt: skip
    found: list[Told] = [(about, fact)]
    batch = Seen(
        tracks=seen(0).tracks, told=found, until=CAME_AT + HOUR_US,
        said=lambda *_: (says, None), stood=lambda *_: stood(since, last),
    )  # fmt: skip
    lookout = Lookout(Draughts(FenceSet(ports=())))
    return [one for _, one in lookout.take(batch) if isinstance(one, Fact)]


def test_it_lies_between_her_start_and_when_she_said_it() -> None:
    fact = voyage(unheard_s=36_000)
    (event,) = told(fact)
    assert event.kind is EventKind.DRAUGHT_CHANGED
    assert (event.span.earliest, event.span.latest) == (LEFT_AT - HOUR_US, LEFT_AT + 24 * HOUR_US)
    assert (event.key_at, event.decided_at, event.fixes) == (LEFT_AT, fact.decided_at, fact.fixes)
    assert event.why.endswith("For 10 h of the voyage she was not heard.")
    assert (event.figures["to"], event.figures["differs_m"]) == ("away", 0.5)


def test_what_was_heard_all_the_way_says_nothing_of_silence() -> None:
    (event,) = told(voyage())
    assert event.why.endswith("came to away with 13.1 m.")


@pytest.mark.parametrize(
    ("figures", "count"),
    [
        ({"contradiction": True}, 0), ({"draught_before_m": None}, 0),
        ({"draught_before_m": 12.2}, 0), ({"draught_before_m": 12.13}, 0),
        ({"draught_before_m": 12.0}, 1), ({"draught_before_m": 14.3}, 1),
        ({"departed_latest": None}, 0), ({"departed_earliest": None}, 1),
    ],
)  # fmt: skip
def test_only_what_differs_enough_and_is_bounded(figures: dict[str, Any], count: int) -> None:
    assert len(told(voyage(**figures))) == count


def test_what_she_says_now_is_what_the_voyage_ended_with() -> None:
    """Else since when is another draught's."""
    assert told(voyage(), says=12.0) == []


def test_it_must_be_said_twice_and_not_shortly_after_she_left() -> None:
    since = LEFT_AT + TYPED_US
    assert told(voyage(), since=since) == []
    assert len(told(voyage(), since=since + 1)) == 1
    assert told(voyage(), since=CAME_AT, last=CAME_AT + AGAIN_US - 1) == []
    assert len(told(voyage(), since=CAME_AT, last=CAME_AT + AGAIN_US)) == 1


def test_other_facts_are_not_looked_at() -> None:
    assert told(arrived(0, 2)) == []
