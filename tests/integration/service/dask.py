"""A Dask cluster on loopback: a scheduler and workers, a process each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.live import free_port
from tests.program import PROJECT


class DaskProcesses:
    """One that workers join; ``close`` it."""

    def __init__(self, folder: Path) -> None:
        """Start the scheduler."""
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self._folder = folder
        port = self.address.rpartition(":")[2]
        self.scheduler = self._started("scheduler", "--host", "127.0.0.1", "--port", port)
        self.workers: list[subprocess.Popen[bytes]] = []

    def _started(self, role: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{role}", *words]
        return subprocess.Popen(
            [*command, "--no-dashboard"], cwd=self._folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )  # fmt: skip

    def join(self) -> None:
        """One worker more, without a nurse that would start it again."""
        self.workers.append(
            self._started(
                "worker", self.address, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1"
            )
        )

    def close(self) -> None:
        """All of them end."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.communicate()
