"""``monitor port-calls``."""

from __future__ import annotations

from monitor.cli.options import Format, Mmsi, PortId, Since, Until, Wide, moment
from monitor.cli.printed import emit
from monitor.cli.stored import fetch
from monitor.settings import read_settings


def port_calls(
    *,
    mmsi: Mmsi = None,
    port: PortId = None,
    since: Since = None,
    until: Until = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """List arrivals and departures, oldest first."""
    from monitor.report.tables import calls_table
    from monitor.store import reader
    from monitor.store.findings import call_record

    begin, end = moment(since), moment(until)
    found = fetch(
        read_settings(),
        lambda c: reader.port_calls(c, mmsi=mmsi, port=port, since=begin, until=end),
    )
    records = [call_record(call) for call in found]
    emit(
        records, format_, calls_table, wide=wide,
        empty="No port calls: replay a log first, or ask for more.",
    )  # fmt: skip
