"""Tables for people: what an officer reads in a terminal."""

from __future__ import annotations

from typing import Any

from monitor.model import EventKind
from monitor.report.columns import Column, Sheet
from monitor.store.findings import Record
from monitor.units import NAUTICAL_MILE_M
from monitor.words import position

LONGEST_ROW = 6

_GRADES = {1: "1 unbounded", 2: "2 wide", 3: "3 good", 4: "4 best"}


def short(when: str | None) -> str:
    """A time to the minute, UTC; "?" where it is not known."""
    return "?" if when is None else when[:16].replace("T", " ")


def second(when: str | None) -> str:
    """A time to the second, UTC; "?" where it is not known."""
    return "?" if when is None else when[:19].replace("T", " ")


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


def tenths(value: float | None) -> str:
    """A speed or a course with its one decimal; blank where it is not available."""
    return "" if value is None else f"{value:.1f}"


def flag(record: Record) -> str:
    """Whose flag her number bears; blank where that is not known."""
    return record["flag_text"] or ""


def vessel_columns() -> tuple[Column, ...]:
    """Who a record is about: her number, her name, and her flag where there is room."""
    return (
        Column(heading="MMSI", cell=numbers),
        Column(heading="vessel", cell=vessel, folds=20),
        Column(heading="flag", cell=flag, folds=10, rank=9),
    )


def events_table(records: list[Record]) -> Sheet:
    """Events, oldest first. Where one does not hold, that is never left out."""
    doubtful = any(_unless_final(record) for record in records)
    columns = (
        Column(heading="time (UTC)", cell=when),
        Column(heading="known", cell=spread, rank=3),
        *vessel_columns(),
        Column(heading="event", cell=lambda r: r["kind"]),
        Column(heading="port", cell=place, folds=8),
        Column(heading="geofence", cell=_fence, folds=16, rank=1),
        Column(heading="state", cell=_unless_final, rank=0 if doubtful else 2),
    )
    return Sheet(title="Events", columns=columns, records=records)


def changes_table(records: list[Record]) -> Sheet:
    """What changes when ships are taken again."""
    columns = (
        Column(heading="change", cell=lambda r: r["change"]),
        Column(heading="time (UTC)", cell=when),
        Column(heading="it was", cell=lambda r: when(r["was"]) if r["was"] else "", rank=2),
        *vessel_columns(),
        Column(heading="what", cell=lambda r: r["kind"]),
        Column(heading="port", cell=place, folds=8),
        Column(heading="state", cell=_unless_final, rank=3),
    )
    return Sheet(title="Changes", columns=columns, records=records)


def _fence(record: Record) -> str:
    return (record["geofence"] or "").removeprefix(f"{record['port']}-")


def _unless_final(record: Record) -> str:
    return "" if record["state"] == "confirmed" else str(record["state"])


def calls_table(records: list[Record]) -> Sheet:
    """Port calls, oldest first."""
    columns = (
        *vessel_columns(),
        Column(heading="port", cell=lambda r: r["port"], folds=8),
        Column(heading="arrived", cell=lambda r: when(r["arrived"])),
        Column(heading="departed", cell=_departure),
        Column(heading="confidence", cell=lambda r: _GRADES[r["confidence"]], rank=1),
        Column(heading="stages", cell=_stages, folds=28, rank=2),
    )
    return Sheet(title="Port calls (UTC)", columns=columns, records=records)


def voyages_table(records: list[Record]) -> Sheet:
    """Voyages, oldest first."""
    columns = (
        *vessel_columns(),
        Column(heading="from", cell=lambda r: r["from"], folds=8),
        Column(heading="departed", cell=_began),
        Column(heading="to", cell=lambda r: r["to"] or "", folds=8),
        Column(heading="arrived", cell=_arrival),
        Column(heading="sailed", cell=lambda r: _miles(r["sailed_least_m"]), rank=2, right=True),
        Column(heading="not heard", cell=lambda r: _hours(r["unheard_s"]), rank=1, right=True),
        Column(heading="bound for", cell=lambda r: r["destination"] or "", folds=12, rank=3),
        Column(heading="draught", cell=_draughts, rank=4),
    )
    return Sheet(title="Voyages (UTC)", columns=columns, records=records)


def vessels_table(records: list[Record]) -> Sheet:
    """Vessels, who they are and where they were last heard, by MMSI."""
    columns = (
        Column(heading="MMSI", cell=numbers),
        Column(heading="vessel", cell=lambda r: r["name"] or "(no name yet)", folds=20),
        Column(heading="flag", cell=flag, folds=9, rank=2),
        Column(heading="type", cell=lambda r: r["ship_type_text"] or "", folds=9, rank=3),
        Column(heading="last heard (UTC)", cell=lambda r: short(r["at"])),
        Column(heading="place", cell=lambda r: position(r["lon"], r["lat"])),
        Column(heading="kn", cell=lambda r: tenths(r["sog_kn"]), rank=4, right=True),
        Column(heading="course", cell=lambda r: tenths(r["cog_deg"]), rank=5, right=True),
        Column(heading="status", cell=lambda r: r["status_text"] or "", folds=12, rank=1),
        Column(heading="IMO", cell=lambda r: cell(r["imo"]), rank=6),
        Column(heading="call sign", cell=lambda r: r["callsign"] or "", rank=7),
    )
    return Sheet(title="Vessels", columns=columns, records=records)


def history_table(title: str, records: list[Record]) -> Sheet:
    """Positions of one vessel, oldest first, to the second."""
    columns = (
        Column(heading="time (UTC)", cell=lambda r: second(r["at"])),
        Column(heading="place", cell=lambda r: position(r["lon"], r["lat"])),
        Column(heading="kn", cell=lambda r: tenths(r["sog_kn"]), right=True),
        Column(heading="course", cell=lambda r: tenths(r["cog_deg"]), right=True),
        Column(heading="heading", cell=lambda r: cell(r["heading_deg"]), rank=3, right=True),
        Column(heading="status", cell=lambda r: r["status_text"] or "", folds=12, rank=2),
        Column(heading="track", cell=lambda r: cell(r["track"] or None), rank=1),
        Column(heading="type", cell=lambda r: cell(r["type"]), rank=6, right=True),
        Column(heading="source", cell=lambda r: r["source"] or "", folds=12, rank=4),
        Column(heading="line", cell=lambda r: cell(r["line"]), rank=5, right=True),
        Column(heading="received (UTC)", cell=lambda r: second(r["received_at"]), rank=7),
    )
    return Sheet(title=title, columns=columns, records=records)


_CAME = {
    "refused": "refused: the track went on",
    "second_ship": "a second ship, track {track}",
    "leapt": "the number leapt there, track {track}",
}


def odd_table(records: list[Record]) -> Sheet:
    """Positions that no ship could have reached, and what came of them, oldest first."""
    columns = (
        Column(heading="MMSI", cell=numbers),
        Column(heading="from", cell=lambda r: short(r["first_at"])),
        Column(heading="until", cell=lambda r: short(r["last_at"]), rank=1),
        Column(heading="fixes", cell=lambda r: cell(r["fixes"]), rank=2, right=True),
        Column(heading="place", cell=lambda r: position(r["lon"], r["lat"])),
        Column(heading="from her track", cell=_away, right=True),
        Column(heading="came of it", cell=_came, folds=25),
    )
    return Sheet(title="Impossible positions (UTC)", columns=columns, records=records)


def _away(record: Record) -> str:
    return f"{record['away_m'] / NAUTICAL_MILE_M:,.0f} NM"


def _came(record: Record) -> str:
    return _CAME[record["became"]].format(track=record["track"])


def _began(record: Record) -> str:
    return "no ship is so fast" if record["contradiction"] else when(record["departed"])


def _arrival(record: Record) -> str:
    if record["to"] is None:
        return "not yet"
    return "not known" if record["contradiction"] else when(record["arrived"])


def _miles(metres: float | None) -> str:
    return "" if metres is None else f"≥ {metres / NAUTICAL_MILE_M:.0f} NM"


def _hours(seconds: int | None) -> str:
    return "" if not seconds else f"{seconds / 3600:.0f} h"


def _draughts(record: Record) -> str:
    """Before and after, m; blank where neither is known."""
    known = [record[name] for name in ("draught_before_m", "draught_after_m")]
    if known == [None, None]:
        return ""
    return " to ".join("?" if value is None else f"{value:g} m" for value in known)


def _departure(record: Record) -> str:
    """When she departed, or what is known of a ship that was not seen to."""
    if record["departed"] is not None:
        return when(record["departed"])
    if record["state"] != "dark":
        return str(record["state"])
    dark = [s for s in record["stages"] if s["kind"] == EventKind.WENT_DARK_INSIDE]
    return f"dark since {short(dark[-1]['earliest'])}"


def _stages(record: Record) -> str:
    """Stages in a row; the middle of a long row (a tug's day) is only counted."""
    stages = [stage["kind"] for stage in record["stages"]]
    if len(stages) > LONGEST_ROW:
        middle = len(stages) - LONGEST_ROW + 1
        stages = [*stages[: LONGEST_ROW - 2], f"… {middle} more …", stages[-1]]
    return ", ".join(stages)


def plain_table(title: str, records: list[Record]) -> Sheet:
    """Any records, a column a member; the last ones say least."""

    def column(rank: int, name: str) -> Column:
        texts = any(isinstance(record[name], str) for record in records)
        return Column(
            heading=name.replace("_", " "), cell=lambda record: cell(record[name]),
            folds=16 if texts else 0, rank=rank, right=not texts,
        )  # fmt: skip

    names = list(records[0]) if records else []
    columns = tuple(column(rank, name) for rank, name in enumerate(names))
    return Sheet(title=title, columns=columns, records=records)


def cell(value: Any) -> str:
    """A value in a table."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.5g}" if abs(value) < 1 else f"{value:.5f}".rstrip("0").rstrip(".")
    return str(value)
