"""Alerts written down by hand: made as a watch makes them, of events one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from monitor.alert.message import Severity
from monitor.alert.rules import Rule
from monitor.alert.seen import Seen
from monitor.alert.story import Alert, Change, take
from monitor.model import Event, EventKind, Static
from tests.findings import MMSI, after, event, span

EPISODE = "ab" * 16

SAID = Static(mmsi=MMSI, imo=9_268_710, name="SEVERNYY VETER", ship_type=70)


def rule(name: str = "naval-berth", **words: Any) -> Rule:
    """A rule that any event at a berth may have met."""
    known: dict[str, Any] = {
        "name": name, "title": "A ship lies at a naval berth", "severity": Severity.WARNING,
        "when": {"kind": ["Berthed"]},
    }  # fmt: skip
    return Rule.model_validate(known | words)


def berthed(number: int = 1, minutes: float = 0, **fields: Any) -> Event:
    """She berthed at Tartus, so many minutes after noon."""
    known: dict[str, Any] = {
        "kind": EventKind.BERTHED, "geofence": "tartus-720", "episode": EPISODE, "said": SAID,
        "span": span(minutes, minutes + 1, minutes + 5), "decided_at": after(minutes + 20),
        "why": f"Stayed within 100 m for {10 + number} min (6 fixes).",
    }  # fmt: skip
    return event(number, **(known | fields))


def change_of(
    events: Sequence[tuple[Event, Sequence[Rule]]], lists: dict[str, str] | None = None,
    possible: dict[str, str] | None = None,
) -> Change:  # fmt: skip
    """What the last of these events did to its alert; each comes with the rules that it met."""
    alert: Alert | None = None
    change = None
    for told, rules in events:
        seen = Seen(event=told, fence=None, lists=lists or {}, possible=possible or {})
        change = take(alert, seen, rules)
        assert change is not None
        alert = change.alert
    assert change is not None
    return change


def alert_of(events: Sequence[tuple[Event, Sequence[Rule]]], **fields: Any) -> Alert:
    """The alert that comes of it, but for some fields."""
    return replace(change_of(events).alert, **fields)
