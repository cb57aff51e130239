"""Records of how all stood at an instant: those of now, and beside them what came late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.report.alerted import alert_record
from monitor.report.records import iso, vessel_record
from monitor.service.status import PortStatus
from monitor.store.findings import Record, call_record
from monitor.store.past import PastAlert, PastCall
from monitor.units import from_datetime


def past_vessel(row: Mapping[str, Any]) -> Record:
    """A vessel; ``late``: her fix was received after that instant."""
    return vessel_record(row)


def past_alert(found: PastAlert) -> Record:
    """An alert; ``changed_at`` of one that came late says when it was known."""
    return {**alert_record(found.stored), "late": found.late}


def past_call(found: PastCall) -> Record:
    """A port call."""
    return {**call_record(found.call), "late": found.late}


def past_ports(ports: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[Record]:
    """Each port that is watched, whether it was heard or not; what is usual is not told."""
    by_port = {row["port"]: row for row in rows}
    return [_port(port, by_port.get(port)) for port in ports]


def _port(port: str, row: Mapping[str, Any] | None) -> Record:
    heard_at = None if row is None else row["heard_at"]
    found = PortStatus(
        port=port, vessels=0 if row is None else row["vessels"],
        heard_at=None if heard_at is None else from_datetime(heard_at), usual=None,
        feeds=[] if row is None else list(row["feeds"]),
    )  # fmt: skip
    return {
        "port": port, "words": found.words, "vessels": found.vessels, "heard_at": iso(heard_at),
        "usual": None, "feeds": found.feeds,
    }  # fmt: skip
