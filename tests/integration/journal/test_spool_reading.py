"""The journal on disk: what is appended is read once, in order, or counted as dropped."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from monitor.journal.blocks import block
from monitor.journal.segment import PLAIN
from tests.integration.journal.spools import AT, HEAD, begun, drained, numbered, numbers_in


def test_what_was_not_stored_is_there_after_a_restart(tmp_path: Path) -> None:
    """The reader goes on from the position of its last commit."""
    spool = begun(tmp_path, segment=200)
    for number in range(10):
        spool.append(numbered(number))
    data, position = spool.read(0, 300)
    spool.release(position)
    spool.close()
    again = begun(tmp_path, segment=200)
    again.append(numbered(10))
    again.release(position)
    rest, _ = drained(again, position)
    assert numbers_in(data) + rest == list(range(11))
    again.close()


def test_a_piece_is_never_of_two_segments(tmp_path: Path) -> None:
    """A header stands nowhere but at a piece's begin: with it the lateness may change."""
    spool = begun(tmp_path, segment=150)
    for number in range(12):
        spool.append(numbered(number))
    position, pieces = 0, []
    while True:
        data, position = spool.read(position, 1 << 20)
        if not data:
            break
        pieces.append(data)
    spool.close()
    assert len(pieces) > 2
    assert all(piece.startswith(HEAD) and piece.count(HEAD) == 1 for piece in pieces)


@pytest.mark.parametrize("most", [0, 1, 30, 10_000])
def test_a_block_larger_than_what_is_asked_for_is_given_whole(tmp_path: Path, most: int) -> None:
    """Reading always gets on, however little is asked for."""
    spool = begun(tmp_path)
    large = block(AT, "harbour", b"x" * 5000 + b"\n")
    spool.append(large)
    found: list[tuple[bytes, int]] = []
    thread = Thread(target=lambda: found.append(spool.read(len(HEAD), most)), daemon=True)
    thread.start()
    thread.join(2)
    assert found == [(large, len(HEAD) + len(large))]
    spool.close()


@pytest.mark.parametrize(
    ("most", "pieces"),
    [
        (0, [[0], [1], [2], [3], [4]]),
        (1, [[0], [1], [2], [3], [4]]),
        (len(numbered(0) + numbered(1)) - 1, [[0], [1], [2], [3], [4]]),
        (len(numbered(0) + numbered(1)), [[0, 1], [2], [3, 4]]),
        (10_000, [[0, 1, 2, 3, 4]]),
    ],
)
def test_no_more_blocks_are_given_than_are_asked_for(
    tmp_path: Path, most: int, pieces: list[list[int]]
) -> None:
    """The one that is refused is put aside alone: its neighbours are good."""
    spool = begun(tmp_path)
    spool.append(b"".join(numbered(number) for number in range(5)))
    found, position = [], len(HEAD)
    while position < spool.end:
        data, position = spool.read(position, most)
        found.append(numbers_in(data))
    spool.close()
    assert found == pieces


def test_the_oldest_unread_is_dropped_and_counted(tmp_path: Path) -> None:
    """The limit holds, and every line is read or counted."""
    spool = begun(tmp_path, limit=1500, segment=300)
    for number in range(100):
        spool.append(numbered(number))
        assert spool.waiting_bytes <= 1500
    found, _ = drained(spool)
    assert found == list(range(found[0], 100))
    assert 0 < found[0] < 99
    assert spool.dropped_lines == sum(number % 3 + 1 for number in range(found[0]))
    spool.close()


def test_what_was_stored_is_not_counted_as_dropped(tmp_path: Path) -> None:
    """Only the part of a segment that nobody has stored is lost."""
    spool = begun(tmp_path, limit=900, segment=400)
    spool.append(numbered(0) + numbered(1))
    _, position = spool.read(0, len(HEAD) + 1)
    spool.release(position)
    _, position = spool.read(position, 1)
    spool.release(position)
    for number in range(2, 60):
        spool.append(numbered(number))
    found, _ = drained(spool, position)
    lost = set(range(2 if position > len(HEAD) + len(numbered(0)) + 1 else 1, 60)) - set(found)
    assert spool.dropped_lines == sum(number % 3 + 1 for number in lost)
    spool.close()


def test_a_file_that_was_cut_from_outside_does_not_hang_the_reader(tmp_path: Path) -> None:
    """What is gone is gone; reading goes on behind it, or raises, but never stands."""
    spool = begun(tmp_path, segment=100)
    for number in range(6):
        spool.append(numbered(number))
    first, *_ = sorted(tmp_path.glob(f"journal-*{PLAIN}"))
    os.truncate(first, 10)
    found: list[int] = []
    thread = Thread(target=lambda: found.extend(drained(spool)[0]), daemon=True)
    thread.start()
    thread.join(2)
    assert not thread.is_alive()
    assert found
    assert found[-1] == 5
    spool.close()


def test_a_file_that_was_removed_from_outside(tmp_path: Path) -> None:
    """The rest is still read."""
    spool = begun(tmp_path, segment=100)
    for number in range(6):
        spool.append(numbered(number))
    first, *_ = sorted(tmp_path.glob(f"journal-*{PLAIN}"))
    first.unlink()
    found, _ = drained(spool)
    assert found[-1] == 5
    spool.close()
