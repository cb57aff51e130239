"""Watchlists as CSV: a heading, an entry a row, as ``entered.py`` has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.alert.entry import WORDS, Entry, entry_of
from monitor.entered import Fault, file_of, rows_of
from monitor.units import to_iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A file that was read: its entries are good only if it has no faults."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


def read(data: bytes, *, recorded_at: int, added_by: str, list_: str | None = None) -> Read:
    """Read a file. ``list_`` is where rows go that name no list, ``added_by`` who adds them."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    first: dict[tuple[str, str], int] = {}
    for line, said in rows_of(data, WORDS, faults, none="This is no watchlist"):
        if not said.get("list", "").strip():
            said["list"] = list_ or ""
        entry, wrong = entry_of(said, recorded_at=recorded_at, added_by=added_by)
        faults += [Fault(line, reason) for reason in wrong]
        if entry is None:
            continue
        before = first.setdefault((entry.list, entry.who), line)
        if before != line:
            faults.append(
                Fault(line, f"{entry.title} stands on {entry.list} in line {before}: keep one.")
            )
        entries.append(entry)
    return Read(entries=tuple(entries), faults=tuple(faults))


def written(entries: Iterable[Entry]) -> str:
    """A file with these entries, as ``read`` takes it."""
    return file_of(WORDS, ([_cell(entry, name) for name in WORDS] for entry in entries))


def _cell(entry: Entry, name: str) -> str:
    value = getattr(entry, name)
    if value is None:
        return ""
    return to_iso(value) if name.startswith("valid_") else str(value)
