"""Words for people: codes of AIS, flags, digits, and text that may be shown."""

from __future__ import annotations

import math
from typing import Any

import pytest
from pyais.constants import COUNTRY_MAPPING, NavigationStatus

from monitor.words import (
    FLAGS,
    STATUS,
    all_plain,
    destination_text,
    digits,
    flag_of,
    flag_words,
    mid_of,
    plain,
    position,
    ship_type_text,
    status_text,
)

NEWER = {550: "TL", 638: "SS"}
"""Timor-Leste and South Sudan: the other table lacks them."""

DIFFERENT = {501: "TF", 608: "SH", 618: "TF", 635: "TF", 740: "FK"}
"""Codes of ISO 3166-1 where the other table has those of somewhere else, or none of ISO's."""


def test_every_status_has_words() -> None:
    assert sorted(STATUS) == sorted(NavigationStatus)
    assert status_text(5) == "moored"
    assert [status_text(code) for code in (None, -1, 16)] == [None] * 3


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (None, None), (0, None), (7, None), (20, "wing in ground"), (30, "fishing"),
        (32, "towing, long or wide tow"), (35, "military"), (38, None), (49, "high-speed craft"),
        (52, "tug"), (60, "passenger"), (70, "cargo"), (71, "cargo, hazard X"), (75, "cargo"),
        (79, "cargo"), (80, "tanker"), (84, "tanker, hazard OS"), (99, "other type"), (100, None),
    ],
)  # fmt: skip
def test_a_ship_type_in_words(code: int | None, words: str | None) -> None:
    """The second digit of most is a hazard, or says nothing more."""
    assert ship_type_text(code) == words


def test_the_table_of_flags_is_whole() -> None:
    """Held against another that was written from the same source."""
    assert {mid: flag.code for mid, flag in FLAGS.items()} == {
        **{mid: code for mid, (code, _) in COUNTRY_MAPPING.items()}, **NEWER, **DIFFERENT,
    }  # fmt: skip
    assert all(len(flag.code) == 2 and flag.code.isupper() and flag.name for flag in FLAGS.values())


@pytest.mark.parametrize(
    ("mmsi", "code", "name"),
    [
        (273_999_410, "RU", "Russia"),
        (468_001_000, "SY", "Syria"),
        (642_000_000, "LY", "Libya"),
        (619_000_000, "CI", "Côte d'Ivoire"),
        (375_000_000, "VC", "Saint Vincent and the Grenadines"),
        (999_999_999, None, None),
        (123_456_789, None, None),
        (None, None, None),
    ],
)
def test_whose_flag_an_mmsi_bears(mmsi: int | None, code: str | None, name: str | None) -> None:
    assert flag_words(mmsi) == {"flag": code, "flag_text": name}
    assert (flag_of(mmsi) is None) == (code is None)


@pytest.mark.parametrize(
    ("mmsi", "mid"),
    [
        (230_108_610, 230),
        (2_301_086, 230),
        (23_010_861, 230),
        (111_230_101, 230),
        (982_301_086, 230),
        (992_301_086, 230),
        (823_010_861, 230),
        (0, 0),
    ],
)
def test_where_the_digits_of_a_country_stand(mmsi: int, mid: int) -> None:
    """Ship, coast station, group, aircraft, tender, aid to navigation, handheld; nothing."""
    assert mid_of(mmsi) == mid


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("sog_kn", 12.300000190734863, 12.3),
        ("cog_deg", 277.10001, 277.1),
        ("lon", 35.866501666666665, 35.866502),
        ("last_heard_lat", 34.90962833333333, 34.909628),
        ("away_m", 1234.56789, 1234.56789),
        ("plat", 1.23456789, 1.23456789),
        ("line", 17, 17),
        ("lat", None, None),
        ("lon", "east", "east"),
    ],
)
def test_a_number_has_the_digits_of_its_unit(name: str, value: Any, shown: Any) -> None:
    assert digits(name, value) == shown


@pytest.mark.parametrize(
    ("sent", "clean"), [("TARTUS@@@", "TARTUS"), ("  A@B  ", "A B"), ("@", None), (None, None)]
)
def test_a_destination_without_its_padding(sent: str | None, clean: str | None) -> None:
    assert destination_text(sent) == clean


@pytest.mark.parametrize(
    ("lon", "lat", "words"),
    [
        (24.9, 60.1, "60.1000 N 24.9000 E"),
        (-7.25, -33.5, "33.5000 S 7.2500 W"),
        (0.0, 0.0, "0.0000 N 0.0000 E"),
        (-180.0, 90.0, "90.0000 N 180.0000 W"),
        (181.0, 91.0, "position not available"),
        (181.0, 60.1, "position not available"),
        (math.nan, 60.1, "position not available"),
        (24.9, math.nan, "position not available"),
    ],
)
def test_a_place_as_officers_write_it(lon: float, lat: float, words: str) -> None:
    assert position(lon, lat) == words


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("ÆGIR 7", "ÆGIR 7"),
        ("\x1b[31mred\x07", "?[31mred?"),
        ("a\tb\r\nc\xa0d", "a b  c d"),
        ("\u202eevil\u2066", "?evil?"),
        ("\x9b2J", "?2J"),
        ("\ud800", "?"),
    ],
)
def test_nothing_that_steers_a_terminal_reaches_it(text: str, shows: str) -> None:
    """Escapes, controls of both kinds, marks of direction, halves of letters."""
    assert plain(text) == shows
    assert plain(text).isprintable()


def test_a_record_is_cleaned_in_all_its_corners() -> None:
    record = {"a\x1b": ["x\x07", {"b": "\x1b]0;t\x07"}], "n": 1.5, "none": None, "t": ("\x00",)}
    assert all_plain(record) == {
        "a?": ["x?", {"b": "?]0;t?"}], "n": 1.5, "none": None, "t": ["?"],
    }  # fmt: skip
