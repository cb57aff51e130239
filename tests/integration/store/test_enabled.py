"""Rules that are switched on and tell what holds already, in a real store."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import pytest

from monitor.model import Event, EventState, ShipAtPort
from monitor.store import alerts, enabled
from monitor.store.desk import Desk
from monitor.store.enabled import take_up
from monitor.store.findings import event_row
from monitor.store.sql import query
from monitor.units import HOUR_US
from tests.integration.store.desks import K, commit, desk, fresh, now, the_alert, told
from tests.integration.store.test_lapses import messages, muted
from tests.unit.alert.drawn import EPISODE, happened, rule

CURRENT = rule("comes").model_copy(update={"on_enable": "current"})


async def stored(db: asyncpg.Connection, *events: Event) -> None:
    """Events that no rule was there for."""
    for event in events:
        await db.execute(query("upsert_event"), *event_row(event))


async def switched_on(
    db: asyncpg.Connection, one: Desk, name: str = "comes", known_to: int | None = None
) -> int:
    """How many messages there are when a rule was switched on, and the watch looks."""
    await alerts.switch_rule(db, name, "lea", on=True, current=True)
    return await looked(db, one, known_to)


async def looked(db: asyncpg.Connection, one: Desk, known_to: int | None = None) -> int:
    async with db.transaction():
        return await take_up(db, one, known_to, await now(db))


async def of(db: asyncpg.Connection, number: int, *kinds: K, hours: float = 0) -> list[Event]:
    """What another ship did, one thing after another, so many hours ago."""
    found = []
    for index, kind in enumerate(kinds):
        event = await fresh(
            db, 100 * number + index, kind, episode=f"{number:032x}",
            about=ShipAtPort(273_000_000 + number, 0, "tartus"),
        )  # fmt: skip
        at = event.decided_at - round(hours * HOUR_US) + index * 1000
        span = replace(event.span, earliest=at - 2, at=at - 1, latest=at)
        found.append(replace(event, decided_at=at, span=span))
    return found


async def test_13_what_holds_already_is_told(db: asyncpg.Connection) -> None:
    """Behaviour 13: who is in port is told of, who has left is not, nor who is only there now."""
    one = desk(CURRENT)
    here = await of(db, 1, K.PORT_ARRIVED, K.BERTHED)
    gone = await of(db, 2, K.PORT_ARRIVED, K.PORT_DEPARTED)
    other = await of(db, 3, K.FIRST_SEEN_INSIDE)
    await stored(db, *here, *gone, *other)
    assert await switched_on(db, one) == 2
    (alert,) = [found.alert async for found in alerts.alerts(db)]
    assert (alert.id, alert.headline) == (f"{1:032x}", "ALDA arrived at Tartus")
    assert [(r.kind, r.rules) for r in alert.reasons] == [
        ("PortArrived", ("comes",)), ("Berthed", ()),
    ]  # fmt: skip
    assert alert.raised_at > here[-1].decided_at
    assert await told(db) == [("mail", "raised", 1), ("hook", "raised", 1)]
    row = await db.fetchrow("SELECT * FROM rule_taken")
    assert row["alerts"] == 1


async def test_13_by_default_only_what_is_new_is_told(db: asyncpg.Connection) -> None:
    """Behaviour 13."""
    await stored(db, *await of(db, 1, K.PORT_ARRIVED))
    await alerts.switch_rule(db, "comes", "lea", on=True)
    assert await looked(db, desk(CURRENT)) == 0


async def test_13_switched_on_twice_it_tells_once(db: asyncpg.Connection) -> None:
    """Behaviour 13: also when it was off meanwhile, and what a rule told live is not told again."""
    one = desk(CURRENT, channels=["mail"])
    await stored(db, *await of(db, 1, K.PORT_ARRIVED))
    assert await switched_on(db, one) == 1
    assert await looked(db, one) == 0
    assert await switched_on(db, one) == 0
    await alerts.switch_rule(db, "comes", "lea", on=False)
    await commit(db, one, *await of(db, 2, K.PORT_ARRIVED))
    assert await switched_on(db, one) == 1
    live = await fresh(db, 9)
    assert await commit(db, one, live) == 1
    assert await switched_on(db, one) == 0
    assert [row["alerts"] for row in await db.fetch("SELECT * FROM rule_taken ORDER BY seq")] == [
        1, 0, 1, 0,
    ]  # fmt: skip


async def test_13_it_is_the_alert_that_it_would_have_been_live(db: asyncpg.Connection) -> None:
    """Behaviours 12 and 13: the same story, severity and reasons, whoever was told when."""
    events = [await fresh(db, 1, state=EventState.PROVISIONAL), await fresh(db, 2, K.BERTHED)]
    await stored(db, *events)
    await switched_on(db, desk(CURRENT))
    late = (await the_alert(db)).alert
    (live,) = desk(CURRENT).would(events, (await desk(CURRENT).sit(db, events)).watchlist)
    assert (late.id, late.severity, late.headline) == (live.id, live.severity, live.headline)
    assert late.reasons == live.reasons
    confirmed = replace(events[0], state=EventState.CONFIRMED)
    assert await commit(db, desk(CURRENT), confirmed) == 2
    assert (await the_alert(db)).alert.headline == "ALDA arrived at Tartus"


@pytest.mark.parametrize(("hours", "old"), [(3, False), (7, True)])
async def test_13_what_began_long_ago_does_not_page(
    db: asyncpg.Connection, hours: float, old: bool  # noqa: FBT001
) -> None:  # fmt: skip
    """Behaviours 13 and 14: decided now, it is old news if it happened over six hours ago."""
    await stored(db, *await of(db, 1, K.PORT_ARRIVED, hours=hours))
    await switched_on(db, desk(CURRENT, channels=["mail"]))
    (message,) = await messages(db)
    assert message.is_old(await now(db)) is old


async def test_13_a_mute_holds_for_it_as_well(db: asyncpg.Connection) -> None:
    """Behaviours 7 and 13."""
    await muted(db)
    await stored(db, await fresh(db, 1))
    assert await switched_on(db, desk(CURRENT)) == 0
    assert (await the_alert(db)).alert.kept_back == 1


async def test_13_another_rule_joins_the_alert_that_there_is(db: asyncpg.Connection) -> None:
    """Behaviours 2 and 13: nobody is told again, but who is told by that rule alone."""
    first = rule().model_copy(update={"channels": ["mail"]})
    same = CURRENT.model_copy(update={"channels": ["mail"]})
    hook = CURRENT.model_copy(update={"name": "hooked", "channels": ["hook"]})
    one = desk(first, same, hook)
    await alerts.switch_rule(db, "comes", "lea", on=False)
    await alerts.switch_rule(db, "hooked", "lea", on=False)
    assert await commit(db, one, await fresh(db, 1)) == 1
    assert await switched_on(db, one) == 0
    assert await switched_on(db, one, "hooked") == 2
    (reason,) = (await the_alert(db)).alert.reasons
    assert reason.rules == ("arrives", "comes", "hooked")


async def test_13_a_rule_that_is_not_known_yet_waits_and_one_that_is_off_is_over(
    db: asyncpg.Connection,
) -> None:
    """Behaviour 13: its file is read when the watch starts; off again, it tells nothing."""
    await stored(db, *await of(db, 1, K.PORT_ARRIVED))
    assert await switched_on(db, desk()) == 0
    assert await db.fetchval("SELECT count(*) FROM rule_taken") == 0
    await alerts.switch_rule(db, "comes", "lea", on=False)
    assert await looked(db, desk(CURRENT)) == 0
    assert await db.fetchval("SELECT alerts FROM rule_taken") == 0


async def test_13_events_until_then_are_taken_first(db: asyncpg.Connection) -> None:
    """Behaviour 13: of what waits on disk after an outage, she may have left."""
    before = await now(db) - HOUR_US
    (arrived,) = await of(db, 1, K.PORT_ARRIVED, hours=2)
    await stored(db, arrived)
    assert await switched_on(db, desk(CURRENT), known_to=before) == 0
    assert await db.fetchval("SELECT count(*) FROM rule_taken") == 0
    (_, left) = await of(db, 1, K.PORT_ARRIVED, K.PORT_DEPARTED)
    await stored(db, left)
    assert await looked(db, desk(CURRENT)) == 0
    assert await db.fetchval("SELECT alerts FROM rule_taken") == 0


async def test_13_stories_are_read_page_by_page(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behaviour 13: a year of them is not held at once; events without a story are left out."""
    monkeypatch.setattr(enabled, "PAGE", 2)
    for number in range(1, 6):
        await stored(db, *await of(db, number, K.PORT_ARRIVED))
    await stored(db, happened(999, episode=None))
    assert await switched_on(db, desk(CURRENT, channels=["mail"])) == 5


async def test_13_undone_it_is_done_again(db: asyncpg.Connection) -> None:
    """Behaviour 13: killed before the commit, it is as if it had not been begun."""
    await stored(db, await fresh(db, 1))
    await alerts.switch_rule(db, "comes", "lea", on=True, current=True)
    part = db.transaction()
    await part.start()
    assert await take_up(db, desk(CURRENT), None, await now(db)) == 2
    await part.rollback()
    assert await told(db) == []
    assert await looked(db, desk(CURRENT)) == 2
    assert (await the_alert(db)).alert.id == EPISODE
