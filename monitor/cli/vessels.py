"""``monitor vessels``."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from monitor.cli.options import Format, Mmsi
from monitor.cli.printed import emit
from monitor.cli.stored import fetch
from monitor.report.records import plain_record
from monitor.settings import read_settings


def vessels(
    *,
    mmsi: Mmsi = None,
    name: Annotated[str | None, Parameter(help="Part of the name.")] = None,
    format_: Format = "table",
) -> None:
    """List vessels and where they were last seen."""
    from monitor.report.tables import plain_table
    from monitor.store import reader

    rows = fetch(read_settings(), lambda c: reader.vessels(c, mmsi=mmsi, name=name))
    records = [plain_record(row) for row in rows]
    emit(
        records,
        format_,
        lambda r: plain_table("Vessels", r),
        empty="No vessels: replay a log first.",
    )
