"""What a command prints: a table for people, or a machine format."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from monitor.store.findings import Record

if TYPE_CHECKING:
    from monitor.report.columns import Sheet


def emit(
    records: list[Record],
    form: str,
    table: Callable[[list[Record]], Sheet],
    *,
    empty: str,
    wide: bool | None = None,
) -> None:
    """Print records as asked: a table for people, or one of FORMATS.

    ``wide``: whether the table may be; None: the command cannot be asked for that.
    """
    if form == "table":
        from monitor.report.columns import show

        show(table(records), empty=empty, wide=wide)
        return
    from monitor.report.formats import FORMATS

    sys.stdout.write(FORMATS[form](records))


def prose(text: str) -> None:
    """Print lines of text, folded where they are longer than the terminal is wide."""
    from monitor.report.columns import folded, terminal_width
    from monitor.words import plain

    width = terminal_width()
    for line in text.splitlines():
        words = plain(line).lstrip(" ")
        for part in folded(len(line) - len(line.lstrip(" ")), words, width):
            sys.stdout.write(f"{part}\n")
