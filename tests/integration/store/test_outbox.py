"""The outbox in the database: leases, lanes, what is listed, what the indexes are for."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import pytest

from monitor.errors import StoreError
from monitor.store.outbox import DEAD, SENT, Delivery, Outbox, lane_of, put
from monitor.units import SECOND_US

NOW = 1_700_000_000 * SECOND_US
ONE = Delivery(
    idem="duty:1.1", alert="00000000-0000-0000-0000-000000000001", revision=1, channel="duty",
    lane=lane_of("duty", 5), word="raised", severity="warning", payload={"headline": "h"}, due=NOW,
    made_at=NOW,
)  # fmt: skip


def many(count: int, ships: int) -> list[Delivery]:
    return [replace(ONE, idem=f"duty:{n}", lane=lane_of("duty", n % ships)) for n in range(count)]


async def test_the_head_of_a_lane_alone_may_be_taken(db: asyncpg.Connection) -> None:
    """Leased, it keeps its lane shut until the lease ends."""
    outbox = Outbox(db)
    await put(db, many(4, 2))
    async with outbox.asking() as asked:
        lanes = await asked.lanes("duty", NOW, 10)
        assert {lane: len(rows) for lane, rows in lanes.items()} == {"duty|0": 2, "duty|1": 2}
        await asked.lease([lanes["duty|0"][0].id], NOW + 5)
        assert list(await asked.lanes("duty", NOW, 10)) == ["duty|1"]
        assert list(await asked.lanes("chief", NOW, 10)) == []
        assert list(await asked.lanes("duty", NOW - 1, 10)) == []
        again = await asked.lanes("duty", NOW + 5, 10)
        assert again["duty|0"][0].attempts == 1
        await asked.end([again["duty|0"][0].id], SENT, NOW + 5)
        assert len((await asked.lanes("duty", NOW + 5, 10))["duty|0"]) == 1


async def test_words_that_the_database_refuses_end_no_batch(db: asyncpg.Connection) -> None:
    """A ship may call herself anything; what is told must not keep back what is stored."""
    await put(db, [replace(ONE, payload={"headline": "A\0B\ud800", "record": {"x\0": ["\0"]}})])
    async with Outbox(db).asking() as asked:
        (row,) = (await asked.lanes("duty", NOW, 1))["duty|5"]
    assert row.payload == {"headline": "A\ufffdB?", "record": {"x\ufffd": ["\ufffd"]}}


async def test_what_came_to_an_end_does_so_once(db: asyncpg.Connection) -> None:
    """Two processes sent it, for a lease ended too early: the first word stands."""
    outbox = Outbox(db)
    await put(db, [ONE])
    async with outbox.asking() as asked:
        (row,) = (await asked.lanes("duty", NOW, 1))["duty|5"]
        assert await asked.end([row.id], SENT, NOW) == 1
        assert await asked.end([row.id], DEAD, NOW, "Late.") == 0
        (listed,) = await asked.listed()
    assert (listed["state"], listed["last_error"], listed["headline"]) == ("sent", None, "h")


async def test_trouble_is_a_sentence(db: asyncpg.Connection) -> None:
    """And what was done in that turn is undone."""
    outbox = Outbox(db)
    with pytest.raises(StoreError, match="The outbox could not be used: "):
        async with outbox.asking() as asked:
            await asked.put([ONE, replace(ONE, idem="other", word="shouted")])
    async with outbox.asking() as asked:
        assert await asked.listed() == []
    await db.close()
    with pytest.raises(StoreError):
        async with outbox.asking() as asked:
            await asked.waiting()


async def test_revived_it_begins_anew(db: asyncpg.Connection) -> None:
    outbox = Outbox(db)
    await put(db, many(3, 3))
    async with outbox.asking() as asked:
        buried = await asked.bury("duty", NOW, NOW, "Away.")
        assert [each.lane for each in buried] == ["duty|0", "duty|1", "duty|2"]
        assert await asked.revive("duty", NOW + 9, [buried[0].id]) == 1
        assert await asked.revive("chief", NOW + 9) == 0
        assert await asked.waiting() == {"duty": 1}
        lanes = await asked.lanes("duty", NOW + 9, 9)
        assert [row.made_at for rows in lanes.values() for row in rows] == [NOW + 9]


async def test_taking_some_of_many_reads_no_others(db: asyncpg.Connection) -> None:
    """6,000 wait in 1,500 lanes beside what was sent: the index of what waits is used."""
    await put(db, many(6_000, 1_500))
    await db.execute(
        "INSERT INTO delivery (idem, alert, revision, channel, lane, word, severity, payload, due,"
        " state) SELECT 'x' || n, gen_random_uuid(), 1, 'duty', 'duty|' || n, 'raised', 'info',"
        " '{}', now(), 'sent' FROM generate_series(1, 20000) n"
    )
    await db.execute("ANALYZE delivery")
    async with Outbox(db).asking() as asked:
        assert len(await asked.lanes("duty", NOW, 32)) == 32
    plan = await db.fetch(
        "EXPLAIN SELECT id FROM delivery WHERE channel = 'duty' AND state = 'waiting'"
        " AND due > now() ORDER BY due LIMIT 1"
    )
    assert any("delivery_due" in line[0] for line in plan)
