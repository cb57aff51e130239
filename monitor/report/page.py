"""A page for people: its parts, whatever it is written as (HTML, Markdown, PDF or a picture)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.report.wording import HARD
from monitor.words import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A paragraph."""

    text: str
    is_answer: bool = False  # it is what the page is read for


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of words. ``widths``: how wide the columns are beside each other."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    empty: str  # a sentence, where there are no rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture: what draws it on a figure of matplotlib, its size in inches, what it shows."""

    draw: Callable[[Any], None]
    width: float
    height: float
    caption: str


Block = Prose | Points | Grid | Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All of it."""

    title: str
    about: str  # the time, and what it rests on: a line
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]

    @property
    def answer(self) -> str:
        """What it is read for, a line a sentence or two."""
        told = (block for block in self.lead if isinstance(block, Prose) and block.is_answer)
        return "".join(f"{block.text}\n" for block in told)

    @property
    def drawings(self) -> list[Drawing]:
        """Its pictures, in order."""
        blocks = [*self.lead, *(block for section in self.sections for block in section.blocks)]
        return [block for block in blocks if isinstance(block, Drawing)]


def grid(
    columns: Sequence[tuple[str, float]], rows: Sequence[Sequence[str]], *, empty: str
) -> Grid:
    """A table of columns (heading and width) and rows, with nothing that could steer a reader.

    A column without a word in any row is left out.
    """
    kept = [k for k in range(len(columns)) if not rows or any(row[k] for row in rows)]
    return Grid(
        head=tuple(columns[k][0] for k in kept),
        widths=tuple(columns[k][1] for k in kept),
        rows=tuple(tuple(_safe(row[k]) for k in kept) for row in rows),
        empty=empty,
    )


def _safe(cell: str) -> str:
    """Text without what could steer a reader; hard blanks are ours, and stay."""
    return HARD.join(plain(part) for part in cell.split(HARD))
