"""A journal whose disk is full or bad: memory takes the newest, and every line is accounted for."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from monitor.journal.segment import segments_in
from monitor.journal.spool import Spool
from tests.integration.journal.spools import HEAD, begun, drained, killed, numbered, numbers_in


@pytest.fixture
def tmpfs(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 64 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() or mount is None or umount is None:
        pytest.skip("only root can mount a small disk")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run([umount, "-l", folder], check=True)


def test_a_full_disk(tmpfs: Path) -> None:
    """Memory takes the newest; with room again all goes on, and every line is accounted for."""
    ballast = tmpfs / "ballast"
    position, seen, appended = 0, list[int](), 0

    def fill() -> None:
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(1024))

    def add(count: int) -> None:
        nonlocal appended
        for _ in range(count):
            spool.append(numbered(appended))
            appended += 1

    def take(most: int) -> None:
        nonlocal position
        data, position = spool.read(position, most)
        seen.extend(numbers_in(data))
        spool.release(position)

    fill()
    spool = begun(tmpfs, segment=8000)
    add(50)
    assert spool.trouble == "the journal cannot be written: No space left on device"
    take(1)
    take(100)
    ballast.unlink()
    add(300)
    assert spool.trouble is None
    assert spool.dropped_lines == 0
    take(1000)
    fill()
    add(1000)  # the oldest makes room
    assert spool.dropped_lines > 0
    rest, position = drained(spool, position, 1000)
    seen += rest
    assert seen == sorted(set(seen))
    assert seen[-1] == appended - 1
    missing = set(range(appended)) - set(seen)
    assert spool.dropped_lines == sum(number % 3 + 1 for number in missing)
    spool.release(position)
    spool.close()
    assert segments_in(tmpfs) == []


def full(spool: Spool, monkeypatch: pytest.MonkeyPatch, code: int = errno.ENOSPC) -> None:
    """From now on the disk takes nothing."""

    def put(_: bytes) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(spool, "_put", put)


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the disk is full, and what is dropped is counted."""
    spool = begun(tmp_path, memory=2000)
    full(spool, monkeypatch)
    for number in range(300):
        spool.append(numbered(number))
        assert sum(map(len, spool._tail)) <= 2000 + len(HEAD) + 100
    found, position = drained(spool)
    assert found == list(range(found[0], 300))
    assert spool.dropped_lines == sum(number % 3 + 1 for number in range(found[0]))
    monkeypatch.undo()
    spool.append(numbered(300))
    assert drained(spool, position)[0] == [300]
    spool.close()


def test_out_of_memory_too_a_block_is_given_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came in one go is given in pieces, and each line of it is accounted for."""
    spool = begun(tmp_path)
    full(spool, monkeypatch)
    spool.append(b"".join(numbered(number) for number in range(6)))
    pieces, position = [], len(HEAD)
    for most in (1, len(numbered(1) + numbered(2)), 0):
        data, position = spool.read(position, most)
        pieces.append(numbers_in(data))
        spool.release(position)
    assert pieces == [[0], [1, 2], [3]]
    spool.close()
    assert spool.dropped_lines == len([4, 4, 5, 5, 5])


def test_positions_are_stable_from_memory_to_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader in the middle of what waits in memory goes on from the disk."""
    spool = begun(tmp_path)
    spool.append(numbered(0))
    with monkeypatch.context() as patch:
        full(spool, patch)
        for number in range(1, 30):
            spool.append(numbered(number))
        found, position = drained(spool)
        data, middle = spool.read(0, 1)
        while numbers_in(data)[-1:] < [15]:
            data, middle = spool.read(middle, 1)
    spool.append(numbered(30))
    assert not spool._tail
    assert found[-1] == 29
    assert drained(spool, middle)[0] == list(range(16, 31))
    assert drained(spool, position)[0] == [30]
    spool.close()


@pytest.mark.parametrize("code", [errno.EIO, errno.EROFS, errno.EDQUOT])
def test_other_troubles_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """A disk that went bad or read-only does not end the watch: what comes waits in memory."""
    spool = begun(tmp_path, segment=150)
    for number in range(4):
        spool.append(numbered(number))
    _, position = drained(spool)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        full(spool, patch, code)
        patch.setattr(Path, "unlink", refuse)
        patch.setattr(os, "truncate", refuse)
        patch.setattr(os, "fsync", refuse)
        spool.append(numbered(4))
        spool.append(numbered(5))
        assert spool.trouble == f"the journal cannot be written: {os.strerror(code)}"
        assert drained(spool, position)[0] == [4, 5]
        spool.release(position)
        spool.tidy()
    spool.append(numbered(6))
    assert drained(spool, position)[0] == [4, 5, 6]
    spool.close()


def test_what_a_full_disk_does_not_take_at_the_end_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing loses what only stands in memory: that is said."""
    spool = begun(tmp_path)
    with monkeypatch.context() as patch:
        full(spool, patch)
        spool.append(numbered(2) + numbered(5))
        spool.close()
    assert spool.dropped_lines == 6


@pytest.mark.parametrize("end", ["killed", "closed, and the note was not written"])
@pytest.mark.parametrize("begin", ["on a good disk", "on a full disk"])
def test_positions_that_were_stored_from_memory_are_not_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begin: str, end: str
) -> None:
    """The database has stored what stood in memory only: what comes then is behind it."""

    def no_room(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    begun(tmp_path).close()
    with monkeypatch.context() as patch:
        if begin == "on a full disk":
            patch.setattr(Path, "write_text", no_room)
        spool = begun(tmp_path)
        spool.append(numbered(0))
        full(spool, patch)
        for number in range(1, 10):
            spool.append(numbered(number))
        _, stored = drained(spool)
        spool.release(stored)
        if end == "killed":
            killed(spool)
        else:
            patch.setattr(Path, "write_text", no_room)
            spool.close()
    again = begun(tmp_path)
    assert again.id == spool.id
    again.release(stored)  # what the follower does first
    again.append(numbered(10))
    assert again.waiting_bytes > 0
    assert drained(again, stored)[0] == [10]
    again.close()
