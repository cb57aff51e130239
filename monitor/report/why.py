"""Why an alert fired: rules, events, fixes, figures, sentences, and what it does not prove.

For people lines are folded, but sentences of AIS never: they are copied. What was said or done
again and again is one line. For programs there is all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from monitor.alert.grouped import Group, groups
from monitor.alert.kinds import NOISY, happened
from monitor.alert.rules import Rule
from monitor.alert.story import CONFIRMED, REASONS, Reason
from monitor.alert.telling import degrees
from monitor.model import Event, EventKind
from monitor.report.alerted import DONE, alert_record
from monitor.report.columns import WIDTH, folded
from monitor.report.tables import short
from monitor.store.alerts import Stored
from monitor.store.findings import Record, event_record
from monitor.units import to_iso

NOT_PROVED = {
    "WentDarkInside": "A silence does not say that anybody switched a transmitter off.",
    "ReappearedInside": "Where she was while she was silent is not known.",
    "ReappearedElsewhere": "Where she was while she was silent, and when she left, is not known.",
    "WentDark": "A silence does not say that a transmitter was switched off, nor where she went.",
    "Reappeared": "Where she was while she was silent is not known; calls that fit were not seen.",
    "MayHaveReached": "That she can be there does not say that she is: nobody heard her go.",
    "VoyageMade": "Where she was in the parts that were not heard is not known, nor what she did.",
    "ShipsMet": "That two ships lie together does not say that anything passed between them.",
    "ConvoyFormed": "That two ships go one way does not say that one of them knows of the other.",
    "Berthed": "That she lies there does not say that she loads or unloads, nor what.",
    "PortArrived": "That she arrived does not say why.",
    "PortDeparted": "Where she goes is what she says, if she says it.",
    "IdentityChanged": "Names and numbers are typed by hand: that they change does not say why.",
    "IdentityFlapped": "Which of two ships that use a number it was given to is not known by it.",
    "IdentityDoubted": "A number that cannot be true may be a slip of whoever typed it.",
    "DestinationChanged": "Destinations are typed by hand: where she goes is not known by them.",
    "DestinationVaried": "Destinations are typed by hand: where she goes is not known by them.",
    "DestinationDoubted": "She may sail around weather, or have orders that she did not type.",
    "DeclaredElsewhere": "Destinations are typed by hand, and often left as they were.",
    "DraughtChanged": "Draughts are typed by hand: this does not say that she loaded, nor where.",
    "GateCrossed": "That she passed a strait does not say where she is bound.",
    "WaitBegun": "That she waits does not say for what: for a berth, orders, or another ship.",
    "FeedWentDown": "That no line comes does not say where the fault is: there, here or between.",
    "PortFellSilent": "That nobody is heard does not say that nobody is there.",
    "InterferenceBegun": "That positions are false does not say who makes them so, nor from where.",
}
"""What an event is no proof of; of all of them, that a transmitter says so."""

ALWAYS_UNPROVED = (
    "AIS says what a transmitter sends: its number, name and position can be wrong or false."
)

CUT = f"Of so long a story {REASONS} parts are kept, reasons before others: there were more."


def why(
    stored: Stored,
    events: Sequence[Event],
    rules: Mapping[str, Rule],
    history: Sequence[Mapping[str, Any]],
    told: Sequence[Mapping[str, Any]],
    width: int = WIDTH,
) -> str:
    """For people, in lines of ``width`` letters."""
    alert, by_id = stored.alert, {event.id: event for event in events}
    found = groups(alert.reasons)
    lines = [(0, alert.headline), (0, f"Alert {alert.id}, revision {alert.revision}")]
    lines.append((0, f"{alert.severity.value}, {alert.state.value}{_said_of(stored)}"))
    lines += [(0, ""), (0, "Rules")]
    for name in _names(alert.reasons):
        rule = rules.get(name)
        lines.append((2, f"{name}: {'no such rule any more' if rule is None else rule.sentence}"))
    lines += [(0, ""), (0, "Reasons")]
    for group in found:
        lines += _group(group, by_id) if group.first.rules else []
    if others := [group for group in found if not group.first.rules]:
        lines += [(0, ""), (0, "Also of this story")]
        lines += [line for group in others for line in _summary(group)]
    if len(alert.reasons) >= REASONS:
        lines += [(0, ""), (0, CUT)]
    if unproved := not_proved(alert.reasons):
        lines += [(0, ""), (0, "What this does not prove")]
        lines += [(2, sentence) for sentence in unproved]
    lines += [(0, ""), (0, "Told"), *(_deliveries(told) or [(2, "nobody")])]
    lines += [(0, ""), (0, "What was done (UTC)"), *_steps(history)]
    return "".join(f"{line}\n" for indent, words in lines for line in folded(indent, words, width))


def why_record(
    stored: Stored,
    events: Sequence[Event],
    rules: Mapping[str, Rule],
    history: Sequence[Mapping[str, Any]],
    told: Sequence[Mapping[str, Any]],
) -> Record:
    """For programs."""
    reasons = stored.alert.reasons
    known = [(name, rules.get(name)) for name in _names(reasons)]
    return {
        **alert_record(stored),
        "rules": [
            {
                "name": name, "title": None if rule is None else rule.title,
                "sentence": None if rule is None else rule.sentence,
            }
            for name, rule in known
        ],
        "events": [event_record(event) for event in events],
        "not_proved": not_proved(reasons),
        "told": [_plain(row) for row in told],
        "history": [_plain(row) for row in history],
    }  # fmt: skip


def not_proved(reasons: Iterable[Reason]) -> list[str]:
    """What the reasons of an alert are no proof of."""
    kinds = dict.fromkeys(reason.kind for reason in reasons if reason.rules)
    if set(kinds) == {NOISY}:  # it is about a rule: no transmitter said so
        return []
    return [ALWAYS_UNPROVED, *(NOT_PROVED[kind] for kind in kinds if kind in NOT_PROVED)]


Line = tuple[int, str]
"""How far it stands to the right, and its words."""


def _names(reasons: Iterable[Reason]) -> list[str]:
    return list(dict.fromkeys(name for reason in reasons for name in reason.rules))


def _group(group: Group, by_id: Mapping[str, Event]) -> list[Line]:
    lines = _summary(group)
    lines += [(4, words) for words in group.lists]
    lines += [(4, f"Perhaps: {words}") for words in group.possible]
    for reason in group.ends:
        event = by_id.get(reason.event)
        if event is None:
            continue
        which = "" if group.times == 1 else ["the last, ", "the first, "][reason is group.first]
        lines.append((4, f"{which}decided {to_iso(reason.decided_at)}"))
        lines += _evidence(event)
    return lines


def _summary(group: Group) -> list[Line]:
    """What happened, when, and why it is said; of several the first and the last."""
    held = "" if group.first.state == CONFIRMED else f", {group.first.state}"
    what = f"{_name(group.first.kind)}{held}"
    if group.times == 1:
        return [(2, f"{_minute(group.first)}  {what}: {group.first.why}")]
    head = f"{_minute(group.first)} to {_minute(group.last)}  {what}, {group.times} times"
    first, last = group.ends
    if first.why == last.why:
        return [(2, head), (4, first.why)]
    return [(2, head), (4, f"The first: {first.why}"), (4, f"The last: {last.why}")]


def _name(kind: str) -> str:
    """In words, and as events are listed and rules ask for it."""
    if kind == NOISY:
        return happened(kind)
    return f"{happened(kind)} ({kind})" if kind in set(EventKind) else kind


def _evidence(event: Event) -> list[Line]:
    lines: list[Line] = []
    figures = [f"{name} {_figure(value)}" for name, value in sorted(event.evidence.figures.items())]
    if figures:
        lines.append((6, f"figures: {', '.join(figures)}"))
    for fix in event.evidence.fixes:
        speed = "" if fix.sog_kn is None else f", {fix.sog_kn:g} kn"
        place = degrees(fix.lon, fix.lat)
        lines.append((6, f"{fix.at}  {place}{speed}, {fix.source}:{fix.line}"))
        lines += [(8, fix.sentence)] if fix.sentence else []
    return lines


def _figure(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "not known" if value is None else str(value)


def _said_of(stored: Stored) -> str:
    alert = stored.alert
    words = [
        "" if alert.muted_by is None else f"muted by mute {alert.muted_by}",
        "" if alert.assignee is None else f"for {alert.assignee}",
        "" if stored.verdict is None else f"verdict {stored.verdict}", stored.note or "",
    ]  # fmt: skip
    return "".join(f"; {word}" for word in words if word)


def _minute(reason: Reason) -> str:
    at = reason.decided_at if reason.happened_at is None else reason.happened_at
    return short(to_iso(at))


def _deliveries(rows: Sequence[Mapping[str, Any]]) -> list[Line]:
    """What was told; the same word to the same channel, with the same end, once."""
    found: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        key = (row["channel"], row["word"], row["state"], row["last_error"])
        found.setdefault(key, []).append(row)
    return [(2, _delivery(same)) for same in found.values()]


def _delivery(rows: Sequence[Mapping[str, Any]]) -> str:
    last = rows[-1]
    ended = "" if last["ended_at"] is None else f" {last['ended_at']:%Y-%m-%d %H:%M:%S} UTC"
    tries = "" if last["attempts"] <= 1 else f" after {last['attempts']} tries"
    error = "" if not last["last_error"] else f": {last['last_error']}"
    revision = f"revision {last['revision']}"
    if len(rows) > 1:
        revision = f"{len(rows)} times, the last revision {last['revision']}"
    return f"{last['channel']}: {last['word']}, {revision}, {last['state']}{ended}{tries}{error}"


def _steps(rows: Sequence[Mapping[str, Any]]) -> list[Line]:
    """What was done; what was done by the same again and again, once."""
    lines = []
    for (what, actor, was, became, note), run in groupby(rows, key=_same):
        steps = list(run)
        done = f"{DONE.get(what, what)} by {actor or 'the watch'}"
        change = "" if was == became else f" ({was or 'new'} to {became})"
        begin, end = (_second(steps[place]["made_at"]) for place in (0, -1))
        often = "" if len(steps) == 1 else f", {len(steps)} times until {end}"
        lines.append((2, f"{begin}  {done}{change}{often}{f': {note}' if note else ''}"))
    return lines


def _same(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("what", "actor", "was", "became", "note"))


def _second(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _plain(row: Mapping[str, Any]) -> Record:
    """A row for programs: instants as RFC 3339, ids of events as lists have them."""
    found: Record = {}
    for name, value in row.items():
        if isinstance(value, datetime):
            found[name] = value.isoformat().replace("+00:00", "Z")
        else:
            found[name] = str(value) if hasattr(value, "bytes_le") else value
    return found
