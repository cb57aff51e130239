"""Destinations: what ships mean by what they type, and what nobody can know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.destinations import Destinations, Haven, Watched, Way

WATCHED = (
    Watched("tartus", "Tartus", "SYTTS"), Watched("tobruk", "Tobruk", "LYTOB"),
    Watched("home", "Home Haven", None), Watched("away", "Away", "XXAWY"),
)  # fmt: skip
PORTS = Destinations(WATCHED)


def port(text: str) -> str | None:
    """The code of the port that a text means."""
    haven = PORTS.of(text).haven
    return None if haven is None else haven.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("TARTUS", "SYTTS"), ("Tartous, Syria", "SYTTS"), ("SYTTS", "SYTTS"), ("SY TTS", "SYTTS"),
        ("SY-TTS", "SYTTS"), ("TARTUS ANCH", "SYTTS"), ("PORT OF TARTUS", "SYTTS"),
        ("TARTOS", "SYTTS"), ("SYTTS TARTUS", "SYTTS"), ("RUNVS>SYTTS", "SYTTS"),
        ("RU NVS => LY TOB", "LYTOB"), ("NOVOROSSIYSK>>PORT SAID", "EGPSD"), ("A->TOBRUK", "LYTOB"),
        ("NOVOROSSIISK", "RUNVS"), ("NOVOROSSIYK", "RUNVS"), ("P.SAID", "EGPSD"),
        ("PORT SAID ANCH.", "EGPSD"), ("PORTSAID", "EGPSD"), ("ST.PETERSBURG", "RULED"),
        ("TRIPOLI LIBYA", "LYTIP"), ("TRIPOLI/LEBANON", "LBKYE"), ("TOBROUK LIBYA", "LYTOB"),
        ("HOME HAVEN", "home"), ("homehaven", "home"), ("XXAWY", "XXAWY"), ("AWAY", "XXAWY"),
        ("ISTANBUL TURKEY", "TRIST"), ("UST LUGA", "RUULU"),
    ],
)  # fmt: skip
def test_ports(text: str, code: str) -> None:
    assert (PORTS.of(text).way, port(text)) == (Way.PORT, code)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("FOR ORDERS", Way.ORDERS), ("TO ORDER", Way.ORDERS), ("FOR ORDER", Way.ORDERS),
        ("ORDERS", Way.ORDERS), ("AWAITING ORDERS", Way.ORDERS), ("TBA", Way.ORDERS),
        ("RUNVS > FOR ORDERS", Way.ORDERS), ("", Way.BLANK), ("---", Way.BLANK), ("N/A", Way.BLANK),
        ("NIL", Way.BLANK), ("XXX", Way.BLANK), ("SYTTS>", Way.BLANK), ("UNKNOWN", Way.BLANK),
        ("TRIPOLI", Way.UNKNOWN), ("FISHING", Way.UNKNOWN), ("VARDA", Way.UNKNOWN),
        ("ADANA", Way.UNKNOWN), ("ZZZZZ", Way.UNKNOWN), ("LIBYA", Way.UNKNOWN),
        ("SEA", Way.UNKNOWN), ("BORDERS", Way.UNKNOWN),
        ("TARTUS ITALY", Way.UNKNOWN), ("PORT", Way.UNKNOWN),
        ("TARTUS MARINA CLUB", Way.UNKNOWN),
    ],
)  # fmt: skip
def test_what_is_no_port(text: str, way: Way) -> None:
    """Orders, nothing, and words that might be several ports or none."""
    assert PORTS.of(text) == (way, None, PORTS.of(text).words)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("TARTUS", "SYTTS", True), ("RUNVS>SYTTS", "TARTOUS SYRIA", True),
        ("TARTUS", "TOBRUK", False), ("FOR ORDERS", "TBA", True),
        ("FOR ORDERS", "TARTUS", False), ("", "N/A", True),
        ("FISHING", "FISHING.", True), ("SEA TRIALS", "SEATRIALS", True), ("SEA", "FISHING", False),
        ("TRIPOLI", "TRIPOLI LIBYA", False),
    ],
)  # fmt: skip
def test_texts_that_mean_one_thing(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert PORTS.same(one, other) is PORTS.same(other, one) is same


def test_watched_ports_are_known_as_such_and_others_are_not() -> None:
    assert PORTS.of("TARTUS").haven == Haven("SYTTS", "Tartus", "tartus")
    assert PORTS.of("MERSIN").haven == Haven("TRMER", "Mersin", None)
    assert Destinations().of("TARTUS").haven == Haven("SYTTS", "Tartus", None)
    assert PORTS.of("RUNVS>SYTTS").shown == "Tartus"
    assert PORTS.of("TO ORDER").shown == "for orders"


@pytest.mark.parametrize("haven", sorted(set(PORTS._codes.values())))
def test_each_port_is_known_by_its_code_and_name(haven: Haven) -> None:
    """Of two Tripolis the country tells."""
    name = haven.name.replace("(", "").replace(")", "")
    assert PORTS.of(name).haven == haven
    if haven.code == "home":  # a watched port without one
        return
    assert len(haven.code) == 5
    assert PORTS.of(haven.code).haven == haven


def test_each_port_of_the_table_lies_somewhere() -> None:
    """Watched ones that are in no table do not."""
    nowhere = [one.code for one in PORTS._codes.values() if one.place is None]
    assert nowhere == ["home", "XXAWY"]
    tartus = PORTS.of("TARTUS").haven
    assert tartus is not None
    assert tartus.place == (35.86, 34.91)


def test_no_two_ports_are_so_near_that_a_slip_makes_one_of_the_other() -> None:
    """Each spelling means its own port alone, but for the two Tripolis."""
    assert [name for name, havens in PORTS._names.items() if len(havens) > 1] == ["TRIPOLI"]


@given(st.text(max_size=20))
def test_any_text_means_something(text: str) -> None:
    """And the same, however often it is asked."""
    found = PORTS.of(text)
    assert (found.haven is not None) == (found.way is Way.PORT)
    assert PORTS.of(text) is found
    assert PORTS.same(text, text)
