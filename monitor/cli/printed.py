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
