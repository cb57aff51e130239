"""Runs the program as a user would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def run_monitor(
    *words: str | Path, env: dict[str, str] | None = None, data: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a user would; its output as bytes."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", *map(str, words)],
        env={**os.environ, **(env or {})}, input=data, capture_output=True, check=False,
        cwd=PROJECT, timeout=240,
    )  # fmt: skip
