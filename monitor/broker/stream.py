"""The stream: how it is made, and what of another configuration would lose lines.

It keeps all until the engine has taken it: when it is full it refuses, so that edges keep what they
have, and does not drop its oldest. Of one message sent twice it keeps one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from monitor.errors import UnfitError
from monitor.journal.parcel import LAYOUT, LAYOUT_WORD

LEAST_VERSION = (2, 11)
"""Older ones accept configurations that they do not know, and do nothing of them."""

MESSAGE_BYTES = 640 << 10
"""A message is no larger; a broker takes a megabyte unless it is told otherwise."""

DUPLICATES_S = 120.0
"""So long the broker knows a message that it has; behind that the engine knows what it took."""

SUBJECT = "lines"


class State(NamedTuple):
    """How a stream stands."""

    made_at: str  # when, in the server's words: one that was made anew counts from 1 again
    first: int
    last: int
    size_bytes: int
    most_bytes: int


def subject_of(stream: str, edge: str) -> str:
    """Where an edge's messages go."""
    return f"{stream}.{SUBJECT}.{edge}"


def wanted(stream: str, *, replicas: int, most_mb: int) -> dict[str, Any]:
    """The configuration of a stream that is made, as the server's API has it."""
    return {
        "name": stream, "subjects": [subject_of(stream, "*")], "retention": "limits",
        "discard": "new", "max_bytes": most_mb << 20, "max_age": 0, "max_msgs": -1,
        "max_msgs_per_subject": -1, "storage": "file", "num_replicas": replicas,
        "duplicate_window": int(DUPLICATES_S * 1e9), "compression": "s2", "allow_direct": False,
        "metadata": {LAYOUT_WORD: str(LAYOUT)},
    }  # fmt: skip


LOSING = {
    "retention": "would drop what was read, by whomever",
    "discard": "would drop its oldest when it is full, taken or not",
    "max_age": "would drop what is old, taken or not",
    "max_msgs_per_subject": "would drop the oldest of an edge, taken or not",
    "subjects": "takes no lines of edges, or more than that",
}
"""What a difference comes to that loses lines."""

DIFFERING = ("storage", "num_replicas", "max_bytes", "max_msgs", "duplicate_window")
"""What may be otherwise, and is said."""


def differences(found: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """How a stream that is there differs, in sentences; UnfitError if that loses lines."""
    name = ours["name"]
    layout = (found.get("metadata") or {}).get(LAYOUT_WORD)
    if layout is not None and layout != str(LAYOUT):
        message = (
            f"The stream {name} is of layout {layout}, and this program knows {LAYOUT}: use a"
            " program of its release, or another stream."
        )
        raise UnfitError(message)
    for word, loses in LOSING.items():
        if found.get(word, ours[word]) != ours[word]:
            message = (
                f"The stream {name} {loses} ({word} is {found[word]!r}, and not {ours[word]!r}):"
                " change that with the broker's tools, or use another stream."
            )
            raise UnfitError(message)
    if layout is None:
        message = f"The stream {name} was not made by this program: use another stream."
        raise UnfitError(message)
    return [
        f"The stream {name} has {word} {found[word]!r}, and not {ours[word]!r} as it is set here."
        for word in DIFFERING
        if found.get(word, ours[word]) != ours[word]
    ]


def check_server(info: dict[str, Any]) -> None:
    """UnfitError unless a server can carry the stream; ``info`` is what it says of itself."""
    version = str(info.get("version", ""))
    parts = version.split(".")
    numbers = tuple(int(part) for part in parts[:2] if part.isdigit())
    where = f"The broker {info.get('server_name') or info.get('host')}"
    if len(numbers) < 2 or numbers < LEAST_VERSION:
        least = ".".join(map(str, LEAST_VERSION))
        message = (
            f"{where} is nats-server {version or 'of no version'}: {least} or newer is needed."
        )
        raise UnfitError(message)
    if not info.get("jetstream"):
        message = f"{where} has no JetStream: start it with -js, or `jetstream {{}}` in its file."
        raise UnfitError(message)
    if info.get("max_payload", 0) < MESSAGE_BYTES + (16 << 10):
        message = (
            f"{where} takes messages of {info.get('max_payload', 0):,} bytes: set its max_payload"
            " to 1MB or more."
        )
        raise UnfitError(message)


def state_of(info: dict[str, Any]) -> State:
    """Read the server's word on a stream."""
    state, config = info["state"], info["config"]
    return State(
        made_at=str(info["created"]), first=int(state["first_seq"]), last=int(state["last_seq"]),
        size_bytes=int(state["bytes"]), most_bytes=int(config["max_bytes"]),
    )  # fmt: skip


def instant_us(text: str) -> int:
    """An instant as the server writes it: RFC 3339 with up to nine digits of a second."""
    whole, _, rest = text.rstrip("Z").partition(".")
    digits = (rest + "000000")[:6]
    return round(datetime.fromisoformat(f"{whole}+00:00").timestamp()) * 10**6 + int(digits)
