"""The program begun as a copy of a process that has read its modules: most of a start is reading.

``Forked`` is a ``Popen`` of ``python -m monitor WORDS``: its streams, exit code and signals are
those of a process of its own. Where the environment tells the loader or the interpreter something,
it begins as ever; so does every one with ``WHOLE=1``, and that of a bench.

Copies of one process have the same order of sets of words: what must not depend on it is tested
with ``PYTHONHASHSEED``.

This module is the process that is copied, too: ``python -m tests.forked FD`` hears on a socket what
to begin, with standard streams and a pipe for the number of the process and how it ended.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import resource
import runpy
import selectors
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from tests.sizes import sized

PROJECT = Path(__file__).parents[1]
LONGEST = 1 << 17
"""Bytes of what is to be begun: words, folder and environment."""

TOLD = struct.Struct("=q")
"""The number of the process, and after its end its status as ``wait`` has it."""

LOADER = ("LD_", "PYTHON", "MALLOC_", "GLIBC_", "OMP_", "OPENBLAS_")
"""Variables that begin so change a process before it reads any of ours."""

FREE = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
"""All the same these may differ: what is read is read already, and streams are opened anew."""

LATER = ("monitor.report", "monitor.cli", "monitor.__main__")
"""Is not read before: parts of it need half a second, and few commands need them."""


def _fixed(env: Mapping[str, str]) -> dict[str, str]:
    """What a copy cannot have otherwise than the first."""
    return {n: v for n, v in env.items() if n.startswith(LOADER) and n not in FREE}


class _First:
    """The process that is copied, of this process; begun when it is first needed."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.fixed = _fixed(os.environ)
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.forked", str(theirs.fileno())], cwd=PROJECT,
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
            )  # fmt: skip
        atexit.register(self.end)

    def end(self) -> None:
        """End it; what was begun of it goes on."""
        if os.getpid() == self.owner:
            self.process.kill()
            self.process.wait()


_first: list[_First] = []


def _first_of(env: Mapping[str, str]) -> _First | None:
    """The one that such a process may be a copy of; None: of none."""
    if not sized(part=True, whole=False) or "PYTEST_VERSION" not in os.environ:
        return None
    if not _first or _first[0].owner != os.getpid():
        _first[:] = [_First()]
    return _first[0] if _fixed(env) == _first[0].fixed else None


class Forked(subprocess.Popen[bytes]):
    """``python -m monitor WORDS``, with what ``Popen`` takes of streams, ``cwd`` and ``env``."""

    def __init__(
        self, words: Sequence[str], *, cwd: Path | str, env: Mapping[str, str],
        stdin: int | BinaryIO | None = None, stdout: int | BinaryIO | None = None,
        stderr: int | BinaryIO | None = None,
    ) -> None:  # fmt: skip
        """Begin it."""
        self._words = [str(word) for word in words]
        self._told = -1
        super().__init__(
            [sys.executable, "-m", "monitor", *self._words], cwd=cwd, env=env, stdin=stdin,
            stdout=stdout, stderr=stderr,
        )  # fmt: skip

    def _execute_child(self, *given: Any) -> None:
        """As ``Popen`` has it: of what is given the folder, the environment and pipes count."""
        cwd, env, pipes = given[5], given[6], given[10:16]
        first = _first_of(env)
        if first is None:
            super()._execute_child(*given)  # type: ignore[misc]
            return
        asked = {
            "words": self._words, "cwd": str(cwd), "env": dict(env),
            "deaf": signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
            "files": resource.getrlimit(resource.RLIMIT_NOFILE),
        }  # fmt: skip
        self._told, theirs = os.pipe()
        streams = [
            number if pipe == -1 else pipe
            for number, pipe in enumerate((pipes[0], pipes[3], pipes[5]))
        ]
        try:
            socket.send_fds(first.socket, [json.dumps(asked).encode()], [*streams, theirs])
        finally:
            os.close(theirs)
        self.pid = self._read()
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]

    def _read(self) -> int:
        """The next number that is told of it."""
        told = os.read(self._told, TOLD.size)
        if len(told) < TOLD.size:
            raise AssertionError("the process that is copied is gone")
        number: int = TOLD.unpack(told)[0]
        return number

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        if self._told < 0:
            found: tuple[int, int] = super()._try_wait(wait_flags)  # type: ignore[misc]
            return found
        if wait_flags:
            with selectors.DefaultSelector() as ready:
                ready.register(self._told, selectors.EVENT_READ)
                if not ready.select(0):
                    return 0, 0
        return self.pid, self._read()

    def _internal_poll(self, *given: Any, **words: Any) -> int | None:
        if self._told < 0:
            found: int | None = super()._internal_poll(*given, **words)  # type: ignore[misc]
            return found
        if self.returncode is None:
            pid, status = self._try_wait(os.WNOHANG)
            if pid == self.pid:
                self._handle_exitstatus(status)
        return self.returncode

    def _handle_exitstatus(self, *given: Any) -> None:
        super()._handle_exitstatus(*given)  # type: ignore[misc]
        if self._told >= 0 and self.returncode is not None:
            os.close(self._told)
            self._told = -1


# -- the process that is copied -------------------------------------------------------------------


def _serve(number: int) -> dict[str, Any] | None:
    """Begin what is asked for, until nobody asks any more; in each copy: what it is to be."""
    ours = socket.socket(fileno=number)
    waits = selectors.DefaultSelector()
    waits.register(ours, selectors.EVENT_READ)
    while True:
        for key, _ in waits.select():
            if key.fileobj is ours:
                message, fds, _, _ = socket.recv_fds(ours, LONGEST, 4)
                if not message:
                    return None
                pid = os.fork()
                if not pid:
                    for to, number_ in enumerate(fds[:3]):
                        os.dup2(number_, to)
                    ours.detach()
                    os.closerange(3, 1 << 16)
                    asked: dict[str, Any] = json.loads(message)
                    return asked
                os.write(fds[3], TOLD.pack(pid))
                waits.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, fds[3]))
                for each in fds[:3]:
                    os.close(each)
            else:
                pid, told = key.data
                _, status = os.waitpid(pid, 0)
                waits.unregister(key.fileobj)
                os.close(key.fd)
                with suppress(BrokenPipeError):  # else whoever began it does not ask any more
                    os.write(told, TOLD.pack(status))
                os.close(told)


def _become(asked: Mapping[str, Any]) -> None:
    """Be what a process is that has just begun."""
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    resource.setrlimit(resource.RLIMIT_NOFILE, asked["files"])
    os.chdir(asked["cwd"])
    deaf = signal.SIG_IGN if asked["deaf"] else signal.default_int_handler
    signal.signal(signal.SIGINT, deaf)
    eager = bool(os.environ.get("PYTHONUNBUFFERED"))
    given = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), "utf-8")
    for name in ("stdin", "__stdin__"):
        setattr(sys, name, given)
    for name, number, errors in (("stdout", 1, "strict"), ("stderr", 2, "backslashreplace")):
        raw = io.FileIO(number, "w", closefd=False)
        made = io.TextIOWrapper(
            cast("BinaryIO", raw if eager else io.BufferedWriter(raw)), "utf-8", errors,
            write_through=eager, line_buffering=not eager and (number == 2 or os.isatty(number)),
        )  # fmt: skip
        setattr(sys, name, made)
        setattr(sys, f"__{name}__", made)
    sys.path[0] = asked["cwd"]
    sys.argv[1:] = asked["words"]


def _read_modules() -> None:
    """All that most commands need."""
    import monitor  # noqa: PLC0415

    for each in pkgutil.walk_packages(monitor.__path__, "monitor."):
        if not each.name.startswith(LATER):
            importlib.import_module(each.name)
    importlib.import_module("monitor.cli.app")
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    _read_modules()
    begun = _serve(int(sys.argv[1]))
    if begun is not None:
        _become(begun)
        runpy.run_module("monitor", run_name="__main__", alter_sys=True)
