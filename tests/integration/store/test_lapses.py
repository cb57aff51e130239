"""Mutes that end, in a real store: one notice of what they hid and holds still."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from monitor.alert.life import Act, State
from monitor.alert.message import Message, from_payload
from monitor.alert.rules import Rule
from monitor.store import alerts
from monitor.store.alerts import Wish
from monitor.store.desk import Desk
from monitor.store.lapses import end_mutes
from monitor.units import DAY_US, HOUR_US, to_datetime
from tests.findings import MMSI
from tests.integration.store.desks import ARRIVES, K, commit, desk, fresh, now, the_alert
from tests.unit.alert.drawn import EPISODE, happened


async def muted(db: asyncpg.Connection, **words: Any) -> int:
    """A mute of the ship, from an hour ago until in an hour."""
    begin = to_datetime(await now(db) - HOUR_US)
    given = {"mmsi": MMSI, "until": begin + timedelta(hours=2), **words}
    return await alerts.mute(db, Wish(reason="a tug", author="lea", since=begin, **given))


async def ended(db: asyncpg.Connection, hours: float, one: Desk | None = None) -> int:
    """So many hours later: how many messages there are to be delivered."""
    at = await now(db) + round(hours * HOUR_US)
    async with db.transaction():
        return await end_mutes(db, one or desk(), at, at)


async def messages(db: asyncpg.Connection) -> list[Message]:
    """What is in the outbox."""
    rows = await db.fetch("SELECT payload FROM delivery ORDER BY id")
    return [from_payload(json.loads(row["payload"])) for row in rows]


async def steps(db: asyncpg.Connection) -> list[tuple[str, str | None, str | None]]:
    """What was done to the alert."""
    rows = await alerts.history(db, EPISODE)
    return [(row["what"], row["actor"], row["note"]) for row in rows]


async def test_8_what_a_mute_hid_is_told_once_when_it_ends(db: asyncpg.Connection) -> None:
    """Behaviour 8: through each channel of its rules, at once, and for a day at most."""
    number = await muted(db)
    await commit(db, desk(), await fresh(db, 1), await fresh(db, 2, K.BERTHED))
    assert await ended(db, 0.9) == 0
    assert await messages(db) == []
    assert await ended(db, 1.1) == 2
    mail, hook = await messages(db)
    assert mail == hook
    assert mail.headline == "Mute over: ALDA arrived at Tartus"
    assert "she is still berthed at Tartus; 2 events were kept back." in mail.text
    row = await db.fetchrow(
        "SELECT word, lane, due - made_at AS wait, expires, made_at FROM delivery"
    )
    assert (row["word"], row["lane"], row["wait"]) == ("amended", f"mail|{MMSI}", timedelta(0))
    assert row["expires"] - row["made_at"] < timedelta(days=1)
    assert (await steps(db))[-1] == (
        "unmute",
        None,
        f"mute {number} ended; 2 events were kept back",
    )
    stored = await the_alert(db)
    assert (stored.alert.muted_by, stored.alert.kept_back, stored.alert.revision) == (None, 0, 3)
    assert await ended(db, 1.2) == 0


async def test_8_a_mute_that_is_taken_back_ends_now(db: asyncpg.Connection) -> None:
    """Behaviour 8: whatever its time was; who did it stands in the notice."""
    number = await muted(db)
    await commit(db, desk(), await fresh(db, 1))
    await alerts.unmute(db, number, "tom")
    assert await ended(db, 0.001) == 2
    assert ", taken back by tom\n" in (await messages(db))[0].text
    assert (await steps(db))[-1][:2] == ("unmute", "tom")


async def test_8_what_is_not_open_is_told_to_nobody(db: asyncpg.Connection) -> None:
    """Behaviour 8: an officer has seen it; and it is not said to be muted any more."""
    number = await muted(db)
    await commit(db, desk(), await fresh(db, 1))
    await alerts.act(db, EPISODE, Act.ACK, "lea")
    assert await ended(db, 1.1) == 0
    assert (await steps(db))[-1] == ("unmute", None, f"mute {number} ended; nothing was to be told")
    stored = await the_alert(db)
    assert (stored.alert.state, stored.alert.muted_by) == (State.ACKNOWLEDGED, None)


async def test_8_who_has_left_is_told_to_nobody(db: asyncpg.Connection) -> None:
    """Behaviour 8: the story is over, and that is noted; it is not looked at again."""
    number = await muted(db)
    await commit(db, desk(ARRIVES), await fresh(db, 1), await fresh(db, 2, K.PORT_DEPARTED))
    assert await ended(db, 1.1, desk(ARRIVES)) == 0
    note = f"mute {number} ended; nothing of it holds any more"
    assert (await steps(db))[-1] == ("unmute", None, note)
    assert await ended(db, 1.2, desk(ARRIVES)) == 0
    assert len(await steps(db)) == 3


async def test_8_a_mute_until_the_episode_ends_has_no_notice(db: asyncpg.Connection) -> None:
    """Behaviour 8: it has no time of its own; but an officer may take it back."""
    await commit(db, desk(), await fresh(db, 1))
    number = await muted(db, mmsi=None, alert=EPISODE, until=None)
    await commit(db, desk(), await fresh(db, 2, K.PORT_ARRIVED), await fresh(db, 3, K.BERTHED))
    before = len(await messages(db))
    assert await ended(db, 24 * 40) == 0
    await alerts.unmute(db, number, "lea")
    assert await ended(db, 0.001) == 2
    assert len(await messages(db)) == before + 2


@pytest.mark.parametrize(("hours", "old"), [(5, [False]), (7, [True]), (26, [])])
async def test_8_the_watch_was_down_when_it_ended(
    db: asyncpg.Connection, hours: int, old: list[bool]
) -> None:
    """Behaviour 8: for five hours, and it pages; for seven: it is old; for a day: it is none."""
    await muted(db)
    one = desk(channels=["mail"])
    await commit(db, one, await fresh(db, 1))
    assert await ended(db, 1 + hours, one) == len(old)
    assert [told.is_old(told.decided_at) for told in await messages(db)] == old
    assert (await the_alert(db)).alert.muted_by is None
    note = str((await steps(db))[-1][2])
    assert note.endswith(" ended over a day before: nobody was told") is (hours == 26)


async def test_8_nothing_is_told_before_events_until_then_are_known(db: asyncpg.Connection) -> None:
    """Behaviour 8: after an outage what waits is taken first, and she may have left by then."""
    await muted(db)
    await commit(db, desk(ARRIVES), await fresh(db, 1))
    at = await now(db)
    async with db.transaction():
        assert await end_mutes(db, desk(ARRIVES), at, at + 3 * HOUR_US) == 0
    await commit(db, desk(ARRIVES), await fresh(db, 2, K.PORT_DEPARTED))
    assert await ended(db, 3, desk(ARRIVES)) == 0


async def test_8_what_comes_late_of_its_time_is_swallowed_and_no_second_notice(
    db: asyncpg.Connection,
) -> None:
    """Behaviours 7 and 8: muted by when it happened; one notice of a mute and an alert."""
    await muted(db)
    await commit(db, desk(channels=["mail"]), await fresh(db, 1))
    assert await ended(db, 1.1, desk(channels=["mail"])) == 1
    await commit(db, desk(channels=["mail"]), await fresh(db, 2, K.BERTHED))
    assert (await the_alert(db)).alert.kept_back == 1
    assert await ended(db, 1.2, desk(channels=["mail"])) == 0


async def test_8_a_notice_has_the_steps_of_what_nobody_was_told_before(
    db: asyncpg.Connection,
) -> None:
    """Behaviours 6 and 8: else a mute that ended would have ended the escalation as well."""
    step = [{"after_min": 15, "channels": ["boss"]}]
    loud = Rule.model_validate({**ARRIVES.model_dump(), "channels": ["mail"], "escalate": step})
    one = desk(loud, channels=["mail", "boss"])
    await muted(db)
    await commit(db, one, await fresh(db, 1))
    assert await ended(db, 1.1, one) == 2
    assert [message.step for message in await messages(db)] == [None, "arrives.15"]


async def test_8_undone_it_is_done_again(db: asyncpg.Connection) -> None:
    """Behaviour 8: killed before the commit, it is as if it had not been begun."""
    await muted(db)
    await commit(db, desk(), await fresh(db, 1))
    at = await now(db) + 2 * HOUR_US
    part = db.transaction()
    await part.start()
    assert await end_mutes(db, desk(), at, at) == 2
    await part.rollback()
    assert await messages(db) == []
    assert await ended(db, 2) == 2


async def test_8_who_acknowledges_meanwhile_is_waited_for(
    db: asyncpg.Connection, database: str
) -> None:
    """Behaviour 8: he was first, and nobody is told what he has seen."""
    await muted(db)
    await commit(db, desk(), await fresh(db, 1))
    at = await now(db) + 2 * HOUR_US
    other = await asyncpg.connect(database)
    try:
        part = other.transaction()
        await part.start()
        await alerts.act(other, EPISODE, Act.ACK, "lea")

        async def look() -> int:
            async with db.transaction():
                return await end_mutes(db, desk(), at, at)

        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(look())
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            while not await other.fetchval(waiting):  # noqa: ASYNC110 - nobody calls that out
                await asyncio.sleep(0.01)
            await part.commit()
        assert looking.result() == 0
    finally:
        await other.close()


async def test_8_an_alert_of_long_ago_that_a_replay_raised_is_no_news(
    db: asyncpg.Connection,
) -> None:
    """Behaviours 8 and 14: mutes of the time of its events have ended long ago."""
    old = happened(1)
    since = to_datetime(old.decided_at - HOUR_US)
    wish = Wish(
        reason="a tug", author="lea", since=since, until=since + timedelta(days=1), mmsi=MMSI
    )
    await alerts.mute(db, wish)
    await commit(db, desk(deliver=False), replace(old, name="ALDA"))
    assert await ended(db, 0) == 0
    assert (await the_alert(db)).alert.muted_by is None
    assert (await now(db)) - old.decided_at > DAY_US
