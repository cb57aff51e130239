"""How a campaign ends: its figures, what was wrong, and its folder for whoever looks into that."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

MOST_WORDS = 20


def pronounce(
    figures: Mapping[str, Any],
    words: Sequence[str],
    folder: Path,
    *,
    began_s: float,
    keep: bool,
) -> NoReturn:
    """Print all, and exit: with 1 if there are ``words`` of what was wrong.

    The folder is removed unless anything was, or it is to be kept. ``began_s`` is of
    ``time.monotonic``.
    """
    for name, value in {**figures, "time": f"{time.monotonic() - began_s:,.0f} s"}.items():
        print(f"{name:38} {value}")
    print(*words[:MOST_WORDS], sep="\n")
    if keep or words:
        print(f"kept: {folder}")
    else:
        shutil.rmtree(folder)
    sys.exit(1 if words else 0)
