"""``monitor voyages``."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from monitor.cli.options import Format, Mmsi, Since, Until, Wide, moment
from monitor.cli.printed import emit
from monitor.cli.stored import fetch
from monitor.settings import read_settings


def voyages(
    *,
    mmsi: Mmsi = None,
    from_: Annotated[
        str | None, Parameter(name="--from", help="Only from this port: its id, such as tartus.")
    ] = None,
    to: Annotated[
        str | None, Parameter(help="Only to this port; leaves out those that are not made yet.")
    ] = None,
    since: Since = None,
    until: Until = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """List voyages from port call to port call, their unseen part included, oldest first."""
    from monitor.report.tables import voyages_table
    from monitor.store import reader
    from monitor.store.findings import voyage_record

    begin, end = moment(since), moment(until)
    found = fetch(
        read_settings(),
        lambda c: reader.voyages(c, mmsi=mmsi, from_=from_, to=to, since=begin, until=end),
    )
    records = [voyage_record(event) for event in found]
    emit(
        records, format_, voyages_table, wide=wide,
        empty="No voyages: replay a log first, or ask for more.",
    )  # fmt: skip
