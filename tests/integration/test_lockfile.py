"""Locks between processes: held by one, waited for so long, and who holds it is said."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor import lockfile
from monitor.clock import monotonic_s
from monitor.errors import HeldError
from monitor.lockfile import take

HOLD = (
    "import sys, pathlib; from monitor.lockfile import take\n"
    "held = take(pathlib.Path(sys.argv[1])); print(flush=True); sys.stdin.read()"
)


@contextmanager
def held_by_another(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process holds a lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"\n"
        yield process
        process.kill()


def test_who_holds_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with held_by_another(path) as other, pytest.raises(HeldError) as refused:
        take(path)
    assert refused.value.pid == other.pid
    assert str(refused.value) == f"{path} is held by process {other.pid}: end that first."


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    """However it ends; the next holder's number takes the place of the last one's."""
    path = tmp_path / "lock"
    with held_by_another(path) as other:
        other.kill()
        other.wait()
        with take(path, patience_s=5):
            assert path.read_text() == f"{os.getpid()}\n"


def test_it_is_waited_for_so_long_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lockfile, "POLL_S", 0.01)
    began = monotonic_s()
    with take(tmp_path / "lock"), pytest.raises(HeldError):
        take(tmp_path / "lock", patience_s=0.2)
    assert 0.2 <= monotonic_s() - began < 5


def test_one_that_is_let_go_in_time_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take(tmp_path / "lock")
    monkeypatch.setattr("monitor.lockfile.time.sleep", lambda _: first.close())
    take(tmp_path / "lock", patience_s=60).close()


@pytest.mark.parametrize("content", [b"", b"rubbish"])
def test_a_holder_that_left_no_number_is_another_process(tmp_path: Path, content: bytes) -> None:
    """As releases before this one do."""
    path = tmp_path / "lock"
    with take(path):
        path.write_bytes(content)
        with pytest.raises(HeldError, match="is held by another process") as refused:
            take(path)
    assert refused.value.pid is None


def test_a_lock_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        take(tmp_path / "lock").close()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o600


def test_a_lock_that_cannot_be_made_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        take(tmp_path / "none" / "lock")
