"""A journal whose end was not clean: torn tails are cut, what waits is kept, positions jump."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from monitor.journal.blocks import tick
from monitor.journal.segment import PLAIN, segments_in
from monitor.units import NO_TIME
from tests.integration.journal.spools import AT, HEAD, begun, drained, killed, numbered


def test_every_torn_tail_is_cut(tmp_path: Path) -> None:
    """A file cut at any byte gives its whole blocks and nothing else."""
    spool = begun(tmp_path)
    spool.append(numbered(0) + numbered(1) + numbered(2))
    (path,) = tmp_path.glob(f"journal-*{PLAIN}")
    killed(spool)
    whole = path.read_bytes()
    ends = [len(HEAD)]
    for number in range(3):
        ends.append(ends[-1] + len(numbered(number)))
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        again = begun(tmp_path)
        found, _ = drained(again)
        assert found == list(range(sum(end <= size for end in ends[1:])))
        killed(again)


def test_zeros_at_the_end_are_cut(tmp_path: Path) -> None:
    """A file system may have given a file its length and not its bytes."""
    spool = begun(tmp_path)
    spool.append(numbered(0))
    (path,) = tmp_path.glob(f"journal-*{PLAIN}")
    killed(spool)
    with path.open("ab") as file:
        file.write(bytes(4096))
    again = begun(tmp_path)
    again.append(numbered(1))
    assert drained(again)[0] == [0, 1]
    again.close()


def test_after_a_power_cut_positions_jump(tmp_path: Path) -> None:
    """The end may be lost, and the database may know more of it than the disk."""
    spool = begun(tmp_path)
    spool.append(numbered(0) + numbered(1))
    stored = spool.end
    killed(spool)
    (path,) = tmp_path.glob(f"journal-*{PLAIN}")
    os.truncate(path, stored - 3)
    again = begun(tmp_path)
    assert again.id == spool.id
    again.append(numbered(2))
    assert drained(again, stored)[0] == [2]
    again.close()


def test_after_a_power_cut_what_waits_is_kept(tmp_path: Path) -> None:
    """The jump of positions is no backlog: nothing is dropped for it."""
    spool = begun(tmp_path)
    for number in range(5):
        spool.append(numbered(number))
    killed(spool)
    again = begun(tmp_path)
    assert again.waiting_bytes < 2000
    again.append(numbered(5))
    assert again.waiting_bytes < 2000
    assert again.dropped_lines == 0
    assert drained(again)[0] == list(range(6))
    again.close()


def test_after_a_stop_in_good_order_positions_go_on(tmp_path: Path) -> None:
    """They jump only when the end was not clean."""
    spool = begun(tmp_path)
    spool.append(numbered(0))
    end = spool.end
    spool.release(end)
    spool.close()
    again = begun(tmp_path)
    assert (again.end, again.id) == (end, spool.id)
    again.close()


def test_a_lost_journal_is_another_one(tmp_path: Path) -> None:
    """What a database remembers of the old one says nothing about it: its id differs."""
    spool = begun(tmp_path / "a")
    spool.append(numbered(0))
    spool.close()
    shutil.rmtree(tmp_path / "a")
    again = begun(tmp_path / "a")
    assert again.id != spool.id
    assert len(again.id) == 16
    assert again.end == 0
    again.close()


@pytest.mark.parametrize(
    "note", ["", "{", "[]", "null", '{"id": 5}', '{"id": "xyz"}', '{"id": "ab", "end": "x"}',
             '{"id": "ab", "end": null}', '{"id": "ab", "end": 1e400}', '{"id": "ab", "stamp": []}',
             "\\udcff"],
)  # fmt: skip
def test_a_damaged_note_is_no_disaster(tmp_path: Path, note: str) -> None:
    """What waits is read whatever the note says."""
    spool = begun(tmp_path)
    spool.append(numbered(0))
    killed(spool)
    (tmp_path / "journal.json").write_text(note)
    again = begun(tmp_path)
    again.append(numbered(1))
    assert drained(again)[0] == [0, 1]
    again.close()


def test_files_of_others_do_not_disturb(tmp_path: Path) -> None:
    """A copy that somebody made by hand is not taken for a segment, and not removed."""
    spool = begun(tmp_path)
    spool.append(numbered(0))
    killed(spool)
    (path,) = tmp_path.glob(f"journal-*{PLAIN}")
    mine = [tmp_path / f"journal-old{PLAIN}", tmp_path / f"journal-1 (copy){PLAIN}"]
    for other in mine:
        shutil.copy(path, other)
    again = begun(tmp_path)
    assert drained(again)[0] == [0]
    again.release(again.end)
    again.tidy()
    again.close()
    assert all(other.exists() for other in mine)
    assert segments_in(tmp_path) == []


def test_the_newest_stamp_is_found(tmp_path: Path) -> None:
    """The clock goes on behind it, ticks included, whatever stands at the end of the file."""
    spool = begun(tmp_path)
    spool.append(numbered(3) + tick(AT + 77))
    killed(spool)
    again = begun(tmp_path)
    assert again.last_stamp == AT + 77
    again.append(b"")  # a header alone
    killed(again)
    third = begun(tmp_path)
    assert third.last_stamp == AT + 77
    third.release(third.end)
    third.last_stamp = AT + 99
    third.close()
    fourth = begun(tmp_path)
    assert fourth.last_stamp == AT + 99
    fourth.close()


def test_a_new_journal_has_no_stamp(tmp_path: Path) -> None:
    """The clock then begins with the wall clock."""
    spool = begun(tmp_path)
    assert spool.last_stamp == NO_TIME
    spool.close()
