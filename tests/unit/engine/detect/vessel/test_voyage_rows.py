"""What the detector of voyages picks of a batch, in which order, however the batches are cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from monitor.engine.candidate import Became, Candidacy
from monitor.engine.detect.detector import Fact, Seen, Told
from monitor.engine.detect.lookout import Lookout
from monitor.engine.detect.vessel.voyage import Voyages, VoyageState
from monitor.engine.geofence import FenceSet
from monitor.engine.identity import Claim
from monitor.engine.track import Tracker
from monitor.model import FIX, EventKind, EventState, Fix, Ship, ShipAtPort, Static, StaticReport
from tests.scenario.sea import MMSI
from tests.unit.engine.detect.vessel.voyages import (
    HOUR,
    SHE,
    arrived,
    at,
    called,
    departed,
    sails,
)

OTHER = MMSI + 1
Called = tuple[str, Fact]


def report(minute: float, mmsi: int = MMSI, **words: object) -> StaticReport:
    return StaticReport(
        at=at(minute), received_at=at(minute), seq=0, source=0, known_at=at(minute),
        static=Static(mmsi=mmsi, **words),  # type: ignore[arg-type]
    )  # fmt: skip


class Watch:
    """The detector at work, given calls of ships as the detector of visits would tell them."""

    def __init__(self) -> None:
        """Nothing is watched."""
        self.lookout = Lookout(Voyages(FenceSet(ports=())))
        self.tracker = Tracker()

    def take(
        self,
        until: float,
        *fixes: Fix,
        calls: tuple[Called, ...] = (),
        statics: tuple[StaticReport, ...] = (),
        leaps: tuple[Candidacy, ...] = (),
        said: Callable[[int, int], Claim] = lambda *_: (None, None),
        ship: Ship = SHE,
    ) -> list[Fact]:
        """Give it a batch, with the watermark at a minute."""
        told: list[Told] = [(ShipAtPort(*ship, port), fact) for port, fact in calls]
        rows = np.array(sorted(map(tuple, fixes)), dtype=FIX)
        tracks = self.tracker.follow(rows)
        found = {(one.mmsi, one.number or 0, one.decided_at): one for one in leaps}
        seen = Seen(
            tracks=replace(tracks, leaps=found), statics=list(statics), told=told, until=at(until),
            said=said,
        )  # fmt: skip
        return [fact for _, fact in self.lookout.take(seen) if isinstance(fact, Fact)]


@pytest.mark.parametrize("state", [EventState.PROVISIONAL, EventState.WITHDRAWN])
def test_only_what_is_confirmed_begins_or_ends_a_voyage(state: EventState) -> None:
    """A provisional call may come to nothing, and a withdrawn one has."""
    watch = Watch()
    assert watch.take(10, calls=(("home", departed(state=state)),)) == []
    assert watch.lookout.states == {}
    watch.take(20, calls=(("home", departed(10, 12)),))
    assert watch.take(90, calls=(("away", arrived(60, 62, 10, state=state)),)) == []
    assert watch.lookout.states[SHE].state is VoyageState.AT_SEA


def test_other_facts_of_the_port_are_no_calls() -> None:
    """A stop, a fence or a silence is a part of a call."""
    watch = Watch()
    kinds = (EventKind.BERTHED, EventKind.GEOFENCE_LEFT, EventKind.WENT_DARK_INSIDE)
    calls = tuple(("home", called(kind, 0, 2, sails(0))) for kind in kinds)
    assert watch.take(10, calls=calls) == []
    assert watch.lookout.states == {}


LEG = [sails(5 * n, n) for n in range(1, 25)]
CALLS = (("home", departed()), ("away", arrived(118, 120, 24)))


def cut(*ends: float) -> list[Fact]:
    """What is told when batches end at these minutes."""
    watch, told, begin = Watch(), [], 0.0
    for end in ends:
        told += watch.take(
            end, *(fix for fix in LEG if at(begin) <= fix.at < at(end)),
            calls=tuple(one for one in CALLS if at(begin) <= one[1].decided_at < at(end)),
            statics=tuple(
                one for one in (report(20, destination="AWAY"), report(20, OTHER, destination="X"),
                                report(130, draught_m=5.0))
                if at(begin) <= one.known_at < at(end)
            ),
        )  # fmt: skip
        begin = end
    return told


def test_however_the_batches_are_cut_the_same_is_told() -> None:
    """Begun, made and told again with her draught, in one batch or in many."""
    whole = cut(140)
    assert [str(fact.kind) for fact in whole] == ["VoyageBegun", "VoyageMade", "VoyageMade"]
    assert whole[-1].figures["destination"] == "AWAY"
    assert whole[-1].figures["draught_after_m"] == 5.0
    assert whole == cut(4, 140) == cut(4.5, 60, 121, 122.5, 140) == cut(*range(1, 141))


def test_fixes_of_other_ships_are_not_hers() -> None:
    """Nor what they say."""
    watch = Watch()
    watch.take(10, calls=CALLS[:1])
    others = [fix._replace(mmsi=OTHER) for fix in LEG]
    watch.take(130, *others, statics=(report(20, OTHER, destination="X"),))
    (made,) = watch.take(140, calls=(("away", arrived(130, 132, 24)),))
    assert made.figures["sailed_heard_m"] == 0
    assert made.figures["destination"] is None


def test_what_she_said_before_her_first_call_is_asked_for() -> None:
    """By the instant of the call that is told."""
    asked = []

    def said(mmsi: int, instant: int) -> Claim:
        asked.append((mmsi, instant))
        return 6.5, "AWAY"

    (begun,) = Watch().take(10, calls=CALLS[:1], said=said)
    assert asked == [(MMSI, at(4))]
    assert (begun.figures["draught_before_m"], begun.figures["destination"]) == (6.5, "AWAY")


# -- leaps -----------------------------------------------------------------------------------------

LEAP = Candidacy(
    mmsi=MMSI, first=sails(10 * HOUR, 2000), last=sails(17 * HOUR, 2000), fixes=80,
    track=sails(9 * HOUR), origin=0, away_m=3.7e6, became=Became.LEAPT, number=1,
    decided_at=at(17 * HOUR),
)  # fmt: skip
THERE = arrived(18 * HOUR, 18 * HOUR + 2, 2000)


@pytest.mark.parametrize("together", [True, False])
def test_a_number_that_leapt_from_where_she_was_watched_is_a_contradiction(
    *, together: bool
) -> None:
    """Also where her call, the leap and the call there come in one batch."""
    watch, came = Watch(), ("home", arrived(-60, -50))
    if not together:
        watch.take(0, calls=(came,))
    tracks = Tracker().follow(np.empty(0, FIX))
    seen = Seen(
        tracks=replace(tracks, leaps={(MMSI, 1, LEAP.decided_at): LEAP}),
        told=[
            *([(ShipAtPort(*SHE, "home"), came[1])] if together else []),
            (ShipAtPort(MMSI, 1, "away"), THERE),
        ],
        until=at(20 * HOUR),
    )  # fmt: skip
    ((about, made),) = watch.lookout.take(seen)
    assert about == Ship(MMSI, 1)
    assert isinstance(made, Fact)
    assert (made.kind, made.figures["contradiction"]) == (EventKind.VOYAGE_MADE, True)
    assert (made.figures["from"], made.figures["to"]) == ("home", "away")


@pytest.mark.parametrize("together", [True, False])
def test_the_number_leapt_from_where_it_was_by_then(*, together: bool) -> None:
    """What she did after it, in the same batch or in the next, is no matter."""
    watch = Watch()
    watch.take(0, calls=(("home", arrived(-60, -50)),))
    later = (("third", arrived(18 * HOUR, 18 * HOUR + 1, 5)),)
    watch.take(19 * HOUR, calls=later if together else (), leaps=(LEAP,))
    if not together:
        watch.take(19 * HOUR, calls=later)
    assert watch.lookout.states[Ship(MMSI, 1)].port == "home"


def test_a_leap_of_a_number_that_never_called_is_nothing() -> None:
    """Nor is one that became no track."""
    watch = Watch()
    assert watch.take(20 * HOUR, leaps=(LEAP,)) == []
    assert watch.lookout.states == {}
    watch.take(20 * HOUR, calls=(("home", arrived(19 * HOUR, 19.5 * HOUR)),))
    watch.take(21 * HOUR, leaps=(LEAP._replace(number=None),))
    assert set(watch.lookout.states) == {SHE}
