"""Options that several commands have, and how people write a time."""

from __future__ import annotations

import re
import resource
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, Literal, overload
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cyclopts import Parameter

from monitor.clock import now_us
from monitor.errors import UsageError
from monitor.units import DAY_US, NO_TIME, SECOND_US, from_datetime, to_datetime

OutputFormat = Literal["table", "json", "jsonl", "csv", "geojson"]
Since = Annotated[str | None, Parameter(help="From this time on: RFC 3339, a date, or 2h, 3d ago.")]
Until = Annotated[str | None, Parameter(help="Up to this time: RFC 3339, a date, or 2h, 3d ago.")]
Mmsi = Annotated[int | None, Parameter(help="Only this vessel.")]
PortId = Annotated[str | None, Parameter(help="Only this port: its id, such as tobruk.")]
Format = Annotated[OutputFormat, Parameter(name="--format", help="How to print.")]
Wide = Annotated[
    bool, Parameter(negative=(), help="Show all columns of a table, and fold no text.")
]
Geofences = Annotated[
    Path | None, Parameter(help="Folder of geofence files; without it, the ones that come along.")
]

InputForm = Annotated[str | None, Parameter(help="Form of the logs, if not recognised.")]
Start = Annotated[str | None, Parameter(help="When an undated log began, RFC 3339.")]
DateOrder = Annotated[
    Literal["day-first", "month-first"] | None,
    Parameter(help="Of dates like 3/4/2024, if nothing tells."),
]
Timezone = Annotated[str | None, Parameter(help="Of times without a zone, such as Europe/Rome.")]
MmsiOfTable = Annotated[int | None, Parameter(help="Whose a table without an MMSI is.")]
Lateness = Annotated[float | None, Parameter(help="Seconds that late reports are waited for.")]

LONGEST_LATENESS_S = 366 * 86_400
_AGO = re.compile(r"(\d+)\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@overload
def moment(text: str) -> datetime: ...


@overload
def moment(text: str | None) -> datetime | None: ...


def moment(text: str | None) -> datetime | None:
    """Read a time as people write it; a time without a zone is UTC."""
    if text is None:
        return None
    if match := _AGO.fullmatch(text.strip()):
        try:
            return to_datetime(now_us()) - timedelta(**{_UNITS[match[2]]: int(match[1])})
        except OverflowError as error:
            message = f"{text!r} is too long ago."
            raise UsageError(message) from error
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is no time: write 2024-12-13, 2024-12-13T04:00Z or 2h."
        raise UsageError(message) from error
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def instant_us(text: str) -> int:
    """Read a time as microseconds."""
    try:
        return from_datetime(moment(text))
    except OverflowError as error:  # of the year 1 or 9999, in another zone
        message = f"{text!r} is no time of this age."
        raise UsageError(message) from error


def start_us(text: str | None) -> int:
    """Read when a log began; None: NO_TIME."""
    from monitor.decode.dating import EARLIEST

    if text is None:
        return NO_TIME
    at = instant_us(text)
    if not EARLIEST <= at <= now_us() + DAY_US:
        message = f"{text!r} is no time at which a log of AIS can have begun."
        raise UsageError(message)
    return at


def open_many() -> None:
    """Let this process have as many files open as it may: each log is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def lateness_of(seconds: float | None, setting: float | None) -> int | None:
    """How long late reports are waited for, us: as told, or as set; None: neither."""
    if seconds is not None and not 0 <= seconds <= LONGEST_LATENESS_S:
        message = f"--lateness must be 0 to {LONGEST_LATENESS_S:,} seconds."
        raise UsageError(message)
    found = setting if seconds is None else seconds
    return None if found is None else round(found * SECOND_US)


def mmsi_of_table(mmsi: int | None) -> int | None:
    """Check whose a table is."""
    if mmsi is not None and not 0 < mmsi < 1_000_000_000:
        message = f"--mmsi {mmsi} is no MMSI: it has nine digits."
        raise UsageError(message)
    return mmsi


def zone_of(name: str | None) -> tzinfo:
    """Read the name of a zone of the IANA database; None is UTC."""
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"There is no time zone {name!r}: write one as Europe/Rome or UTC."
        raise UsageError(message) from error
