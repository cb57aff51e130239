"""What the stories of an officer at the desk share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.desk import Desk
from tests.integration.conftest import db as db  # noqa: PLC0414 - a fixture here, too


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A folder of this test's own."""
    return Desk(tmp_path, monkeypatch, capsys)
