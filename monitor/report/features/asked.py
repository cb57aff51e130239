"""What is asked of a collection: words of a query into a condition, a number and a place to begin.

A word that nobody knows is refused: who mistypes a filter must not be given everything.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, datetime
from typing import Any, NamedTuple
from uuid import UUID

from monitor.box import Box
from monitor.errors import UsageError
from monitor.report.features.collections import MOST, USUAL, Collection
from monitor.report.features.filters import condition_of, value_of
from monitor.report.features.instants import DAY, Interval, interval
from monitor.report.features.property import Property
from monitor.report.features.shapes import boxed
from monitor.store.conditions import Compare, Condition, Every, Kind, Lasts, Op
from monitor.units import from_datetime, to_datetime

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
LANGUAGE = "cql2-text"

WORDS = (
    "f", "limit", "bbox", "datetime", "filter", "filter-lang", "filter-crs", "crs", "bbox-crs",
    "cursor",
)  # fmt: skip
"""What may be asked of every collection, beside its properties."""

LONGEST_CURSOR = 400

NEAR_DEG = 10.0
"""A larger box has so much in it that its first rows are found soon whatever the order."""


class Days(NamedTuple):
    """From and before which instants rows are looked for; None: whenever."""

    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is wanted of a collection."""

    condition: Condition
    limit: int = USUAL
    behind: tuple[Any, ...] | None = None
    days: Days = Days()  # noqa: RUF009 - a tuple
    near: Box | None = None  # all that is wanted lies in it, and it is not large
    ship: int | None = None  # all that is wanted is of this MMSI


def asked_of(collection: Collection, words: Sequence[tuple[str, str]]) -> Asked:
    """What these words of a query ask for; UsageError where that cannot be taken."""
    said = _once(collection, words)
    parts: list[Condition] = []
    days, near = Days(), None
    if "bbox" in said:
        numbers = _numbers(said["bbox"])
        parts.append(boxed(numbers))
        near = _near(numbers)
    if "datetime" in said:
        wanted = interval(said["datetime"])
        parts.append(_lasting(collection, wanted))
        days = _days(wanted)
    for name in ("filter-crs", "crs", "bbox-crs"):
        if said.get(name, CRS84) != CRS84:
            message = f"{said[name][:60]!r} cannot stand for {name}: coordinates are {CRS84} here."
            raise UsageError(message)
    if said.get("filter-lang", LANGUAGE) != LANGUAGE:
        message = f"Filters are read in {LANGUAGE} here, not in {said['filter-lang'][:40]!r}."
        raise UsageError(message)
    if "filter" in said:
        parts.append(condition_of(said["filter"], collection))
    for name, found in collection.property_of.items():
        if name in said:
            parts.append(Compare(column=name, op=Op.EQ, value=_value(found, said[name])))
    return Asked(
        condition=Every(parts=tuple(parts)), limit=limit_of(said.get("limit", str(USUAL))),
        behind=key_of(collection, said["cursor"]) if "cursor" in said else None, days=days,
        near=near, ship=_ship(parts),
    )  # fmt: skip


def asked_for(collection: Collection, word: str) -> Asked | None:
    """What an id asks for; None: no feature can have it."""
    found = collection.named(word)
    if found is None:
        return None
    day = next((each.value for each in found if each.column == "day"), None)
    days = Days(day, day + DAY) if isinstance(day, datetime) else Days()
    return Asked(condition=Every(parts=found), limit=1, days=days, ship=_ship(found))


def limit_of(text: str) -> int:
    """How many features; more than are given in one answer is no error (OGC 17-069, 7.15.2)."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0):
        message = f"{text[:20]!r} is no limit: write a number of features from 1 to {MOST}."
        raise UsageError(message)
    return min(int(text), MOST)


# -- cursors ---------------------------------------------------------------------------------------


def cursor_of(collection: Collection, row: Mapping[str, Any]) -> str:
    """Where the page after this row begins."""
    values = [_plain(row[column]) for column in collection.key]
    text = json.dumps([collection.id, *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def key_of(collection: Collection, cursor: str) -> tuple[Any, ...]:
    """The key that a cursor stands for; UsageError where it is none of this collection."""
    columns = collection.shelf.columns
    try:
        packed = cursor[:LONGEST_CURSOR].encode("ascii")
        packed += b"=" * (-len(packed) % 4)
        name, *values = json.loads(base64.b64decode(packed, altchars=b"-_", validate=True))
        pairs = zip((None, *collection.key), (name, *values), strict=True)
        return tuple(_typed(columns, column, value, collection.id) for column, value in pairs)[1:]
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        message = "This cursor is none that was given here: ask again without it."
        raise UsageError(message) from None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return from_datetime(value)
    return str(value) if isinstance(value, UUID) else value


def _typed(columns: Mapping[str, Kind], column: str | None, value: Any, of: str) -> Any:
    """A value of a key, of the type that its column has; before all of them, whose key it is."""
    match (None if column is None else columns[column]), value:
        case None, str() if value == of:
            return value
        case "time", int():
            return to_datetime(value)
        case "uuid", str():
            return UUID(value)
        case "text", str() if "\0" not in value:
            value.encode()
            return value
        case "integer", int() if abs(value) < 2**63 and not isinstance(value, bool):
            return value
    raise ValueError(value)


# -- words -----------------------------------------------------------------------------------------


def _once(collection: Collection, words: Sequence[tuple[str, str]]) -> dict[str, str]:
    said: dict[str, str] = {}
    known = (*WORDS, *collection.property_of)
    for name, text in words:
        if name not in known:
            message = f"There is no parameter {name[:40]!r}: use {', '.join(known)}."
            raise UsageError(message)
        if name in said:
            message = f"The parameter {name!r} was given twice: give it once."
            raise UsageError(message)
        said[name] = text
    return said


def _numbers(text: str) -> list[float]:
    try:
        return [float(each) for each in text.split(",")]
    except ValueError:
        message = f"{text[:60]!r} is no bbox: write west,south,east,north in degrees."
        raise UsageError(message) from None


def _near(numbers: Sequence[float]) -> Box | None:
    """A box that was taken, unless it is large or crosses the antimeridian."""
    half = len(numbers) // 2
    west, south, east, north = *numbers[:2], *numbers[half : half + 2]
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    return Box(west, south, east, north) if max(east - west, north - south) <= NEAR_DEG else None


def _ship(parts: Sequence[Condition]) -> int | None:
    """The MMSI that each wanted feature has, if that is said plainly."""
    for part in parts:
        match part:
            case Compare(column="mmsi", op=Op.EQ, value=int(value)) if 0 <= value < 2**31:
                return value
    return None


def _lasting(collection: Collection, wanted: Interval) -> Condition:
    """Features that have or last for this time; where they have none, all."""
    if collection.begin is None:
        return Every(parts=())
    return Lasts(
        begin=collection.begin, end=collection.end or collection.begin,
        open_end=collection.open_end, since=wanted.since, until=wanted.until,
    )  # fmt: skip


def _days(wanted: Interval) -> Days:
    """Whole days that hold this time."""

    def begin(at: datetime) -> datetime:
        return at.replace(hour=0, minute=0, second=0, microsecond=0)

    since = None if wanted.since is None else begin(wanted.since)
    until = wanted.until
    if until is None or until.year == MAXYEAR:
        return Days(since, None)
    return Days(since, begin(until) + DAY)


def _value(found: Property, text: str) -> Any:
    """A word of a query as a value of a property."""
    literal: Any = text
    if found.kind in {"integer", "number"}:
        try:
            literal = int(text) if text.lstrip("-").isdecimal() and text.isascii() else float(text)
        except ValueError:
            literal = text
    elif found.kind == "boolean":
        literal = {"true": True, "false": False}.get(text, text)
    return value_of(found, literal)
