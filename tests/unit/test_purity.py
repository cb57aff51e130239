"""What no unit test may do is refused before it is done, whatever it is called by."""

from __future__ import annotations

import asyncio
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.fencefile import load_fences
from monitor.settings import bundled_geofences

HERE = Path(__file__)

DEEDS: dict[str, Callable[[], object]] = {
    "read": (HERE.parents[2] / "pyproject.toml").read_bytes,
    "read by its number": lambda: os.open(HERE.parents[2] / "pyproject.toml", os.O_RDONLY),
    "write": lambda: HERE.with_suffix(".txt").write_text(""),
    "write over": lambda: io.FileIO(HERE, "r+"),
    "folder": tempfile.mkdtemp,
    "file": tempfile.TemporaryFile,
    "socket": socket.socket,
    "address": lambda: bind(f"\0{HERE}"),
    "program": lambda: subprocess.run([sys.executable, "-V"], check=True),
    "shell": lambda: os.system("true"),  # noqa: S605
    "sleep": lambda: time.sleep(0.001),
    "sleep in a task": lambda: asyncio.sleep(0.001).send(None),
}


def bind(name: str) -> None:
    """A socket that has a name on this machine only."""
    with socket.socket(socket.AF_UNIX) as found:
        found.bind(name)


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_what_is_not_pure_is_refused(deed: Callable[[], object]) -> None:
    """With a sentence that says where such a test belongs."""
    with pytest.raises(pytest.fail.Exception, match=r"^A unit test .*: move it to tests/integr"):
        deed()


def test_what_comes_with_the_program_may_be_read() -> None:
    """Its fences, and its source, which pytest shows and hypothesis looks through."""
    assert len(load_fences(bundled_geofences()).ports) == 2
    assert HERE.read_text().startswith('"""What no unit test')


async def test_tasks_may_take_turns() -> None:
    """An event loop is no connection, and to sleep for nothing is no sleep."""
    done: list[str] = []

    async def take(name: str) -> None:
        for _ in range(2):
            done.append(name)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        for name in "ab":
            tasks.create_task(take(name))
    assert "".join(done) == "abab"
