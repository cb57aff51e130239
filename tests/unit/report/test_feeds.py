"""Feeds in stable words."""

from __future__ import annotations

from monitor.report.feeds import feed_record
from monitor.store.findings import iso_of
from monitor.units import SECOND_US
from tests.integration.api.standing import NOON, feed


def test_how_a_feed_is_doing() -> None:
    """Instants are RFC 3339; never is null."""
    record = feed_record(feed(lines=3, last_message_at=NOON + SECOND_US, held_up_s=0.26))
    assert (record["name"], record["state"], record["lines"]) == ("harbour", "live", 3)
    assert record["last_message_at"] == "2026-01-01T12:00:01Z"
    assert (record["next_try_at"], record["held_up_s"]) == (None, 0.3)
    assert iso_of(None) is None
