"""PostgreSQL as it is installed: found by its programs, run with nothing of ours around it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.store import postgres
from monitor.store.postgres import (
    PROGRAMS,
    Account,
    Server,
    command_line,
    complaint,
    output,
    run_as,
    server_in,
    usual_search,
)

IS_ROOT = os.geteuid() == 0
OURSELVES = Account(name="we", uid=os.geteuid(), gid=os.getegid())


def program(place: Path, script: str) -> Path:
    """Write a program for the shell."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)
    return place


def installed(directory: Path, version: str = "postgres (PostgreSQL) 16.4") -> Path:
    """Lay out a PostgreSQL with PostGIS that can only say its version."""
    for name in PROGRAMS:
        program(directory / name, f"echo '{version}'")
    program(directory / "pg_config", f"echo '{directory}/share'")
    (directory / "share" / "extension").mkdir(parents=True)
    (directory / "share" / "extension" / "postgis.control").touch()
    return directory


# -- found -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "major"),
    [
        ("postgres (PostgreSQL) 16.4", "16"),
        ("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)", "15"),
        ("postgres (PostgreSQL) 18beta1", "18"),
    ],
)
def test_a_server_is_its_programs_its_version_and_postgis(
    tmp_path: Path, version: str, major: str
) -> None:
    found = server_in(installed(tmp_path, version))
    assert found == Server(programs=tmp_path, major=major, has_postgis=True)


def test_without_its_control_file_there_is_no_postgis(tmp_path: Path) -> None:
    (installed(tmp_path) / "share" / "extension" / "postgis.control").unlink()
    found = server_in(tmp_path)
    assert found is not None
    assert not found.has_postgis


def test_a_link_to_the_server_leads_to_where_all_of_it_lies(tmp_path: Path) -> None:
    """As in /usr/local/bin, where only some of the programs may be linked."""
    real = installed(tmp_path / "opt")
    linked = tmp_path / "bin"
    linked.mkdir()
    (linked / "postgres").symlink_to(real / "postgres")
    assert server_in(linked) == server_in(real)
    assert server_in(linked) is not None


@pytest.mark.parametrize("missing", PROGRAMS)
def test_one_program_that_is_missing_makes_it_no_server(tmp_path: Path, missing: str) -> None:
    """A client alone is installed on many machines."""
    (installed(tmp_path) / missing).unlink()
    assert server_in(tmp_path) is None


@pytest.mark.parametrize("missing", PROGRAMS)
def test_a_program_that_may_not_be_run_is_none(tmp_path: Path, missing: str) -> None:
    (installed(tmp_path) / missing).chmod(0o644)
    assert server_in(tmp_path) is None


@pytest.mark.parametrize("script", ["echo hello", "echo 'postgres (PostgreSQL) 16.4'; exit 1"])
def test_a_server_that_cannot_say_its_version_is_none(tmp_path: Path, script: str) -> None:
    """As one whose libraries are gone."""
    program(installed(tmp_path) / "postgres", script)
    assert server_in(tmp_path) is None


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert server_in(tmp_path) is None
    assert server_in(tmp_path / "nowhere") is None


def test_the_path_is_searched_before_the_usual_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And of those the newest version first: 9.6 is older than 17, and 9 than 10."""
    for version in ("9.6", "10", "17", "9.5"):
        (tmp_path / version / "bin").mkdir(parents=True)
    monkeypatch.setattr(postgres, "USUAL_PLACES", (f"{tmp_path}/*/bin", "/nowhere/*"))
    monkeypatch.setenv("PATH", "/one:/other")
    assert list(usual_search()) == [
        Path("/one"), Path("/other"),
        *(tmp_path / version / "bin" for version in ("17", "10", "9.6", "9.5")),
    ]  # fmt: skip


# -- run -------------------------------------------------------------------------------------------


def test_what_a_program_prints(tmp_path: Path) -> None:
    """Without the end of its line; a program that fails or is none prints nothing."""
    assert output(program(tmp_path / "says", 'echo " $1 "'), "--version") == "--version"
    assert output(program(tmp_path / "fails", "echo 16; exit 3"), "--version") == ""
    assert output(tmp_path / "none", "--version") == ""
    assert output(tmp_path, "--version") == ""


def test_no_variable_of_ours_reaches_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """PGHOST or PGUSER would lead it elsewhere, and another language would say other words."""
    for name in ("PGHOST", "PGUSER", "PGDATA", "LC_ALL", "LD_LIBRARY_PATH"):
        monkeypatch.setenv(name, "ours")
    done = run_as(OURSELVES, ["/usr/bin/env"], data=Path("/srv/data"))
    found = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert found == {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGDATA": "/srv/data"}


def test_a_program_is_run_where_everybody_may_be_and_given_its_commands() -> None:
    done = run_as(OURSELVES, ["/bin/sh", "-c", "pwd; cat; echo wrong >&2; exit 3"], commands="in\n")
    assert (done.returncode, done.stdout, done.stderr) == (3, "/\nin\n", "wrong\n")


def test_without_commands_there_is_nothing_to_wait_for() -> None:
    """A program that asks is answered that nobody is there."""
    assert run_as(OURSELVES, ["/bin/cat"]).stdout == ""


def test_what_a_program_says_goes_to_the_log_and_what_it_complains_of_comes_back(
    tmp_path: Path,
) -> None:
    with (tmp_path / "log").open("a+") as log:
        done = run_as(OURSELVES, ["/bin/sh", "-c", "echo said; echo wrong >&2"], log=log)
    assert (tmp_path / "log").read_text() == "said\n"
    assert (done.stdout, done.stderr) == (None, "wrong\n")


def test_words_in_no_encoding_are_read_all_the_same() -> None:
    """A server's messages may hold bytes of whatever was sent to it."""
    done = run_as(OURSELVES, ["/bin/sh", "-c", r"printf 'FATAL:  \377\n'"])
    assert done.stdout == "FATAL:  \N{REPLACEMENT CHARACTER}\n"


@pytest.mark.skipif(not IS_ROOT, reason="only root may run as another user")
def test_root_runs_a_program_as_that_user_and_in_no_group_of_its_own() -> None:
    account = Account(name="nobody", uid=65_534, gid=65_534)
    done = run_as(account, ["/bin/sh", "-c", "id -u; id -g; id -G"])
    assert done.stdout.split() == ["65534", "65534", "65534"]


# -- what was said ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "picked"),
    [
        ("", "it said nothing"),
        ("\n \n", "it said nothing"),
        ("initdb: error: no such directory\n", "no such directory"),
        ("LOG:  one\nFATAL:  two\nLOG:  three\n", "two"),
        ("ERROR:  first\nPANIC:  second\n", "second"),
        ("pg_ctl: could not start server\nExamine the log output.\n", "Examine the log output."),
        ("killed", "killed"),
    ],
)
def test_a_complaint_is_the_last_error_or_else_the_last_line(words: str, picked: str) -> None:
    assert complaint(words) == picked


@contextmanager
def running(*words: str | bytes) -> Iterator[int]:
    """A shell with these words, once it is at work: until then it has none."""
    shell = ["/bin/sh", "-c", "echo here; read line", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(shell, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        yield process.pid
        process.communicate(b"\n")


def test_the_words_of_a_process() -> None:
    """A space stands behind each, so that a folder is not taken for one whose name is longer."""
    with running("-D", "/srv/data") as pid:
        assert command_line(pid) == "/bin/sh -c echo here; read line -D /srv/data "
    assert command_line(pid).strip() == ""


def test_a_name_in_no_encoding_is_read_all_the_same() -> None:
    """As Python has it in a path, so that the two can be compared."""
    with running(b"\xff") as pid:
        assert command_line(pid) == "/bin/sh -c echo here; read line \udcff "
