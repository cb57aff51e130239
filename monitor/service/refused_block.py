"""Keeps a block that the store will never take, for whoever looks into it."""

from __future__ import annotations

import json
from typing import Any

from monitor.decode.journal_parts import lines_in
from monitor.flush import flush
from monitor.journal.segment import made
from monitor.service.source import Tape
from monitor.store.batch import Offset


def put_aside(tape: Tape) -> tuple[int, str | None]:
    """Write the first block that is not stored into a file of its own.

    The position behind it, and why it could not be written: then its lines are lost.
    """
    data, behind = tape.read(tape.stored, 1)
    path = tape.directory / f"refused-{tape.stored:020d}.ais"
    try:
        with made(path) as file:
            file.write(tape.header + data)
        flush(path)
    except OSError as error:
        tape.dropped_lines += lines_in(data)
        return behind, f"{path.name} cannot be written: {error.strerror}"
    return behind, None


def kept_in(offset: Offset) -> dict[str, Any]:
    """What a tape said of a position when it was committed; {} if that cannot be read."""
    try:
        words = json.loads(offset.decoder)
    except ValueError:
        return {}
    return words if isinstance(words, dict) else {}
