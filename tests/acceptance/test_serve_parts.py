"""``monitor serve --role``: what is missing, and brokers that will not do, in one sentence."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.live import Sender, Watch, free_port, tcp_feed
from tests.program import run_monitor


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--role", "edge", "--broker", "nats://127.0.0.1:1"], "An edge needs a name of its own"),
        (["--role", "boss"], "Invalid value"),
        (
            ["--role", "edge", "--edge", "a", "--broker", "h:4222"],
            "--broker: 'h:4222' is no broker",
        ),
    ],
)
def test_what_a_role_needs(words: list[str], why: str, tmp_path: Path) -> None:
    done = run_monitor("serve", *words, env={"MONITOR_HOME": str(tmp_path)})
    assert done.returncode in {1, 2}, done.stderr
    assert why in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


@contextmanager
def saying(**changes: object) -> Iterator[str]:
    """A server that says such things of itself."""
    info = {
        "server_id": "x", "server_name": "old", "version": "2.11.0", "jetstream": True,
        "max_payload": 1 << 20, "proto": 1, "host": "127.0.0.1", "port": 4222, **changes,
    }  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                client.sendall(b"INFO " + json.dumps(info).encode() + b"\r\n")
                threading.Thread(target=answer, args=(client,), daemon=True).start()

        def answer(client: socket.socket) -> None:
            with client:
                while data := client.recv(4096):
                    if b"PING" in data:
                        client.sendall(b"PONG\r\n")

        threading.Thread(target=serve, daemon=True).start()
        yield f"nats://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"version": "2.9.10"}, "is nats-server 2.9.10: 2.11 or newer is needed."),
        ({"jetstream": False}, "has no JetStream: start it with -js"),
        ({"max_payload": 4096}, "takes messages of 4,096 bytes: set its max_payload to 1MB"),
    ],
)
def test_a_broker_that_will_not_do_is_refused(
    changes: dict[str, object], why: str, tmp_path: Path
) -> None:
    """Before anything is heard: with such a one nothing would ever be sent."""
    with saying(**changes) as url:
        words = ["--role", "edge", "--edge", "north", "--broker", url]
        env = {"MONITOR_HOME": str(tmp_path), "MONITOR_LISTEN": f"127.0.0.1:{free_port()}"}
        done = run_monitor("serve", *words, env=env)
    assert done.returncode == 1
    assert f"The broker old {why}" in done.stderr.decode().splitlines()[-1]
    assert "Traceback" not in done.stderr.decode()


def test_an_edge_whose_broker_is_away_hears_and_keeps(tmp_path: Path) -> None:
    """It says so in its status, stops in good order, and has all of it on disk."""
    words = {"role": "edge", "edge": "north", "broker": f"nats://127.0.0.1:{free_port()}"}
    with Sender(1000, most=500) as sender:
        feed = tcp_feed("roof", sender.port)
        with Watch(tmp_path, "", feed, **words) as edge:
            status = edge.until(lambda found: found["feeds"][0]["lines"] == 500)
            assert not status["store"]["ready"]
            assert status["store"]["why"].startswith("No broker answers: nats://127.0.0.1:")
            assert edge.get("/health/ready")["role"] == "edge"
            assert edge.get("/alerts")["status"] == 404
            assert edge.stop()[0] == 0
    assert "wait on disk for the next start" in edge.log[-1]["event"]
