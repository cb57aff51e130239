"""A journal that is recorded: nothing that was stored is lost, and a replay reads it as one log."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.feed.logfile import LogFile
from monitor.journal.segment import PACKED, PARTIAL, PLAIN, compress, segments_in
from monitor.service.logs import logs_of
from tests.integration.journal.spools import (
    HEAD,
    begun,
    drained,
    killed,
    numbered,
    numbers_in,
    unpacked,
)


def test_a_record_loses_nothing_that_was_stored(tmp_path: Path) -> None:
    """The limit is for what is not stored yet; the rest is compressed and stays."""
    spool = begun(tmp_path, limit=1500, segment=300, recorded=True)
    position = 0
    for number in range(200):
        spool.append(numbered(number))
        if number % 3 == 0:
            _, position = drained(spool, position)
            spool.release(position)
            spool.tidy()
    _, position = drained(spool, position)
    spool.release(position)
    assert list(tmp_path.glob(f"*{PACKED}"))
    spool.close()
    assert (spool.dropped_lines, spool.unrecorded_lines) == (0, 0)
    assert not list(tmp_path.glob(f"*{PLAIN}"))
    assert not list(tmp_path.glob(f"*{PARTIAL}"))
    kept = segments_in(tmp_path)
    assert numbers_in(b"".join(unpacked(path) for path in kept)) == list(range(200))
    whole = LogFile(str(kept[0]), [str(path) for path in kept[1:]])
    whole.open()
    assert numbers_in(b"".join(piece for piece, _ in whole.pieces(size=64))) == list(range(200))
    whole.close()


def test_a_record_is_one_log(tmp_path: Path) -> None:
    """Plain and packed segments together; a replay goes on from any byte of it."""
    spool = begun(tmp_path, segment=100, recorded=True)
    for number in range(9):
        spool.append(numbered(number))
        if number == 5:
            spool.release(spool.end)
            spool.tidy()
    spool.close()
    kept = segments_in(tmp_path)
    assert {path.name.endswith(PACKED) for path in kept} == {True, False}
    whole = b"".join(unpacked(path) for path in kept)
    assert numbers_in(whole) == list(range(9))
    for skip in range(0, len(whole) + 1, 3):
        log = LogFile(str(kept[0]), [str(path) for path in kept[1:]])
        log.open()
        assert b"".join(piece for piece, _ in log.pieces(skip, size=50)) == whole[skip:]
        log.close()


def test_a_piece_of_a_log_never_holds_two_segments(tmp_path: Path) -> None:
    """Also where one was cut off: what follows begins with its header."""
    spool = begun(tmp_path, segment=100)
    for number in range(9):
        spool.append(numbered(number))
    killed(spool)
    kept = segments_in(tmp_path)
    os.truncate(kept[1], kept[1].stat().st_size - 5)
    for size in (10, 64, 1 << 20):
        log = LogFile(str(kept[0]), [str(path) for path in kept[1:]])
        log.open()
        pieces = [piece for piece, _ in log.pieces(size=size)]
        log.close()
        assert all(HEAD not in piece[1:] for piece in pieces)
        assert sum(piece.startswith(HEAD) for piece in pieces) == len(kept)


def test_a_journal_is_named_in_several_ways(tmp_path: Path) -> None:
    """A folder, its files, or both: each segment is read once, in order."""
    spool = begun(tmp_path, segment=100)
    for number in range(9):
        spool.append(numbered(number))
    killed(spool)
    kept = [str(path) for path in segments_in(tmp_path)]
    assert len(kept) > 2
    compress(Path(kept[1]))  # and one stands there twice, after a death
    (Path(kept[1])).write_bytes(b"")
    packed = [str(path) for path in segments_in(tmp_path)]
    for files in (
        (str(tmp_path),), tuple(packed), tuple(reversed(packed)), (str(tmp_path), packed[0]),
        (packed[0], str(tmp_path)), (str(tmp_path), str(tmp_path)),
        tuple(map(str, sorted(tmp_path.glob("journal-*")))),
    ):  # fmt: skip
        assert named(files) == [packed], files
    assert named((kept[0], "a.nmea", kept[2])) == [[kept[0], kept[2]], ["a.nmea"]]


def named(files: tuple[str, ...]) -> list[list[str]]:
    """The files of each log."""
    return [[log.path, *log.parts] for log in logs_of(files)[0]]


@pytest.mark.parametrize("died", ["while compressing", "before the plain one was removed"])
def test_a_death_while_compressing(tmp_path: Path, died: str) -> None:
    """One of the two files is whole; it is read once, and recorded once."""
    spool = begun(tmp_path, recorded=True)
    spool.append(numbered(0) + numbered(1))
    killed(spool)
    (path,) = tmp_path.glob(f"journal-*{PLAIN}")
    data = path.read_bytes()
    if died == "while compressing":
        (tmp_path / f"{path.name}.zst{PARTIAL}").write_bytes(b"\x28\xb5\x2f\xfd half")
    else:
        compress(path)
        path.write_bytes(data)
    again = begun(tmp_path, recorded=True)
    assert again.end >= len(data), "what was stored had positions up to there"
    again.release(len(data))
    again.append(numbered(2))
    assert drained(again, len(data))[0] == [2]
    again.release(again.end)
    again.close()
    assert numbers_in(b"".join(unpacked(p) for p in segments_in(tmp_path))) == [0, 1, 2]
