"""What all tests share: the recorded data, and a real PostGIS with a database a test."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from tests.clusters import FORGETFUL, QuickCluster, quick_folder, start_tuned
from tests.sizes import sized

PROJECT = Path(__file__).parents[1]
SHARED = PROJECT.parent / "shared" / "data"

# What tests start keeps what it compiled, as installed programs do; the Makefile says the same.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile(
    "here", deadline=None, max_examples=sized(12, 100)
)  # what a busy machine takes is no fault
settings.load_profile("here")


SHOWN, SHOWN_LETTERS = 10, 400
"""So many failed tests are named at the very end, and so much of why."""


def pytest_unconfigure(config: pytest.Config) -> None:
    """Name the failed tests last: often only the end of a log is kept, and reasons are long."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    failed = [*reporter.stats.get("failed", []), *reporter.stats.get("error", [])]
    for report in failed[:SHOWN]:
        crash = getattr(report.longrepr, "reprcrash", None)
        why = " ".join(str(report.longrepr if crash is None else crash.message).split())
        reporter.write_line(f"failed: {report.nodeid}: {why[:SHOWN_LETTERS]}")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """How a test logs ends with it: the next one has another standard error."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the recorded data; tests that need it skip where it is not."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not beside the project: no recordings to test on")
    return SHARED


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private PostGIS of this test run, with a migrated template."""
    home = quick_folder("mmm-test-")
    found = QuickCluster(home=home)
    try:
        start_tuned(found, FORGETFUL)
        migrate(found.create_database("template_monitor"))
        yield found
    finally:
        found.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """URL of a database of this test's own, copied from the template."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield cluster.create_database(name, template="template_monitor")
    cluster.drop_database(name)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests do not depend on the settings of whoever runs them."""
    for name in list(os.environ):
        if name.startswith("MONITOR_"):
            monkeypatch.delenv(name)
