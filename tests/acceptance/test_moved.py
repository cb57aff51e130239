"""Must show: of a simulated December the relocation report names what truly moved, and no more.

``tests/acceptance/moved.py`` holds each claim against the simulator's truth.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.report.relocation import Standing
from monitor.store.cluster import Cluster
from tests.acceptance.moved import FROM, TO, Judged, judge
from tests.program import run_monitor
from tests.replayed import replayed
from tests.sizes import sized

SEEDS = sized((17,), (0, 17, 42))
"""In 17 a false position after an outage moves a number; in 42 a ship casts off just
before it. ``python -m tests.acceptance.moved 20`` judges more of them."""


@pytest.mark.parametrize("seed", SEEDS)
def test_the_report_of_a_december_holds_the_truth_and_claims_nothing_false(
    cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    judged, name = Judged(), f"december_{seed}"
    url, made = replayed(cluster, name, "december", tmp_path, seed=seed)
    answer = judge(url, made, judged)
    with capsys.disabled():
        print(f"\n{judged.lines[0]}; {judged.held} claims, {len(judged.false)} false")
    assert judged.held > 4_000
    assert (judged.false, judged.missed) == ([], [])
    # what can be known is told: four at Tobruk, three back, two far away, and most of the others
    counts = {one: len(answer.standing(one)) for one in Standing}
    assert counts[Standing.MOVED] == answer.moved.least == 4
    assert (counts[Standing.BACK], counts[Standing.ELSEWHERE]) == (3, 2)
    assert counts[Standing.STAYED] >= 6
    assert counts[Standing.UNKNOWN] <= 7
    cluster.drop_database(name)


def test_the_page_names_who_moved_and_nobody_else(cluster: Cluster, tmp_path: Path) -> None:
    """As a user asks for it, by the command; the true ships are those heard at Tobruk."""
    url, made = replayed(cluster, "december_page", "december", tmp_path)
    page = tmp_path / "moved.md"
    words = ("--since", "2024-12-01", "--until", "2025-01-01", "--output", page)
    done = run_monitor(
        "report", "relocation", "--from", FROM, "--to", TO, *words,
        env={"MONITOR_DATABASE_URL": url, "MONITOR_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"Of 21 ships that were at Tartus" in done.stdout
    text = page.read_text()
    ships = text.partition("## The ships, one by one")[2].partition("## ")[0]
    moved = set(re.findall(r"\((\d{9})\) \| \w+ \| at Tobruk \|", ships))
    true = {
        f"{ship.mmsi:09d}"
        for ship in made.truth.vessels
        if any(call.port == FROM for call in ship.calls)
        and any(call.port == TO and call.departed_at is None for call in ship.calls)
    }
    unheard = {
        f"{ship.mmsi:09d}"
        for ship in made.truth.vessels
        if ship.dark and ship.dark[-1].until >= made.truth.until_at
    }
    assert moved == true - unheard
    assert len(moved) == 4
    assert len(true & unheard) == 1
    (hidden,) = true & unheard
    assert re.search(
        rf"\({hidden}\) \| \w+ \| not known since [\d :-]+; may be at Tartus, at", ships
    )
    assert "Tartus was not heard for 36 h" in text
    cluster.drop_database("december_page")
