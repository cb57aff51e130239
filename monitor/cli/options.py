"""What several commands share: options, settings, the database, output."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from monitor.clock import now_us
from monitor.errors import UsageError
from monitor.report.records import Record
from monitor.settings import Settings
from monitor.units import from_datetime, to_datetime

if TYPE_CHECKING:
    from rich.table import Table

OutputFormat = Literal["table", "json", "jsonl", "csv", "geojson"]
Since = Annotated[str | None, Parameter(help="From this time on: RFC 3339, a date, or 2h, 3d ago.")]
Until = Annotated[str | None, Parameter(help="Up to this time: RFC 3339, a date, or 2h, 3d ago.")]
Mmsi = Annotated[int | None, Parameter(help="Only this vessel.")]
PortId = Annotated[str | None, Parameter(help="Only this port: its id, such as tobruk.")]
Format = Annotated[OutputFormat, Parameter(name="--format", help="How to print.")]
Geofences = Annotated[
    Path | None, Parameter(help="Folder of geofence files; without it, the ones that come along.")
]

_AGO = re.compile(r"(\d+)\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str | None) -> datetime | None:
    """Read a time as people write it; a time without a zone is UTC."""
    if text is None:
        return None
    if match := _AGO.fullmatch(text.strip()):
        return to_datetime(now_us()) - timedelta(**{_UNITS[match[2]]: int(match[1])})
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is no time: write 2024-12-13, 2024-12-13T04:00Z or 2h."
        raise UsageError(message) from error
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def instant_us(text: str) -> int:
    """Read a time as microseconds."""
    value = moment(text)
    return 0 if value is None else from_datetime(value)


def database_url(settings: Settings) -> str:
    """URL of the database to use: the one that is set, or the private cluster's, started."""
    if settings.database_url is not None:
        return settings.database_url
    from monitor.store.cluster import Cluster

    return Cluster(home=settings.home).start()


def ready_url(settings: Settings) -> str:
    """The same, and the private cluster's schema brought up to date: it is ours alone."""
    url = database_url(settings)
    if settings.database_url is None:
        ensure_schema(url)
    return url


def ensure_schema(url: str) -> None:
    """Migrate unless the schema is the newest."""
    from monitor.errors import StoreError
    from monitor.store.database import connected
    from monitor.store.migrate import migrate

    async def probe() -> None:
        async with connected(url):
            pass

    try:
        asyncio.run(probe())
    except StoreError as error:
        if "monitor database migrate" not in str(error):
            raise
        migrate(url)


def fetch(settings: Settings, work: Callable[[Any], Coroutine[Any, Any, list[Any]]]) -> list[Any]:
    """Run a query of the store on a fresh connection."""
    from monitor.store.database import connected

    async def go() -> list[Any]:
        async with connected(url) as connection:
            return await work(connection)

    url = ready_url(settings)
    return asyncio.run(go())


def emit(
    records: list[Record], form: str, table: Callable[[list[Record]], Table], *, empty: str
) -> None:
    """Print records as asked: a table for people, or one of FORMATS."""
    if form == "table":
        from monitor.report.tables import show

        show(table(records), empty=empty)
        return
    from monitor.report.formats import FORMATS

    sys.stdout.write(FORMATS[form](records))
