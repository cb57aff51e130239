"""``monitor backfill``."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from monitor.cli.options import (
    DateOrder,
    Geofences,
    InputForm,
    Lateness,
    MmsiOfTable,
    Start,
    Timezone,
    lateness_of,
    mmsi_of_table,
    open_many,
    start_us,
    zone_of,
)
from monitor.cli.replay import INTERRUPTED, report
from monitor.cli.stored import ready_url
from monitor.errors import BusyError, InputError, UsageError
from monitor.settings import read_settings

if TYPE_CHECKING:
    from monitor.engine.geofence import FenceSet
    from monitor.feed.logfile import LogFile
    from monitor.service.backfill import Backfill
    from monitor.service.crew import Crew
    from monitor.service.pieces import Decoded
    from monitor.service.totals import Totals

SPILLS = "backfill"
"""Folder within ``home``."""


def backfill(  # noqa: PLR0913 - its options
    *files: Annotated[str, Parameter(help="Logs, also packed or in a zip or tar.")],
    workers: Annotated[
        int | None, Parameter(help="Processes that decode; without it, one a core.")
    ] = None,
    dask: Annotated[
        str | None, Parameter(help="Dask scheduler whose workers decode: tcp://host:8786.")
    ] = None,
    spill: Annotated[
        Path | None, Parameter(help="Folder for what is decoded, until it is stored.")
    ] = None,
    input_format: InputForm = None,
    geofences: Geofences = None,
    start: Start = None,
    date_order: DateOrder = None,
    timezone: Timezone = None,
    mmsi: MmsiOfTable = None,
    lateness: Lateness = None,
) -> None:
    """Take the history that logs hold, decoded by many processes, as one log sorted by time.

    The result is that of one replay of the same lines sorted by time. The same command goes on
    where it was stopped or killed.
    """
    if not files:
        message = "Name at least one log."
        raise UsageError(message)
    if workers is not None and dask is not None:
        message = "Decode with --workers on this machine or with --dask on others, not both."
        raise UsageError(message)
    if workers is not None and workers < 1:
        message = "--workers must be at least 1."
        raise UsageError(message)
    from monitor.clock import now_us
    from monitor.decode.decoder import Told
    from monitor.decode.forms import form_of
    from monitor.gatefile import load_watched
    from monitor.service.alerting import desk_of
    from monitor.service.backfill import Backfill
    from monitor.service.logs import logs_of
    from monitor.service.replay import ReplayOptions
    from monitor.units import DAY_US

    if input_format is not None:
        form_of(input_format)
    settings = read_settings()
    fences = load_watched(geofences or settings.geofences)
    waits_us = lateness_of(lateness, settings.lateness_s)
    run = Backfill(
        options=ReplayOptions(
            input_format=input_format,
            start_at=start_us(start),
            told=Told(
                until=now_us() + DAY_US,
                zone=zone_of(timezone),
                date_order=date_order,
                mmsi=mmsi_of_table(mmsi),
            ),
        ),
        desk=desk_of(settings, fences),
        make_crew=lambda: _crew(workers, dask),
        root=spill or settings.home / SPILLS,
    )
    open_many()
    logs, notes = logs_of(files, form=input_format)
    run.totals.notes += notes
    with ExitStack() as stack:
        for log in logs:
            stack.callback(log.close)
        run.prepare(logs)  # a bad log is told before a database is started
        lateness_us = run.lateness(logs) if waits_us is None else waits_us
        url = ready_url(settings)
        with _progress(run, logs):
            totals = asyncio.run(_go(run, logs, url, fences, lateness_us))
    report(totals, [], "table", dry_run=False, wide=False)
    if totals.damaged:
        raise InputError(" ".join(totals.damaged))
    if totals.stopped:
        sys.exit(INTERRUPTED)


def _crew(workers: int | None, dask: str | None) -> Crew[Decoded]:
    from monitor.service.crew import DaskCluster, Processes
    from monitor.service.pieces import decode_piece

    if dask is not None:
        return DaskCluster(dask, decode_piece)
    return Processes(workers or os.cpu_count() or 1, decode_piece)


async def _go(
    run: Backfill, logs: list[LogFile], url: str, fences: FenceSet, lateness_us: int
) -> Totals:
    from monitor.service.runner import Runner
    from monitor.store.database import connected

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, run.stop.set)
    async with connected(url) as connection:
        try:
            runner = await Runner.open(
                fences, connection, lateness_us=lateness_us, relaxed=True, desk=run.desk
            )
        except BusyError as error:
            return await run.hand_over(logs, fences, connection, error.process)
        totals = await run.run(logs, runner)
        await run.settle(fences, connection)
        return totals


def _progress(run: Backfill, logs: list[LogFile]) -> AbstractContextManager[Any]:
    """Bars with rate and remaining time, where standard error is a terminal."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[lines]:,} lines"),
        TextColumn("{task.fields[rate]:,.0f}/s"), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    sizes = [log.size for log in logs]
    size = None if None in sizes else sum(size or 0 for size in sizes)
    decode = progress.add_task("decode", total=size, lines=0, rate=0.0)
    detect = progress.add_task("detect", total=None, lines=0, rate=0.0, start=False)

    def tell(bar: Any, done: int, lines: int) -> None:
        elapsed = progress.tasks[bar].elapsed
        progress.update(bar, completed=done, lines=lines, rate=lines / elapsed if elapsed else 0.0)

    def begin(lines: int) -> None:
        progress.update(decode, completed=size or 0, total=size or 0)
        progress.update(detect, total=lines)
        progress.start_task(detect)

    run.on_decoded = lambda _, lines: tell(decode, sum(log.read for log in logs), lines)
    run.on_merge = begin
    run.on_progress = lambda totals, _: tell(detect, totals.lines, totals.lines)
    return progress
