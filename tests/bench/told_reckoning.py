"""What became of alerts: those in the store against what each receiver took.

Nothing of it believes what the outbox says of itself. Whatever was to be told of an alert last must
have come to each receiver, alone or in a digest that lists its key; but a withdrawal is for whom
was told before. Every event that meets a rule must have its alert. Of each ship what came must be
in the order in which it was put into the outbox; a digest may be overtaken by what is critical,
which never waits.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from monitor.alert.watchlist import Watchlist
from monitor.model import Event
from monitor.rulefile import rules_of
from monitor.store.alerts import decided
from monitor.store.desk import Desk
from tests.bench.receivers import Taken
from tests.ports import ports

ALERTS = "SELECT replace(id::text, '-', '') AS id, state FROM alert"
DELIVERIES = """
    SELECT id, substr(idem, length(channel) + 2) AS key, replace(alert::text, '-', '') AS alert,
        channel, lane, word, severity, state FROM delivery ORDER BY id
"""
RECENT = frozenset({"state", "word", "event_action"})
"""What a message says of the moment in which it is sent."""


class Took(Protocol):
    """A receiver, as far as it is reckoned with."""

    name: str
    came: list[Taken]
    forged: list[str]


@dataclass(slots=True)
class Bill:
    """How many of each fault, a word on each, and what is only counted."""

    faults: Counter[str] = field(
        default_factory=lambda: Counter(
            dict.fromkeys(("lost", "doubled", "disordered", "dead", "left", "forged"), 0)
        )
    )
    words: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, fault: str, words: str) -> None:
        """One more."""
        self.faults[fault] += 1
        self.words.append(f"{fault}: {words}")


@dataclass(slots=True)
class Store:
    """What the store says in the end."""

    alerts: dict[str, str]  # id -> state
    rows: list[Any]  # deliveries, in order
    events: list[Event]


def store_of(url: str) -> Store:
    """Read it."""
    return asyncio.run(_store(url))


async def _store(url: str) -> Store:
    connection = await asyncpg.connect(url)
    try:
        alerts = {row["id"]: row["state"] for row in await connection.fetch(ALERTS)}
        rows = list(await connection.fetch(DELIVERIES))
        begin = datetime(2000, 1, 1, tzinfo=UTC)
        return Store(alerts, rows, [event async for event in decided(connection, begin)])
    finally:
        await connection.close()


def reckoned(store: Store, receivers: Sequence[Took], rules: Path) -> Bill:
    """Hold all against all."""
    bill = Bill()
    would = Desk(rules_of(rules), ports()).would(store.events, Watchlist(()))
    for alert in would:
        if alert.id not in store.alerts:
            bill.add("lost", f"no alert {alert.id} was raised: {alert.headline}")
    bill.counts["alerts"] = len(store.alerts)
    bill.counts["events that an alert is of"] = sum(len(one.reasons) for one in would)
    for row in store.rows:
        bill.counts[f"rows {row['state']}"] += 1
        if row["state"] == "dead":
            bill.add("dead", f"{row['key']} for {row['channel']}")
        if row["state"] == "waiting":
            bill.add("left", f"{row['key']} waits for {row['channel']}")
    for receiver in receivers:
        rows = [row for row in store.rows if row["channel"] == receiver.name]
        _told(bill, store.alerts, rows, receiver)
        _once(bill, receiver)
        _ordered(bill, rows, receiver)
        for key in receiver.forged:
            bill.add("forged", f"{key} at {receiver.name}")
    return bill


def _told(bill: Bill, alerts: dict[str, str], rows: list[Any], receiver: Took) -> None:
    """Of each alert the last that was to be told has come."""
    came = {key for taken in receiver.came for key in _keys(taken)}
    of_alert: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        of_alert[row["alert"]].append(row)
    for alert, state in alerts.items():
        mine = of_alert.get(alert, [])
        if not mine:
            bill.add("lost", f"nothing of alert {alert} was made for {receiver.name}")
            continue
        before = any(row["key"] in came for row in mine[:-1])
        if mine[-1]["key"] in came:
            bill.counts["alerts told, of both receivers"] += 1
        elif state != "withdrawn" or before:
            last = mine[-1]
            bill.add("lost", f"{last['key']} ({last['word']}) never came to {receiver.name}")
        else:
            bill.counts["withdrawn before anybody was told"] += 1


def _once(bill: Bill, receiver: Took) -> None:
    """A key is that of one message, and a message has one key."""
    first: dict[str, dict[str, Any]] = {}
    for taken in receiver.came:
        data = {name: value for name, value in _data(taken).items() if name not in RECENT}
        if data["key"] != taken.key or data["key"] != f"{data['alert']}.{data['revision']}":
            bill.add("doubled", f"{taken.key} says that it is {data['key']}")
        if taken.again != (taken.key in first):
            bill.add("doubled", f"{taken.key} was taken again at {receiver.name}")
        if first.setdefault(taken.key, data) != data:
            bill.add("doubled", f"{taken.key} is another message the second time")
        bill.counts["messages taken"] += not taken.again
        bill.counts["the same key came again"] += taken.again
        bill.counts["digests taken"] += _is_digest(taken) and not taken.again
    listed = Counter(key for taken in receiver.came if not taken.again for key in _keys(taken))
    bill.counts["told alone and in a digest"] += sum(many > 1 for many in listed.values())


def _ordered(bill: Bill, rows: list[Any], receiver: Took) -> None:
    """Of a ship nothing comes after what was put into the outbox later; but the same again may."""
    known = {row["key"]: row for row in rows}
    last: dict[str, tuple[Any, str]] = {}  # by lane: the row, and the message that told of it
    for taken in receiver.came:
        said = [known[key] for key in _keys(taken) if key in known]
        for key in set(_keys(taken)) - known.keys():
            bill.add("forged", f"{key} at {receiver.name} is of no row")
        same = {lane for lane, (_, message) in last.items() if message == taken.key}
        for row in said:
            if row["lane"] in same:
                continue
            before, of_it = last.get(row["lane"], (None, ""))
            if before is None or before["id"] < row["id"]:
                last[row["lane"]] = row, taken.key
            elif of_it != taken.key and _is_digest(taken) and before["severity"] == "critical":
                bill.counts["digests that a critical one overtook"] += 1
            else:
                words = f"{row['key']} came to {receiver.name} after {before['key']}"
                bill.add("disordered", f"{words}, of {row['lane']}")


def _data(taken: Taken) -> dict[str, Any]:
    found: dict[str, Any] = taken.body["data"]
    return found


def _is_digest(taken: Taken) -> bool:
    return bool(_data(taken)["word"] == "digest")


def _keys(taken: Taken) -> list[str]:
    """The keys that a message tells of."""
    if _is_digest(taken):
        return [taken.key, *_data(taken)["record"]["keys"]]
    return [taken.key]
