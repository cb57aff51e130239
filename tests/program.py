"""Runs the program as a user would."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from subprocess import PIPE, CompletedProcess

import pytest

from monitor.cli.app import main
from tests.forked import Forked

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
    folder: Path = PROJECT,
    only: bool = False,
) -> CompletedProcess[bytes]:
    """Run the program as a user would; its output as bytes.

    ``only``: ``env`` is all of its environment.
    """
    process = Forked(
        [str(word) for word in words], cwd=folder,
        env={**({} if only else os.environ), **(env or {})},
        stdin=None if data is None else PIPE, stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    with process:
        try:
            out, errors = process.communicate(data, timeout=patience_s)
        except BaseException:
            process.kill()
            raise
    return CompletedProcess(process.args, process.returncode, out, errors)
