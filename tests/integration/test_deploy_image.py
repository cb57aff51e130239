"""The image, held true without an engine: what is locked, copied, set and enough to run."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from dockerfile_parse import DockerfileParser

from monitor.simulator import simulation as simulator
from tests.integration.deployment import DEPLOY, is_command, known_variables
from tests.program import PROJECT


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
    for path in ("/health/live", "/health/ready", "/metrics", "/status", "/invitation/"):
        assert path in script
    (words,) = re.findall(r"monitor monitor (tokens add) check", script)
    assert is_command(words.split())
    for name in ("check-image", "make-secrets"):
        subprocess.run(["sh", "-n", str(DEPLOY / name)], check=True)
