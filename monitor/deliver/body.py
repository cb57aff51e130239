"""What a message looks like to whom it is sent: for people, and for programs of several habits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from monitor.alert.message import Message, Word, to_payload
from monitor.deliver.cap import as_cap
from monitor.units import to_iso
from monitor.words import plain

SENDER = "maritime-movement-monitor"
"""Who CAP and PagerDuty are told it is from, unless a name is set."""

_LABELS = {Word.WITHDRAWN: "WITHDRAWN: ", Word.AMENDED: "Amended: ", Word.TEST: "Test: "}


def title_of(message: Message) -> str:
    """The headline, with what becomes of it: one line."""
    return " ".join(plain(f"{_LABELS.get(message.word, '')}{message.headline}").split())


def text_of(message: Message) -> str:
    """All that is to be read: lines of plain text."""
    lines = [plain(line) for line in message.text.splitlines()]
    if message.link is not None:
        lines += ["", plain(message.link)]
    return "\n".join([title_of(message), "", *lines]).rstrip() + "\n"


def event_action(message: Message) -> str:
    """What PagerDuty and those of its shape are to do: trigger, acknowledge or resolve."""
    if message.word is Word.WITHDRAWN or message.state in {"closed", "withdrawn"}:
        return "resolve"
    return "acknowledge" if message.state == "acknowledged" else "trigger"


def record_of(message: Message) -> dict[str, Any]:
    """Return the JSON object that programs get.

    ``key`` tells copies of one message; ``dedup_key`` is that of all messages of one alert, for
    what resolves must name what was triggered.
    """
    return to_payload(message) | {
        "key": message.key, "dedup_key": message.alert, "event_action": event_action(message),
    }  # fmt: skip


def as_text(message: Message, _: str) -> bytes:
    """Plain text."""
    return text_of(message).encode("utf-8", "replace")


def as_json(message: Message, _: str) -> bytes:
    """Return the object of the Standard Webhooks: type, timestamp, data."""
    event = {
        "type": f"alert.{message.word.value}", "timestamp": to_iso(message.decided_at),
        "data": record_of(message),
    }  # fmt: skip
    return orjson.dumps(event)


def as_geojson(message: Message, _: str) -> bytes:
    """Return a feature of RFC 7946: a point, or no geometry."""
    point = None
    if message.lon is not None and message.lat is not None:
        point = {"type": "Point", "coordinates": [message.lon, message.lat]}
    feature = {
        "type": "Feature", "id": message.alert, "geometry": point,
        "properties": record_of(message),
    }  # fmt: skip
    return orjson.dumps(feature)


def as_pagerduty(message: Message, routing_key: str) -> bytes:
    """Return an event of PagerDuty's Events API v2; its consumer is told apart by a routing key."""
    event = {
        "routing_key": routing_key, "event_action": event_action(message),
        "dedup_key": message.alert,
        "payload": {
            "summary": title_of(message)[:1024], "source": message.place or SENDER,
            "severity": message.severity.value, "timestamp": to_iso(message.decided_at),
            "custom_details": record_of(message),
        },
        "links": [] if message.link is None else [{"href": message.link, "text": "The alert"}],
    }  # fmt: skip
    return orjson.dumps(event)


class Body(NamedTuple):
    """One form: how it is made of a message and a word of the channel, and what it is."""

    made: Callable[[Message, str], bytes]
    content_type: str


BODIES = {
    "json": Body(as_json, "application/json"),
    "geojson": Body(as_geojson, "application/geo+json"),
    "cap": Body(as_cap, "application/cap+xml"),
    "pagerduty": Body(as_pagerduty, "application/json"),
    "text": Body(as_text, "text/plain; charset=utf-8"),
}
"""All forms. The second word of each is the sender for CAP, the routing key for PagerDuty."""
