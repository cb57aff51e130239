"""Events, port calls and the rest as flat records: the stable words of the output contract.

The same record is made of a finding and of a database row, so that a dry run prints what a stored
run would.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from monitor.model import Event, PortCall, Span
from monitor.units import to_datetime

Record = dict[str, Any]


def iso(value: datetime | None) -> str | None:
    """RFC 3339 in UTC; None stays None."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _times(span: Span) -> tuple[str | None, str | None, str | None]:
    earliest, at, latest = (
        None if value is None else iso(to_datetime(value))
        for value in (span.earliest, span.at, span.latest)
    )
    return earliest, at, latest


def event_record(event: Event) -> Record:
    """Record of an event found by the pipeline."""
    earliest, at, latest = _times(event.span)
    return {
        "id": str(UUID(event.id)), "kind": event.kind.value, "state": event.state.value,
        "mmsi": event.mmsi, "track": event.track, "name": event.name, "port": event.port,
        "geofence": event.geofence, "at": at, "earliest": earliest, "latest": latest,
        "decided_at": iso(to_datetime(event.decided_at)), "confidence": event.confidence,
        "lon": event.lon, "lat": event.lat, "why": event.why, "evidence": event.evidence,
    }  # fmt: skip


def event_row_record(row: Mapping[str, Any]) -> Record:
    """Record of a row of the ``events`` query."""
    return {
        "id": str(row["id"]), "kind": row["kind"], "state": row["state"], "mmsi": row["mmsi"],
        "track": row["track"], "name": row["name"], "port": row["port"],
        "geofence": row["geofence"], "at": iso(row["at"]), "earliest": iso(row["earliest"]),
        "latest": iso(row["latest"]), "decided_at": iso(row["decided_at"]),
        "confidence": row["confidence"], "lon": row["lon"], "lat": row["lat"], "why": row["why"],
        "evidence": _sorted(json.loads(row["evidence"])),
    }  # fmt: skip


def _sorted(evidence: dict[str, Any]) -> dict[str, Any]:
    """Give JSON members the order they were made in: jsonb does not keep it."""
    order = (
        "at", "received_at", "lon", "lat", "sog_kn", "cog_deg", "status", "type", "source", "line",
        "sentence",
    )  # fmt: skip
    fixes = [{name: fix[name] for name in order} for fix in evidence["fixes"]]
    figures = dict(sorted(evidence["figures"].items()))
    return {"fixes": fixes, "figures": figures, "geofence_hash": evidence["geofence_hash"]}


def _instant(record: Record) -> tuple[str, ...]:
    when = record["at"] or record["latest"] or record["earliest"] or record["decided_at"]
    return (_pad(when), _pad(record["decided_at"]), f"{record['mmsi']:010d}", record["kind"],
            record["id"])  # fmt: skip


def _pad(when: str) -> str:
    """Make ISO times with and without microseconds compare as text."""
    return when[:-1] + ".000000Z" if "." not in when else when


def settle_events(events: Iterable[Event]) -> list[Record]:
    """Last state of each event, oldest first: what the database holds after the same run."""
    latest = {event.id: event_record(event) for event in events}
    for record in latest.values():
        record["evidence"] = _sorted(json.loads(json.dumps(record["evidence"])))
    return sorted(latest.values(), key=_instant)


def call_record(call: PortCall) -> Record:
    """Record of a port call found by the pipeline."""
    stages = []
    for stage in call.stages:
        earliest, at, latest = _times(stage.span)
        stages.append(
            {"kind": stage.kind.value, "geofence": stage.geofence, "earliest": earliest,
             "at": at, "latest": latest}
        )  # fmt: skip
    earliest, at, latest = _times(call.arrived)
    departed = None
    if call.departed is not None:
        left = _times(call.departed)
        departed = {"earliest": left[0], "at": left[1], "latest": left[2]}
    return {
        "id": str(UUID(call.id)), "mmsi": call.mmsi, "track": call.track, "name": call.name,
        "port": call.port, "arrived": {"earliest": earliest, "at": at, "latest": latest},
        "departed": departed, "confidence": call.confidence, "stages": stages,
    }  # fmt: skip


def call_row_record(row: Mapping[str, Any]) -> Record:
    """Record of a row of the ``port_calls`` query."""
    departed = None
    if row["departed"]:
        departed = {
            "earliest": iso(row["departed_earliest"]),
            "at": iso(row["departed_at"]),
            "latest": iso(row["departed_latest"]),
        }
    order = ("kind", "geofence", "earliest", "at", "latest")
    stages = [{name: stage[name] for name in order} for stage in json.loads(row["stages"])]
    return {
        "id": str(row["id"]), "mmsi": row["mmsi"], "track": row["track"], "name": row["name"],
        "port": row["port"],
        "arrived": {
            "earliest": iso(row["arrived_earliest"]), "at": iso(row["arrived_at"]),
            "latest": iso(row["arrived_latest"]),
        },
        "departed": departed, "confidence": row["confidence"], "stages": stages,
    }  # fmt: skip


def settle_calls(calls: Iterable[PortCall]) -> list[Record]:
    """Last word on each port call, oldest first; withdrawn ones are left out."""
    latest = {call.id: call for call in calls}

    def order(call: PortCall) -> tuple[int, int, str]:
        instants = (call.arrived.at, call.arrived.latest, call.decided_at)
        when = next(value for value in instants if value is not None)
        return when, call.mmsi, call.id

    kept = sorted((call for call in latest.values() if not call.withdrawn), key=order)
    return [call_record(call) for call in kept]


def plain_record(row: Mapping[str, Any]) -> Record:
    """Record of any other row: times become ISO, the rest stays."""
    return {
        name: iso(value) if isinstance(value, datetime) else value for name, value in row.items()
    }
