"""The threat model is true: each threat has a test, and each test that is named is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from monitor.api import access
from monitor.credentials import HASHER
from monitor.roles import SCOPES_OF
from monitor.store import users
from tests.refusals import PAGE, ROWS

TESTS = Path(__file__).parents[2]
TEXT = PAGE.read_text("utf-8")
THREATS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.partition("## Threats")[2].partition("**What is not")[0].splitlines()
    if line.startswith("| ") and not line.startswith(("| threat", "| ---"))
]


def named_in(name: str) -> set[str]:
    """Tests of all files of this name."""
    return {
        node.name
        for path in TESTS.rglob(name)
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize("row", THREATS, ids=lambda row: row[0][:40])
def test_each_threat_has_a_test_that_is_there(row: list[str]) -> None:
    threat, done, tests = row
    assert threat
    assert done
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", tests)
    assert named
    assert len(named) == tests.count("`") / 2
    for file, test in named:
        assert test in named_in(file), f"{file}::{test}"


def test_there_are_threats() -> None:
    """A table that cannot be read would be an empty one."""
    assert len(THREATS) > 20


def test_what_is_open_to_all_is_told() -> None:
    """Each endpoint that needs nothing stands there, and no other is said to be so."""
    told = TEXT.partition("Open to all are")[2].partition(": they tell")[0]
    named = set(re.findall(r"`(/[^`]*)`", told))
    found = {"/" + route.path.split("/")[1] for route in ROWS if route.needs is None}
    assert {name.partition("/…")[0] for name in named} == found


def test_numbers_and_roles_are_those_of_the_code() -> None:
    for role in SCOPES_OF:
        assert f"`{role.value}`" in TEXT
    assert (users.SESSION.days, users.RESTS.seconds) == (7, 12 * 3600)
    assert users.INVITATION.seconds == 3600
    assert (HASHER.memory_cost >> 10, HASHER.time_cost) == (64, 3)
    assert (access.FRESH_S, access.STALE_S, access.MOST_WAITING) == (1.0, 900.0, 8)
