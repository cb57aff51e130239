"""Alerts in the store: read page by page, muted, and changed by officers, who are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from monitor.alert.life import Act, State, Verdict
from monitor.errors import UsageError
from monitor.model import Event, EventState
from monitor.store import alerts
from monitor.store.alerts import Wish
from monitor.store.database import connected
from monitor.units import DAY_US, to_datetime
from tests.findings import MMSI, after
from tests.integration.store.desks import (
    K,
    commit,
    desk,
    fresh,
    the_alert,
    told,
)
from tests.unit.alert.drawn import EPISODE, happened

# -- mutes -----------------------------------------------------------------------------------------


def wish(**words: Any) -> Wish:
    since = to_datetime(after(-60))
    given = {"until": since + timedelta(days=1), **words}
    return Wish(reason="a tug", author="lea", since=since, **given)


async def test_8_a_mute_tells_how_many_it_swallowed(db: asyncpg.Connection) -> None:
    """Behaviour 8: what is muted is stored all the same."""
    number = await alerts.mute(db, wish(mmsi=MMSI))
    await commit(db, desk(), happened(1), happened(2, K.BERTHED, 9))
    assert await told(db) == []
    (row,) = await alerts.mutes(db, hold=False)
    assert (row["id"], row["swallowed"]) == (number, 2)
    assert (await the_alert(db)).alert.muted_by == number
    steps = await alerts.history(db, EPISODE)
    assert [step["note"] for step in steps] == [f"muted by mute {number}"] * 2


async def test_a_mute_that_was_taken_back_mutes_nothing(db: asyncpg.Connection) -> None:
    number = await alerts.mute(db, wish(mmsi=MMSI))
    await alerts.unmute(db, number, "lea")
    await commit(db, desk(), happened(1))
    assert len(await told(db)) == 2
    with pytest.raises(UsageError, match=f"There is no mute {number} that holds"):
        await alerts.unmute(db, number, "lea")


async def test_a_mute_until_the_episode_ends(db: asyncpg.Connection) -> None:
    """However long it lasts: of that alert, and of no other of hers."""
    await commit(db, desk(), happened(1))
    await alerts.mute(db, wish(alert=EPISODE[:6], until=None))
    before = len(await told(db))
    late = happened(2, K.PORT_DEPARTED, 60 * 24 * 100)
    await commit(db, desk(), late)
    assert len(await told(db)) == before
    await commit(db, desk(), happened(3, episode="d" * 32))
    assert len(await told(db)) == before + 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, "A mute of everything is refused: name a ship, a port, a rule or an alert."),
        ({"mmsi": 1, "reason": " "}, "A mute needs a reason and who made it"),
        ({"mmsi": 1, "author": ""}, "A mute needs a reason and who made it"),
        ({"mmsi": 1, "until": None}, "Only an alert can be muted until its episode ends"),
        ({"mmsi": 1, "until": to_datetime(after(-60) + 31 * DAY_US)}, "and within 30 days"),
        ({"mmsi": 1, "until": to_datetime(after(-61))}, "A mute ends after it begins"),
        ({"alert": "abc"}, "There is no alert whose id begins with abc"),
    ],
)
async def test_a_mute_that_may_not_be(
    db: asyncpg.Connection, words: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        await alerts.mute(db, wish()._replace(**words))
    assert await db.fetchval("SELECT count(*) FROM mute") == 0


# -- officers --------------------------------------------------------------------------------------


async def test_all_of_an_alert_is_of_one_moment(
    db: asyncpg.Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an officer does while it is read stands in all parts of it, or in none."""
    await commit(db, desk(), happened(1))
    read = alerts.events

    async def meanwhile(connection: asyncpg.Connection, id_: str) -> list[Event]:
        async with connected(database) as other:
            await alerts.act(other, EPISODE, Act.ACK, "lea")
        return await read(connection, id_)

    monkeypatch.setattr(alerts, "events", meanwhile)
    found = await alerts.whole(db, EPISODE)
    assert found.stored.alert.state is State.OPEN
    assert [step["became"] for step in found.history] == ["open"]
    assert (await the_alert(db)).alert.state is State.ACKNOWLEDGED


async def test_24_who_did_what_is_kept(db: asyncpg.Connection) -> None:
    """Behaviour 24: assigned, handed over, closed, by whom and with what words."""
    await commit(db, desk(), happened(1))
    await alerts.act(db, "eee", Act.ACK, "lea", note="seen")
    await alerts.act(db, EPISODE, Act.ASSIGN, "lea", assignee="tom")
    await alerts.act(db, EPISODE, Act.ASSIGN, "tom", assignee="ann", note="end of shift")
    closed = await alerts.act(db, EPISODE, Act.CLOSE, "ann", verdict=Verdict.FALSE)
    assert (closed.alert.state, closed.verdict) == (State.CLOSED, "false")
    steps = [
        (step["what"], step["actor"], step["was"], step["became"], step["note"])
        for step in await alerts.history(db, EPISODE)
    ]
    assert steps[1:] == [
        ("ack", "lea", "open", "acknowledged", "seen"),
        ("assign", "lea", "acknowledged", "acknowledged", "tom"),
        ("assign", "tom", "acknowledged", "acknowledged", "ann; end of shift"),
        ("close", "ann", "acknowledged", "closed", "false"),
    ]
    assert (await the_alert(db)) == closed


async def test_what_cannot_be_done_leaves_no_trace(db: asyncpg.Connection) -> None:
    await commit(db, desk(), happened(1))
    await alerts.act(db, EPISODE, Act.ACK, "lea")
    with pytest.raises(UsageError, match="cannot be acknowledged"):
        await alerts.act(db, EPISODE, Act.ACK, "tom")
    with pytest.raises(UsageError, match="Say who you are"):
        await alerts.act(db, EPISODE, Act.CLOSE, " ", verdict=Verdict.TRUE)
    assert len(await alerts.history(db, EPISODE)) == 2


async def test_21_without_a_verdict_nothing_is_closed(db: asyncpg.Connection) -> None:
    """Behaviour 21, whoever asks: the command line, HTTP, or a key."""
    await commit(db, desk(), happened(1))
    with pytest.raises(UsageError, match=r"^Closing needs a verdict: true, false, not-relevant\.$"):
        await alerts.act(db, EPISODE, Act.CLOSE, "lea", note="nothing")
    assert (await the_alert(db)).alert.state is State.OPEN


@pytest.mark.parametrize("id_", ["", "xyz", "f" * 33, "0"])
async def test_an_id_that_is_of_no_alert(db: asyncpg.Connection, id_: str) -> None:
    await commit(db, desk(), happened(1))
    with pytest.raises(UsageError, match="see monitor alerts list"):
        await alerts.alert(db, id_)


async def test_an_id_that_is_of_two(db: asyncpg.Connection) -> None:
    await commit(db, desk(), happened(1), happened(2, episode="e" * 31 + "0"))
    with pytest.raises(UsageError, match="There is more than one alert whose id begins with ee"):
        await alerts.alert(db, "ee")
    assert (await alerts.alert(db, EPISODE)).alert.id == EPISODE


async def test_3_what_an_officer_said_outlives_what_comes(db: asyncpg.Connection) -> None:
    provisional = happened(1, state=EventState.PROVISIONAL)
    await commit(db, desk(), provisional)
    await alerts.act(db, EPISODE, Act.CLOSE, "ann", verdict=Verdict.TRUE, note="by eye")
    await commit(db, desk(), replace(provisional, state=EventState.WITHDRAWN))
    stored = await the_alert(db)
    assert (stored.alert.state, stored.verdict, stored.note) == (State.CLOSED, "true", "by eye")
    assert (await told(db))[-1] == ("hook", "withdrawn", 2)


# -- lists -----------------------------------------------------------------------------------------


async def test_lists_are_read_page_by_page_the_newest_first(db: asyncpg.Connection) -> None:
    events = [happened(n, minute=n, episode=f"{n:032x}") for n in range(1, 8)]
    await commit(db, desk(), *events)
    found = [one.alert.id async for one in alerts.alerts(db, page_rows=3)]
    assert found == [f"{n:032x}" for n in range(7, 0, -1)]
    await alerts.act(db, found[0], Act.ACK, "lea")
    is_open = [one async for one in alerts.alerts(db, states=[State.OPEN])]
    assert len(is_open) == 6
    assert [one async for one in alerts.alerts(db, mmsi=1)] == []
    assert len([one async for one in alerts.alerts(db, place="tartus")]) == 7
    since = to_datetime(after(6))
    assert len([one async for one in alerts.alerts(db, since=since)]) == 2


async def test_the_events_of_a_story(db: asyncpg.Connection) -> None:
    events = [happened(1), happened(2, K.BERTHED, 9), happened(3, episode="d" * 32)]
    await commit(db, desk(), *events)
    assert await alerts.events(db, EPISODE) == events[:2]


async def test_a_shift_in_figures(db: asyncpg.Connection) -> None:
    begin = await db.fetchval("SELECT now()")
    await commit(db, desk(), await fresh(db, 1))
    await alerts.act(db, EPISODE, Act.ACK, "lea")
    shift = await alerts.shift(db, begin, begin + timedelta(hours=1))
    assert {row["what"]: row["alerts"] for row in shift.done} == {"raise": 1, "ack": 1}
    assert [tuple(row) for row in shift.told] == [("hook", "waiting", 1), ("mail", "waiting", 1)]
    assert (shift.closed, shift.muted) == ([], [])


async def test_what_was_closed_and_muted_in_a_shift(db: asyncpg.Connection) -> None:
    """The last word counts, once; another time is another shift."""
    begin = await db.fetchval("SELECT now()")
    number = await alerts.mute(db, wish(mmsi=MMSI))
    await commit(db, desk(), happened(1), happened(2, K.BERTHED, 9))
    await alerts.act(db, EPISODE, Act.CLOSE, "lea", verdict=Verdict.TRUE, note="seen")
    shift = await alerts.shift(db, begin, begin + timedelta(hours=1))
    (closed,) = shift.closed
    assert (closed["actor"], closed["verdict"], closed["note"]) == ("lea", "true", "seen")
    assert [(row["id"], row["alerts"]) for row in shift.muted] == [(number, 1)]
    before = await alerts.shift(db, begin - timedelta(hours=1), begin)
    assert before == ([], [], [], [])


async def test_a_change_of_any_alert_is_noticed_without_reading_them(
    db: asyncpg.Connection,
) -> None:
    """Raised, acted upon, withdrawn: each is another; what is not done is the same."""
    seen = [await alerts.as_of(db)]
    await commit(db, desk(), await fresh(db, 1))
    seen.append(await alerts.as_of(db))
    await alerts.act(db, EPISODE, Act.ACK, "lea")
    seen.append(await alerts.as_of(db))
    await alerts.act(db, EPISODE, Act.ASSIGN, "lea", assignee="bob")
    seen.append(await alerts.as_of(db))
    assert len(set(seen)) == 4
    with pytest.raises(UsageError):
        await alerts.act(db, EPISODE, Act.ACK, "lea")
    assert await alerts.as_of(db) == seen[-1]
    open_ = [State.OPEN]
    assert (await alerts.as_of(db, open_))[0] == 0


async def test_all_of_an_alert_is_read_at_once(db: asyncpg.Connection) -> None:
    await commit(db, desk(), await fresh(db, 1))
    found = await alerts.whole(db, EPISODE[:8])
    assert found.stored == await the_alert(db)
    assert [event.episode for event in found.events] == [EPISODE]
    assert [row["what"] for row in found.history] == ["raise"]
    assert {row["channel"] for row in found.told} == {"hook", "mail"}
