"""Decodes all of some logs by a crew, piece by piece, into the runs of a spill.

Pieces are asked for in the order of the logs, some of them at once, and come back in any; they are
taken in their order, and each only if it begins where the one before came to: see
``decode/joints.py``.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from monitor.decode import joints
from monitor.decode.decoder import Decoder
from monitor.decode.rows import RowDecoder
from monitor.feed.logfile import PIECE_BYTES, LogFile
from monitor.model import FIX, Reports
from monitor.service.crew import Crew, Task
from monitor.service.logs import Opened, decoder_of, must_be_read
from monitor.service.pieces import Decoded, Piece, Whole, whole_of
from monitor.service.spill import Spill
from monitor.units import NO_TIME

MOST_MISSES = 3
"""So many joints in a row that do not hold: the log is decoded piece behind piece from then on."""


@dataclass(slots=True)
class _Log:
    """A log as far as its pieces are taken."""

    opened: Opened
    whole: Whole
    state: dict[str, Any] | None = None  # where the last piece came to
    unread: tuple[str, bytes] | None = None
    misses: int = 0  # joints in a row that did not hold


class Decoding:
    """One run over some logs."""

    def __init__(
        self, crew: Crew[Decoded], spill: Spill, opened: list[Opened], start_at: int,
        notes: list[str], *, piece_bytes: int = PIECE_BYTES,
        stopped: Callable[[], bool] = lambda: False,
        on_progress: Callable[[LogFile, int], None] = lambda *_: None,
    ) -> None:  # fmt: skip
        """Nothing is asked for yet."""
        self._crew, self._spill = crew, spill
        self._piece_bytes, self._stopped, self._on_progress = piece_bytes, stopped, on_progress
        self._logs = [self._log(number, one, start_at, notes) for number, one in enumerate(opened)]
        self._refusals: Counter[tuple[str, str]] = Counter()
        self._kinds: Counter[tuple[str, str]] = Counter()
        self._damaged: list[tuple[int, str]] = []
        self._asked: deque[Task[Decoded]] = deque()
        self.lines = 0  # of all that is taken
        self.again = 0  # pieces that were decoded again, for their joint did not hold

    def _log(self, number: int, one: Opened, start_at: int, notes: list[str]) -> _Log:
        decoder = decoder_of(one, start_at, notes)
        start = start_at if decoder.clock.at == start_at else NO_TIME
        return _Log(one, whole_of(one, number=number, start=start))

    def run(self) -> bool:
        """Decode what is not decoded yet; False: it was stopped before the end."""
        if self._spill.totals is not None:
            return True
        for log in self._logs:
            for piece in self._pieces(log):
                alone = log.misses >= MOST_MISSES
                while self._asked and (alone or len(self._asked) >= self._crew.most):
                    self._take(self._asked.popleft())
                if self._stopped():
                    return False
                known = piece.behind(log.state) if alone and log.state is not None else piece
                self._asked.append(self._crew.ask(known))
        while self._asked:
            self._take(self._asked.popleft())
            if self._stopped():
                return False
        self._spill.finish(
            {
                "lines": self.lines, "damaged": self._damaged,
                "refusals": [[*key, count] for key, count in sorted(self._refusals.items())],
                "kinds": [[*key, count] for key, count in sorted(self._kinds.items())],
            }
        )  # fmt: skip
        return True

    def _pieces(self, log: _Log) -> Iterator[Piece]:
        """The pieces of a log that are not decoded yet."""
        file, whole = log.opened.log, log.whole
        known = self._spill.pieces(whole.number)
        for said in known:
            self._note(log, said)
        last = known[-1] if known else {"final": False, "ends_at": 0, "next_line": 1}
        if last["final"]:
            return
        number, line, at, before = len(known), last["next_line"], last["ends_at"], b""
        for data, final in file.pieces(at, size=self._piece_bytes):
            at += len(data)
            piece = Piece(
                whole=whole, number=number, data=data, line=line, ends_at=at, final=final,
                damage=file.damage if final else "", before=before,
            )  # fmt: skip
            # behind a restart nothing is known of the lines before
            goes_on = number > 0 and not before
            yield piece.behind(log.state) if goes_on and log.state is not None else piece
            before, line, number = joints.last_lines(data), line + data.count(b"\n"), number + 1

    def _take(self, task: Task[Decoded]) -> None:
        """Take what a piece said, once it is there, and begins where the one before came to."""
        log = self._logs[task.piece.whole.number]
        decoded = self._crew.result(task)
        ended = decoded.ended
        if decoded.began is not None:
            assert log.state is not None  # noqa: S101 - a piece was before it
            if joints.fits(log.state, decoded.began, clock=decoded.needs_clock):
                ended = joints.moved(ended, decoded.began, log.state)
                log.misses = 0
            else:
                log.misses += 1
                self.again += 1
                decoded = self._crew.result(self._crew.ask(task.piece.behind(log.state)))
                ended = decoded.ended
        self._note(log, self._spill.put(decoded, ended))

    def _note(self, log: _Log, said: dict[str, Any]) -> None:
        """Count what a piece said; InputError at the end of a log that is none."""
        source = log.whole.source
        refusals = Counter({(source, reason): n for reason, n in said["refusals"].items()})
        kinds = Counter({(source, kind): n for kind, n in said["kinds"].items()})
        log.state = said["ended"]
        if log.unread is None and said["unread"] is not None:
            column, value = said["unread"]
            log.unread = column, value.encode("latin-1")
        reports = Reports(
            positions=np.zeros(0, dtype=FIX), refusals=refusals, kinds=kinds, lines=said["lines"]
        )
        must_be_read(log.opened.log, self._ended(log), reports, last=said["final"])
        self._refusals += refusals
        self._kinds += kinds
        self.lines += said["lines"]
        if said["damage"]:
            self._damaged.append((log.whole.number, said["damage"]))
        self._on_progress(log.opened.log, self.lines)

    def _ended(self, log: _Log) -> Decoder:
        """A decoder where the last piece of a log came to."""
        decoder = log.whole.decoder()
        assert log.state is not None  # noqa: S101 - it came to somewhere
        decoder.restore(log.state)
        if isinstance(decoder, RowDecoder):
            decoder.unread = log.unread
        return decoder
