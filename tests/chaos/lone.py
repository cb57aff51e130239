"""One Python program on a disk of which a power failure leaves nothing but what was synced."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.disk import Disk

PROJECT = Path(__file__).parents[2]
DIES = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"

needs_gcc = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("gcc") is None,
    reason="a library is made with gcc and given by LD_PRELOAD",
)


class Never(random.Random):
    """Keeps nothing that was not synced."""

    def choice(self, seq: Any) -> Any:
        """The first, which says so."""
        return seq[0]


def fails_after(disk: Disk, program: str, draw: random.Random | None = None) -> str:
    """Run a program in the folder, which is dead when the power fails; what it printed."""
    env = {**os.environ, **disk.words, "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    words = [sys.executable, "-c", f"import os\n{program}\n{DIES}"]
    done = subprocess.run(
        words, cwd=disk.folder, env=env, capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr
    disk.forget(draw or Never(1))
    return done.stdout
