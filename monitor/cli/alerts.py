"""``monitor alerts``: the queue, why one fired, and what officers do with it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from monitor.cli.entering import login
from monitor.cli.options import Format, Mmsi, PortId, Since, Wide, moment
from monitor.cli.printed import emit, prose
from monitor.cli.stored import fetch, run
from monitor.settings import read_settings

if TYPE_CHECKING:
    from monitor.settings import Settings

app = App(name="alerts", help="See what was raised, why, and take care of it.")
app.command(
    "monitor.cli.alerts_watch:watch", name="watch",
    help="Watch alerts in a terminal: the gravest first, with a bell, and keys to act.\n\n"
    "Up and down (or j and k) select, Enter shows why it fired, a acknowledges, s assigns, c closes"
    " with a verdict, m mutes, q ends.",
)  # fmt: skip

Id = Annotated[str, Parameter(help="The alert: how its id begins, as `alerts list` shows it.")]
By = Annotated[
    str | None, Parameter(help="Who you are; unset: MONITOR_OFFICER, else your login name.")
]
Note = Annotated[str | None, Parameter(help="What should be remembered of it.")]
All = Annotated[bool, Parameter(name="--all", negative=(), help="Closed and withdrawn ones, too.")]
Severe = Annotated[Literal["info", "warning", "critical"], Parameter(help="At least so severe.")]


def officer(by: str | None) -> str:
    """Who does something: as said, by MONITOR_OFFICER, or by login."""
    return by or os.environ.get("MONITOR_OFFICER") or login() or ""


@app.command(name="list")
def list_(
    *,
    all_: All = False,
    severity: Severe = "info",
    mmsi: Mmsi = None,
    port: PortId = None,
    since: Since = None,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """List alerts that are open or acknowledged, the one that changed last first."""
    from monitor.alert.life import State
    from monitor.alert.message import Severity
    from monitor.report.alerted import alert_record, queue_table
    from monitor.store import alerts

    states = None if all_ else [State.OPEN, State.ACKNOWLEDGED]
    begin = moment(since)
    found = fetch(
        read_settings(),
        lambda c: alerts.alerts(
            c, states=states, severity=Severity(severity), mmsi=mmsi, place=port, since=begin
        ),
    )
    emit(
        [alert_record(one) for one in found], format_, queue_table, wide=wide,
        empty="No alerts are open." if not all_ else "No alerts: `monitor rules list` shows why.",
    )  # fmt: skip


@app.command
def show(
    alert: Id,
    *,
    format_: Annotated[
        Literal["text", "json"], Parameter(name="--format", help="How to print.")
    ] = "text",
) -> None:
    """Show why an alert fired: rules, events, fixes, sentences, and what it does not prove."""
    from monitor.report.columns import terminal_width
    from monitor.report.formats import json_text
    from monitor.report.why import why, why_record
    from monitor.rulefile import rules_of
    from monitor.store import alerts
    from monitor.words import plain

    settings = read_settings()
    rules = {rule.name: rule for rule in rules_of(settings.rules)}

    async def work(connection: Any) -> list[Any]:
        return list(await alerts.whole(connection, alert))

    stored, events, history, told = run(settings, work, asks=True)
    if format_ == "json":
        record = why_record(stored, events, rules, history, told)
        sys.stdout.write(json_text(record, indent=2) + "\n")
        return
    text = why(stored, events, rules, history, told, terminal_width())
    sys.stdout.write("".join(f"{plain(line)}\n" for line in text.splitlines()))


@app.command
def ack(alert: Id, *, by: By = None, note: Note = None) -> None:
    """Acknowledge: nobody is told again, but for a higher severity or a new kind of event."""
    _act(alert, "ack", by, note=note)


@app.command
def assign(
    alert: Id, to: Annotated[str, Parameter(help="Who takes care of it.")], *, by: By = None,
    note: Note = None,
) -> None:  # fmt: skip
    """Assign an alert, or hand it over."""
    _act(alert, "assign", by, note=note, assignee=to)


@app.command
def close(
    alert: Id,
    verdict: Annotated[
        Literal["true", "false", "not-relevant"], Parameter(help="What it was, after all.")
    ],
    *,
    by: By = None,
    note: Note = None,
) -> None:
    """Close an alert with a verdict: `alerts stats` tells by them how good each rule is."""
    from monitor.alert.life import Verdict

    _act(alert, "close", by, note=note, verdict=Verdict(verdict))


@app.command
def mute(
    *,
    reason: Annotated[str, Parameter(help="Why nobody shall be told; it must be said.")] = "",
    until: Annotated[
        str | None,
        Parameter(help="When it ends, by the time of events, with a zone: at most 30 days."),
    ] = None,
    since: Annotated[str | None, Parameter(help="When it begins; unset: now.")] = None,
    mmsi: Annotated[int | None, Parameter(help="Of this vessel.")] = None,
    port: Annotated[str | None, Parameter(help="Of what happens at this port.")] = None,
    rule: Annotated[str | None, Parameter(help="Of this rule.")] = None,
    alert: Annotated[
        str | None, Parameter(help="Of this alert; without --until, until its episode ends.")
    ] = None,
    by: By = None,
) -> None:  # fmt: skip
    """Mute by ship, port, rule or alert. What is muted is kept, and counted."""
    from monitor.clock import now_us
    from monitor.store import alerts
    from monitor.units import to_datetime

    settings = read_settings()
    _known(settings, port, rule)
    begin = _zoned(since) if since is not None else to_datetime(now_us())
    wish = alerts.Wish(
        reason=reason, author=officer(by), since=begin,
        until=None if until is None else _zoned(until), mmsi=mmsi, place=port, rule=rule,
        alert=alert,
    )  # fmt: skip

    async def work(connection: Any) -> list[int]:
        return [await alerts.mute(connection, wish)]

    (number,) = run(settings, work)
    sys.stdout.write(
        f"Muted, as number {number}: `monitor alerts unmute {number}` takes it back.\n"
    )


@app.command
def unmute(number: int, *, by: By = None) -> None:
    """Take a mute back."""
    from monitor.store import alerts

    async def work(connection: Any) -> list[Any]:
        await alerts.unmute(connection, number, officer(by))
        return []

    run(read_settings(), work)
    sys.stdout.write(f"Mute {number} is over.\n")


@app.command
def mutes(
    *,
    all_: Annotated[
        bool, Parameter(name="--all", negative=(), help="Those that are over, too.")
    ] = False,
) -> None:
    """List mutes: of what, until when, why, by whom, and how many each has swallowed."""
    from monitor.report.alerted import mute_words
    from monitor.store import alerts

    rows = run(read_settings(), lambda c: alerts.mutes(c, hold=not all_), asks=True)
    empty = "There is no mute." if all_ else "No mute holds."
    prose("\n".join(map(mute_words, rows)) or empty)


@app.command
def stats(*, since: Since = "90d", format_: Format = "table") -> None:
    """Tell how many alerts of each rule were right, by the verdicts they were closed with."""
    from monitor.report.alerted import verdict_records, verdict_table
    from monitor.store import alerts

    begin = moment(since)
    assert begin is not None  # noqa: S101 - it has a default
    rows = run(read_settings(), lambda c: alerts.verdicts(c, begin), asks=True)
    emit(verdict_records(rows), format_, verdict_table, empty="No alert was closed yet.")


@app.command
def report(
    *,
    shift: Annotated[str, Parameter(help="How long the shift was, such as 8h.")] = "12h",
) -> None:
    """Print what is handed over with a shift, also when nothing happened."""
    from monitor.alert.life import State
    from monitor.clock import now_us
    from monitor.report.alerted import shift_page
    from monitor.store import alerts
    from monitor.store.database import one_moment
    from monitor.units import to_datetime

    begin, end = moment(shift), to_datetime(now_us())

    async def work(connection: Any) -> list[str]:
        states = [State.OPEN, State.ACKNOWLEDGED]
        async with one_moment(connection):
            standing = [one async for one in alerts.alerts(connection, states=states)]
            shift = await alerts.shift(connection, begin, end)
            return [shift_page(begin, end, standing, shift, await alerts.mutes(connection))]

    (text,) = run(read_settings(), work, asks=True)
    prose(text)


def _act(alert: str, what: str, by: str | None, **words: Any) -> None:
    from monitor.alert.life import Act
    from monitor.report.alerted import done_words
    from monitor.store import acts

    async def work(connection: Any) -> list[Any]:
        return [await acts.do(connection, alert, Act(what), officer(by), **words)]

    (done,) = run(read_settings(), work)
    prose(done_words(done.stored.alert, changed=done.changed))


def _known(settings: Settings, port: str | None, rule: str | None) -> None:
    """UsageError where a mute names what there is not: it would hold back nothing."""
    from monitor.errors import UsageError
    from monitor.fencefile import load_fences
    from monitor.rulefile import rules_of

    if rule is not None and rule not in [each.name for each in rules_of(settings.rules)]:
        message = f"There is no rule {rule!r}: see `monitor rules list`."
        raise UsageError(message)
    if port is not None and port not in load_fences(settings.geofences).by_id:
        message = f"There is no port {port!r}: see `monitor geofences list`."
        raise UsageError(message)


def _zoned(text: str) -> Any:
    """A time that names its zone: local and UTC times were confused before."""
    from datetime import datetime

    from monitor.errors import UsageError

    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or value.tzinfo is None:
        message = f"{text!r} is no time with a zone: write such as 2026-11-26T18:00Z or +02:00."
        raise UsageError(message)
    return value
