"""The soak of ``make bench``, small: what it prints is asserted here."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from monitor.store.cluster import Cluster
from tests.bench.soak import soak


def test_a_short_soak() -> None:
    """Nothing is lost, it stops in time, and the journal tells the same events."""
    folder = Path(tempfile.mkdtemp(prefix="mmm-soak-", dir="/tmp"))
    folder.chmod(0o755)
    cluster = Cluster(home=folder / "home")
    try:
        found = soak(cluster, folder, 6.0, 1000)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
    assert found["lines lost"] == found["rows lost"] == 0
    assert found["rows"] > 5000
    assert found["events equal the journal's"]  # none: that a ship is in port takes a minute
    assert found["SIGTERM to exit"].endswith("code 0")
