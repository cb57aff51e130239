"""The engine on a database, batch by batch, for the tests of what it keeps there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import numpy as np

from monitor.engine.geofence import FenceSet
from monitor.engine.pipeline import Pipeline
from monitor.model import FIX, Fix, Reports, Static, StaticReport
from monitor.service.runner import Runner
from monitor.store.batch import Batch, Offset, make_batch, put_positions
from monitor.store.database import connected
from monitor.store.writer import Writer
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at, square_port

FENCES = FenceSet(ports=(square_port(),))
ROOF = "roof"

STATE = ("kept_state", "waiting_report", "vessel_state", "pipeline_state")
"""Where the engine's state is."""

WRITTEN = (
    "position", "vessel", "identity", "event", "port_call", "refusal", "report_count",
    "reception", "source_offset", *STATE,
)  # fmt: skip
"""All that a batch is written to."""


@asynccontextmanager
async def running(url: str, fences: FenceSet = FENCES, **words: Any) -> AsyncIterator[Runner]:
    """A runner on a connection of its own."""
    async with connected(url) as connection:
        yield await Runner.open(fences, connection, **words)


def named(minute: float, name: str, mmsi: int = MMSI) -> StaticReport:
    """A static report that says a name."""
    at = START + round(minute * MINUTE_US)
    static = Static(mmsi=mmsi, name=name)
    return StaticReport(at=at, received_at=at, seq=0, source=0, static=static)


def late(minute: float) -> Fix:
    """A report that comes then, and is an hour old."""
    return fix_at(minute, at=START + round(minute * MINUTE_US) - HOUR_US)


def reports_of(fixes: Sequence[Fix], statics: list[StaticReport] | None = None) -> Reports:
    """A batch in which each fix is a line, received at its time."""
    positions = np.array([tuple(fix) for fix in fixes], dtype=FIX)
    positions["seq"] = np.arange(len(fixes))
    reports = Reports(positions=positions, lines=len(fixes), clock=positions["received_at"].copy())
    reports.statics = statics or []
    reports.kinds.update({(ROOF, "position"): len(fixes)})
    return reports


async def batch_of(runner: Runner, reports: Reports, *offsets: Offset) -> Batch:
    """What a runner would commit of these reports."""
    outcome = runner.take(ROOF, reports)
    await runner.know(runner.pipeline.sources)
    batch = runner.batch(outcome, list(offsets))
    assert batch is not None
    return batch


async def take(runner: Runner, reports: Reports, *offsets: Offset) -> None:
    """Take reports and commit what comes of them."""
    await runner.commit(await batch_of(runner, reports, *offsets))


async def finish(runner: Runner) -> None:
    """Let out what waits, and commit it."""
    await runner.commit(runner.batch(runner.finish(), []))


async def bare(writer: Writer, fixes: Sequence[Fix] = (), late: Sequence[Fix] = ()) -> Batch:
    """A batch of these fixes alone, as if an engine had believed them, or found them late."""
    pipeline = Pipeline(FENCES)
    pipeline.number_of(ROOF)
    outcome = pipeline.advance(START)
    outcome.fixes, outcome.late = (reports_of(part).positions for part in (fixes, late))
    outcome.tracks, outcome.late_after = np.zeros(len(outcome.fixes), dtype=np.int8), START
    numbers = await writer.numbers([ROOF])
    batch = make_batch(outcome, pipeline.snapshot(), [], numbers, writer.claims)
    put_positions(batch, outcome, numbers, FENCES, packs=False)
    return batch


def offset(lines: int, **changes: Any) -> Offset:
    """So far a log was taken."""
    words: dict[str, Any] = {
        "source": ROOF, "head_length": 64, "head_digest": b"digest", "byte_offset": 50 * lines,
        "lines": lines, "input_format": "nmea", "decoder": "{}", "finished": False, **changes,
    }  # fmt: skip
    return Offset(**words)


def visit() -> list[Fix]:
    """She comes from the west into the harbour, a fix a minute, lies for two hours, and leaves."""
    way_in = [fix_at(minute, -4800 + 160 * minute) for minute in range(31)]
    there = [fix_at(minute, 0, 0, sog_kn=0.0) for minute in range(31, 151)]
    way_out = [fix_at(minute, -160 * (minute - 150)) for minute in range(151, 190)]
    return [*way_in, *there, *way_out]


async def rows(connection: asyncpg.Connection, table: str) -> list[str]:
    """All rows of a table as text, sorted; without what is another at each writing."""
    own = ("id", "updated_at") if table == "waiting_report" else ("updated_at",)
    found = await connection.fetch(f"SELECT (to_jsonb(t) - $1::text[])::text FROM {table} t", own)  # noqa: S608
    return sorted(row[0] for row in found)


async def held(connection: asyncpg.Connection) -> dict[str, list[str]]:
    """All that batches were written to."""
    return {table: await rows(connection, table) for table in WRITTEN}
