"""Hulls that were heard under two numbers, in reports: they count there as two ships."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.report.gathered import Gathered
from monitor.report.page import Points, Section, grid
from monitor.report.tables import short

COLUMNS = (
    ("IMO", 0.8), ("was", 2.0), ("until (UTC)", 1.4), ("then", 2.0), ("from", 1.4),
    ("apart", 0.8), ("what that is worth", 2.8),
)  # fmt: skip
COUNTED = (
    "In all figures of this report each number is a ship. An IMO number belongs to a hull for life,"
    " but anybody can type it."
)


def renumbered_section(found: Gathered) -> Section:
    """A row for each pair of numbers."""
    rows = [
        (
            str(row["imo"]), _title(row["name"], row["mmsi"]), short(row["last_at"]),
            _title(row["other_name"], row["other_mmsi"]), short(row["other_first_at"]),
            "" if row["apart_nm"] is None else f"{row['apart_nm']:,.0f} NM",
            f"{row['verdict']}: {row['words']}",
        )
        for row in found.hulls
    ]  # fmt: skip
    table = grid(COLUMNS, rows, empty="No IMO number was said under two MMSIs.")
    return Section(
        title="One IMO number, two MMSIs",
        blocks=(table, Points(items=(COUNTED,))) if rows else (table,),
    )


def maybe_moved(
    found: Gathered, here: Iterable[int], there: Iterable[int], ports: tuple[str, str]
) -> list[str]:
    """Hulls that may have gone from a port to another and changed their number on the way."""
    left, came = set(here), set(there)
    return [
        f"Maybe the same hull: {_title(row['name'], row['mmsi'])} at {ports[0]}, and"
        f" {_title(row['other_name'], row['other_mmsi'])} at {ports[1]}, both with IMO"
        f" {row['imo']}."
        for row in found.hulls
        if row["mmsi"] in left and row["other_mmsi"] in came and row["verdict"] != "contradiction"
    ]


def _title(name: str | None, mmsi: int) -> str:
    return f"{name} ({mmsi:09d})" if name else f"{mmsi:09d}"
