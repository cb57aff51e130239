"""Records of the past: a port that is watched is told of, whether it was heard or not."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.report.past import past_ports

NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)


def test_a_port_that_is_not_heard_is_said_to_be() -> None:
    """What was heard near one that is watched no more is left out."""
    rows = [
        {"port": "tartus", "vessels": 2, "heard_at": NOON, "feeds": ["mole"]},
        {"port": "gone", "vessels": 9, "heard_at": NOON, "feeds": ["mole"]},
    ]
    assert past_ports(["tartus", "tobruk"], rows) == [
        {"port": "tartus", "words": "heard", "vessels": 2, "heard_at": "2024-12-13T12:00:00Z",
         "usual": None, "feeds": ["mole"]},
        {"port": "tobruk", "words": "not heard", "vessels": 0, "heard_at": None, "usual": None,
         "feeds": []},
    ]  # fmt: skip
