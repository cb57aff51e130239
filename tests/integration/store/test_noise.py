"""How much rules raise, counted in a real store: noise, its alert, and who is told how."""

from __future__ import annotations

import asyncpg

from monitor.alert.life import Act, Verdict
from monitor.alert.rules import Rule
from monitor.model import Event, ShipAtPort
from monitor.store import alerts
from monitor.store.alerts import Wish
from monitor.store.noise import noises
from monitor.units import HOUR_US, to_datetime
from tests.integration.store.desks import K, commit, desk, fresh, now
from tests.integration.store.test_enabled import switched_on
from tests.integration.store.test_lapses import messages
from tests.unit.alert.drawn import rule

LOUD = rule().model_copy(update={"max_per_day": 1})
"""Noisy with its fifth alert in a day."""


async def ship(db: asyncpg.Connection, number: int, kind: K = K.PORT_ARRIVED) -> Event:
    """Another ship arrived a moment ago."""
    about = ShipAtPort(273_000_000 + number, 0, "tartus")
    return await fresh(db, number, kind, about=about, episode=f"{number:032x}")


async def raised(
    db: asyncpg.Connection, count: int, *rules: Rule, begin: int = 1, kind: K = K.PORT_ARRIVED
) -> None:
    """So many ships, one after another."""
    one = desk(*rules or [LOUD], channels=["mail"])
    for number in range(begin, begin + count):
        await commit(db, one, await ship(db, number, kind))


async def noise_of(db: asyncpg.Connection) -> list[str]:
    """Alerts about rules."""
    return [one.alert.headline async for one in alerts.alerts(db) if one.alert.rule is not None]


async def singly(db: asyncpg.Connection) -> list[bool]:
    """Of each message about a ship, whether it is to come singly."""
    return [not told.noisy for told in await messages(db) if told.mmsi is not None]


async def test_11_with_five_times_its_most_a_rule_is_noisy(db: asyncpg.Connection) -> None:
    """Behaviour 11: from that alert on they need not come singly, and one is about the rule."""
    await raised(db, 4)
    assert (await noise_of(db), await noises(db, await now(db))) == ([], {})
    await raised(db, 4, begin=5)
    assert await noise_of(db) == ["Rule arrives is noisy"]
    assert await singly(db) == [True] * 4 + [False] * 4
    (told,) = [one for one in await messages(db) if one.mmsi is None]
    assert told.text.startswith("What:      Rule arrives raised 5 alerts within a day; it may ")
    assert list(await noises(db, await now(db))) == ["arrives"]
    (stored,) = [one async for one in alerts.alerts(db) if one.alert.rule is not None]
    assert stored.alert.rule == "arrives"
    (step,) = await alerts.history(db, stored.alert.id)
    assert (step["what"], step["actor"], step["event"]) == ("raise", None, None)


async def test_11_five_times_as_it_was_tested(db: asyncpg.Connection) -> None:
    """Behaviour 11: what it raised when it was switched on counts, and not its most."""
    await alerts.switch_rule(db, "arrives", "lea", on=True, tested=2.0)
    await raised(db, 9)
    assert await noise_of(db) == []
    await raised(db, 1, begin=10)
    assert await noise_of(db) == ["Rule arrives is noisy"]


async def test_11_switched_on_again_it_begins_anew(db: asyncpg.Connection) -> None:
    """Behaviour 11: an officer found that so many are right."""
    await raised(db, 5)
    await alerts.switch_rule(db, "arrives", "lea", on=True, tested=6.0)
    assert await noises(db, await now(db)) == {}
    await raised(db, 20, begin=6)
    assert await singly(db) == [True] * 4 + [False] + [True] * 20
    assert len(await noise_of(db)) == 1


async def test_11_of_a_rule_of_which_nothing_is_known_nothing_is_too_much(
    db: asyncpg.Connection,
) -> None:
    """Behaviour 11: neither tested, nor told what its most is."""
    await raised(db, 30, rule())
    assert await noise_of(db) == []


async def test_11_however_batches_are_cut_it_is_the_same(db: asyncpg.Connection) -> None:
    """Behaviour 11 and the third law: one batch, or one of each event; and again, to no harm."""
    events = [await ship(db, number) for number in range(1, 9)]
    part = db.transaction()
    await part.start()
    for event in events:
        await commit(db, desk(LOUD), event)
    asked = "SELECT rule, alert, decided_at, noisy_since FROM rule_alert ORDER BY alert"
    one_by_one = await db.fetch(asked), await noise_of(db), await singly(db)
    await part.rollback()
    await commit(db, desk(LOUD), *events)
    assert (await db.fetch(asked), await noise_of(db), sorted(await singly(db))) == (
        one_by_one[0], one_by_one[1], sorted(one_by_one[2]),
    )  # fmt: skip
    assert await commit(db, desk(LOUD), *events) == 0
    assert await db.fetchval("SELECT count(*) FROM rule_alert") == 8


async def test_11_what_is_critical_comes_singly_and_counts(db: asyncpg.Connection) -> None:
    """Behaviour 11: never in a digest, however much there is."""
    grave = rule("leaves", "critical", kind=["PortDeparted"])
    await raised(db, 8, grave.model_copy(update={"max_per_day": 1}), kind=K.PORT_DEPARTED)
    assert await noise_of(db) == ["Rule leaves is noisy"]
    assert await singly(db) == [True] * 8


async def test_11_another_rule_of_the_alert_has_it_told_singly(db: asyncpg.Connection) -> None:
    """Behaviour 11: that one is not noisy."""
    await raised(db, 6)
    await raised(db, 1, LOUD, rule("too"), begin=7)
    assert await singly(db) == [True] * 4 + [False, False, True]


async def test_11_a_noisy_rule_has_no_steps(db: asyncpg.Connection) -> None:
    """Behaviours 6 and 11: nobody is called up for what is in a digest."""
    steps = [{"after_min": 15, "channels": ["mail"]}]
    calls = Rule.model_validate({**LOUD.model_dump(), "escalate": steps})
    await raised(db, 6, calls)
    assert len([told for told in await messages(db) if told.step is not None]) == 4


async def test_11_where_a_rule_is_muted_its_noise_is(db: asyncpg.Connection) -> None:
    """Behaviours 7 and 11: somebody knows of it; a mute of a ship says nothing of a rule."""
    at = to_datetime(await now(db) - HOUR_US)
    until = to_datetime(await now(db) + HOUR_US)
    for words in ({"mmsi": 1, "rule": "arrives"}, {"rule": "arrives"}):
        wish = Wish(reason="work", author="lea", since=at, until=until, **words)  # type: ignore[arg-type]
        await alerts.mute(db, wish)
    await raised(db, 5)
    assert (await noise_of(db), await messages(db)) == (["Rule arrives is noisy"], [])


async def test_11_what_holds_already_says_nothing_of_how_much_there_is(
    db: asyncpg.Connection,
) -> None:
    """Behaviours 11 and 13: forty ships in port are not forty a day."""
    one = desk(LOUD, channels=["mail"])
    await commit(db, desk(rule("none", kind=["PassedThrough"])), *[
        await ship(db, number) for number in range(1, 41)
    ])  # fmt: skip
    assert await switched_on(db, one, "arrives") == 40
    assert await noise_of(db) == []


async def test_21_a_verdict_on_the_noise_is_none_on_what_it_raised(db: asyncpg.Connection) -> None:
    """Behaviours 11 and 21: precision is of alerts about ships."""
    await raised(db, 5)
    for each in [one.alert async for one in alerts.alerts(db)]:
        await alerts.act(db, each.id, Act.CLOSE, "lea", verdict=Verdict.TRUE)
    (row,) = await alerts.verdicts(db, to_datetime(0))
    assert (row["rule"], row["alerts"]) == ("arrives", 5)
