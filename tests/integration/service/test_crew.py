"""Who decodes may die: what they had in hand is asked for again; if nothing helps it is said."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import InputError, UsageError
from monitor.service import crew as crews
from monitor.service.crew import CrewError, DaskCluster, Processes
from monitor.service.pieces import Decoded, Piece, decode_piece
from tests.integration.service.dask import DaskProcesses
from tests.program import PROJECT
from tests.unit.service.test_pieces import FIRST, SECOND

MARKS = "MONITOR_TEST_MARKS"
"""Folder in which workers leave a mark."""


def dies_once(piece: Piece) -> Decoded:
    """A worker that is killed with the first of these pieces in hand, and then is not."""
    mark = Path(os.environ[MARKS]) / f"{piece.number}"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return decode_piece(piece)


def hands_over_half(piece: Piece) -> Decoded:
    """A worker that is killed while it hands over its first result."""
    mark = Path(os.environ[MARKS]) / "half"
    if not mark.exists():
        mark.touch()

        def torn(link: socket.socket, thing: object) -> None:
            data = pickle.dumps(thing)
            link.sendall(crews.SIZE.pack(len(data)) + data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)

        crews._hand = torn
    return decode_piece(piece)


def dies(piece: Piece) -> Decoded:
    """A piece for which no machine has the memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    return decode_piece(piece)


def sleeps(piece: Piece) -> Decoded:
    """A worker that is at work for long."""
    time.sleep(60)
    return decode_piece(piece)


def test_a_worker_that_is_killed_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had in hand is asked for again."""
    monkeypatch.setenv(MARKS, str(tmp_path))
    wanted = [decode_piece(FIRST), decode_piece(SECOND)]
    with Processes(2, dies_once) as crew:
        tasks = [crew.ask(piece) for piece in (FIRST, SECOND)]
        assert [crew.result(task) for task in tasks] == wanted
        assert crew.died == 2
        assert crew.result(crew.ask(FIRST)) == wanted[0]


def test_half_a_result_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of it is not waited for."""
    monkeypatch.setenv(MARKS, str(tmp_path))
    with Processes(2, hands_over_half) as crew:
        tasks = [crew.ask(piece) for piece in (FIRST, SECOND, FIRST)]
        wanted = [decode_piece(piece) for piece in (FIRST, SECOND, FIRST)]
        assert [crew.result(task) for task in tasks] == wanted
        assert crew.died == 1


def test_who_is_at_work_in_the_end_is_not_waited_for() -> None:
    crew = Processes(2, sleeps)
    crew.ask(FIRST)
    time.sleep(0.5)
    began = time.monotonic()
    crew.close()
    assert time.monotonic() - began < 20


def test_workers_that_die_for_ever_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "MOST_DEATHS", 2)
    with Processes(1, dies) as crew, pytest.raises(CrewError, match=r"died 2 times.*line 301"):
        crew.result(crew.ask(SECOND))


def test_what_a_worker_refuses_is_refused_here() -> None:
    """And the pool goes on."""
    table = replace(FIRST.whole, form="csv", head=b"a,b\n")
    with Processes(1, decode_piece) as crew:
        with pytest.raises(InputError, match="has no column"):
            crew.result(crew.ask(replace(FIRST, whole=table, data=b"a,b\n1,2\n")))
        assert crew.result(crew.ask(FIRST)) == decode_piece(FIRST)
        assert crew.died == 0


ORPHANS = """
import sys, time
from monitor.service.crew import Processes
from tests.integration.service.test_crew import sleeps
from tests.unit.service.test_pieces import FIRST
if __name__ == "__main__":
    crew = Processes(1, sleeps)
    crew.ask(FIRST)
    import multiprocessing
    while not (children := multiprocessing.active_children()):
        time.sleep(0.05)
    time.sleep(1)
    print(children[0].pid, flush=True)
    time.sleep(60)
"""


def test_workers_end_with_the_one_who_asked(tmp_path: Path) -> None:
    """Killed it cannot tell them; nobody is left behind to eat the machine."""
    script = tmp_path / "asks.py"
    script.write_text(ORPHANS)
    asks = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    assert asks.stdout is not None
    worker = int(asks.stdout.readline())
    asks.kill()
    asks.communicate()
    for _ in range(100):
        state = Path(f"/proc/{worker}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    pytest.fail("a worker outlived the one who asked")


# -- Dask ------------------------------------------------------------------------------------------


@pytest.fixture
def cluster_of_two(tmp_path: Path) -> Iterator[DaskProcesses]:
    cluster = DaskProcesses(tmp_path)
    cluster.join()
    cluster.join()
    yield cluster
    cluster.close()


@pytest.mark.filterwarnings("ignore")
def test_two_machines_decode_and_one_of_them_dies(cluster_of_two: DaskProcesses) -> None:
    """What it had in hand the other does."""
    wanted = [decode_piece(FIRST), decode_piece(SECOND)]
    with DaskCluster(cluster_of_two.address, decode_piece) as crew:
        tasks = [crew.ask(piece) for piece in [FIRST, SECOND] * 10]
        first = crew.result(tasks[0])
        cluster_of_two.workers[0].kill()
        assert [first, *map(crew.result, tasks[1:])] == wanted * 10
        cluster_of_two.scheduler.kill()
        with pytest.raises(CrewError, match="is gone"):
            crew.result(crew.ask(FIRST))


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_is_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No scheduler; one without workers; and no Dask."""
    monkeypatch.setattr(crews, "READY_S", 0.5)
    with pytest.raises(CrewError, match="No Dask scheduler answers at tcp:"):
        DaskCluster("tcp://127.0.0.1:1", decode_piece)
    with pytest.raises(CrewError, match="No Dask scheduler answers at nonsense"):
        DaskCluster("nonsense://here", decode_piece)
    monkeypatch.setattr(crews, "READY_S", 30.0)
    monkeypatch.setattr(crews, "FIRST_S", 0.5)
    cluster = DaskProcesses(tmp_path)
    try:
        with pytest.raises(CrewError, match="has no worker"):
            DaskCluster(cluster.address, decode_piece)
    finally:
        cluster.close()
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"install maritime-movement-monitor\[dask\]"):
        DaskCluster("tcp://127.0.0.1:1", decode_piece)
