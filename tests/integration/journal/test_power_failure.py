"""A journal on a disk that forgets what was not synced: what was said to be kept is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.journal import segment
from monitor.journal.segment import segments_in
from monitor.journal.spool import AFTER_A_CRASH
from monitor.service.durable import Durable
from tests.chaos.disk import Disk
from tests.chaos.lone import fails_after, needs_gcc
from tests.integration.journal.spools import begun, drained, numbered

BEGIN = """
from pathlib import Path
from monitor.service.durable import Durable
from tests.integration.journal.spools import begun, killed, numbered
spool = begun(Path("journal"), recorded=True)
print(spool.id.hex(), spool.end)
"""


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    """An empty one."""
    (tmp_path / "disk").mkdir()
    return Disk(tmp_path / "disk", tmp_path / "kept")


def found_in(disk: Disk) -> list[int]:
    """Which blocks a journal has on that disk, after all."""
    spool = begun(disk.folder / "journal", recorded=True)
    numbers, _ = drained(spool)
    spool.close()
    return numbers


@needs_gcc
def test_what_was_reached_outlives_a_power_failure(disk: Disk) -> None:
    fails_after(disk, f"""{BEGIN}
spool.append(numbered(0) + numbered(1))
assert Durable(spool).reach()
spool.append(numbered(2))
""")  # fmt: skip
    assert found_in(disk) == [0, 1]


@needs_gcc
def test_it_is_the_same_journal_after_a_power_failure(disk: Disk) -> None:
    """Else a database would take what is left of it for another, and store it once more."""
    said = fails_after(disk, BEGIN).split()
    again = begun(disk.folder / "journal")
    assert again.id.hex() == said[0]
    again.close()


@needs_gcc
def test_no_position_comes_again_after_an_end_that_was_clean_once(disk: Disk) -> None:
    """The mark of the clean end is gone before anything comes, be it in memory alone."""
    fails_after(disk, f"{BEGIN}\nspool.append(numbered(0))\nspool.close()")
    said = fails_after(disk, BEGIN).split()
    again = begun(disk.folder / "journal")
    assert 0 < int(said[1]) < AFTER_A_CRASH
    assert again.end > AFTER_A_CRASH
    again.close()


@needs_gcc
def test_what_a_killed_watch_left_is_kept_once_the_next_has_found_it(disk: Disk) -> None:
    fails_after(disk, f"""{BEGIN}
spool.append(numbered(0))
killed(spool)
again = begun(Path("journal"), recorded=True)
""")  # fmt: skip
    assert found_in(disk) == [0]


def test_a_packed_segment_is_there_for_good_before_the_plain_one_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = begun(tmp_path, recorded=True)
    spool.append(numbered(0))
    spool.close()
    there: list[list[str]] = []
    flush = segment.flush

    def noted(directory: Path) -> None:
        there.append(sorted(path.suffix for path in directory.glob("journal-*")))
        flush(directory)

    monkeypatch.setattr(segment, "flush", noted)
    (plain,) = segments_in(tmp_path)
    segment.compress(plain)
    assert there[-1] == [".ais", ".zst"]
    assert [path.suffix for path in tmp_path.glob("journal-*")] == [".zst"]


def test_a_disk_that_fails_is_told_and_nothing_is_synced_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def failing(number: int) -> None:
        calls.append(number)
        raise OSError(5, "Input/output error")

    spool = begun(tmp_path)
    kept = Durable(spool)
    spool.append(numbered(0))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        assert not kept.reach()
        assert not kept.reach(spool.end)
    assert len(calls) == 2
    assert kept.reach(spool.end)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        assert kept.reach(spool.end), "that far it was"
        spool.append(numbered(1))
        assert not kept.reach(spool.end)
    spool.close()
