"""The stages of a replay: what waits between them, what ends them, and scaled time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from monitor.errors import FaultError
from monitor.model import FIX, Reports
from monitor.service.flow import Flow, Pace, Ready
from monitor.service.reading import Taken
from monitor.service.runner import Runner
from monitor.store.batch import Offset
from monitor.units import NO_TIME, SECOND_US
from tests.integration.service.replays import FENCES

BEGIN = 1_733_788_800 * SECOND_US


def piece(number: int) -> Taken:
    """Ten lines, a second apart, that say nothing."""
    clock = BEGIN + (10 * number + np.arange(10)) * SECOND_US
    offset = Offset(
        source="log", head_length=0, head_digest=b"", byte_offset=number, lines=10 * number,
        input_format="nmea", decoder="{}", finished=False,
    )  # fmt: skip
    return Taken(Reports(positions=np.zeros(0, dtype=FIX), lines=10, clock=clock), offset)


def flowed(pieces: Iterator[Taken], *, speed: float | None = None, **hooks: Any) -> list[Ready]:
    """What comes out, with a dry run behind it."""
    found: list[Ready] = []

    async def commit(ready: Ready) -> None:
        found.append(ready)
        hooks.get("on_commit", lambda *_: None)(stop, found)

    async def go() -> None:
        runner = await Runner.open(FENCES, None)
        await Flow(runner, "log", Pace(speed, stop), stop).run(pieces, commit)

    stop = asyncio.Event()
    asyncio.run(go())
    return found


def test_all_pieces_come_out_in_their_order() -> None:
    found = flowed(piece(number) for number in range(9))
    assert [ready.outcome.lines for ready in found] == [10] * 9
    assert [(ready.fixes, ready.batch) for ready in found] == [(0, None)] * 9


def test_no_more_is_decoded_than_can_go_on() -> None:
    """Of what is large, five pieces are under way at most: one a stage, and one that waits."""
    made, most = [0], [0]

    def pieces() -> Iterator[Taken]:
        for number in range(12):
            made[0] += 1
            yield piece(number)

    def slowly(_: asyncio.Event, found: list[Ready]) -> None:
        time.sleep(0.02)
        most[0] = max(most[0], made[0] - len(found))

    flowed(pieces(), on_commit=slowly)
    assert made == [12]
    assert 1 <= most[0] <= 7


def test_stopped_it_takes_what_is_decoded_and_no_more() -> None:
    found = flowed(
        (piece(number) for number in range(100)), on_commit=lambda stop, _: stop.set()
    )  # fmt: skip
    assert 1 <= len(found) < 12


def test_a_fault_of_any_stage_ends_it() -> None:
    def pieces() -> Iterator[Taken]:
        yield piece(0)
        raise ZeroDivisionError

    with pytest.raises(FaultError, match="ZeroDivisionError"):
        flowed(pieces())


def test_in_scaled_time_pieces_come_when_they_are_due() -> None:
    began = time.monotonic()
    assert len(flowed((piece(number) for number in range(4)), speed=40.0)) == 4
    assert 39 / 40 <= time.monotonic() - began < 10


def test_what_has_no_time_is_not_waited_for() -> None:
    async def go() -> None:
        pace = Pace(0.001, asyncio.Event())
        for clock in (None, np.zeros(0, dtype=np.int64), np.array([NO_TIME])):
            reports = Reports(positions=np.zeros(0, dtype=FIX), clock=clock)
            await asyncio.wait_for(pace.wait(reports), 1)

    asyncio.run(go())
