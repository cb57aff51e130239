"""``monitor events``."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from monitor.cli.options import Format, Mmsi, PortId, Since, Until, Wide, moment
from monitor.cli.printed import emit
from monitor.cli.stored import fetch
from monitor.errors import UsageError
from monitor.model import EventKind
from monitor.settings import read_settings


def events(
    *,
    mmsi: Mmsi = None,
    port: PortId = None,
    kind: Annotated[str | None, Parameter(help="Only this kind, such as PortArrived.")] = None,
    since: Since = None,
    until: Until = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """List what happened, oldest first."""
    from monitor.report.tables import events_table
    from monitor.store import reader
    from monitor.store.findings import event_record

    if kind is not None and kind not in set(EventKind):
        message = f"There is no event kind {kind!r}: use one of {', '.join(EventKind)}."
        raise UsageError(message)
    begin, end = moment(since), moment(until)
    found = fetch(
        read_settings(),
        lambda c: reader.events(c, mmsi=mmsi, port=port, kind=kind, since=begin, until=end),
    )
    records = [event_record(event) for event in found]
    emit(
        records, format_, events_table, wide=wide,
        empty="No events: replay a log first, or ask for more.",
    )  # fmt: skip
