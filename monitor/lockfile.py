"""Lock files: one process at a time holds one, and its number stands in it for whoever waits."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from monitor.clock import monotonic_s
from monitor.errors import HeldError

POLL_S = 0.1

PRIVATE = 0o600
"""Mode of files that are nobody else's: locks, and what was received."""


def take(path: Path, *, patience_s: float = 0.0) -> IO[bytes]:
    """Hold a lock until the file is closed or the process ends, and put one's number in it.

    It is waited for so long; HeldError if another holds it still, OSError if it cannot be made.
    """
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE), "r+b", buffering=0)
    try:
        _wait_for(file, path, monotonic_s() + patience_s)
    except BaseException:
        file.close()
        raise
    with suppress(OSError):  # on a full disk nobody is told who holds it
        file.truncate(0)
        file.write(b"%d\n" % os.getpid())
    return file


def _wait_for(file: IO[bytes], path: Path, deadline_s: float) -> None:
    while not _taken(file):
        if monotonic_s() >= deadline_s:
            raise HeldError(str(path), _number_in(file))
        time.sleep(POLL_S)


def _taken(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _number_in(file: IO[bytes]) -> int | None:
    """Whose lock it is; None where that is not said: releases up to 0.1 did not."""
    file.seek(0)
    words = file.read(20).strip()
    return int(words) if words.isdigit() else None
