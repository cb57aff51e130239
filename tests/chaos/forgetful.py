"""A private cluster on a disk that forgets: who makes and starts it writes there, too."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from monitor.store.cluster import Cluster
from tests.chaos.disk import Disk

PROJECT = Path(__file__).parents[2]
START = """
import sys
from pathlib import Path
from monitor.store.cluster import Cluster
Cluster(home=Path(sys.argv[1]), search=[Path(sys.argv[2])]).start()
"""


@dataclass(frozen=True, slots=True)
class ForgetfulCluster(Cluster):
    """Started by a process that has the disk's library, as its server has."""

    disk: Disk = field(kw_only=True)

    def start(self) -> str:
        """See Cluster."""
        words = [sys.executable, "-c", START, str(self.home), str(self.search[0])]
        env = {**os.environ, **self.disk.words, "PYTHONPATH": str(PROJECT)}
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return self.url()


def forgetful(folder: Path) -> ForgetfulCluster:
    """A cluster below ``disk`` of a folder, beside which it is kept what was synced."""
    (folder / "disk").mkdir()
    disk = Disk(folder / "disk", folder / "kept")
    return ForgetfulCluster(home=disk.folder / "home", search=[disk.programs()], disk=disk)
