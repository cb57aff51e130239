"""Runs merged by time: what comes of them is what a decoder would say of the one sorted log.

So much is in memory: a block of each run that is open. Runs are opened when the merge comes to
their first line; of logs that are sorted themselves that are as many as there are logs of one time.
Where more than FAN_IN would be open at once, as for an archive that is sorted by ship, they are
merged into fewer first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from monitor.feed.runs import END, Block, RunReader, behind, head_of, in_order, packed
from monitor.units import NO_TIME

FAN_IN = 48
"""So many runs are open at once: some 60 MB of blocks."""

CHUNK_LINES = 65_536
"""So many lines are given on at once, or some more: as many as a piece of a log has."""


class Run(NamedTuple):
    """A run on disk, and between which instants (us) its lines are; an empty one has none."""

    first: int
    last: int
    path: Path
    lines: int = 0  # as its head says


def run_at(path: Path) -> Run:
    """A run that is there; CutRunError if it is not whole."""
    reader = RunReader(path)
    reader.close()
    return Run(reader.said["first"], reader.said["last"], path)


class _Open:
    """A run as it is read."""

    def __init__(self, run: Run) -> None:
        self._reader = RunReader(run.path)
        self._blocks = self._reader.blocks()
        self._parts: list[Block] = []
        self.more = True
        self.load()

    @property
    def last(self) -> int:
        """When the last line that is in memory was received, us; NO_TIME: none is."""
        return int(self._parts[-1].clock[-1]) if self._parts else NO_TIME

    @property
    def over(self) -> bool:
        """Whether all of it was taken."""
        return not self.more and not self._parts

    def load(self) -> None:
        """Have one more block in memory."""
        try:
            block = next(self._blocks, None)
        except BaseException:
            self.close()
            raise
        if block is None:
            self.close()
        else:
            self._parts.append(block)

    def close(self) -> None:
        self.more = False
        self._reader.close()

    def take(self, until: int | None) -> list[Block]:
        """What is older than an instant, us; None: all that is in memory."""
        if until is None:
            taken, self._parts = self._parts, []
            return taken
        taken, kept = [], []
        for part in self._parts:
            count = part.before(until)
            taken += [part.cut(0, count)] if count else []
            kept += [part.cut(count, len(part))] if count < len(part) else []
        self._parts = kept
        return taken


def merged(runs: Sequence[Run]) -> Iterator[Block]:
    """Lines of runs in order of (clock, source, line), in blocks of any size."""
    waiting = sorted(runs, key=lambda run: (run.first, run.path), reverse=True)
    opened: list[_Open] = []
    try:
        while waiting or opened:
            bounds = [run.last for run in opened if run.more]
            while waiting and (not bounds or waiting[-1].first <= min(bounds)):
                opened.append(_Open(waiting.pop()))
                bounds += [opened[-1].last] if opened[-1].more else []
            bounds += [waiting[-1].first] if waiting else []
            until = min(bounds, default=None)
            taken = [block for run in opened for block in run.take(until)]
            for run in opened:
                if run.more and run.last <= (NO_TIME if until is None else until):
                    run.load()
            opened = [run for run in opened if not run.over]
            if taken:
                yield in_order(taken)
    finally:
        for run in opened:
            run.close()


def chunked(blocks: Iterator[Block], skip: int = 0) -> Iterator[Block]:
    """The same in blocks of CHUNK_LINES or some more, without the first ``skip`` lines."""
    held: list[Block] = []
    for block in blocks:
        cut = min(skip, len(block))
        skip -= cut
        if cut < len(block):
            held.append(block.cut(cut, len(block)))
        if sum(map(len, held)) >= CHUNK_LINES:
            yield behind(held)
            held = []
    if held:
        yield behind(held)


def most_at_once(runs: Sequence[Run]) -> int:
    """How many runs would be open at once."""
    turns = sorted([(run.first, 0) for run in runs] + [(run.last, 1) for run in runs])
    most = now = 0
    for _, ends in turns:
        now += -1 if ends else 1
        most = max(most, now)
    return most


def gathered(runs: Sequence[Run], folder: Path, said: dict[str, Any]) -> Run:
    """Merge some runs into one, and delete them; killed at any instant, one of both is there."""
    path = folder / f"{min(run.path for run in runs).stem}+.run"
    first, last = min(run.first for run in runs), max(run.last for run in runs)
    names = [run.path.name for run in runs]
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(head_of({**said, "first": first, "last": last, "of": names}))
        for block in merged(runs):
            file.write(packed(block))
        file.write(END)
    beside.replace(path)
    for run in runs:
        with suppress(FileNotFoundError):
            run.path.unlink()
    return Run(first, last, path, said.get("lines", 0))
