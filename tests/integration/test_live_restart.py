"""A watch that is killed after any batch goes on from PostGIS as if nothing had happened.

What the follower does, without its tasks: batches of a journal, each committed with the snapshot of
what changed; those in which nothing happens are not. Then the engine is thrown away and put
together again by the real writer.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

import asyncpg
import pytest

from monitor.engine.outcome import Outcome
from monitor.engine.reception import Bucket
from monitor.journal.blocks import block, header, tick
from monitor.service.runner import Runner
from monitor.store.batch import Offset
from monitor.store.database import connected
from monitor.store.writer import Writer
from monitor.units import MINUTE_US, SECOND_US, from_datetime
from tests.scenario.test_journal_invariance import (
    FENCES,
    Run,
    changed,
    cut,
    journal,
    received,
    run,
    same,
)

ID = b"\x07" * 16


class Engine(Run):
    """A run that lives in a database."""

    def __init__(self, connection: asyncpg.Connection, runner: Runner) -> None:
        """Use ``begin``."""
        super().__init__()
        self.connection, self.runner, self.pipeline = connection, runner, runner.pipeline
        self.position = 0
        self.said: list[Any] = []  # findings not committed yet

    @classmethod
    async def begin(cls, connection: asyncpg.Connection) -> Engine:
        """Put it where the last commit left it."""
        await connection.execute("SELECT pg_advisory_unlock_all()")
        await connection.execute("DISCARD TEMP")
        engine = cls(connection, await Runner.open(FENCES, connection))
        for offset in await engine.runner.offsets():
            assert offset.head_digest == ID
            engine.position = offset.byte_offset
            engine.decoder.restore(json.loads(offset.decoder))
        return engine

    async def read(self, data: bytes) -> Outcome:
        """Take a batch; commit it unless nothing happened."""
        outcome = self.take(data)
        self.position += len(data)
        idle = not (outcome.lines or outcome.findings or outcome.refusals or len(outcome.fixes))
        if not idle:
            await self.commit(outcome)
        return outcome

    async def commit(self, outcome: Outcome) -> None:
        """One transaction."""
        await self.runner.know(self.pipeline.sources)
        offset = Offset(
            source="journal", head_length=0, head_digest=ID, byte_offset=self.position,
            lines=self.position, input_format="journal", decoder=json.dumps(self.decoder.state()),
            finished=False,
        )  # fmt: skip
        await self.runner.commit(self.runner.batch(outcome, [offset]))

    def note(self, outcome: Outcome) -> None:
        """What is stored is read from the store."""
        self.findings += outcome.findings


async def watch(database: str, pieces: list[bytes], stops: set[int]) -> dict[str, Any]:
    """Read a journal in pieces; after each of ``stops`` all but the database is lost."""
    ends = [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece))
    findings: list[Any] = []
    async with connected(database) as connection:
        engine = await Engine.begin(connection)
        index = 0
        while index < len(pieces):
            await engine.read(pieces[index])
            index += 1
            if index in stops:
                stops = stops - {index}
                findings += engine.findings
                engine = await Engine.begin(connection)
                assert engine.position in ends
                index = ends.index(engine.position)
        last = engine.pipeline.finish()
        engine.findings += last.findings
        await engine.commit(last)
        findings += engine.findings
        return {"findings": [repr(finding) for finding in findings], **await stored(connection)}


async def stored(connection: asyncpg.Connection) -> dict[str, Any]:
    """All that the database holds for people."""
    told: dict[str, Any] = {}
    for table, order in (
        ("event", "decided_at, id"), ("port_call", "id"), ("identity", "mmsi, digest"),
        ("vessel", "mmsi"),
    ):  # fmt: skip
        rows = await connection.fetch(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608
        told[table] = [tuple(row.values()) for row in rows]
    for table in ("refusal_count", "report_count"):
        if await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", table):
            rows = await connection.fetch(f"SELECT * FROM {table}")  # noqa: S608
            told[table] = sorted(tuple(map(str, row.values())) for row in rows)
    told["positions"] = await connection.fetch(
        "SELECT mmsi, at, ST_AsText(geom), sog_kn, received_at, name, track FROM position"
        " JOIN source ON source.id = position.source ORDER BY mmsi, at"
    )
    rows = await connection.fetch(
        "SELECT s.name, r.* FROM reception r JOIN source s ON s.id = r.source"
    )
    told["heard"] = {
        (row["name"], row["port"], from_datetime(row["at"])): Bucket(
            row["messages"], from_datetime(row["heard_at"]), set(row["vessels"]),
            set(row["disturbed"]), row["rings"],
        )
        for row in rows
    }  # fmt: skip
    return told


def pieces_of(scenario: str, seed: int, count: int) -> list[bytes]:
    """A journal cut anywhere into so many pieces."""
    random = Random(count)
    data = journal(scenario, seed)
    return cut(data, [random.randrange(len(data)) for _ in range(count - 1)])


@pytest.fixture
def another(cluster: Any) -> Any:
    """A second database, for the run that is not stopped."""
    name = "test_another"
    yield cluster.create_database(name, template="template_monitor")
    cluster.drop_database(name)


@pytest.mark.parametrize("scenario", ["dark-transfer", "teleport", "clone"])
async def test_stopped_again_and_again(database: str, another: str, scenario: str) -> None:
    """The same tables, and the same findings, as the run that was never stopped."""
    pieces = pieces_of(scenario, 1, 60)
    random = Random(scenario)
    stops = {random.randrange(1, 60) for _ in range(20)}
    found = await watch(database, pieces, stops)
    expected = await watch(another, pieces, set())
    same(found, expected)
    uncut = run([journal(scenario, 1)]).told()
    assert found["findings"] == uncut["findings"]
    assert found["heard"] == uncut["heard"]


async def test_stopped_after_every_batch(database: str) -> None:
    """Each batch is the first of its process."""
    pieces = pieces_of("dark-transfer", 2, 40)
    found = await watch(database, pieces, set(range(1, 41)))
    uncut = run([journal("dark-transfer", 2)]).told()
    assert found["findings"] == uncut["findings"]
    assert found["heard"] == uncut["heard"]


async def test_stopped_where_the_lateness_changes(database: str, another: str) -> None:
    """The watermark does not go back, and what waited is not let out twice."""
    data, begins = changed("teleport", 1, (5.0, 3600.0, 0.0, 60.0))
    random = Random(5)
    pieces = cut(data, [random.randrange(len(data)) for _ in range(30)], fixed=begins)
    ends, total = [], 0
    for piece in pieces:
        total += len(piece)
        ends.append(total)
    stops = {ends.index(begin) + 1 for begin in begins[1:]} | {3, 9, 10, 11, 20}
    same(await watch(database, pieces, stops), await watch(another, pieces, set()))


async def test_stopped_in_a_silence(database: str, another: str) -> None:
    """Ticks are not committed: they are read again, and the silence falls due all the same."""
    lines = received("dark-transfer", 1)
    data = [header({"f": "nmea"}, lateness_s=5.0)]
    for at, _, line in lines[:40]:
        data.append(block(at, "f", line))
    last = lines[39][0]
    data += [tick(last + index * 10 * MINUTE_US) for index in range(1, 60)]
    stops = {45, 60, 64, 65, 66, 67, 80, 99}
    found = await watch(database, data, stops)
    expected = await watch(another, data, set())
    assert sorted(set(found.pop("findings"))) == sorted(set(expected.pop("findings")))
    same({"findings": [], **found}, {"findings": [], **expected})


HOSTILE = {
    "surrogate": {"shipname": "A\ud800B"}, "callsign": {"callsign": "\udfff"},
    "destination": {"destination": "x\ud800"}, "nul": {"shipname": "A\0B"},
    "bow": {"to_bow": 40_000, "to_stern": 1, "to_port": 1, "to_starboard": 1},
    "negative bow": {"to_bow": -5e8, "to_stern": 1, "to_port": 1, "to_starboard": 1},
    "draught": {"draught": 9e8}, "long": {"shipname": "A" * 60_000}, "old": {"rxuxtime": 0},
    "year 1": {"rxuxtime": None, "rxtime": "0001-01-01T00:00:00Z"},
    "speed": {"type": 1, "lon": 10.0, "lat": 5.0, "speed": 9.9e8, "heading": 359.99, "turn": 1e8},
    "number": {"type": 1, "lon": 10.0, "lat": 5.0, "mmsi": 2**31 - 1},
    "status": {"type": 1, "lon": 10.0, "lat": 5.0, "status": 2**15},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_one_line_does_not_stop_the_watch(database: str, name: str) -> None:
    """Whatever a feed says, the batch is stored, or refused as what the database never takes."""
    now = 1_790_000_000 * SECOND_US
    record = {
        "class": "AIS", "rxuxtime": now / 1e6, "type": 5, "mmsi": 211000001, "shipname": "A",
        "callsign": "C", "destination": "D", **HOSTILE[name],
    }  # fmt: skip
    data = header({"web": "aiscatcher-json"}, lateness_s=0.0)
    data += block(now, "web", json.dumps(record).encode() + b"\n") + tick(now + MINUTE_US)
    async with connected(database) as connection:
        engine = await Engine.begin(connection)
        await engine.read(data)
        assert await connection.fetchval("SELECT count(*) FROM pipeline_state") == 1


@pytest.mark.parametrize("words", ["A\ud800B", "A\0B"])
async def test_what_the_database_cannot_take_is_left_out(database: str, words: str) -> None:
    """The last net: should such words come through, what bears them is kept apart."""
    now = 1_790_000_000 * SECOND_US
    record = {"class": "AIS", "type": 5, "mmsi": 211000001, "shipname": "A"}
    data = header({"web": "aiscatcher-json"}, lateness_s=0.0)
    data += block(now, "web", json.dumps(record).encode() + b"\n")
    async with connected(database) as connection:
        engine = await Engine.begin(connection)
        outcome = engine.take(data)
        for report in outcome.statics:
            object.__setattr__(report.static, "name", words)
        await engine.commit(outcome)
        rows = await connection.fetch("SELECT relation, content FROM refused_row ORDER BY id")
        assert [row["relation"] for row in rows] == ["identity", "vessel"]
        assert all(words in json.loads(row["content"]) for row in rows)
        assert await connection.fetchval("SELECT count(*) FROM pipeline_state") == 1


async def test_restarts_use_up_no_numbers(database: str) -> None:
    """Sources are numbered with 15 bits: a watch that connects anew must not take one each time."""
    async with connected(database) as connection:
        writer = await Writer.open(connection)
        first = await writer.numbers(["a", "b"])
        for _ in range(20):
            assert await Writer(connection).numbers(["a", "b"]) == first
        assert (await writer.numbers(["c"]))["c"] <= 3
