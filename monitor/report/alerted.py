"""Alerts for people: the queue, what is handed over with a shift, rules and how good they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from monitor.alert.life import State
from monitor.alert.noise import Noise
from monitor.alert.rules import Rule
from monitor.alert.story import Alert
from monitor.alert.telling import record_of
from monitor.report.columns import Column, Sheet
from monitor.report.tables import flag, short
from monitor.store.alerts import Shift, Stored
from monitor.store.findings import Record
from monitor.units import to_iso
from monitor.words import flag_words

DONE = {
    "raise": "raised", "amend": "amended", "ack": "acknowledged", "assign": "assigned",
    "close": "closed", "mute": "muted", "reopen": "reopened", "withdraw": "withdrawn",
    "unmute": "unmuted",
}  # fmt: skip
"""What is noted of an alert, as it is read."""

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
        Column(heading="flag", cell=flag, folds=10, rank=2),
        Column(heading="for", cell=lambda r: r["assignee"] or "", rank=1),
        Column(heading="rules", cell=lambda r: ", ".join(_rules(r)), folds=24, rank=3),
    )
    return Sheet(title="Alerts", columns=columns, records=records)


def _standing(record: Record) -> str:
    state: str = record["state"]
    return f"{state}, muted" if record["muted"] else state


def _rules(record: Record) -> list[str]:
    return list(dict.fromkeys(rule for reason in record["reasons"] for rule in reason["rules"]))


def _minute(at: int) -> str:
    return short(to_iso(at))


def done_words(alert: Alert, *, changed: bool) -> str:
    """What came of what an officer did, in a sentence."""
    owner = "" if alert.assignee is None else f", for {alert.assignee}"
    already = "" if changed else " It was so before."
    return f"{alert.headline}: {alert.state.value}{owner}.{already}"


def shift_page(
    since: datetime,
    until: datetime,
    standing: Sequence[Stored],
    shift: Shift,
    mutes: Sequence[Mapping[str, Any]],
) -> str:
    """What is handed over with a shift, also when nothing happened."""
    lines = [f"Shift from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC", ""]
    raised = next((row["alerts"] for row in shift.done if row["what"] == "raise"), None)
    lines.append("Raised: none." if raised is None else f"Raised: {raised}.")
    others = [
        f"{row['times']} {DONE.get(row['what'], row['what'])}"
        for row in shift.done
        if row["what"] != "raise"
    ]
    lines += [f"Done: {', '.join(others)}."] if others else []
    for state in (State.OPEN, State.ACKNOWLEDGED):
        those = [stored.alert for stored in standing if stored.alert.state is state]
        those.sort(key=lambda alert: -alert.severity.rank)
        lines += ["", f"{state.value.capitalize()}: {len(those) or 'none'}"]
        lines += [f"  {_line(alert)}" for alert in those]
    lines += ["", f"Closed: {len(shift.closed) or 'none'}"]
    lines += [f"  {_closed_words(row)}" for row in shift.closed]
    lines += ["", "Told:"]
    lines += [f"  {r['channel']}: {r['messages']} {r['state']}" for r in shift.told] or [
        "  nothing"
    ]
    lines += ["", "Muted:" if shift.muted else "Muted: none"]
    lines += [f"  {_alerts(row['alerts'])} by mute {_mute_of(row)}" for row in shift.muted]
    lines += ["", f"Mutes that hold: {len(mutes) or 'none'}"]
    lines += [f"  {mute_words(row)}" for row in mutes]
    return "\n".join(lines) + "\n"


def _closed_words(row: Mapping[str, Any]) -> str:
    """A closed alert in one line: with which verdict, by whom, and what should be remembered."""
    again = "" if row["state"] == State.CLOSED else f"; {row['state']} again since"
    note = f": {row['note']}" if row["note"] else ""
    return (
        f"{UUID(str(row['alert'])).hex[:8]}  {row['severity']}: {row['headline']}; verdict"
        f" {row['verdict']}, by {row['actor']} at {row['made_at']:%H:%M}{again}{note}"
    )


def _alerts(count: int) -> str:
    return "1 alert" if count == 1 else f"{count:,} alerts"


def _line(alert: Alert) -> str:
    owner = "" if alert.assignee is None else f", for {alert.assignee}"
    return f"{alert.id[:8]}  {alert.severity.value}: {alert.headline}{owner}"


def mute_words(row: Mapping[str, Any]) -> str:
    """A mute in one line: of what, until when, why, by whom, and how many it has swallowed."""
    swallowed = f"{row['swallowed'] or 'nothing'} swallowed"
    over = "" if row["ended_at"] is None else f"; taken back by {row['ended_by']}"
    return f"{_mute_of(row)} ({row['author']}; {swallowed}{over})"


def _mute_of(row: Mapping[str, Any]) -> str:
    """Its number, of what it is, until when, and why."""
    what = [
        f"MMSI {row['mmsi']}" if row["mmsi"] is not None else "",
        f"port {row['place']}" if row["place"] else "",
        f"rule {row['rule']}" if row["rule"] else "",
        f"alert {str(row['alert'])[:8]}" if row["alert"] else "",
    ]  # fmt: skip
    end = f"until {row['until']:%Y-%m-%d %H:%M} UTC"
    if row["for_episode"]:
        end = "until its episode ends"
    return f"{row['id']}: {', '.join(word for word in what if word)} {end}: {row['reason']}"


def would_words(alerts: Sequence[Alert], days: float, rule: Rule | None) -> str:
    """What rules would have raised: how many, how many a day, by ship and by port."""
    lines = [] if rule is None else [rule.sentence, ""]
    if not alerts:
        return "\n".join([*lines, f"Nothing in {days:,.0f} days."]) + "\n"
    lines.append(f"In {days:,.0f} days {often(len(alerts), days)}.")
    for title, of in (("By ship", _ship), ("By port", lambda alert: alert.place or "none")):
        lines += ["", title]
        found = Counter(of(alert) for alert in alerts)
        lines += [f"  {n:5,}  {name}" for name, n in found.most_common(10)]
    lines += ["", "The last"]
    lines += [f"  {_minute(a.raised_at)}  {a.id[:8]}  {a.headline}" for a in alerts[-10:]]
    return "\n".join(lines) + "\n"


def often(count: int, days: float) -> str:
    """How many alerts, and how many that is a day; of fewer, in how many days there is one."""
    if not count:
        return "no alert"
    many = _alerts(count)
    rate = f"{count / days:.1f} a day" if count >= days else f"one in {days / count:,.0f} days"
    return many if count == 1 else f"{many}, {rate}"


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


def rule_records(
    rules: Sequence[Rule],
    states: Mapping[str, Mapping[str, Any]],
    noisy: Mapping[str, Noise] | None = None,
) -> list[Record]:
    """Rules in stable words; ``states``: the last word on those that were switched.

    ``noisy``: those that raise far more than they were tested to.
    """
    loud = {name: to_iso(noise.since) for name, noise in (noisy or {}).items()}
    return [
        {
            "name": rule.name, "title": rule.title, "severity": rule.severity.value,
            "enabled": rule.enabled, "channels": list(rule.channels),
            "max_per_day": rule.max_per_day, "owner": rule.owner,
            "review_by": None if rule.review_by is None else rule.review_by.isoformat(),
            "switched_by": states[rule.name]["author"] if rule.name in states else None,
            "tested_per_day": states[rule.name]["tested_per_day"] if rule.name in states else None,
            "noisy_since": loud.get(rule.name) if rule.enabled else None,
            "sentence": rule.sentence,
        }
        for rule in rules
    ]  # fmt: skip


def _on(record: Record) -> str:
    since = record["noisy_since"]
    if since is not None:
        return f"on, noisy since {short(since)}"
    return "on" if record["enabled"] else "off"


def rules_table(records: list[Record]) -> Sheet:
    """Rules, in the order of their files."""
    columns = (
        Column(heading="rule", cell=lambda r: r["name"]),
        Column(heading="on", cell=_on, folds=18),
        Column(heading="severity", cell=lambda r: r["severity"]),
        Column(heading="what", cell=lambda r: r["title"], folds=44),
        Column(heading="most a day", cell=lambda r: str(r["max_per_day"] or ""), rank=2),
        Column(heading="owner", cell=lambda r: r["owner"] or "", rank=3),
        Column(heading="channels", cell=lambda r: ", ".join(r["channels"]) or "all", rank=1),
    )
    return Sheet(title="Rules", columns=columns, records=records)
