"""Times of requests: RFC 3339 instants, days, and intervals that may be open at either end."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from monitor.errors import UsageError

_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
"""The shortest time that the store knows."""

OPEN = {"", ".."}


class Interval(NamedTuple):
    """Both ends belong to it; None: it has no end there."""

    since: datetime | None
    until: datetime | None


def instant(text: str) -> datetime:
    """An instant in UTC; UsageError where it is none."""
    if _INSTANT.fullmatch(text):
        try:
            return datetime.fromisoformat(_short(text).upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    message = f"{text[:40]!r} is no time: write such as 2024-12-13T04:00:00Z."
    raise UsageError(message)


def day(text: str) -> datetime:
    """The begin of a day in UTC; UsageError where it is none."""
    try:
        if _DAY.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        pass
    message = f"{text[:40]!r} is no day: write such as 2024-12-13."
    raise UsageError(message)


def interval(text: str) -> Interval:
    """A time, a day, or two of them parted by a stroke, of which each may be left open (..)."""
    ends = text.split("/")
    if len(ends) > 2:
        message = f"{text[:60]!r} is no interval: write a begin, a stroke and an end."
        raise UsageError(message)
    if len(ends) == 1:
        return Interval(_begin(text), _end(text))
    since = None if ends[0] in OPEN else _begin(ends[0])
    until = None if ends[1] in OPEN else _end(ends[1])
    if since is not None and until is not None and since > until:
        message = f"{text[:60]!r} ends before it begins."
        raise UsageError(message)
    return Interval(since, until)


def _begin(text: str) -> datetime:
    return day(text) if _DAY.fullmatch(text) else instant(text)


def _end(text: str) -> datetime:
    """The end of a time: a day is all of it."""
    if not _DAY.fullmatch(text):
        return instant(text)
    begin = day(text)
    return begin + (DAY - TICK)


def _short(text: str) -> str:
    """With six digits of a second at most: Python knows no more, nor does the store."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text)
