"""Baltic Leader: a stop at sea of which nothing may be claimed, and how fast she can be."""

from __future__ import annotations

from itertools import pairwise

from monitor.engine.detect.feasible import MARGIN_SHARE, TRADE_KN
from tests.scenario.cases.baltic_leader import CASE, LEADER, NAMES
from tests.scenario.cases.chart import of, told


def test_nobody_is_said_to_have_met_her_whom_nobody_heard() -> None:
    """The unknown vessel sent no AIS: no meeting, no convoy, and no silence of hers either."""
    assert not of(told(CASE), LEADER, "ShipsMet", "ConvoyFormed", "PortArrived")
    slow = [event for event in of(told(CASE), LEADER) if event["earliest"] < "2025-01-29T00:00"]
    assert slow == []


def test_a_change_of_name_under_one_number_is_bounded_by_what_was_heard() -> None:
    """Three of the seven changes; the others came with another number: see the page by her IMO."""
    for mmsi in dict.fromkeys(mmsi for mmsi, *_ in NAMES):
        names = [name for number, _, name in NAMES if number == mmsi]
        changes = of(told(CASE), mmsi, "IdentityChanged")
        assert [change["why"].partition(";")[0] for change in changes] == [
            f"Her name was {old}, now {new}" for old, new in pairwise(names)
        ]


def test_she_is_reckoned_no_slower_than_she_can_be() -> None:
    """Published: 10.5 kn at most. Seen: 9.5 kn; the bound must hold for who saved fuel, too."""
    dark = of(told(CASE), LEADER, "WentDark")[-1]
    greatest = dark["evidence"]["figures"]["greatest_kn"]
    assert greatest > 10.5
    assert abs(greatest - max(9.5 * MARGIN_SHARE, TRADE_KN)) < 0.2
