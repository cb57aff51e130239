"""What a journal keeps of itself beside its segments: whose it is, and where it ended."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from monitor.flush import flush
from monitor.journal.segment import PARTIAL
from monitor.lockfile import PRIVATE
from monitor.units import NO_TIME

NOTE = "journal.json"
CLEAN = "closed"


class Note(NamedTuple):
    """The last word of an earlier run, or the first of this one."""

    id: bytes
    end: int  # position behind the newest byte
    stamp: int  # of the newest block, us
    lines: int  # that the journal had by then


def new_id() -> bytes:
    """Of a journal that nobody knows."""
    return secrets.token_bytes(16)


def read_note(directory: Path) -> Note:
    """Read it; of a new journal if that cannot be."""
    try:
        known = json.loads((directory / NOTE).read_text())
        lines = int(known.get("lines", 0))  # earlier releases counted none
        return Note(bytes.fromhex(known["id"]), int(known["end"]), int(known["stamp"]), lines)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        OverflowError,
        RecursionError,
        AttributeError,
    ):
        return Note(new_id(), 0, NO_TIME, 0)


def write_note(directory: Path, note: Note, *, clean: bool) -> None:
    """Keep it; ``clean``: a mark says that this is the last word.

    The mark is on disk only where the note is.
    """
    partial = directory / f"{NOTE}{PARTIAL}"
    with suppress(OSError):  # on a full disk there is no mark: as if it had been killed
        partial.touch(mode=PRIVATE)
        with partial.open("w") as file:
            file.write(json.dumps({**note._asdict(), "id": note.id.hex()}))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(directory / NOTE)
        flush(directory)
        if clean:
            (directory / CLEAN).touch(mode=PRIVATE)
            flush(directory)


def take_mark(directory: Path) -> bool:
    """Whether there is the mark; there is none after that, not even if the power fails."""
    mark = directory / CLEAN
    if not mark.exists():
        return False
    mark.unlink()
    flush(directory)
    return True
