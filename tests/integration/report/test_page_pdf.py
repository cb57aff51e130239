"""Pages as PDF: sheets are filled, lines broken by their width, and nothing is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from monitor.report import page_pdf
from monitor.report.page import Drawing, Page, Points, Prose, Section, grid
from monitor.report.page_pdf import BODY_PT, ROOM_IN, TALL_IN, WIDE_IN, pdf


def draw(figure: Any) -> None:
    figure.subplots().plot([1, 2], [3, 4])


def page(rows: int) -> Page:
    return Page(
        title="Who was there", about="December",
        lead=(
            Prose(text="Nobody. $x$ and 5 % _ ^ \\ stay as they are.", is_answer=True),
            Points(items=("One.", "word " * 60)),
            Drawing(draw=draw, width=9, height=5, caption="A map"),
        ),
        sections=(
            Section(
                title="Ships",
                blocks=(
                    grid(
                        (("ship", 1), ("why", 3)),
                        [(f"SHIP {number}", "because " * 20) for number in range(rows)],
                        empty="None.",
                    ),
                ),
            ),
        ),
    )  # fmt: skip


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float, str]]:
    """Each text that was put onto a sheet, with its place in inches."""
    put: list[tuple[float, float, str]] = []
    real = Figure.text

    def text(self: Figure, x: float, y: float, s: str, *words: Any, **more: Any) -> Any:
        put.append((x * WIDE_IN, y * TALL_IN, s))
        return real(self, x, y, s, *words, **more)

    monkeypatch.setattr(page_pdf.Figure, "text", text)
    return put


def test_it_is_a_pdf_of_as_many_sheets_as_it_needs() -> None:
    short, long = pdf(page(2)), pdf(page(120))
    assert short.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", short)) == 1
    assert len(re.findall(rb"/Type /Page\b", long)) > 3


def test_all_words_stand_on_the_sheets_and_within_their_borders(
    texts: list[tuple[float, float, str]],
) -> None:
    pdf(page(120))
    words = " ".join(text for _, _, text in texts)
    assert all(f"SHIP {number} " in f"{words} " for number in range(120))
    assert words.count("because") == 120 * 20
    assert words.count("word") == 60
    assert "$x$ and 5 % _ ^ \\" in words
    assert all(0.2 < x < WIDE_IN - 0.2 and 0.2 < y < TALL_IN - 0.2 for x, y, _ in texts)


def test_the_head_of_a_table_is_on_each_of_its_sheets(
    texts: list[tuple[float, float, str]],
) -> None:
    pdf(page(120))
    sheets = sum(text.isdecimal() and y < 0.5 for _, y, text in texts)
    assert sum(text == "why" for _, _, text in texts) >= sheets - 1


def test_lines_are_broken_by_their_width() -> None:
    canvas: Any = FigureCanvasAgg(Figure(dpi=200))
    ruler = page_pdf._Ruler(canvas.get_renderer())
    lines = ruler.broken("a few words " * 40, ROOM_IN, BODY_PT)
    assert len(lines) > 2
    assert all(ruler.inches(line, BODY_PT, "normal") <= ROOM_IN for line in lines)
    assert " ".join(lines).split() == ["a", "few", "words"] * 40
    cut = ruler.broken("x" * 500, 1.0, BODY_PT)
    assert "".join(cut) == "x" * 500
    assert all(ruler.inches(line, BODY_PT, "normal") <= 1.0 for line in cut)
    assert ruler.broken("", 1.0, BODY_PT) == [""]
