"""How much each rule raises: counted with its alerts, in the transaction of their batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from monitor.alert.message import Severity, Word
from monitor.alert.noise import Noise, Usual, goes_in_digest, judged, noisy_alert
from monitor.alert.rules import Rule
from monitor.alert.story import Alert
from monitor.store.sql import query
from monitor.units import from_datetime, to_datetime

States = Mapping[str, Mapping[str, Any]]
"""Rule -> the last word on it: a row of ``rule_states``."""


class Loud(NamedTuple):
    """A rule that is noisy, and the alert about it."""

    rule: Rule
    noise: Noise
    alert: Alert


async def counted(connection: Any, rule: Rule, states: States, alert: str, at: int) -> Loud | None:
    """Count an alert that a rule raised, or joined, at ``at`` (us), once; None: it is not noisy."""
    state = states.get(rule.name)
    switched = 0 if state is None else state["seq"]
    usual = Usual(tested=None if state is None else state["tested_per_day"], most=rule.max_per_day)
    noise, count = None, 0
    if usual.limit is not None:
        count = 1 + await connection.fetchval(
            query("count_rule_alerts"), rule.name, to_datetime(at), switched
        )
        if count >= usual.limit:
            before = (await noises(connection, at, [rule.name])).get(rule.name)
            noise = judged(count, usual, before, at)
    since = None if noise is None else to_datetime(noise.since)
    new = await connection.fetchval(
        query("note_rule_alert"), rule.name, UUID(alert), to_datetime(at), switched, since
    )
    if noise is None or new is None:
        return None
    return Loud(rule, noise, noisy_alert(rule, noise, count, usual))


async def noises(
    connection: Any, at: int, rules: Collection[str] | None = None
) -> dict[str, Noise]:
    """The latest noise of rules (None: all) until ``at`` (us), of those that are noisy then."""
    names = None if rules is None else list(rules)
    rows = await connection.fetch(query("rule_noise"), names, to_datetime(at))
    return {
        row["rule"]: Noise(
            since=from_datetime(row["noisy_since"]), at=from_datetime(row["decided_at"])
        )
        for row in rows
    }


async def need_not_be_single(connection: Any, alert: Alert, word: Word, at: int) -> bool:
    """Whether what is told of an alert at ``at`` (us) may come in a digest: its rules are noisy."""
    if alert.severity is Severity.CRITICAL:
        return False
    return goes_in_digest(alert, word, await noises(connection, at, alert.rules), at)
