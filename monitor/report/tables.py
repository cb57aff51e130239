"""Tables for people: what an officer reads in a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from monitor.model import EventKind
from monitor.store.findings import Record
from monitor.units import NAUTICAL_MILE_M

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
    """Best time of an interval, or the bounds that are known."""
    if record["at"] is not None:
        return short(record["at"])
    earliest, latest = short(record["earliest"]), short(record["latest"])
    if record["earliest"] is None:
        return "not known" if record["latest"] is None else f"before {latest}"
    if record["latest"] is None:
        return f"after {earliest}"
    return f"{earliest} to {latest[11:] if latest[:10] == earliest[:10] else latest}"


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
            _stands(record) if departed is None else when(departed),
            _GRADES[record["confidence"]],
            stages,
        )  # fmt: skip
    return table


def voyages_table(records: list[Record]) -> Table:
    """Voyages, oldest first."""
    table = Table(title="Voyages (UTC)", title_justify="left", title_style="bold")
    headings = ("MMSI", "vessel", "from", "departed", "to", "arrived", "sailed", "not heard",
                "bound for", "draught")  # fmt: skip
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for record in records:
        doubt = "contradiction: no ship is so fast" if record["contradiction"] else None
        table.add_row(
            f"{record['mmsi']:09d}", vessel(record), record["from"],
            doubt or when(record["departed"]), record["to"] or "", _arrival(record),
            _miles(record["sailed_least_m"]), _hours(record["unheard_s"]),
            record["destination"] or "",
            " to ".join(
                "?" if record[name] is None else f"{record[name]:g} m"
                for name in ("draught_before_m", "draught_after_m")
            ),
        )  # fmt: skip
    return table


_CAME = {
    "refused": "refused: the track went on",
    "second_ship": "a second ship, track {track}",
    "leapt": "the number leapt there, track {track}",
}


def odd_table(records: list[Record]) -> Table:
    """Positions that no ship could have reached, and what came of them, oldest first."""
    table = Table(title="Impossible positions (UTC)", title_justify="left", title_style="bold")
    for heading in ("MMSI", "from", "until", "fixes", "place", "from her track", "came of it"):
        table.add_column(heading, overflow="fold")
    for record in records:
        table.add_row(
            f"{record['mmsi']:09d}", short(record["first_at"]), short(record["last_at"]),
            str(record["fixes"]), f"{record['lat']:.3f}, {record['lon']:.3f}",
            f"{record['away_m'] / NAUTICAL_MILE_M:,.0f} NM",
            _CAME[record["became"]].format(track=record["track"]),
        )  # fmt: skip
    return table


def _arrival(record: Record) -> str:
    if record["to"] is None:
        return "not yet"
    return "not known" if record["contradiction"] else when(record["arrived"])


def _miles(metres: float | None) -> str:
    return "" if metres is None else f"{metres / NAUTICAL_MILE_M:.0f} NM at least"


def _hours(seconds: int | None) -> str:
    return "" if not seconds else f"{seconds / 3600:.0f} h"


def _stands(record: Record) -> str:
    """What is known of a ship that was not seen to depart."""
    if record["state"] != "dark":
        return str(record["state"])
    dark = [s for s in record["stages"] if s["kind"] == EventKind.WENT_DARK_INSIDE]
    return f"dark since {short(dark[-1]['earliest'])}"


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
