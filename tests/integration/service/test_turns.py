"""Ships that cannot be taken again in time keep nobody waiting but themselves."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from structlog.testing import capture_logs

from monitor.service import follow, turns
from monitor.service.follow import Follower
from monitor.service.reviser import Reviser, Tally
from monitor.service.turns import FIRST, LEAST, Turns, busy_pace, calm_pace
from monitor.store.database import connected
from monitor.store.lost import transaction
from tests.integration.service.journals import FENCES, heard, ships_in, until, watching

IN_TIME = "Ships were not taken again in time: fewer at once are, later"


@pytest.fixture
def unanswered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many reports were tried at once, each time that the database did not answer in time."""
    tried = list[int]()

    async def step(reviser: Reviser) -> None:
        tried.append(reviser.most)
        writer = reviser._runner.writer
        assert writer is not None
        async with asyncio.timeout(0.3), writer.one, transaction(writer.connection):
            await writer.connection.execute("SELECT pg_sleep(60)")

    monkeypatch.setattr(Reviser, "step", step)
    monkeypatch.setattr(follow, "RETRY_S", 0.05)
    return tried


async def test_lines_are_committed_though_ships_are_not_taken_again(
    database: str, db: asyncpg.Connection, tmp_path: Path, unanswered: list[int]
) -> None:
    """The database is asked again after a minute, and not as soon as it was connected to anew."""
    async with watching(tmp_path, database) as watch:
        with capture_logs() as said:
            async with watch.running():
                watch.spool.append(heard(1, 1))
                await until(lambda: watch.connections > 1)
                for second in range(2, 6):
                    watch.spool.append(heard(second, second))
                    await until(lambda many=second: watch.status.store.rows == many)
    assert unanswered == [FIRST]
    assert not [entry for entry in said if entry["event"] == IN_TIME]  # it may be the connection
    assert await ships_in(db) == [1, 2, 3, 4, 5]


async def test_a_connection_that_is_lost_is_nobodys_fault(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another leads, the database is stopped: it is tried again a minute later, however often."""
    lost = list[Reviser]()

    async def step(reviser: Reviser) -> None:
        lost.append(reviser)
        assert reviser._runner.writer is not None
        await reviser._runner.writer.connection.execute(
            "SELECT pg_terminate_backend(pg_backend_pid())"
        )

    monkeypatch.setattr(Reviser, "step", step)
    monkeypatch.setattr(follow, "RETRY_S", 0.05)
    monkeypatch.setattr(turns, "LATER_S", 0.2)
    async with watching(tmp_path, database) as watch, watch.running():
        turn = watch.follower._turns
        kept = turn._calm.most, turn._later_s
        await until(lambda: len(lost) == 3)
        assert (turn._calm.most, turn._later_s) == kept


@pytest.mark.parametrize("comes", [True, False])
async def test_whoever_takes_over_takes_lines_first(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, comes: bool
) -> None:
    """The stream takes a moment until it brings some; where none come, ships wait for a second."""
    stored = list[int]()

    async def step(reviser: Reviser) -> None:
        stored.append(watch.status.store.rows)
        reviser._runner.late = 0

    monkeypatch.setattr(Reviser, "step", step)
    async with watching(tmp_path, database) as watch:
        connect = partial(connected, database)
        watch.follower = Follower(watch.hub, FENCES, connect, watch.status, beside=connect)
        async with watch.running():
            await until(lambda: watch.status.store.ready)
            await asyncio.sleep(0.3)
            if comes:
                watch.spool.append(heard(1, 1))
                watch.hub._appended.set()
            await until(lambda: len(stored) > 0)
    assert stored[0] == int(comes)


async def test_fewer_and_fewer_are_tried_later_and_later(
    database: str, tmp_path: Path, unanswered: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LATER_S", 0.05)
    monkeypatch.setattr(turns, "LATEST_S", 0.1)
    async with watching(tmp_path, database) as watch:
        with capture_logs() as said:
            async with watch.running():
                await until(lambda: len(unanswered) == 4)
    assert unanswered[:4] == [FIRST, LEAST, LEAST, LEAST]
    told = [entry["reports"] for entry in said if entry["event"] == IN_TIME]
    assert told[:2] == [LEAST, LEAST]


class Quiet:
    """A runner for which nobody draws areas."""

    late = 0

    async def take_up_areas(self) -> None:
        """Nobody draws any."""


MOST, MANY = busy_pace().limit, calm_pace().limit


class Busy:
    """Each step takes so long, more for every so many reports, and ten to read others."""

    waits, most = True, FIRST

    def __init__(self) -> None:
        """At first each takes as long as it has reports."""
        self.least_s, self.a_second = 0.0, 2_000
        self.tried = list[int]()

    async def step(self) -> Tally:
        """It took so long."""
        self.tried.append(self.most)
        took = self.least_s + self.most / self.a_second
        return Tally(ships=1, seconds=10 + took, beside_s=10)

    async def steps(self, turn: Turns, many: int, *, calm: bool = False) -> list[int]:
        """How many were tried in each of so many steps."""
        self.tried.clear()
        for _ in range(many):
            turn._due_s = 0.0
            await turn.step(Quiet(), self, calm=calm)  # type: ignore[arg-type]
        return list(self.tried)


async def test_as_many_are_taken_at_once_as_let_lines_wait_for_a_second() -> None:
    """By how long the last step took, but for the others that were read: half as many, or twice."""
    turn, busy = Turns(), Busy()
    assert await busy.steps(turn, 5) == [2_500, 1_250, 2_500, 1_250, 2_500]
    busy.a_second = 50_000
    assert await busy.steps(turn, 7) == [1_250, 2_500, 5_000, 10_000, MOST, MOST, MOST]


async def test_where_few_take_as_long_as_many_they_are_not_taken_one_by_one() -> None:
    """Up to twice what the fewest take, and three seconds; who takes longer for one stays there."""
    turn, busy = Turns(), Busy()
    busy.least_s, busy.a_second = 1.25, 10_000
    assert await busy.steps(turn, 4) == [2_500, 1_250, 625, LEAST]
    assert await busy.steps(turn, 7) == [1_000, 2_000, 4_000, 8_000, 16_000, 8_000, 16_000]
    busy.least_s = 3.5
    assert (await busy.steps(turn, 9))[-2:] == [LEAST, LEAST]
    busy.least_s = 0.0
    assert (await busy.steps(turn, 9))[-2:] == [16_000, 8_000]


async def test_more_are_taken_at_once_where_no_lines_come() -> None:
    """Each step costs seconds for few as for many; lines that come again wait as long as before."""
    turn, busy = Turns(), Busy()
    busy.least_s, busy.a_second = 4.0, 10_000
    assert (await busy.steps(turn, 9))[-2:] == [LEAST, LEAST]
    assert await busy.steps(turn, 6, calm=True) == [2_500, 5_000, 10_000, 20_000, 40_000, 80_000]
    busy.a_second = 50_000
    assert (await busy.steps(turn, 3, calm=True))[-1] == MANY
    busy.least_s = 12.0
    calm = await busy.steps(turn, 20, calm=True)
    assert (LEAST in calm, calm[-1]) == (True, MANY)  # not longer for many than twice for few
    assert await busy.steps(turn, 2) == [LEAST, LEAST]


async def test_more_of_the_time_is_theirs_where_no_lines_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Half of it, and else a tenth."""
    now = iter([100.0, 103.0, 200.0, 203.0])
    monkeypatch.setattr(turns, "monotonic_s", lambda: next(now))
    turn, pauses = Turns(), list[float]()
    for calm, ended in ((False, 103.0), (True, 203.0)):
        turn._due_s = 0.0
        await turn.step(Quiet(), Busy(), calm=calm)  # type: ignore[arg-type]
        pauses.append(turn._due_s - ended)
    assert pauses == [30.0, 3.0]


async def test_later_is_twice_as_long_each_time_up_to_ten_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "monotonic_s", lambda: 0.0)
    turn, pauses = Turns(), list[float]()
    for _ in range(6):
        turn._failed()
        pauses.append(turn._due_s)
    assert pauses == [60, 120, 240, 480, 600, 600]
