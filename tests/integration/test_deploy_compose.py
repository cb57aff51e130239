"""The compose file, held true without an engine: its services, what they may and are told."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from compose_spec import PyCompose

from monitor.broker.stream import check_server
from monitor.errors import UsageError
from monitor.exposure import Exposure, address_of, check_exposure, exposure_of
from monitor.feed.configured import make_feeds
from monitor.service.parts import check_role, place_of
from monitor.settings import read_settings
from tests.bench.broker import program
from tests.integration.deployment import (
    COMPOSE,
    DEPLOY,
    SECRETS,
    SERVICES,
    STOP_S,
    is_command,
    known_variables,
    seconds,
)
from tests.live import free_port
from tests.program import PROJECT

PARTS = ("edge-north", "edge-south", "engine-1", "engine-2")
BROKERS = ["nats-1", "nats-2", "nats-3"]


def test_the_compose_file_is_valid() -> None:
    """By the compose specification: every word, unit and condition of it."""
    filled = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", json.dumps(COMPOSE))
    assert PyCompose.from_json(filled).service_names() == list(SERVICES)
    with pytest.raises(ValueError, match="cap_dropped"):
        PyCompose.from_json(filled.replace("cap_drop", "cap_dropped"))


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_locked_in(name: str) -> None:
    """No root, nothing written but to volumes and memory, no capability, no new privilege."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert service["pids_limit"] == 512
    assert service["mem_limit"] == service["memswap_limit"] == "2g"
    assert service["ulimits"]["nofile"] == {"soft": 4096, "hard": 4096}
    assert service["ulimits"]["core"] == {"soft": 0, "hard": 0}
    assert not service.get("privileged")
    assert not service["user"].startswith(("0", "root"))
    assert [mount for mount in service["tmpfs"] if mount.startswith("/tmp:")]  # noqa: S108
    for volume in service.get("volumes", ()):
        if isinstance(volume, dict):
            assert volume["read_only"] is True
            assert volume["bind"] == {"create_host_path": False}
        else:
            assert volume.partition(":")[0] in COMPOSE["volumes"]
    for port in service.get("ports", ()):
        assert port.startswith("127.0.0.1:")


def test_services_start_in_order_and_stop_in_time() -> None:
    """Database, then the schema, then the service; each waits for the health of the one before."""
    database, migrating, service = (SERVICES[name] for name in ("database", "migrate", "monitor"))
    assert migrating["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert service["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    assert database["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert "/health/ready" in service["healthcheck"]["test"][-1]
    compile(service["healthcheck"]["test"][-1], "healthcheck", "exec")
    for running in (database, service):
        assert running["restart"] == "unless-stopped"
        assert seconds(running["stop_grace_period"]) > STOP_S
        check = running["healthcheck"]
        assert seconds(check["timeout"]) < seconds(check["interval"])
    assert migrating["restart"] == "no"
    assert re.fullmatch(r"postgis/postgis:16-3\.\d", database["image"])


@pytest.mark.parametrize("name", ["migrate", "monitor", *PARTS])
def test_what_the_services_are_told_exists(name: str) -> None:
    """Commands are commands, variables are settings, files are there."""
    service = SERVICES[name]
    assert is_command(service["command"])
    assert set(service["environment"]) <= known_variables()
    if name in PARTS:
        assert "/health/live" in service["healthcheck"]["test"][-1]
    build = service["build"]
    assert (PROJECT / build["context"] / build["dockerfile"]).is_file()


def test_no_secret_stands_in_the_file() -> None:
    """Passwords come as secrets: each is used by whom it is given to, and by nobody else."""
    assert set(COMPOSE["secrets"]) == set(SECRETS)
    for service in SERVICES.values():
        named = {
            Path(value).name
            for value in service["environment"].values()
            if value.startswith("/run/secrets/")
        }
        assert named <= set(service.get("secrets", ()))
        assert not re.search(r"://[^/]*:[^/]*@", yaml.safe_dump(service))
    assert SERVICES["migrate"]["secrets"] == ["database_owner_url"]
    assert SERVICES["monitor"]["secrets"] == ["database_writer_url"]
    roles = (DEPLOY / "roles.sql").read_text()
    assert set(re.findall(r"/run/secrets/(\w+)", roles)) <= set(SERVICES["database"]["secrets"])
    mounted = [v for s in SERVICES.values() for v in s.get("volumes", ()) if isinstance(v, dict)]
    files = [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", volume["source"]) for volume in mounted]
    known = ["./.deploy/roles.sql", "./.deploy/monitor.toml", "./.deploy/engine.toml"]
    assert list(dict.fromkeys(files)) == known
    assert all((PROJECT / file).is_file() for file in files)


def test_the_database_is_not_reached_from_outside() -> None:
    """It has no port, and its network leads nowhere else."""
    assert "ports" not in SERVICES["database"]
    assert SERVICES["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_the_service_begins_and_nobody_reads_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is told is safe to begin with: others reach its port through a proxy alone."""
    for name, value in SERVICES["monitor"]["environment"].items():
        if not name.endswith(("_CONFIG", "_FILE")):
            monkeypatch.setenv(name, re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value))
    monkeypatch.setenv("MONITOR_CONFIG", str(DEPLOY / "monitor.toml"))
    settings = read_settings()
    check_exposure(settings)
    assert exposure_of(settings) == Exposure(local=False, secure=True, behind_proxy=True)
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["monitor"]["ports"])
    assert address_of(settings) == "http://127.0.0.1:8080"
    monkeypatch.delenv("MONITOR_BEHIND_PROXY")
    with pytest.raises(UsageError, match=r"reach 0\.0\.0\.0:8080"):
        check_exposure(read_settings())


@pytest.mark.parametrize("name", PARTS)
def test_each_part_of_the_cluster_would_begin(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is told is what its role needs, and it finds the servers by their names."""
    told = SERVICES[name]["environment"]
    assert SERVICES[name]["profiles"] == ["cluster"]
    for variable, value in told.items():
        if not variable.endswith(("_CONFIG", "_FILE")):
            monkeypatch.setenv(variable, re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value))
    monkeypatch.setenv("MONITOR_CONFIG", str(DEPLOY / Path(told["MONITOR_CONFIG"]).name))
    settings = read_settings(database_url="postgresql://x/y")
    check_role(settings)
    check_exposure(settings)
    hosts = [urlsplit(server).hostname for server in place_of(settings).servers]
    assert hosts == BROKERS
    assert set(BROKERS) <= set(SERVICES[name]["depends_on"])
    if settings.role == "edge":
        feeds = make_feeds(settings.feeds, lambda _feed, _field: None)
        assert SERVICES[name]["ports"][1].endswith(f":{feeds[0].config.port}/udp")


def test_no_two_edges_have_one_name() -> None:
    names = [SERVICES[name]["environment"].get("MONITOR_EDGE") for name in PARTS]
    assert names == ["north", "south", None, None]


def test_the_broker_begins_with_its_command(tmp_path: Path) -> None:
    """The very words, but for where it listens and stores: one of a cluster, with JetStream."""
    client = free_port()
    here = {
        "/var/tmp": str(tmp_path),  # noqa: S108 - of the image
        "0.0.0.0:6222": f"127.0.0.1:{free_port()}", "--http_port=8222": f"-m={free_port()}",
    }  # fmt: skip
    words = [word for word in SERVICES["nats-1"]["command"] if not word.startswith("--routes=")]
    for there, place in here.items():
        words = [word.replace(there, place) for word in words]
    asked = [word for word in SERVICES["nats-1"]["command"] if word.startswith("--routes=")]
    assert asked == [f"--routes={','.join(f'nats://{host}:6222' for host in BROKERS)}"]
    process = subprocess.Popen(
        [program(), *words, "--addr=127.0.0.1", f"--port={client}", asked[0]],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        check_server(info := said_at(client))
        assert info["cluster"] == "monitor"
        assert info["server_name"] == "nats-1"
    finally:
        process.kill()
        process.wait()


def said_at(port: int) -> dict[str, Any]:
    """What a server says of itself, once it takes connections."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
            found: dict[str, Any] = json.loads(line.makefile().readline().removeprefix("INFO "))
            return found
        time.sleep(0.05)
    raise AssertionError(port)


def test_compose_takes_the_file() -> None:
    """The program's own check, where its plugin is installed; it needs no engine."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run(
        [docker, "compose", "version"], check=False, capture_output=True
    ).returncode:  # fmt: skip
        pytest.skip("docker compose is not installed")
    done = subprocess.run(
        [docker, "compose", "--file", str(PROJECT / "docker-compose.yml"), "config", "--quiet"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_service_of_the_compose_file_listens_to_its_feeds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The settings file that comes along is one that the program takes."""
    monkeypatch.setenv("MONITOR_CONFIG", str(DEPLOY / "monitor.toml"))
    settings = read_settings()
    feeds = make_feeds(settings.feeds, lambda _feed, _field: None)
    ports = [port.rpartition(":")[2] for port in SERVICES["monitor"]["ports"]]
    assert [f"{feed.config.port}/udp" for feed in feeds] == ports[1:]
    assert all(str(feed.config.bind) == "0.0.0.0" for feed in feeds)  # noqa: S104
