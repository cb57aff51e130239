"""The private PostGIS cluster: found, made, started and stopped with PostgreSQL's own programs.

    absent ──initdb, roles, database──▶ stopped ◀──stop, crash── running
                                           └──────start──────────────▲

A cluster is made under another name and renamed when it is whole, so a directory called ``data``
is always a finished one. Nothing below believes ``postmaster.pid`` alone: a process counts only
if its command line names the data directory, and it is running only if its socket answers too.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import shlex
import shutil
import socket
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from monitor.clock import monotonic_s
from monitor.errors import ClusterError, HeldError
from monitor.flush import flush
from monitor.lockfile import take
from monitor.store.postgres import (
    Account,
    Server,
    command_line,
    complaint,
    run_as,
    server_in,
    usual_search,
)
from monitor.store.sql import rights

OWNER = "monitor_owner"
WRITER, READER = "monitor_writer", "monitor_reader"
"""Who owns every database of the cluster and makes its tables; who watches, replays; who asks."""

SUPERUSER = "postgres"
"""Makes databases and extensions; the service itself never connects as this role."""

PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"
SOCKET_PATH_LIMIT_BYTES = 100  # sun_path holds 104 on BSD and macOS, 108 on Linux, with the NUL

LAUNCH_TIMEOUT_S = 300  # after a crash max_wal_size is read again: 4 GB at 14 MB/s, a slow disk
PATIENCE_S = 60.0  # the processes of a killed server end at their next look at it
LOCK_PATIENCE_S = 120.0  # the first start makes a whole cluster, on a slow disk too
POLL_S = 0.1
NO_SUCH_PID = 2**31 - 1  # above every kernel's highest (2**22 on Linux), still a positive C int

# Written once, so that a person may tune them in postgresql.conf.
SETTINGS = """
# The monitor: one application that writes in bulk and is never replicated.
shared_buffers = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_level = minimal
max_wal_senders = 0
fsync = on
synchronous_commit = on
jit = off
max_connections = 50
timezone = 'UTC'
log_timezone = 'UTC'
"""

# One command a line, as `postgres --single` wants it; in template1, so that every database made
# later has PostGIS and these rights, too.
FIRST_COMMANDS = f"""\
CREATE EXTENSION postgis;
CREATE ROLE {OWNER} LOGIN;
CREATE ROLE {WRITER} LOGIN;
CREATE ROLE {READER} LOGIN;
{chr(10).join(rights())}
CREATE DATABASE monitor OWNER {OWNER};
"""
CREATE_DATABASE = f'CREATE DATABASE :"name" OWNER {OWNER} TEMPLATE :"template";'
DROP_DATABASE = 'DROP DATABASE IF EXISTS :"name" WITH (FORCE);'


class ClusterState(StrEnum):
    """What a cluster is, seen from outside."""

    ABSENT = "absent"
    STOPPED = "stopped"
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterStatus:
    """One look at a cluster."""

    state: ClusterState
    data_directory: Path
    socket_directory: Path
    version: str | None
    """The major version that made the data directory; None when absent."""
    pid: int | None
    """The server's first process; None unless running."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster that lives under one home; making the object touches nothing."""

    home: Path
    search: Sequence[Path] = field(default=(), kw_only=True)
    """Where to look for the programs; empty: PATH, then the usual places, newest first."""

    @property
    def directory(self) -> Path:
        """What of the home is the cluster's: data, socket, lock and log."""
        return self.home.resolve() / "postgres"

    @property
    def data_directory(self) -> Path:
        """PGDATA."""
        return self.directory / "data"

    @property
    def log(self) -> Path:
        """The words of the server, and of the programs that made and started it."""
        return self.directory / "server.log"

    @property
    def socket_directory(self) -> Path:
        """Under the home, or in /tmp where that is too long or has letters that need quoting."""
        near = self.directory / "socket"
        size = len(os.fsencode(near / SOCKET_NAME))
        if size < SOCKET_PATH_LIMIT_BYTES and re.fullmatch(r"[\w./-]+", str(near), re.ASCII):
            return near
        digest = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:16]
        # Not TMPDIR: two shells of one user must find the same server.
        return Path(f"/tmp/mmm-{os.geteuid()}-{digest}")  # noqa: S108 - mode and owner are checked

    def url(self, database: str = "monitor", *, role: str = OWNER) -> str:
        """Give the address of a database, in the form that libpq and asyncpg share."""
        return f"postgresql://{role}@/{database}?host={self.socket_directory}&port={PORT}"

    def start(self) -> str:
        """Make the cluster if there is none, start it if it is down, and give its URL.

        Returns when the server takes connections; processes that call it at once wait for each
        other. Raises ClusterError.
        """
        with self._locked():
            if self._running_pid() is None:
                account, server = self._account(), self._server()
                self._check_passage(account)
                _claim(self.socket_directory, account)
                if not self.data_directory.exists():
                    self._create(server, account)
                self._launch(server, account)
        return self.url()

    def stop(self) -> None:
        """End the server after a checkpoint, its connections cut; nothing if it is down."""
        if self.status().state is ClusterState.ABSENT:
            return
        with self._locked():
            if self._pid() is not None:
                words = ("stop", "-s", "-m", "fast", "-w", "-t", str(LAUNCH_TIMEOUT_S))
                self._run(self._server(), self._account(), "pg_ctl", *words)

    def status(self) -> ClusterStatus:
        """Look, and change nothing."""
        with self._one_sentence():
            version, pid = self._version(), self._running_pid()
        state = ClusterState.STOPPED if pid is None else ClusterState.RUNNING
        return ClusterStatus(
            state=ClusterState.ABSENT if version is None else state,
            data_directory=self.data_directory,
            socket_directory=self.socket_directory,
            version=version,
            pid=pid,
        )

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Make a database with PostGIS for monitor_owner, start the server if need be; its URL."""
        self._psql(CREATE_DATABASE, name=name, template=template)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, its connections cut; nothing if it is not there."""
        self._psql(DROP_DATABASE, name=name)

    def _psql(self, command: str, **names: str) -> None:
        for name in names.values():
            if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
                raise ClusterError(
                    f"{name!r} cannot name a database: use small letters, digits and _, 63 at most"
                )
        self.start()
        target = ("-h", str(self.socket_directory), "-p", str(PORT), "-U", SUPERUSER)
        values = [f"--set={key}={name}" for key, name in names.items()]
        words = ("-X", "-q", "--set=ON_ERROR_STOP=1", *values, *target, "postgres")
        with self._one_sentence():
            self._run(self._server(), self._account(), "psql", *words, commands=command)

    def _version(self) -> str | None:
        try:
            return (self.data_directory / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return None

    def _server(self) -> Server:
        """Find the programs: of the major version that made the data, if there is any."""
        version, found = self._version(), []
        for directory in self.search or usual_search():
            server = server_in(directory)
            if server is None:
                continue
            if server.has_postgis and version in {None, server.major}:
                return server
            found.append(server.major)
        raise ClusterError(self._missing(version, list(dict.fromkeys(found))))

    def _missing(self, version: str | None, found: list[str]) -> str:
        major = version or "".join(found[:1])
        package = f"postgresql-{major}-postgis-3" if major else "postgresql-postgis"
        remedy = f"run `sudo apt-get install {package}`"
        if found and major not in found:
            return (
                f"{self.data_directory} was made by PostgreSQL {version} and only "
                f"{', '.join(found)} is installed: {remedy}, or set MONITOR_HOME to a new directory"
            )
        if found:
            return f"PostgreSQL {major} is installed without PostGIS: {remedy}"
        return f"PostgreSQL with PostGIS is not installed: {remedy}, or set MONITOR_DATABASE_URL"

    def _account(self) -> Account:
        """Choose who runs the server: the caller, but never root, which PostgreSQL refuses."""
        if os.geteuid() != 0:
            return Account(name=str(os.geteuid()), uid=os.geteuid(), gid=os.getegid())
        if self.data_directory.exists():
            owner = self.data_directory.stat()
            return Account(name=str(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid)
        try:
            entry = pwd.getpwnam("postgres")
        except KeyError:
            entry = pwd.getpwnam("nobody")
        return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)

    def _check_passage(self, account: Account) -> None:
        """Let that user itself try every directory above the data, so that ACLs count too."""
        script = 'for place; do test -x "$place" || { printf %s "$place"; exit 1; }; done'
        places = map(str, (*reversed(self.directory.parents), self.directory))
        trial = run_as(account, ["/bin/sh", "-c", script, "sh", *places])
        if trial.returncode:
            raise ClusterError(
                f"{trial.stdout} cannot be entered by the user {account.name}, who runs "
                "PostgreSQL: set MONITOR_HOME to a directory that every user may enter"
            )

    def _create(self, server: Server, account: Account) -> None:
        for leftover in self.directory.glob("init-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        made = Path(tempfile.mkdtemp(prefix="init-", dir=self.directory))
        os.chown(made, account.uid, account.gid)
        # Trust is enough: the one way in is a socket in a directory of mode 0700, so whoever gets
        # there is the server's own user or root, who could read the files anyway.
        trust = ("--auth-local=trust", "--auth-host=reject", f"--username={SUPERUSER}")
        form = ("--encoding=UTF8", "--locale=C", "--data-checksums")
        self._run(server, account, "initdb", "-D", str(made), *trust, *form)
        with (made / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS)
        flush(made / "postgresql.conf")
        single = ("--single", "-D", str(made), "template1")
        self._run(server, account, "postgres", *single, commands=FIRST_COMMANDS)
        made.rename(self.data_directory)
        flush(self.directory)

    def _launch(self, server: Server, account: Account) -> None:
        words = ["-D", str(self.data_directory), "-p", str(PORT), "-c", "listen_addresses="]
        options = shlex.join([*words, "-k", str(self.socket_directory)])
        start = ("start", "-s", "-w", "-t", str(LAUNCH_TIMEOUT_S), "-o", options)
        deadline = monotonic_s() + PATIENCE_S
        while self._running_pid() is None:
            is_late, begin = monotonic_s() > deadline, self.log.stat().st_size
            try:
                if self._pid() is None:
                    self._disown()
                    self._run(server, account, "pg_ctl", *start)
            except ClusterError:
                # The last processes of a killed server hold its shared memory a moment longer.
                if is_late or b"is still in use" not in self.log.read_bytes()[begin:]:
                    raise
            if is_late:
                raise ClusterError(
                    f"The PostgreSQL server of {self.data_directory} runs but does not answer: "
                    f"read {self.log}, end it and try again"
                )
            time.sleep(POLL_S)

    def _pid_file(self) -> list[str]:
        try:
            return (self.data_directory / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _pid(self) -> int | None:
        """Find the server's first process, whether it takes connections yet or not."""
        first = "".join(self._pid_file()[:1])
        if not first.isdigit() or f"-D {self.data_directory} " not in command_line(int(first)):
            return None
        return int(first)

    def _running_pid(self) -> int | None:
        """Find it only if line 8 of its pid file says "ready" and its socket answers."""
        pid = self._pid()
        if pid is None or "".join(self._pid_file()[7:8]).strip() != "ready":
            return None
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(POLL_S)  # a server that hangs takes no more, once enough wait
            refusal = probe.connect_ex(str(self.socket_directory / SOCKET_NAME))
        return None if refusal else pid

    def _disown(self) -> None:
        """Take a dead server's process id, which another process may bear now, off its files.

        The pid file itself must stay: its line 7 names the shared memory by which PostgreSQL sees
        that processes of the dead server still write. The new text is no shorter: one write does.
        """
        lines = self._pid_file()
        if lines:
            with (self.data_directory / "postmaster.pid").open("r+") as file:
                file.write("\n".join([str(NO_SUCH_PID), *lines[1:], ""]))
        (self.socket_directory / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def _run(
        self, server: Server, account: Account, program: str, *words: str, commands: str = ""
    ) -> None:
        """Run a program to its end as the server's user, its words in the log."""
        with self.log.open("a+", errors="replace") as log:
            begin = log.seek(0, os.SEEK_END)
            path = str(server.programs / program)
            done = run_as(
                account, [path, *words], commands=commands, log=log, data=self.data_directory
            )
            log.seek(begin)
            trouble = complaint(done.stderr + log.read())
            log.write(done.stderr)
        # A single-user server goes on after an error and returns 0.
        if done.returncode or "ERROR: " in done.stderr:
            raise ClusterError(f"PostgreSQL's {program} failed (see {self.log}): {trouble}")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the cluster against other processes; the lock ends with the process."""
        with self._one_sentence():
            _make(self.home.resolve())
            _make(self.directory)
            self.log.touch(mode=0o600)
            with take(self.directory / "lock", patience_s=LOCK_PATIENCE_S):
                yield

    @contextmanager
    def _one_sentence(self) -> Iterator[None]:
        try:
            yield
        except HeldError as error:
            raise ClusterError(
                f"The private PostGIS in {self.directory} is being started or stopped by "
                f"{error.holder}: try again later, or end it"
            ) from error
        except OSError as error:
            raise ClusterError(
                f"The database cannot live in {self.directory} ({error.strerror}, "
                f"{error.filename}): set MONITOR_HOME to a directory of your own"
            ) from error


def _make(directory: Path) -> None:
    if not directory.exists():
        directory.mkdir(parents=True, exist_ok=True)
        # Root's server runs as another user, who must pass through.
        directory.chmod(0o755 if os.geteuid() == 0 else 0o700)


def _claim(directory: Path, account: Account) -> None:
    """Make a directory that only that user may enter; refuse one that somebody else made."""
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    found = directory.lstat()
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid in {account.uid, os.geteuid()}
    if not is_ours or found.st_mode & 0o077:
        raise ClusterError(
            f"{directory} was made by another user or lets others in: remove it and try again"
        )
    os.chown(directory, account.uid, account.gid, follow_symlinks=False)
