"""Areas of interference in reports: where positions were false, how long, and of which ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.report.gathered import Gathered
from monitor.report.page import Block, Prose, Section, grid
from monitor.report.wording import minute, somewhere
from monitor.units import from_datetime

MOST_ROWS = 100
COLUMNS = (
    ("from (UTC)", 1.5), ("until", 1.5), ("where", 1.7), ("ships", 0.7),
    ("what they did", 2.6), ("of the ships of this report", 3.0),
)  # fmt: skip
MEANT = (
    "What ships say of where they are is in doubt there meanwhile, and events that rest on it say"
    " so. Who makes it, and from where, is not known."
)


def interference_section(found: Gathered) -> Section:
    """Areas that lasted in the time, wherever they were."""
    names = {vessel.mmsi: vessel.name or f"{vessel.mmsi:09d}" for vessel in found.vessels}
    rows = [_row(row, names) for row in found.disturbed[:MOST_ROWS]]
    blocks: list[Block] = [grid(COLUMNS, rows, empty="None was told of in this time.")]
    if len(found.disturbed) > MOST_ROWS:
        blocks.append(Prose(text=f"And {len(found.disturbed) - MOST_ROWS} more."))
    if rows:
        blocks.append(Prose(text=MEANT))
    return Section(title="Interference with positions", blocks=tuple(blocks))


def _row(row: Mapping[str, Any], names: Mapping[int, str]) -> tuple[str, ...]:
    over = row["over"]
    hers = [names[mmsi] for mmsi in row["members"] if mmsi in names]
    return (
        minute(from_datetime(row["begun"])),
        "still there" if over is None else minute(from_datetime(over)),
        somewhere(row["lon"], row["lat"]),
        f"{'> ' if row['more'] else ''}{row['ships']}",
        _deed(row),
        ", ".join(hers),
    )


def _deed(row: Mapping[str, Any]) -> str:
    """What the ships did."""
    leapt = "leapt to it" if row["kind"] == "leapt to" else "leapt away from it"
    froze = row["froze"] or 0
    if not froze:
        return leapt
    if froze >= row["ships"]:
        return "stood still, to the last digit"
    return f"{leapt}; {froze} stood still"
