"""What a person says becomes an entry, or sentences that say what to write instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert.entry import LONGEST, WORDS, Entry, entry_of
from monitor.units import DAY_US, HOUR_US, from_datetime, to_datetime
from tests.unit.alert.lists import IMO, MMSI, NOON, SHIP, UNHURRIED, listed

GOOD = {"list": "own", "imo": "9268710", "reason": "sailed dark", "source": "the log"}


def made(**words: str | None) -> Entry:
    """An entry of good words and these."""
    entry, faults = entry_of({**GOOD, **words}, recorded_at=NOON, added_by="ann")
    assert faults == []
    assert entry is not None
    return entry


def wrong(**words: str | None) -> list[str]:
    """What is said of good words with these."""
    entry, faults = entry_of({**GOOD, **words}, recorded_at=NOON, added_by="ann")
    assert entry is None
    return faults


def test_words_become_an_entry() -> None:
    assert made() == Entry(
        list="own", imo=IMO, reason="sailed dark", source="the log", recorded_at=NOON,
        added_by="ann",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"imo": "IMO 9268710"}, {"imo": IMO}),
        ({"imo": "imo:9268710"}, {"imo": IMO}),
        ({"imo": "9268710.0"}, {"imo": IMO}),
        ({"imo": " 926 8710 "}, {"imo": IMO}),
        ({"mmsi": "MMSI 273999410"}, {"mmsi": MMSI}),
        ({"callsign": "ub-ew 6"}, {"callsign": "UBEW6"}),
        ({"name": " Severnyy \n Veter "}, {"name": "SEVERNYY VETER"}),
        ({"list": "Own-2"}, {"list": "own-2"}),
        ({"added_by": "bob"}, {"added_by": "bob"}),
        ({"note": " "}, {"note": None}),
        ({"valid_from": "2024-12-13T12:00Z"}, {"valid_from": NOON}),
        ({"valid_from": "2024-12-13T14:00+02:00"}, {"valid_from": NOON}),
        ({"valid_to": "2024-12-14"}, {"valid_to": NOON + 12 * HOUR_US}),
        ({"imo": "", "flag": "ru"}, {"imo": None, "flag": "RU"}),
        ({"imo": None, "ship_type": "80"}, {"imo": None, "ship_type": 80}),
    ],
)
def test_words_as_people_write_them(words: dict[str, Any], found: dict[str, Any]) -> None:
    entry = made(**words)
    assert {name: getattr(entry, name) for name in found} == found


SHIPS = "no MMSI of a ship: write nine digits, the first of them 2 to 7."
LATIN = "has no letter that AIS can send: write the name in Latin letters."
ISO = "no flag that an MMSI can bear: write its two letters, such as RU."
TYPE = "no type of AIS: write its number, 1 to 99, such as 80 for tankers."
TIME = "no time: write 2024-12-13 or 2024-12-13T04:00Z."
UP_TO_7 = "no call sign: write up to 7 letters and digits."
CHECK = "9268711 is no IMO number, for its last digit does not follow from the others: look it up"
WHO = "The entry names no ship and no class: give one of mmsi, imo, callsign and name, or flag"
BOTH = "The entry is both a ship and a class of ships: write flag and type of a ship into its note."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"imo": "9268711"}, f"imo: {CHECK} again."),
        ({"imo": "926871"}, "imo: '926871' is no IMO number: write seven digits."),
        ({"imo": "92687100"}, "imo: '92687100' is no IMO number: write seven digits."),
        ({"imo": "9268710.5"}, "imo: '9268710.5' is no IMO number: write seven digits."),
        ({"imo": "٩٢٦٨٧١٠"}, "imo: '٩٢٦٨٧١٠' is no IMO number: write seven digits."),
        ({"mmsi": "27399941"}, f"mmsi: '27399941' is {SHIPS}"),
        ({"mmsi": "002731234"}, f"mmsi: '002731234' is {SHIPS}"),
        ({"mmsi": "970123456"}, f"mmsi: '970123456' is {SHIPS}"),
        ({"mmsi": "199999999"}, f"mmsi: '199999999' is {SHIPS}"),
        ({"callsign": "UBEW6789"}, f"callsign: 'UBEW6789' is {UP_TO_7}"),
        ({"callsign": "1234"}, f"callsign: '1234' is {UP_TO_7}"),
        ({"name": "Мыс Желания"}, f"name: 'Мыс Желания' {LATIN}"),
        ({"flag": "Russia"}, f"flag: 'Russia' is {ISO}"),
        ({"flag": "273"}, f"flag: '273' is {ISO}"),
        ({"flag": "XX"}, f"flag: 'XX' is {ISO}"),
        ({"ship_type": "tanker"}, f"ship_type: 'tanker' is {TYPE}"),
        ({"ship_type": "100"}, f"ship_type: '100' is {TYPE}"),
        ({"ship_type": "0"}, f"ship_type: '0' is {TYPE}"),
        ({"valid_from": "soon"}, f"valid_from: 'soon' is {TIME}"),
        ({"valid_to": "0001-01-01"}, f"valid_to: '0001-01-01' is {TIME}"),
        ({"list": None}, "list is missing: say which list it goes to."),
        ({"reason": " "}, "reason is missing: say why it is watched."),
        ({"source": None}, "source is missing: say who says so."),
        ({"note": "x" * 601}, "note has 601 letters: write 600 at most."),
        ({"note": "a\x1b[2Jb"}, "note holds a sign that cannot be printed: write it without."),
        ({"imo": None}, f"{WHO} or ship_type."),
        ({"flag": "RU"}, BOTH),
        (
            {"valid_from": "2025-01-01", "valid_to": "2025-01-01"},
            "valid_to is not after valid_from: write the later time there.",
        ),
        (
            {"list": "My list!"},
            "list: 'My list!' is no name of a list: write small letters, digits and hyphens.",
        ),
    ],
)
def test_each_fault_is_a_sentence(words: dict[str, str | None], sentence: str) -> None:
    assert wrong(**words) == [sentence]


def test_all_faults_are_told_at_once() -> None:
    assert [fault.partition(":")[0] for fault in wrong(imo="1", mmsi="2", flag="3")] == [
        "mmsi", "imo", "flag",
    ]  # fmt: skip


@UNHURRIED
@given(st.dictionaries(st.sampled_from(WORDS), st.text(max_size=50)))
def test_whatever_is_said_is_taken_or_refused(words: dict[str, str]) -> None:
    """Never anything else, and what is taken is bounded and can be shown."""
    entry, faults = entry_of({**GOOD, **words}, recorded_at=NOON, added_by="ann")
    assert (entry is None) == bool(faults)
    assert all(fault.endswith(".") and fault.isprintable() for fault in faults)
    for name, most in LONGEST.items():
        assert len(str(getattr(entry, name, "") or "")) <= most


def test_when_an_entry_holds() -> None:
    """Valid from its first instant on and before its last; on the list likewise."""
    entry = listed(
        imo=IMO, valid_from=NOON, valid_to=NOON + 10, recorded_at=NOON + 100, removed_at=NOON + 200
    )
    at = [NOON - 1, NOON, NOON + 9, NOON + 10]
    assert [entry.holds(t, known_at_us=NOON + 100) for t in at] == [False, True, True, False]
    known = [NOON + 99, NOON + 100, NOON + 199, NOON + 200]
    assert [entry.holds(NOON, known_at_us=t) for t in known] == [False, True, True, False]
    assert SHIP.holds(-(2**62), known_at_us=NOON)


@pytest.mark.parametrize(
    ("words", "who", "title"),
    [
        ({"imo": IMO, "mmsi": MMSI, "name": "SPARTA"}, "imo 9268710", "SPARTA, IMO 9268710"),
        ({"mmsi": MMSI, "callsign": "UBEW6"}, "mmsi 273999410", "MMSI 273999410"),
        ({"callsign": "UBEW6", "name": "SPARTA"}, "callsign UBEW6", "SPARTA, call sign UBEW6"),
        ({"name": "SPARTA"}, "name SPARTA", "SPARTA"),
        ({"flag": "RU"}, "class RU ", "flag RU"),
        ({"flag": "RU", "ship_type": 80}, "class RU 80", "ships of type 80 (tanker), flag RU"),
        ({"ship_type": 38}, "class  38", "ships of type 38"),
    ],
)
def test_who_is_meant(words: dict[str, Any], who: str, title: str) -> None:
    """By what tells a ship best, so that she keeps her entry when the rest changes."""
    assert (listed(**words).who, listed(**words).title) == (who, title)


def test_what_says_the_same() -> None:
    """Who added it, when, and under which number does not matter; a word more does."""
    assert SHIP.says_the_same(replace(SHIP, recorded_at=1, added_by="bob", id=7))
    assert not SHIP.says_the_same(replace(SHIP, note="more"))
    assert not SHIP.says_the_same(replace(SHIP, valid_to=NOON + DAY_US))


def test_a_date_is_its_first_instant() -> None:
    found = made(valid_from="2024-12-13").valid_from
    assert found is not None
    assert to_datetime(found).isoformat() == "2024-12-13T00:00:00+00:00"
    assert from_datetime(to_datetime(found)) == found
