"""``monitor tokens``: a secret shown once, what it may, and that it may no more."""

from __future__ import annotations

import json
import re

import pytest

from tests.acceptance.desk import Desk
from tests.acceptance.test_cli_users import env  # noqa: F401 - a fixture


def test_a_token_is_shown_once_and_revoked(desk: Desk, env: dict[str, str]) -> None:  # noqa: F811
    """Its secret alone on standard output, so that it goes into a file without a look."""
    code, out, errors = desk.ask("tokens", "add", "QGIS", "--scope", "read", **env)
    assert (code, errors.startswith("Token qgis holds until 20")) == (0, True)
    assert re.fullmatch(r"mmm_[\w-]{43}\n", out)
    for form in ("table", "json", "csv", "jsonl"):
        _, found, _ = desk.ask("tokens", "list", "--format", form, **env)
        assert "qgis" in found
        assert out.strip() not in found
    assert out[:8] in found
    assert desk.ask("tokens", "revoke", "qgis", **env) == (0, "qgis is revoked.\n", "")
    _, found, _ = desk.ask("tokens", "list", "--format", "json", **env)
    (row,) = json.loads(found)
    assert (row["state"], row["revoked_by"], row["scopes"]) == ("revoked", "root", ["read"])


def test_what_it_may(desk: Desk, env: dict[str, str]) -> None:  # noqa: F811
    """Several scopes, one feed, an owner, and for how long."""
    desk.ask("users", "invite", "ann", "--role", "officer", **env)
    words = ("--scope", "read", "--scope", "officer", "--owner", "ann", "--days", "7")
    assert desk.ask("tokens", "add", "desk", *words, **env)[0] == 0
    assert desk.ask("tokens", "add", "roof", "--scope", "push", "--feed", "roof", **env)[0] == 0
    rows = json.loads(desk.ask("tokens", "list", "--format", "json", **env)[1])
    assert [(row["name"], row["scopes"], row["feed"], row["owner"]) for row in rows] == [
        ("roof", ["push"], "roof", None), ("desk", ["read", "officer"], None, "ann"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "a b"), "'a b' cannot be a name"),
        (("add", "a", "--days", "0"), "A token holds for 1 to 3650 days"),
        (("add", "a", "--feed", "roof"), "--feed is for tokens that push"),
        (("add", "a", "--owner", "nobody"), "There is no user 'nobody'"),
        (("revoke", "a"), "There is no token 'a' that holds"),
    ],
)
def test_what_is_refused(
    desk: Desk, env: dict[str, str], words: tuple[str, ...], sentence: str  # noqa: F811
) -> None:  # fmt: skip
    code, out, errors = desk.ask("tokens", *words, **env)
    assert (code, out, sentence in errors) == (2, "", True), errors
