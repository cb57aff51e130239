"""Much at once, old news, receivers that are down for an hour or for days."""

from __future__ import annotations

import asyncpg
import pytest

from monitor.alert.message import Message, Severity, Word
from monitor.errors import DeliveryError, LaterError, NeverError
from monitor.service.settle import outgoing
from monitor.store.outbox import Asked, Waiting, put
from monitor.units import HOUR_US, MINUTE_US, SECOND_US
from tests.integration.service.telling import BEGIN, Desk, down, message

DAY_S = 86_400


@pytest.fixture
def desk(db: asyncpg.Connection) -> Desk:
    return Desk(db, "duty", "chief")


def ships(count: int, **words: object) -> list[Message]:
    """One alert of each of so many ships."""
    return [message(number, mmsi=200_000_000 + number, **words) for number in range(1, count + 1)]


async def test_14_old_news_comes_in_one_digest(desk: Desk) -> None:
    """Decided seven hours after the fact: whatever its severity, nobody is called up for it."""
    old = {"happened_at": BEGIN - 7 * HOUR_US, "decided_at": BEGIN}
    await desk.tell(*ships(30, **old, severity=Severity.CRITICAL))
    await desk.tell(message(99))
    await desk.later(30)
    digest, fresh = sorted(desk.ears["duty"].heard, key=lambda told: told.word)
    assert (digest.word, digest.severity) == (Word.DIGEST, Severity.WARNING)
    assert digest.headline == "30 messages in one: 30 raised; 30 of old news"
    assert fresh.headline == "alert 99.1"


async def test_14_a_backlog_after_five_hours_comes_in_one_digest(desk: Desk) -> None:
    """The database was away for 5 h: of the last hour alone each is told as it would have been."""
    desk.clock.at = BEGIN + 5 * HOUR_US
    for number, told in enumerate(ships(50)):
        at = BEGIN + number * 6 * MINUTE_US
        await desk.tell(_at(told, at))
    await desk.later(30)
    words = [told.word for told in desk.ears["duty"].heard]
    assert words.count(Word.DIGEST) == 1
    assert words.count(Word.RAISED) == 10
    counts = next(t for t in desk.ears["duty"].heard if t.word is Word.DIGEST).record["counts"]
    assert counts["messages"] == counts["old"] == 40


def _at(told: Message, at: int) -> Message:
    number = int(told.alert[-12:], 16)
    return message(number, mmsi=told.mmsi, happened_at=at, decided_at=at)


async def test_16_a_storm_of_500_is_some_messages_and_a_digest(desk: Desk) -> None:
    """Twenty go out one by one, the rest as one with its counts; what is critical goes first."""
    await desk.tell(*ships(500))
    await desk.tell(message(900, severity=Severity.CRITICAL, mmsi=1), due=desk.clock.at)
    await desk.turn()
    assert desk.ears["duty"].said == ["raised alert 900.1"]
    await desk.later(30)
    heard = desk.ears["duty"].heard
    digests = [told for told in heard if told.word is Word.DIGEST]
    assert len(digests) == 1
    assert len(heard) == 1 + 19 + 1
    assert digests[0].headline == "481 messages in one: 481 raised"
    assert "… and 451 more." in digests[0].text
    assert (await desk.states("duty")).count("digested") == 481


async def test_16_what_turns_critical_while_a_digest_is_made_is_no_digest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the first look at the lanes and the second, each of them gets a critical message."""
    look, looks = Asked.lanes, 0

    async def lanes(asked: Asked, channel: str, now: int, most: int) -> dict[str, list[Waiting]]:
        nonlocal looks
        looks += 1
        if looks == 2:
            grave = {"severity": Severity.CRITICAL, "revision": 2, "word": Word.AMENDED}
            await desk.tell(*ships(30, **grave), to=["duty"])
        return await look(asked, channel, now, most)

    monkeypatch.setattr(Asked, "lanes", lanes)
    await desk.tell(*ships(30), to=["duty"])
    await desk.later(30)
    assert looks > 2
    heard = desk.ears["duty"].heard
    assert Word.DIGEST not in {told.word for told in heard}
    assert {told.mmsi for told in heard} == {told.mmsi for told in ships(30)}


async def test_16_what_is_critical_is_never_digested(desk: Desk) -> None:
    await desk.tell(*ships(60, severity=Severity.CRITICAL))
    await desk.turn()
    assert len(desk.ears["duty"].heard) == 60
    assert {told.word for told in desk.ears["duty"].heard} == {Word.RAISED}


async def test_16_a_second_storm_waits_for_the_next_digest(desk: Desk) -> None:
    """One digest in ten minutes, however often much comes."""
    await desk.tell(*ships(40))
    await desk.later(30)
    await desk.tell(*[message(n, mmsi=n) for n in range(100, 150)])
    for _ in range(9):
        await desk.later(60)
    digests = [told for told in desk.ears["duty"].heard if told.word is Word.DIGEST]
    assert len(digests) == 1
    await desk.later(60)
    digests = [told for told in desk.ears["duty"].heard if told.word is Word.DIGEST]
    assert len(digests) == 2
    assert len(desk.ears["duty"].heard) == 20 + 1 + 20 + 1


async def test_16_what_is_critical_does_not_wait_behind_what_waits(desk: Desk) -> None:
    """Another alert of the same ship waits for its 30 s: both go at once, in their order."""
    await desk.tell(message(1))
    await desk.tell(message(2, severity=Severity.CRITICAL))
    await desk.turn()
    assert desk.ears["duty"].said == ["raised alert 1.1", "raised alert 2.1"]


async def test_17_nothing_overtakes_a_digest_that_fails(desk: Desk) -> None:
    """What comes later of a ship in it waits for it, unless it is critical."""
    ear = desk.ears["duty"]

    def no_digests(told: Message) -> DeliveryError | None:
        return LaterError("Not now.") if told.word is Word.DIGEST else None

    ear.trouble = no_digests
    await desk.tell(*ships(40))
    await desk.later(30)
    last = 200_000_040
    assert ear.heard[-1].mmsi != last
    await desk.tell(message(50, mmsi=last))
    await desk.later(60 * 11)
    assert [told for told in ear.heard if told.mmsi == last] == []
    ear.trouble = lambda _: None
    await desk.later(3600)
    assert [t.word for t in ear.heard if t.word is Word.DIGEST or t.mmsi == last] == [
        Word.DIGEST, Word.RAISED,
    ]  # fmt: skip


async def test_17_nor_does_what_was_written_before_it_and_committed_after_it(
    desk: Desk, database: str
) -> None:
    """The end of an alert has its place in the outbox when the digest of its begin is made."""
    ear, now = desk.ears["duty"], desk.clock.at
    ear.trouble = lambda told: LaterError("Not now.") if told.word is Word.DIGEST else None
    await desk.tell(message(happened_at=BEGIN - 7 * HOUR_US, decided_at=BEGIN), to=["duty"])
    writer = await asyncpg.connect(database)
    try:
        async with writer.transaction():
            ended = message(revision=2, word=Word.AMENDED)
            await put(writer, outgoing(ended, ["duty"], now=now, due=now))
            await desk.later(30)
    finally:
        await writer.close()
    await desk.turn()
    assert await desk.states("duty") == ["digested", "waiting", "waiting"]
    assert ear.heard == []
    ear.trouble = lambda _: None
    await desk.later(3600)
    assert [told.word for told in ear.heard] == [Word.DIGEST, Word.AMENDED]


async def test_18_a_receiver_that_is_down_for_an_hour_is_tried_a_few_times(desk: Desk) -> None:
    """Five failures, then one probe at a time; when it is back all goes at once, nothing twice."""
    ear = desk.ears["duty"]
    ear.trouble = down
    await desk.tell(*ships(200, severity=Severity.CRITICAL), to=["duty"])
    await desk.turn()
    assert len(ear.tries) == 5
    for _ in range(360):
        await desk.later(10)
    assert 5 < len(ear.tries) < 5 + 20
    assert not desk.senders["duty"].status.works
    assert desk.senders["duty"].status.why == "The ear cannot be reached."
    ear.trouble = lambda _: None
    await desk.later(300)
    assert len(ear.heard) == 200
    assert len({told.key for told in ear.heard}) == 200
    assert desk.senders["duty"].status.works


async def test_18_a_channel_that_is_down_holds_up_no_other(desk: Desk) -> None:
    desk.ears["duty"].trouble = down
    await desk.tell(*ships(10, severity=Severity.CRITICAL))
    await desk.turn()
    assert len(desk.ears["chief"].heard) == 10


async def test_19_after_three_days_it_is_dead_and_the_others_are_told_once(desk: Desk) -> None:
    """It is listed and can be revived; what tells of it is no message that others die of."""
    duty, chief = desk.ears["duty"], desk.ears["chief"]
    duty.trouble = down
    await desk.tell(*ships(8), to=["duty"])
    for _ in range(3 * 24 * 2 - 1):
        await desk.later(1800)
    assert chief.heard == []
    for _ in range(4):
        await desk.later(1800)
    assert set(await desk.states("duty")) == {"dead"}
    said = [told.headline for told in chief.heard]
    assert said
    assert sum(int(words.split()[0].replace("A", "1")) for words in said) == 8
    assert all("'duty' could not be delivered" in words for words in said)
    assert "The ear cannot be reached." in chief.heard[0].text
    many = len(chief.heard)
    async with desk.outbox.asking() as asked:
        dead = await asked.listed(states=["dead"])
        assert len(dead) == 8
        assert await asked.revive("duty", desk.clock.at) == 8
    duty.trouble = lambda _: None
    await desk.later(600)
    assert len(duty.heard) == 8
    assert len(chief.heard) == many


async def test_19_what_will_never_be_taken_is_dead_at_once(desk: Desk) -> None:
    """And is no failure of the channel."""
    duty = desk.ears["duty"]
    duty.trouble = lambda told: NeverError("Too big.") if told.alert[-1] == "1" else None
    await desk.tell(message(1), message(2), to=["duty"], due=BEGIN)
    await desk.turn()
    assert duty.said == ["raised alert 2.1"]
    assert [told.headline for told in desk.ears["chief"].heard] == [
        "A message to channel 'duty' could not be delivered"
    ]
    assert desk.senders["duty"].status.works


async def test_19_what_tells_of_the_dead_and_dies_is_not_told_of(desk: Desk) -> None:
    """Both channels are down for good: no message breeds others."""
    for ear in desk.ears.values():
        ear.trouble = down
    await desk.tell(message(1))
    for _ in range(24 * 14):
        await desk.later(3600)
    assert set(await desk.states()) == {"dead"}
    assert len(await desk.states()) == 4


async def test_a_pause_that_the_receiver_asks_for_is_kept(desk: Desk) -> None:
    ear = desk.ears["duty"]
    ear.trouble = lambda _: LaterError("Too many.", retry_after_s=120)
    await desk.tell(message(), to=["duty"], due=BEGIN)
    await desk.turn()
    await desk.later(119)
    assert len(ear.tries) == 1
    await desk.later(1)
    assert len(ear.tries) == 2


async def test_the_next_turn_is_when_something_falls_due(desk: Desk) -> None:
    """Half a minute at most: a call of the database may be lost."""
    sender = desk.senders["duty"]
    assert await sender.turn(desk.outbox) == 30
    await desk.tell(message(), due=desk.clock.at + 7 * SECOND_US)
    assert await sender.turn(desk.outbox) == 7


async def test_11_what_noisy_rules_raise_comes_in_digests_but_what_is_critical(
    desk: Desk,
) -> None:
    """Behaviour 11: few as they are; and another rule's alert is told as ever."""
    await desk.tell(*ships(3, noisy=True), message(9, mmsi=9))
    await desk.tell(message(8, severity=Severity.CRITICAL, mmsi=8))
    await desk.later(30)
    heard = desk.ears["duty"].heard
    assert sorted(told.headline for told in heard) == [
        "3 messages in one: 3 raised; 3 of noisy rules", "alert 8.1", "alert 9.1",
    ]  # fmt: skip
    await desk.tell(message(7, mmsi=7, noisy=True))
    await desk.later(60)
    assert len(heard) == 3, "the next digest is not due yet"
    await desk.later(600)
    assert heard[-1].headline == "1 message in one: 1 raised; 1 of noisy rules"
