"""What becomes of what waits in a lane, row by row; pauses; what tells of the dead."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.alert.message import Message, Severity, Word, to_payload
from monitor.service.settle import (
    GROUP_US,
    dead_notices,
    is_digestible,
    is_grave,
    message_of,
    outgoing,
    pause_us,
    settle,
)
from monitor.store.outbox import Buried, Waiting, digest_lane, lane_of
from monitor.units import HOUR_US, SECOND_US

NOW = 1_700_000_000 * SECOND_US


def message(number: int = 1, revision: int = 1, **words: Any) -> Message:
    found: dict[str, Any] = {
        "alert": f"a{number}", "revision": revision, "word": Word.RAISED,
        "severity": Severity.WARNING, "headline": "h", "text": "t", "decided_at": NOW,
    }  # fmt: skip
    return Message(**found | words)


def row(id_: int, sent: Message, **words: Any) -> Waiting:
    found: dict[str, Any] = {
        "id": id_, "alert": sent.alert, "revision": sent.revision, "channel": "duty",
        "lane": "duty|1", "word": sent.word.value, "severity": sent.severity.value,
        "payload": to_payload(sent), "attempts": 0, "due": NOW, "expires": None, "made_at": NOW,
        "perhaps_at": None, "stands": "open", "told": False,
    }  # fmt: skip
    return Waiting(**found | words)


AMENDED, WITHDRAWN, GRAVE = Word.AMENDED, Word.WITHDRAWN, Severity.CRITICAL


@pytest.mark.parametrize(
    ("rows", "left", "why"),
    [
        ([row(1, message())], [1], {}),
        ([row(1, message(), expires=NOW)], [], {1: "It is too old to be told."}),
        ([row(1, message(), expires=NOW + 1)], [1], {}),
        ([row(1, message(), stands="acknowledged")], [], {1: "The alert was acknowledged."}),
        ([row(1, message(), stands="closed")], [], {1: "The alert was closed."}),
        ([row(1, message(), stands="withdrawn")], [], {1: "The alert was withdrawn."}),
        ([row(1, message(), stands=None)], [1], {}),
        (
            [row(1, message()), row(2, message(revision=2, word=AMENDED))], [2],
            {1: "Revision 2 says it as well."},
        ),
        (
            [row(1, message(severity=GRAVE)), row(2, message(revision=2, word=AMENDED))],
            [1, 2], {},
        ),
        (
            [row(1, message()), row(2, message(revision=2, word=AMENDED), expires=NOW)], [1],
            {2: "It is too old to be told."},
        ),
        (
            [row(1, message()), row(2, message(revision=2, word=WITHDRAWN))], [],
            {1: "The alert was withdrawn.", 2: "Nobody was told of it here."},
        ),
        ([row(2, message(revision=2, word=WITHDRAWN), told=True)], [2], {}),
        (
            [row(2, message(revision=2, word=WITHDRAWN), told=True, stands="closed")], [2], {},
        ),
        (
            [row(2, message(revision=2, word=WITHDRAWN)), row(3, message(revision=3))], [3],
            {2: "Nobody was told of it here."},
        ),
        ([row(1, message(1)), row(2, message(2)), row(3, message(1, 2))], [2, 3],
         {1: "Revision 2 says it as well."}),
        ([row(1, message(word=Word.DIGEST), stands=None)], [1], {}),
    ],
)  # fmt: skip
def test_what_becomes_of_a_lane(rows: list[Waiting], left: list[int], why: dict[int, str]) -> None:
    """Behaviours 3, 5 and 6, without a database."""
    found = settle(rows, NOW)
    assert [each.id for each in found.left] == left
    assert dict(found.cancelled) == why


def test_what_was_never_told_is_told_as_raised() -> None:
    amended = message(revision=2, word=AMENDED)
    assert message_of(row(1, amended)).word is Word.RAISED
    assert message_of(row(1, amended, told=True)).word is AMENDED
    assert message_of(row(1, message(), told=True, stands="closed")).state == "closed"


def test_14_old_news_is_not_grave_however_critical() -> None:
    critical = message(severity=Severity.CRITICAL, happened_at=NOW)
    old = message(severity=Severity.CRITICAL, happened_at=NOW - 7 * HOUR_US)
    assert is_grave([row(1, message()), row(2, critical)])
    assert not is_grave([row(1, message()), row(2, old)])
    assert is_grave([row(2, old, attempts=1)])  # it is told on its own already


def test_11_a_lane_of_noisy_rules_alone_comes_in_a_digest() -> None:
    """Behaviour 11: not what waits behind them of another rule, nor what was tried singly."""
    loud, other = row(1, message(noisy=True)), row(2, message(2))
    old = row(3, message(3, happened_at=NOW - 7 * HOUR_US))
    assert is_digestible([loud])
    assert is_digestible([loud, old])
    assert is_digestible([old, other])
    assert not is_digestible([loud, other])
    assert not is_digestible([row(1, message(noisy=True), attempts=1)])
    assert not is_digestible([row(1, message(noisy=True, word=Word.DIGEST))])


def test_pauses_double_to_an_hour() -> None:
    seconds = [pause_us(attempts, None) / SECOND_US for attempts in (1, 2, 3, 9, 10, 1000)]
    assert seconds == [10, 20, 40, 2560, 3600, 3600]
    assert pause_us(1, 120.0) == 120 * SECOND_US


def test_23_a_delivery_is_known_by_channel_alert_and_revision() -> None:
    """Lanes are by ship, else by place, else by alert; critical ones go at once."""
    first, second = outgoing(message(mmsi=5), ["duty", "chief"], now=NOW)
    assert (first.idem, second.idem) == ("duty:a1.1", "chief:a1.1")
    assert (first.lane, second.lane) == ("duty|5", "chief|5")
    assert first.due == NOW + GROUP_US
    (at_place,) = outgoing(message(place="tobruk"), ["duty"], now=NOW)
    (of_alert,) = outgoing(message(severity=Severity.CRITICAL), ["duty"], now=NOW)
    assert (at_place.lane, of_alert.lane) == ("duty|tobruk", "duty|a1")
    assert of_alert.due == NOW
    assert digest_lane("duty") == "duty|digest"


def test_19_the_dead_are_told_of_once_and_never_of_themselves() -> None:
    dead = [
        Buried(id=n, lane="duty|5", channel="duty", payload={"headline": f"h{n}"}) for n in (1, 2)
    ]
    told = dead_notices(dead, "It was away.", ["duty", "chief", "log"], NOW)
    assert [each.channel for each in told] == ["chief", "log"]
    assert told[0].payload["headline"] == "2 messages to channel 'duty' could not be delivered"
    assert "- h1\n- h2\n" in told[0].payload["text"]
    assert told == dead_notices(dead, "It was away.", ["duty", "chief", "log"], NOW)
    itself = [Buried(id=3, lane=lane_of("duty", "dead"), channel="duty", payload={})]
    assert dead_notices(itself, "It was away.", ["duty", "chief"], NOW) == []
    many = [Buried(id=n, lane="duty|5", channel="duty", payload={}) for n in range(90)]
    assert "… and 60 more." in dead_notices(many, "Why.", ["chief"], NOW)[0].payload["text"]
