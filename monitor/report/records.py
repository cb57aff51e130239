"""What a run found, as it stands at its end; and rows of other kinds as flat records.

The stable words of events and port calls are those of ``monitor.store.findings``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.model import Event, PortCall
from monitor.store.findings import Record, call_record, event_record
from monitor.words import destination_text, digits, flag_words, ship_type_text, status_text


def iso(value: datetime | None) -> str | None:
    """RFC 3339 in UTC; None stays None."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def settle_events(events: Iterable[Event]) -> list[Record]:
    """Last state of each event, oldest first: what the database holds after the same run."""
    latest = {event.id: event for event in events}

    def order(event: Event) -> tuple[int, int, int, str, str]:
        span = event.span
        known = (span.at, span.latest, span.earliest, event.decided_at)
        told_at = next(at for at in known if at is not None)
        return told_at, event.decided_at, event.mmsi or 0, event.kind.value, event.id

    return [event_record(event) for event in sorted(latest.values(), key=order)]


def settle_calls(calls: Iterable[PortCall]) -> list[Record]:
    """Last word on each port call, oldest first; withdrawn ones are left out."""
    latest = {call.id: call for call in calls}

    def order(call: PortCall) -> tuple[int, int, str]:
        known = (call.arrived.at, call.arrived.latest, call.decided_at)
        return next(at for at in known if at is not None), call.mmsi, call.id

    kept = sorted((call for call in latest.values() if not call.withdrawn), key=order)
    return [call_record(call) for call in kept]


def plain_record(row: Mapping[str, Any]) -> Record:
    """Record of any other row: times become ISO, and codes have their words beside them.

    Speeds, courses and places have the digits that they deserve; the rest stays.
    """
    record: Record = {}
    for name, value in row.items():
        record[name] = iso(value) if isinstance(value, datetime) else digits(name, value)
        if name in _WORDS:
            record[f"{name}_text"] = _WORDS[name](value)
    return record


def vessel_record(row: Mapping[str, Any]) -> Record:
    """Record of a vessel: the same, and behind her number whose flag she flies."""
    record: Record = {}
    for name, value in plain_record(row).items():
        record[name] = destination_text(value) if name == "destination" else value
        if name == "mmsi":
            record |= flag_words(value)
    return record


_WORDS: dict[str, Callable[[Any], str | None]] = {
    "status": status_text,
    "ship_type": ship_type_text,
}
"""Members of rows that are codes, and what puts them in words."""
