"""The stream's configuration, and servers that will not do."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.broker.stream import (
    MESSAGE_BYTES,
    check_server,
    differences,
    instant_us,
    state_of,
    subject_of,
    wanted,
)
from monitor.errors import UnfitError

OURS = wanted("monitor", replicas=3, most_mb=64)
SERVER = {"server_name": "n1", "version": "2.11.4", "jetstream": True, "max_payload": 1 << 20}


def test_the_same_is_no_difference() -> None:
    """A server adds words of its own."""
    found = {**OURS, "metadata": {**OURS["metadata"], "_nats.ver": "2.12"}, "sealed": False}
    assert differences(found, OURS) == []


@pytest.mark.parametrize(
    ("word", "value"), [("num_replicas", 1), ("max_bytes", 1 << 20), ("duplicate_window", 5)]
)
def test_what_may_be_otherwise_is_said(word: str, value: object) -> None:
    (said,) = differences({**OURS, word: value}, OURS)
    assert said.startswith(f"The stream monitor has {word} {value!r}, and not ")


@pytest.mark.parametrize(
    ("word", "value", "why"),
    [
        ("retention", "workqueue", "drop what was read"),
        ("discard", "old", "drop its oldest when it is full"),
        ("max_age", 10**9, "drop what is old"),
        ("max_msgs_per_subject", 5, "drop the oldest of an edge"),
        ("subjects", [">"], "takes no lines of edges, or more"),
        ("metadata", {"Monitor-Layout": "2"}, "is of layout 2"),
        ("metadata", None, "was not made by this program"),
    ],
)
def test_what_would_lose_lines_is_refused(word: str, value: object, why: str) -> None:
    with pytest.raises(UnfitError, match=f"The stream monitor .*{why}"):
        differences({**OURS, word: value}, OURS)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"version": "2.10.29"}, r"is nats-server 2\.10\.29: 2\.11 or newer"),
        ({"version": "1.4"}, "2.11 or newer"),
        ({"version": ""}, "2.11 or newer"),
        ({"version": "next"}, "2.11 or newer"),
        ({"jetstream": False}, "has no JetStream: start it with -js"),
        ({"max_payload": MESSAGE_BYTES}, "set its max_payload"),
    ],
)
def test_a_server_that_will_not_do(change: dict[str, Any], why: str) -> None:
    check_server(SERVER)
    check_server({**SERVER, "version": "3.0.0-beta.1"})
    with pytest.raises(UnfitError, match=f"The broker n1 {why}" if "is" in why[:3] else why):
        check_server({**SERVER, **change})


def test_instants_of_the_server_are_read_to_the_microsecond() -> None:
    assert instant_us("1970-01-01T00:00:01Z") == 10**6
    assert instant_us("1970-01-01T00:00:01.5Z") == 1_500_000
    assert instant_us("1970-01-01T00:00:01.0000019Z") == 1_000_001


def test_states_and_subjects() -> None:
    info = {"created": "x", "state": {"first_seq": 3, "last_seq": 9, "bytes": 7}, "config": OURS}
    assert state_of(info) == ("x", 3, 9, 7, 64 << 20)
    assert subject_of("monitor", "north") == "monitor.lines.north"
