"""A power failure that is played: what was synced is there, what was not is gone or old."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from monitor.store.cluster import Cluster
from tests.chaos.disk import Disk
from tests.chaos.forgetful import ForgetfulCluster, forgetful
from tests.chaos.lone import Never, fails_after, needs_gcc
from tests.clusters import quick_folder

pytestmark = needs_gcc


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    """One with files that are on it for long."""
    folder = tmp_path / "disk"
    folder.mkdir()
    for name in ("old", "kept", "gone", "moved"):
        (folder / name).write_text(name)
    return Disk(folder, tmp_path / "kept")


def held(disk: Disk) -> dict[str, str]:
    return {path.name: path.read_text() for path in disk.folder.iterdir()}


OLD = {"old": "old", "kept": "kept", "gone": "gone", "moved": "moved"}


def test_what_was_not_synced_is_old_or_gone(disk: Disk) -> None:
    fails_after(disk, """
open("old", "r+").write("new")
open("made", "w").write("made")
os.unlink("gone")
os.rename("moved", "there")
""")  # fmt: skip
    assert held(disk) == OLD


@pytest.mark.parametrize("call", ["fsync", "fdatasync"])
def test_what_was_synced_is_there(disk: Disk, call: str) -> None:
    fails_after(disk, f"""
for name in ("old", "made"):
    file = open(name, "w")
    file.write("new"); file.flush(); os.{call}(file.fileno())
    file.write(" and newer"); file.flush()
""")  # fmt: skip
    assert held(disk) == {**OLD, "old": "new", "made": "new"}


def test_a_write_to_a_file_opened_for_that_is_synced(disk: Disk) -> None:
    fails_after(disk, """
os.write(os.open("made", os.O_WRONLY | os.O_CREAT | os.O_DSYNC, 0o600), b"new")
""")  # fmt: skip
    assert held(disk) == {**OLD, "made": "new"}


def test_names_are_there_once_their_directory_is_synced_but_nothing_that_is_in_them(
    disk: Disk,
) -> None:
    fails_after(disk, """
open("made", "w").write("new")
open("part", "w").write("new")
os.rename("part", "old")
os.unlink("gone")
os.rename("moved", "there")
os.fsync(os.open(".", os.O_RDONLY))
open("later", "w").write("new")
""")  # fmt: skip
    assert held(disk) == {"kept": "kept", "made": "", "old": "", "there": "moved"}


def test_a_second_failure_takes_nothing_of_what_the_first_left(disk: Disk) -> None:
    fails_after(disk, 'open("made", "w").write("new"); os.fsync(os.open("made", os.O_RDONLY))')
    fails_after(disk, 'open("made", "a").write("er")')
    assert held(disk) == {**OLD, "made": "new"}


def test_by_chance_some_blocks_stay_and_a_file_has_one_name(disk: Disk) -> None:
    """Of 200 blocks and of a rename, each of 30 times: never what neither disk had."""
    kept = names = 0
    for seed in range(30):
        fails_after(disk, """
file = open("made", "wb", 0)
file.write(b"a" * 102400); os.fsync(file.fileno())
file.seek(0); file.write(b"b" * 102400)
os.rename("moved", "there") if os.path.exists("moved") else os.rename("there", "moved")
""", random.Random(seed))  # fmt: skip
        data = (disk.folder / "made").read_bytes()
        blocks = {data[at : at + 512] for at in range(0, 102400, 512)}
        assert blocks <= {b"a" * 512, b"b" * 512}
        kept += len(blocks) == 2
        found = held(disk).keys() & {"moved", "there"}
        assert len(found) == 1
        names += found == {"there"}
    assert kept > 2
    assert names > 2


@pytest.fixture
def cluster() -> Iterator[ForgetfulCluster]:
    """One whose disk forgets."""
    folder = quick_folder("mmm-chaos-")
    made = forgetful(folder)
    try:
        yield made
    finally:
        made.disk.end_all()
        shutil.rmtree(folder)


async def ask(cluster: Cluster, *words: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(cluster.url())
    try:
        return [await connection.fetch(each) for each in words][-1]
    finally:
        await connection.close()


def test_postgresql_has_what_was_committed_and_nothing_else(cluster: ForgetfulCluster) -> None:
    cluster.start()
    many = "INSERT INTO t SELECT n FROM generate_series(1, 20000) n"
    asyncio.run(ask(cluster, "CREATE TABLE t (n int)", many))
    for seed in range(3):
        lazy = "SET synchronous_commit = off"  # its log is written later, by somebody else
        asyncio.run(ask(cluster, lazy, *["INSERT INTO t VALUES (0)"] * 5))
        assert cluster.disk.end_all() >= 5
        cluster.disk.forget(Never(seed))
        cluster.start()
        (row,) = asyncio.run(ask(cluster, "SELECT count(*) FROM t WHERE n > 0"))
        assert row[0] == 20000 * (seed + 1)
        (row,) = asyncio.run(ask(cluster, "SHOW max_wal_size"))
        assert row[0] == "4GB", "it has its settings"
        asyncio.run(ask(cluster, many))
