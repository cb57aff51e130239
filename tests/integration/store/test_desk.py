"""The desk: alerts are raised where their events are committed, with what is to be told of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from monitor.alert.entry import Entry
from monitor.alert.life import Act, State, Verdict
from monitor.alert.message import from_payload
from monitor.alert.rules import Rule
from monitor.alert.watchlist import Watchlist
from monitor.errors import UsageError
from monitor.model import Event, EventKind, EventState
from monitor.store import alerts
from monitor.store.alerts import Wish
from monitor.store.desk import Desk, switched
from monitor.store.findings import event_row
from monitor.store.sql import query
from monitor.store.watchlists import save_entries, watch_entries
from monitor.units import DAY_US, from_datetime, to_datetime
from tests.findings import MMSI, after
from tests.ports import ports
from tests.unit.alert.drawn import ALDA, EPISODE, happened, rule

K = EventKind
ARRIVES, BERTHS = rule(), rule("berths", "info", kind=["Berthed"])
LEAVES = rule("leaves", "critical", kind=["PortDeparted"])
RULES = [ARRIVES, BERTHS, LEAVES]
CHANNELS = ("mail", "hook")


def desk(*rules: Rule, channels: Sequence[str] = CHANNELS, deliver: bool = True) -> Desk:
    return Desk(list(rules) or RULES, ports(), channels, deliver=deliver)


async def now(db: asyncpg.Connection) -> int:
    return from_datetime(await db.fetchval("SELECT now()"))


async def fresh(db: asyncpg.Connection, number: int, kind: EventKind = K.PORT_ARRIVED,
                **words: Any) -> Event:  # fmt: skip
    """Something that happened and was decided a moment ago."""
    told = happened(number, kind, **words)
    at = await now(db)
    span = replace(told.span, earliest=at - 2, at=at - 1, latest=at)
    return replace(told, decided_at=at, span=span)


async def commit(db: asyncpg.Connection, one: Desk, *events: Event) -> int:
    """Events and their alerts, as a batch writes them."""
    async with db.transaction():
        for event in events:
            await db.execute(query("upsert_event"), *event_row(event))
        return await one.take(db, events)


async def told(db: asyncpg.Connection) -> list[tuple[str, str, int]]:
    rows = await db.fetch("SELECT channel, word, revision FROM delivery ORDER BY id")
    return [tuple(row) for row in rows]


async def the_alert(db: asyncpg.Connection) -> alerts.Stored:
    return await alerts.alert(db, EPISODE[:8])


# -- raising ---------------------------------------------------------------------------------------


async def test_an_alert_is_kept_and_told_through_each_channel(db: asyncpg.Connection) -> None:
    arrived = await fresh(db, 1)
    assert await commit(db, desk(), arrived) == 2
    stored = await the_alert(db)
    assert (stored.alert.state, stored.alert.severity.value) == (State.OPEN, "warning")
    assert (stored.verdict, stored.note) == (None, None)
    assert await told(db) == [("mail", "raised", 1), ("hook", "raised", 1)]
    row = await db.fetchrow("SELECT * FROM delivery WHERE channel = 'hook'")
    assert row["idem"] == f"hook.{EPISODE}.1"
    assert row["lane"] == f"hook|{MMSI}"
    assert timedelta(seconds=29) < row["due"] - row["made_at"] <= timedelta(seconds=30)
    (step,) = await alerts.history(db, EPISODE)
    assert (step["what"], step["actor"], step["was"], step["became"]) == (
        "raise", None, None, "open",
    )  # fmt: skip


async def test_what_is_told_is_a_whole_message(db: asyncpg.Connection) -> None:
    await commit(db, desk(), await fresh(db, 1))
    message = from_payload(json.loads(await db.fetchval("SELECT payload FROM delivery LIMIT 1")))
    assert message.headline == "ALDA arrived at Tartus"
    assert message.text.startswith("ALDA arrived at Tartus.\n")
    assert "Rule arrives: Arrives." in message.text
    assert (message.mmsi, message.place, message.revision) == (MMSI, "tartus", 1)
    assert message.record["id"] == EPISODE


async def test_16_critical_does_not_wait(db: asyncpg.Connection) -> None:
    """Behaviour 16: others wait half a minute for what else comes of their story."""
    await commit(db, desk(), await fresh(db, 1, K.PORT_DEPARTED))
    assert await db.fetchval("SELECT max(due - made_at) FROM delivery") == timedelta(0)


async def test_2_a_batch_with_a_whole_call_is_one_alert(db: asyncpg.Connection) -> None:
    """Behaviour 2: one alert, one lane a channel, in order; the outbox makes one message of it."""
    kinds = [K.GEOFENCE_ENTERED, K.PORT_ARRIVED, K.ANCHORED, K.BERTHED]
    events = [await fresh(db, number, kind) for number, kind in enumerate(kinds, start=1)]
    await commit(db, desk(channels=["mail"]), *events)
    assert await db.fetchval("SELECT count(*) FROM alert") == 1
    assert await told(db) == [("mail", "raised", 1), ("mail", "amended", 3)]
    assert len((await the_alert(db)).alert.reasons) == 3


async def test_9_nothing_is_raised_of_a_batch_that_is_rolled_back(db: asyncpg.Connection) -> None:
    arrived = await fresh(db, 1)
    undone = db.transaction()
    await undone.start()
    assert await desk().take(db, [arrived]) == 2
    await undone.rollback()
    for table in ("alert", "alert_change", "delivery"):
        assert await db.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608


async def test_the_same_batch_again_changes_nothing(db: asyncpg.Connection) -> None:
    arrived = await fresh(db, 1)
    assert await commit(db, desk(), arrived) == 2
    assert await commit(db, desk(), arrived) == 0
    assert (await the_alert(db)).alert.revision == 1


async def test_14_a_replay_raises_and_delivers_nothing(db: asyncpg.Connection) -> None:
    """Behaviour 14."""
    assert await commit(db, desk(deliver=False), happened(1)) == 0
    assert (await the_alert(db)).alert.state is State.OPEN
    assert await told(db) == []


async def test_14_old_news_does_not_page(db: asyncpg.Connection) -> None:
    """Behaviour 14: decided long ago, a critical one waits as well, and is marked as old."""
    await commit(db, desk(), happened(1, K.PORT_DEPARTED))
    row = await db.fetchrow("SELECT payload, due - made_at AS wait FROM delivery LIMIT 1")
    assert row["wait"] == timedelta(seconds=30)
    assert from_payload(json.loads(row["payload"])).is_old(await now(db))


async def test_a_rule_names_its_channels(db: asyncpg.Connection) -> None:
    only = ARRIVES.model_copy(update={"channels": ["hook", "gone"]})
    await commit(db, desk(only), await fresh(db, 1))
    assert await told(db) == [("hook", "raised", 1)]


async def test_a_name_with_a_nul_in_it_is_kept(db: asyncpg.Connection) -> None:
    odd = await fresh(db, 1, name="AL\0DA", said=replace(ALDA, name="AL\0DA"))
    async with db.transaction():
        assert await desk().take(db, [odd]) == 2
    assert (await the_alert(db)).alert.headline == "AL␀DA arrived at Tartus"


async def test_6_a_step_is_due_at_its_time_and_never_long_after(db: asyncpg.Connection) -> None:
    """Behaviour 6: absolute deadlines, in lanes of their own; old news has no steps."""
    steps = [{"after_min": 15, "channels": ["hook"]}, {"after_min": 60, "channels": ["boss"]}]
    loud = Rule.model_validate({**ARRIVES.model_dump(), "channels": ["mail"], "escalate": steps})
    one = desk(loud, channels=["mail", "hook", "boss"])
    await commit(db, one, await fresh(db, 1))
    rows = await db.fetch(
        "SELECT channel, lane, due - made_at AS wait, expires - made_at AS late FROM delivery"
        " ORDER BY due"
    )
    day = timedelta(days=1)
    assert [(row["channel"], row["wait"], row["late"]) for row in rows] == [
        ("mail", timedelta(seconds=30), None), ("hook", timedelta(minutes=15), day),
        ("boss", timedelta(hours=1), day),
    ]  # fmt: skip
    assert len({row["lane"] for row in rows}) == 3
    assert await commit(db, one, await fresh(db, 2)) == 0  # more of the same
    assert await commit(db, one, happened(3, episode="d" * 32)) == 1


# -- watchlists ------------------------------------------------------------------------------------


def listed(**words: Any) -> Entry:
    bare: dict[str, Any] = {
        "list": "run", "reason": "reported", "source": "a log", "recorded_at": after(0),
        "added_by": "ann",
    }  # fmt: skip
    return Entry(**bare, **words)


WATCHED = rule("watched", "critical", watchlist=["run"])


async def test_a_watched_ship_is_known_by_her_imo_number(db: asyncpg.Connection) -> None:
    """Whatever her MMSI and name are by now; and lists that change are read again."""
    one = desk(WATCHED)
    assert await commit(db, one, happened(1)) == 0
    await save_entries(db, [listed(imo=ALDA.imo)])
    renamed = replace(ALDA, mmsi=1, name="OTHER")
    await commit(db, one, happened(2, said=renamed))
    (reason,) = (await the_alert(db)).alert.reasons
    assert (reason.rules, len(reason.lists)) == (("watched",), 1)


async def test_who_was_put_on_a_list_later_was_not_on_it_then(db: asyncpg.Connection) -> None:
    await save_entries(db, [replace(listed(imo=ALDA.imo), recorded_at=after(5))])
    await commit(db, desk(WATCHED), happened(1, minute=4))
    assert await db.fetchval("SELECT count(*) FROM alert") == 0
    await commit(db, desk(WATCHED), happened(2, minute=6))
    assert await db.fetchval("SELECT count(*) FROM alert") == 1


async def test_a_ship_of_a_like_name_pages_nobody(db: asyncpg.Connection) -> None:
    await save_entries(db, [listed(name="ALDA")])
    await commit(db, desk(WATCHED, ARRIVES), happened(1))
    (reason,) = (await the_alert(db)).alert.reasons
    assert (reason.rules, reason.lists, len(reason.possible)) == (("arrives",), (), 1)


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


# -- rules -----------------------------------------------------------------------------------------


async def test_a_rule_that_was_switched_off_raises_nothing(db: asyncpg.Connection) -> None:
    await alerts.switch_rule(db, "arrives", "lea", on=False, note="too loud")
    await commit(db, desk(), happened(1))
    assert await db.fetchval("SELECT count(*) FROM alert") == 0
    await alerts.switch_rule(db, "arrives", "lea", on=True)
    await commit(db, desk(), happened(2))
    assert await db.fetchval("SELECT count(*) FROM alert") == 1
    states = await alerts.rule_states(db)
    assert (states["arrives"]["enabled"], states["arrives"]["author"]) == (True, "lea")


async def test_13_a_rule_that_is_switched_on_does_not_fire_for_what_holds(
    db: asyncpg.Connection,
) -> None:
    """Behaviour 13: who is inside already is no news."""
    await alerts.switch_rule(db, "arrives", "lea", on=False)
    await commit(db, desk(), happened(1))
    await alerts.switch_rule(db, "arrives", "lea", on=True)
    await commit(db, desk(), happened(9, episode="d" * 32))
    (only,) = [one.alert.id async for one in alerts.alerts(db)]
    assert only == "d" * 32


def test_the_last_word_on_a_rule_holds_whatever_its_file_says() -> None:
    off = ARRIVES.model_copy(update={"enabled": False})
    assert [one.enabled for one in switched([off, BERTHS], {"arrives": True})] == [True, True]
    assert [one.enabled for one in switched([off], {"other": True})] == [False]


async def test_12_a_rule_that_is_tried_raises_what_it_raised_live(db: asyncpg.Connection) -> None:
    """Behaviour 12: alert for alert, those that were taken back as well."""
    live = desk()
    provisional = happened(1, state=EventState.PROVISIONAL)
    taken_back = replace(provisional, state=EventState.WITHDRAWN, decided_at=after(20))
    batches = [
        [provisional],
        [happened(2, K.BERTHED, 15, episode="d" * 32), taken_back],
        [happened(3, K.ANCHORED, 25, episode="c" * 32)],
        [happened(4, K.PORT_DEPARTED, 30, episode="d" * 32), happened(5, minute=40)],
    ]
    for batch in batches:
        await commit(db, live, *batch)
    raised = {one.alert.id: one.alert async for one in alerts.alerts(db)}
    stored = [event async for event in alerts.decided(db, to_datetime(after(-600)), page_rows=2)]
    listed_now = Watchlist([entry async for entry in watch_entries(db)])
    would = {one.id: one for one in desk(deliver=False).would(stored, listed_now)}
    assert would.keys() == raised.keys()
    for id_, one in raised.items():
        assert (would[id_].severity, would[id_].headline) == (one.severity, one.headline)
        assert {r.event for r in would[id_].reasons} == {r.event for r in one.reasons}


async def test_a_shift_in_figures(db: asyncpg.Connection) -> None:
    begin = await db.fetchval("SELECT now()")
    await commit(db, desk(), await fresh(db, 1))
    await alerts.act(db, EPISODE, Act.ACK, "lea")
    done, told_ = await alerts.shift(db, begin, begin + timedelta(hours=1))
    assert {row["what"]: row["alerts"] for row in done} == {"raise": 1, "ack": 1}
    assert [tuple(row) for row in told_] == [("hook", "waiting", 1), ("mail", "waiting", 1)]
