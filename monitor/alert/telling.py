"""What people are told of an alert: short, true, and readable by someone who was asleep."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from monitor.alert.message import Message, Word
from monitor.alert.rules import Rule
from monitor.alert.story import CONFIRMED, Alert, Change, Reason
from monitor.model import Event
from monitor.units import to_datetime, to_iso
from monitor.words import flag_of, ship_type_text

SURE = {
    4: "sure, to ten minutes", 3: "fairly sure, to four hours", 2: "its time is known roughly",
    1: "its time is not bounded",
}  # fmt: skip
"""The confidence of an event, in words."""

STORY = 12
"""So many lines of what happened before stand in a message."""


def message_of(
    change: Change, event: Event, rules: Mapping[str, Rule], zone: str, before_at: int | None
) -> Message:
    """The message of a change that is told; ``before_at`` (us): when the one before was decided."""
    alert = change.alert
    return Message(
        alert=alert.id, revision=alert.revision, word=change.word or Word.AMENDED,
        severity=alert.severity, headline=alert.headline, text=text_of(alert, event, rules, zone),
        record=record_of(alert), place=alert.place, mmsi=alert.mmsi, name=alert.name,
        lon=alert.lon, lat=alert.lat, happened_at=alert.happened_at, decided_at=event.decided_at,
        state=alert.state.value, before_at=before_at,
    )  # fmt: skip


def text_of(alert: Alert, event: Event, rules: Mapping[str, Rule], zone: str) -> str:
    """The text of an alert, after the event that changed it last."""
    lines = [f"{alert.headline}.", "", f"Severity:  {alert.severity.value}"]
    lines += [f"Who:       {_who(alert, event)}"] if alert.mmsi is not None else []
    lines += [f"When:      {_when(event, zone)}"]
    if event.lon is not None and event.lat is not None:
        lines.append(f"Where:     {degrees(event.lon, event.lat)}")
    lines.append(f"How sure:  {SURE.get(event.confidence, '')}")
    lines += ["", "Why you are told:"]
    for reason in alert.reasons:
        lines += _reason_lines(reason, rules) if reason.rules else []
    story = [reason for reason in alert.reasons if not reason.rules]
    if story:
        lines += ["", "What else belongs to it:"]
        lines += [f"- {_instant(r.happened_at, zone)}: {r.kind}. {r.why}" for r in story[-STORY:]]
    lines += ["", f"More:      monitor alerts show {alert.id[:8]}"]
    return "\n".join(lines) + "\n"


def _reason_lines(reason: Reason, rules: Mapping[str, Rule]) -> list[str]:
    state = "" if reason.state == CONFIRMED else f" ({reason.state})"
    lines = [f"- {reason.kind}{state}: {reason.why}"]
    for name in reason.rules:
        rule = rules.get(name)
        title = "" if rule is None else f": {rule.title}"
        lines.append(f"  Rule {name}{title}.")
        if rule is not None and rule.text:
            lines.append(f"  {rule.text}")
    lines += [f"  {why}" for why in reason.lists]
    lines += [f"  Perhaps: {why}" for why in reason.possible]
    return lines


def _who(alert: Alert, event: Event) -> str:
    said, flag = event.said, flag_of(alert.mmsi)
    words = [alert.name or "name not known", f"MMSI {alert.mmsi}"]
    if said is not None and said.imo is not None:
        words.append(f"IMO {said.imo}")
    if flag is not None:
        words.append(f"flag {flag.name}")
    kind = None if said is None else ship_type_text(said.ship_type)
    return ", ".join([*words, kind] if kind else words)


def _when(event: Event, zone: str) -> str:
    span = event.span
    best = span.at if span.at is not None else span.latest
    words = _instant(best if best is not None else span.earliest, zone)
    if span.earliest is not None and span.latest is not None and span.earliest != span.latest:
        begin, end = to_datetime(span.earliest), to_datetime(span.latest)
        return f"{words}; between {begin:%d %b %H:%M} and {end:%d %b %H:%M} UTC"
    if span.earliest is None and span.latest is not None:
        return f"{words} or before"
    return f"{words} or after" if span.latest is None and span.earliest is not None else words


def _instant(at: int | None, zone: str) -> str:
    if at is None:
        return "at a time that is not known"
    moment = to_datetime(at)
    words = f"{moment:%d %b %Y %H:%M} UTC"
    if zone == "UTC":
        return words
    return f"{words} ({moment.astimezone(ZoneInfo(zone)):%H:%M %Z})"


def degrees(lon: float, lat: float) -> str:
    """A position in degrees and minutes, as charts have it."""

    def part(value: float, width: int, letters: str) -> str:
        minutes = round(abs(value) * 60, 2)
        whole, rest = divmod(minutes, 60)
        return f"{int(whole):0{width}d}°{rest:05.2f}' {letters[value < 0]}"

    return f"{part(lat, 2, 'NS')} {part(lon, 3, 'EW')}"


def record_of(alert: Alert) -> dict[str, object]:
    """An alert in stable words, for programs."""
    return {
        "id": alert.id, "state": alert.state.value, "severity": alert.severity.value,
        "revision": alert.revision, "headline": alert.headline, "mmsi": alert.mmsi,
        "track": alert.track, "name": alert.name, "place": alert.place, "feed": alert.feed,
        "raised_at": to_iso(alert.raised_at), "changed_at": to_iso(alert.changed_at),
        "happened_at": None if alert.happened_at is None else to_iso(alert.happened_at),
        "lon": alert.lon, "lat": alert.lat, "assignee": alert.assignee,
        "muted": alert.muted_by is not None,
        "reasons": [reason_record(reason) for reason in alert.reasons],
    }  # fmt: skip


def reason_record(reason: Reason) -> dict[str, object]:
    """A reason in stable words."""
    return {
        "rules": list(reason.rules),
        "severity": None if reason.severity is None else reason.severity.value,
        "event": reason.event, "kind": reason.kind, "state": reason.state,
        "happened_at": None if reason.happened_at is None else to_iso(reason.happened_at),
        "decided_at": to_iso(reason.decided_at), "why": reason.why, "lists": list(reason.lists),
        "possible": list(reason.possible),
    }  # fmt: skip
