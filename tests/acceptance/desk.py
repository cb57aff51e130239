"""A desk: settings in a folder, and the program run on them, by a pipe or in a terminal.

No secret may stand in any answer: each run of the program here is searched for them.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.program import PROJECT, run_here, run_monitor

SECRET = "sesam-open-4711"  # noqa: S105 - of nothing
TABLE = '[[feeds]]\nname = "harbour"\nkind = "nmea-tcp"\nhost = "127.0.0.1"\nport = {port}\n'
AISSTREAM = '[[feeds]]\nname = "world"\nkind = "aisstream"\n'
CATCHER = '[[feeds]]\nname = "catcher"\nkind = "aiscatcher-http"\n'
KEY = {"MONITOR_FEED_WORLD_API_KEY": SECRET}
TOKEN = {"MONITOR_FEED_CATCHER_TOKEN": SECRET}
SENTENCE = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\r\n"


class Desk:
    """A folder with settings, and the program run in it."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        """Nothing is set yet but a home in the folder."""
        self.folder, self._patch, self._capture = folder, patch, capture
        self.file = folder / "monitor.toml"
        self.env = {"MONITOR_HOME": str(folder / "home"), "MONITOR_CONFIG": str(self.file)}
        self.write("")

    def write(self, text: str) -> None:
        """Write the settings file."""
        self.file.write_text(text)

    def run(self, *words: str, **env: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error; a failure is one sentence."""
        done = run_monitor(*words, env={**self.env, **env})
        return self._looked_at(done.returncode, done.stdout.decode(), done.stderr.decode())

    def ask(self, *words: str, **env: str) -> tuple[int, str, str]:
        """Do the same in this process, which is quicker."""
        with self._patch.context() as patch:
            for name, value in {**self.env, **env}.items():
                patch.setenv(name, value)
            return self._looked_at(*run_here(*words, capture=self._capture, patch=patch))

    def _looked_at(self, code: int, out: str, errors: str) -> tuple[int, str, str]:
        assert SECRET not in out + errors
        assert "Traceback" not in errors
        if code:
            assert errors.startswith("monitor: "), errors
            assert errors.count("\n") == 1, errors
        return code, out, errors


@contextmanager
def hearing_ctrl_c() -> Iterator[None]:
    """Let what is started meanwhile hear Ctrl-C, as in a terminal.

    Tests that a shell runs in its background ignore it, and so would all that they start.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
PATIENCE_S = 60.0


class Terminal:
    """The program in a terminal: what it shows is read, and keys are typed."""

    def __init__(
        self, words: list[str], env: dict[str, str], *, columns: int = 80, rows: int = 40
    ) -> None:
        """Start it; ``close`` ends it whatever it does."""
        self.shown = b""
        self._ours, self._theirs = pty.openpty()
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, size)
        self._before = termios.tcgetattr(self._theirs)
        own = {k: value for k, value in os.environ.items() if k not in {"COLUMNS", "LINES"}}
        with hearing_ctrl_c():
            self.process = subprocess.Popen(
                [sys.executable, "-m", "monitor", *words], cwd=PROJECT, stdin=self._theirs,
                stdout=self._theirs, stderr=self._theirs, env={**own, "TERM": "xterm", **env},
                start_new_session=True,
            )  # fmt: skip

    @property
    def screen(self) -> str:
        """What stands there, of a program that draws all of it anew from its upper left corner."""
        text = self.shown.decode("utf-8", "replace")
        whole = text[: text.rfind("\x1b[H")] if text.count("\x1b[H") > 1 else text
        return ESCAPES.sub("", whole.rpartition("\x1b[H")[2])

    @property
    def given_back(self) -> bool:
        """Whether lines, echo and Ctrl-C are as they were before."""
        return termios.tcgetattr(self._theirs) == self._before

    def listen(self, seconds: float = 0.1) -> bool:
        """Read what it says within this time; whether there was anything."""
        if not select.select([self._ours], [], [], seconds)[0]:
            return False
        self.shown += os.read(self._ours, 65_536)
        return True

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode())

    def until(self, seen: Callable[[str], bool]) -> str:
        """Wait until the screen passes a test; AssertionError with the screen otherwise."""
        deadline = time.monotonic() + PATIENCE_S
        while not seen(self.screen):
            assert time.monotonic() < deadline, self.screen
            assert self.listen() or self.process.poll() is None, self.screen
        return self.screen

    def ended(self) -> int:
        """Wait until it has ended; its exit code."""
        deadline = time.monotonic() + PATIENCE_S
        while self.process.poll() is None:  # what it says is read, or it could not end
            assert time.monotonic() < deadline, self.screen
            self.listen()
        while self.listen(0.05):
            pass
        return self.process.returncode

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        os.close(self._ours)
        os.close(self._theirs)


@contextmanager
def terminal(
    words: list[str], env: dict[str, str], *, columns: int = 80, rows: int = 24
) -> Iterator[Terminal]:
    """Run the program in a terminal of this size, for as long as a test talks with it."""
    made = Terminal(words, env, columns=columns, rows=rows)
    try:
        yield made
    finally:
        made.close()


def in_terminal(
    words: list[str],
    env: dict[str, str],
    *,
    columns: int = 80,
    look: Callable[[bytes, subprocess.Popen[bytes]], None] = lambda *_: None,
) -> tuple[int, str]:
    """Run the program in a terminal of so many columns; ``look`` sees what was shown so far."""
    with terminal(words, env, columns=columns, rows=40) as made:
        deadline = time.monotonic() + 30
        while made.process.poll() is None and time.monotonic() < deadline:
            made.listen()
            look(made.shown, made.process)
        code = made.ended()
        return code, ESCAPES.sub("", made.shown.decode())
