"""What officers do is done once: asked again, nothing changes and nothing is noted."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from monitor.alert.life import Act, State, Verdict
from monitor.errors import UnknownError, UsageError
from monitor.store import acts, alerts
from monitor.store.alerts import alert_row
from monitor.store.database import connected
from monitor.store.sql import query
from monitor.units import to_datetime
from tests.findings import NOON
from tests.unit.alert.stories import EPISODE, alert_of, berthed, rule

OPEN = alert_of([(berthed(), [rule()])])


async def keep(connection: asyncpg.Connection, **fields: Any) -> None:
    """An alert as the desk writes it."""
    stored = alert_of([(berthed(), [rule()])], **fields)
    await connection.execute(query("save_alert"), *alert_row(stored))


async def steps(connection: asyncpg.Connection) -> list[str]:
    return [row["what"] for row in await alerts.history(connection, EPISODE)]


@pytest.mark.parametrize(
    ("what", "words", "state"),
    [
        (Act.ACK, {}, State.ACKNOWLEDGED),
        (Act.ASSIGN, {"assignee": "Bea"}, State.OPEN),
        (Act.CLOSE, {"verdict": Verdict.TRUE}, State.CLOSED),
    ],
)
async def test_what_is_done_twice_is_done_once(
    database: str, what: Act, words: dict[str, Any], state: State
) -> None:
    async with connected(database) as connection:
        await keep(connection)
        first = await acts.do(connection, EPISODE[:6], what, "ann", note="seen", **words)
        again = await acts.do(connection, EPISODE, what, "bob", note="other", **words)
        assert (first.changed, again.changed) == (True, False)
        assert first.stored == again.stored
        assert (again.stored.alert.state, again.stored.note) == (state, "seen")
        assert await steps(connection) == [what.value]


async def test_another_wish_is_another_deed(database: str) -> None:
    """Handed over; another verdict is refused, for the first is an officer's word."""
    async with connected(database) as connection:
        await keep(connection)
        for name in ("Bea", "Cy"):
            found = await acts.do(connection, EPISODE, Act.ASSIGN, "ann", assignee=name)
            assert (found.changed, found.stored.alert.assignee) == (True, name)
        await acts.do(connection, EPISODE, Act.CLOSE, "ann", verdict=Verdict.FALSE)
        with pytest.raises(UsageError, match="is closed and cannot be closed"):
            await acts.do(connection, EPISODE, Act.CLOSE, "ann", verdict=Verdict.TRUE)
        assert await steps(connection) == ["assign", "assign", "close"]


async def test_an_alert_that_is_not_there_is_unknown(database: str) -> None:
    async with connected(database) as connection:
        with pytest.raises(UnknownError, match="no alert whose id begins with 77"):
            await acts.do(connection, "77", Act.ACK, "ann")
        with pytest.raises(UnknownError):
            await acts.mute_alert(connection, "77", "a tug", "ann", to_datetime(NOON))


async def test_two_officers_at_once_are_one_after_the_other(database: str) -> None:
    """One of them is told that it was done before."""
    async with connected(database) as one, connected(database) as other:
        await keep(one)
        found = await asyncio.gather(
            *(acts.do(each, EPISODE, Act.ACK, "ann") for each in (one, other))
        )
        assert sorted(done.changed for done in found) == [False, True]
        assert await steps(one) == ["ack"]


async def test_what_fails_leaves_nothing_behind(database: str) -> None:
    """A mute that may not be is noted nowhere."""
    begin = to_datetime(NOON)
    async with connected(database) as connection:
        await keep(connection)
        with pytest.raises(UsageError, match="within 30 days"):
            await acts.mute_alert(
                connection, EPISODE, "a tug", "ann", begin, begin + timedelta(days=31)
            )
        assert await steps(connection) == []
        assert await alerts.mutes(connection) == []


async def test_a_mute_is_made_once_as_long_as_it_holds(database: str) -> None:
    """Taken back, it is made anew; another reason, officer or end is another mute."""
    begin = to_datetime(NOON)
    end = begin + timedelta(days=29)

    async with connected(database) as connection:
        await keep(connection)

        async def muted(reason: str = "a tug", author: str = "ann", **words: Any) -> acts.Muted:
            return await acts.mute_alert(connection, EPISODE, reason, author, begin, **words)

        first = await muted()
        assert (first.changed, first.stored.alert.id) == (True, EPISODE)
        assert await muted() == first._replace(changed=False)
        others = [await muted("other"), await muted(author="bob")]
        assert all(one.changed for one in others)
        assert len({first.number, *(one.number for one in others)}) == 3
        await alerts.unmute(connection, first.number, "ann")
        assert (await muted()).changed
        assert (await muted(until=end)).changed
