"""Watchlists as CSV: a heading, an entry a row. What is written is read as it was.

A file is taken whole or not at all: each row that cannot be is named by its line, with the reason.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.alert.entry import WORDS, Entry, entry_of
from monitor.units import to_iso
from monitor.words import FORMULAS, plain

MOST_BYTES = 8 * 2**20
"""Some fifty thousand entries: a larger file is none of these."""

SEPARATORS = (",", ";", "\t")
"""What spreadsheets put between cells, by their language."""


class Fault(NamedTuple):
    """What is wrong in a file."""

    line: int  # from 1; where the row begins
    reason: str  # a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A file that was read: its entries are good only if it has no faults."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


def read(data: bytes, *, recorded_at: int, added_by: str, list_: str | None = None) -> Read:
    """Read a file. ``list_`` is where rows go that name no list, ``added_by`` who adds them."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _nothing(line, "This is no UTF-8: save the file as CSV UTF-8.")
    if len(data) > MOST_BYTES or "\0" in text:
        return _nothing(1, f"This is no watchlist: write CSV of {MOST_BYTES // 2**20} MB at most.")
    return _read(text, recorded_at, added_by, list_)


def _nothing(line: int, reason: str) -> Read:
    return Read(entries=(), faults=(Fault(line, reason),))


def _read(text: str, recorded_at: int, added_by: str, list_: str | None) -> Read:
    entries: list[Entry] = []
    faults: list[Fault] = []
    rows = rows_of(text, faults)
    line, heading = next(rows, (1, []))
    names = [cell.strip().lower() for cell in heading]
    reason = heading_fault(names, WORDS)
    if reason and not faults:
        return _nothing(line, reason)
    first: dict[tuple[str, str], int] = {}
    for line, cells in rows:
        if len(cells) > len(names):
            reason = f"The row has {len(cells)} cells for {len(names)} columns: put quotes around"
            faults.append(Fault(line, f"{reason} texts that hold the separator."))
            continue
        said = dict(zip(names, map(bare, cells), strict=False))
        if not (said.get("list") or "").strip():
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


def rows_of(text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line it begins in; none behind a fault of the form."""
    begin = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=begin.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            faults.append(Fault(line, f"This is no CSV, {error}: save the file as CSV UTF-8."))
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def heading_fault(names: list[str], words: Sequence[str]) -> str | None:
    """What is wrong with a heading; None: nothing."""
    if not names:
        return f"The file is empty: begin with the heading {','.join(words)}."
    unknown = [plain(name) for name in names if name not in words]
    if unknown:
        return f"There is no column {unknown[0]!r}: the columns are {', '.join(words)}."
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        return f"The column {twice[0]} stands there twice: keep one."
    return None


def written(entries: Iterable[Entry]) -> str:
    """A file with these entries, as ``read`` takes it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(WORDS)
    for entry in entries:
        writer.writerow([guarded(_cell(entry, name)) for name in WORDS])
    return text.getvalue()


def _cell(entry: Entry, name: str) -> str:
    value = getattr(entry, name)
    if value is None:
        return ""
    return to_iso(value) if name.startswith("valid_") else str(value)


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before it."""
    return f"'{text}" if _is_formula(text) else text


def bare(cell: str) -> str:
    """A cell without the apostrophe that ``guarded`` put there."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(text: str) -> bool:
    return text.lstrip("'").lstrip().startswith(FORMULAS)
