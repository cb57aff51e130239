"""What people are told of an alert: short, true, and readable by someone who was asleep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from monitor.alert.grouped import Group, groups
from monitor.alert.kinds import happened
from monitor.alert.message import Message, Word
from monitor.alert.rules import Rule
from monitor.alert.story import CONFIRMED, REASONS, WITHDRAWN, Alert, Change, Reason
from monitor.model import Event, EventKind, EventState
from monitor.units import to_datetime, to_iso
from monitor.words import capital, flag_of, ship_type_text

SURE = {
    4: "its time is known within 10 minutes", 3: "its time is known within 4 hours",
    2: "its time is known roughly", 1: "its time is not bounded, or it is in doubt",
}  # fmt: skip
"""The confidence of an event, in words."""

SEEN = {
    4: "the way in, the stop and the way out were seen",
    3: "the stop was seen, and the way in or out", 2: "only the stop was seen",
    1: "no stop was seen",
}  # fmt: skip
"""That of an arrival or a departure: by what of the stay was seen."""

MOST_FIXES = 20
"""Of a message: the first and the last of those that an event rests on."""

STAYS = frozenset({EventKind.PORT_ARRIVED, EventKind.PORT_DEPARTED})


def message_of(
    change: Change, event: Event, rules: Mapping[str, Rule], zone: str, before_at: int | None,
    public_url: str | None = None, *, decided_at: int | None = None,
) -> Message:  # fmt: skip
    """The message of a change that is told; ``before_at`` (us): when the one before was decided.

    ``public_url``: where officers reach the watch; None: the message has no link. ``decided_at``
    (us): when it was, if not with its event.
    """
    alert = change.alert
    return Message(
        alert=alert.id, revision=alert.revision, word=change.word or Word.AMENDED,
        severity=alert.severity, headline=alert.headline, text=text_of(alert, event, rules, zone),
        record=record_of(alert), place=alert.place, mmsi=alert.mmsi, name=alert.name,
        lon=alert.lon, lat=alert.lat, happened_at=alert.happened_at,
        decided_at=event.decided_at if decided_at is None else decided_at,
        state=alert.state.value, before_at=before_at, fixes=fixes_of(event),
        link=link_of(alert, public_url),
    )  # fmt: skip


def fixes_of(event: Event) -> tuple[dict[str, object], ...]:
    """Where she was heard, of an event: of many the first and the last."""
    fixes = event.evidence.fixes
    if len(fixes) > MOST_FIXES:
        fixes = (*fixes[: MOST_FIXES // 2], *fixes[-MOST_FIXES // 2 :])
    return tuple({"at": fix.at, "lon": fix.lon, "lat": fix.lat} for fix in fixes)


def link_of(alert: Alert, public_url: str | None) -> str | None:
    """Where an alert is seen; None: nowhere is known."""
    return None if public_url is None else f"{public_url}/alerts/{alert.id}"


def text_of(alert: Alert, event: Event, rules: Mapping[str, Rule], zone: str) -> str:
    """What stands below the headline of an alert, after the event that changed it last.

    What is new comes first: whoever was woken by the fifth message has read the first.
    """
    lines = [f"What:      {_what(event)}"]
    if event.state is not EventState.WITHDRAWN:
        lines.append(f"When:      {_when(event, zone)}")
    if event.lon is not None and event.lat is not None:
        lines.append(f"Where:     {degrees(event.lon, event.lat)}{_fence(event)}")
    elif alert.mmsi is None and alert.place is not None:
        lines.append(f"Where:     {capital(alert.place)}")
    lines += [f"Feed:      {alert.feed}"] if alert.feed is not None else []
    if event.state is not EventState.WITHDRAWN:
        lines.append(f"How sure:  {_sure(event)}")
    if event.revised is not None:
        lines.append(f"Revised:   {event.revised.why}")
    return "\n".join([*lines, *foot_of(alert, event, rules, zone, head=event.id)]) + "\n"


def foot_of(
    alert: Alert, event: Event, rules: Mapping[str, Rule], zone: str, *, head: str | None = None
) -> list[str]:
    """Who, how severe, why, and where more is; ``event`` is her newest, ``head`` what was said."""
    lines = [f"Who:       {_who(alert, event)}"] if alert.mmsi is not None else []
    lines += [f"Severity:  {alert.severity.value}", "", "Why you are told:"]
    told, story = _parted(alert)
    for group in told:
        lines += _told_lines(group, head, rules, zone)
    if story:
        lines += [
            "",
            "What else belongs to it:",
            *(line for group in story for line in _group_lines(group, zone)),
        ]
    if len(alert.reasons) >= REASONS:
        lines += ["", f"A long story: of its parts {REASONS} are counted, reasons before others."]
    return [*lines, "", f"More:      monitor alerts show {alert.id[:8]}"]


def _parted(alert: Alert) -> tuple[list[Group], list[Group]]:
    """Reasons that rules gave, and what else belongs to the story."""
    found = groups(alert.reasons)
    return [one for one in found if one.first.rules], [one for one in found if not one.first.rules]


def _told_lines(group: Group, head: str | None, rules: Mapping[str, Rule], zone: str) -> list[str]:
    """A reason that stands in the head already is not said again."""
    is_new = group.times == 1 and group.first.event == head
    lines = ["- The above:"] if is_new else _group_lines(group, zone)
    for name in group.first.rules:
        rule = rules.get(name)
        title = "" if rule is None else f": {rule.title}"
        lines.append(f"  Rule {name}{title}.")
        if rule is not None and rule.text:
            lines.append(f"  {rule.text}")
    lines += [f"  {why}" for why in group.lists]
    lines += [f"  Perhaps: {why}" for why in group.possible]
    return lines


def _group_lines(group: Group, zone: str) -> list[str]:
    """What happened, and when; if it was more than once, how often, and the first and the last."""
    what = capital(f"{happened(group.first.kind)}{_state(group.first.state)}")
    begin = instant(group.first.happened_at, zone)
    if group.times == 1:
        return [f"- {what}, {begin}: {group.first.why}"]
    end = instant(group.last.happened_at, zone)
    if group.first.why == group.last.why:
        return [f"- {what}, {group.times} times, first {begin}, last {end}.", f"  {group.last.why}"]
    return [f"- {what}, {group.times} times.", f"  First {begin}: {group.first.why}",
            f"  Last {end}: {group.last.why}"]  # fmt: skip


def _fence(event: Event) -> str:
    """The polygon, by its id, or whose area; a ship that is heard again elsewhere is in none."""
    if "owner" in event.evidence.figures:
        return f", area of {event.evidence.figures['owner']}"
    return "" if event.geofence is None else f", in {event.geofence}"


def _what(event: Event) -> str:
    return f"{capital(happened(event.kind.value))}{_state(event.state.value)}. {event.why}"


def _state(state: str) -> str:
    return {CONFIRMED: "", WITHDRAWN: " (withdrawn: it did not happen)"}.get(
        state, " (not confirmed yet)"
    )


def _sure(event: Event) -> str:
    words = (SEEN if event.kind in STAYS else SURE).get(event.confidence, "not known")
    return words if event.state is EventState.CONFIRMED else f"not confirmed yet; {words}"


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
    words = instant(best if best is not None else span.earliest, zone)
    if span.earliest is not None and span.latest is not None and span.earliest != span.latest:
        return f"{words}; between {_minutes(span.earliest, span.latest, zone)}"
    if span.earliest is None and span.latest is not None:
        return f"{words} or before"
    return f"{words} or after" if span.latest is None and span.earliest is not None else words


def _minutes(begin: int, end: int, zone: str) -> str:
    """Two instants, the date where it is not the same; UTC, and local."""
    times = to_datetime(begin), to_datetime(end)
    words = f"{_pair(*times)} UTC"
    if zone == "UTC":
        return words
    first, last = (at.astimezone(ZoneInfo(zone)) for at in times)
    return f"{words} ({_pair(first, last)} {_zone_name(last)})"


def _pair(begin: datetime, end: datetime) -> str:
    form = "%H:%M" if begin.date() == end.date() else "%d %b %H:%M"
    first, last = begin.strftime(form), end.strftime(form)
    if first != last:
        return f"{first} and {last}"
    return f"{begin:%H:%M:%S} and {end:%H:%M:%S}"


def instant(at: int | None, zone: str) -> str:
    """An instant to the minute, in UTC and in the zone; None: it is not known."""
    if at is None:
        return "at a time that is not known"
    moment = to_datetime(at)
    words = f"{moment:%d %b %Y %H:%M} UTC"
    if zone == "UTC":
        return words
    local = moment.astimezone(ZoneInfo(zone))
    day = "" if local.date() == moment.date() else f"{local:%d %b} "
    return f"{words} ({day}{local:%H:%M} {_zone_name(local)})"


def _zone_name(local: datetime) -> str:
    """The name of a zone at a time; where it has only an offset, that."""
    name = local.tzname() or ""
    return f"UTC{name}" if name.startswith(("+", "-")) else name


def degrees(lon: float, lat: float) -> str:
    """A position in degrees and minutes, as charts have it."""

    def part(value: float, width: int, letters: str) -> str:
        minutes = round(abs(value) * 60, 2)
        whole, rest = divmod(minutes, 60)
        return f"{int(whole):0{width}d}°{rest:05.2f}' {letters[value < 0]}"

    return f"{part(lat, 2, 'NS')} {part(lon, 3, 'EW')}"


def record_of(alert: Alert) -> dict[str, object]:
    """An alert in stable words, for programs: its events by their ids as lists have them."""
    return {
        "id": alert.id, "state": alert.state.value, "severity": alert.severity.value,
        "revision": alert.revision, "headline": alert.headline, "mmsi": alert.mmsi,
        "track": alert.track, "name": alert.name, "place": alert.place, "feed": alert.feed,
        "rule": alert.rule,
        "raised_at": to_iso(alert.raised_at), "changed_at": to_iso(alert.changed_at),
        "happened_at": None if alert.happened_at is None else to_iso(alert.happened_at),
        "lon": alert.lon, "lat": alert.lat, "assignee": alert.assignee,
        "muted": alert.muted_by is not None,
        "reasons": [
            {**reason_record(reason), "event": str(UUID(reason.event))} for reason in alert.reasons
        ],
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
