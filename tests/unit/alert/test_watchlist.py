"""Who is on a watchlist: she who is meant, surely; who may be, possibly; and no one else.

Each row is a ship as she is heard beside the entry; what is near to a match and none is drawn too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert.entry import Entry
from monitor.alert.watchlist import POSSIBLE_ONLY, Grade, Match, Watchlist, judged, matches
from monitor.model import Static
from monitor.words import imo_holds
from tests.unit.alert.lists import (
    IMO,
    MMSI,
    NO_IMO,
    NOON,
    OTHER_IMO,
    OTHER_MMSI,
    SHIP,
    UNHURRIED,
    listed,
    says,
)

ALL = {"imo": IMO, "mmsi": MMSI, "callsign": "UBEW6", "name": "SEVERNYY VETER"}
NAME = "SEVERNYY VETER"


def match(entry: Entry, said: Static) -> Match | None:
    """The one match at noon, when the entry was known; None: there is none."""
    found = matches([entry], said, NOON, known_at_us=NOON)
    assert len(found) < 2
    return found[0] if found else None


def graded(entry: Entry, said: Static) -> tuple[str, tuple[str, ...]] | None:
    found = match(entry, said)
    return None if found is None else (found.grade.value, found.by)


@pytest.mark.parametrize(
    ("said", "by"),
    [
        (says(MMSI, imo=IMO, callsign="UBEW6", name=NAME), ("imo", "mmsi", "callsign", "name")),
        (says(imo=IMO), ("imo",)),
        (says(imo=IMO, name="ANOTHER", callsign="D5AB1"), ("imo",)),
        (says(MMSI), ("mmsi",)),
        (says(MMSI, name="ANOTHER"), ("mmsi",)),
        (says(MMSI, imo=NO_IMO), ("mmsi",)),
        (says(callsign="UBEW6", name=NAME), ("callsign", "name")),
        (says(callsign="ubew6@", name="M/V Severnyy-Veter@@"), ("callsign", "name")),
        (says(callsign="UBEW6", name=NAME, imo=NO_IMO), ("callsign", "name")),
    ],
)
def test_she_who_is_meant(said: Static, by: tuple[str, ...]) -> None:
    """By her IMO number whatever else she bears; by MMSI, or call sign and name, if none speaks."""
    assert graded(SHIP, said) == ("sure", by)


@pytest.mark.parametrize(
    ("said", "by"),
    [
        (says(MMSI, imo=OTHER_IMO), ("mmsi",)),
        (says(MMSI, imo=OTHER_IMO, callsign="UBEW6", name=NAME), ("mmsi", "callsign", "name")),
        (says(callsign="UBEW6"), ("callsign",)),
        (says(callsign="UBEW6", name="ANOTHER"), ("callsign",)),
        (says(callsign="UBEW6", name="SEVERNYY VETR"), ("callsign",)),
        (says(name=NAME), ("name",)),
        (says(name="SEVERNYY VETER", callsign="D5AB1"), ("name",)),
        (says(name="SEVERNYI VETER"), ("name",)),
        (says(name="SEVERNIY VETR"), ("name",)),
    ],
)
def test_she_who_may_be(said: Static, by: tuple[str, ...]) -> None:
    """A number that went to another ship, a call sign alone, a name that others may bear."""
    assert graded(SHIP, said) == ("possible", by)


@pytest.mark.parametrize(
    "said",
    [
        says(),
        says(imo=OTHER_IMO),
        says(imo=OTHER_IMO, name=NAME),
        says(imo=OTHER_IMO, callsign="UBEW6", name=NAME),
        says(imo=NO_IMO),
        says(MMSI + 1),
        says(callsign="UBEW7"),
        says(callsign="UBEW"),
        says(name="SEVERNYY VETER 2"),
        says(name="SEVERNYY VOSTOK"),
        says(name="VETER"),
        says(name=""),
        says(name="@@@@", callsign="@@@"),
    ],
)
def test_she_who_is_another(said: Static) -> None:
    """Another IMO number clears her of name and call sign; near is not enough for numbers."""
    assert match(SHIP, said) is None


@pytest.mark.parametrize(
    ("words", "said", "found"),
    [
        ({"imo": NO_IMO}, says(imo=NO_IMO), None),
        ({"imo": IMO}, says(MMSI, name=NAME, callsign="UBEW6"), None),
        ({"mmsi": MMSI}, says(MMSI, imo=IMO, name=NAME), ("sure", ("mmsi",))),
        ({"mmsi": MMSI, "name": NAME}, says(imo=IMO, name=NAME), ("possible", ("name",))),
        ({"callsign": "UBEW6"}, says(callsign="UBEW6", name=NAME), ("possible", ("callsign",))),
        ({"callsign": "UBEW6"}, says(MMSI, imo=IMO, callsign="UBEW6"), ("possible", ("callsign",))),
        ({"name": NAME}, says(MMSI, imo=IMO, name=NAME), ("possible", ("name",))),
        ({"name": "SPARTA II"}, says(name="SPARTA 2"), ("possible", ("name",))),
        ({"name": "SPARTA II"}, says(name="SPARTA"), None),
        ({"name": "SPARTA II"}, says(name="SPARTA IV"), None),
        ({"name": "SPARTA"}, says(name="SPARTAK"), ("possible", ("name",))),
        ({"name": "YAZ"}, says(name="YAS"), None),
        ({"name": "YAZ"}, says(name="MT YAZ"), ("possible", ("name",))),
        (
            {"name": "KAPITAN SHCHEMILKIN SENIOR"},
            says(name="KAPITAN SHCHEMILKIN"),
            ("possible", ("name",)),
        ),
    ],
)  # fmt: skip
def test_an_entry_with_less(words: dict[str, Any], said: Static, found: Any) -> None:
    """What is not listed neither agrees nor contradicts."""
    assert graded(listed(**words), said) == found


@pytest.mark.parametrize(
    ("words", "said", "by"),
    [
        ({"flag": "RU"}, says(MMSI), ("flag",)),
        ({"flag": "LR"}, says(MMSI), None),
        ({"flag": "LR"}, says(OTHER_MMSI), ("flag",)),
        ({"flag": "RU"}, says(646_000_001), None),
        ({"ship_type": 80}, says(ship_type=80), ("ship_type",)),
        ({"ship_type": 80}, says(ship_type=84), ("ship_type",)),
        ({"ship_type": 80}, says(ship_type=79), None),
        ({"ship_type": 84}, says(ship_type=80), None),
        ({"ship_type": 84}, says(ship_type=84), ("ship_type",)),
        ({"ship_type": 30}, says(ship_type=35), None),
        ({"ship_type": 50}, says(ship_type=52), None),
        ({"ship_type": 80}, says(), None),
        ({"flag": "RU", "ship_type": 80}, says(MMSI, ship_type=81), ("flag", "ship_type")),
        ({"flag": "RU", "ship_type": 80}, says(MMSI, ship_type=70), None),
        ({"flag": "RU", "ship_type": 80}, says(OTHER_MMSI, ship_type=81), None),
    ],
)
def test_a_class_of_ships(words: dict[str, Any], said: Static, by: tuple[str, ...] | None) -> None:
    """All that is given must hold; a type that ends in 0 stands for its ten, but 30 and 50."""
    assert graded(listed(**words), said) == (None if by is None else ("sure", by))


@pytest.mark.parametrize(
    ("words", "said", "why"),
    [
        (ALL, says(MMSI, imo=IMO), f"Her IMO number is {IMO}, as listed."),
        (
            ALL, says(imo=IMO, name="ANOTHER", callsign="D5AB1"),
            (f"Her IMO number is {IMO}, as listed; her MMSI is {OTHER_MMSI} and not {MMSI}; her"
            f" call sign is D5AB1 and not UBEW6; her name is ANOTHER and not {NAME}."),
        ),
        (
            ALL, says(MMSI, imo=NO_IMO),
            f"Her MMSI is {MMSI}, as listed; the IMO number that she sends, {NO_IMO}, is none.",
        ),
        (
            ALL, says(MMSI, imo=OTHER_IMO),
            (f"Her MMSI is {MMSI}, as listed, but her IMO number is {OTHER_IMO} and not {IMO}: the"
            f" MMSI may have gone to another ship. {POSSIBLE_ONLY}"),
        ),
        (
            ALL, says(callsign="UBEW6", name=NAME),
            (f"Her call sign UBEW6 and her name {NAME} are as listed; her MMSI is {OTHER_MMSI} and"
            f" not {MMSI}."),
        ),
        (
            {"callsign": "UBEW6", "name": NAME}, says(callsign="UBEW6", name="ANOTHER"),
            (f"Only her call sign UBEW6 is as listed; her name is ANOTHER and not {NAME}."
            f" {POSSIBLE_ONLY}"),
        ),
        (
            {"name": NAME}, says(name=NAME),
            f"Only her name {NAME} is as listed, and ships share names. {POSSIBLE_ONLY}",
        ),
        (
            {"name": NAME, "callsign": "UBEW6"}, says(name="SEVERNIY VETR", callsign="D5AB1"),
            (f"Her name SEVERNIY VETR differs in 2 letters from the listed {NAME}; her call sign is"
            f" D5AB1 and not UBEW6. {POSSIBLE_ONLY}"),
        ),
        (
            {"name": NAME}, says(name="SEVERNYY\x1bVETR"),
            f"Her name SEVERNYY?VETR differs in 1 letter from the listed {NAME}. {POSSIBLE_ONLY}",
        ),
        (
            {"flag": "RU", "ship_type": 80}, says(MMSI, ship_type=84),
            ("Her MMSI bears the flag of Russia. She says that she is of type 84 (tanker, hazard"
            " OS)."),
        ),
    ],
)  # fmt: skip
def test_why_in_sentences(words: dict[str, Any], said: Static, why: str) -> None:
    """What agrees, what does not, and of what is only possible that it pages nobody."""
    found = match(listed(**words), said)
    assert found is not None
    assert found.why == why


SAMPLES = st.sampled_from(["SPARTA", "SPARTA II", "SPARTAK", "URSA MAJOR", "URSA MINOR", NAME])
IMOS = st.sampled_from([IMO, OTHER_IMO, NO_IMO, 9_220_639])
MMSIS = st.sampled_from([MMSI, OTHER_MMSI, 273_297_850])
CALLSIGNS = st.sampled_from(["UBEW6", "UBEW7", "D5AB1"])
SAID = st.builds(
    Static, mmsi=MMSIS, imo=st.none() | IMOS, callsign=st.none() | CALLSIGNS,
    name=st.none() | SAMPLES | st.text(max_size=12), ship_type=st.none() | st.integers(1, 99),
)  # fmt: skip
SHIPS = st.fixed_dictionaries(
    {
        "imo": st.none() | st.sampled_from([IMO, OTHER_IMO, 9_220_639]), "mmsi": st.none() | MMSIS,
        "callsign": st.none() | CALLSIGNS, "name": st.none() | SAMPLES,
    }
).filter(lambda words: any(words.values()))  # fmt: skip
CLASSES = st.sampled_from([{"flag": "RU"}, {"ship_type": 80}, {"flag": "LR", "ship_type": 70}])
ENTRIES = st.builds(lambda words: listed(**words), SHIPS | CLASSES)


@UNHURRIED
@given(st.lists(ENTRIES, max_size=12), SAID)
def test_a_list_finds_what_each_entry_alone_would(entries: list[Entry], said: Static) -> None:
    """It looks only at those that may match, and misses none."""
    found = Watchlist(entries).matches(said, NOON, known_at_us=NOON)
    alone = [one for entry in entries if (one := judged(entry, said)) is not None]
    assert sorted(map(repr, found)) == sorted(map(repr, alone))
    grades = [match.grade for match in found]
    assert grades == sorted(grades, key=lambda grade: grade is not Grade.SURE)


@UNHURRIED
@given(ENTRIES, SAID)
def test_the_grade_follows_from_what_agrees(entry: Entry, said: Static) -> None:
    """Only what is sure may page; what is possible says that it does not."""
    found = match(entry, said)
    if found is None:
        return
    assert found.may_page == (found.grade is Grade.SURE) == (POSSIBLE_ONLY not in found.why)
    assert found.why.endswith(".")
    assert found.why.isprintable()
    known = said.imo is not None and imo_holds(said.imo)
    if known and entry.imo is not None:
        assert found.may_page == (entry.imo == said.imo)
    if found.by in {("callsign",), ("name",)}:
        assert not found.may_page


@UNHURRIED
@given(SAID, SAID)
def test_a_ship_keeps_her_watch_while_her_imo_number_stays(before: Static, after: Static) -> None:
    """Whatever MMSI, call sign and name she bears next."""
    for said in (before, after):
        found = match(SHIP, replace(said, imo=IMO))
        assert found is not None
        assert found.may_page
        assert found.by[0] == "imo"


def test_a_list_is_asked_as_it_was_known() -> None:
    """On it for a while, valid for another: who asks about the past is told what was known then."""
    entry = replace(
        SHIP, valid_from=NOON, valid_to=NOON + 10, recorded_at=NOON + 5, removed_at=NOON + 50
    )
    watched = Watchlist([entry])

    def met(at: int, known_at: int) -> bool:
        return bool(watched.matches(says(MMSI), at, known_at_us=known_at))

    assert [met(NOON, known) for known in (NOON + 4, NOON + 5, NOON + 49, NOON + 50)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert [met(at, NOON + 5) for at in (NOON - 1, NOON, NOON + 9, NOON + 10)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_each_list_tells_its_own_and_the_sure_come_first() -> None:
    entries = [
        listed(name=NAME), replace(listed(flag="LR"), list="flags"), replace(SHIP, list="abroad"),
    ]  # fmt: skip
    found = matches(entries, says(imo=IMO, name=NAME), NOON, known_at_us=NOON)
    assert [(each.entry.list, each.grade.value) for each in found] == [
        ("abroad", "sure"), ("flags", "sure"), ("own", "possible"),
    ]  # fmt: skip


def test_no_entries_no_match() -> None:
    assert matches([], says(MMSI, imo=IMO, name=NAME), NOON, known_at_us=NOON) == []
