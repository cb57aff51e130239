"""``monitor redetect``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from monitor.cli.options import Format, Geofences, Mmsi, PortId, Since, Until, Wide, moment
from monitor.cli.printed import emit
from monitor.cli.stored import run
from monitor.errors import BusyError
from monitor.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.service.redetect import Which
    from monitor.service.reviser import Tally


def redetect(
    *,
    mmsi: Mmsi = None,
    port: PortId = None,
    since: Since = None,
    until: Until = None,
    geofences: Geofences = None,
    dry_run: Annotated[
        bool, Parameter(negative=(), help="Change nothing: print what would change.")
    ] = False,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """Detect again on what is stored: with other geofences, or as a newer release does.

    All that is stored of a ship is looked at, of those that were heard in this time or near this
    port. What is added, amended or withdrawn is printed before it is written. Beside a running
    watch, the watch does it, with its own geofences.
    """
    from monitor.report.changes import change_record
    from monitor.report.tables import changes_table
    from monitor.service.redetect import Which

    which = Which(mmsi=mmsi, port=port, since=moment(since), until=moment(until))

    def show(found: Tally) -> None:
        emit(
            [change_record(change) for change in found.changes], format_, changes_table, wide=wide,
            empty="Nothing changes.",
        )  # fmt: skip

    async def work(connection: Any) -> list[str]:
        return await _work(connection, which, geofences, show, dry_run=dry_run)

    out = sys.stdout if format_ == "table" else sys.stderr
    out.writelines(f"{line}\n" for line in run(read_settings(), work))


async def _work(
    connection: Any, which: Which, geofences: Path | None, show: Any, *, dry_run: bool
) -> list[str]:
    """Find what would change, show it, and write it; the closing words."""
    from monitor.gatefile import load_watched
    from monitor.service.alerting import desk_of
    from monitor.service.redetect import Redetection
    from monitor.store.amend import Amender
    from monitor.store.writer import Writer

    settings = read_settings()
    fences = load_watched(geofences or settings.geofences)
    desk = desk_of(settings, fences)
    async with Redetection.of(fences, connection, which, desk=None, write=False) as looking:
        ships = await looking.ships()
        found = await looking.take(ships, write=False)
    show(found)
    words = [_words(found, len(ships))]
    if dry_run or not found.changes:
        return words
    try:
        async with Redetection.of(fences, connection, which, desk=desk, write=True) as writing:
            await writing.take(ships, write=True)
    except BusyError as error:
        if geofences is not None:
            raise
        await Amender(Writer(connection)).due(ships)
        return [*words, f"{error.process} writes to this database: it was told to do it."]
    return [*words, "Written."]


def _words(found: Tally, ships: int) -> str:
    looked = "1 ship" if ships == 1 else f"{ships:,} ships"
    kept_out = ""
    if found.kept_out:
        kept_out = f" {found.kept_out:,} were left out, for positions of theirs were pruned."
    if found.failed:
        kept_out += f" The program failed on {found.failed:,}, see the log."
    return f"Looked at {looked}: {found.counts}.{kept_out}"
