"""Entries of watchlists: a ship or a class of ships, why it is watched, and since when.

Two times are kept apart: when it holds at sea (``valid_from``, ``valid_to``), and when it stood on
the list (``recorded_at``, ``removed_at``). Whoever asks about the past is told what was known then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.alert.identifier import AIS_CALLSIGN, SHIP_MMSIS, callsign_key, name_key
from monitor.entered import instant_of, text_of, values_of
from monitor.words import FLAGS, imo_holds, ship_type_text

WORDS = (
    "list", "mmsi", "imo", "callsign", "name", "flag", "ship_type", "reason", "source",
    "valid_from", "valid_to", "added_by", "note",
)  # fmt: skip
"""What a person says of an entry, in the order of a file's columns."""

LONGEST = {"list": 40, "name": 60, "reason": 200, "source": 400, "added_by": 60, "note": 600}
"""Letters that each may have: they are shown in messages, and in tables of 100 columns."""

FLAG_CODES = frozenset(flag.code for flag in FLAGS.values())

_LIST = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One ship (any of the first four), or a class of ships (flag, type or both). Instants are us.

    ValueError where it is neither or both, or where its times are not in order.
    """

    list: str  # name of the watchlist: small letters, digits and hyphens
    mmsi: int | None = None  # nine digits
    imo: int | None = None  # seven digits, the last of which holds
    callsign: str | None = None  # capitals and digits
    name: str | None = None  # capitals
    flag: str | None = None  # ISO 3166-1 alpha-2, as an MMSI claims it
    ship_type: int | None = None  # ITU-R M.1371-5 table 53; 20, 40, 60 … 90 stand for all of theirs
    reason: str  # why it is watched
    source: str  # who says so
    valid_from: int | None = None  # None: always was
    valid_to: int | None = None  # no longer from then on; None: not known to end
    recorded_at: int  # from then on it stood on the list
    removed_at: int | None = None  # from then on no longer; None: it still does
    added_by: str
    removed_by: str | None = None
    note: str | None = None
    id: int | None = None  # its number in the store; None: it is not stored

    def __post_init__(self) -> None:
        """One ship or one class, and times in order; the store holds the same."""
        ship = (self.mmsi, self.imo, self.callsign, self.name) != (None,) * 4
        if ship and self.is_class:
            message = "The entry is both a ship and a class of ships"
            raise ValueError(f"{message}: write flag and type of a ship into its note")
        if not ship and not self.is_class:
            message = "The entry names no ship and no class: give one of mmsi, imo, callsign and"
            raise ValueError(f"{message} name, or flag or ship_type")
        if None not in (self.valid_from, self.valid_to) and self.valid_from >= self.valid_to:  # type: ignore[operator]
            message = "valid_to is not after valid_from: write the later time there"
            raise ValueError(message)

    @property
    def is_class(self) -> bool:
        """Whether it is about all ships of a flag or a type."""
        return self.flag is not None or self.ship_type is not None

    @property
    def who(self) -> str:
        """The ship or the class by what tells her best: a list has each once at a time.

        The store has the same (``watch_entry_once``).
        """
        if self.imo is not None:
            return f"imo {self.imo}"
        if self.mmsi is not None:
            return f"mmsi {self.mmsi}"
        if self.callsign is not None:
            return f"callsign {self.callsign}"
        if self.name is not None:
            return f"name {self.name}"
        return f"class {self.flag or ''} {self.ship_type or ''}"

    @property
    def title(self) -> str:
        """The ship or the class in words."""
        if self.is_class:
            kind = None if self.ship_type is None else f"ships of type {type_words(self.ship_type)}"
            flag = None if self.flag is None else f"flag {self.flag}"
            return ", ".join(part for part in (kind, flag) if part is not None)
        numbers = (("IMO", self.imo), ("MMSI", self.mmsi), ("call sign", self.callsign))
        number = next((f"{word} {value}" for word, value in numbers if value is not None), None)
        return ", ".join(part for part in (self.name, number) if part is not None)

    def holds(self, at_us: int, *, known_at_us: int) -> bool:
        """Whether it is valid at an instant, and stood on its list at another."""
        valid = (self.valid_from is None or self.valid_from <= at_us) and (
            self.valid_to is None or at_us < self.valid_to
        )
        return valid and self.stood(known_at_us)

    def stood(self, known_at_us: int) -> bool:
        """Whether it stood on its list at an instant."""
        removed = self.removed_at is not None and self.removed_at <= known_at_us
        return self.recorded_at <= known_at_us and not removed

    def says_the_same(self, other: Entry) -> bool:
        """Whether all that a person said of it is the same; who said it does not matter."""
        return all(
            getattr(self, word) == getattr(other, word) for word in WORDS if word != "added_by"
        )


def type_words(ship_type: int) -> str:
    """A type with its meaning."""
    words = ship_type_text(ship_type)
    return str(ship_type) if words is None else f"{ship_type} ({words})"


def entry_of(
    said: Mapping[str, str | None], *, recorded_at: int, added_by: str
) -> tuple[Entry | None, list[str]]:
    """An entry of a person's words (``WORDS``), or None and what is wrong, each in a sentence.

    ``added_by`` is taken where the words have none.
    """
    words = {name: text_of(said.get(name)) for name in WORDS}
    found, faults = values_of(words, _READ, missing=_MISSING, longest=LONGEST)
    if faults:
        return None, faults
    texts = {name: words[name] for name in ("reason", "source", "note")}
    by = words["added_by"] or added_by
    try:
        entry = Entry(**found, **texts, recorded_at=recorded_at, added_by=by)  # type: ignore[arg-type]
    except ValueError as error:
        return None, [f"{error}."]
    return entry, []


def _list(text: str) -> str:
    if not _LIST.fullmatch(text.lower()):
        message = f"{text!r} is no name of a list: write small letters, digits and hyphens"
        raise ValueError(message)
    return text.lower()


def _digits(text: str, led: str) -> int | None:
    """The number of a text such as "IMO 9268710"; spreadsheets write 9268710.0 as well."""
    bare = re.fullmatch(rf"(?:{led}[ :.]*)?([0-9 ]{{1,20}})(?:\.0*)?", text.upper())
    return None if bare is None else int(bare[1].replace(" ", "") or "0")


def mmsi_of(text: str) -> int:
    """The MMSI of a ship; ValueError where a text is none."""
    mmsi = _digits(text, "MMSI")
    if mmsi is None or mmsi not in SHIP_MMSIS:
        message = f"{text!r} is no MMSI of a ship: write nine digits, the first of them 2 to 7"
        raise ValueError(message)
    return mmsi


def imo_of(text: str) -> int:
    """An IMO number that holds; ValueError where a text is none."""
    imo = _digits(text, "IMO")
    if imo is None or not 10**6 <= imo < 10**7:
        message = f"{text!r} is no IMO number: write seven digits"
        raise ValueError(message)
    if not imo_holds(imo):
        message = f"{imo} is no IMO number, for its last digit does not follow from the others:"
        raise ValueError(f"{message} look it up again")
    return imo


def _callsign(text: str) -> str:
    callsign = callsign_key(text)
    if callsign is None or len(callsign) > AIS_CALLSIGN or callsign.isdecimal():
        message = f"{text!r} is no call sign: write up to {AIS_CALLSIGN} letters and digits"
        raise ValueError(message)
    return callsign


def name_of(text: str) -> str:
    """A name in capitals; ValueError where AIS has no letter of it."""
    if name_key(text) is None:
        message = f"{text!r} has no letter that AIS can send: write the name in Latin letters"
        raise ValueError(message)
    return text.upper()


def _flag(text: str) -> str:
    if text.upper() not in FLAG_CODES:
        message = f"{text!r} is no flag that an MMSI can bear: write its two letters, such as RU"
        raise ValueError(message)
    return text.upper()


def _ship_type(text: str) -> int:
    ship_type = _digits(text, "TYPE")
    if ship_type is None or not 1 <= ship_type <= 99:
        message = f"{text!r} is no type of AIS: write its number, 1 to 99, such as 80 for tankers"
        raise ValueError(message)
    return ship_type


_READ = {
    "list": _list, "mmsi": mmsi_of, "imo": imo_of, "callsign": _callsign, "name": name_of,
    "flag": _flag, "ship_type": _ship_type, "valid_from": instant_of, "valid_to": instant_of,
}  # fmt: skip

_MISSING = {
    "list": "say which list it goes to",
    "reason": "say why it is watched",
    "source": "say who says so",
}
