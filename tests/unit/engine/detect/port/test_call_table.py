"""Port calls: each line of the table, and every pair that is not in it."""

from __future__ import annotations

from itertools import product

import pytest

from monitor.engine import kept
from monitor.engine.detect.port.call import Call
from monitor.engine.detect.port.signs import TABLE, Act, Around, Sign, sign_of
from monitor.model import CallState, EventKind
from tests.unit.engine.detect.port.calls import (
    ANCHORAGE,
    APPROACH,
    BERTH,
    HARBOUR,
    PORT,
    SIGNS,
    around,
    call_in,
    fact_of,
    signed,
    take,
    taken,
)

ARRIVED, DEPARTED = "PortArrived", "PortDeparted"

EXPECTED: dict[tuple[str, str], tuple[str, list[str]]] = {
    ("away", "harbour in"): ("entered", [f"{ARRIVED} provisional"]),
    ("away", "found in the harbour"): ("found", [f"{ARRIVED} provisional"]),
    ("away", "stopped"): ("in port", [f"{ARRIVED} confirmed"]),
    ("away", "dark"): ("touched", [f"{ARRIVED} provisional"]),
    ("touched", "found in the harbour"): ("found", []),
    ("touched", "harbour in"): ("found", []),
    ("touched", "stopped"): ("in port", [f"{ARRIVED} confirmed"]),
    ("touched", "gone"): ("away", [f"{ARRIVED} provisional"]),
    ("touched", "harbour out in a silence, and under way"): ("away", [f"{ARRIVED} provisional"]),
    ("entered", "stopped"): ("in port", [f"{ARRIVED} confirmed"]),
    ("entered", "dwelt"): ("in port", [f"{ARRIVED} confirmed"]),
    ("entered", "dark"): ("in port", [f"{ARRIVED} confirmed"]),
    ("entered", "harbour out"): ("away", [f"{ARRIVED} withdrawn"]),
    ("entered", "harbour out, and there was time for a stop"): (
        "away", [f"{ARRIVED} provisional"],
    ),
    ("entered", "harbour out in a silence, and under way"): ("away", [f"{ARRIVED} provisional"]),
    ("entered", "gone"): ("away", [f"{ARRIVED} provisional"]),
    ("found", "stopped"): ("in port", [f"{ARRIVED} confirmed"]),
    ("found", "dwelt"): ("in port", [f"{ARRIVED} confirmed"]),
    ("found", "dark"): ("in port", [f"{ARRIVED} confirmed"]),
    ("found", "harbour out"): ("leaving", [f"{ARRIVED} confirmed", f"{DEPARTED} provisional"]),
    ("found", "harbour out, and there was time for a stop"): (
        "leaving", [f"{ARRIVED} confirmed", f"{DEPARTED} provisional"],
    ),
    ("found", "harbour out in a silence, and under way"): ("away", [f"{ARRIVED} provisional"]),
    ("found", "approach out"): ("away", [f"{ARRIVED} confirmed", f"{DEPARTED} confirmed"]),
    ("found", "gone"): ("away", [f"{ARRIVED} provisional"]),
    ("in port", "stopped"): ("in port", [f"{ARRIVED} confirmed"]),
    ("in port", "harbour out"): ("leaving", [f"{DEPARTED} provisional"]),
    ("in port", "harbour out, and there was time for a stop"): (
        "leaving", [f"{ARRIVED} confirmed", f"{DEPARTED} provisional"],
    ),
    ("in port", "harbour out in a silence, and under way"): ("away", [f"{DEPARTED} confirmed"]),
    ("in port", "approach out"): ("away", [f"{DEPARTED} confirmed"]),
    ("in port", "gone"): ("away", [f"{DEPARTED} confirmed"]),
    ("leaving", "harbour in"): ("in port", [f"{DEPARTED} withdrawn"]),
    ("leaving", "found in the harbour"): ("in port", [f"{DEPARTED} withdrawn"]),
    ("leaving", "stopped"): ("in port", [f"{DEPARTED} withdrawn"]),
    ("leaving", "approach out"): ("away", [f"{DEPARTED} confirmed"]),
    ("leaving", "dark"): ("away", [f"{DEPARTED} confirmed"]),
    ("leaving", "dark outside the harbour"): ("away", [f"{DEPARTED} confirmed"]),
    ("leaving", "gone"): ("away", [f"{DEPARTED} confirmed"]),
}  # fmt: skip
"""(state, sign) -> the next state and what is told, by design."""


@pytest.mark.parametrize("sign", SIGNS)
def test_the_facts_of_these_tests_give_the_signs_that_they_are_to(sign: Sign) -> None:
    assert sign_of(around(sign), signed(sign)) is sign


@pytest.mark.parametrize(("state", "sign"), list(product(CallState, Sign)))
def test_each_pair_does_what_the_design_says_and_all_others_nothing(
    state: CallState, sign: Sign
) -> None:
    """What is no pair of the design leaves every field of a call alone."""
    call = call_in(state)
    before = kept.dump(call)
    told = taken(call, sign)
    expected = EXPECTED.get((state.value, sign.value))
    if expected is not None:
        assert (call.state, told) == expected
        return
    assert told == []
    call.stages.clear()  # a stop or a silence is a stage of the call all the same
    assert kept.dump(call) == before


def test_the_table_has_the_pairs_of_the_design() -> None:
    """No more and no fewer."""
    assert {(state.value, sign.value) for state, sign in TABLE} == set(EXPECTED)


def test_every_act_of_the_table_is_a_method() -> None:
    """No act without what it does."""
    assert set(Call.ACTS) == set(Act)


@pytest.mark.parametrize(
    ("kind", "fence"),
    [
        (EventKind.GEOFENCE_ENTERED, APPROACH),
        (EventKind.GEOFENCE_ENTERED, ANCHORAGE),
        (EventKind.GEOFENCE_ENTERED, BERTH),
        (EventKind.GEOFENCE_LEFT, ANCHORAGE),
        (EventKind.GEOFENCE_LEFT, BERTH),
        (EventKind.REAPPEARED_INSIDE, HARBOUR),
        (EventKind.UNBERTHED, BERTH),
        (EventKind.ANCHOR_WEIGHED, ANCHORAGE),
        (EventKind.PASSED_THROUGH, APPROACH),
        (EventKind.FIRST_SEEN_INSIDE, APPROACH),
        (EventKind.ANCHORED, APPROACH),
    ],
)
@pytest.mark.parametrize("state", CallState)
def test_facts_that_are_no_sign_change_no_state(
    state: CallState, kind: EventKind, fence: str
) -> None:
    """A berth left is not the port left; anchored in the approach alone is no call."""
    call = call_in(state)
    assert take(call, fact_of(kind, fence)) == []
    assert call.state is state


@pytest.mark.parametrize("state", CallState)
def test_a_stop_deeper_in_another_ports_waters_is_none_here(state: CallState) -> None:
    call = call_in(state)
    assert take(call, signed(Sign.STOPPED), known=Around(PORT, elsewhere=True)) == []
    assert call.state is state
