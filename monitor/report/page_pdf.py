"""Pages as PDF, A4, by matplotlib alone: lines are broken by their true width."""

from __future__ import annotations

import io
from bisect import bisect_right
from dataclasses import dataclass
from functools import partial
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D

from monitor.report.page import Block, Drawing, Grid, Page, Points, Prose

WIDE_IN, TALL_IN, MARGIN_IN = 8.27, 11.69, 0.6
BODY_PT, SMALL_PT, HEAD_PT, TITLE_PT = 9.5, 7.0, 12.5, 17.0
LEADING = 1.35
GAP_IN = 0.12
RULER_DPI = 288  # letters are measured as they will be printed, not as a screen rounds them
CELL_IN = 0.08
ROOM_IN = WIDE_IN - 2 * MARGIN_IN


def pdf(page: Page) -> bytes:
    """The whole file."""
    with io.BytesIO() as into:
        info = {"Title": page.title, "Creator": None, "Producer": None, "CreationDate": None}
        with PdfPages(into, metadata=info) as pages:
            sheet = _Sheets(pages, page.title)
            sheet.words(page.title, TITLE_PT, weight="bold")
            sheet.words(page.about, BODY_PT, colour="#5a6675")
            for block in page.lead:
                sheet.block(block)
            for section in page.sections:
                sheet.heading(section.title)
                for block in section.blocks:
                    sheet.block(block)
            sheet.finish()
        return into.getvalue()


@dataclass(slots=True)
class _Ruler:
    """How wide words are."""

    renderer: Any

    def inches(self, text: str, size: float, weight: str) -> float:
        font = FontProperties(size=size, weight=weight)
        wide, _, _ = self.renderer.get_text_width_height_descent(text, font, ismath=False)
        return float(wide / self.renderer.dpi)

    def _cut_inches(self, text: str, size: float, weight: str, letters: int) -> float:
        return self.inches(text[:letters], size, weight)

    def broken(self, text: str, room: float, size: float, weight: str = "normal") -> list[str]:
        """Lines of at most so many inches; a word that is longer is cut."""
        lines, line = [], ""
        for word in text.split():
            rest = word
            longer = f"{line} {rest}" if line else rest
            if self.inches(longer, size, weight) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            while self.inches(rest, size, weight) > room and len(rest) > 1:
                cuts = range(1, len(rest))
                wide = partial(self._cut_inches, rest, size, weight)
                fit = max(1, bisect_right(cuts, room, key=wide))
                lines.append(rest[:fit])
                rest = rest[fit:]
            line = rest
        return [*lines, line] if line or not lines else lines


class _Sheets:
    """Sheets that are filled from the top; what does not fit goes onto the next."""

    def __init__(self, pages: Any, title: str) -> None:
        self._pages, self._title = pages, title
        self._number = 0
        canvas: Any = FigureCanvasAgg(Figure(dpi=RULER_DPI))
        self._ruler = _Ruler(canvas.get_renderer())
        self._begin()

    def _begin(self) -> None:
        self._figure = Figure(figsize=(WIDE_IN, TALL_IN))
        self._number += 1
        self._left = TALL_IN - 2 * MARGIN_IN  # inches that are free

    def finish(self) -> None:
        self._text(MARGIN_IN, MARGIN_IN * 0.55, self._title, SMALL_PT, colour="#5a6675")
        self._text(
            WIDE_IN - MARGIN_IN, MARGIN_IN * 0.55, str(self._number), SMALL_PT, align="right"
        )
        self._pages.savefig(self._figure)

    def _need(self, inches: float) -> None:
        if inches > self._left:
            self.finish()
            self._begin()

    def _text(
        self, x: float, y: float, text: str, size: float, *, weight: str = "normal",
        colour: str = "#1c2430", align: str = "left",
    ) -> None:  # fmt: skip
        self._figure.text(
            x / WIDE_IN, y / TALL_IN, text, fontsize=size, weight=weight, color=colour,
            ha=align, va="baseline", parse_math=False,
        )  # fmt: skip

    def words(
        self, text: str, size: float, *, weight: str = "normal", colour: str = "#1c2430",
        indent: float = 0.0, mark: str = "",
    ) -> None:  # fmt: skip
        """A paragraph."""
        high = size * LEADING / 72
        for number, line in enumerate(self._ruler.broken(text, ROOM_IN - indent, size, weight)):
            self._need(high)
            self._left -= high
            y = MARGIN_IN + self._left
            if mark and number == 0:
                self._text(MARGIN_IN, y, mark, size)
            self._text(MARGIN_IN + indent, y, line, size, weight=weight, colour=colour)
        self._left -= GAP_IN / 2

    def heading(self, text: str) -> None:
        """A heading, never alone at the foot of a sheet."""
        self._left -= GAP_IN
        self._need(1.1)
        self.words(text, HEAD_PT, weight="bold", colour="#1f4e79")

    def block(self, block: Block) -> None:
        if isinstance(block, Prose):
            size = BODY_PT + (1.5 if block.is_answer else 0)
            self.words(block.text, size, weight="bold" if block.is_answer else "normal")
        elif isinstance(block, Points):
            for item in block.items:
                self.words(item, BODY_PT, indent=0.16, mark="•")
        elif isinstance(block, Grid):
            self._grid(block)
        else:
            self._drawing(block)
        self._left -= GAP_IN

    def _grid(self, block: Grid) -> None:
        if not block.rows:
            self.words(block.empty, BODY_PT)
            return
        share = ROOM_IN / sum(block.widths)
        widths = [width * share for width in block.widths]
        self._row(block.head, widths, weight="bold")
        for row in block.rows:
            if self._row(row, widths, dry=True) > self._left:
                self._need(TALL_IN)
                self._row(block.head, widths, weight="bold")
            self._row(row, widths)

    def _row(
        self, row: tuple[str, ...], widths: list[float], *, weight: str = "normal",
        dry: bool = False,
    ) -> float:  # fmt: skip
        """Draw a row of cells; how tall it is, inches. ``dry``: only that."""
        cells = [
            self._ruler.broken(cell, width - CELL_IN, SMALL_PT, weight)
            for cell, width in zip(row, widths, strict=True)
        ]
        high = SMALL_PT * LEADING / 72
        tall = high * max(len(cell) for cell in cells) + 0.05
        if dry:
            return tall
        x, top = MARGIN_IN, MARGIN_IN + self._left
        for cell, width in zip(cells, widths, strict=True):
            for number, line in enumerate(cell):
                self._text(x, top - high * (number + 1), line, SMALL_PT, weight=weight)
            x += width
        self._left -= tall
        y = (MARGIN_IN + self._left - 0.01) / TALL_IN
        ends = [MARGIN_IN / WIDE_IN, 1 - MARGIN_IN / WIDE_IN]
        colour = "#9aa7b5" if weight == "bold" else "#e1e6ec"
        self._figure.add_artist(Line2D(ends, [y, y], color=colour, linewidth=0.6))
        return tall

    def _drawing(self, block: Drawing) -> None:
        """A picture as wide as the text, or as tall as a sheet."""
        scale = min(ROOM_IN / block.width, (TALL_IN - 2 * MARGIN_IN - 0.6) / block.height)
        wide, tall = block.width * scale, block.height * scale
        self._need(tall + 0.35)
        self._left -= tall
        box = (MARGIN_IN / WIDE_IN, (MARGIN_IN + self._left) / TALL_IN,
               wide / WIDE_IN, tall / TALL_IN)  # fmt: skip
        inner = Figure(figsize=(block.width, block.height), layout="constrained", dpi=200)
        canvas: Any = FigureCanvasAgg(inner)
        block.draw(inner)
        canvas.draw()
        axes = self._figure.add_axes(box)
        axes.imshow(canvas.buffer_rgba(), aspect="auto", interpolation="antialiased")
        axes.set_axis_off()
        self.words(block.caption, SMALL_PT, colour="#5a6675")
