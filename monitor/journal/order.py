"""Tells files of a journal that do not stand where they belong: swapped, or copies of another.

Each file says with its first block how many lines the journal had before it, and when. In the order
of their names both grow. Of files that do not fit in with that, the fewest are left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import zstandard

from monitor.decode.journal_parts import first_head

HEAD_BYTES = 64 << 10
"""Header and the line before the first block are shorter."""

Mark = tuple[int, int]
"""Lines of the journal before a file, and when its first block was received, us."""


def mark_of(path: Path) -> Mark | None:
    """Read it; None if the begin of the file does not say."""
    try:
        with path.open("rb") as file:
            if path.suffix != ".zst":
                return first_head(file.read(HEAD_BYTES))
            with zstandard.ZstdDecompressor().stream_reader(file) as plain:
                return first_head(plain.read(HEAD_BYTES))
    except (OSError, zstandard.ZstdError):
        return None


def misplaced(marks: Sequence[Mark | None], least: int | None = None) -> set[int]:
    """Which of them do not fit in, the fewest, and all before the first ``least`` lines.

    Those that say nothing do fit in.
    """
    tails: list[Mark] = []  # the least mark that a growing row of each length ends with
    ends: list[int] = []  # whose that is
    before: dict[int, int] = {}
    for index, mark in enumerate(marks):
        if mark is None or (least is not None and mark[0] < least):
            continue
        place = bisect_left(tails, mark)
        tails[place : place + 1], ends[place : place + 1] = [mark], [index]
        if place:
            before[index] = ends[place - 1]
    kept, index = set[int](), ends[-1] if ends else -1
    while index >= 0:
        kept.add(index)
        index = before.get(index, -1)
    return {index for index, mark in enumerate(marks) if mark is not None} - kept


def strangers(paths: Sequence[Path], least: int | None) -> set[Path]:
    """Those of a journal's files that do not belong there, if the first or second looks so."""
    if not misplaced([mark_of(path) for path in paths[:2]], least):
        return set()
    return {paths[index] for index in misplaced([mark_of(path) for path in paths], least)}


def in_place(paths: Sequence[Path]) -> list[Path]:
    """Those that do."""
    gone = misplaced([mark_of(path) for path in paths])
    return [path for index, path in enumerate(paths) if index not in gone]


def put_aside(path: Path) -> None:
    """Keep a file for whoever looks into it, as no part of the journal."""
    with suppress(OSError):
        path.replace(path.with_name(f"misplaced-{path.name}"))
