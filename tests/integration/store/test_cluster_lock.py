"""A cluster that another process starts or stops: it is waited for, then a sentence says whose."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.errors import ClusterError
from monitor.lockfile import take
from monitor.store import cluster as cluster_module
from monitor.store.cluster import Cluster


def test_a_lock_that_cannot_be_had_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says which process to look at, and nothing was changed."""
    monkeypatch.setattr(cluster_module, "LOCK_PATIENCE_S", 0.2)
    cluster = Cluster(home=tmp_path)
    cluster.directory.mkdir(parents=True)
    with take(cluster.directory / "lock"), pytest.raises(ClusterError) as refused:
        cluster.start()
    assert str(refused.value) == (
        f"The private PostGIS in {cluster.directory} is being started or stopped by process"
        f" {os.getpid()}: try again later, or end it"
    )
    assert not cluster.data_directory.exists()
