"""Alerts in the store: a row and back; read page by page, and changed by officers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from monitor.alert.life import Act, State, Verdict, after
from monitor.alert.message import Severity
from monitor.alert.story import Alert, Mute, Reason
from monitor.alert.telling import reason_record
from monitor.errors import UnknownError, UsageError
from monitor.model import Event
from monitor.store.database import one_moment
from monitor.store.findings import event_of, without_nul
from monitor.store.lost import transaction
from monitor.store.sql import query
from monitor.units import DAY_US, from_datetime, from_iso, to_datetime

PAGE_ROWS = 500
MOST_MUTED_DAYS = 30
MOST_MESSAGES = 200
"""Of one alert: one that goes on for weeks has thousands, and the last ones say what was told."""


class Stored(NamedTuple):
    """An alert, and what officers have said of it."""

    alert: Alert
    verdict: str | None
    note: str | None


class Whole(NamedTuple):
    """An alert, and all that is known of it: `alerts show` and the API tell of it."""

    stored: Stored
    events: list[Event]
    history: list[Mapping[str, Any]]
    told: list[Mapping[str, Any]]


class Shift(NamedTuple):
    """What was done in a time, what was told, which alerts were closed, and what was muted."""

    done: Sequence[Mapping[str, Any]]
    told: Sequence[Mapping[str, Any]]
    closed: Sequence[Mapping[str, Any]] = ()
    muted: Sequence[Mapping[str, Any]] = ()


class Wish(NamedTuple):
    """A mute that an officer asks for: of a ship, a port, a rule, an alert, or of what is all."""

    reason: str
    author: str
    since: datetime  # of the time of events
    until: datetime | None  # None: until the episode of the alert ends
    mmsi: int | None = None
    place: str | None = None
    rule: str | None = None
    alert: str | None = None  # how its id begins


def alert_row(alert: Alert, verdict: str | None = None, note: str | None = None) -> tuple[Any, ...]:
    """Arguments of ``save_alert``."""
    happened = None if alert.happened_at is None else to_datetime(alert.happened_at)
    name = without_nul(alert.name)
    about = f"{name or alert.mmsi or alert.feed} at {alert.place}"
    about = about if alert.rule is None else f"rule {alert.rule}"
    reasons = json.dumps(without_nul([reason_record(reason) for reason in alert.reasons]))
    return (
        UUID(alert.id), about, alert.mmsi, alert.track, alert.place,
        alert.feed, name, alert.state.value, alert.severity.value, alert.revision,
        without_nul(alert.headline), reasons,
        list(alert.channels), to_datetime(alert.raised_at), to_datetime(alert.changed_at),
        happened, alert.lon, alert.lat, alert.muted_by, alert.kept_back,
        alert.assignee, verdict, note, alert.rule, alert.area,
    )  # fmt: skip


def stored_of(row: Mapping[str, Any]) -> Stored:
    """The alert of a row of ``alerts``."""
    happened = row["happened_at"]
    alert = Alert(
        id=UUID(str(row["id"])).hex, mmsi=row["mmsi"], track=row["track"], place=row["place"],
        feed=row["feed"], name=row["name"], state=State(row["state"]),
        severity=Severity(row["severity"]), revision=row["revision"], headline=row["headline"],
        reasons=tuple(_reason_of(each) for each in json.loads(row["reasons"])),
        channels=tuple(row["channels"]), raised_at=from_datetime(row["raised_at"]),
        changed_at=from_datetime(row["changed_at"]),
        happened_at=None if happened is None else from_datetime(happened),
        lon=row["lon"], lat=row["lat"], muted_by=row["muted_by"], kept_back=row["kept_back"],
        assignee=row["assignee"], rule=row["rule"], area=row["area"],
    )  # fmt: skip
    return Stored(alert, row["verdict"], row["note"])


def _reason_of(raw: Mapping[str, Any]) -> Reason:
    severity, happened = raw["severity"], raw["happened_at"]
    return Reason(
        rules=tuple(raw["rules"]), severity=None if severity is None else Severity(severity),
        event=raw["event"], kind=raw["kind"], state=raw["state"],
        happened_at=None if happened is None else from_iso(happened),
        decided_at=from_iso(raw["decided_at"]), why=raw["why"], lists=tuple(raw["lists"]),
        possible=tuple(raw["possible"]),
    )  # fmt: skip


def mute_of(row: Mapping[str, Any]) -> Mute:
    """The mute of a row of ``mutes_that_hold``."""
    return Mute(
        id=row["id"], mmsi=row["mmsi"], place=row["place"], rule=row["rule"],
        alert=None if row["alert"] is None else UUID(str(row["alert"])).hex,
        since=from_datetime(row["since"]), until=from_datetime(row["until"]),
        for_episode=row["for_episode"],
    )  # fmt: skip


# -- reading ---------------------------------------------------------------------------------------


async def alerts(
    connection: asyncpg.Connection,
    *,
    states: Sequence[State] | None = None,
    severity: Severity = Severity.INFO,
    mmsi: int | None = None,
    place: str | None = None,
    since: datetime | None = None,
    page_rows: int = PAGE_ROWS,
) -> AsyncIterator[Stored]:
    """Alerts, the one that changed last first, page by page."""
    wanted = None if states is None else [state.value for state in states]
    at, behind = None, None
    while True:
        rows = await connection.fetch(
            query("alerts"), wanted, severity.rank, mmsi, place, since, at, behind, page_rows
        )
        for row in rows:
            yield stored_of(row)
        if len(rows) < page_rows:
            return
        at, behind = rows[-1]["changed_at"], rows[-1]["id"]


async def as_of(
    connection: asyncpg.Connection, states: Sequence[State] | None = None
) -> tuple[Any, ...]:
    """By what alerts of these states may be known to have changed; it costs no reading of them."""
    wanted = None if states is None else [state.value for state in states]
    return tuple(await connection.fetchrow(query("alerts_as_of"), wanted))


async def whole(connection: asyncpg.Connection, begin: str) -> Whole:
    """All of the alert whose id begins so, of one moment; UsageError as ``alert`` has it."""
    async with one_moment(connection):
        stored = await alert(connection, begin)
        id_ = stored.alert.id
        return Whole(
            stored, await events(connection, id_), await history(connection, id_),
            await deliveries(connection, id_),
        )  # fmt: skip


async def alert(connection: asyncpg.Connection, begin: str) -> Stored:
    """The alert whose id begins so; UsageError where there is none, or are several."""
    return await _found(connection, begin, "alerts_seen")


async def _found(
    connection: asyncpg.Connection, begin: str, statement: str = "alerts_of"
) -> Stored:
    """The alert whose id begins so; nobody else changes it until the transaction ends."""
    letters = begin.replace("-", "").lower()
    if not letters or len(letters) > 32 or set(letters) - set("0123456789abcdef"):
        message = f"{begin!r} is no id of an alert: see monitor alerts list."
        raise UsageError(message)
    ids = [row["id"] for row in await connection.fetch(query("alert_like"), letters)]
    if len(ids) != 1:
        many = "There is no alert" if not ids else "There is more than one alert"
        message = f"{many} whose id begins with {begin}: see monitor alerts list."
        raise UsageError(message) if ids else UnknownError(message)
    return stored_of(await connection.fetchrow(query(statement), ids))


async def history(connection: asyncpg.Connection, id_: str) -> list[Mapping[str, Any]]:
    """What was done to an alert, in order."""
    found: list[Mapping[str, Any]] = await connection.fetch(query("alert_history"), UUID(id_))
    return found


async def deliveries(connection: asyncpg.Connection, id_: str) -> list[Mapping[str, Any]]:
    """What was told of an alert, and to whom, in order."""
    found: list[Mapping[str, Any]] = await connection.fetch(query("alert_deliveries"), UUID(id_))
    return found


async def messages(connection: asyncpg.Connection, begin: str) -> list[Mapping[str, Any]]:
    """What was told of the alert whose id begins so, word for word, the newest first."""
    stored = await alert(connection, begin)
    found: list[Mapping[str, Any]] = await connection.fetch(
        query("alert_messages"), UUID(stored.alert.id), MOST_MESSAGES
    )
    return found


async def events(connection: asyncpg.Connection, id_: str) -> list[Event]:
    """The events of the story of an alert, in order."""
    rows = await connection.fetch(query("episode_events"), UUID(id_))
    return [event_of(row) for row in rows]


async def decided(
    connection: asyncpg.Connection,
    since: datetime,
    until: datetime | None = None,
    page_rows: int = PAGE_ROWS,
) -> AsyncIterator[Event]:
    """Events in the order they were decided, page by page."""
    at, behind = since, UUID(int=0)
    while True:
        rows = await connection.fetch(query("events_decided"), since, until, at, behind, page_rows)
        for row in rows:
            yield event_of(row)
        if len(rows) < page_rows:
            return
        at, behind = rows[-1]["decided_at"], rows[-1]["id"]


async def shift(connection: asyncpg.Connection, since: datetime, until: datetime) -> Shift:
    """What was done to alerts in a time, and what was told of them."""
    names = ("shift", "shift_deliveries", "shift_closed", "shift_muted")
    return Shift(*[await connection.fetch(query(name), since, until) for name in names])


async def verdicts(connection: asyncpg.Connection, since: datetime) -> list[Mapping[str, Any]]:
    """How many alerts of each rule were closed with each verdict."""
    found: list[Mapping[str, Any]] = await connection.fetch(query("verdicts"), since)
    return found


# -- rules -----------------------------------------------------------------------------------------


async def rule_states(connection: asyncpg.Connection) -> dict[str, Mapping[str, Any]]:
    """The last word on each rule that was switched on or off."""
    return {row["rule"]: row for row in await connection.fetch(query("rule_states"))}


async def switch_rule(
    connection: asyncpg.Connection,
    rule: str,
    author: str,
    *,
    on: bool,
    note: str | None = None,
    current: bool = False,
    tested: float | None = None,
) -> None:
    """Switch a rule on or off.

    ``current``: the watch shall tell what holds already, too; ``tested``: how many alerts a day it
    would have raised.
    """
    await connection.execute(query("change_rule"), rule, on, author, note, current, tested)


# -- what officers do ------------------------------------------------------------------------------


async def act(
    connection: asyncpg.Connection,
    begin: str,
    what: Act,
    actor: str,
    *,
    assignee: str | None = None,
    verdict: Verdict | None = None,
    note: str | None = None,
) -> Stored:
    """Acknowledge, assign or close an alert, and note who did; UsageError where that cannot be."""
    if not actor.strip():
        message = "Say who you are: --by, or MONITOR_OFFICER."
        raise UsageError(message)
    if what is Act.CLOSE and verdict is None:
        message = f"Closing needs a verdict: {', '.join(Verdict)}."
        raise UsageError(message)
    async with transaction(connection):
        stored = await _found(connection, begin)
        now = replace(stored.alert, state=after(stored.alert.state, what))
        if what is Act.ASSIGN:
            now = replace(now, assignee=assignee)
        words = verdict.value if verdict is not None else stored.verdict
        said = note if note is not None else stored.note
        await connection.execute(query("save_alert"), *alert_row(now, words, said))
        remark = "; ".join(w for w in (assignee, verdict and verdict.value, note) if w) or None
        await connection.execute(
            query("note_change"), UUID(now.id), what.value, actor, stored.alert.state.value,
            now.state.value, now.revision, None, remark,
        )  # fmt: skip
    return Stored(now, words, said)


async def mute(connection: asyncpg.Connection, wish: Wish) -> int:
    """Mute by ship, port, rule or alert; its number.

    UsageError where it names nothing, has no reason or author, or lasts over 30 days.
    """
    end = _end_of(wish)
    async with transaction(connection):
        about = None
        if wish.alert is not None:
            stored = await _found(connection, wish.alert)
            about, state = UUID(stored.alert.id), stored.alert.state.value
            await connection.execute(
                query("note_change"), about, "mute", wish.author, state, state,
                stored.alert.revision, None, wish.reason,
            )  # fmt: skip
        number: int = await connection.fetchval(
            query("make_mute"), wish.mmsi, wish.place, wish.rule, about, wish.since, end,
            wish.until is None, wish.reason, wish.author,
        )  # fmt: skip
    return number


def _end_of(wish: Wish) -> datetime:
    """When a mute ends at the latest; UsageError where it is none that may be."""
    if all(what is None for what in (wish.mmsi, wish.place, wish.rule, wish.alert)):
        message = "A mute of everything is refused: name a ship, a port, a rule or an alert."
        raise UsageError(message)
    if not wish.reason.strip() or not wish.author.strip():
        message = "A mute needs a reason and who made it: --reason and --by, or MONITOR_OFFICER."
        raise UsageError(message)
    if wish.until is None and wish.alert is None:
        message = "Only an alert can be muted until its episode ends: say until when."
        raise UsageError(message)
    longest = MOST_MUTED_DAYS * DAY_US
    end = wish.until or to_datetime(from_datetime(wish.since) + longest)
    if not 0 < from_datetime(end) - from_datetime(wish.since) <= longest:
        message = f"A mute ends after it begins, and within {MOST_MUTED_DAYS} days."
        raise UsageError(message)
    return end


async def unmute(connection: asyncpg.Connection, number: int, author: str) -> None:
    """Take a mute back; UsageError where there is none that holds."""
    if await connection.fetchval(query("end_mute"), number, author) is None:
        message = f"There is no mute {number} that holds: see monitor alerts mutes."
        raise UsageError(message)


async def mutes(connection: asyncpg.Connection, *, hold: bool = True) -> list[Mapping[str, Any]]:
    """Mutes, the newest first."""
    found: list[Mapping[str, Any]] = await connection.fetch(query("mutes"), hold)
    return found
