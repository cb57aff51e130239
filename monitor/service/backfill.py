"""Takes the history that logs hold, however much: decoded by many, sorted on disk, detected by one.

A backfill is a replay whose lines come from elsewhere: all logs are decoded first, piece by piece
and side by side (``decoding.py``), into runs on disk (``spill.py``), and what these say is merged
by time and given to the very same engine and store, as if it were one sorted log. So the tables are
those of a replay of that log. Killed at any instant it goes on where it was: pieces that are
decoded stay decoded, and how many lines of the merge are stored stands with what was found.

The engine itself is not dealt out to processes: the house's README says what keeps it together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from monitor.clock import now_us
from monitor.decode.forms import form_of
from monitor.errors import InputError, UsageError
from monitor.feed.logfile import PIECE_BYTES, STANDARD_INPUT, LogFile
from monitor.feed.runs import Block
from monitor.model import Reports
from monitor.service.crew import Crew
from monitor.service.decoding import Decoding
from monitor.service.logs import Opened, by_begin
from monitor.service.pieces import Decoded
from monitor.service.reading import Taken
from monitor.service.replay import Replay, _begin
from monitor.service.runner import Runner
from monitor.service.spill import STALE_DAYS, Spill, forget, identity_of, tidy
from monitor.service.totals import Totals
from monitor.store.batch import Offset

BACKFILLED = "backfill"
"""Form of an offset that counts lines of the merge."""

NAMED = 3
"""So many logs are named where all of them are meant."""


@dataclass(slots=True, kw_only=True)
class Backfill(Replay):
    """One run over some logs."""

    make_crew: Callable[[], Crew[Decoded]]
    root: Path  # where spills are
    on_decoded: Callable[[LogFile, int], None] = lambda _, __: None  # and how many lines so far
    on_merge: Callable[[int], None] = lambda _: None  # how many lines there are in all
    decoded_again: int = 0  # pieces whose joint did not hold
    _crew: Crew[Decoded] | None = None
    _spill: Spill | None = None
    _numbers: list[int] = field(default_factory=list)  # of logs -> of the pipeline's sources

    def prepare(self, logs: list[LogFile]) -> list[Opened]:
        """See Replay; InputError if one of them cannot be taken in pieces."""
        opened = Replay.prepare(self, logs)
        for one in opened:
            if one.log.path == STANDARD_INPUT:
                message = "A backfill reads its logs again if it is stopped: name files, not -."
                raise UsageError(message)
            if not form_of(one.form).ENDS:
                message = (
                    f"{one.log.path} is the journal of a watch, which says who listened as well:"
                    " take it with `monitor replay`."
                )
                raise InputError(message)
        return opened

    async def run(self, logs: list[LogFile], runner: Runner) -> Totals:
        """Take the logs. What is decoded is deleted when all of it is stored."""
        try:
            totals = await Replay.run(self, logs, runner)
            if self._spill is not None and not totals.stopped:
                self._spill.delete()
            return totals
        finally:
            if self._crew is not None:
                self._crew.close()
            if self._spill is not None:
                self._spill.close()

    async def _one_by_one(self, opened: list[Opened], known: list[Offset], runner: Runner) -> bool:
        return await self._in_order(opened, known, runner)

    async def _in_order(self, opened: list[Opened], known: list[Offset], runner: Runner) -> bool:
        """Take all logs; True if their end is still to be told."""
        opened = by_begin(opened)
        logs = [one.log for one in opened]
        await _begin(logs, runner)
        self._numbers = [runner.pipeline.number_of(log.name) for log in logs]
        identity = identity_of(opened, self.options)
        offset = Offset(
            source=_named(logs), head_length=0, head_digest=identity, byte_offset=0, lines=0,
            input_format=BACKFILLED, decoder="{}", finished=False,
        )  # fmt: skip
        for other in known:
            if (other.head_digest, other.input_format) == (identity, BACKFILLED):
                offset = replace(other)
        already, finished = offset.lines, offset.finished
        if finished:
            forget(self.root, opened, identity)
        else:
            for folder in tidy(self.root, now_us() / 1e6):
                self.totals.notes.append(
                    f"Deleted: {folder}, decoded {STALE_DAYS} days ago or more and never stored."
                )
            self._spill = Spill(self.root, opened, identity)
            await self._flow(
                logs[0], self._merged(opened, offset, self._spill), runner, named=False
            )
        lets_out = not finished and not self.stop.is_set()
        self._tell(offset.source, already, new=offset.lines > already or lets_out)
        return not finished

    def _merged(self, opened: list[Opened], offset: Offset, spill: Spill) -> Iterator[Taken]:
        """Decode all, then give out the merge, from the line on to which it was taken before."""
        if spill.totals is None:
            self._crew = self.make_crew()
            decoding = Decoding(
                self._crew, spill, opened, self.options.start_at, self.totals.notes,
                piece_bytes=self.options.piece_bytes or PIECE_BYTES,
                stopped=self.stop.is_set, on_progress=self.on_decoded,
            )  # fmt: skip
            done = decoding.run()
            self.decoded_again = decoding.again
            self._crew.close()
            if not done:
                return
        totals = spill.totals or {}
        for number, damage in totals["damaged"]:
            opened[number].log.damage = damage
        self.on_merge(totals["lines"])
        for block in spill.blocks(offset.lines, self.stop.is_set):
            piece = self._reports(block)
            if not offset.lines:
                piece.refusals = Counter({(s, why): n for s, why, n in totals["refusals"]})
                piece.kinds = Counter({(s, kind): n for s, kind, n in totals["kinds"]})
            offset.lines += piece.lines
            offset.byte_offset = offset.lines
            yield Taken(piece, replace(offset))
        if not self.stop.is_set():
            self._ended.append(offset)

    def _reports(self, block: Block) -> Reports:
        """A part of the merge as a decoder would give it."""
        positions = block.positions.copy()
        numbers = np.array(self._numbers, dtype=np.uint16)
        positions["source"] = numbers[positions["source"]]
        statics = [replace(said, source=self._numbers[said.source]) for said in block.statics]
        return Reports(
            positions=positions, statics=statics, lines=len(block), clock=block.clock.copy()
        )


def _named(logs: list[LogFile]) -> str:
    """The logs in words."""
    names = [log.name for log in logs]
    more = len(names) - NAMED
    return " + ".join(names) if more <= 0 else f"{' + '.join(names[:NAMED])} + {more:,} more"
