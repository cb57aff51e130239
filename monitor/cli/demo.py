"""``monitor demo``."""

from __future__ import annotations

import asyncio
import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from monitor.errors import UsageError
from monitor.settings import read_settings

DATABASE = "monitor_demo"
LOG = "voyage.nmea.gz"
NEXT = """
To see ships move and alerts come, in a browser:

    .venv/bin/monitor demo --live

and open http://127.0.0.1:8080/console.
"""


def demo(
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"], help="Picture to write.")] = Path(
        "demo.png"
    ),
    live: Annotated[
        bool, Parameter(help="Play an invented December into a watch with a console, instead.")
    ] = False,
    speed: Annotated[float | None, Parameter(help="Of --live: times as fast as it was.")] = None,
    listen: Annotated[
        str | None, Parameter(help="Of --live: where to answer, host:port, on loopback.")
    ] = None,
) -> None:
    """Replay a voyage from Tartus to Tobruk into a database of its own, show it and draw it.

    The voyage is invented (`monitor simulate voyage`); the database is made anew each time. With
    `--live` a December is played at speed to a watch, until Ctrl-C, to be looked at in a browser.
    """
    if live:
        from monitor.cli.demo_live import SPEED, demo_live

        demo_live(SPEED if speed is None else speed, listen)
        return
    if speed is not None or listen is not None:
        message = "--speed and --listen are of a demo that is --live: add that, or omit them."
        raise UsageError(message)
    draw_demo(output)


def draw_demo(output: Path) -> None:
    """The voyage, as tables and a picture."""
    from monitor.cli.stored import ensure_schema
    from monitor.feed.logfile import LogFile
    from monitor.gatefile import load_watched
    from monitor.report.columns import show
    from monitor.report.tables import calls_table, events_table
    from monitor.service.alerting import desk_of
    from monitor.service.replay import Replay
    from monitor.service.runner import Runner
    from monitor.service.totals import Totals
    from monitor.settings import bundled_geofences
    from monitor.store import reader
    from monitor.store.cluster import Cluster
    from monitor.store.database import connected
    from monitor.store.findings import call_record, event_record

    say = sys.stdout.write
    settings = read_settings()
    cluster = Cluster(home=settings.home)
    say(f"Starting the private PostGIS under {settings.home} …\n")
    cluster.start()
    cluster.drop_database(DATABASE)
    url = cluster.create_database(DATABASE)
    ensure_schema(url)
    fences = load_watched(bundled_geofences())
    log = LogFile(str(files("monitor") / "simulator" / LOG))

    async def go() -> tuple[
        Totals, list[Any], list[Any], dict[int, list[Any]], dict[int, str | None]
    ]:
        async with connected(url) as connection:
            desk = desk_of(settings, fences)
            runner = await Runner.open(fences, connection, relaxed=True, desk=desk)
            totals = await Replay().run([log], runner)
            calls = [call_record(call) async for call in reader.port_calls(connection)]
            events = [event_record(event) async for event in reader.events(connection)]
            seen = await reader.every(reader.vessels(connection))
            travelled = [call["mmsi"] for call in calls]
            order = sorted(seen, key=lambda row: (-travelled.count(row["mmsi"]), row["mmsi"]))
            tracks = {
                row["mmsi"]: await reader.every(reader.history(connection, row["mmsi"]))
                for row in order
            }
            return totals, calls, events, tracks, {row["mmsi"]: row["name"] for row in seen}

    totals, calls, events, tracks, names = asyncio.run(go())
    ship = next(iter(tracks))
    told = [event for event in events if event["mmsi"] == ship]
    show(events_table(told), empty="No events.")
    others = len(events) - len(told)
    say(f"That is one ship; {others} more events of the other {len(tracks) - 1} are stored.\n\n")
    show(calls_table(calls), empty="No port calls.")
    say(
        f"{totals.lines:,} lines of the invented voyage, {totals.fixes:,} fixes of"
        f" {totals.vessels} vessels, in {totals.seconds:.1f} s.\n"
    )
    from monitor.report.picture import draw_voyage

    draw_voyage(list(fences.ports), tracks, names, told, output)
    say(f"Picture: {output.resolve()}\n{NEXT}")
