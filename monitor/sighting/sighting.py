"""Sightings: what a person or a satellite saw. Never AIS, never mixed with it, always beside it.

A sighting is of a ship that was named, or of a hull that was not, and then of its class and length;
at a place, in an area or at a port; within a time; by somebody, who is believed so far. Reliability
of the source and credibility of what it says are those of the admiralty system (NATO AJP-2.1):
A is completely reliable and E not, F is not known; 1 is confirmed and 5 improbable, 6 not known.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.alert.entry import imo_of, mmsi_of, name_of
from monitor.box import Box, box_of
from monitor.entered import instant_of, text_of, values_of

WORDS = (
    "seen_by", "mmsi", "imo", "name", "hull", "length_m", "port", "lon", "lat", "within_m", "area",
    "since", "until", "source", "link", "reliability", "credibility", "added_by", "note",
)  # fmt: skip
"""What a person says of a sighting, in the order of a file's columns."""

LONGEST = {
    "name": 60, "hull": 60, "port": 60, "source": 400, "link": 600, "added_by": 60, "note": 600,
}  # fmt: skip
"""Letters that each may have."""

LONGEST_SHIP_M = 460
"""No ship is longer (Seawise Giant: 458 m)."""

WIDEST_M = 100_000
"""A place that is known no better is an area."""


class SeenBy(StrEnum):
    """Who saw it."""

    SATELLITE = "satellite"
    PRESS = "press"
    OBSERVER = "observer"
    PORT_AUTHORITY = "port-authority"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was seen. Instants are us.

    ValueError where it is of nothing, is nowhere, or ends before it begins.
    """

    seen_by: SeenBy
    mmsi: int | None = None
    imo: int | None = None
    name: str | None = None  # capitals
    hull: str | None = None  # its class in words, such as landing ship
    length_m: int | None = None
    port: str | None = None  # id
    lon: float | None = None
    lat: float | None = None
    within_m: int | None = None  # how far from the place it may have been; None: not said
    area: Box | None = None
    since: int  # it was seen within this time
    until: int
    source: str
    link: str | None = None
    reliability: str  # A to F
    credibility: int  # 1 to 6
    recorded_at: int
    added_by: str
    removed_at: int | None = None  # None: it stands
    removed_by: str | None = None
    note: str | None = None
    id: int | None = None  # its number in the store; None: it is not stored

    def __post_init__(self) -> None:
        """Something, somewhere, in some time; the store holds the same."""
        if (self.mmsi, self.imo, self.name, self.hull, self.length_m) == (None,) * 5:
            message = "The sighting is of nothing: give mmsi, imo or name, or hull or length_m"
            raise ValueError(message)
        if (self.lon is None) != (self.lat is None):
            raise ValueError("A place needs both: give lon and lat")
        if self.lon is None and self.within_m is not None:
            raise ValueError("within_m belongs to a place: give lon and lat, or an area alone")
        if self.lon is not None and self.area is not None:
            raise ValueError("The sighting is at a place and in an area: give one of them")
        if (self.port, self.lon, self.area) == (None,) * 3:
            raise ValueError("The sighting is nowhere: give port, lon and lat, or area")
        if self.until < self.since:
            raise ValueError("until is before since: write the later time there")

    @property
    def title(self) -> str:
        """What was seen, in words."""
        numbers = (("IMO", self.imo), ("MMSI", self.mmsi))
        number = next((f"{word} {value}" for word, value in numbers if value is not None), None)
        named = [part for part in (self.name, number) if part is not None]
        long = None if self.length_m is None else f"{self.length_m} m long"
        hull = self.hull or (None if named else "a ship")
        return ", ".join([*named, *(part for part in (hull, long) if part is not None)])

    @property
    def is_named(self) -> bool:
        """Whether it says which ship it was."""
        return (self.mmsi, self.imo, self.name) != (None,) * 3

    @property
    def digest(self) -> str:
        """Of all that was said: the same says the same, whoever entered it; hex."""
        said = [str(getattr(self, word)) for word in WORDS if word != "added_by"]
        return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


def sighting_of(
    said: Mapping[str, str | None], *, recorded_at: int, added_by: str
) -> tuple[Sighting | None, list[str]]:
    """A sighting of a person's words (``WORDS``), or None and what is wrong, each in a sentence.

    ``added_by`` is taken where the words have none; without ``until`` it is an instant.
    """
    words = {name: text_of(said.get(name)) for name in WORDS}
    found, faults = values_of(words, _READ, missing=_MISSING, longest=LONGEST)
    if faults:
        return None, faults
    if found["until"] is None:
        found["until"] = found["since"]
    texts = {name: words[name] for name in ("hull", "source", "note")}
    by = words["added_by"] or added_by
    try:
        made = Sighting(**found, **texts, recorded_at=recorded_at, added_by=by)  # type: ignore[arg-type]
    except ValueError as error:
        return None, [f"{error}."]
    return made, []


def _number(low: float, high: float, what: str) -> Callable[[str], float]:
    """What reads a number within bounds."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            message = f"{text!r} is no {what}: write a number from {low:g} to {high:g}"
            raise ValueError(message)
        return value

    return read


def _whole(low: int, high: int, what: str) -> Callable[[str], int]:
    """What reads a whole number within bounds."""
    number = _number(low, high, what)
    return lambda text: round(number(text))


def _seen_by(text: str) -> SeenBy:
    try:
        return SeenBy(text.lower())
    except ValueError:
        message = f"{text!r} is none who sees: write one of {', '.join(SeenBy)}"
        raise ValueError(message) from None


def _port(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", text):
        message = f"{text!r} is no id of a port: write small letters, digits and hyphens"
        raise ValueError(message)
    return text


def _link(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"']+", text):
        message = f"{text!r} is no link: write one that begins with https://"
        raise ValueError(message)
    return text


def _reliability(text: str) -> str:
    if not re.fullmatch(r"[A-F]", text.upper()):
        message = f"{text!r} is no reliability: write A (reliable) to E (not), or F (not known)"
        raise ValueError(message)
    return text.upper()


def _credibility(text: str) -> int:
    if not re.fullmatch(r"[1-6]", text):
        message = f"{text!r} is no credibility: write 1 (confirmed) to 5, or 6 (not known)"
        raise ValueError(message)
    return int(text)


_READ: dict[str, Callable[[str], object]] = {
    "seen_by": _seen_by, "mmsi": mmsi_of, "imo": imo_of, "name": name_of,
    "length_m": _whole(1, LONGEST_SHIP_M, "length in metres"), "port": _port,
    "lon": _number(-180, 180, "longitude"), "lat": _number(-90, 90, "latitude"),
    "within_m": _whole(0, WIDEST_M, "distance in metres"),
    "area": lambda text: box_of(text, across=False), "since": instant_of, "until": instant_of,
    "link": _link, "reliability": _reliability, "credibility": _credibility,
}  # fmt: skip

_MISSING = {
    "seen_by": f"write one of {', '.join(SeenBy)}",
    "since": "say when it was seen",
    "source": "say who says so",
    "reliability": "write A to F",
    "credibility": "write 1 to 6",
}
