"""What the tests of replays share: logs whose pieces can be cut, and a second database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store.cluster import Cluster
from tests.integration.service.replays import LINES, write


@pytest.fixture
def short_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log's head is its first piece, whole, whatever is asked for: so logs are cut at all."""
    monkeypatch.setattr("monitor.feed.logfile.HEAD_BYTES", 500)


@pytest.fixture
def log(tmp_path: Path, short_heads: None) -> Path:
    """Two ships that meet at sea, dark; 557 lines of four days."""
    del short_heads
    return write(tmp_path / "sea.nmea", LINES)


@pytest.fixture
def other(cluster: Cluster) -> Iterator[str]:
    """A second database, for the run that nothing befalls."""
    name = "test_replay_other"
    yield cluster.create_database(name, template="template_monitor")
    cluster.drop_database(name)
