"""Events with their context, and rules, drawn for tests of alerts."""

from __future__ import annotations

from typing import Any

from monitor.alert.criteria import When
from monitor.alert.message import Severity
from monitor.alert.rules import Rule
from monitor.alert.seen import Seen
from monitor.model import Event, EventKind, Evidence, Ship, Static
from tests.findings import MMSI, after, event, span

EPISODE = "e" * 32
ALDA = Static(
    mmsi=MMSI, name="ALDA", callsign="UBAL7", imo=9_217_993, ship_type=70, to_bow_m=100,
    to_stern_m=40, draught_m=7.3, destination="TOBRUK",
)  # fmt: skip


def happened(
    number: int = 1, kind: EventKind = EventKind.PORT_ARRIVED, minute: float = 4, **fields: Any
) -> Event:
    """Something that ALDA did at Tartus, decided so many minutes after noon."""
    words = {"name": "ALDA", "said": ALDA, "episode": EPISODE, **fields}
    return event(
        number, kind=kind, decided_at=after(minute), span=span(minute - 2, minute - 1, minute),
        **words,
    )  # fmt: skip


def seen(one: Event | None = None, **fields: Any) -> Seen:
    """An event as a rule sees it."""
    return Seen(event=one or happened(), fence=None, **fields)


def figures(**words: Any) -> dict[str, Any]:
    return {"evidence": Evidence(figures=words)}


def voyage(number: int = 9, **words: Any) -> Event:
    about = {"from": "tartus", "to": "tobruk", "unheard_s": 36_000, **words}
    return happened(number, EventKind.VOYAGE_MADE, about=Ship(MMSI, 0), **figures(**about))


def rule(name: str = "arrives", severity: str = "warning", /, **when: Any) -> Rule:
    """A rule; without criteria: that something arrived."""
    asked = when or {"kind": ["PortArrived"]}
    words: dict[str, Any] = {"name": name, "title": name.capitalize(), "when": asked}
    return Rule.model_validate({**words, "severity": Severity(severity)})


def when(**words: Any) -> Any:
    return When.model_validate(words)
