"""Unit tests are pure: one that needs the disk, a socket, another program or time to pass fails.

What Python tells its auditors (PEP 578) is looked at while a unit test runs, so it does not matter
by which name a file or a socket is opened.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

import monitor

PACKAGE = Path(monitor.__file__).parent
READABLE = tuple(
    f"{folder}{os.sep}"
    for folder in (
        *sysconfig.get_paths().values(), sys.base_prefix, PACKAGE, PACKAGE.parent / "geofences"
    )
)  # fmt: skip
"""Where libraries are imported from, and the data that comes with the program."""

KEPT = {"__pycache__", ".hypothesis"}
"""Where Python keeps what it compiled, and hypothesis its examples."""

DEEDS = {
    "socket.__new__": "opens a socket",
    "socket.bind": "opens a socket",
    "socket.connect": "opens a socket",
    "subprocess.Popen": "starts a program",
    "os.system": "starts a program",
    "os.posix_spawn": "starts a program",
    "os.fork": "starts a process",
    "os.mkdir": "makes a folder",
    "os.remove": "removes a file",
    "os.rename": "renames a file",
}
"""Events of which none may happen, and what a test does that raises one."""


class _Watch:
    """Looks at what Python does, as long as a unit test runs; a hook cannot be taken off again."""

    on = False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open" and not _may_open(*args):
            _refuse(f"opens {args[0]!r}")
        elif event == "socket.__new__" and args[1] == socket.AF_UNIX:
            return  # a pair of these wakes an event loop
        elif event in DEEDS and not (args and _is_kept(args[0])):
            _refuse(DEEDS[event])


def _may_open(path: int | str | bytes, mode: str | None, flags: int) -> bool:
    """Whether it is to import, to show a line of source, or what hypothesis remembers."""
    if isinstance(path, int) or _is_kept(path):
        return True
    found = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - links are not to be followed
    writes = flags & (os.O_WRONLY | os.O_RDWR) or set(mode or "") & set("wax+")
    return not writes and (found.endswith(".py") or found.startswith(READABLE))


def _is_kept(path: object) -> bool:
    named = isinstance(path, str | bytes | os.PathLike)
    return named and not KEPT.isdisjoint(Path(os.fsdecode(path)).parts)


def _refuse(deed: str) -> NoReturn:
    """Fail the test; nothing that catches an Exception keeps this back."""
    pytest.fail(f"A unit test {deed}: move it to tests/integration.")


watch = _Watch()
sys.addaudithook(watch)


@pytest.fixture(autouse=True)
def _pure(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse what is not pure while a test and its fixtures run."""
    take_turns = asyncio.sleep

    def sleep(delay: float) -> NoReturn:
        _refuse(f"sleeps {delay:g} s")

    async def sleep_in_a_task(delay: float, result: Any = None) -> Any:
        return await take_turns(0, result) if delay <= 0 else sleep(delay)

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(asyncio, "sleep", sleep_in_a_task)
    watch.on = True
    yield
    watch.on = False
