"""Who decodes pieces of logs: processes of this machine, or a Dask cluster. Both may die.

A worker that is killed takes what it had in hand with it: that is asked for again. What is asked
for is pure, so nothing comes of being done twice. Where workers die again and again and nothing
gets done, the machine is short of something, and a person has to be told.

The library's own pool is not used: its workers share their pipes, and one that is killed while it
hands over a result leaves half of it there, for which the pool waits for ever.
"""

from __future__ import annotations

import abc
import importlib
import multiprocessing
import os
import pickle
import signal
import socket
import struct
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import wait
from typing import Any, Generic, Self, TypeVar

from monitor.errors import FaultError, MonitorError, UsageError
from monitor.service.pieces import Piece

MOST_DEATHS = 10
"""So often in a row, with nothing done between them, it is no accident."""

READY_S, FIRST_S = 30.0, 60.0
"""So long a Dask scheduler may take to answer, and its first worker to come."""

SIZE = struct.Struct("<Q")
"""Before what is handed over."""

BEHIND = 2
"""So many pieces wait for each worker: else it would wait while results are written."""

T = TypeVar("T")
"""What comes of a piece. What is done with one is a function of a module: any process finds it."""


class CrewError(MonitorError):
    """Those who decode are not there, or die again and again."""


class Task(Generic[T]):
    """A piece that somebody has in hand."""

    def __init__(self, piece: Piece, future: Future[T]) -> None:
        """It was just asked for."""
        self.piece, self.future = piece, future

    @property
    def where(self) -> str:
        """Which part of which log, in words."""
        return f"{self.piece.whole.source} from line {self.piece.line:,} on"


class Crew(abc.ABC, Generic[T]):
    """Those who decode; ``with`` it they are let go in the end."""

    def __init__(self, work: Callable[[Piece], T]) -> None:
        """Nobody works yet."""
        self._work = work
        self._tasks: list[Task[T]] = []
        self._deaths = 0  # since something was done
        self.died = 0  # in all

    def __enter__(self) -> Self:
        """It is there already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let them go."""
        self.close()

    @property
    @abc.abstractmethod
    def size(self) -> int:
        """How many work side by side."""

    @property
    def most(self) -> int:
        """How many pieces may be asked for at once."""
        return BEHIND * self.size + 1

    def ask(self, piece: Piece) -> Task[T]:
        """Have a piece decoded."""
        task: Task[T] = Task(piece, Future())
        self._tasks.append(task)
        self._begin(task)
        return task

    def result(self, task: Task[T]) -> T:
        """What came of it, once it is there; CrewError if nobody can do it."""
        while True:
            try:
                done = task.future.result()
            except self._lost() as error:
                self._deaths += 1
                self.died += 1
                if self._deaths >= MOST_DEATHS:
                    raise CrewError(self._given_up(task)) from error
                self._again(task)
            else:
                self._deaths = 0
                self._tasks.remove(task)
                return done

    def _begin(self, task: Task[T]) -> None:
        task.future = self._submit(task.piece)

    @abc.abstractmethod
    def _submit(self, piece: Piece) -> Future[T]:
        """Give a piece to whoever is free next."""

    def _again(self, task: Task[T]) -> None:
        """A worker died with this task in hand: ask for it again."""
        self._begin(task)

    @abc.abstractmethod
    def close(self) -> None:
        """Let them go."""

    @abc.abstractmethod
    def _lost(self) -> tuple[type[BaseException], ...]:
        """What is raised where a worker died."""

    def _given_up(self, task: Task[T]) -> str:
        return (
            f"Those who decode died {self._deaths} times one behind the other, the last with"
            f" {task.where}: the machine may be short of memory. What was decoded is kept: the same"
            " command goes on, perhaps with fewer --workers."
        )


class DiedError(Exception):
    """A worker died with something in hand."""


class _Worker:
    """A process, and the link to it, which nobody else holds: its end is that of the process."""

    def __init__(self) -> None:
        spawned = multiprocessing.get_context("spawn")  # we have threads: no fork is safe
        self._link, theirs = socket.socketpair()
        self._process = spawned.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def do(self, work: Callable[[Piece], T], piece: Piece) -> T:
        """Have a piece decoded; DiedError if it died of it."""
        try:
            _hand(self._link, (work, piece))
            done, value = _taken(self._link)
        except (EOFError, OSError) as error:
            raise DiedError from error
        if not done:
            raise value
        answer: T = value
        return answer

    def kill(self) -> None:
        """Whatever it is at."""
        self._process.kill()

    def end(self) -> None:
        """Let go of it."""
        self.kill()
        self._process.join()
        self._link.close()


class Processes(Crew[T]):
    """Processes of this machine."""

    def __init__(self, workers: int, work: Callable[[Piece], T]) -> None:
        """Start so many when there is something to do."""
        super().__init__(work)
        self._workers = workers
        self._threads = ThreadPoolExecutor(workers, "worker")
        self._own = threading.local()  # each thread has a process
        self._known: set[_Worker] = set()
        self._closed = False

    @property
    def size(self) -> int:
        """See Crew."""
        return self._workers

    def _submit(self, piece: Piece) -> Future[T]:
        return self._threads.submit(self._do, piece)

    def _do(self, piece: Piece) -> T:
        """In a thread: have its process decode a piece."""
        if self._closed:
            raise DiedError
        worker = getattr(self._own, "worker", None)
        if worker is None:
            try:
                worker = self._own.worker = _Worker()
            except OSError as error:  # no process, memory or descriptor is left
                raise DiedError from error
            self._known.add(worker)
            if self._closed:  # meanwhile
                worker.kill()
        try:
            return worker.do(self._work, piece)
        except DiedError:
            self._own.worker = None
            self._known.discard(worker)
            worker.end()
            raise

    def _lost(self) -> tuple[type[BaseException], ...]:
        return (DiedError,)

    def close(self) -> None:
        """See Crew; whoever is at work is not waited for."""
        self._closed = True
        for worker in list(self._known):
            worker.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._known:
            worker.end()
        self._known.clear()


def _serve(link: socket.socket) -> None:
    """In a worker: decode what comes, until nothing more can come."""
    _alone()
    with suppress(EOFError, OSError):
        while True:
            work, piece = _taken(link)
            try:
                answer = (True, work(piece))
            except Exception as error:  # noqa: BLE001 - who asked is told
                answer = (False, _told(error))
            _hand(link, answer)


def _hand(link: socket.socket, thing: Any) -> None:
    """Hand something to the other end, of megabytes perhaps.

    At once: a thread that reads or writes piece by piece waits for the interpreter before each,
    which others of this process keep busy.
    """
    data = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
    link.sendall(SIZE.pack(len(data)))
    link.sendall(data)


def _taken(link: socket.socket) -> Any:
    """What the other end handed over; EOFError if it is gone."""
    (size,) = SIZE.unpack(_read(link, SIZE.size))
    return pickle.loads(_read(link, size))  # noqa: S301 - of a process of our own


def _read(link: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    if size and link.recv_into(data, size, socket.MSG_WAITALL) < size:
        raise EOFError
    return data


def _told(error: Exception) -> Exception:
    """An error that can be handed on."""
    return (
        error if isinstance(error, MonitorError) else FaultError(f"{type(error).__name__}: {error}")
    )


def _alone() -> None:
    """In a worker: end with the process that asked, however that ends; Ctrl-C is for that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asker = multiprocessing.parent_process()
    assert asker is not None  # noqa: S101 - it was started by one

    def watch() -> None:
        wait([asker.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="asker", daemon=True).start()


class DaskCluster(Crew[T]):
    """Workers of a Dask cluster; each has this release of the monitor installed."""

    def __init__(self, address: str, work: Callable[[Piece], T]) -> None:
        """Find its scheduler, and wait for the first worker; CrewError if there is none."""
        super().__init__(work)
        try:
            dask: Any = importlib.import_module("distributed")  # an optional extra, slow to import
        except ImportError as error:
            message = (
                "--dask needs Dask: install maritime-movement-monitor[dask], or decode with"
                " --workers on this machine."
            )
            raise UsageError(message) from error
        self._address = address
        self._lost_types = (dask.KilledWorker, dask.client.FutureCancelledError, CancelledError)
        try:
            self._client: Any = dask.Client(address, timeout=READY_S, set_as_default=False)
        except (OSError, ValueError, ImportError, TimeoutError) as error:
            why = str(error).rstrip(".") or "it timed out"
            message = f"No Dask scheduler answers at {address}: {why}."
            raise CrewError(message) from error
        try:
            self._client.wait_for_workers(1, timeout=FIRST_S)
        except TimeoutError as error:
            self._client.close()
            message = f"The Dask scheduler at {address} has no worker: start some there."
            raise CrewError(message) from error
        self._executor: Executor = self._client.get_executor(pure=False)

    @property
    def size(self) -> int:
        """How many threads all workers have; at least one, for they may come back."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def _submit(self, piece: Piece) -> Future[T]:
        return self._executor.submit(self._work, piece)

    def _lost(self) -> tuple[type[BaseException], ...]:
        return self._lost_types

    def _again(self, task: Task[T]) -> None:
        """The cluster gave a piece up, the others are still in its hands; CrewError: it is gone."""
        if self._client.status != "running":
            message = (
                f"The Dask scheduler at {self._address} is gone. What was decoded is kept: the same"
                " command goes on once it is back."
            )
            raise CrewError(message)
        super()._again(task)

    def close(self) -> None:
        """See Crew; the cluster itself is not ours."""
        self._client.close(timeout=5)
