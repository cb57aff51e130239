"""Messages: there and back through JSON, and what is old news."""

from __future__ import annotations

import json

import pytest

from monitor.alert.message import Message, Severity, Word, from_payload, to_payload
from monitor.units import HOUR_US, SECOND_US

AT = 1_700_000_000 * SECOND_US
FULL = Message(
    alert="a", revision=2, word=Word.AMENDED, severity=Severity.CRITICAL, headline="She arrived",
    text="Two\nlines", record={"event": "PortArrived"}, place="tobruk", mmsi=273_999_410,
    name="SPARTA", lon=24.1, lat=32.1, happened_at=AT - 5, decided_at=AT, link="https://x.example",
    before_at=AT - SECOND_US,
)  # fmt: skip
BARE = Message(
    alert="b", revision=1, word=Word.RAISED, severity=Severity.INFO, headline="h", text="",
    decided_at=AT,
)  # fmt: skip


@pytest.mark.parametrize("message", [FULL, BARE], ids=["full", "bare"])
def test_there_and_back_through_json(message: Message) -> None:
    assert from_payload(json.loads(json.dumps(to_payload(message)))) == message


def test_a_payload_of_a_later_release_may_hold_more() -> None:
    """What is not known is left alone; what is changed is changed."""
    payload = to_payload(BARE) | {"colour": "red"}
    assert from_payload(payload, state="closed").state == "closed"


def test_23_the_key_is_that_of_the_alert_and_its_revision() -> None:
    assert (FULL.key, BARE.key) == ("a.2", "b.1")


@pytest.mark.parametrize(
    ("happened", "decided", "handed", "old"),
    [
        (0, 6, 6, False),
        (0, 6.1, 6.1, True),  # told late
        (None, 0, 1, False),
        (None, 0, 1.1, True),  # a backlog
        (0, 0, 0, False),
    ],
)
def test_14_what_is_old_news(
    happened: float | None, decided: float, handed: float, *, old: bool
) -> None:
    """In hours: happened, decided, handed over."""
    at = None if happened is None else AT + round(happened * HOUR_US)
    message = from_payload(
        to_payload(BARE), happened_at=at, decided_at=AT + round(decided * HOUR_US)
    )
    assert message.is_old(AT + round(handed * HOUR_US)) is old
