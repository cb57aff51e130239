"""The pages for developers are true: drawn as the code is, and what they name is there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from monitor import api, decode, deliver, feed
from monitor.cli.app import COMMANDS
from monitor.engine.detect import BY_PLACE, BY_SHIP
from monitor.engine.detect.port import signs, stay
from monitor.model import EventKind
from tests.house import PAGE, PARTS, PROJECT, diagram, drawn

CONTRIBUTING = PROJECT / ".github" / "CONTRIBUTING.md"
PAGES = (PAGE, CONTRIBUTING, PROJECT / ".github" / "SECURITY.md", PROJECT / "README.md")


def text(path: Path) -> str:
    return path.read_text("utf-8")


@pytest.mark.parametrize("name", PARTS)
def test_each_part_that_follows_from_the_code_is_as_the_code_has_it(name: str) -> None:
    """`make docs` writes them."""
    begin, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
    found = text(PAGE).partition(begin)[2].partition(end)[0]
    assert found == PARTS[name](), "run `make docs`"


def test_the_page_is_as_it_is_drawn() -> None:
    """And drawing it again changes nothing."""
    assert drawn(text(PAGE)) == text(PAGE)


def test_a_diagram_has_an_arrow_for_each_row_of_its_table() -> None:
    """None is lost where two rows join the same states."""
    for table in (signs.TABLE, stay.TABLE):
        arrows = [line for line in diagram(table).splitlines() if "-->" in line]
        assert len(arrows) == len(table) + 1
        assert not any(";" in line for line in arrows)  # it would end the statement


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Each file that a page links to is there."""
    for target in re.findall(r"\]\(([^)#]+)\)", text(page)):
        if not target.startswith("http"):
            assert (page.parent / target).resolve().exists(), target


@pytest.mark.parametrize("page", [PAGE, CONTRIBUTING], ids=lambda path: path.name)
def test_files_and_folders_that_are_named_are_there(page: Path) -> None:
    """But those that a newcomer is to make, which say NAME or NNNN."""
    for name in re.findall(
        r"`((?:monitor|tests|alembic|store|engine|service)/[\w./-]*)`", text(page)
    ):
        if "NAME" in name or "NNNN" in name:
            continue
        assert (PROJECT / name).exists() or (PROJECT / "monitor" / name).exists(), name


def test_make_targets_that_are_named_are_there() -> None:
    """In every page."""
    targets = set(re.findall(r"^(\w+):", text(PROJECT / "Makefile"), re.MULTILINE))
    named = {word for page in PAGES for word in re.findall(r"`?\bmake (\w+)\b`?", text(page))}
    known = named & targets
    assert {"unit", "check", "test", "docs", "bench", "lock", "demo"} <= known
    assert set(re.findall(r"`make (\w+)`", "".join(map(text, PAGES)))) <= targets


def test_code_in_the_page_can_be_read_and_names_what_is_there() -> None:
    """A newcomer copies it: it parses, and each import of ours holds."""
    import importlib  # noqa: PLC0415

    blocks = re.findall(
        r"^( *)```python\n(.*?)^ *```", text(CONTRIBUTING), re.MULTILINE | re.DOTALL
    )
    assert len(blocks) >= 3
    for indent, block in blocks:
        source = "\n".join(line.removeprefix(indent) for line in block.splitlines())
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("monitor"):
                module = importlib.import_module(node.module or "")
                assert all(hasattr(module, alias.name) for alias in node.names), node.module


def test_every_list_that_is_named_is_there() -> None:
    """FEEDS, FORMS, GROUPS, COMMANDS, and the kinds of events on the first page."""
    for listed in (feed.FEEDS, decode.FORMS, deliver.CHANNELS, api.GROUPS, COMMANDS):
        assert len(listed) > 3
    for kind in EventKind:
        assert kind.value in text(PROJECT / "README.md"), kind


def test_code_in_the_page_passes_the_linter(tmp_path: Path) -> None:
    """A newcomer's first `make check` is green."""
    block_of_code = re.compile(r"^( *)```python\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
    for number, (indent, block) in enumerate(block_of_code.findall(text(CONTRIBUTING))):
        source = "\n".join(line.removeprefix(indent) for line in block.splitlines())
        (tmp_path / f"printed_{number}.py").write_text(source + "\n")
    ruff = [sys.executable, "-m", "ruff", "check", "--config", str(PROJECT / "pyproject.toml")]
    done = subprocess.run(
        [*ruff, "--ignore", "INP001", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_contracts_name_each_row_of_the_lists() -> None:
    """Who adds a feed, a form, a channel, a detector or endpoints adds it there as well."""
    tool = tomllib.loads(text(PROJECT / "pyproject.toml"))["tool"]["importlinter"]
    named = {
        module
        for contract in tool["contracts"]
        if contract["type"] == "independence"
        for module in contract["modules"]
    }
    kinds = (*feed.FEEDS, *decode.FORMS, *deliver.CHANNELS, *BY_SHIP, *BY_PLACE)
    listed = [kind.__module__ for kind in kinds]
    listed += [group.__name__ for group in api.GROUPS]
    assert {name.replace(".nmea.decoder", ".nmea") for name in listed} <= named
