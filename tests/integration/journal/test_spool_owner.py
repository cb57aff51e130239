"""Who may use a journal: one process at a time, and only where it may write."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.journal.spool import Spool
from tests.integration.journal.spools import LIMIT, begun, drained, numbered


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    """In a sentence; and what the first one writes is not touched."""
    spool = begun(tmp_path)
    spool.append(numbered(0))
    code = (
        "import sys, pathlib; from monitor.journal.spool import Spool\n"
        "try: Spool(pathlib.Path(sys.argv[1]), limit_bytes=99).open()\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    who = f"Another monitor (process {os.getpid()})"
    told = f"StoreError {who} uses the journal in {tmp_path}: stop it first."
    assert done.stdout.strip() == told
    spool.append(numbered(1))
    assert drained(spool)[0] == [0, 1]
    spool.close()
    begun(tmp_path).close()


def test_refused_and_let_go(tmp_path: Path) -> None:
    """A refusal keeps no file open, and the same object can be opened later."""
    spool = begun(tmp_path)
    second = Spool(tmp_path, limit_bytes=LIMIT)
    with pytest.raises(StoreError, match="stop it first"):
        second.open()
    spool.close()
    second.open()
    second.close()


def test_a_file_in_the_place_of_the_directory(tmp_path: Path) -> None:
    """A sentence that names the directory and the reason."""
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError, match=r"The journal cannot be kept in .*file.*: .*\.$"):
            Spool(place, limit_bytes=LIMIT).open()


def test_a_directory_that_may_not_be_written() -> None:
    """As another user, for root may write everywhere."""
    home = Path(tempfile.mkdtemp(prefix="spool-"))
    home.chmod(0o755)
    place = home / "mine"
    place.mkdir(mode=0o555)
    code = (
        "import os, sys, pathlib; from monitor.journal.spool import Spool\n"
        "os.geteuid() or os.setuid(65534)\n"
        "try: Spool(pathlib.Path(sys.argv[1]), limit_bytes=99).open()\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, place], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    shutil.rmtree(home)
    if "monitor" in done.stderr:
        pytest.skip("another user cannot read the program here")
    assert done.stdout.strip() == (
        f"StoreError The journal cannot be kept in {place}: Permission denied."
    )


def test_a_missing_directory_is_made(tmp_path: Path) -> None:
    """With all its parents."""
    spool = begun(tmp_path / "a" / "b" / "c")
    spool.append(numbered(0))
    assert drained(spool)[0] == [0]
    spool.close()


@pytest.mark.parametrize("recorded", [False, True], ids=["spool", "recording"])
def test_what_was_received_is_for_its_owner_alone(tmp_path: Path, *, recorded: bool) -> None:
    """The folder, the lock, the note, the segments and what they are packed into."""
    before = os.umask(0)
    try:
        folder = tmp_path / "journal"
        spool = begun(folder, recorded=recorded, segment=200)
        for number in range(20):
            spool.append(numbered(number))
        spool.release(spool.end)
        spool.tidy()
        spool.append(numbered(20))
        found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        spool.close()
        found |= {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    finally:
        os.umask(before)
    assert {"lock", "journal.json", "closed"} < set(found)
    assert any(name.endswith(".zst") for name in found) == recorded
    assert set(found.values()) == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_is_there_stays_as_its_owner_wants_it(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    folder.chmod(0o750)
    begun(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750
