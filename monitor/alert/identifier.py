"""Identifiers of ships: what can be an MMSI, and how call signs and names compare.

A name is compared by its letters and, apart from them, its numbers: SPARTA II is SPARTA 2, but
never SPARTA IV, however few letters lie between them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

SHIP_MMSIS = range(200_000_000, 800_000_000)
"""Nine digits that begin with the MID of a country, 2..7: a ship's (ITU-R M.585-9, annex 1)."""

AIS_NAME = 20
"""Letters of a name that AIS carries (ITU-R M.1371-5 table 52): longer names are cut there."""

AIS_CALLSIGN = 7
"""Letters of a call sign that AIS carries (ITU-R M.1371-5 table 52)."""

ONE_LETTER = 5
"""Letters from which on a name may differ in one and be the same: YAZ and YAM are two ships."""

TWO_LETTERS = 9
"""Letters from which on it may differ in two: a slip in a short name makes another real one."""

REMEMBERED = 65_536
"""Names whose keys are remembered: a name is looked at again with each event of its ship."""

_ROMAN = {
    "II": 2, "III": 3, "IV": 4, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "XI": 11, "XII": 12,
    "XIII": 13, "XIV": 14, "XV": 15,
}  # fmt: skip
_ROMAN_AT_THE_END = _ROMAN | {"I": 1, "V": 5, "X": 10}
_PREFIXES = (("M", "V"), ("M", "T"), ("S", "S"), ("MV",), ("MT",), ("SS",))
_NOT_PARTED = str.maketrans({"Ø": "O", "Ł": "L", "Đ": "D", "Æ": "AE", "Œ": "OE", "ẞ": "SS"})
_GLUED = re.compile(r"([A-Z]{2,})(\d+)")


class NameKey(NamedTuple):
    """A name as it is compared; equal keys are one name."""

    letters: str  # without blanks and numbers
    numbers: tuple[str, ...]  # in their order, without leading zeros, Roman ones too


def callsign_key(callsign: str | None) -> str | None:
    """A call sign as it is compared: its letters and digits; None where there are none."""
    return re.sub(r"[^A-Z0-9]", "", (callsign or "").upper()) or None


@lru_cache(REMEMBERED)
def name_key(name: str | None) -> NameKey | None:
    """A name as it is compared; None where nothing is left of it.

    Accents, signs, blanks and what stands before it for the kind of ship (MV, M/T) go.
    """
    words = _words(name or "")
    for prefix in _PREFIXES:
        if tuple(words[: len(prefix)]) == prefix and len(words) > len(prefix):
            words = words[len(prefix) :]
            break
    letters, numbers = "", []
    for place, word in enumerate(words):
        roman = _ROMAN_AT_THE_END if place == len(words) - 1 else _ROMAN
        if word.isdigit():
            numbers.append(word.lstrip("0") or "0")
        elif place and word in roman:
            numbers.append(str(roman[word]))
        else:
            letters += word
    return NameKey(letters, tuple(numbers)) if letters or numbers else None


def _words(name: str) -> list[str]:
    """Words of ASCII capitals and digits; digits at a word's end are one of their own."""
    parted = unicodedata.normalize("NFKD", name.upper().translate(_NOT_PARTED))
    bare = "".join(mark for mark in parted if not unicodedata.combining(mark))
    text = re.sub(r"[^A-Z0-9]", " ", re.sub(r"['`\u00b4\u2019]", "", bare))
    return [part for word in text.split() for part in _parted(word)]


def _parted(word: str) -> tuple[str, ...]:
    found = _GLUED.fullmatch(word)
    return (word,) if found is None else (found[1], found[2])


def listed_keys(name: str | None) -> frozenset[NameKey]:
    """Keys that a listed name may be heard under: whole, and as AIS cuts it."""
    whole = name or ""
    keys = {name_key(whole), name_key(whole[:AIS_NAME])}
    return frozenset(key for key in keys if key is not None)


def most_between(letters: int) -> int:
    """In how many letters names may differ and be one, by the letters of the shorter."""
    return (letters >= ONE_LETTER) + (letters >= TWO_LETTERS)


def letters_between(one: NameKey, other: NameKey) -> int | None:
    """In how many letters two names differ that may be one; None: they are two names.

    A letter more, less, another or changed with its neighbour is one.
    """
    most = most_between(min(len(one.letters), len(other.letters)))
    if one.numbers != other.numbers:
        return None
    found = OSA.distance(one.letters, other.letters, score_cutoff=most)
    return found if found <= most else None
