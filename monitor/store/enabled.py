"""Rules that were switched on and tell what holds already: once, by the one who writes.

The officer's word is a row of ``rule_change``; that it was taken up is one of ``rule_taken``, in
the transaction of the alerts. What was told already, by this rule or when it was switched on
before, is not told again: a story knows its reasons.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from monitor.alert.current import held, lasting_kinds
from monitor.alert.rules import Rule
from monitor.model import Event
from monitor.store.alerts import rule_states
from monitor.store.desk import Desk
from monitor.store.lapses import stories_of
from monitor.store.sql import query
from monitor.units import to_datetime

PAGE = 500
"""Episodes that are read at once."""


async def take_up(connection: Any, desk: Desk, known_to: int | None, now: int) -> int:
    """Tell what holds already of rules switched on by ``known_to`` (us; None: events are known).

    A rule that this watch does not know, since its file is newer, waits for the next start.
    Returns how many messages are to be delivered. Call it in a transaction.
    """
    known = None if known_to is None else to_datetime(known_to)
    rows = await connection.fetch(query("rules_to_take_up"), known)
    if not any(row["rule"] in desk.by_name for row in rows):
        return 0
    states, told = await rule_states(connection), 0
    for row in rows:
        rule = desk.by_name.get(row["rule"])
        if rule is None:
            continue
        is_on = states[rule.name]["enabled"]
        alerts, messages = await _taken(connection, desk, rule, now) if is_on else (0, 0)
        told += messages
        await connection.execute(query("rule_taken_up"), row["seq"], alerts)
    return told


async def _taken(connection: Any, desk: Desk, rule: Rule, now: int) -> tuple[int, int]:
    """How many alerts were raised or amended, and how many messages there are."""
    kinds, last, alerts, messages = lasting_kinds(rule), UUID(int=0), 0, 0
    while True:
        rows = await connection.fetch(query("lasting_episodes"), kinds, last, PAGE)
        episodes = [row["episode"] for row in rows]
        stories = await stories_of(connection, episodes)
        found = [story for id_ in episodes if (story := stories.get(id_))]
        if found:
            changed, told = await _page(connection, desk, rule, found, now)
            alerts, messages = alerts + changed, messages + told
        if len(rows) < PAGE:
            return alerts, messages
        last = episodes[-1]


async def _page(
    connection: Any, desk: Desk, rule: Rule, stories: list[list[Event]], now: int
) -> tuple[int, int]:
    sitting = await desk.sit(connection, [event for story in stories for event in story])
    alerts = 0
    for story in stories:
        changes = [
            await desk.do(connection, sitting, seen, [rule] if fires else [], now)
            for seen, fires in held(rule, [desk.seen(e, sitting.watchlist) for e in story])
        ]
        alerts += any(changes)
    return alerts, await desk.rise(connection, sitting)
