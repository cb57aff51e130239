"""Ursa Major: declared and actual, and a loss that is never told as a call."""

from __future__ import annotations

from tests.scenario.cases.chart import of, told
from tests.scenario.cases.ursa_major import CASE, LOST, RESCUE, URSA


def test_she_declared_another_port_than_she_came_to() -> None:
    (elsewhere,) = of(told(CASE), URSA, "DeclaredElsewhere")
    assert elsewhere["port"] == "tartus"
    assert "PORT SAID" in elsewhere["why"]


def test_the_ships_that_came_to_her_help_are_told_of_by_nobody_but_ais() -> None:
    """The one that sent AIS lay within a mile, not within 500 m of her for two hours at 2 kn."""
    assert not of(told(CASE), RESCUE, "PortArrived", "ConvoyFormed")


def test_her_loss_is_no_call_no_voyage_and_no_arrival() -> None:
    """After her last fix nothing of her is told: so far from the watched ports nobody waits."""
    assert (
        len(of(told(CASE), URSA, "PortArrived")) == len(of(told(CASE), URSA, "PortDeparted")) == 1
    )
    assert not of(told(CASE), URSA, "VoyageMade")
    assert max(event["decided_at"] for event in of(told(CASE), URSA)) < LOST.replace(" ", "T")
