"""Alerts for people: the queue, why one fired, and what is handed over with a shift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.alert.life import State
from monitor.alert.rules import Rule
from monitor.alert.story import Alert
from monitor.alert.telling import degrees, record_of
from monitor.model import Event, EventState
from monitor.report.columns import Column, Sheet
from monitor.report.tables import flag, short
from monitor.store.alerts import Stored
from monitor.store.findings import Record
from monitor.units import to_iso
from monitor.words import flag_words

NOT_PROVED = {
    "WentDarkInside": "A silence does not say that anybody switched a transmitter off.",
    "ReappearedInside": "Where she was while she was silent is not known.",
    "ReappearedElsewhere": "Where she was while she was silent, and when she left, is not known.",
    "VoyageMade": "Where she was in the parts that were not heard is not known, nor what she did.",
    "Berthed": "That she lies there does not say that she loads or unloads, nor what.",
    "PortArrived": "That she arrived does not say why.",
    "PortDeparted": "Where she goes is what she says, if she says it.",
}
"""What an event is no proof of; of all of them, that a transmitter says so."""

ALWAYS_UNPROVED = (
    "AIS says what a transmitter sends: its number, name and position can be wrong or false."
)

ENOUGH_VERDICTS = 20
"""So many verdicts say something of a rule."""


def alert_record(stored: Stored) -> Record:
    """An alert in stable words, with what officers said of it."""
    record = record_of(stored.alert)
    return {**record, **flag_words(stored.alert.mmsi), "verdict": stored.verdict,
            "note": stored.note}  # fmt: skip


def queue_table(records: list[Record]) -> Sheet:
    """Alerts, the one that changed last first."""
    columns = (
        Column(heading="alert", cell=lambda r: r["id"][:8]),
        Column(heading="severity", cell=lambda r: r["severity"]),
        Column(heading="state", cell=_standing),
        Column(heading="changed (UTC)", cell=lambda r: short(r["changed_at"])),
        Column(heading="what", cell=lambda r: r["headline"], folds=40),
        Column(heading="flag", cell=flag, folds=10, rank=3),
        Column(heading="for", cell=lambda r: r["assignee"] or "", rank=2),
        Column(heading="rules", cell=lambda r: ", ".join(_rules(r)), folds=24, rank=1),
    )
    return Sheet(title="Alerts", columns=columns, records=records)


def _standing(record: Record) -> str:
    state: str = record["state"]
    return f"{state}, muted" if record["muted"] else state


def _rules(record: Record) -> list[str]:
    return list(dict.fromkeys(rule for reason in record["reasons"] for rule in reason["rules"]))


def why(
    stored: Stored,
    events: Sequence[Event],
    rules: Mapping[str, Rule],
    history: Sequence[Mapping[str, Any]],
    told: Sequence[Mapping[str, Any]],
) -> str:
    """Why an alert fired: rules, events, fixes, figures, sentences, and what is not proved."""
    alert = stored.alert
    lines = [alert.headline, f"Alert {alert.id}, revision {alert.revision}"]
    lines.append(f"{alert.severity.value}, {alert.state.value}{_said_of(stored)}")
    names = list(dict.fromkeys(name for reason in alert.reasons for name in reason.rules))
    lines += ["", "Rules"]
    for name in names:
        rule = rules.get(name)
        lines.append(f"  {name}: {'no such rule any more' if rule is None else rule.sentence}")
    lines += ["", "Reasons"]
    by_id = {event.id: event for event in events}
    for reason in alert.reasons:
        if reason.rules:
            lines += _reason(reason.kind, reason.why, by_id.get(reason.event), reason.state)
            lines += [f"    {words}" for words in (*reason.lists, *reason.possible)]
    others = [reason for reason in alert.reasons if not reason.rules]
    if others:
        lines += ["", "Also of this story"]
        lines += [f"  {_minute(r.decided_at)}  {r.kind}: {r.why}" for r in others]
    lines += ["", "What this does not prove", f"  {ALWAYS_UNPROVED}"]
    kinds = dict.fromkeys(reason.kind for reason in alert.reasons if reason.rules)
    lines += [f"  {NOT_PROVED[kind]}" for kind in kinds if kind in NOT_PROVED]
    lines += ["", "Told"]
    lines += [f"  {_delivery(row)}" for row in told] or ["  nobody"]
    lines += ["", "What was done"]
    lines += [f"  {_step(row)}" for row in history]
    return "\n".join(lines) + "\n"


def _reason(kind: str, words: str, event: Event | None, state: str) -> list[str]:
    held = "" if state == EventState.CONFIRMED.value else f", {state}"
    if event is None:
        return [f"  {kind}{held}: {words}"]
    lines = [f"  {kind}{held}, decided {to_iso(event.decided_at)}: {words}"]
    figures = [f"{name} {value}" for name, value in sorted(event.evidence.figures.items())]
    if figures:
        lines.append(f"    figures: {', '.join(figures)}")
    for fix in event.evidence.fixes:
        speed = "" if fix.sog_kn is None else f", {fix.sog_kn} kn"
        lines.append(f"    {fix.at} {degrees(fix.lon, fix.lat)}{speed}, {fix.source}:{fix.line}")
        if fix.sentence:
            lines.append(f"      {fix.sentence}")
    return lines


def _said_of(stored: Stored) -> str:
    words = [
        "" if stored.alert.assignee is None else f"for {stored.alert.assignee}",
        "" if stored.verdict is None else f"verdict {stored.verdict}", stored.note or "",
    ]  # fmt: skip
    return "".join(f"; {word}" for word in words if word)


def _minute(at: int) -> str:
    return short(to_iso(at))


def _delivery(row: Mapping[str, Any]) -> str:
    ended = "" if row["ended_at"] is None else f" {row['ended_at']:%Y-%m-%d %H:%M:%S}"
    tries = "" if row["attempts"] <= 1 else f" after {row['attempts']} tries"
    error = "" if not row["last_error"] else f": {row['last_error']}"
    return f"{row['channel']}: {row['word']} {row['revision']}, {row['state']}{ended}{tries}{error}"


def _step(row: Mapping[str, Any]) -> str:
    who = row["actor"] or "the watch"
    change = "" if row["was"] == row["became"] else f" ({row['was'] or 'new'} to {row['became']})"
    note = "" if not row["note"] else f": {row['note']}"
    return f"{row['made_at']:%Y-%m-%d %H:%M:%S}  {row['what']} by {who}{change}{note}"


def shift_page(
    since: datetime,
    until: datetime,
    standing: Sequence[Stored],
    done: Sequence[Mapping[str, Any]],
    told: Sequence[Mapping[str, Any]],
    mutes: Sequence[Mapping[str, Any]],
) -> str:
    """What is handed over with a shift, also when nothing happened."""
    lines = [f"Shift from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC", ""]
    counts = {row["what"]: row for row in done}
    raised = counts.get("raise")
    lines.append("Raised: none." if raised is None else f"Raised: {raised['alerts']}.")
    others = [f"{row['what']} {row['times']}" for row in done if row["what"] != "raise"]
    lines += [f"Done: {', '.join(others)}."] if others else []
    for state in (State.OPEN, State.ACKNOWLEDGED):
        those = [stored.alert for stored in standing if stored.alert.state is state]
        lines += ["", f"{state.value.capitalize()}: {len(those) or 'none'}"]
        lines += [f"  {_line(alert)}" for alert in those]
    lines += ["", "Told:"]
    lines += [f"  {r['channel']}: {r['messages']} {r['state']}" for r in told] or ["  nothing"]
    lines += ["", f"Mutes that hold: {len(mutes) or 'none'}"]
    lines += [f"  {mute_words(row)}" for row in mutes]
    return "\n".join(lines) + "\n"


def _line(alert: Alert) -> str:
    owner = "" if alert.assignee is None else f", for {alert.assignee}"
    return f"{alert.id[:8]}  {alert.severity.value}: {alert.headline}{owner}"


def mute_words(row: Mapping[str, Any]) -> str:
    """A mute in one line: of what, until when, why, by whom, and how many it has swallowed."""
    what = [
        f"MMSI {row['mmsi']}" if row["mmsi"] is not None else "",
        f"port {row['place']}" if row["place"] else "",
        f"rule {row['rule']}" if row["rule"] else "",
        f"alert {str(row['alert'])[:8]}" if row["alert"] else "",
    ]  # fmt: skip
    end = f"until {row['until']:%Y-%m-%d %H:%M} UTC"
    if row["for_episode"]:
        end = "until its episode ends"
    swallowed = "nothing" if not row["swallowed"] else f"{row['swallowed']} swallowed"
    return (
        f"{row['id']}: {', '.join(word for word in what if word)} {end}: {row['reason']}"
        f" ({row['author']}; {swallowed})"
    )


def would_words(alerts: Sequence[Alert], days: float, rule: Rule | None) -> str:
    """What rules would have raised: how many, how many a day, by ship and by port."""
    lines = [] if rule is None else [rule.sentence, ""]
    if not alerts:
        return "\n".join([*lines, f"Nothing in {days:.0f} days."]) + "\n"
    lines.append(f"{len(alerts):,} alerts in {days:.0f} days, {len(alerts) / days:.2f} a day.")
    for title, of in (("By ship", _ship), ("By port", lambda alert: alert.place or "none")):
        lines += ["", title]
        found = Counter(of(alert) for alert in alerts)
        lines += [f"  {n:5,}  {name}" for name, n in found.most_common(10)]
    lines += ["", "The last"]
    lines += [f"  {_minute(a.raised_at)}  {a.id[:8]}  {a.headline}" for a in alerts[-10:]]
    return "\n".join(lines) + "\n"


def _ship(alert: Alert) -> str:
    return alert.name or str(alert.mmsi or alert.feed)


def verdict_records(rows: Sequence[Mapping[str, Any]]) -> list[Record]:
    """Of each rule how many alerts were right; precision from twenty verdicts on."""
    by_rule: dict[str, Counter[str]] = {}
    for row in rows:
        by_rule.setdefault(row["rule"], Counter())[row["verdict"]] += row["alerts"]
    records = []
    for rule, found in sorted(by_rule.items()):
        total = found.total()
        share = found["true"] / total if total >= ENOUGH_VERDICTS else None
        records.append(
            {
                "rule": rule, "verdicts": total, "true": found["true"], "false": found["false"],
                "not_relevant": found["not-relevant"],
                "precision": None if share is None else round(share, 2),
            }
        )  # fmt: skip
    return records


def verdict_table(records: list[Record]) -> Sheet:
    """See ``verdict_records``."""
    columns = (
        Column(heading="rule", cell=lambda r: r["rule"]),
        Column(heading="verdicts", cell=lambda r: str(r["verdicts"])),
        Column(heading="true", cell=lambda r: str(r["true"])),
        Column(heading="false", cell=lambda r: str(r["false"])),
        Column(heading="not relevant", cell=lambda r: str(r["not_relevant"])),
        Column(heading="precision", cell=_precision),
    )
    return Sheet(title="Verdicts", columns=columns, records=records)


def _precision(record: Record) -> str:
    share = record["precision"]
    return f"not before {ENOUGH_VERDICTS}" if share is None else f"{share:.2f}"


def rule_records(rules: Sequence[Rule], states: Mapping[str, Mapping[str, Any]]) -> list[Record]:
    """Rules in stable words; ``states``: the last word on those that were switched."""
    return [
        {
            "name": rule.name, "title": rule.title, "severity": rule.severity.value,
            "enabled": rule.enabled, "channels": list(rule.channels),
            "max_per_day": rule.max_per_day, "owner": rule.owner,
            "review_by": None if rule.review_by is None else rule.review_by.isoformat(),
            "switched_by": states[rule.name]["author"] if rule.name in states else None,
            "sentence": rule.sentence,
        }
        for rule in rules
    ]  # fmt: skip


def rules_table(records: list[Record]) -> Sheet:
    """Rules, in the order of their files."""
    columns = (
        Column(heading="rule", cell=lambda r: r["name"]),
        Column(heading="on", cell=lambda r: "on" if r["enabled"] else "off"),
        Column(heading="severity", cell=lambda r: r["severity"]),
        Column(heading="what", cell=lambda r: r["title"], folds=44),
        Column(heading="most a day", cell=lambda r: str(r["max_per_day"] or ""), rank=2),
        Column(heading="owner", cell=lambda r: r["owner"] or "", rank=3),
        Column(heading="channels", cell=lambda r: ", ".join(r["channels"]) or "all", rank=1),
    )
    return Sheet(title="Rules", columns=columns, records=records)
