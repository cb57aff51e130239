"""What a run found, as it stands at its end; and rows of other kinds as flat records.

The stable words of events and port calls are those of ``monitor.store.findings``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.model import Event, PortCall
from monitor.store.findings import Record, call_record, event_record


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
    """Record of any other row: times become ISO, the rest stays."""
    return {
        name: iso(value) if isinstance(value, datetime) else value for name, value in row.items()
    }
