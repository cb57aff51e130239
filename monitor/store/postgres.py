"""PostgreSQL as it is installed, and the user that it runs as: its programs found and run."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

# "Installed" means that all of these lie in one directory.
PROGRAMS = ("postgres", "initdb", "pg_ctl", "psql")
USUAL_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat's family, from the PostgreSQL project's own packages
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One installed PostgreSQL."""

    programs: Path
    major: str
    has_postgis: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The system user that the server runs as."""

    name: str
    uid: int
    gid: int


def usual_search() -> Iterator[Path]:
    """Yield the directories of PATH, then the usual places, the newest version first."""
    yield from map(Path, os.get_exec_path())
    for pattern in USUAL_PLACES:
        places = Path("/").glob(pattern.lstrip("/"))
        yield from sorted(places, key=_version_number, reverse=True)


def server_in(directory: Path) -> Server | None:
    """Describe the PostgreSQL whose programs lie in a directory; None if there is none."""
    programs = (directory / "postgres").resolve().parent
    if not all(os.access(programs / program, os.X_OK) for program in PROGRAMS):
        return None
    version = re.search(r"\) (\d+)", output(programs / "postgres", "--version"))
    if version is None:
        return None
    major = version[1]
    share = output(programs / "pg_config", "--sharedir") or f"/usr/share/postgresql/{major}"
    has_postgis = (Path(share) / "extension" / "postgis.control").exists()
    return Server(programs=programs, major=major, has_postgis=has_postgis)


def _version_number(place: Path) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", str(place))]


def output(program: Path, option: str) -> str:
    """Give what a program prints for one option; empty if it fails."""
    try:
        done = subprocess.run([program, option], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def run_as(
    account: Account,
    words: list[str],
    *,
    commands: str = "",
    log: TextIO | None = None,
    data: Path = Path("/"),
) -> subprocess.CompletedProcess[str]:
    """Run a program as that user in a fixed environment, so that no PG* variable reaches it."""
    is_root = os.geteuid() == 0
    return subprocess.run(
        words,
        input=commands,
        stdout=subprocess.PIPE if log is None else log,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGDATA": str(data)},
        user=account.uid if is_root else None,
        group=account.gid if is_root else None,
        extra_groups=[] if is_root else None,
    )


def complaint(words: str) -> str:
    """Pick the last error out of a log, or else its last line."""
    errors = re.findall(r"(?:FATAL|PANIC|ERROR|error): +(.+)", words)
    lines = errors or words.strip().splitlines()
    return str(lines[-1]) if lines else "it said nothing"


def command_line(pid: int) -> str:
    """Give a process's words with a space after each; empty if there is no such process."""
    if not Path("/proc/self/cmdline").exists():
        done = subprocess.run(
            ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip() + " "
    try:
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" "))
    except (FileNotFoundError, ProcessLookupError):
        return ""
