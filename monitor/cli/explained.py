"""``monitor replay --explain``: what a log is, and what of it is refused."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.feed.logfile import LogFile
    from monitor.service.explain import Explained
    from monitor.service.logs import LogOptions


def explained(logs: list[LogFile], options: LogOptions, form: str, notes: list[str]) -> None:
    """Print it for each log, as words or JSON."""
    from monitor.report.formats import json_text
    from monitor.service.explain import explain
    from monitor.words import plain

    for log in logs:
        found = explain(log, options)
        if form == "table":
            sys.stdout.writelines(f"{plain(line)}\n" for line in _lines(found))
        else:
            sys.stdout.write(f"{json_text(found.record())}\n")
    if form == "table":
        sys.stdout.writelines(f"{plain(note)}\n" for note in notes)


def _lines(found: Explained) -> list[str]:
    record = found.record()
    lines = [f"{found.log}: form {found.form}, dated by {found.dated_by}."]
    if found.columns:
        lines.append("  columns    " + ", ".join(f"{k} {v}" for k, v in found.columns.items()))
    lines.append(
        f"  contents   {found.lines:,} lines, {found.reports:,} reports,"
        f" {found.positions:,} positions"
    )
    if record["first_at"] is not None:
        lines.append(f"  times      {record['first_at']} to {record['last_at']}")
        lines.append(f"  late       {record['late_s']:,.0f} s at most")
    for reason, count in sorted(found.refusals.items()):
        where = record["first_refused"].get(reason)
        shown = "" if where is None else f", first on line {where['line']:,}: {where['text']}"
        lines.append(f"  refused    {reason} {count:,}{shown}")
    lines += [f"  note       {note}" for note in found.notes]
    if found.damage:
        lines.append(f"  damage     {found.damage}")
    return lines
