"""What a rule sees of an event."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.alert.seen import fence_of, said_before
from monitor.model import EventKind, EventState, Ship, ShipPair, Static
from tests.findings import MMSI, UNKNOWN, after, span
from tests.ports import ports
from tests.unit.alert.drawn import ALDA, figures, happened, seen, voyage


def test_what_she_said_by_then_is_what_the_event_bears() -> None:
    assert seen().said == ALDA
    assert seen(happened(said=None)).said == Static(mmsi=MMSI)


def test_of_two_ships_both_are_parties() -> None:
    """The other by what the event bears of her."""
    pair = ShipPair(MMSI, 0, MMSI + 1, 0)
    told = happened(
        kind=EventKind.SHIPS_MET, about=pair, **figures(other_name="BRIG", other_imo=None)
    )
    assert seen(told).parties == [ALDA, Static(mmsi=MMSI + 1, name="BRIG")]
    assert seen().parties == [ALDA]
    assert seen(happened(said=None)).parties == []


def test_the_place_of_a_voyage_is_where_it_ends_or_began() -> None:
    assert seen().place == "tartus"
    assert seen(voyage()).place == "tobruk"
    begun = happened(kind=EventKind.VOYAGE_BEGUN, about=Ship(MMSI, 0), **figures(**{"from": "x"}))
    assert seen(begun).place == "x"
    assert seen(happened(about=Ship(MMSI, 0))).place is None
    assert seen(happened(about=Ship(MMSI, 0), **figures(gate="suez"))).place == "suez"


@pytest.mark.parametrize(
    ("bounds", "minute"),
    [((1, 2, 3), 2), ((1, None, 3), 3), ((1, None, None), 1), ((None, None, 3), 3)],
)
def test_when_it_happened_is_the_best_that_is_known(
    bounds: tuple[float | None, float | None, float | None], minute: float
) -> None:
    told = replace(happened(), span=span(*bounds))
    assert seen(told).happened_at == after(minute)


def test_of_what_nothing_is_known_nothing_is_said() -> None:
    assert seen(replace(happened(), span=UNKNOWN)).happened_at is None


def test_a_silence_in_hours() -> None:
    assert seen(voyage()).gap_h == 10
    assert seen(happened(**figures(silence_s=14_400))).gap_h == 4
    assert seen(happened(**figures(silence_s=None))).gap_h is None
    assert seen().gap_h is None


def test_what_is_withdrawn_does_not_hold() -> None:
    assert seen().holds
    assert seen(happened(state=EventState.PROVISIONAL)).holds
    assert not seen(happened(state=EventState.WITHDRAWN)).holds


def test_the_polygon_it_was_told_at() -> None:
    """None: at none, at one that is drawn no more, or at a port that is watched no more."""
    fences = ports()
    (tartus,) = [port for port in fences.ports if port.id == "tartus"]
    naval = next(fence for fence in tartus.fences if fence.use == "naval")
    assert fence_of(fences, happened(geofence=naval.id)) is naval
    assert fence_of(fences, happened(geofence="gone")) is None
    assert fence_of(fences, happened(geofence=None)) is None


def test_who_changed_is_also_who_she_was() -> None:
    """What did not change is as it is now; of other events there is no before."""
    told = figures(old_name="BERTA", old_imo="9160994", new_name="ALDA", old_size="10 x 3 m")
    changed = happened(kind=EventKind.IDENTITY_CHANGED, about=Ship(MMSI, 0), **told)
    assert said_before(changed) == replace(ALDA, name="BERTA", imo=9_160_994)
    assert said_before(replace(changed, said=None)) is None
    assert said_before(happened(**told)) is None
