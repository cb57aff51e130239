"""What can be an IMO number, and which names are one: drawn with their near misses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert.identifier import (
    AIS_NAME,
    NameKey,
    callsign_key,
    letters_between,
    listed_keys,
    most_between,
    name_key,
)
from monitor.words import imo_holds
from tests.unit.alert.lists import IMOS_THAT_HOLD, UNHURRIED

NAMES = st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -.'/"), max_size=30)


@pytest.mark.parametrize(
    "imo", [9_074_729, 9_268_710, 9_160_994, 9_220_639, 9_538_892, 9_743_033, 9_735_323, 1_000_019]
)
def test_numbers_that_hold(imo: int) -> None:
    """The standard's own example, the ships of the sample, and the first of the newest series."""
    assert imo_holds(imo)


@pytest.mark.parametrize("imo", [9_074_728, 0, 1, 999_999, 10_000_000, 90_747_290, -9_074_729])
def test_numbers_that_do_not(imo: int) -> None:
    assert not imo_holds(imo)


@UNHURRIED
@given(st.integers(100_000, 999_999))
def test_of_ten_numbers_one_holds(first: int) -> None:
    assert sum(imo_holds(first * 10 + last) for last in range(10)) == 1


@UNHURRIED
@given(IMOS_THAT_HOLD, st.data())
def test_one_wrong_digit_is_found_unless_its_weight_hides_it(imo: int, data: st.DataObject) -> None:
    """By 5 even steps vanish, by 2, 4 and 6 a step of five: the rest is found."""
    place = data.draw(st.integers(0, 6))
    figures = list(str(imo))
    was = int(figures[place])
    others = [digit for digit in range(1 if place == 0 else 0, 10) if digit != was]
    now = data.draw(st.sampled_from(others))
    figures[place] = str(now)
    weight = (7, 6, 5, 4, 3, 2, 1)[place]
    assert imo_holds(int("".join(figures))) == ((now - was) * weight % 10 == 0)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("SPARTA", ("SPARTA", ())),
        ("Sparta II", ("SPARTA", ("2",))),
        ("SPARTA 2", ("SPARTA", ("2",))),
        ("SPARTA-02", ("SPARTA", ("2",))),
        ("SPARTA2", ("SPARTA", ("2",))),
        ("NORD V", ("NORD", ("5",))),
        ("V STAR", ("VSTAR", ())),
        ("KAPITAN V IVANOV", ("KAPITANVIVANOV", ())),
        ("ALEXANDER II STAR", ("ALEXANDERSTAR", ("2",))),
        ("VI", ("VI", ())),
        ("M/V URSA MAJOR", ("URSAMAJOR", ())),
        ("mv. ursa  major@@@@", ("URSAMAJOR", ())),
        ("MV", ("MV", ())),
        ("M.T. YAZ", ("YAZ", ())),
        ("VOLGO-BALT 203", ("VOLGOBALT", ("203",))),
        ("VOLGO BALT203", ("VOLGOBALT", ("203",))),
        ("BALT1C LEADER", ("BALT1CLEADER", ())),
        ("L'ÉTOILE", ("LETOILE", ())),
        ("ØRESUND", ("ORESUND", ())),
        ("İSTANBUL", ("ISTANBUL", ())),
        ("203", ("", ("203",))),
        ("000", ("", ("0",))),
    ],
)
def test_a_name_as_it_is_compared(name: str, key: tuple[str, tuple[str, ...]]) -> None:
    assert name_key(name) == NameKey(*key)


@pytest.mark.parametrize("name", [None, "", "@@@@", " . ", "Мыс Желания"])
def test_of_some_names_nothing_is_left(name: str | None) -> None:
    assert name_key(name) is None
    assert listed_keys(name) == frozenset()


def test_a_number_of_any_length_is_compared() -> None:
    """A feed may send what it likes."""
    assert name_key("STAR " + "9" * 9_999) == NameKey("STAR", ("9" * 9_999,))


@UNHURRIED
@given(NAMES)
def test_to_compare_is_not_to_depend_on_case_blanks_and_filling(name: str) -> None:
    assert name_key(name) == name_key(f"  {name.lower()}@@") == name_key(name.replace(" ", "  "))


def test_a_long_name_is_also_known_as_ais_cuts_it() -> None:
    name = "KAPITAN SHCHEMILKIN II"
    assert len(name) > AIS_NAME
    assert listed_keys(name) == {name_key(name), name_key("KAPITAN SHCHEMILKIN")}
    assert len(listed_keys("SPARTA")) == 1


@pytest.mark.parametrize(
    ("one", "other", "letters"),
    [
        ("BALTIC LEADER", "BALTIC LEADER", 0),
        ("BALTIC LEADER", "BALTICLEADER", 0),
        ("BALTIC LEADER", "BALTIC LAEDER", 1),
        ("BALTIC LEADER", "BALT1C LEADR", 2),
        ("BALTIC LEADER", "BALTIC TRADER", 2),
        ("BALTIC LEADER", "BALTIC BREEZE", None),
        ("SPARTA", "SPARTAK", 1),
        ("SPARTA", "SPARTAKI", None),
        ("SPARTA II", "SPARTA IV", None),
        ("SPARTA II", "SPARTA", None),
        ("SPARTA II", "SPARTE 2", 1),
        ("VOLGO-BALT 203", "VOLGO-BALT 204", None),
        ("VOLGO-BALT 203", "VOLGO BALD 203", 1),
        ("YAZ", "YAM", None),
        ("YAZ", "YAZ", 0),
        ("NADA", "NADAL", None),
    ],
)
def test_names_that_may_be_one(one: str, other: str, letters: int | None) -> None:
    """And those that are only near: another number, too many letters, too short."""
    first, second = name_key(one), name_key(other)
    assert first is not None
    assert second is not None
    assert letters_between(first, second) == letters == letters_between(second, first)


def test_the_shorter_a_name_is_the_less_may_differ() -> None:
    assert [most_between(letters) for letters in (0, 4, 5, 8, 9, 20)] == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("callsign", "key"),
    [("UBEW6", "UBEW6"), (" ub-ew 6@", "UBEW6"), ("", None), (None, None), ("@@", None)],
)
def test_a_call_sign_as_it_is_compared(callsign: str | None, key: str | None) -> None:
    assert callsign_key(callsign) == key
