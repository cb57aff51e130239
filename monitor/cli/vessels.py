"""``monitor vessels``."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from monitor.cli.options import Format, Mmsi, Since, Until, Wide, moment
from monitor.cli.printed import emit
from monitor.cli.stored import fetch
from monitor.errors import UsageError
from monitor.report.records import plain_record, vessel_record
from monitor.settings import read_settings


def vessels(
    *,
    mmsi: Mmsi = None,
    name: Annotated[str | None, Parameter(help="Part of the name.")] = None,
    odd: Annotated[
        bool,
        Parameter(
            negative="", help="Positions that no ship could have reached, and what came of them."
        ),
    ] = False,
    since: Since = None,
    until: Until = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """List vessels and where they were last seen."""
    from monitor.report.tables import odd_table, vessels_table
    from monitor.store import reader

    if odd:
        begin, end = moment(since), moment(until)
        rows = fetch(
            read_settings(), lambda c: reader.candidates(c, mmsi=mmsi, since=begin, until=end)
        )
        emit(
            [plain_record(row) for row in rows],
            format_,
            odd_table,
            wide=wide,
            empty="No positions that no ship could have reached: replay a log first.",
        )
        return
    if since is not None or until is not None:
        message = "--since and --until go with --odd: vessels have one last place each."
        raise UsageError(message)
    rows = fetch(read_settings(), lambda c: reader.vessels(c, mmsi=mmsi, name=name))
    records = [vessel_record(row) for row in rows]
    emit(
        records, format_, vessels_table, wide=wide, empty="No vessels: replay a log first."
    )  # fmt: skip
