"""Runs the program as a user would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli.app import main

PROJECT = Path(__file__).parents[1]


def run_here(
    *words: str | Path, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
) -> tuple[int, str, str]:
    """Run the program within this one, which has read its modules; exit code, output, errors."""
    patch.setattr(sys, "argv", ["monitor", *map(str, words)])
    capture.readouterr()
    try:
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    else:
        code = 0
    return code, *capture.readouterr()


def run_monitor(
    *words: str | Path,
    env: dict[str, str] | None = None,
    data: bytes | None = None,
    patience_s: float = 240.0,
) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a user would; its output as bytes."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", *map(str, words)],
        env={**os.environ, **(env or {})}, input=data, capture_output=True, check=False,
        cwd=PROJECT, timeout=patience_s,
    )  # fmt: skip
