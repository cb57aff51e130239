"""Writes the journal in a thread of its own: nothing else that is slow holds it up.

Neither other work beside the loop (the store that is started, bodies that are read) nor the loop
itself stands in its way: what was handed over is written. It is bounded by whoever hands over: see
``Hub.has_room``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from monitor.journal.spool import Spool


class Written(NamedTuple):
    """What was handed to the journal."""

    until: int  # of all bytes that were ever handed over, how many are dealt with
    kept: bool  # the last of them are in their file; False: they wait in memory, or are dropped


class Scribe:
    """Takes blocks from any thread, and appends them in that order in its own."""

    def __init__(self, spool: Spool, on_written: Callable[[Written], None]) -> None:
        """Nothing runs before ``start``; ``on_written`` is called in the thread."""
        self.ended = False  # it wrote all that there was after ``close``, or it failed
        self.error: BaseException | None = None  # what ended it, if it did not end in good order
        self._spool = spool
        self._on_written = on_written
        self._blocks: list[bytes] = []
        self._handed = self._written = 0
        self._closed = False
        self._news = threading.Condition()
        # a daemon: a disk that hangs must not keep the process from ending
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    @property
    def waiting_bytes(self) -> int:
        """What is not dealt with yet."""
        return self._handed - self._written

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, data: bytes) -> int:
        """Hand over whole blocks; how many bytes were handed over so far, with these."""
        with self._news:
            self._blocks.append(data)
            self._handed += len(data)
            self._news.notify()
            return self._handed

    def close(self) -> None:
        """Nothing more will be handed over: write what there is, and end."""
        with self._news:
            self._closed = True
            self._news.notify()

    def join(self, patience_s: float) -> None:
        """Wait until it has ended."""
        self._thread.join(patience_s)

    def _run(self) -> None:
        kept = True
        try:
            while data := self._next():
                kept = self._spool.append(data)
                self._written += len(data)
                self._on_written(Written(self._written, kept))
        except BaseException as error:  # noqa: BLE001 - the hub raises it
            self.error = error
        self.ended = True
        self._on_written(Written(self._written, self.error is None and kept))

    def _next(self) -> bytes:
        """All that was handed over since; b"": it is closed."""
        with self._news:
            while not self._blocks and not self._closed:
                self._news.wait()
            data, self._blocks = b"".join(self._blocks), []
            return data
