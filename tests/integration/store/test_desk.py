"""The desk: alerts are raised where their events are committed, with what is to be told of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg

from monitor.alert.entry import Entry
from monitor.alert.life import State
from monitor.alert.message import from_payload
from monitor.alert.rules import Rule
from monitor.alert.watchlist import Watchlist
from monitor.model import Amended, EventKind, EventState, Revised, Ship
from monitor.store import alerts
from monitor.store.desk import Desk, switched
from monitor.store.watchlists import save_entries, watch_entries
from monitor.units import to_datetime
from tests.findings import MMSI, after
from tests.integration.store.desks import (
    ARRIVES,
    BERTHS,
    CHANNELS,
    RULES,
    K,
    commit,
    desk,
    fresh,
    now,
    the_alert,
    told,
)
from tests.ports import ports
from tests.unit.alert.drawn import ALDA, EPISODE, figures, happened, rule

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
    assert message.text.startswith("What:      Arrived. ")
    assert "Rule arrives: Arrives." in message.text
    assert (message.mmsi, message.place, message.revision) == (MMSI, "tartus", 1)
    assert message.record["id"] == EPISODE
    assert message.link is None


async def test_what_is_told_links_to_where_officers_reach_the_watch(
    db: asyncpg.Connection,
) -> None:
    one = Desk(RULES, ports(), CHANNELS, deliver=True, public_url="https://watch.example")
    await commit(db, one, await fresh(db, 1))
    message = from_payload(json.loads(await db.fetchval("SELECT payload FROM delivery LIMIT 1")))
    assert message.link == f"https://watch.example/alerts/{EPISODE}"


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


async def test_words_that_look_like_an_escape_are_kept_as_they_are(db: asyncpg.Connection) -> None:
    """Six letters of somebody's sentence, no NUL: the alert is raised, and says them."""
    await commit(db, desk(), await fresh(db, 1, why="Her name ends with \\u0000."))
    (reason,) = (await the_alert(db)).alert.reasons
    assert reason.why == "Her name ends with \\u0000."


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


async def test_6_a_step_is_another_message_and_is_taken_back_where_it_was_told(
    db: asyncpg.Connection,
) -> None:
    """A receiver that honours keys takes both; who got a step alone hears of its end."""
    steps = [{"after_min": 15, "channels": ["mail", "boss"]}]
    loud = Rule.model_validate({**ARRIVES.model_dump(), "channels": ["mail"], "escalate": steps})
    one = desk(loud, channels=["mail", "hook", "boss"])
    arrived = await fresh(db, 1, state=EventState.PROVISIONAL)
    await commit(db, one, arrived)
    payloads = await db.fetch("SELECT payload FROM delivery WHERE channel = 'mail'")
    keys = {from_payload(json.loads(row["payload"])).key for row in payloads}
    assert keys == {f"{EPISODE}.1", f"{EPISODE}.1.arrives.15"}
    await commit(db, one, replace(arrived, state=EventState.WITHDRAWN))
    gone = await db.fetch("SELECT channel FROM delivery WHERE word = 'withdrawn' ORDER BY channel")
    assert [row["channel"] for row in gone] == ["boss", "mail"]


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
    assert reason.rules == ("watched",)
    assert reason.lists[0].startswith("Watchlist run (reported): Her IMO number is 9217993")


async def test_who_takes_another_number_is_watched_by_the_one_she_had(
    db: asyncpg.Connection,
) -> None:
    """It is told with the change; what comes after that is of whom she says she is."""
    await save_entries(db, [listed(imo=ALDA.imo)])
    other = replace(ALDA, imo=9_160_994)
    told = figures(old_imo=str(ALDA.imo), new_imo="9160994")
    changed = happened(1, EventKind.IDENTITY_CHANGED, said=other, about=Ship(MMSI, 0), **told)
    await commit(db, desk(WATCHED), changed, happened(2, minute=5, said=other, episode="f" * 32))
    (reason,) = (await the_alert(db)).alert.reasons
    assert "Before that: Her IMO number is 9217993" in reason.lists[0]


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


def test_12_what_a_late_report_brought_and_took_back_at_once_was_told_to_nobody() -> None:
    """But what it brought, and was taken back later, was."""
    gone = happened(1, minute=20, state=EventState.WITHDRAWN)
    for at, many in ((20, 0), (30, 0), (19, 1)):
        added = replace(gone, revised=Revised(Amended.ADDED, after(at), "A report came late."))
        assert len(desk(deliver=False).would([added], Watchlist([]))) == many
    amended = replace(gone, revised=Revised(Amended.AMENDED, after(30), "A report came late."))
    assert len(desk(deliver=False).would([amended], Watchlist([]))) == 1


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
