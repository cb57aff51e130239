"""What people read is true: the README's commands, events and settings."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from monitor.alert.rules import read_rules
from monitor.cli.app import COMMANDS
from monitor.deliver.configured import make_channels
from monitor.feed.configured import make_feed
from monitor.model import EventKind
from monitor.settings import Settings
from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from tests.acceptance.desk import terminal
from tests.forked import Forked
from tests.live import free_port
from tests.program import PROJECT, run_monitor

README = (PROJECT / "README.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
TABLES = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
COMMANDS_SHOWN = [
    line.partition("  #")[0].strip() for block in BLOCKS for line in block.splitlines() if line
]
SIGHTED = next(line for line in COMMANDS_SHOWN if "sighting add" in line)
LISTED = next(line for line in COMMANDS_SHOWN if "watchlist add" in line)


@pytest.fixture(scope="module")
def desk(cluster, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:  # noqa: ANN001
    """A folder as a reader has it: a log of her own, the ports, and a database."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(PROJECT / "geofences", folder / "geofences")
    simulator.write(simulator.simulate("voyage"), folder / "mylog.nmea")
    url = cluster.create_database("readme", template="template_monitor")
    env = {
        **os.environ, "MONITOR_DATABASE_URL": url, "PYTHONPATH": str(PROJECT),
        "MONITOR_HOME": str(folder / "home"), "MONITOR_LISTEN": f"127.0.0.1:{free_port()}",
    }  # fmt: skip
    return folder, env


@pytest.fixture(scope="module")
def lodge(cluster: Cluster, desk: tuple[Path, dict[str, str]]) -> tuple[Path, dict[str, str]]:
    """The same with a database of its own: where somebody is let in, nobody reads unasked."""
    folder, env = desk
    url = cluster.create_database("readme_people", template="template_monitor")
    return folder, {**env, "MONITOR_DATABASE_URL": url}


def test_the_readme_begins_with_what_it_does_a_picture_and_two_commands() -> None:
    """Within the first screen."""
    begin = README.splitlines()[:16]
    assert any(line.startswith("![") for line in begin)
    assert any(line.startswith("make demo") for line in begin)
    assert any(line.startswith("make test") for line in begin)
    picture = re.search(r"!\[.*?\]\((.*?)\)", README)
    assert picture is not None
    assert (PROJECT / picture[1]).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("command", [c for c in COMMANDS_SHOWN if not c.startswith("make")])
def test_every_command_shown_runs(
    command: str, desk: tuple[Path, dict[str, str]], lodge: tuple[Path, dict[str, str]]
) -> None:
    """As it stands there, in the environment of this run."""
    words = shlex.split(command)
    folder, env = lodge if words[1] in {"users", "tokens"} else desk
    if words[1:3] == ["sighting", "show"]:  # of which one is shown, too
        run([sys.executable, "-m", "monitor", *shlex.split(SIGHTED)[1:]], folder, env)
    if words[1:3] == ["report", "fleet"]:  # of a watchlist that is there
        run([sys.executable, "-m", "monitor", *shlex.split(LISTED)[1:]], folder, env)
    assert words[0] == ".venv/bin/monitor"
    words[0:1] = [sys.executable, "-m", "monitor"]
    if words[3:] == ["alerts", "watch"]:  # it needs a terminal, and stays until it is left
        with terminal(words[3:], env) as night:
            night.until(lambda screen: "open" in screen)
            night.type("q")
            assert night.ended() == 0
        return
    if "status" in words[3:4] or "serve" in words:  # what runs until it is told to stop
        with serving(folder, env) as status:
            assert status["store"]["ready"]
            if "serve" in words:
                return
            done = run(words, folder, env)
    else:
        done = run(words, folder, env)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def run(words: list[str], folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    if words[:3] == [sys.executable, "-m", "monitor"]:
        return run_monitor(*words[3:], env=env, folder=folder, only=True, patience_s=120)
    return subprocess.run(words, cwd=folder, env=env, check=False, capture_output=True, timeout=120)


@contextmanager
def serving(folder: Path, env: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The watch, until it answers; stopped as the README says."""
    with Forked(["serve"], cwd=folder, env=env, stderr=subprocess.DEVNULL) as watch:
        try:
            for _ in range(200):
                with suppress(OSError), urlopen(f"http://{env['MONITOR_LISTEN']}/status") as got:
                    status = json.load(got)
                    if status["store"]["ready"]:
                        break
                time.sleep(0.1)
            yield status
        finally:
            watch.terminate()
            assert watch.wait(15) == 0


@pytest.mark.parametrize("block", TABLES, ids=lambda block: block.split("]]")[0][-8:])
def test_every_table_shown_is_taken(block: str) -> None:
    """Feeds, channels and rules, as they stand there; their secrets are in the environment."""
    words = tomllib.loads(block)
    if "rule" in words:
        assert read_rules(block, "the README")
        return
    settings = Settings(**words)
    for table in settings.feeds:
        make_feed(table, lambda *_: "a-secret")
    assert len(make_channels(settings.channels, lambda *_: "a-secret")) == len(settings.channels)
    assert settings.feeds or settings.channels


def test_every_make_target_shown_is_there() -> None:
    """Make demo, test, check and bench."""
    makefile = (PROJECT / "Makefile").read_text()
    for target in re.findall(r"(?:^|`)make (\w+)", README, re.MULTILINE):
        assert f"\n{target}:" in makefile


def test_every_event_kind_and_setting_is_told() -> None:
    """A new one must be described."""
    for kind in EventKind:
        assert kind.value in README
    for name in Settings.model_fields:
        assert f"MONITOR_{name.upper()}" in README


def test_the_commands_have_files_of_their_own() -> None:
    """One module a subcommand."""
    for name, where, _ in COMMANDS:
        module = where.partition(":")[0]
        assert module.rpartition(".")[2] == name.replace("-", "_")
