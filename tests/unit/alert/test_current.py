"""What of a story a rule fires for when it is switched on: what lasts still, and meets it."""

from __future__ import annotations

from dataclasses import replace

from monitor.alert.current import held, lasting_kinds
from monitor.alert.rules import Rule
from monitor.alert.standing import LASTS
from monitor.model import Event, EventKind, EventState
from tests.unit.alert.drawn import happened, rule, seen

K = EventKind
ARRIVED, BERTHED = happened(1), happened(2, K.BERTHED, 30)
OFF, LEFT = happened(3, K.UNBERTHED, 60), happened(4, K.PORT_DEPARTED, 90)


def fired(one: Rule, *story: Event) -> list[tuple[EventKind, bool]]:
    """Kinds of what is told, each with whether it is a reason."""
    return [(told.event.kind, fires) for told, fires in held(one, [seen(event) for event in story])]


def test_13_what_lasts_fires_and_what_followed_belongs_to_it() -> None:
    """Behaviour 13: she is in port; what was before is not told."""
    entered = happened(9, K.GEOFENCE_ENTERED, 1)
    assert fired(rule(), entered, ARRIVED, BERTHED) == [(K.PORT_ARRIVED, True), (K.BERTHED, False)]
    assert fired(rule(), ARRIVED, BERTHED, LEFT) == []
    assert fired(rule("berths", kind=["Berthed"]), ARRIVED, BERTHED) == [(K.BERTHED, True)]
    assert fired(rule("berths", kind=["Berthed"]), ARRIVED, BERTHED, OFF) == []


def test_13_what_the_rule_does_not_ask_for_does_not_fire() -> None:
    """Behaviour 13: all its criteria, as of when it was decided."""
    assert fired(rule("far", kind=["PortArrived"], port=["tobruk"]), ARRIVED) == []
    assert fired(rule("leaves", kind=["PortDeparted"]), ARRIVED, LEFT) == []
    assert fired(rule(), replace(ARRIVED, state=EventState.WITHDRAWN)) == []


def test_only_kinds_that_last_are_looked_for() -> None:
    assert lasting_kinds(rule("x", kind=["Berthed", "PortDeparted"])) == [K.BERTHED]
    assert lasting_kinds(rule("x", port=["tartus"])) == list(LASTS)
    assert lasting_kinds(rule("x", kind=["PortDeparted"])) == []


def test_13_a_rule_says_so() -> None:
    """Behaviour 13: it is read back with the rest."""
    current = rule().model_copy(update={"on_enable": "current"})
    assert current.sentence.endswith("arrives. Switched on, it tells what holds already.")
    assert "Switched on" not in rule().sentence
