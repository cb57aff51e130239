"""``monitor rules``: what raises alerts, and what it would have raised."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from monitor.cli.alerts import By, Note, officer
from monitor.cli.options import Format, Geofences, Wide, moment
from monitor.cli.printed import emit, prose
from monitor.cli.stored import run
from monitor.errors import UsageError
from monitor.settings import read_settings

if TYPE_CHECKING:
    from monitor.alert.rules import Rule
    from monitor.alert.story import Alert
    from monitor.settings import Settings

app = App(name="rules", help="List, check, try and switch the rules that raise alerts.")

Name = Annotated[str, Parameter(help="The rule, as `rules list` names it.")]
TRIED_DAYS = 30.0
"""A rule is tried on so many days before it is switched on."""

CURRENT = "What holds already is told by the watch: at once if it runs, else when it starts."


@app.command(name="list")
def list_(*, format_: Format = "table", wide: Wide = False) -> None:
    """List the rules, which are on, and which raise far more than they were tested to."""
    from monitor.clock import now_us
    from monitor.report.alerted import rule_records, rules_table
    from monitor.store import alerts
    from monitor.store.noise import noises

    settings = read_settings()

    async def work(connection: Any) -> list[Any]:
        return [await alerts.rule_states(connection), await noises(connection, now_us())]

    states, noisy = run(settings, work, asks=True)
    records = rule_records(_switched(settings, states), states, noisy)
    emit(records, format_, rules_table, wide=wide, empty="No rules.")


@app.command
def show(rule: Name) -> None:
    """Read a rule back as one sentence."""
    from monitor.store import alerts

    settings = read_settings()
    _named(_all(settings), rule)  # before a database is asked

    async def work(connection: Any) -> list[Any]:
        return [await alerts.rule_states(connection)]

    (states,) = run(settings, work, asks=True)
    found = _named(_switched(settings, states), rule)
    prose("\n".join([f"{found.title}.", found.sentence, found.text or ""]))


@app.command
def check() -> None:
    """Check the rules, and that the channels they name are there; no database is needed."""
    from monitor.deliver.configured import make_channels
    from monitor.service.alerting import check_channels
    from monitor.settings import channel_secret

    settings = read_settings()
    rules = _all(settings)
    channels = make_channels(settings.channels, channel_secret)
    check_channels(rules, [channel.config.name for channel in channels])
    own = "the ones that ship" if settings.rules is None else f"with those of {settings.rules}"
    lines = [f"{rule.name}: {rule.sentence}" for rule in rules]
    prose("\n".join([f"{len(rules)} rules, {own}: good.", *lines]))


@app.command(name="test")
def try_(
    rule: Annotated[str | None, Parameter(help="The rule; unset: all that are on.")] = None,
    *,
    last: Annotated[str, Parameter(help="On the events of so long, such as 30d.")] = "30d",
    geofences: Geofences = None,
) -> None:
    """Show what a rule would have raised: the same function as live, over the stored events."""
    from monitor.report.alerted import would_words

    settings = read_settings(geofences=geofences)
    rules = _all(settings)
    chosen = None if rule is None else _named(rules, rule)
    raised, days = _tried(settings, rules if chosen is None else [chosen], last)
    prose(would_words(raised, days, chosen))


@app.command
def enable(
    rule: Name,
    *,
    by: By = None,
    note: Note = None,
    yes: Annotated[
        bool, Parameter(negative=(), help="Though it would have raised more than its most a day.")
    ] = False,
) -> None:
    """Switch a rule on. It fires for what is new; what holds already, by its ``on_enable``."""
    settings = read_settings()
    found = _named(_all(settings), rule)
    from monitor.report.alerted import often

    raised, days = _tried(settings, [found], f"{TRIED_DAYS:.0f}d")
    a_day = len(raised) / days
    if found.max_per_day is not None and a_day > found.max_per_day and not yes:
        message = (
            f"Rule {rule} would have raised {often(len(raised), days)} in {days:.0f} days, and may"
            f" raise {found.max_per_day} a day: narrow it, or switch it on with --yes."
        )
        raise UsageError(message)
    current = found.on_enable == "current"
    _switch(settings, rule, by, note, on=True, current=current, tested=a_day)
    would = often(len(raised), days)
    too = f" {CURRENT}" if current else ""
    prose(f"{rule} is on. In the last {days:.0f} days it would have raised {would}.{too}")


@app.command
def disable(rule: Name, *, by: By = None, note: Note = None) -> None:
    """Switch a rule off; alerts that it raised stay."""
    settings = read_settings()
    _named(_all(settings), rule)
    _switch(settings, rule, by, note, on=False)
    sys.stdout.write(f"{rule} is off.\n")


def _all(settings: Settings) -> list[Rule]:
    from monitor.rulefile import rules_of

    return rules_of(settings.rules)


def _switched(settings: Settings, states: dict[str, Any]) -> list[Rule]:
    return _switched_of(_all(settings), states)


def _named(rules: list[Rule], name: str) -> Rule:
    for rule in rules:
        if rule.name == name:
            return rule
    message = f"There is no rule {name!r}: see `monitor rules list`."
    raise UsageError(message)


def _switch(
    settings: Settings, rule: str, by: str | None, note: str | None, *, on: bool,
    current: bool = False, tested: float | None = None,
) -> None:  # fmt: skip
    from monitor.store import alerts

    async def work(connection: Any) -> list[Any]:
        await alerts.switch_rule(
            connection, rule, officer(by), on=on, note=note, current=current, tested=tested
        )
        return []

    run(settings, work)


def _tried(settings: Settings, rules: list[Rule], last: str) -> tuple[list[Alert], float]:
    """What rules would have raised of what was decided lately, and in how many days.

    Days before the first stored event say nothing of how many there will be.
    """
    from monitor.alert.watchlist import Watchlist
    from monitor.clock import now_us
    from monitor.fencefile import load_fences
    from monitor.store import alerts
    from monitor.store.desk import Desk
    from monitor.store.watchlists import watch_entries
    from monitor.units import to_datetime

    fences = load_fences(settings.geofences)
    now = to_datetime(now_us())
    begin = moment(last)
    if begin is None or begin >= now:
        message = f"{last!r} is no time that has been: write such as 30d."
        raise UsageError(message)
    on = rules if len(rules) > 1 else [rules[0].model_copy(update={"enabled": True})]

    async def work(connection: Any) -> list[Any]:
        states = await alerts.rule_states(connection)
        chosen = _switched_of(on, states) if len(on) > 1 else on
        desk = Desk(chosen, fences)
        listed = Watchlist([entry async for entry in watch_entries(connection)])
        found = [event async for event in alerts.decided(connection, begin)]
        first = to_datetime(found[0].decided_at) if found else begin
        return [desk.would(found, listed), max(begin, first)]

    raised, first = run(settings, work, asks=True)
    return raised, max(1.0, (now - first) / timedelta(days=1))


def _switched_of(rules: list[Rule], states: dict[str, Any]) -> list[Rule]:
    from monitor.store.desk import switched

    return switched(rules, {name: row["enabled"] for name, row in states.items()})
