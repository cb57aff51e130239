"""``monitor demo --live`` as a process of its own: a watch with an invented sea."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from monitor.cli.demo_live import DATABASE
from monitor.store.cluster import Cluster
from tests.live import free_port
from tests.program import PROJECT

QUEUE = "() => [...document.querySelectorAll('#panel-alerts .headline')].map((e) => e.innerText)"
NEW = "AMBER TIDE ended a voyage at Tobruk"
"""What is new within the first minute."""

STARTED_S = 120.0


class Demo(NamedTuple):
    """One that runs: what it said, and where it answers."""

    greeting: str
    url: str
    begun_s: float


@contextmanager
def demo(cluster: Cluster, *words: str) -> Iterator[Demo]:
    """In a database of its own; ended as a reader ends it."""
    words = ("--listen", f"127.0.0.1:{free_port()}", *words)
    env = {"PATH": "/usr/bin:/bin", "MONITOR_HOME": str(cluster.home), "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-m", "monitor", "demo", "--live", *words]
    with subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env
    ) as running:
        overdue = threading.Timer(STARTED_S, running.kill)
        overdue.start()
        try:
            assert running.stdout is not None
            said = ""
            for line in running.stdout:
                said += line
                if "Ctrl-C" in line:
                    break
            overdue.cancel()
            found = re.search(r"http://\S+/console", said)
            assert found is not None, said
            yield Demo(said, found[0], time.monotonic())
            running.send_signal(signal.SIGINT)
            assert running.wait(20) == 0
        finally:
            overdue.cancel()
            running.kill()
            running.wait()
            cluster.drop_database(DATABASE)
