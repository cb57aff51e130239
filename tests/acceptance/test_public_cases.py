"""Must show: of each public case the product's page stands beside what analysts published.

The table is ``tests/scenario/cases/README.md``; what it quotes of our pages is looked for there.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.acceptance.alerted import good
from tests.acceptance.desk import Desk
from tests.scenario.cases import (
    baltic_leader,
    beirut,
    mys_zhelaniya,
    sparta,
    sparta_ii,
    ursa_major,
)
from tests.scenario.cases.chart import Case

TABLE = Path(__file__).parents[1] / "scenario" / "cases" / "README.md"

CASES: dict[str, tuple[Case, int | None, str, tuple[str, str]]] = {
    "sparta": (sparta.CASE, sparta.SPARTA, "9268710", ("2024-12-27", "2025-01-04")),
    "sparta_ii": (sparta_ii.CASE, sparta_ii.SPARTA_II, "9160994", ("2025-01-01", "2025-02-05")),
    "baltic_leader": (
        baltic_leader.CASE, baltic_leader.LEADER, "9220639", ("2008-01-01", "2025-01-30"),
    ),
    "ursa_major": (ursa_major.CASE, ursa_major.URSA, "9538892", ("2024-07-01", "2025-01-20")),
    "mys_zhelaniya": (
        mys_zhelaniya.CASE, mys_zhelaniya.MYS, str(mys_zhelaniya.MYS), ("2026-01-08", "2026-01-21"),
    ),
    "beirut": (beirut.CASE, None, "tartus", ("2024-04-02", "2024-04-04T18:00Z")),
}  # fmt: skip
"""Module -> its sea, the ship it is about (None: a port), what is reported, and the time of it."""

ROW = re.compile(r"^\| \[(\w+)\]\(\w+\.py\) \|(?:[^|]*)\|([^|]*)\|", re.MULTILINE)


def quoted() -> dict[str, list[str]]:
    """What the table says that our pages say, by case."""
    return {name: re.findall(r"`([^`]+)`", said) for name, said in ROW.findall(TABLE.read_text())}


def plain(text: str) -> str:
    """Without what a page marks, and with single blanks."""
    text = re.sub(r"\\(.)", r"\1", text.replace("\N{NO-BREAK SPACE}", " "))
    return " ".join(text.split())


@pytest.fixture
def env(database: str) -> dict[str, str]:
    """An environment that leads to a database of this test's own."""
    return {"MONITOR_DATABASE_URL": database, "MONITOR_OFFICER": "ann"}


def test_the_table_has_a_row_a_case_that_quotes_our_page() -> None:
    assert list(quoted()) == list(CASES)
    assert min(len(quotes) for quotes in quoted().values()) >= 3


@pytest.mark.parametrize("name", CASES)
def test_what_the_table_quotes_stands_on_our_page(
    name: str, desk: Desk, env: dict[str, str]
) -> None:
    """As an analyst would do it: replay, enter what was seen, ask and report."""
    case, mmsi, number, (since, until) = CASES[name]
    log, page = desk.folder / "case.csv", desk.folder / "page.md"
    log.write_bytes(case.log)
    desk.ask("replay", str(log), **env)
    for words in case.sightings:
        good(desk, env, "sighting", "add", *words, "--by", "ann")
    of = "port" if mmsi is None else "vessel"
    time = ("--since", since, "--until", until)
    good(desk, env, "report", of, number, *time, "--output", str(page))
    text = plain(page.read_text("utf-8"))
    if mmsi is not None:
        story = good(desk, env, "ask", "story", str(mmsi), "--format", "csv")
        text += plain(story)
    text += plain(good(desk, env, "sighting", "list", "--format", "csv"))
    assert [quote for quote in quoted()[name] if quote not in text] == [], text
