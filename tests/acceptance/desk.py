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

from monitor.cli.app import main
from tests.program import PROJECT, run_monitor

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
        code = 0
        with self._patch.context() as patch:
            patch.setattr(sys, "argv", ["monitor", *words])
            for name, value in {**self.env, **env}.items():
                patch.setenv(name, value)
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
        return self._looked_at(code, *self._capture.readouterr())

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


def in_terminal(
    words: list[str],
    env: dict[str, str],
    *,
    columns: int = 80,
    look: Callable[[bytes, subprocess.Popen[bytes]], None] = lambda *_: None,
) -> tuple[int, str]:
    """Run the program in a terminal of so many columns; ``look`` sees what was shown so far."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    own = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    with hearing_ctrl_c():
        process = subprocess.Popen(
            [sys.executable, "-m", "monitor", *words], cwd=PROJECT, stdin=theirs, stdout=theirs,
            stderr=theirs, env={**own, "TERM": "xterm", **env}, start_new_session=True,
        )  # fmt: skip
    os.close(theirs)
    shown, deadline = b"", time.monotonic() + 30
    while time.monotonic() < deadline:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                part = os.read(ours, 65_536)
            except OSError:
                break
            if not part:
                break
            shown += part
        look(shown, process)
    os.close(ours)
    try:
        code = process.wait(timeout=10)
    finally:
        process.kill()
        process.wait()
    return code, re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode())
