"""The list of commands, and what happens to their errors."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from cyclopts import App

from monitor import __version__

COMMANDS = (
    ("serve", "monitor.cli.serve:serve", "Watch live feeds, for as long as it runs."),
    ("status", "monitor.cli.status:status", "Show how the running watch is doing."),
    ("feeds", "monitor.cli.feeds:app", "List the live feeds, and try one."),
    ("channels", "monitor.cli.channels:app", "List where alerts are told, and try it."),
    ("config", "monitor.cli.config:app", "Check and show the settings."),
    ("replay", "monitor.cli.replay:replay", "Replay recorded AIS logs: find port calls."),
    ("backfill", "monitor.cli.backfill:backfill", "Take much history: logs decoded side by side."),
    ("redetect", "monitor.cli.redetect:redetect", "Detect again on what is stored."),
    ("forms", "monitor.cli.forms:forms", "List the forms of logs, and the columns of tables."),
    ("events", "monitor.cli.events:events", "List what happened."),
    ("port-calls", "monitor.cli.port_calls:port_calls", "List arrivals and departures."),
    ("voyages", "monitor.cli.voyages:voyages", "List voyages from port to port."),
    ("ask", "monitor.cli.ask:app", "Ask who is in port, and what is known of a ship."),
    ("alerts", "monitor.cli.alerts:app", "See what was raised, why, and take care of it."),
    ("rules", "monitor.cli.rules:app", "List, check, try and switch the rules that raise alerts."),
    ("vessels", "monitor.cli.vessels:vessels", "List vessels and where they were last seen."),
    ("history", "monitor.cli.history:history", "Export the positions of one vessel."),
    ("report", "monitor.cli.report:app", "Write a report: a port, a vessel, a fleet that moved."),
    ("watchlist", "monitor.cli.watchlist:app", "Keep lists of ships to watch; see who is heard."),
    ("sighting", "monitor.cli.sighting:app", "Enter what was seen otherwise than by AIS."),
    ("users", "monitor.cli.users:app", "Let people in, and keep them out."),
    ("tokens", "monitor.cli.tokens:app", "Let programs in, and keep them out."),
    ("areas", "monitor.cli.areas:app", "Draw areas of your own, and be told who enters them."),
    ("geofences", "monitor.cli.geofences:app", "Check, list and show geofence files."),
    ("simulate", "monitor.cli.simulate:simulate", "Make a log of an invented fleet."),
    ("database", "monitor.cli.database:app", "Start, stop and migrate the private PostGIS."),
    ("demo", "monitor.cli.demo:demo", "Replay a voyage from Tartus to Tobruk and draw it."),
    ("version", "monitor.cli.version:version", "Print the version."),
)
"""Name, where it is, and its line of help. A new subcommand is a file and a row."""

FIRST_PAGE: tuple[list[str], ...] = ([], ["--help"], ["-h"])
"""What asks for the list of commands."""

STANDARD_INPUT = "/dev/stdin"
"""What a lone "-" stands for; the parser would take it for an option."""

app = App(
    name="monitor",
    help="Port departures and arrivals from public AIS, with evidence.",
    version=__version__,
    version_flags=["--version"],
    help_format="plaintext",
)
for _name, _where, _help in COMMANDS:
    app.command(_where, name=_name, help=_help)


def first_page() -> str:
    """What ``monitor --help`` says: the commands in the order people come to need them.

    Written without the library that draws the other pages: loading that takes as long again as
    everything else here, and this page is asked for most.
    """
    rows = [(name, line) for name, _, line in COMMANDS]
    rows += [("--version", "Print the version."), ("--help, -h", "Print this page.")]
    lines = [f"  {name:<12}{line}" for name, line in rows]
    head = ["Usage: monitor COMMAND", "", str(app.help), "", *lines, ""]
    return "\n".join([*head, "More of each: monitor COMMAND --help"])


def main() -> None:
    """Run; every failure that a person can act on is one sentence and an exit code."""
    from monitor.errors import MonitorError
    from monitor.words import plain

    words = [STANDARD_INPUT if word == "-" else word for word in sys.argv[1:]]
    try:
        if words in FIRST_PAGE:
            print(first_page(), flush=True)  # noqa: T201 - the face of the program
        else:
            app(words)
    except MonitorError as error:
        print(f"monitor: {plain(str(error))}", file=sys.stderr)  # noqa: T201 - the face of the program
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _let_go(sys.stdout)
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        if sys.stderr is not None:  # None: it was closed from the begin
            try:
                sys.stderr.flush()
            except OSError:
                _let_go(sys.stderr)


def _let_go(stream: TextIO) -> None:
    """Drop what a stream still holds whose reader is gone: else the exit code was 120."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
