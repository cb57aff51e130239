"""What tests of reports share: a sea that was replayed once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.simulator.simulation import Simulation
from monitor.store.cluster import Cluster
from tests.replayed import replayed


@pytest.fixture(scope="session")
def transfer(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Simulation]]:
    """Two ships from Tartus to Tobruk, dark on the way; nothing is written to it any more."""
    name = "report_transfer"
    yield replayed(cluster, name, "dark-transfer", tmp_path_factory.mktemp(name))
    cluster.drop_database(name)
