"""What happens has words, so that nobody reads names of programs at night."""

from __future__ import annotations

import pytest

from monitor.alert.kinds import KINDS, either, happened, happens, when
from monitor.model import EventKind


def test_every_kind_has_its_words() -> None:
    """And each its own: two kinds are never told apart by their case alone."""
    assert set(KINDS) == set(EventKind)
    for which in range(2):
        words = [said[which] for said in KINDS.values()]
        assert len(set(words)) == len(words)
        assert all(one[0].islower() and not one.endswith(".") for one in words)


@pytest.mark.parametrize("kind", list(EventKind))
def test_words_are_found_by_the_name_that_is_stored(kind: EventKind) -> None:
    assert (happens(kind.value), happened(kind.value)) == KINDS[kind][:2]


def test_kinds_as_a_condition() -> None:
    """Each with whom it happens to."""
    assert when(["Berthed"]) == "a ship berths"
    assert when(["FeedWentDown", "Berthed", "Anchored", "PortFellSilent"]) == (
        "a feed goes down, or a ship berths or anchors, or a port is not heard"
    )
    assert when(["ShipLost"]) == "a ship ShipLost"
    assert either(["a", "b", "c"]) == "a, b or c"


def test_a_kind_of_another_release_is_said_by_its_name() -> None:
    assert happens("ShipLost") == happened("ShipLost") == "ShipLost"
