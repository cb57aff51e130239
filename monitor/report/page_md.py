"""Pages as Markdown: the text and the tables; pictures are named and left out."""

from __future__ import annotations

from monitor.report.page import Block, Grid, Page, Points, Prose

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#"})


def markdown(page: Page) -> bytes:
    """The whole file."""
    parts = [f"# {_plain(page.title)}", _plain(page.about), *(_block(one) for one in page.lead)]
    for section in page.sections:
        parts += [f"## {_plain(section.title)}", *(_block(block) for block in section.blocks)]
    return ("\n\n".join(parts) + "\n").encode()


def _block(block: Block) -> str:
    if isinstance(block, Prose):
        return f"**{_plain(block.text)}**" if block.is_answer else _plain(block.text)
    if isinstance(block, Points):
        return "\n".join(f"- {_plain(item)}" for item in block.items)
    if isinstance(block, Grid):
        return _table(block)
    return f"*Picture: {_plain(block.caption)}*"


def _table(block: Grid) -> str:
    if not block.rows:
        return _plain(block.empty)
    lines = [block.head, tuple("---" for _ in block.head), *block.rows]
    return "\n".join(
        f"| {' | '.join(cell if row is lines[1] else _plain(cell) for cell in row)} |"
        for row in lines
    )


def _plain(text: str) -> str:
    """Text without marks of Markdown: names of ships come from the air."""
    return text.translate(_MARKS)
