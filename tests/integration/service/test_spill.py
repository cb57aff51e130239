"""The folder of a backfill: what is whole in it stays, and trouble with its disk is a sentence."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import InputError
from monitor.feed.logfile import LogFile
from monitor.feed.merging import merged
from monitor.service import spill as spills
from monitor.service.logs import LogOptions, Opened, open_log
from monitor.service.pieces import decode_piece
from monitor.service.spill import Spill, forget, identity_of, tidy
from tests.integration.service.replays import LINES, write
from tests.unit.service.test_pieces import FIRST, SECOND


def opened(path: Path) -> list[Opened]:
    """A log, opened."""
    log = LogFile(str(path))
    one = open_log(log, LogOptions())
    log.close()
    return [one]


@pytest.fixture
def logs(tmp_path: Path) -> list[Opened]:
    """The log that the pieces are of."""
    return opened(write(tmp_path / "sea.nmea", LINES))


def filled(root: Path, logs: list[Opened]) -> Spill:
    """A spill with two pieces."""
    spill = Spill(root, logs, b"me")
    first = decode_piece(FIRST)
    spill.put(first, first.ended)
    second = decode_piece(SECOND)
    spill.put(second, second.ended)
    return spill


def test_pieces_are_there_for_the_next_process(tmp_path: Path, logs: list[Opened]) -> None:
    spill = filled(tmp_path / "spill", logs)
    assert [said["piece"] for said in spill.pieces(3)] == [0, 1]
    assert spill.pieces(0) == []
    assert spill.totals is None
    spill.finish({"lines": 557})
    spill.close()
    again = Spill(tmp_path / "spill", logs, b"me")
    assert again.folder == spill.folder
    assert again.pieces(3)[0]["ended"] == decode_piece(FIRST).ended
    assert again.totals == {"lines": 557}
    assert sum(map(len, merged(again.runs()))) == len(LINES)
    again.close()
    again.delete()
    assert not again.folder.exists()


def test_what_is_behind_a_piece_that_is_cut_is_not_counted(
    tmp_path: Path, logs: list[Opened]
) -> None:
    """A power failure may leave a file without its end."""
    spill = filled(tmp_path / "spill", logs)
    (first, _) = sorted(spill.folder.glob("*.run"))
    first.write_bytes(first.read_bytes()[:-40])
    assert spill.pieces(3) == []
    with pytest.raises(InputError, match="is damaged: delete"):
        spill.runs()
    spill.close()


def test_a_disk_that_forgets_is_told(tmp_path: Path, logs: list[Opened]) -> None:
    """A run that is whole, but for a bit."""
    spill = filled(tmp_path / "spill", logs)
    (first, _) = sorted(spill.folder.glob("*.run"))
    data = bytearray(first.read_bytes())
    data[-5000] ^= 4
    first.write_bytes(data)
    with pytest.raises(InputError, match=r"is damaged \(.*\): delete .*, and run the same command"):
        list(spill.blocks(0))
    spill.close()


def test_what_is_stored_is_forgotten_unless_another_needs_it(
    tmp_path: Path, logs: list[Opened]
) -> None:
    spill = filled(tmp_path / "spill", logs)
    forget(tmp_path / "spill", logs, b"me")
    assert len(spill.pieces(3)) == 2
    spill.close()
    forget(tmp_path / "spill", logs, b"other")
    assert spill.folder.exists()
    forget(tmp_path / "spill", logs, b"me")
    assert not spill.folder.exists()


def test_what_was_gathered_is_not_counted_twice(
    tmp_path: Path, logs: list[Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before it could delete what it had merged, the next process does."""
    spill = filled(tmp_path / "spill", logs)
    kept = {path: path.read_bytes() for path in spill.folder.glob("*.run")}
    monkeypatch.setattr(spills, "FAN_IN", 2)
    monkeypatch.setattr(spills, "most_at_once", lambda runs: 9 if len(runs) > 1 else 1)
    (run,) = spill.runs()
    for path, data in kept.items():
        path.write_bytes(data)
    (spill.folder / "half.new").touch()
    spill.close()
    again = Spill(tmp_path / "spill", logs, b"me")
    assert again.runs() == [run]
    assert sorted(path.name for path in again.folder.iterdir()) == sorted([run.path.name, "lock"])
    again.close()


def test_two_cannot_backfill_the_same_at_once(tmp_path: Path, logs: list[Opened]) -> None:
    spill = Spill(tmp_path / "spill", logs, b"me")
    with pytest.raises(InputError, match=f"by process {os.getpid()} already"):
        Spill(tmp_path / "spill", logs, b"me")
    other = Spill(tmp_path / "spill", logs, b"other")
    assert other.folder != spill.folder
    spill.close()
    other.close()


def test_a_log_that_changed_is_decoded_anew(tmp_path: Path, logs: list[Opened]) -> None:
    """And what is said of it is part of it: other zones are other times."""
    spill = Spill(tmp_path / "spill", logs, b"me")
    spill.close()
    os.utime(tmp_path / "sea.nmea", ns=(1, 1))
    changed = Spill(tmp_path / "spill", logs, b"me")
    changed.close()
    assert changed.folder != spill.folder
    known = identity_of(logs, LogOptions())
    assert known == identity_of(opened(tmp_path / "sea.nmea"), LogOptions())
    assert known != identity_of(logs, LogOptions(start_at=1))
    assert known != identity_of([logs[0]._replace(form="csv")], LogOptions())


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "is full.*--spill.*goes on"), (errno.EIO, "cannot be used: Input/output")],
)
def test_trouble_with_the_disk_is_a_sentence_and_leaves_nothing_half_done(
    tmp_path: Path, logs: list[Opened], monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    spill = filled(tmp_path / "spill", logs)
    before = sorted(spill.folder.glob("*.run"))
    write_bytes = Path.write_bytes

    def fails(self: Path, data: Any) -> int:
        write_bytes(self, data[: len(data) // 2])
        raise OSError(number, "no")

    first = decode_piece(FIRST)
    other = replace(first, said={**first.said, "log": 4})
    monkeypatch.setattr(Path, "write_bytes", fails)
    with pytest.raises(InputError, match=words):
        spill.put(other, first.ended)
    assert sorted(spill.folder.glob("*.run")) == before
    assert spill.pieces(4) == []
    spill.close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, logs: list[Opened]) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be used: Not a directory"):
        Spill(tmp_path / "file" / "spill", logs, b"me")


def test_what_nobody_goes_on_with_is_deleted_after_a_month(
    tmp_path: Path, logs: list[Opened]
) -> None:
    """Of logs that changed, say; not what is used, and nothing else that lies there."""
    root = tmp_path / "spill"
    held, left = filled(root, logs), Spill(root, logs, b"other")
    left.close()
    (root / "mine").mkdir()
    begun_s = (left.folder / "lock").stat().st_mtime
    assert tidy(root, begun_s + 29 * 86_400) == []
    assert tidy(root, begun_s + 31 * 86_400) == [left.folder]
    assert sorted(root.iterdir()) == sorted([held.folder, root / "mine"])
    assert tidy(tmp_path / "none", begun_s) == []
    held.close()
