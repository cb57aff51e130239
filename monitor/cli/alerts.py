"""``monitor alerts``: the queue, why one fired, and what officers do with it."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from monitor.cli.options import Format, Mmsi, PortId, Since, Wide, moment
from monitor.cli.printed import emit
from monitor.cli.stored import fetch, run
from monitor.settings import read_settings

app = App(name="alerts", help="See what was raised, why, and take care of it.")

Id = Annotated[str, Parameter(help="The alert: how its id begins, as `alerts list` shows it.")]
By = Annotated[
    str | None, Parameter(help="Who you are; unset: MONITOR_OFFICER, else your login name.")
]
Note = Annotated[str | None, Parameter(help="What should be remembered of it.")]


def officer(by: str | None) -> str:
    """Who does something: as said, by MONITOR_OFFICER, or by login."""
    named = by or os.environ.get("MONITOR_OFFICER")
    if named:
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


@app.command(name="list")
def list_(
    *,
    all_: Annotated[
        bool, Parameter(name="--all", negative=(), help="Closed and withdrawn ones, too.")
    ] = False,
    severity: Annotated[
        Literal["info", "warning", "critical"], Parameter(help="At least so severe.")
    ] = "info",
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
def show(alert: Id) -> None:
    """Show why an alert fired: rules, events, fixes, sentences, and what it does not prove."""
    from monitor.report.alerted import why
    from monitor.rulefile import rules_of
    from monitor.store import alerts
    from monitor.words import plain

    settings = read_settings()
    rules = {rule.name: rule for rule in rules_of(settings.rules)}

    async def work(connection: Any) -> list[str]:
        stored = await alerts.alert(connection, alert)
        id_ = stored.alert.id
        return [
            why(
                stored, await alerts.events(connection, id_), rules,
                await alerts.history(connection, id_), await alerts.deliveries(connection, id_),
            )
        ]  # fmt: skip

    (text,) = run(settings, work, asks=True)
    sys.stdout.write("\n".join(plain(line) for line in text.split("\n")))


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
    reason: Annotated[str, Parameter(help="Why nobody shall be told.")],
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

    begin = _zoned(since) if since is not None else to_datetime(now_us())
    wish = alerts.Wish(
        reason=reason, author=officer(by), since=begin,
        until=None if until is None else _zoned(until), mmsi=mmsi, place=port, rule=rule,
        alert=alert,
    )  # fmt: skip

    async def work(connection: Any) -> list[int]:
        return [await alerts.mute(connection, wish)]

    (number,) = run(read_settings(), work)
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
    from monitor.words import plain

    rows = run(read_settings(), lambda c: alerts.mutes(c, hold=not all_), asks=True)
    lines = [plain(mute_words(row)) for row in rows] or ["No mute holds."]
    sys.stdout.write("\n".join(lines) + "\n")


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
    from monitor.units import to_datetime
    from monitor.words import plain

    begin, end = moment(shift), to_datetime(now_us())
    assert begin is not None  # noqa: S101 - it has a default

    async def work(connection: Any) -> list[str]:
        states = [State.OPEN, State.ACKNOWLEDGED]
        standing = [one async for one in alerts.alerts(connection, states=states)]
        done, told = await alerts.shift(connection, begin, end)
        return [shift_page(begin, end, standing, done, told, await alerts.mutes(connection))]

    (text,) = run(read_settings(), work, asks=True)
    sys.stdout.write("\n".join(plain(line) for line in text.split("\n")))


def _act(alert: str, what: str, by: str | None, **words: Any) -> None:
    from monitor.alert.life import Act
    from monitor.store import alerts

    async def work(connection: Any) -> list[Any]:
        return [await alerts.act(connection, alert, Act(what), officer(by), **words)]

    (stored,) = run(read_settings(), work)
    owner = "" if stored.alert.assignee is None else f", for {stored.alert.assignee}"
    sys.stdout.write(f"{stored.alert.headline}: {stored.alert.state.value}{owner}.\n")


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
