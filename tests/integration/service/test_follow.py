"""The follower takes a journal into PostGIS, and goes on whenever the store does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from monitor.errors import StoreError
from monitor.model import Event
from monitor.store.database import connected
from monitor.units import SECOND_US
from tests.integration.service.journals import (
    AT,
    AWAY,
    BACK,
    HEAD,
    heard,
    nothing,
    received,
    report,
    ships_in,
    until,
    watching,
)

# -- what comes is stored ------------------------------------------------------------------------


async def test_what_was_received_is_stored_and_counted(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Rows, commits, kinds and refusals by feed, and how far the store is."""
    async with watching(tmp_path, database) as watch:
        await watch.read(
            heard(0, 1, 2), heard(1, 3, feed="roads"), received(2, b"!AIVDM,1,1\n$GP\n", "roads")
        )
        status, store = watch.status, watch.status.store
        assert (status.lines, store.rows, store.commits) == (5, 3, 1)
        assert status.kinds == {("harbour", "position"): 2, ("roads", "position"): 1}
        assert status.refusals == {("roads", "garbled"): 1, ("roads", "not_ais"): 1}
        assert status.feeds["roads"].refused == {"garbled": 1}, "GPS speaks against no feed"
        assert (status.vessels, status.visits, status.deadlines) == (3, 0, 0)
        assert store.committed_to == AT + 2 * SECOND_US
        assert (store.lag_counts.tolist()[9], store.lag_sum_s) == (5, 10 + 10 + 9 + 8 + 8)
        assert (store.ready, store.why) == (True, "batches are committed")
        assert watch.spool.waiting_bytes == 0
    assert await ships_in(db) == [1, 2, 3]


async def test_a_second_run_goes_on_behind_the_last_commit(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Nothing is read twice; lines are numbered on, and half a message waits for its other half."""
    one, two = (
        b"!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n",
        (b"!AIVDM,2,2,1,A,88888888880,2*25\n"),
    )
    async with watching(tmp_path, database) as watch:
        await watch.read(heard(0, 1), received(1, one))
    async with watching(tmp_path, database) as watch:
        await watch.read(received(2, two), heard(3, 2))
        assert watch.status.lines == 2
        assert watch.status.kinds == {("harbour", "static"): 1, ("harbour", "position"): 1}
    assert [tuple(row) for row in await db.fetch("SELECT mmsi, line FROM position ORDER BY 2")] == [
        (211_000_001, 1), (211_000_002, 4),
    ]  # fmt: skip
    assert await db.fetchval("SELECT name FROM vessel") == "EVER DIADEM"


async def test_what_is_found_is_told_when_it_is_stored(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """She lies at Tartus, and then nothing is heard of her."""
    lying = report(1, lon=35.866, lat=34.912, speed=0)
    async with watching(tmp_path, database) as watch:
        await watch.read(*(received(60 * minute, lying) for minute in range(40)))
        assert watch.status.visits == watch.status.deadlines == 1
        assert watch.status.next_deadline_at is not None
        (port,) = [port for port in watch.status.ports if port.vessels]
        assert (port.port, port.words, port.feeds) == ("tartus", "heard", ["harbour"])
        await watch.read(*(nothing(3600 * hour) for hour in range(2, 30)))
        events = [finding for finding in watch.found if isinstance(finding, Event)]
        assert watch.status.events["PortArrived"] == 2  # provisional, then confirmed
        assert watch.status.events["WentDarkInside"] == 1
        assert sum(watch.status.events.values()) == len(events)
    stored = await db.fetch("SELECT id FROM event")
    assert {row["id"].hex for row in stored} == {event.id for event in events}


async def test_hours_in_which_nothing_comes_are_not_committed_each(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """The journal notes every two seconds that nothing came; in the end it is known how far."""
    async with watching(tmp_path, database) as watch:
        async with watch.running():
            watch.spool.append(heard(0, 1))
            await until(lambda: watch.status.lines == 1)
            commits = watch.status.store.commits
            for second in range(50):
                watch.spool.append(nothing(2 * second))
            await until(
                lambda: watch.status.store.commits == commits and not watch.hub.waiting_bytes
            )
        assert watch.status.store.commits == commits + 1
        end = watch.spool.end
    assert await db.fetchval("SELECT byte_offset FROM source_offset") == end


# -- the store comes and goes --------------------------------------------------------------------


END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
"""End all connections but this one."""


async def test_while_the_database_is_away_what_comes_waits_on_disk(
    database: str, db: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said once, feeds are not slowed for it, and all is stored when it is back."""
    monkeypatch.setattr("monitor.service.follow.RETRY_S", 0.01)
    away = False

    @asynccontextmanager
    async def connect() -> AsyncIterator[Any]:
        if away:
            message = "it is being painted."
            raise StoreError(message)
        async with connected(database) as connection:
            yield connection

    with capture_logs() as said:
        async with watching(tmp_path, connect) as watch, watch.running():
            store = watch.status.store
            watch.hub.add("harbour", report(1))
            await until(lambda: store.rows == 1)
            assert watch.hub.slows
            away = True
            watch.hub.add("harbour", report(2))
            await db.execute(END)
            watch.hub.add("harbour", report(3))
            await until(lambda: watch.connections >= 4 and watch.spool.waiting_bytes > 0)
            assert (store.ready, watch.hub.slows) == (False, False)
            away = False
            await until(lambda: store.rows == 3)
            assert (store.ready, watch.hub.slows) == (True, True)
    assert await ships_in(db) == [1, 2, 3]
    (first, down, up) = [entry["event"] for entry in said]
    assert (first, up) == (BACK, BACK)
    assert down.startswith(AWAY)


async def test_stopped_while_the_database_is_away_it_waits_for_nothing(tmp_path: Path) -> None:
    """What was received stays in the journal for the next start."""

    @asynccontextmanager
    async def connect() -> AsyncIterator[Any]:
        message = "it is being painted."
        raise StoreError(message)
        yield

    async with watching(tmp_path, connect) as watch:
        await watch.read(heard(0, 1))
        assert watch.connections == 1
        assert watch.spool.waiting_bytes == len(HEAD + heard(0, 1))


async def test_a_connection_that_breaks_is_made_anew(
    database: str, db: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends it between two batches: nothing is lost, nothing twice."""
    monkeypatch.setattr("monitor.service.follow.RETRY_S", 0.01)
    with capture_logs() as said:
        async with watching(tmp_path, database) as watch, watch.running():
            for ship in range(1, 5):
                watch.hub.add("harbour", report(ship))
                await until(lambda ship=ship: watch.status.store.rows == ship)
                await db.execute(END)
        assert watch.connections > 3
    assert await ships_in(db) == [1, 2, 3, 4]
    assert [entry["event"].removeprefix(AWAY)[:24] for entry in said].count(BACK[:24]) > 3


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        ('{"clock": 1}', "KeyError: 'carry'"),
        ("nonsense", "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
        (
            '{"clock": 1, "carry": "", "lateness_us": 0, "forms": {"harbour": "morse"}}',
            "InputError: The journal's feed 'harbour' is of a form not known here: 'morse'",
        ),
    ],
)
async def test_a_decoder_that_cannot_be_read_begins_anew(
    database: str, db: asyncpg.Connection, tmp_path: Path, kept: str, reason: str
) -> None:
    """In the midst of the journal: it is told of the feeds there are now."""
    async with watching(tmp_path, database) as watch:
        await watch.read(heard(0, 1))
    await db.execute("UPDATE source_offset SET decoder = $1", kept)
    with capture_logs() as said:
        async with watching(tmp_path, database) as watch:
            watch.spool._renew = False  # as in the midst of a segment
            await watch.read(heard(1, 2), heard(2, 3, feed="roads"))
            assert watch.status.refusals == {}
            assert watch.put_aside == {}
    assert await ships_in(db) == [1, 2, 3]
    (words,) = [entry["event"] for entry in said if entry["log_level"] == "warning"]
    assert words == (
        "The kept state of the decoder of journal cannot be used, it begins anew where it stood:"
        f" {reason}."
    )
