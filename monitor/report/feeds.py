"""Feeds in stable words, for lists and for those who listen."""

from __future__ import annotations

from monitor.service.status import FeedStatus
from monitor.store.findings import Record, iso_of
from monitor.units import to_iso


def feed_record(feed: FeedStatus) -> Record:
    """How a feed is doing, as JSON has it: instants are RFC 3339, None is never."""
    return {
        "name": feed.name, "kind": feed.kind, "where": feed.where, "state": feed.state.value,
        "since": to_iso(feed.since), "why": feed.why, "next_try_at": iso_of(feed.next_try_at),
        "connections": feed.connections, "lines": feed.lines, "messages": feed.messages,
        "last_message_at": iso_of(feed.last_message_at), "dropped": feed.dropped,
        "held_up_s": round(feed.held_up_s, 1), "slowed_s": round(feed.slowed_s, 1),
        "left_out": dict(sorted(feed.left_out.items())),
        "refused": dict(sorted(feed.refused.items())),
        "late": feed.late, "clock_slow_s": round(feed.slow_s, 1),
    }  # fmt: skip
