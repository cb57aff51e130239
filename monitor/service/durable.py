"""What outlives a power failure: names once their directory is flushed, lines once they are synced.

A file that was written is the system's until it brings it to the disk, which may take half a
minute. So the journal is synced every second, before a push is answered, and before what is
recorded is stored: the database, which syncs what it commits, never has what the recording has not.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol


class Files(Protocol):
    """A journal, of which one file is written."""

    def written(self) -> tuple[int | None, int]:
        """A descriptor of that file, to be closed by who asks, and where it ends; None: no file."""


class Durable:
    """Has the disk keep what a journal has in files; one thread at a time, others wait for it.

    Who asks for it is told by a thread that does nothing else: a store that stands still may take
    all those that are shared.
    """

    def __init__(self, files: Files) -> None:
        """Nothing is known to be kept."""
        self._files = files
        self._lock = threading.Lock()
        self._until = 0
        self._asked: deque[tuple[int | None, Callable[[bool], None]]] = deque()
        self._guard = threading.Lock()
        self._runs = False  # the thread

    def ask(self, position: int | None, tell: Callable[[bool], None]) -> None:
        """Reach a position in the thread, which tells what came of it."""
        with self._guard:
            self._asked.append((position, tell))
            if not self._runs:  # a daemon: a disk that hangs must not keep the process from ending
                threading.Thread(target=self._run, name="sync", daemon=True).start()
                self._runs = True

    def _run(self) -> None:
        while True:
            with self._guard:
                if not self._asked:
                    self._runs = False
                    return
                position, tell = self._asked.popleft()
            tell(self.reach(position))

    def reach(self, position: int | None = None) -> bool:
        """Have all kept that is before a position, or all that there is; False: the disk failed."""
        with self._lock:
            if position is not None and position <= self._until:
                return True
            try:
                number, end = self._files.written()
            except OSError:  # no descriptor is left
                return False
            if number is not None:
                try:
                    os.fsync(number)
                except OSError:
                    return False
                finally:
                    os.close(number)
            self._until = max(self._until, end)
            return True
