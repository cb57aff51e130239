"""What people enter: words by name, of one thing at a time or as rows of a CSV file.

A file is taken whole or not at all: each row that cannot be is named by its line, with the reason.
What is written is read as it was.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from monitor.errors import UsageError
from monitor.units import from_datetime
from monitor.words import FORMULAS, plain

MOST_BYTES = 8 * 2**20
"""Some fifty thousand rows: a larger file is none of these."""

SEPARATORS = (",", ";", "\t")
"""What spreadsheets put between cells, by their language."""

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""A time beyond these is a slip of the pen."""


class Fault(NamedTuple):
    """What is wrong in a file."""

    line: int  # from 1; where the row begins
    reason: str  # a sentence


# -- words -----------------------------------------------------------------------------------------


def text_of(value: str | None) -> str | None:
    """Without blanks around it, and one between words; None where nothing is left."""
    return None if value is None else re.sub(r"[ \t\r\n]+", " ", value).strip() or None


def instant_of(text: str) -> int:
    """An instant, us; ValueError where a text is none."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or not FIRST_YEAR <= value.year <= LAST_YEAR:
        message = f"{text!r} is no time: write 2024-12-13 or 2024-12-13T04:00Z"
        raise ValueError(message)
    return from_datetime(value if value.tzinfo is not None else value.replace(tzinfo=UTC))


def values_of(
    words: Mapping[str, str | None],
    read: Mapping[str, Callable[[str], object]],
    *,
    missing: Mapping[str, str],
    longest: Mapping[str, int],
) -> tuple[dict[str, object], list[str]]:
    """What words mean by what reads them, and what is wrong with any, each in a sentence.

    ``missing``: those that must be said, with what is asked for; ``longest``: letters that each may
    have.
    """
    faults: list[str] = []
    found: dict[str, object] = {}
    for name, of in read.items():
        text = words[name]
        try:
            found[name] = None if text is None else of(text)
        except (ValueError, UsageError) as error:
            faults.append(f"{name}: {plain(str(error)).rstrip('.')}.")
    faults += [f"{name} is missing: {ask}." for name, ask in missing.items() if not words[name]]
    for name, most in longest.items():
        text = words[name] or ""
        if len(text) > most:
            faults.append(f"{name} has {len(text)} letters: write {most} at most.")
        if not text.isprintable():
            faults.append(f"{name} holds a sign that cannot be printed: write it without.")
    return found, faults


# -- files -----------------------------------------------------------------------------------------


def rows_of(
    data: bytes, columns: Sequence[str], faults: list[Fault], *, none: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows that are not blank, each with the line it begins in; what is wrong goes to ``faults``.

    ``none`` says what it is not ("This is no watchlist") where it is too large or no text.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.append(Fault(line, "This is no UTF-8: save the file as CSV UTF-8."))
        return
    if len(data) > MOST_BYTES or "\0" in text:
        faults.append(Fault(1, f"{none}: write CSV of {MOST_BYTES // 2**20} MB at most."))
        return
    rows = _cells(text, faults)
    line, heading = next(rows, (1, []))
    names = [cell.strip().lower() for cell in heading]
    reason = _heading_fault(names, columns)
    if reason and not faults:
        faults.append(Fault(line, reason))
        return
    for line, cells in rows:
        if len(cells) > len(names):
            reason = f"The row has {len(cells)} cells for {len(names)} columns: put quotes around"
            faults.append(Fault(line, f"{reason} texts that hold the separator."))
            continue
        yield line, dict(zip(names, map(bare, cells), strict=False))


def _cells(text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank; none behind a fault of the form."""
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


def _heading_fault(names: list[str], columns: Sequence[str]) -> str | None:
    """What is wrong with a heading; None: nothing."""
    if not names:
        return f"The file is empty: begin with the heading {','.join(columns)}."
    unknown = [plain(name) for name in names if name not in columns]
    if unknown:
        return f"There is no column {unknown[0]!r}: the columns are {', '.join(columns)}."
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        return f"The column {twice[0]} stands there twice: keep one."
    return None


def file_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A file with these rows, as ``rows_of`` takes it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for cells in rows:
        writer.writerow([guarded(cell) for cell in cells])
    return text.getvalue()


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before it."""
    return f"'{text}" if _is_formula(text) else text


def bare(cell: str) -> str:
    """A cell without the apostrophe that ``guarded`` put there."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(text: str) -> bool:
    return text.lstrip("'").lstrip().startswith(FORMULAS)
