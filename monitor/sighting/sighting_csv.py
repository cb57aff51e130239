"""Sightings as CSV: a heading, a sighting a row. What is written is read as it was.

A file is taken whole or not at all: each row that cannot be is named by its line, with the reason.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.alert.entry_csv import MOST_BYTES, Fault, bare, guarded, heading_fault, rows_of
from monitor.box import Box
from monitor.sighting.sighting import WORDS, Sighting, sighting_of
from monitor.units import to_iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A file that was read: its sightings are good only if it has no faults."""

    sightings: tuple[Sighting, ...]
    faults: tuple[Fault, ...]


def read(data: bytes, *, recorded_at: int, added_by: str) -> Read:
    """Read a file; ``added_by`` is who adds them where a row does not say it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _nothing(line, "This is no UTF-8: save the file as CSV UTF-8.")
    if len(data) > MOST_BYTES or "\0" in text:
        return _nothing(1, f"These are no sightings: write CSV of {MOST_BYTES >> 20} MB at most.")
    faults: list[Fault] = []
    rows = rows_of(text, faults)
    line, heading = next(rows, (1, []))
    names = [cell.strip().lower() for cell in heading]
    reason = heading_fault(names, WORDS)
    if reason and not faults:
        return _nothing(line, reason)
    found: list[Sighting] = []
    for line, cells in rows:
        if len(cells) > len(names):
            words = f"The row has {len(cells)} cells for {len(names)} columns: put quotes around"
            faults.append(Fault(line, f"{words} texts that hold the separator."))
            continue
        said = dict(zip(names, map(bare, cells), strict=False))
        sighting, wrong = sighting_of(said, recorded_at=recorded_at, added_by=added_by)
        faults += [Fault(line, reason) for reason in wrong]
        if sighting is not None:
            found.append(sighting)
    return Read(sightings=tuple(found), faults=tuple(faults))


def _nothing(line: int, reason: str) -> Read:
    return Read(sightings=(), faults=(Fault(line, reason),))


def written(sightings: Iterable[Sighting]) -> str:
    """A file with these sightings, as ``read`` takes it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(WORDS)
    for sighting in sightings:
        writer.writerow([guarded(cell(sighting, name)) for name in WORDS])
    return text.getvalue()


def cell(sighting: Sighting, name: str) -> str:
    """One of its words as a person writes it."""
    value = getattr(sighting, name)
    if value is None:
        return ""
    if isinstance(value, Box):
        return ",".join(f"{edge:g}" for edge in value)
    return to_iso(value) if name in {"since", "until"} else str(value)
