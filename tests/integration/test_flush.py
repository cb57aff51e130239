"""What is flushed is opened for that, and closed again."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.flush import flush


def test_a_folder_is_flushed_and_closed(tmp_path: Path) -> None:
    """As often as one likes: no descriptor is left behind."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        flush(tmp_path)
        flush(Path(__file__))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    with pytest.raises(FileNotFoundError):
        flush(tmp_path / "nowhere")
