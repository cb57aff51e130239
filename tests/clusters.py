"""Private PostGIS clusters of tests: tuned to what is measured, or quick to copy."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from monitor.store.cluster import OWNER, Cluster

COMMIT_TIMES = "track_commit_timestamp = on\n"
"""It is known when each transaction was committed."""

FORGETFUL = "fsync = off\nfull_page_writes = off\nmax_wal_size = 256MB\n"
"""What is committed outlives every process that is killed, but no machine that is."""

MEMORY, LEAST_BYTES = Path("/dev/shm"), 4 << 30  # noqa: S108 - a folder of our own is made in it
"""Where files cost nothing, and how much of it must be free: a run takes some hundred megabytes a
worker. A database is 300 files, half a second on a slow disk, and each test has its own."""

DISK = Path("/tmp")  # noqa: S108 - the same; names of sockets must be short

COPY = f'CREATE DATABASE :"name" OWNER {OWNER} TEMPLATE :"template" STRATEGY FILE_COPY;'
"""Files are copied, not written to the log page by page."""


def quick_folder(prefix: str) -> Path:
    """A new folder in memory, or where there is too little of that, on disk."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > LEAST_BYTES
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else DISK))
    folder.chmod(0o755)
    return folder


def start_tuned(cluster: Cluster, settings: str) -> None:
    """Start a cluster, new or not, with more settings than its own."""
    cluster.start()
    cluster.stop()
    with (cluster.data_directory / "postgresql.conf").open("a") as file:
        file.write(settings)
    cluster.start()


class QuickCluster(Cluster):
    """A cluster whose databases cost little to copy; nobody needs them after a power failure."""

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """See Cluster."""
        self._psql(COPY, name=name, template=template)
        return self.url(name)
