"""What is deployed: the image, the compose file and the unit, held true without an engine."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from importlib.metadata import distribution
from pathlib import Path
from types import ModuleType
from typing import Any

import asyncpg
import pytest
import yaml
from compose_spec import PyCompose
from dockerfile_parse import DockerfileParser

from monitor.cli.app import COMMANDS
from monitor.cli.app import app as cli
from monitor.feed.configured import make_feeds
from monitor.settings import Settings, read_settings
from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from tests.helpers import PROJECT, run_monitor
from tests.live import Sender, Watch, tcp_feed

DEPLOY = PROJECT / ".deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
UNIT = DEPLOY / "monitor.service"
SECRETS = ("database_superuser_password", "database_owner_url", "database_writer_url")
STOP_S = 10
"""So long may the service take to stop."""


@pytest.fixture(scope="module")
def dockerfile() -> list[dict[str, Any]]:
    """The instructions of the Dockerfile, comments left out."""
    parser = DockerfileParser(fileobj=(DEPLOY / "Dockerfile").open("rb+"))
    try:
        return [part for part in parser.structure if part["instruction"] != "COMMENT"]
    finally:
        parser.fileobj.close()


@pytest.fixture(scope="module")
def runtime_lock() -> ModuleType:
    """The script that takes the runtime's part out of the lock."""
    spec = importlib.util.spec_from_file_location("runtime_lock", DEPLOY / "runtime_lock.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def values(dockerfile: list[dict[str, Any]], instruction: str) -> list[str]:
    """What follows an instruction, each time."""
    return [part["value"] for part in dockerfile if part["instruction"] == instruction]


def final(dockerfile: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last stage."""
    begin = max(i for i, part in enumerate(dockerfile) if part["instruction"] == "FROM")
    return dockerfile[begin:]


def unit() -> dict[str, list[str]]:
    """Directives of the unit's service, each with all its values."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().partition("[Service]")[2].partition("[Install]")[0].splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def seconds(text: str) -> float:
    """A duration of the compose file or of the unit."""
    number, word = re.fullmatch(r"(\d+)(s|m|min)", text).groups()  # type: ignore[union-attr]
    return int(number) * {"s": 1, "m": 60, "min": 60}[word]


def known_variables() -> set[str]:
    """Variables that the program reads."""
    return {f"MONITOR_{name.upper()}" for name in Settings.model_fields} | {"MONITOR_CONFIG"}


def is_command(words: list[str]) -> bool:
    """Whether the program has this command, and this one below it."""
    if words[0] not in {name for name, _, _ in COMMANDS}:
        return False
    _, _, rest = cli.parse_commands(words)
    return not rest


# --- The image ----------------------------------------------------------------------------------


def test_only_what_is_locked_is_installed(dockerfile: list[dict[str, Any]]) -> None:
    """With hashes and as wheels; the project's own wheel from the stage itself."""
    installs = [
        re.sub(r"\s+", " ", command)
        for value in values(dockerfile, "RUN")
        for command in value.split("&&")
        if re.search(r"\bpip\b.*\binstall\b", command)
    ]
    assert len(installs) == 3
    for command in installs:
        if "--no-index" in command:
            assert command.strip().endswith("--no-deps wheel/*.whl")
        else:
            assert "--require-hashes --no-deps --only-binary :all: -r " in command
    assert not [value for value in values(dockerfile, "RUN") if re.search(r"curl|wget|apt", value)]


def test_what_is_copied_is_there_and_let_through(dockerfile: list[dict[str, Any]]) -> None:
    """Every source exists, and .dockerignore lets all of them through and nothing else."""
    sources = {
        source
        for value in values(dockerfile, "COPY")
        if not value.startswith("--from")
        for source in value.split()[:-1]
    }
    assert {"monitor", "alembic", "geofences", "pyproject.toml", "requirements.lock"} <= sources
    assert all((PROJECT / source).exists() for source in sources)
    lines = (PROJECT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == sources
    packed = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["hatch"]
    wheel = packed["build"]["targets"]["wheel"]
    assert {*wheel["packages"], *wheel["force-include"]} <= sources


def test_the_final_stage_is_small_and_harmless(dockerfile: list[dict[str, Any]]) -> None:
    """A pinned slim image, the environment and a user of a fixed number; no pip, no compiler."""
    bases = [value.split()[0] for value in values(dockerfile, "FROM")]
    assert len(bases) == 2
    assert len(set(bases)) == 1  # the environment of one works in the other
    version = re.fullmatch(r"python:(3\.\d+)-slim-[a-z]+", bases[0])
    assert version is not None
    assert tuple(map(int, version[1].split("."))) >= (3, 11)
    last = final(dockerfile)
    assert not [value for value in values(last, "RUN") if "pip" in value]
    assert values(last, "COPY") == ["--from=build /opt/monitor /opt/monitor"]
    assert values(last, "USER") == ["10001:10001"]
    assert "--uid 10001" in values(last, "RUN")[0]
    for name in ("ENTRYPOINT", "CMD"):
        assert values(last, name)[0].startswith("[")
    assert values(last, "ENTRYPOINT") == ['["monitor"]']
    assert is_command(yaml.safe_load(values(last, "CMD")[0]))
    assert "/health/live" in values(last, "HEALTHCHECK")[0]


def test_the_image_sets_what_the_program_reads(dockerfile: list[dict[str, Any]]) -> None:
    """Each variable is a setting, and its folder is made for the user."""
    words = " ".join(values(final(dockerfile), "ENV"))
    variables = dict(re.findall(r"(MONITOR_\w+)=(\S+)", words))
    assert variables
    assert set(variables) <= known_variables()
    made = values(final(dockerfile), "RUN")[0]
    assert variables["MONITOR_HOME"] in made
    assert variables["MONITOR_SPOOL"] in made


def test_hadolint_has_nothing_to_say() -> None:
    """Where it is installed."""
    program = shutil.which("hadolint")
    if program is None:
        pytest.skip("hadolint is not installed")
    done = subprocess.run(
        [program, str(DEPLOY / "Dockerfile")], check=False, capture_output=True, text=True
    )
    assert done.stdout == ""
    assert done.returncode == 0


def test_the_runtime_lock_is_a_part_of_the_lock(runtime_lock: ModuleType) -> None:
    """Word for word, with all that the program needs, without tools and tests."""
    lock = (PROJECT / "requirements.lock").read_text()
    entries = runtime_lock.entries(lock)
    assert "".join(text for _, text in entries) == lock
    assert all("--hash=sha256:" in text for _, text in entries)
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    needed = runtime_lock.closure(project["dependencies"])
    assert needed <= {name for name, _ in entries}
    assert {"aiohttp", "asyncpg", "greenlet", "numpy", "pandas"} <= needed
    assert not needed & {"pytest", "mypy", "ruff", "hypothesis", "hatchling", "pip"}


def test_the_runtime_lock_follows_extras_and_markers(runtime_lock: ModuleType) -> None:
    """SQLAlchemy needs greenlet by its extra only; what another system needs is left out."""
    assert "greenlet" in runtime_lock.closure(["sqlalchemy[asyncio]"])
    assert "colorama" not in runtime_lock.closure(["pytest"])
    assert runtime_lock.closure(['pytest; python_version < "3"']) == set()


def test_what_the_image_installs_is_enough(runtime_lock: ModuleType, tmp_path: Path) -> None:
    """With nothing but the runtime's part of the lock all modules load, and a replay runs."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    for name in runtime_lock.closure(project["dependencies"]):
        for file in distribution(name).files or ():
            top = file.parts[0]
            source = Path(str(distribution(name).locate_file(top)))
            if top not in {"..", "__pycache__"} and not (tmp_path / top).exists():
                (tmp_path / top).symlink_to(source)
    log = tmp_path / "call.nmea"
    simulator.write(simulator.simulate("call"), log)
    code = (
        "import sys; sys.path += [sys.argv.pop(1), sys.argv.pop(1)]\n"
        "import alembic.command, importlib, monitor, pkgutil, sqlalchemy.ext.asyncio\n"
        "for module in pkgutil.walk_packages(monitor.__path__, 'monitor.'):\n"
        "    module.name.endswith('__main__') or importlib.import_module(module.name)\n"
        "from monitor.cli.app import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(tmp_path), str(PROJECT), "replay",
         "--dry-run", str(log)],
        check=False, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "PortArrived" in done.stdout


# --- The compose file ---------------------------------------------------------------------------


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


@pytest.mark.parametrize("name", ["migrate", "monitor"])
def test_what_the_services_are_told_exists(name: str) -> None:
    """Commands are commands, variables are settings, files are there."""
    service = SERVICES[name]
    assert is_command(service["command"])
    assert set(service["environment"]) <= known_variables()
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
        assert named <= set(service["secrets"])
        assert not re.search(r"://[^/]*:[^/]*@", yaml.safe_dump(service))
    assert SERVICES["migrate"]["secrets"] == ["database_owner_url"]
    assert SERVICES["monitor"]["secrets"] == ["database_writer_url"]
    roles = (DEPLOY / "roles.sql").read_text()
    assert set(re.findall(r"/run/secrets/(\w+)", roles)) <= set(SERVICES["database"]["secrets"])
    mounted = [v for s in SERVICES.values() for v in s.get("volumes", ()) if isinstance(v, dict)]
    files = [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", volume["source"]) for volume in mounted]
    assert files == ["./.deploy/roles.sql", "./.deploy/monitor.toml"]
    assert all((PROJECT / file).is_file() for file in files)


def test_the_database_is_not_reached_from_outside() -> None:
    """It has no port, and its network leads nowhere else."""
    assert "ports" not in SERVICES["database"]
    assert SERVICES["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


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


@pytest.fixture
def drawn_secrets(tmp_path: Path) -> Path:
    """A folder of secrets, as .deploy/make-secrets draws them."""
    shutil.copy(DEPLOY / "make-secrets", tmp_path)
    subprocess.run([tmp_path / "make-secrets"], check=True, capture_output=True)
    return tmp_path / "secrets"


def test_secrets_are_drawn_once_and_for_the_owner_only(drawn_secrets: Path) -> None:
    """The containers read the files, other users do not reach them."""
    assert {file.name for file in drawn_secrets.iterdir()} == set(SECRETS)
    assert drawn_secrets.stat().st_mode & 0o777 == 0o700
    before = {file.name: file.read_text() for file in drawn_secrets.iterdir()}
    assert len({re.sub(r".*:([0-9a-f]+)@.*\n", r"\1", text) for text in before.values()}) == 3
    for file in drawn_secrets.iterdir():
        assert file.stat().st_mode & 0o777 == 0o644
    subprocess.run([drawn_secrets.parent / "make-secrets"], check=True, capture_output=True)
    assert before == {file.name: file.read_text() for file in drawn_secrets.iterdir()}
    ignored = (DEPLOY / ".gitignore").read_text().split()
    assert "/secrets/" in ignored


def test_the_roles_work_with_the_secrets(drawn_secrets: Path, tmp_path: Path) -> None:
    """Made as in the container: the owner migrates by TCP, the writer replays, prunes, watches."""
    home = Path(f"/tmp/mmm-deploy-{os.getpid()}")  # noqa: S108 - a socket's path must be short
    home.mkdir(mode=0o755)
    cluster = Cluster(home=home)
    try:
        cluster.start()
        for role in ("monitor_owner", "monitor_writer"):
            _psql(cluster, f"ALTER ROLE {role} RENAME TO former_{role}")
        _psql(cluster, "DROP ROLE monitor_reader")
        script = (DEPLOY / "roles.sql").read_text().replace("/run/secrets", str(home / "secrets"))
        shutil.copytree(drawn_secrets, home / "secrets")
        (home / "secrets").chmod(0o755)
        _psql(cluster, script)
        owner, writer = (
            _here((drawn_secrets / f"database_{role}_url").read_text(), cluster)
            for role in ("owner", "writer")
        )
        migrate(owner)
        log = tmp_path / "call.nmea"
        simulator.write(simulator.simulate("call"), log)
        env = {"MONITOR_DATABASE_URL": writer}
        done = run_monitor("replay", log, env=env)
        assert done.returncode == 0, done.stderr
        done = run_monitor("port-calls", "--format", "jsonl", env=env)
        assert done.stdout.strip()
        done = run_monitor("database", "prune", "--older-than", "90", env=env)
        assert done.returncode == 0, done.stderr
        with (
            Sender(500) as sender,
            Watch(tmp_path / "watch", writer, tcp_feed("a", sender.port, lateness_s=0)) as watch,
        ):
            watch.until(lambda s: s["lines"] > 500 and s["store"]["rows"] > 400)
            assert watch.get("/events")
            assert watch.stop()[0] == 0
        assert asyncio.run(_stored_password(cluster, "monitor_writer")).startswith("SCRAM-SHA-256")
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)


def _psql(cluster: Cluster, script: str) -> None:
    """Run a script as the superuser; its files are read by psql itself."""
    url = cluster.url("monitor", role="postgres")
    subprocess.run(
        [shutil.which("psql") or "psql", "--set", "ON_ERROR_STOP=1", "--quiet", url],
        input=script, check=True, text=True, capture_output=True,
    )  # fmt: skip


def _here(url: str, cluster: Cluster) -> str:
    """The URL of a secret, at the test's cluster instead of the container's address."""
    return url.strip().replace(
        "@database:5432/monitor", f"@/monitor?host={cluster.socket_directory}&port=5432"
    )


async def _stored_password(cluster: Cluster, role: str) -> str:
    connection = await asyncpg.connect(cluster.url("monitor", role="postgres"))
    try:
        return await connection.fetchval(
            "SELECT rolpassword FROM pg_authid WHERE rolname = $1", role
        )
    finally:
        await connection.close()


# --- The unit -----------------------------------------------------------------------------------


def test_the_unit_tells_what_the_program_knows() -> None:
    """Commands are commands, variables are settings, the credential that is read is loaded."""
    found = unit()
    for line in found["ExecStart"] + found["ExecStartPre"]:
        program, *words = line.split()
        assert program.endswith("/bin/monitor")
        assert is_command(words)
    words = " ".join(found["Environment"])
    variables = dict(re.findall(r"(MONITOR_\w+)=(\S+)", words))
    assert set(variables) <= known_variables()
    loaded = {value.partition(":")[0] for value in found["LoadCredential"]}
    assert {f"%d/{name}" for name in loaded} == {variables["MONITOR_DATABASE_URL_FILE"]}
    state = f"%S/{found['StateDirectory'][0]}"
    assert variables["MONITOR_HOME"] == state
    assert variables["MONITOR_SPOOL"].startswith(state)


def test_the_unit_is_hardened() -> None:
    """A user of its own, a system that is read only, few calls; it is given time to stop."""
    found = unit()
    wanted = {
        "Type": "exec", "DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict",
        "ProtectHome": "yes", "PrivateTmp": "yes", "CapabilityBoundingSet": "",
        "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6", "Restart": "on-failure",
        "SystemCallArchitectures": "native",
    }  # fmt: skip
    for name, value in wanted.items():
        assert found[name] == [value], name
    assert found["SystemCallFilter"][0] == "@system-service"
    assert seconds(found["TimeoutStopSec"][0]) > STOP_S


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """Every directive is known; the exposure is small. Without systemd: sections only."""
    copy = tmp_path / "monitor.service"
    copy.write_text(re.sub(r"/opt/\S+/bin/monitor", "/bin/true", UNIT.read_text()))
    program = shutil.which("systemd-analyze")
    if program is None:
        parser = ConfigParser(strict=False, interpolation=None)
        parser.read(copy)
        assert parser.sections() == ["Unit", "Service", "Install"]
        pytest.skip("systemd-analyze is not installed: only the sections were checked")
    done = subprocess.run(
        [program, "verify", "--man=no", str(copy)], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(
        [program, "security", "--offline=true", "--threshold=20", "--no-pager", str(copy)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-300:]


# --- The job that needs an engine ---------------------------------------------------------------


def test_the_job_with_an_engine_is_wired() -> None:
    """The workflow runs the script, with actions pinned by their commit and few rights."""
    workflow = yaml.safe_load((PROJECT / ".github" / "workflows" / "image.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    for step in job["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
        else:
            assert os.access(PROJECT / step["run"], os.X_OK)
    script = (DEPLOY / "check-image").read_text()
    for path in ("/health/live", "/health/ready", "/metrics", "/status"):
        assert path in script
    for name in ("check-image", "make-secrets"):
        subprocess.run(["sh", "-n", str(DEPLOY / name)], check=True)
