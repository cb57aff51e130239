"""Alerts and messages are counted by how they stand."""

from __future__ import annotations

from collections import Counter

from monitor.alert.life import State
from monitor.alert.message import Severity
from monitor.store.alerts import alert_row
from monitor.store.database import connected
from monitor.store.sql import query
from monitor.store.tally import Tally, tally
from tests.unit.alert.stories import alert_of, berthed, rule

INSERT = """
INSERT INTO delivery (idem, alert, revision, channel, lane, word, severity, payload, due, made_at,
    state)
VALUES ($1, $2, 1, $3, 'lane', 'raised', 'info', '{}', now(), now(), $4)
"""


async def test_an_empty_store_has_none(database: str) -> None:
    async with connected(database) as connection:
        assert await tally(connection) == Tally()


async def test_all_are_raised_and_some_stand(database: str) -> None:
    """Closed and withdrawn ones were raised; a mute counts as long as its alert stands."""
    each = [
        (State.OPEN, Severity.CRITICAL, None), (State.OPEN, Severity.WARNING, None),
        (State.OPEN, Severity.WARNING, 1), (State.ACKNOWLEDGED, Severity.CRITICAL, 1),
        (State.CLOSED, Severity.CRITICAL, 1), (State.WITHDRAWN, Severity.INFO, None),
    ]  # fmt: skip
    async with connected(database) as connection:
        for number, (state, severity, mute) in enumerate(each):
            made = alert_of(
                [(berthed(), [rule()])], id=f"{number:032x}", state=state, severity=severity,
                muted_by=mute,
            )  # fmt: skip
            await connection.execute(query("save_alert"), *alert_row(made))
        for channel, state in (
            ("mail", "waiting"), ("mail", "waiting"), ("mail", "sent"), ("log", "dead"),
            ("log", "cancelled"),
        ):  # fmt: skip
            number += 1
            await connection.execute(INSERT, f"{channel}.{number}", made.id, channel, state)
        found = await tally(connection)
    assert found == Tally(
        raised=6, open=Counter(critical=1, warning=2), acknowledged=1, muted=2,
        waiting=Counter(mail=2), dead=Counter(log=1),
    )  # fmt: skip
