"""What is told: one message about one alert, as it was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from monitor.units import HOUR_US, from_iso, to_iso

LATE_US = 6 * HOUR_US
"""What was decided so long after the fact is old news: it does not page."""

BACKLOG_US = HOUR_US
"""What was decided so long before it is handed over comes of a backlog or a replay: neither."""


class Word(StrEnum):
    """What a message says of its alert."""

    RAISED = "raised"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    DIGEST = "digest"  # of several
    TEST = "test"


class Severity(StrEnum):
    """How much an officer is disturbed; in order."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0, 1, 2."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. Instants are us, UTC; None: not known, or it has none."""

    alert: str  # its id
    revision: int  # of the alert; the first is 1
    word: Word
    severity: Severity
    headline: str  # one line
    text: str  # for people, without markup
    record: Mapping[str, Any] = field(default_factory=dict)  # for programs: a JSON object
    place: str | None = None
    mmsi: int | None = None
    name: str | None = None
    lon: float | None = None
    lat: float | None = None
    happened_at: int | None = None
    decided_at: int
    link: str | None = None  # where more is to be seen
    fixes: tuple[Mapping[str, Any], ...] = ()  # that it rests on, in order: at, lon, lat
    state: str = "open"  # of the alert, when it is sent
    before_at: int | None = None  # when the revision before this one was decided
    noisy: bool = False  # all its rules raise too much: it may come in a digest
    step: str | None = None  # of an escalation: it says the same again, and is another message

    @property
    def key(self) -> str:
        """What is the same for each copy of this message, and for no other."""
        return ".".join([self.alert, str(self.revision), *([self.step] if self.step else [])])

    def is_old(self, handed_at: int) -> bool:
        """Whether this is old news for people, if it was handed over then."""
        late = self.happened_at is not None and self.decided_at - self.happened_at > LATE_US
        return late or handed_at - self.decided_at > BACKLOG_US


_INSTANTS = ("happened_at", "decided_at", "before_at")


def to_payload(message: Message) -> dict[str, Any]:
    """Return the message as a JSON object; instants as RFC 3339."""
    found = {each.name: getattr(message, each.name) for each in fields(message)}
    for name in _INSTANTS:
        found[name] = None if found[name] is None else to_iso(found[name])
    return found | {"word": message.word.value, "severity": message.severity.value}


def from_payload(payload: Mapping[str, Any], **changed: Any) -> Message:
    """Return the message of such an object, but for what is ``changed``; KeyError if it lacks."""
    words = {each.name: payload[each.name] for each in fields(Message) if each.name in payload}
    for name in _INSTANTS:
        if words.get(name) is not None:
            words[name] = from_iso(words[name])
    words["fixes"] = tuple(words.get("fixes", ()))
    words["word"], words["severity"] = Word(payload["word"]), Severity(payload["severity"])
    return Message(**words | changed)
