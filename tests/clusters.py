"""Private PostGIS clusters of tests: tuned to what is measured, or quick to copy."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from monitor.store.cluster import OWNER, PORT, SUPERUSER, Cluster

T = TypeVar("T")

COMMIT_TIMES = "track_commit_timestamp = on\n"
"""It is known when each transaction was committed."""

FORGETFUL = "fsync = off\nfull_page_writes = off\nmax_wal_size = 256MB\n"
"""What is committed outlives every process that is killed, but no machine that is."""

MEMORY, LEAST_BYTES = Path("/dev/shm"), 4 << 30  # noqa: S108 - a folder of our own is made in it
"""Where files cost nothing, and how much of it must be free: a run takes some hundred megabytes a
worker. A database is 300 files, half a second on a slow disk, and each test has its own."""

DISK = Path("/tmp")  # noqa: S108 - the same; names of sockets must be short

COPY = "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template} STRATEGY FILE_COPY"
DROP = "DROP DATABASE IF EXISTS {name} WITH (FORCE)"
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
    """A cluster whose databases cost little to copy; nobody needs them after a power failure.

    It is told by one connection that is kept: a program for each word takes twice the time.
    """

    _teller: Teller | None = None

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """See Cluster."""
        self._tell(COPY.format(name=name, owner=OWNER, template=template))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """See Cluster."""
        self._tell(DROP.format(name=name))

    def stop(self) -> None:
        """See Cluster."""
        if self._teller is not None:
            self._teller.close()
            self._keep(None)
        super().stop()

    def _tell(self, command: str) -> None:
        if self._teller is None:
            self.start()
            self._keep(Teller(self.socket_directory))
        assert self._teller is not None
        self._teller.tell(command)

    def _keep(self, teller: Teller | None) -> None:
        object.__setattr__(self, "_teller", teller)  # a Cluster is frozen


class Teller:
    """A connection as the superuser, with a loop of its own: whoever tells may be in another."""

    def __init__(self, directory: Path) -> None:
        """Connect by the socket in a directory."""
        self._thread = ThreadPoolExecutor(1, "teller")
        self._loop = asyncio.Runner()
        self._connection: asyncpg.Connection = self._run(
            asyncpg.connect(host=str(directory), port=PORT, user=SUPERUSER, database="postgres")
        )

    def tell(self, command: str) -> None:
        """Have a command done."""
        self._run(self._connection.execute(command))

    def close(self) -> None:
        """End it."""
        self._run(self._connection.close())
        self._thread.submit(self._loop.close).result()
        self._thread.shutdown()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._thread.submit(self._loop.run, work).result()
