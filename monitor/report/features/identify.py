"""Ids of features: what each row is called in an address, and which rows an id asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypedDict
from uuid import UUID

from monitor.store.conditions import Compare, Op
from monitor.units import from_datetime, to_datetime

Row = Mapping[str, Any]
Found = tuple[Compare, ...] | None

LARGEST = 2**31


class Identity(TypedDict):
    """How rows of a collection are named."""

    name: Callable[[Row], str | int]
    named: Callable[[str], Found]


def _is(**columns: Any) -> tuple[Compare, ...]:
    return tuple(Compare(column=key, op=Op.EQ, value=value) for key, value in columns.items())


def _mmsi(word: str) -> Found:
    """A number."""
    return _is(mmsi=int(word)) if re.fullmatch(r"[0-9]{1,9}", word, re.ASCII) else None


def _fix(word: str) -> Found:
    """A number and microseconds since 1970."""
    found = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,17})", word, re.ASCII)
    if found is None:
        return None
    return _is(mmsi=int(found[1]), at=to_datetime(int(found[2])))


def _day(word: str) -> Found:
    """A number, a day and a track."""
    found = re.fullmatch(r"([0-9]{1,9})-([0-9]{8})-([0-9]{1,4})", word, re.ASCII)
    if found is None:
        return None
    try:
        day = datetime.strptime(found[2], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return _is(mmsi=int(found[1]), day=day, track=int(found[3]))


def _uuid(word: str) -> Found:
    """A UUID, with its strokes or without."""
    if not re.fullmatch(r"[0-9a-fA-F-]{32,36}", word, re.ASCII):
        return None
    try:
        return _is(id=UUID(word))
    except ValueError:
        return None


def _number(word: str) -> Found:
    """A number of a row."""
    return _is(id=int(word)) if re.fullmatch(r"[0-9]{1,18}", word, re.ASCII) else None


def _text(word: str) -> Found:
    """A text."""
    return None if "\0" in word else _is(id=word)


BY_MMSI: Identity = {"name": lambda row: int(row["mmsi"]), "named": _mmsi}
BY_FIX: Identity = {
    "name": lambda row: f"{row['mmsi']}-{from_datetime(row['at'])}", "named": _fix,
}  # fmt: skip
BY_DAY: Identity = {
    "name": lambda row: f"{row['mmsi']}-{row['day']:%Y%m%d}-{row['track']}", "named": _day,
}  # fmt: skip
BY_ID: Identity = {"name": lambda row: str(row["id"]), "named": _uuid}
BY_NUMBER: Identity = {"name": lambda row: int(row["id"]), "named": _number}
BY_TEXT: Identity = {"name": lambda row: str(row["id"]), "named": _text}
