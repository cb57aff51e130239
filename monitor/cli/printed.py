"""What a command prints: a table for people, or a machine format."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from monitor.store.findings import Record

if TYPE_CHECKING:
    from rich.table import Table


def emit(
    records: list[Record], form: str, table: Callable[[list[Record]], Table], *, empty: str
) -> None:
    """Print records as asked: a table for people, or one of FORMATS."""
    if form == "table":
        from monitor.report.tables import show

        show(table(records), empty=empty)
        return
    from monitor.report.formats import FORMATS

    sys.stdout.write(FORMATS[form](records))
