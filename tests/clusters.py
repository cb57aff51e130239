"""Private PostGIS clusters of tests: tuned to what is measured, or quick to copy."""

from __future__ import annotations

from monitor.store.cluster import OWNER, Cluster

COMMIT_TIMES = "track_commit_timestamp = on\n"
"""It is known when each transaction was committed."""

FORGETFUL = "fsync = off\nfull_page_writes = off\n"
"""What is committed outlives every process that is killed, but no machine that is. Databases are
made and dropped for each test, and each is a checkpoint: it took seconds."""

COPY = f'CREATE DATABASE :"name" OWNER {OWNER} TEMPLATE :"template" STRATEGY FILE_COPY;'
"""Files are copied, not written to the log page by page."""


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
