"""The secrets that are drawn for a deployment, and the roles that are made with them."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from pathlib import Path

import asyncpg
import pytest

from monitor.simulator import simulation as simulator
from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from tests.integration.deployment import DEPLOY, SECRETS
from tests.live import Sender, Watch, tcp_feed
from tests.program import run_monitor


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
