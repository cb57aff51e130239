"""What changes when ships are taken again, as records."""

from __future__ import annotations

from monitor.model import Amended, Event, PortCall
from monitor.store.amendment import Change
from monitor.store.findings import Record, call_record, event_record


def change_record(change: Change) -> Record:
    """A change: the finding as it is now, and when it was before; a port call by its arrival."""
    was = None
    if change.word is Amended.AMENDED and change.before is not None:
        was = _span(change.before)
    return {"change": change.word.value, **_record(change.finding), "was": was}


def _record(finding: Event | PortCall) -> Record:
    if isinstance(finding, Event):
        return event_record(finding)
    record = call_record(finding)
    state = "withdrawn" if finding.withdrawn else "confirmed"
    return {**record, "kind": "PortCall", **record["arrived"], "state": state}


def _span(finding: Event | PortCall) -> Record:
    record = _record(finding)
    return {name: record[name] for name in ("earliest", "at", "latest")}
