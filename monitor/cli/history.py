"""``monitor history``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from monitor.cli.options import Since, Until, Wide, moment
from monitor.cli.printed import emit
from monitor.cli.stored import fetch
from monitor.errors import UsageError
from monitor.report.records import plain_record
from monitor.settings import read_settings
from monitor.words import flag_of


def history(
    mmsi: int,
    *,
    since: Since = None,
    until: Until = None,
    format_: Annotated[
        Literal["table", "csv", "geojson", "jsonl", "json", "parquet"],
        Parameter(name="--format", help="How to print; parquet needs --output."),
    ] = "table",
    output: Annotated[
        Path | None, Parameter(name=["--output", "-o"], help="File to write parquet to.")
    ] = None,
    wide: Wide = False,
) -> None:
    """Export the positions of one vessel, oldest first."""
    from monitor.report.tables import history_table
    from monitor.store import reader

    if format_ == "parquet" and output is None:
        message = "Parquet is binary: name a file with --output."
        raise UsageError(message)
    begin, end = moment(since), moment(until)
    rows = fetch(read_settings(), lambda c: reader.history(c, mmsi, since=begin, until=end))
    if format_ == "parquet" and output is not None:
        from monitor.report.frames import write_parquet

        write_parquet(rows, output)
        return
    records = [plain_record(row) for row in rows]
    of = flag_of(mmsi)
    title = f"History of {mmsi:09d}" + (f", {of.name}" if of else "")
    emit(
        records, format_, lambda r: history_table(title, r), wide=wide,
        empty=f"No positions of {mmsi:09d}.",
    )  # fmt: skip
