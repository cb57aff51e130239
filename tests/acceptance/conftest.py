"""What the stories of an officer at the desk share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.store.cluster import Cluster
from tests.acceptance.alerted import Copied, replayed
from tests.acceptance.desk import Desk
from tests.integration.conftest import db as db  # noqa: PLC0414 - a fixture here, too


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A folder of this test's own."""
    return Desk(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def copied(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copied]:
    """The voyage that comes along, replayed once for the tests of a module: each has a copy."""
    with replayed(cluster, tmp_path_factory.mktemp("log")) as made:
        yield made


@pytest.fixture
def env(copied: Copied) -> dict[str, str]:
    """An environment that leads to a copy of it."""
    return copied()


@pytest.fixture(scope="module")
def play() -> Iterator[Any]:
    """What drives browsers, while tests of one module run: no loop of others may run beside it."""
    from tests.acceptance.browser import playing  # noqa: PLC0415 - other tests do without

    with playing() as found:
        yield found


@pytest.fixture(scope="module")
def browser(play: Any) -> Iterator[Any]:
    """A browser that draws WebGL; each test opens a page of its own in it."""
    from tests.acceptance.browser import browsing  # noqa: PLC0415 - other tests do without

    with browsing(play) as found:
        yield found
