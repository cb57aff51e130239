"""Has the disk keep what was written: the system may hold it back for half a minute."""

from __future__ import annotations

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Have what a file holds, or the names in a directory, outlive a power failure; OSError."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
