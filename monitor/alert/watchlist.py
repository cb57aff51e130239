"""Which entries of watchlists a ship meets, by what she says of herself, and how surely.

    her IMO number is the listed one           sure, whatever MMSI, name and call sign she bears
    it is another one                          no match by name or call sign; by MMSI possible
    her MMSI is the listed one                 sure
    her call sign and her name are             sure
    her call sign is, and nothing else         possible
    her name is, or is like it                 possible
    her MMSI bears the flag, she is of the type   sure: a class is what ships say of themselves

An IMO number whose last digit does not hold is no number: it neither agrees nor contradicts.
What is only possible is shown, and never pages by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from monitor.alert.entry import Entry, type_words
from monitor.alert.identifier import (
    NameKey,
    callsign_key,
    letters_between,
    listed_keys,
    most_between,
    name_key,
)
from monitor.model import Static
from monitor.words import flag_of, imo_holds, plain

POSSIBLE_ONLY = "Possible only: that pages nobody by itself."


class Grade(StrEnum):
    """How surely a ship is the one that an entry means."""

    SURE = "sure"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An entry that a ship meets."""

    entry: Entry
    grade: Grade
    by: tuple[str, ...]  # which identifiers agree: imo, mmsi, callsign, name, flag, ship_type
    why: str  # in sentences

    @property
    def may_page(self) -> bool:
        """Whether an alert about her may page because of it."""
        return self.grade is Grade.SURE


def matches(entries: Iterable[Entry], said: Static, at_us: int, *, known_at_us: int) -> list[Match]:
    """Entries that a ship meets who says this, valid at an instant and recorded by another.

    The sure ones first. Who asks for many ships makes a ``Watchlist`` once.
    """
    return Watchlist(entries).matches(said, at_us, known_at_us=known_at_us)


class Watchlist:
    """Entries of any lists, found by what ships say of themselves."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Take them; they may be removed, or not valid yet."""
        self._entries = tuple(entries)
        self._classes: list[int] = []
        self._by: defaultdict[tuple[str, int | str | None], list[int]] = defaultdict(list)
        self._names: defaultdict[_Shape, _Names] = defaultdict(lambda: _Names([], []))
        for number, entry in enumerate(self._entries):
            if entry.is_class:
                self._classes.append(number)
            known = (("imo", entry.imo), ("mmsi", entry.mmsi), ("callsign", entry.callsign))
            for identifier in known:
                self._by[identifier].append(number)
            for key in listed_keys(entry.name):
                names = self._names[key.numbers, len(key.letters)]
                names.letters.append(key.letters)
                names.entries.append(number)

    def matches(self, said: Static, at_us: int, *, known_at_us: int) -> list[Match]:
        """Entries that a ship meets; see ``matches``."""
        found = []
        for number in sorted(self._near(said)):
            entry = self._entries[number]
            if entry.holds(at_us, known_at_us=known_at_us):
                match = judged(entry, said)
                if match is not None:
                    found.append(match)
        found.sort(key=lambda m: (m.grade is not Grade.SURE, m.entry.list, m.entry.who))
        return found

    def _near(self, said: Static) -> set[int]:
        """Numbers of entries that may have anything in common with what she says."""
        near = set(self._classes)
        known = (("imo", said.imo), ("mmsi", said.mmsi), ("callsign", callsign_key(said.callsign)))
        for identifier in known:
            if identifier[1] is not None:
                near.update(self._by.get(identifier, ()))
        key = name_key(said.name)
        return near if key is None else near | self._alike(key)

    def _alike(self, key: NameKey) -> set[int]:
        """Numbers of entries whose names may be this one, by its letters."""
        length = len(key.letters)
        most = most_between(length)
        found: set[int] = set()
        for near in range(length - most, length + most + 1):
            names = self._names.get((key.numbers, near))
            if names is not None:
                hits = process.extract(
                    key.letters, names.letters, scorer=OSA.distance, processor=None, limit=None,
                    score_cutoff=most,
                )  # fmt: skip
                found.update(names.entries[place] for _, _, place in hits)
        return found


_Shape = tuple[tuple[str, ...], int]
"""The numbers that a name bears, and how many letters it has: few names share both."""


class _Names(NamedTuple):
    """Listed names of one shape: their letters, and whose they are."""

    letters: list[str]
    entries: list[int]


def judged(entry: Entry, said: Static) -> Match | None:
    """Whether a ship meets an entry, whenever that holds; None: she does not."""
    return _class(entry, said) if entry.is_class else _ship(entry, said)


def _class(entry: Entry, said: Static) -> Match | None:
    by, whys = [], []
    if entry.flag is not None:
        flag = flag_of(said.mmsi)
        if flag is None or flag.code != entry.flag:
            return None
        by.append("flag")
        whys.append(f"Her MMSI bears the flag of {flag.name}.")
    if entry.ship_type is not None:
        if not _is_of(entry.ship_type, said.ship_type):
            return None
        by.append("ship_type")
        whys.append(f"She says that she is of type {type_words(said.ship_type or 0)}.")
    return Match(entry=entry, grade=Grade.SURE, by=tuple(by), why=" ".join(whys))


def _is_of(listed: int, said: int | None) -> bool:
    """Whether a type is the listed one, or one of its ten (M.1371-5 table 53: 0 is all of them)."""
    if said is None:
        return False
    tens = listed % 10 == 0 and listed not in {30, 50}  # fishing, pilot vessel: single types
    return said // 10 == listed // 10 if tens else said == listed


def _ship(entry: Entry, said: Static) -> Match | None:
    imo = said.imo if said.imo is not None and imo_holds(said.imo) else None
    seen = _compared(entry, said, imo)
    by, others = seen.agree, _told(seen.differ)
    if "imo" in by:
        why = f"Her IMO number is {imo}, as listed{others}."
        return Match(entry=entry, grade=Grade.SURE, by=by, why=why)
    if entry.imo is not None and imo is not None:
        if "mmsi" not in by:
            return None
        why = (
            f"Her MMSI is {said.mmsi}, as listed, but her IMO number is {imo} and not {entry.imo}:"
            f" the MMSI may have gone to another ship. {POSSIBLE_ONLY}"
        )
        return Match(entry=entry, grade=Grade.POSSIBLE, by=by, why=why)
    if said.imo is not None and imo is None:
        others += f"; the IMO number that she sends, {said.imo}, is none"
    if "mmsi" in by:
        why = f"Her MMSI is {said.mmsi}, as listed{others}."
        return Match(entry=entry, grade=Grade.SURE, by=by, why=why)
    if {"callsign", "name"} <= set(by):
        why = f"Her call sign {entry.callsign} and her name {entry.name} are as listed{others}."
        return Match(entry=entry, grade=Grade.SURE, by=by, why=why)
    if "callsign" in by:
        why = f"Only her call sign {entry.callsign} is as listed{others}. {POSSIBLE_ONLY}"
        return Match(entry=entry, grade=Grade.POSSIBLE, by=by, why=why)
    like = _like(entry, said)
    if like is None:
        return None
    why = f"{like}{others}. {POSSIBLE_ONLY}"
    return Match(entry=entry, grade=Grade.POSSIBLE, by=("name",), why=why)


class _Compared(NamedTuple):
    """Identifiers that an entry and a ship both have."""

    agree: tuple[str, ...]
    differ: tuple[str, ...]  # each in words; names are not among them, for they may be alike


def _compared(entry: Entry, said: Static, imo: int | None) -> _Compared:
    agree, differ = [], []
    pairs: tuple[tuple[str, str, object, object], ...] = (
        ("imo", "IMO number", entry.imo, imo),
        ("mmsi", "MMSI", entry.mmsi, said.mmsi),
        ("callsign", "call sign", entry.callsign, callsign_key(said.callsign)),
    )
    for name, words, listed, hers in pairs:
        if listed is not None and listed == hers:
            agree.append(name)
        elif listed is not None and hers is not None:
            differ.append(f"her {words} is {hers} and not {listed}")
    if name_key(said.name) in listed_keys(entry.name):
        agree.append("name")
    elif agree and entry.name is not None and name_key(said.name) is not None:
        differ.append(f"her name is {plain(said.name or '')} and not {entry.name}")
    return _Compared(tuple(agree), tuple(differ))


def _told(differ: tuple[str, ...]) -> str:
    return "".join(f"; {words}" for words in differ)


def _like(entry: Entry, said: Static) -> str | None:
    """How her name is like the listed one, in words; None: it is another."""
    hers = name_key(said.name)
    if hers is None:
        return None
    found = [letters_between(hers, key) for key in listed_keys(entry.name)]
    least = min((letters for letters in found if letters is not None), default=None)
    if least is None:
        return None
    if least == 0:
        return f"Only her name {entry.name} is as listed, and ships share names"
    times = "1 letter" if least == 1 else f"{least} letters"
    return f"Her name {plain(said.name or '')} differs in {times} from the listed {entry.name}"
