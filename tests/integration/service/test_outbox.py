"""Who is told what, and when: acknowledged, withdrawn, expired and killed in between.

Numbers are those of the behaviours that an alert service owes its officers.
"""

from __future__ import annotations

import asyncpg
import pytest

from monitor.alert.message import Message, Severity, Word
from monitor.errors import DeliveryError, LaterError
from monitor.service.outbox import LEASE_US
from monitor.store.outbox import put
from monitor.units import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from tests.integration.service.telling import BEGIN, Desk, Trouble, down, message


def unanswered(_: Message) -> DeliveryError:
    """The trouble of a receiver of whom nobody knows whether the message arrived."""
    return LaterError("No answer.", perhaps=True)


@pytest.fixture
def desk(db: asyncpg.Connection) -> Desk:
    return Desk(db, "duty", "chief")


async def test_what_commits_is_told_once_to_each_channel(desk: Desk) -> None:
    """A message waits 30 s for what comes next, goes out, and never again."""
    await desk.tell(message())
    await desk.turn()
    assert desk.ears["duty"].heard == []
    await desk.later(30)
    await desk.later(3600)
    for ear in desk.ears.values():
        assert ear.said == ["raised alert 1.1"]
    assert await desk.states() == ["sent", "sent"]


async def test_what_is_rolled_back_is_told_to_nobody(desk: Desk) -> None:
    part = desk.db.transaction()
    await part.start()
    await desk.tell(message())
    await part.rollback()
    await desk.later(60)
    assert desk.ears["duty"].heard == []


async def test_the_same_is_put_there_once(desk: Desk) -> None:
    """A batch that is taken again after a restart decides the same."""
    await desk.tell(message())
    await desk.tell(message())
    await desk.later(30)
    assert desk.ears["duty"].said == ["raised alert 1.1"]


async def test_2_what_follows_within_the_grouping_is_one_message(desk: Desk) -> None:
    """Enter, arrive, anchor: the last says all, is told as raised, and no later than the first."""
    await desk.tell(message())
    desk.clock.pass_s(10)
    await desk.tell(message(revision=2, word=Word.AMENDED))
    desk.clock.pass_s(10)
    await desk.tell(message(revision=3, word=Word.AMENDED))
    await desk.later(10)
    assert desk.ears["duty"].said == ["raised alert 1.3"]
    await desk.later(3600)
    assert desk.ears["duty"].said == ["raised alert 1.3"]


async def test_3_withdrawn_before_it_went_out_nobody_hears_of_it(desk: Desk) -> None:
    await desk.alert(1)
    await desk.tell(message())
    await desk.alert(1, "withdrawn")
    await desk.tell(message(revision=2, word=Word.WITHDRAWN))
    await desk.later(60)
    assert desk.ears["duty"].tries == desk.ears["chief"].tries == []
    assert await desk.states("duty") == ["cancelled", "cancelled"]


async def test_3_withdrawn_afterwards_those_who_were_told_hear_of_it(desk: Desk) -> None:
    """And only they: the other channel was down, and was never told."""
    desk.ears["chief"].trouble = down
    await desk.alert(1)
    await desk.tell(message())
    await desk.later(30)
    await desk.alert(1, "withdrawn")
    await desk.tell(message(revision=2, word=Word.WITHDRAWN))
    desk.ears["chief"].trouble = lambda _: None
    await desk.later(60)
    assert desk.ears["duty"].said == ["raised alert 1.1", "withdrawn alert 1.2"]
    assert desk.ears["chief"].heard == []


@pytest.mark.parametrize(
    ("troubles", "said"),
    [
        ([unanswered], ["withdrawn alert 1.2"]),
        ([unanswered, down], ["withdrawn alert 1.2"]),
        ([down, down, down], []),
    ],
)
async def test_3_who_may_have_been_told_hears_of_the_withdrawal(
    desk: Desk, troubles: list[Trouble], said: list[str]
) -> None:
    """An answer that did not come tells nothing; one that says no later does not change that."""
    ear = desk.ears["duty"]
    await desk.tell(message())
    for number, trouble in enumerate(troubles, 1):
        ear.trouble = trouble
        await desk.later(600)
        assert len(ear.tries) == number
    ear.trouble = lambda _: None
    await desk.tell(message(revision=2, word=Word.WITHDRAWN))
    await desk.later(600)
    assert ear.said == said


@pytest.mark.parametrize("state", ["acknowledged", "closed"])
async def test_5_what_was_acknowledged_meanwhile_is_not_told(desk: Desk, state: str) -> None:
    """Two escalation steps; the officer answers between them."""
    await desk.alert(1)
    await desk.tell(message(), due=BEGIN)
    await desk.tell(message(revision=2, word=Word.AMENDED), due=BEGIN + 10 * MINUTE_US)
    await desk.tell(message(2), due=BEGIN + 10 * MINUTE_US, about=7)
    await desk.turn()
    await desk.alert(1, state)
    await desk.later(600)
    assert desk.ears["duty"].said[1:] == ["raised alert 2.1"]
    assert "cancelled" in await desk.states("duty")


async def test_5_between_two_steps_of_an_escalation_an_acknowledgement_ends_it(
    desk: Desk,
) -> None:
    """The first step was told; who answers it is not woken by the second."""
    await desk.alert(1)
    for number, step in enumerate(("naval.10", "naval.30"), start=1):
        await desk.tell(message(step=step), due=BEGIN + number * 10 * MINUTE_US, about=step)
    await desk.later(600)
    assert [told.step for told in desk.ears["duty"].heard] == ["naval.10"]
    await desk.alert(1, "acknowledged")
    await desk.later(600)
    assert [told.step for told in desk.ears["duty"].heard] == ["naval.10"]
    assert await desk.states("duty") == ["sent", "cancelled"]


async def test_5_the_withdrawal_of_what_was_acknowledged_is_told(desk: Desk) -> None:
    await desk.alert(1)
    await desk.tell(message())
    await desk.later(30)
    await desk.alert(1, "acknowledged")
    await desk.tell(message(revision=2, word=Word.WITHDRAWN))
    await desk.later(30)
    assert desk.ears["duty"].said == ["raised alert 1.1", "withdrawn alert 1.2"]


async def test_6_an_escalation_is_never_older_than_it_may_be(desk: Desk) -> None:
    """The watch was off for 60 days: nothing is sent."""
    await desk.tell(message(), due=BEGIN + HOUR_US, expires=BEGIN + DAY_US)
    await desk.later(60 * 86_400)
    assert desk.ears["duty"].tries == []
    assert await desk.states("duty") == ["cancelled"]


async def test_17_the_order_of_a_ship_holds_through_retries(desk: Desk) -> None:
    """The first fails three times; another ship does not wait for it."""
    ear, failures = desk.ears["duty"], 0

    def trouble(told: object) -> LaterError | None:
        nonlocal failures
        if getattr(told, "alert", "").endswith("1") and failures < 3:
            failures += 1
            return LaterError("Not now.")
        return None

    ear.trouble = trouble
    for number in (1, 2, 3):
        await desk.tell(message(number), to=["duty"], due=desk.clock.at)
    await desk.tell(message(9, mmsi=636_000_000), to=["duty"], due=desk.clock.at)
    await desk.turn()
    assert ear.said == ["raised alert 9.1"]
    for _ in range(20):
        await desk.later(10)
    assert failures == 3
    assert [each.rpartition(" ")[2] for each in ear.said] == ["9.1", "1.1", "2.1", "3.1"]


async def test_23_killed_while_it_sent_the_same_key_goes_again(desk: Desk) -> None:
    """It died after the receiver had it, and before that was written down."""
    await desk.tell(message(), to=["duty"], due=BEGIN)
    ear, sender = desk.ears["duty"], desk.senders["duty"]
    taken = await sender._take(desk.outbox)
    await ear.send(message())
    desk.restart()
    await desk.turn()
    assert len(ear.heard) == 1  # its lease holds: another process may be at it
    await desk.later((5 * SECOND_US + LEASE_US) / SECOND_US)
    assert [each.key for each in ear.heard] == [message().key] * 2
    assert len(taken) == 1
    assert await desk.states("duty") == ["sent"]


async def test_23_killed_before_it_sent_nothing_is_lost(desk: Desk) -> None:
    await desk.tell(message(), to=["duty"], due=BEGIN)
    await desk.senders["duty"]._take(desk.outbox)
    desk.restart()
    await desk.later(5 + LEASE_US / SECOND_US)
    assert [each.key for each in desk.ears["duty"].heard] == [message().key]


async def test_two_processes_never_send_the_same_at_once(desk: Desk, database: str) -> None:
    """What one has taken, the other does not see; lanes that are left, it takes."""
    other = await asyncpg.connect(database)
    try:
        second = Desk(other, "duty")
        await desk.tell(message(1), to=["duty"], due=BEGIN)
        await desk.tell(message(2, mmsi=7), to=["duty"], due=BEGIN)
        async with desk.outbox.asking() as asked:
            assert len(await asked.lanes("duty", BEGIN, 1)) == 1  # locked
            await second.turn()
            assert second.ears["duty"].said == ["raised alert 2.1"]
        await second.turn()
        assert len(second.ears["duty"].said) == 2
    finally:
        await other.close()


async def test_a_channel_that_fails_within_is_no_end_of_the_others(desk: Desk) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    desk.ears["duty"].trouble = broken
    await desk.tell(message(), due=BEGIN)
    await desk.turn()
    assert desk.ears["chief"].said == ["raised alert 1.1"]
    async with desk.outbox.asking() as asked:
        (row,) = await asked.listed(channel="duty")
    assert row["last_error"] == "It failed within the program: ZeroDivisionError."


async def test_severity_of_words_is_that_of_the_alert(desk: Desk) -> None:
    """A critical alert that grew out of a warning is told at once, for both."""
    await desk.tell(message())
    await desk.tell(message(revision=2, word=Word.AMENDED, severity=Severity.CRITICAL))
    await desk.turn()
    assert desk.ears["duty"].said == ["raised alert 1.2"]
    await put(desk.db, [])
