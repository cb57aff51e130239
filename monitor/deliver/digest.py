"""One message of many: what came faster than people read, and what is old news."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence

from monitor.alert.message import Message, Severity, Word

MOST_LINES = 30
"""So many headlines are listed, the gravest first; the rest is counted."""

MOST_KEYS, LONGEST_LINE = 1000, 200
"""A digest stays smaller than what receivers take, however much there is."""

_NAMESPACE = uuid.UUID("5d9a7d4e-6a3f-4c4b-8a53-2c1f6a0e9b11")
_ORDER = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)
_WORDS = {Word.RAISED: "raised", Word.AMENDED: "amended", Word.WITHDRAWN: "withdrawn"}


def made_id(*parts: str) -> str:
    """Return an id that follows from what it is made of."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(parts)))


def digest_of(messages: Sequence[Message], channel: str, now: int) -> Message:
    """Make one message of these (at least one), for one channel.

    Its id follows from theirs: the same messages make the same digest. It is never critical: only
    old news can be so, and that does not page.
    """
    counts = Counter(message.word for message in messages)
    told = ", ".join(f"{counts[word]} {said}" for word, said in _WORDS.items() if counts[word])
    many = "1 message" if len(messages) == 1 else f"{len(messages)} messages"
    old = sum(message.is_old(now) for message in messages)
    noisy = sum(message.noisy and not message.is_old(now) for message in messages)
    more = [f"{old} of old news"] if old else []
    more += [f"{noisy} of noisy rules"] if noisy else []
    gravest = sorted(messages, key=lambda message: _ORDER.index(message.severity))
    lines = [_line(message) for message in gravest[:MOST_LINES]]
    if len(gravest) > MOST_LINES:
        lines.append(f"… and {len(gravest) - MOST_LINES} more.")
    places = Counter(message.place for message in messages if message.place is not None)
    return Message(
        alert=made_id(channel, *(message.key for message in messages)),
        revision=1,
        word=Word.DIGEST,
        severity=Severity.INFO if gravest[0].severity is Severity.INFO else Severity.WARNING,
        headline="; ".join([f"{many} in one: {told or many}", *more]),
        text="\n".join(lines),
        record={
            "counts": {
                "messages": len(messages), "old": old, "noisy": noisy,
                "words": {word.value: counts[word] for word in Word if counts[word]},
                "severities": dict(Counter(message.severity.value for message in messages)),
                "places": dict(places),
            },
            "keys": [message.key for message in messages[:MOST_KEYS]],
        },
        place=next(iter(places)) if len(places) == 1 else None,
        decided_at=now,
    )  # fmt: skip


def _line(message: Message) -> str:
    word = "" if message.word is Word.RAISED else f"{message.word.value}: "
    return f"[{message.severity.value}] {word}{message.headline}"[:LONGEST_LINE]
