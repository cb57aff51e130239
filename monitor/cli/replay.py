"""``monitor replay``."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import TYPE_CHECKING, Annotated, Any, TextIO

from cyclopts import Parameter

from monitor.cli.explained import explained
from monitor.cli.options import (
    DateOrder,
    Format,
    Geofences,
    InputForm,
    Lateness,
    MmsiOfTable,
    Start,
    Timezone,
    Wide,
    lateness_of,
    mmsi_of_table,
    open_many,
    start_us,
    zone_of,
)
from monitor.cli.printed import emit
from monitor.cli.stored import ready_url
from monitor.errors import BusyError, InputError, UsageError
from monitor.settings import read_settings

if TYPE_CHECKING:
    from monitor.engine.geofence import FenceSet
    from monitor.feed.logfile import LogFile
    from monitor.model import Event, PortCall
    from monitor.service.replay import Replay
    from monitor.service.totals import Totals

INTERRUPTED = 130


def replay(  # noqa: PLR0913 - its options
    *files: Annotated[
        str, Parameter(help="Logs, also packed or in a zip or tar; - is standard input.")
    ],
    dry_run: Annotated[
        bool, Parameter(negative=(), help="No database: print what is found.")
    ] = False,
    input_format: InputForm = None,
    geofences: Geofences = None,
    start: Start = None,
    date_order: DateOrder = None,
    timezone: Timezone = None,
    mmsi: MmsiOfTable = None,
    speed: Annotated[
        float | None, Parameter(help="Times real time; without it, full speed.")
    ] = None,
    lateness: Lateness = None,
    explain: Annotated[
        bool, Parameter(negative=(), help="Say what the logs are, and replay nothing.")
    ] = False,
    format_: Format = "table",
    wide: Wide = False,
) -> None:
    """Replay recorded AIS logs: positions, events and port calls go to PostGIS.

    The same command goes on where it was stopped. Several logs are taken in order of time; logs of
    the same time, and archives that are not sorted by time, are put in order on disk first.
    """
    if not files:
        message = "Name at least one log, or - for standard input."
        raise UsageError(message)
    if speed is not None and not 0 < speed < float("inf"):
        message = "--speed must be above 0, and a number."
        raise UsageError(message)
    from monitor.clock import now_us
    from monitor.decode.decoder import Told
    from monitor.decode.forms import form_of
    from monitor.gatefile import load_watched
    from monitor.service.alerting import desk_of
    from monitor.service.logs import logs_of
    from monitor.service.replay import Replay, ReplayOptions
    from monitor.units import DAY_US

    if input_format is not None:
        form_of(input_format)
    settings = read_settings()
    fences = load_watched(geofences or settings.geofences)
    waits_us = lateness_of(lateness, settings.lateness_s)
    run = Replay(
        ReplayOptions(
            input_format=input_format,
            start_at=start_us(start),
            speed=speed,
            told=Told(
                until=now_us() + DAY_US,
                zone=zone_of(timezone),
                date_order=date_order,
                mmsi=mmsi_of_table(mmsi),
            ),
        ),
        desk=None if dry_run else desk_of(settings, fences),
    )
    open_many()
    logs, notes = logs_of(files, form=input_format)
    run.totals.notes += notes
    with ExitStack() as stack:
        for log in logs:
            stack.callback(log.close)
        if explain:
            explained(logs, run.options, format_, notes)
            return
        run.prepare(logs)  # a bad log is told before a database is started
        lateness_us = run.lateness(logs) if waits_us is None else waits_us
        url = None if dry_run else ready_url(settings)
        found: list[Event | PortCall] = []
        if dry_run:
            run.on_findings = found.extend
        with _progress(run):
            totals = asyncio.run(_go(run, logs, url, fences, lateness_us))
    report(totals, found, format_, dry_run=dry_run, wide=wide)
    if totals.damaged:
        raise InputError(" ".join(totals.damaged))
    if totals.stopped:
        sys.exit(INTERRUPTED)


async def _go(
    run: Replay, logs: list[LogFile], url: str | None, fences: FenceSet, lateness_us: int
) -> Totals:
    from monitor.service.runner import Runner
    from monitor.store.database import connected

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, run.stop.set)
    async with nullcontext() if url is None else connected(url) as connection:
        try:
            runner = await Runner.open(
                fences, connection, lateness_us=lateness_us, relaxed=True, desk=run.desk
            )
        except BusyError as error:
            return await run.hand_over(logs, fences, connection, error.process)
        totals = await run.run(logs, runner)
        if connection is not None:
            await run.settle(fences, connection)
        return totals


def _progress(run: Replay) -> AbstractContextManager[Any]:
    """A bar with rate and remaining time, where standard error is a terminal."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[lines]:,} lines"),
        TextColumn("{task.fields[rate]:,.0f}/s"), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    bars: dict[str, Any] = {}

    def tell(totals: Totals, log: LogFile) -> None:
        if log.name not in bars:
            bars[log.name] = progress.add_task(log.name, total=log.size, lines=0, rate=0.0)
        task = progress.tasks[bars[log.name]]
        rate = totals.lines / task.elapsed if task.elapsed else 0.0
        progress.update(bars[log.name], completed=log.read, lines=totals.lines, rate=rate)

    run.on_progress = tell
    return progress


def report(
    totals: Totals, found: list[Event | PortCall], format_: str, *, dry_run: bool, wide: bool
) -> None:
    """Closing words: findings of a dry run, then the summary."""
    from monitor.model import Event, PortCall
    from monitor.report.formats import FORMATS, json_text
    from monitor.report.records import settle_calls, settle_events

    events = settle_events(item for item in found if isinstance(item, Event))
    calls = settle_calls(item for item in found if isinstance(item, PortCall))
    summary = {
        "lines": totals.lines,
        "reports": totals.reports,
        "fixes": totals.fixes,
        "refusals": dict(sorted(totals.refusals.items())),
        "vessels": totals.vessels,
        "events": dict(sorted(totals.events.items())),
        "seconds": round(totals.seconds, 3),
    }
    if format_ == "table":
        from monitor.report.tables import calls_table, events_table

        if dry_run:
            for records, sheet, what in (
                (events, events_table, "events"), (calls, calls_table, "port calls"),
            ):  # fmt: skip
                emit(records, "table", sheet, wide=wide, empty=f"No {what} at the ports watched.")
        _words(totals, sys.stdout)
        return
    if format_ == "json":
        sys.stdout.writelines(f"{json_text(event)}\n" for event in events)
        sys.stdout.write(f"{json_text(summary)}\n")
        return
    if dry_run:
        sys.stdout.write(FORMATS[format_](events))
    _words(totals, sys.stderr)


def _words(totals: Totals, out: TextIO) -> None:
    from monitor.words import plain

    rate = totals.lines / totals.seconds if totals.seconds else 0
    out.writelines(f"{plain(note)}\n" for note in totals.notes)
    out.writelines(
        f"{plain(name)}: nothing new, all of it was taken before.\n" for name in totals.skipped
    )
    out.writelines(f"{plain(name)}: went on where it stopped.\n" for name in totals.resumed)
    # of logs that are put in order the run that decodes them tells how many reports there are
    reports = f"{totals.reports:,} reports, " if totals.reports or not totals.fixes else ""
    out.write(
        f"{totals.lines:,} lines, {reports}{totals.fixes:,} fixes of"
        f" {totals.vessels:,} vessels, {sum(totals.events.values()):,} events"
        f" in {totals.seconds:.1f} s ({rate:,.0f} lines/s).\n"
    )
    if totals.refusals:
        told = ", ".join(f"{reason} {count:,}" for reason, count in totals.refusals.most_common())
        out.write(f"Refused: {told}.\n")
    if totals.revised.ships:
        out.write(f"{totals.revised.words}\n")
    if totals.refusals.get("late"):
        out.write("Late reports need a database to take part; see --lateness.\n")
    if totals.stopped:
        out.write("Stopped before the end: the same command goes on from here.\n")
