"""The bench of answers, small: that it measures all, and what does not hang on the machine."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tests.bench.answers import committing, measured


def test_what_answers_cost_is_measured() -> None:
    """Of each question beside its bare SQL; memory is flat, and nobody who listens is let go."""
    folder = Path(tempfile.mkdtemp(prefix="mmm-answers-", dir="/tmp"))
    folder.chmod(0o755)
    cluster = committing(folder / "home")
    try:
        found = measured(cluster, folder, ships=40, rounds=2, quiet_s=2.0)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
    assert len(found.rows) == 10
    assert all(len(row.answers) == len(row.bare) == 2 for row in found.rows.values())
    assert not [words for words in found.broken if words.startswith("memory")]
