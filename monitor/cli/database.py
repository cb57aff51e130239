"""``monitor database``: the private PostGIS cluster, the schema, and what is kept for how long."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from monitor.cli.options import Format
from monitor.errors import StoreError, UsageError
from monitor.hidden import without_password
from monitor.settings import read_settings

PACK_DAYS = 2
"""That the watch waits, too: see store/packing.py."""

if TYPE_CHECKING:
    from monitor.store.prune import Month

app = App(name="database", help="Start, stop and migrate the private PostGIS.")


@app.command
def start() -> None:
    """Start the private cluster (made at first) and print its URL."""
    from monitor.cli.stored import ready_url

    sys.stdout.write(f"{without_password(ready_url(read_settings()))}\n")


@app.command
def stop() -> None:
    """Stop the private cluster; its data stay."""
    from monitor.store.cluster import Cluster

    Cluster(home=read_settings().home).stop()
    sys.stdout.write("stopped\n")


@app.command
def status() -> None:
    """Say where the database is and whether it runs."""
    settings = read_settings()
    if settings.database_url is not None:
        sys.stdout.write(f"MONITOR_DATABASE_URL: {without_password(settings.database_url)}\n")
        return
    from monitor.store.cluster import Cluster

    found = Cluster(home=settings.home).status()
    sys.stdout.write(f"private cluster: {found.state}\n")
    sys.stdout.write(f"data: {found.data_directory}\n")
    sys.stdout.write(f"socket: {found.socket_directory}\n")


@app.command
def migrate() -> None:
    """Bring the database to the newest schema."""
    from monitor.cli.stored import database_url
    from monitor.store.migrate import migrate as upgrade
    from monitor.store.migrate import newest

    upgrade(database_url(read_settings()))
    sys.stdout.write(f"schema {newest()}\n")


@app.command
def prune(
    *,
    older_than: Annotated[str, Parameter(help="Age in days, 7 at least: 90 or 90d.")],
    dry_run: Annotated[
        bool, Parameter(negative=(), help="Drop nothing: print what would be dropped.")
    ] = False,
    format_: Format = "table",
) -> None:
    """Drop positions of months that ended so many days ago.

    Fixes within 6 hours of an event of their vessel or of a bound of one of her port calls stay, as
    do all events, port calls and identities.
    """
    from monitor.cli.printed import emit
    from monitor.cli.stored import run
    from monitor.report.tables import plain_table
    from monitor.store import prune as store

    days = _days(older_than)
    store.check_days(days)

    async def work(connection: Any) -> list[Month]:
        if dry_run:
            return [month async for month in store.due(connection, days)]
        return await store.prune(connection, days)

    months = run(read_settings(), work)
    title = "Positions that would be dropped" if dry_run else "Positions dropped"
    emit(
        [_record(month) for month in months],
        format_,
        lambda records: plain_table(title, records),
        empty=f"No month of positions that ended {days} days ago has anything to drop.",
    )
    held = [month.partition for month in months if month.state is store.State.IN_USE]
    if held:
        message = f"{', '.join(held)}: in use by others, nothing dropped: try again later."
        raise StoreError(message)


@app.command
def pack(
    *,
    older_than: Annotated[
        str, Parameter(help="Age of the days in days, 0 at least: 2 or 2d.")
    ] = f"{PACK_DAYS}d",
    format_: Format = "table",
) -> None:
    """Pack positions of days that ended so many days ago, as the watch does by itself.

    Nothing is lost or changed: packed positions take a tenth of the room, and are read as before.
    """
    from monitor.cli.printed import emit
    from monitor.cli.stored import run
    from monitor.report.tables import plain_table
    from monitor.store.packing import pack_days
    from monitor.store.presence import AT_ONCE
    from monitor.store.prune import MOST_DAYS

    days = _days(older_than)
    if not 0 <= days <= MOST_DAYS:
        message = f"Days of an age of {days:,} days cannot be packed: give 0 to {MOST_DAYS:,} days."
        raise UsageError(message)

    async def work(connection: Any) -> list[Any]:
        return [
            {"day": f"{day.day}", "fixes": day.fixes, "packed_rows": day.rows, "left": day.left,
             "state": "changed meanwhile" if day.changed else "packed"}
            async for day in pack_days(connection, older_than_days=days, quiet=AT_ONCE)
        ]  # fmt: skip

    emit(
        run(read_settings(), work), format_, lambda records: plain_table("Days packed", records),
        empty=f"No day of positions that ended {days} days ago is left to pack.",
    )  # fmt: skip


def _days(text: str) -> int:
    match = re.fullmatch(r"([+-]?\d{1,9})\s*d?", text.strip())
    if match is None:
        message = f"{text!r} is no age in days: write 90 or 90d."
        raise UsageError(message)
    return int(match[1])


def _record(month: Month) -> dict[str, Any]:
    return {
        "month": f"{month.since:%Y-%m}",
        "fixes": month.fixes,
        "bytes": month.size,
        "kept_fixes": month.kept_fixes,
        "kept_bytes": month.kept_size,
        "state": month.state.value,
    }
