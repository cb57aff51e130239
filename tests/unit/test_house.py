"""Rules of the house that no linter knows: where tasks are born and clocks read, what may be empty.

Imports are held by the contracts of import-linter (``pyproject.toml``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

import monitor

PROJECT = Path(monitor.__file__).parents[1]
HOUSE = PROJECT / "monitor"
MODULES = sorted(HOUSE.rglob("*.py"))

BIRTHS = {"create_task", "ensure_future", "TaskGroup", "Thread", "run_coroutine_threadsafe"}
BORN_ELSEWHERE = {
    "feed/nmea_tcp_server.py": "a task a device, in a group that ends with the feed's own run()",
}
"""Where tasks may be born outside of service/, and why."""

CLOCKS = {
    "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter",
    "time.perf_counter_ns", "time.clock_gettime_ns", "datetime.now", "datetime.utcnow",
    "datetime.today", "date.today", "datetime.datetime.now",
}  # fmt: skip

LONGEST = 400
"""Lines of a file: a longer one is two rooms."""


def name_of(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@cache
def attributes(path: Path) -> list[tuple[int, str, str]]:
    """(line, last word, dotted name) of every attribute and name that a module uses."""
    return list(_attributes(path))


def dotted(node: ast.expr) -> str:
    """A name with what is asked of it; of what has no name only the latter."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _attributes(path: Path) -> Iterator[tuple[int, str, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.lineno, node.attr, dotted(node)
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id, node.id


def test_tasks_are_born_in_the_service_alone() -> None:
    """By whatever name: of a loop, of a group, or as a thread."""
    found = {
        name_of(path): (line, name)
        for path in MODULES
        for line, word, name in attributes(path)
        if word in BIRTHS and not name_of(path).startswith("service/")
    }
    assert set(found) == set(BORN_ELSEWHERE), found


def test_only_the_clock_reads_the_clock() -> None:
    """All others are told the time, or ask clock.py."""
    found = {
        name_of(path): (line, name)
        for path in MODULES
        for line, _, name in attributes(path)
        if name in CLOCKS
    }
    assert set(found) <= {"clock.py"}, found


@pytest.mark.parametrize("path", [p for p in MODULES if p.name == "__init__.py"], ids=name_of)
def test_the_begin_of_a_package_holds_lists_and_no_code(path: Path) -> None:
    """A newcomer finds there what there is, not how it works."""
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr)
    tree = ast.parse(path.read_text("utf-8"))
    assert all(isinstance(node, allowed) for node in tree.body)
    assert not any(isinstance(node, ast.Call | ast.Lambda) for node in ast.walk(tree))
    assert ast.get_docstring(tree)


def longer(paths: Iterable[Path]) -> list[str]:
    """Those of more lines than one story has."""
    return [
        f"{path.relative_to(PROJECT)}: {lines} lines"
        for path in paths
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST
    ]


def test_no_file_is_two_rooms() -> None:
    """400 lines are the most."""
    assert longer(MODULES) == []


def test_no_test_is_two_stories() -> None:
    """The same for tests."""
    assert longer(sorted((PROJECT / "tests").rglob("*.py"))) == []


def test_no_module_is_called_after_nothing() -> None:
    """A module that no word of the sea, or of its library, can name is two modules."""
    nothing = {"utils", "helpers", "common", "base", "misc", "manager", "core", "shared"}
    assert not [name_of(path) for path in MODULES if path.stem in nothing]
