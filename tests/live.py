"""A live watch as a process of its own, and a sender that it hears, for tests and benches."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from tests.bench.generate import VESSELS, Fleet
from tests.forked import Forked

PROJECT = Path(__file__).parents[1]
GIVEN_TO_NOBODY = range(20_000, 32_000)
"""Ports below those of which systems give any: Linux from 32,768 on, others from 49,152."""

_drawn = iter(random.SystemRandom().sample(GIVEN_TO_NOBODY, len(GIVEN_TO_NOBODY)))
"""Each once, and otherwise than in tests side by side, whose seed may be the same."""


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody uses now, and that nobody is given who asks for any.

    One of those would be taken by a connection of another test before it is listened on.
    """
    for port in _drawn:
        with socket.socket(type=kind) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def sentences(rate: int, *, seed: int = 7) -> Iterator[bytes]:
    """Sentences of a fleet that sends so many a second, for ever; each is another report."""
    fleet = Fleet(np.random.default_rng(seed), round_s=VESSELS / rate)
    number = 0
    while True:
        data, _ = fleet.round(number)
        for line in data.splitlines(keepends=True):
            if b"!AIVDM,1,1" in line:
                yield line[line.index(b"!") :]
        number += 1


class Sender:
    """Serves sentences over TCP at a steady rate to whoever is connected, in a thread.

    What was sent to a connection that then broke is not sent again: ``sent`` counts it.
    """

    def __init__(self, rate: int, *, most: int | None = None) -> None:
        """Begin with the first client; stop after ``most`` sentences."""
        self.rate = rate
        self.most = most
        self.sent = 0
        self.connections = 0
        self.blocked_s = 0.0  # how long the other side did not take what was sent
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._stop, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.stop()
        self._over.set()
        self._server.close()
        self._thread.join(5)

    def stop(self) -> None:
        """Send no more; the connection stays."""
        self._stop.set()

    def _run(self) -> None:
        lines = sentences(self.rate)
        held: list[socket.socket] = []
        while not self._stop.is_set():
            self._server.settimeout(0.2)
            try:
                client, _ = self._server.accept()
            except OSError:
                continue
            self.connections += 1
            held.append(client)
            with suppress(OSError):
                self._serve(client, lines)
        self._over.wait()
        for client in held:
            client.close()

    def _serve(self, client: socket.socket, lines: Iterator[bytes]) -> None:
        client.settimeout(60)
        began, before = time.monotonic(), self.sent
        batch = max(1, self.rate // 100)
        while not self._stop.is_set() and (self.most is None or self.sent < self.most):
            pause = began + (self.sent - before) / self.rate - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            piece = [next(lines) for _ in range(batch)]
            asked = time.monotonic()
            client.sendall(b"".join(piece))
            self.blocked_s += time.monotonic() - asked
            self.sent += len(piece)
        self._stop.wait()


class Watch:
    """``monitor serve`` in a folder of its own."""

    def __init__(self, folder: Path, url: str, feeds: str, **settings: str | int) -> None:
        """Write ``monitor.toml``; ``feeds`` is its tables; ``url`` "": its own cluster."""
        self.folder = folder
        self.url = url
        self.http = free_port()
        words = {"listen": f"127.0.0.1:{self.http}", "home": str(folder / "home"), **settings}
        lines = [f"{name} = {json.dumps(value)}" for name, value in words.items()]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "monitor.toml").write_text("\n".join(lines) + "\n" + feeds)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **env: str) -> Self:
        """Start the program; ``ready`` waits for it."""
        with (self.folder / "serve.log").open("ab") as log:
            self.process = Forked(
                ["serve"], cwd=self.folder, stderr=log,
                env={**os.environ, "PYTHONPATH": str(PROJECT), **env,
                     **({"MONITOR_DATABASE_URL": self.url} if self.url else {})},
            )  # fmt: skip
        return self

    @property
    def log(self) -> list[dict[str, Any]]:
        """What it logged."""
        lines = (self.folder / "serve.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def get(self, path: str) -> Any:
        """Answer of an endpoint; JSON is parsed, also that of a 503."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=10) as got:
                text = got.read()
        except urllib.error.HTTPError as error:
            text = error.read()
            error.close()
        return json.loads(text) if text[:1] in b"{[" else text.decode()

    def status(self) -> dict[str, Any]:
        """What GET /status says."""
        found: dict[str, Any] = self.get("/status")
        return found

    def until(self, test: Callable[[dict[str, Any]], bool], patience_s: float = 30) -> Any:
        """Wait until the status passes a test; the status. AssertionError with it otherwise."""
        deadline = time.monotonic() + patience_s
        status: Any = None
        while time.monotonic() < deadline:
            with suppress(OSError):
                status = self.status()
                if test(status):
                    return status
            assert self.process is not None
            assert self.process.poll() is None, (self.folder / "serve.log").read_text()[-3000:]
            time.sleep(0.05)
        log = (self.folder / "serve.log").read_text()[-2000:]
        raise AssertionError(json.dumps(status, indent=1) + log)

    def crowded(self) -> float:
        """How many times as long as it computed it was ready to: what others take of the machine.

        1: it had a processor whenever it wanted one, or the system does not tell.
        """
        computed, waited = self.processor_ns()
        return (computed + waited) / computed if computed else 1.0

    def processor_ns(self) -> tuple[int, int]:
        """How long it computed, and was ready to without a processor; 0: the system does not tell.

        Of the threads that it has now.
        """
        assert self.process is not None
        computed = waited = 0
        for task in Path(f"/proc/{self.process.pid}/task").glob("*/schedstat"):
            with suppress(OSError):
                times = task.read_text().split()
                computed, waited = computed + int(times[0]), waited + int(times[1])
        return computed, waited

    def stop(self, patience_s: float = 15) -> tuple[int, float]:
        """SIGTERM; exit code and how long it took, s."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=patience_s)
        return code, time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.kill()


def tcp_feed(name: str, port: int, **words: str | float) -> str:
    """A [[feeds]] table of NMEA over TCP."""
    table = {"name": name, "kind": "nmea-tcp", "host": "127.0.0.1", "port": port, **words}
    return "[[feeds]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
