"""What GET /status says, for tests that change a word of it."""

from __future__ import annotations

from typing import Any


def watch_record(**changes: Any) -> dict[str, Any]:
    """A watch in which all is well, at noon; ``feeds`` and ``ports`` change the one each has.

    A dictionary changes members of ``store`` or ``spool``; a list of dictionaries makes so many
    feeds or ports, each like the first but for what it says; anything else is taken as it is.
    """
    feed = {
        "name": "harbour", "kind": "nmea-tcp", "where": "192.0.2.7:10110", "state": "live",
        "since": "2026-01-01T11:57:00Z", "why": "messages come", "next_try_at": None,
        "connections": 1, "lines": 1000, "messages": 1000, "dropped": 0, "held_up_s": 0.0,
        "last_message_at": "2026-01-01T11:59:56Z", "refused": {"bad_checksum": 31},
    }  # fmt: skip
    port = {
        "port": "tartus", "words": "heard", "vessels": 12, "heard_at": "2026-01-01T11:59:56Z",
        "usual": 10.0, "feeds": ["harbour"],
    }  # fmt: skip
    store = {
        "ready": True, "since": "2026-01-01T09:00:00Z", "why": "batches are committed",
        "commits": 1234, "rows": 5, "committed_to": "2026-01-01T11:59:56Z", "lag_p50_s": 0.05,
        "lag_p99_s": 0.25, "refused": 0, "refused_why": None,
    }  # fmt: skip
    spool = {
        "directory": "/spool", "recorded": False, "waiting_bytes": 0, "limit_bytes": 1 << 30,
        "dropped_lines": 0, "unrecorded_lines": 0, "lost_lines": 0, "lost_bytes": 0,
        "trouble": None,
    }  # fmt: skip
    whole: dict[str, Any] = {
        "version": "1", "now": "2026-01-01T12:00:00Z", "started_at": "2026-01-01T09:00:00Z",
        "lines": 1000, "vessels": 7, "visits": 2, "deadlines": 1, "waiting_reports": 0,
        "next_deadline_at": "2026-01-01T12:32:00Z", "events": {"PortArrived": 3}, "feeds": [feed],
        "ports": [port], "store": store, "spool": spool, "alerts": None, "channels": [],
        "cluster": None,
    }  # fmt: skip
    for name, change in changes.items():
        now = whole[name]
        if name in {"store", "spool"}:
            now |= change
        elif name in {"feeds", "ports"}:
            whole[name] = [{**now[0], **each} for each in change]
        else:
            whole[name] = change
    return whole
