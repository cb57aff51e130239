"""``monitor backfill``: as an analyst sees it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from monitor.store.cluster import Cluster
from tests.acceptance.test_kill import tables
from tests.integration.service.backfills import HOW_FAR
from tests.integration.service.dask import DaskProcesses
from tests.integration.service.replays import LINES, write
from tests.program import run_here, run_monitor
from tests.sizes import sized


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Two ships that meet at sea, dark."""
    return write(tmp_path / "sea.nmea", LINES)


def test_it_ends_where_a_replay_ends_and_says_so(
    database: str, log: Path, tmp_path: Path, cluster: Cluster
) -> None:
    """By two processes; the second time there is nothing to do."""
    env = {"MONITOR_DATABASE_URL": database, "MONITOR_HOME": str(tmp_path / "home")}
    done = run_monitor("backfill", log, "--workers", "2", env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"557 lines, " in done.stdout
    assert not list((tmp_path / "home" / "backfill").iterdir())
    again = run_monitor("backfill", log, env=env)
    assert b"sea.nmea: nothing new, all of it was taken before.\n" in again.stdout
    url = cluster.create_database("backfill_replayed", template="template_monitor")
    assert run_monitor("replay", log, env={"MONITOR_DATABASE_URL": url}).returncode == 0
    wanted, got = tables(url), tables(database)
    cluster.drop_database("backfill_replayed")
    assert wanted["port_call"]
    for name in wanted.keys() - HOW_FAR:
        assert got[name] == wanted[name], name


def test_what_of_a_damaged_log_is_there_is_taken_and_the_rest_is_said(
    database: str, log: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "sea.nmea.gz"
    packed.write_bytes(gzip.compress(log.read_bytes())[:-500])
    spill = tmp_path / "spill"
    done = run_monitor(
        "backfill", packed, "--workers", "1", "--spill", spill,
        env={"MONITOR_DATABASE_URL": database},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(f"monitor: {packed} is damaged or cut off: ".encode())
    assert b" fixes of 2 vessels" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "Name at least one log."),
        (("sea.nmea", "--workers", "0"), 2, "--workers must be at least 1."),
        (("sea.nmea", "--workers", "2", "--dask", "tcp://a:1"), 2, "not both."),
        (("gone.nmea",), 1, "gone.nmea cannot be read: No such file or directory."),
        (("nothing.nmea",), 1, "nothing.nmea is empty."),
        (("odd.txt",), 1, "odd.txt is not a known AIS log"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    log: Path, words: tuple[str, ...], code: int, said: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Before a database is asked for."""
    monkeypatch.chdir(log.parent)
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    (log.parent / "nothing.nmea").touch()
    (log.parent / "odd.txt").write_text("a log of the weather\n" * 9)
    got, out, err = run_here("backfill", *words, capture=capsys, patch=monkeypatch)
    assert (got, out) == (code, "")
    assert said in err
    assert err.count("\n") == 1


def test_standard_input_is_not_taken(log: Path, database: str) -> None:
    """It cannot be read again after a kill."""
    done = run_monitor(
        "backfill", "-", env={"MONITOR_DATABASE_URL": database}, data=log.read_bytes()
    )
    assert done.returncode == 2
    assert b"name files, not -." in done.stderr


@pytest.mark.skipif(not sized(0, 1), reason="a part: test_crew.py has two machines, too")
def test_two_machines_decode(database: str, log: Path, tmp_path: Path) -> None:
    """Workers of a Dask cluster: they have neither the log nor the folder."""
    dask = DaskProcesses(tmp_path)
    dask.join()
    dask.join()
    try:
        done = run_monitor(
            "backfill", log, "--dask", dask.address, "--spill", tmp_path / "spill",
            env={"MONITOR_DATABASE_URL": database},
        )  # fmt: skip
    finally:
        dask.close()
    assert done.returncode == 0, done.stderr
    assert b"557 lines, " in done.stdout
    replayed = run_monitor("replay", "--dry-run", "--format", "jsonl", log)
    events = run_monitor(
        "events", "--format", "jsonl", env={"MONITOR_DATABASE_URL": database}
    )  # fmt: skip
    assert sorted(ids(events.stdout)) == sorted(ids(replayed.stdout))


def ids(records: bytes) -> list[str]:
    """Of these events."""
    return [json.loads(line)["id"] for line in records.splitlines()]
