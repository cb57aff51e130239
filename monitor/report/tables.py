"""Tables for people: what an officer reads in a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from monitor.store.findings import Record

LONGEST_ROW = 6

_GRADES = {1: "1 unbounded", 2: "2 wide", 3: "3 good", 4: "4 best"}


def short(when: str | None) -> str:
    """A time to the minute, UTC; "?" where it is not known."""
    return "?" if when is None else when[:16].replace("T", " ")


def spread(record: Record) -> str:
    """How wide an interval is: "within 4 min", "within 3.5 h", "not bounded"."""
    from datetime import datetime  # noqa: PLC0415 - only for tables

    earliest, latest = record["earliest"], record["latest"]
    if earliest is None or latest is None:
        return "not bounded"
    seconds = (datetime.fromisoformat(latest) - datetime.fromisoformat(earliest)).total_seconds()
    if seconds < 60:
        return f"within {seconds:.0f} s"
    return f"within {seconds / 60:.0f} min" if seconds < 7200 else f"within {seconds / 3600:.1f} h"


def when(record: Record) -> str:
    """Best time of an interval, or the bound that is known."""
    if record["at"] is not None:
        return short(record["at"])
    if record["earliest"] is None and record["latest"] is not None:
        return f"before {short(record['latest'])}"
    if record["earliest"] is not None:
        return f"after {short(record['earliest'])}"
    return "not known"


def numbers(record: Record) -> str:
    """The MMSI, or both; blank where it is about no ship."""
    known = (record["mmsi"], record.get("other_mmsi"))
    return ", ".join(f"{mmsi:09d}" for mmsi in known if mmsi is not None)


def place(record: Record) -> str:
    """The port, the area or the feed that it is about; blank: none."""
    found: str = record["port"] or record.get("area") or record.get("feed") or ""
    return found


def vessel(record: Record) -> str:
    """Her name and track; blank where it is about no ship."""
    if record["mmsi"] is None:
        return ""
    name = record["name"] or "(no name yet)"
    track = f" #{record['track']}" if record.get("track") else ""
    return f"{name}{track}"


def events_table(records: list[Record]) -> Table:
    """Events, oldest first."""
    table = Table(title="Events", title_justify="left", title_style="bold")
    for heading in ("time (UTC)", "known", "MMSI", "vessel", "event", "port", "geofence", "state"):
        table.add_column(heading, overflow="fold")
    for record in records:
        fence = (record["geofence"] or "").removeprefix(f"{record['port']}-")
        state = "" if record["state"] == "confirmed" else record["state"]
        table.add_row(
            when(record), spread(record), numbers(record), vessel(record),
            record["kind"], place(record), fence, state,
        )  # fmt: skip
    return table


def calls_table(records: list[Record]) -> Table:
    """Port calls, oldest first."""
    table = Table(title="Port calls (UTC)", title_justify="left", title_style="bold")
    for heading in ("MMSI", "vessel", "port", "arrived", "departed", "confidence", "stages"):
        table.add_column(heading, overflow="fold")
    for record in records:
        departed = record["departed"]
        stages = _brief([stage["kind"] for stage in record["stages"]])
        table.add_row(
            f"{record['mmsi']:09d}", vessel(record), record["port"], when(record["arrived"]),
            "in port" if departed is None else when(departed), _GRADES[record["confidence"]],
            stages,
        )  # fmt: skip
    return table


def _brief(stages: list[str]) -> str:
    """Stages in a row; the middle of a long row (a tug's day) is only counted."""
    if len(stages) > LONGEST_ROW:
        middle = len(stages) - LONGEST_ROW + 1
        stages = [*stages[: LONGEST_ROW - 2], f"… {middle} more …", stages[-1]]
    return ", ".join(stages)


def plain_table(title: str, records: list[Record]) -> Table:
    """Any records, a column a member."""
    table = Table(title=title, title_justify="left", title_style="bold")
    names = list(records[0]) if records else []
    for name in names:
        table.add_column(name.replace("_", " "), overflow="fold")
    for record in records:
        table.add_row(*(cell(record[name]) for name in names))
    return table


def cell(value: Any) -> str:
    """A value in a table."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.5g}" if abs(value) < 1 else f"{value:.5f}".rstrip("0").rstrip(".")
    return str(value)


def show(table: Table, *, empty: str) -> None:
    """Print a table, or the sentence for an empty one; full width where output is no terminal."""
    width = None if Console().is_terminal else 200
    plain_console(width).print(table if table.row_count else empty)


def plain_console(width: int | None = None) -> Console:
    """Give a console that prints words as they are: a vessel's name may hold brackets, colons."""
    return Console(width=width, soft_wrap=False, markup=False, emoji=False, highlight=False)
