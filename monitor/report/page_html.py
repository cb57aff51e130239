"""Pages as HTML: one file with its pictures and its style, no script, and nothing to be fetched."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from html import escape

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from monitor.report.page import Block, Grid, Page, Points, Prose, Section

DPI = 120

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1c2430; background: #fff;
  max-width: 1080px; margin: 2rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .5rem; border-bottom: 1px solid #d5dbe3;
  padding-bottom: .2rem; }
p.about { color: #5a6675; margin: 0 0 1.2rem; }
p.answer { font-size: 1.12rem; background: #eef4fa; border-left: 4px solid #1f4e79;
  padding: .7rem 1rem; margin: 1rem 0; }
ul { padding-left: 1.2rem; } li { margin: .2rem 0; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; line-height: 1.35; }
th { text-align: left; border-bottom: 2px solid #9aa7b5; white-space: nowrap; }
td, th { padding: .32rem .6rem .32rem 0; vertical-align: top; }
td { border-bottom: 1px solid #e6eaef; }
figure { margin: .8rem 0; } img { max-width: 100%; height: auto; }
figcaption { color: #5a6675; font-size: 13px; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } table { font-size: 9.5px; }
  h2, figure, tr { break-inside: avoid; } h2 { break-after: avoid; } }
"""
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def html(page: Page) -> bytes:
    """The whole file."""
    parts = [
        "<!doctype html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(page.title)}</title>", f"<style>{_STYLE}</style>", "</head>", "<body>",
        f"<h1>{escape(page.title)}</h1>", f'<p class="about">{escape(page.about)}</p>',
        *(_block(block) for block in page.lead), *(_section(section) for section in page.sections),
        "</body>", "</html>", "",
    ]  # fmt: skip
    return "\n".join(parts).encode()


def _section(section: Section) -> str:
    blocks = "\n".join(_block(block) for block in section.blocks)
    return f"<h2>{escape(section.title)}</h2>\n{blocks}"


def _block(block: Block) -> str:
    if isinstance(block, Prose):
        mark = ' class="answer"' if block.is_answer else ""
        return f"<p{mark}>{escape(block.text)}</p>"
    if isinstance(block, Points):
        items = "".join(f"<li>{escape(item)}</li>" for item in block.items)
        return f"<ul>{items}</ul>"
    if isinstance(block, Grid):
        return _table(block)
    picture = base64.b64encode(png(block.draw, block.width, block.height)).decode()
    caption = escape(block.caption)
    return (
        f'<figure><img alt="{caption}" width="{block.width * 96:.0f}"'
        f' src="data:image/png;base64,{picture}"><figcaption>{caption}</figcaption></figure>'
    )


def _table(block: Grid) -> str:
    if not block.rows:
        return f"<p>{escape(block.empty)}</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name in block.head)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in block.rows
    )
    return (
        f'<div class="table"><table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody>'
        "</table></div>"
    )


def png(draw: Callable[[Figure], None], width: float, height: float, dpi: int = DPI) -> bytes:
    """A picture of so many inches, as PNG; nothing is kept open."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    draw(figure)
    with io.BytesIO() as into:
        figure.savefig(into, format="png", dpi=dpi, metadata={"Software": None})
        return into.getvalue()


def picture(page: Page) -> bytes:
    """The page's pictures below each other as one PNG, under its title and its answer."""
    drawings = page.drawings
    answers = page.answer.splitlines()
    width = max((one.width for one in drawings), default=9.0)
    head = 1.1 + 0.25 * len(answers)

    def whole(figure: Figure) -> None:
        heights = [head, *(one.height for one in drawings)]
        rooms = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
        rooms[0].text(
            0.02, 0.72, page.title, fontsize=16, weight="bold", va="center", parse_math=False
        )
        rooms[0].text(0.02, 0.42, page.about, fontsize=9, color="#5a6675", va="center")
        rooms[0].text(
            0.02, 0.12, page.answer.rstrip(), fontsize=11, va="center", wrap=True, parse_math=False
        )
        for room, one in zip(rooms[1:], drawings, strict=True):
            one.draw(room)

    return png(whole, width, head + sum(one.height for one in drawings))
