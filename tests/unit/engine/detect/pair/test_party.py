"""What is usual about two ships that meet is said, and who both are."""

from __future__ import annotations

import pytest

from monitor.engine.detect.pair.party import TRADES, party
from monitor.model import Static


@pytest.mark.parametrize("ship_type", list(TRADES))
def test_each_trade_has_its_sentence(ship_type: int) -> None:
    """Whichever of the two is of it."""
    tug, other = Static(mmsi=1, ship_type=ship_type), Static(mmsi=2, ship_type=80)
    said = party(tug, other)[0].partition(". ")[2]
    assert said == party(other, tug)[0].partition(". ")[2] != ""
    assert party(tug, other)[1]["trade"] == TRADES[ship_type]


def test_nothing_is_said_of_whom_nothing_is_known() -> None:
    """A tanker beside a ship of unknown type may be beside a tug."""
    for one in (None, Static(mmsi=1), Static(mmsi=1, ship_type=80)):
        sentence, figures = party(one, Static(mmsi=2))
        assert sentence == "The other is MMSI 000000002."
        assert (figures["trade"], figures["other_type"]) == (None, None)


def test_who_both_are_stands_in_the_figures() -> None:
    two = Static(mmsi=2, name="BRIG", imo=9_074_729, ship_type=70)
    sentence, figures = party(Static(mmsi=1, ship_type=89), two)
    assert (figures["other_name"], figures["other_imo"]) == ("BRIG", 9_074_729)
    assert (figures["type"], figures["other_type"]) == ("tanker", "cargo")
    assert sentence.startswith("The other is BRIG, MMSI 000000002. One of them says to be a tanker")
