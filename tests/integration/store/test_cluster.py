"""The private cluster, with a real PostgreSQL in directories of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from monitor.errors import ClusterError
from monitor.store.cluster import (
    SOCKET_NAME,
    SOCKET_PATH_LIMIT_BYTES,
    Cluster,
    ClusterState,
    Server,
    server_in,
    usual_search,
)

# A first start makes a whole cluster: two seconds here, more on a slow disk.
pytestmark = pytest.mark.timeout(120)

REPOSITORY = Path(__file__).parents[3]
IS_ROOT = os.geteuid() == 0

START_AND_TELL = """
import sys
from pathlib import Path
from monitor.store.cluster import Cluster
cluster = Cluster(Path(sys.argv[1]))
print(cluster.start(), cluster.status().pid)
"""
# A process at work in here does not notice that its server is gone.
BUSY_FOR_SECONDS = """DO $$ BEGIN
    WHILE clock_timestamp() < statement_timestamp() + '4 s' LOOP END LOOP;
END $$"""


def installed() -> Server:
    """Return the PostgreSQL of this machine, or skip."""
    for directory in usual_search():
        server = server_in(directory)
        if server is not None and server.has_postgis:
            return server
    pytest.skip("no PostgreSQL with PostGIS is installed")


def answer(url: str, query: str) -> str:
    """Ask through libpq, which also proves that it reads the URL."""
    words = [str(installed().programs / "psql"), "-XAtq", "-d", url, "-c", query]
    return subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def new_home() -> Path:
    """Make a home that the server's user can reach, which pytest's tmp_path is not."""
    home = Path(tempfile.mkdtemp(prefix="mmm-test-", dir="/tmp"))
    home.chmod(0o755)
    return home


@pytest.fixture
def home() -> Iterator[Path]:
    """Give an empty home; end its server and remove its files afterwards."""
    installed()
    made = new_home()
    yield made
    end(Cluster(made))


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    """Share one running cluster among the tests that leave it as it was."""
    installed()
    cluster = Cluster(new_home())
    cluster.start()
    yield cluster
    end(cluster)


def end(cluster: Cluster) -> None:
    """Stop a cluster and remove every trace of it."""
    near_data = cluster.data_directory / "PG_VERSION"
    if near_data.exists():
        near_data.write_text(f"{installed().major}\n")
    cluster.stop()
    shutil.rmtree(cluster.home)
    shutil.rmtree(cluster.socket_directory, ignore_errors=True)


def kill(cluster: Cluster) -> int:
    """Kill the server's first process as a power cut would, and return its number."""
    pid = cluster.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while cluster.status().state is ClusterState.RUNNING:
        time.sleep(0.01)
    return pid


def program(directory: Path, name: str, says: str) -> None:
    """Write a program that prints one line."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_text(f"#!/bin/sh\necho '{says}'\n")
    (directory / name).chmod(0o755)


def imitation(directory: Path, *, major: str, has_postgis: bool) -> Path:
    """Lay out a PostgreSQL that can only say its version."""
    for name in ("initdb", "pg_ctl", "psql"):
        program(directory, name, "")
    program(directory, "postgres", f"postgres (PostgreSQL) {major}.4 (Debian {major}.4-1)")
    program(directory, "pg_config", str(directory / "share"))
    (directory / "share" / "extension").mkdir(parents=True)
    if has_postgis:
        (directory / "share" / "extension" / "postgis.control").touch()
    return directory


def sentence(act: Callable[[], object]) -> str:
    """Return what a refusal says, after checking that it is one line."""
    with pytest.raises(ClusterError) as refusal:
        act()
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_a_look_at_an_absent_cluster_makes_nothing(home: Path) -> None:
    """``status`` and ``stop`` leave an empty home empty."""
    cluster = Cluster(home)
    cluster.stop()
    status = cluster.status()
    assert (status.state, status.version, status.pid) == (ClusterState.ABSENT, None, None)
    assert list(home.iterdir()) == []


def test_the_first_start_makes_all_that_the_service_needs(running: Cluster) -> None:
    """Roles, owner and PostGIS are there, and a superuser is not needed."""
    url = running.url()
    assert answer(url, "SELECT current_user") == "monitor_owner"
    roles = "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolcanlogin"
    assert answer(url, roles) == "monitor_owner monitor_reader monitor_writer postgres"
    owner = "SELECT datdba::regrole FROM pg_database WHERE datname = 'monitor'"
    assert answer(url, owner) == "monitor_owner"
    assert answer(url, "SELECT ST_AsText(ST_MakePoint(4, 52))") == "POINT(4 52)"
    assert answer(url, "CREATE TABLE t (a int); DROP TABLE t") == ""
    assert answer(running.url(role="monitor_reader"), "SELECT current_user") == "monitor_reader"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("checkpoint_timeout", "15min"),
        ("data_checksums", "on"),
        ("fsync", "on"),
        ("jit", "off"),
        ("lc_collate", "C"),
        ("listen_addresses", ""),
        ("max_connections", "50"),
        ("max_wal_senders", "0"),
        ("max_wal_size", "4GB"),
        ("server_encoding", "UTF8"),
        ("shared_buffers", "256MB"),
        ("synchronous_commit", "on"),
        ("TimeZone", "UTC"),
        ("wal_level", "minimal"),
    ],
)
def test_the_server_is_set_for_one_bulk_writer(running: Cluster, setting: str, value: str) -> None:
    """Each setting is in force, not just written."""
    assert answer(running.url(), f"SHOW {setting}") == value


def test_asyncpg_takes_the_url(running: Cluster) -> None:
    """The service's own driver reaches the socket with the URL as it is."""

    async def ask() -> object:
        connection = await asyncpg.connect(running.start())
        try:
            return await connection.fetchval("SELECT current_database()")
        finally:
            await connection.close()

    assert asyncio.run(ask()) == "monitor"


def test_only_the_servers_user_may_enter_the_socket_directory(running: Cluster) -> None:
    """The directory is what guards a server that trusts whoever connects."""
    found = running.socket_directory.stat()
    assert stat.S_IMODE(found.st_mode) == 0o700
    assert found.st_uid == running.data_directory.stat().st_uid
    assert found.st_uid != 0
    assert stat.S_IMODE(running.log.stat().st_mode) == 0o600


def test_a_second_start_changes_nothing(running: Cluster) -> None:
    """A running server is left alone."""
    before = running.status()
    assert before.state is ClusterState.RUNNING
    assert before.version == installed().major
    running.start()
    assert running.status() == before


def test_a_database_is_made_copied_and_removed(running: Cluster) -> None:
    """Tests copy a template that has tables; the copy has them and PostGIS too."""
    template = running.create_database("sea_template")
    answer(template, "CREATE TABLE ship (at geometry); INSERT INTO ship VALUES ('POINT(1 2)')")
    copy = running.create_database("sea", template="sea_template")
    assert copy == running.url("sea")
    assert answer(copy, "SELECT ST_AsText(at) FROM ship") == "POINT(1 2)"
    for name in ("sea", "sea_template", "sea"):
        running.drop_database(name)
    left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'sea%'"
    assert answer(running.url(), left) == "0"


def test_a_refused_database_says_why(running: Cluster) -> None:
    """The server's own words reach the reader, and odd names do not reach the server."""
    assert 'database "monitor" already exists' in sentence(
        lambda: running.create_database("monitor")
    )
    assert "cannot name a database" in sentence(lambda: running.drop_database("a; DROP"))


def test_what_was_stored_outlives_a_stop(home: Path) -> None:
    """Stop, look, start again."""
    cluster = Cluster(home)
    answer(cluster.start(), "CREATE TABLE kept (a int); INSERT INTO kept VALUES (7)")
    cluster.stop()
    assert cluster.status().state is ClusterState.STOPPED
    cluster.stop()
    assert answer(cluster.start(), "SELECT a FROM kept") == "7"


def test_a_killed_server_starts_again_at_once(home: Path) -> None:
    """The processes that the dead one left are waited for, and what was committed is there."""
    cluster = Cluster(home)
    url = cluster.start()
    answer(url, "CREATE TABLE kept (a int); INSERT INTO kept VALUES (7)")
    words = [str(installed().programs / "psql"), "-XAtq", "-d", url, "-c", BUSY_FOR_SECONDS]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as client:
        busy = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO%' AND state = 'active'"
        while answer(url, busy) == "0":
            assert client.poll() is None
        dead = kill(cluster)
        assert answer(cluster.start(), "SELECT a FROM kept") == "7"
    assert "is still in use" in cluster.log.read_text()
    assert cluster.status().pid not in {None, dead}


def test_a_process_id_borne_by_another_is_not_taken_for_the_server(home: Path) -> None:
    """After a restart of the machine the old number may be anybody's: spare it and start."""
    cluster = Cluster(home)
    cluster.start()
    pid = kill(cluster)
    # Of the same user, or PostgreSQL itself would see that it is another's.
    user = cluster.data_directory.stat().st_uid if IS_ROOT else None
    with subprocess.Popen(["/bin/sleep", "60"], user=user, cwd="/") as stranger:
        pid_file = cluster.data_directory / "postmaster.pid"
        lock_file = cluster.socket_directory / f"{SOCKET_NAME}.lock"
        for file in (pid_file, lock_file):
            file.write_text(file.read_text().replace(f"{pid}\n", f"{stranger.pid}\n", 1))
        assert cluster.status().state is ClusterState.STOPPED
        cluster.stop()
        assert stranger.poll() is None
        assert answer(cluster.start(), "SELECT 1") == "1"
        assert stranger.poll() is None
        stranger.kill()


def test_two_processes_that_start_at_once_find_one_server(home: Path) -> None:
    """The second waits for the first, on a home where nothing is made yet."""
    words = [sys.executable, "-c", START_AND_TELL, str(home)]
    starts = [
        subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = {start.communicate()[0] for start in starts}
    assert [start.returncode for start in starts] == [0, 0, 0]
    assert said == {f"{Cluster(home).url()} {Cluster(home).status().pid}\n"}


def test_a_half_made_cluster_is_made_anew(home: Path) -> None:
    """A machine that failed during the first start leaves nothing in the way of the second."""
    cluster = Cluster(home)
    half = cluster.directory / "init-half"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    assert cluster.status().state is ClusterState.ABSENT
    assert answer(cluster.start(), "SELECT 1") == "1"
    assert not half.exists()


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    """The sentence carries what the log ends with."""
    cluster = Cluster(home)
    cluster.start()
    cluster.stop()
    with (cluster.data_directory / "postgresql.conf").open("a") as settings:
        settings.write("max_connections = 'many'\n")
    said = sentence(cluster.start)
    assert "errors" in said
    assert str(cluster.log) in said


def test_data_of_another_major_version_are_refused(home: Path) -> None:
    """Both versions and the package that would help are named; the data stay as they are."""
    cluster = Cluster(home)
    version_file = cluster.data_directory / "PG_VERSION"
    version_file.parent.mkdir(parents=True)
    version_file.write_text("14\n")
    said = sentence(cluster.start)
    assert "was made by PostgreSQL 14" in said
    assert f"only {installed().major} is installed" in said
    assert "postgresql-14-postgis-3" in said
    assert version_file.read_text() == "14\n"


def test_the_programs_that_match_the_data_are_chosen(home: Path, tmp_path: Path) -> None:
    """A newer PostgreSQL that comes first does not lock the old data out, nor does a bare one."""
    Cluster(home).start()
    Cluster(home).stop()
    newer = imitation(tmp_path / "99", major="99", has_postgis=True)
    bare = imitation(tmp_path / "bare", major=installed().major, has_postgis=False)
    cluster = Cluster(home, search=(newer, bare, installed().programs))
    assert answer(cluster.start(), "SELECT 1") == "1"


def test_a_postgresql_without_postgis_names_the_package(home: Path, tmp_path: Path) -> None:
    """The command is for the version that is there."""
    bare = imitation(tmp_path / "17", major="17", has_postgis=False)
    said = sentence(Cluster(home, search=(bare,)).start)
    assert "PostgreSQL 17 is installed without PostGIS" in said
    assert "`sudo apt-get install postgresql-17-postgis-3`" in said


def test_a_missing_postgresql_names_the_package(home: Path, tmp_path: Path) -> None:
    """With nothing installed, the package that brings everything is named."""
    said = sentence(Cluster(home, search=(tmp_path,)).start)
    assert "PostgreSQL with PostGIS is not installed" in said
    assert "`sudo apt-get install postgresql-postgis`" in said


@pytest.mark.skipif(not IS_ROOT, reason="only root's server runs as another user")
def test_a_home_that_the_servers_user_cannot_enter_is_refused(home: Path) -> None:
    """The first closed directory is named, and the setting that helps."""
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    said = sentence(Cluster(closed / "deep" / "home").start)
    assert said.startswith(f"{closed} cannot be entered")
    assert "MONITOR_HOME" in said


def test_a_home_that_cannot_be_written_is_refused(home: Path) -> None:
    """A file where the home should be."""
    (home / "file").write_text("")
    assert "MONITOR_HOME" in sentence(Cluster(home / "file").start)


def test_a_long_home_has_its_socket_in_a_short_place(home: Path) -> None:
    """The kernel's limit on socket paths is no limit on homes."""
    cluster = Cluster(home / ("long'" * 20))
    path = os.fsencode(cluster.socket_directory / SOCKET_NAME)
    assert len(path) < SOCKET_PATH_LIMIT_BYTES
    try:
        assert answer(cluster.start(), "SELECT 1") == "1"
        assert cluster.status().state is ClusterState.RUNNING
    finally:
        end(cluster)


def test_a_socket_directory_made_by_someone_else_is_refused(home: Path) -> None:
    """In /tmp anybody may be there first."""
    cluster = Cluster(home / ("long" * 30))
    cluster.socket_directory.mkdir(mode=0o755)
    try:
        assert "lets others in" in sentence(cluster.start)
    finally:
        end(cluster)
