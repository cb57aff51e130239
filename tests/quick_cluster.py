"""The private PostGIS of a test run: quick to copy, for nobody needs it after a power failure."""

from __future__ import annotations

from monitor.store.cluster import OWNER, Cluster

FORGETFUL = "\nfsync = off\nfull_page_writes = off\n"
"""What is committed outlives every process that is killed, but no machine that is. Databases are
made and dropped for each test, and each is a checkpoint: it took seconds."""

COPY = f'CREATE DATABASE :"name" OWNER {OWNER} TEMPLATE :"template" STRATEGY FILE_COPY;'
"""Files are copied, not written to the log page by page."""


class QuickCluster(Cluster):
    """A cluster whose databases cost little."""

    def start_forgetful(self) -> None:
        """Start it so that nothing waits for the disk."""
        self.start()
        self.stop()
        with (self.data_directory / "postgresql.conf").open("a") as settings:
            settings.write(FORGETFUL)
        self.start()

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """See Cluster."""
        self._psql(COPY, name=name, template=template)
        return self.url(name)
