"""Sheets: what a table for people has to show, and how it is made to fit a terminal.

Where a sheet is too wide, two times in a cell stand below each other, and texts go on in the next
line as far as they can still be read. If that is not enough, columns that are blank in each row are
left out, then those that say least. A time or a number is never cut: rather a line is too long.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from monitor.store.findings import Record
from monitor.words import plain

WIDTH = 100
"""Columns of a line where no terminal says how many it has."""

NARROW = 8
"""Letters a line of a text still has where there is no room for more."""

GAP = 2
"""Blanks between two columns."""

BREAKS = (" to ", " since ", "; ")
"""Before these words (behind a semicolon) a cell that is not folded may go on in the next line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a sheet."""

    heading: str
    cell: Callable[[Record], str]
    folds: int = 0  # letters that a line of its texts should have; 0: times and numbers, never cut
    rank: int = 0  # the highest is left out first; 0: it always stays
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Records, and the columns that show them."""

    title: str
    columns: tuple[Column, ...]
    records: Sequence[Record]

    def rows(self) -> list[list[str]]:
        """All cells, clean of whatever could steer a terminal: ships and servers said them."""
        return [[plain(column.cell(record)) for column in self.columns] for record in self.records]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A sheet as it is printed."""

    table: Table
    width: int  # letters of its longest line
    left_out: tuple[str, ...]  # headings of columns that would have said something


def fitted(sheet: Sheet, width: int | None) -> Fitted:
    """Fit a sheet to a width, letters; None: all columns, and nothing folded."""
    rows, kept = sheet.rows(), list(range(len(sheet.columns)))
    natural = _widths(sheet, rows)
    if width is not None and _total(natural, kept) > width:
        rows = [[_broken(sheet.columns[i], cell) for i, cell in enumerate(row)] for row in rows]
        natural = _widths(sheet, rows)
        kept = _stay(sheet, rows, natural, width)
    widths = natural if width is None else _shared(sheet, natural, kept, width)
    table = Table(
        title=sheet.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
        show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0),
    )  # fmt: skip
    for index in kept:
        column = sheet.columns[index]
        table.add_column(
            column.heading, width=widths[index], no_wrap=not column.folds, overflow="fold",
            justify="right" if column.right else "left",
        )  # fmt: skip
    for row in rows:
        table.add_row(*(_folded(row[index], widths[index]) for index in kept))
    gone = [i for i in range(len(sheet.columns)) if i not in kept and any(row[i] for row in rows)]
    return Fitted(
        table=table,
        width=max(_total(widths, kept), cell_len(sheet.title)),
        left_out=tuple(sheet.columns[index].heading for index in gone),
    )


def _widths(sheet: Sheet, rows: list[list[str]]) -> list[int]:
    """Letters of the longest line in each column."""
    return [
        max(cell_len(line) for cell in (column.heading, *cells) for line in cell.split("\n"))
        for column, cells in zip(sheet.columns, _turned(rows, sheet), strict=True)
    ]


def _turned(rows: list[list[str]], sheet: Sheet) -> list[list[str]]:
    return [[row[index] for row in rows] for index in range(len(sheet.columns))]


def _total(widths: list[int], kept: list[int]) -> int:
    return sum(widths[index] for index in kept) + GAP * (len(kept) - 1)


def _broken(column: Column, cell: str) -> str:
    if column.folds:
        return cell
    for words in BREAKS:
        cell = cell.replace(words, f"{words.rstrip(' ')}\n" if ";" in words else f"\n{words[1:]}")
    return cell


def _least(column: Column, natural: int, most: int = WIDTH) -> int:
    """How narrow a column may become, if its texts may be folded at ``most``."""
    if not column.folds:
        return natural
    return min(natural, max(min(column.folds, most), len(column.heading)))


def _stay(sheet: Sheet, rows: list[list[str]], natural: list[int], width: int) -> list[int]:
    """Columns that stay, so that the others fit."""
    least = [_least(column, natural[i]) for i, column in enumerate(sheet.columns)]
    says = [any(cells) for cells in _turned(rows, sheet)]
    going = [i for i, column in enumerate(sheet.columns) if column.rank]
    going.sort(key=lambda index: (not says[index], sheet.columns[index].rank))
    kept = list(range(len(sheet.columns)))
    while going and _total(least, kept) > width:
        kept.remove(going.pop())
    return kept


def _shared(sheet: Sheet, natural: list[int], kept: list[int], width: int) -> list[int]:
    """Widths of the columns that stay: the longest texts are folded first."""
    widths = list(natural)
    for most in (WIDTH, NARROW):
        least = [_least(column, natural[i], most) for i, column in enumerate(sheet.columns)]
        while _total(widths, kept) > width:
            longest = max(kept, key=lambda index: widths[index] - least[index])
            if widths[longest] <= least[longest]:
                break
            widths[longest] -= 1
    return widths


def _folded(cell: str, width: int) -> str:
    """Lines of a cell, parted at blanks and hyphens where that can be."""
    if all(cell_len(line) <= width for line in cell.split("\n")):
        return cell
    return "\n".join(textwrap.wrap(cell, width))


def show(sheet: Sheet, *, empty: str, wide: bool | None = None) -> None:
    """Print a sheet and a blank line, or the sentence for an empty one.

    ``wide``: all columns and nothing folded; None: nor can the command be asked for that.
    """
    if not sheet.records:
        plain_console(WIDTH).print(empty, soft_wrap=True)
        return
    width = terminal_width()
    found = fitted(sheet, None if wide else width)
    plain_console(max(width, found.width)).print(found.table)
    if found.left_out and wide is not None:
        words = f"--wide shows also: {', '.join(found.left_out)}."
        plain_console().print(words, style="dim", soft_wrap=True)
    plain_console().print()


def folded(indent: int, words: str, width: int) -> list[str]:
    """A line in lines that are not longer; a sentence of AIS stays whole."""
    begin = " " * indent
    if not words or words.startswith(("!", "$", "\\")):
        return [f"{begin}{words}".rstrip()]
    return textwrap.wrap(
        words, width, initial_indent=begin, subsequent_indent=f"{begin}  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def terminal_width() -> int:
    """Columns of the terminal, or WIDTH where there is none."""
    console = plain_console()
    return console.width if console.is_terminal else WIDTH


def plain_console(width: int | None = None) -> Console:
    """Give a console that prints words as they are: a vessel's name may hold brackets, colons."""
    return Console(width=width, soft_wrap=False, markup=False, emoji=False, highlight=False)
