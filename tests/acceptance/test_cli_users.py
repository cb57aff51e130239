"""``monitor users``: let in by a password or a link, and kept out; no secret is an argument."""

from __future__ import annotations

import json
import re

import pytest

from tests.acceptance.desk import Desk
from tests.program import run_monitor

PASSWORD = "seven sailors at sea"  # noqa: S105 - of nobody


@pytest.fixture
def env(database: str) -> dict[str, str]:
    """A database of one's own, and who does it."""
    return {"MONITOR_DATABASE_URL": database, "MONITOR_OFFICER": "root"}


def listed(desk: Desk, env: dict[str, str], *words: str) -> list[dict[str, object]]:
    code, out, errors = desk.ask(*words, "--format", "json", **env)
    assert (code, errors) == (0, "")
    found: list[dict[str, object]] = json.loads(out)
    return found


def test_a_user_from_the_first_to_the_last_day(desk: Desk, env: dict[str, str]) -> None:
    """Added with a password from standard input, given another role, kept out, let in."""
    done = run_monitor(
        "users", "add", "Ann", "--role", "officer", env={**desk.env, **env},
        data=f"{PASSWORD}\n".encode(),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, b"ann is let in as officer.\n"), done.stderr
    (found,) = listed(desk, env, "users", "list")
    assert (found["name"], found["role"], found["has_password"]) == ("ann", "officer", True)
    for words, told in (
        (("role", "ann", "analyst"), "ann is analyst now.\n"),
        (("role", "ann", "analyst"), "ann is analyst already.\n"),
        (("disable", "ann"), "ann is let in no more.\n"),
        (("disable", "ann"), "ann is let in no more, as before.\n"),
        (("disable", "ann", "--undo"), "ann is let in.\n"),
    ):
        assert desk.ask("users", *words, **env) == (0, told, "")
    done = run_monitor(
        "users", "reset", "ann", env={**desk.env, **env}, data=b"nine gulls over Tobruk\n"
    )
    assert done.returncode == 0, done.stderr
    changes = listed(desk, env, "users", "changes")
    assert [(each["what"], each["actor"]) for each in changes] == [
        ("password set", "root"), ("user enabled", "root"), ("user disabled", "root"),
        ("role changed", "root"), ("password set", "root"), ("user added", "root"),
    ]  # fmt: skip
    _, table, _ = desk.ask("users", "list", **env)
    assert "ann" in table
    assert PASSWORD not in str(changes) + table
    assert "argon2" not in str(listed(desk, env, "users", "list"))


def test_a_link_leads_where_the_watch_is_reached(desk: Desk, env: dict[str, str]) -> None:
    """For one who is there, or is to be; never with a role that he has not."""
    desk.write('hosts = ["watch.example"]\nbehind_proxy = true\n')
    code, out, errors = desk.ask("users", "invite", "bea", "--role", "viewer", **env)
    assert (code, errors) == (0, "")
    assert re.search(r"https://watch\.example/invitation/[\w-]{43}\n$", out)
    _, again, _ = desk.ask("users", "invite", "bea", **env)
    assert again != out
    for words, sentence in (
        (("invite", "cy"), "There is no user 'cy' yet: say with --role what he is to be."),
        (("invite", "bea", "--role", "admin"), "bea is viewer: `monitor users role` makes him"),
        (("invite", "c y", "--role", "admin"), "'c y' cannot be a name"),
        (("disable", "cy"), "There is no user 'cy': see `monitor users list`."),
        (("role", "cy", "admin"), "There is no user 'cy'"),
    ):
        code, _, errors = desk.ask("users", *words, **env)
        assert (code, sentence in errors) == (2, True), errors
    assert [each["name"] for each in listed(desk, env, "users", "list")] == ["bea"]


@pytest.mark.parametrize("password", ["short", "", "ann ann ann ann"])
def test_a_password_that_is_guessed_is_refused(
    desk: Desk, env: dict[str, str], password: str
) -> None:
    done = run_monitor(
        "users", "add", "ann", env={**desk.env, **env}, data=f"{password}\n".encode()
    )
    assert done.returncode == 2
    assert b"password" in done.stderr
    assert listed(desk, env, "users", "list") == []


def test_no_option_takes_a_password(desk: Desk, env: dict[str, str]) -> None:
    """It would stand in the shell's history, and in the list of processes."""
    words = ("users", "add", "ann", "--password", PASSWORD)
    done = run_monitor(*words, env={**desk.env, **env}, data=b"")
    assert done.returncode != 0
    assert listed(desk, env, "users", "list") == []
    assert "No users" in desk.ask("users", "list", **env)[1]
