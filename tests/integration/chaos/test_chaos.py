"""What ``make chaos`` runs is there, and its table tells what was missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import chaos
from tests.bench.chaos import CAMPAIGNS, PROJECT, TESTS, Row, calls, counted, run, told
from tests.bench.verdict import pronounce


def test_all_tests_that_it_names_are_there() -> None:
    """By file and, where it says so, by name."""
    for paths in TESTS.values():
        for path in paths:
            file, _, name = path.partition("::")
            assert f"def {name}" in (PROJECT / file).read_text()


def test_somebody_dies_a_thousand_times() -> None:
    assert sum(whole for _, whole, _ in CAMPAIGNS.values()) == 1000
    assert calls(small=True)["power"][-1] == "4"


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("kills                     power 4, watch 2", ["kills power 4, watch 2"]),
        (
            "kills   5 of packers: the view is the same",
            ["kills 5 of packers: the view is the same"],
        ),
        ("100 kills in 7 backfills, 9 lives", ["100 kills in 7 backfills, 9 lives"]),
        ("lost             0\ntime     3 s", ["lost 0"]),
        ("..F\n3 passed, 1 failed in 2 s", ["3 passed, 1 failed in 2 s"]),
        ("MISSED: 21 bytes", ["MISSED: 21 bytes"]),
        ("something else\nall is well\n", ["all is well"]),
        ("", []),
    ],
)
def test_what_is_counted(printed: str, words: list[str]) -> None:
    assert counted(printed.splitlines()) == words


def test_who_missed_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One that ends with 1, and one that is not there."""
    monkeypatch.setattr(chaos, "PROJECT", tmp_path)
    (tmp_path / "bad.py").write_text("print('lost    3')\nraise SystemExit(1)")
    (tmp_path / "good.py").write_text("import os\nprint('kills', os.environ.get('WHOLE', 'few'))")
    monkeypatch.syspath_prepend(tmp_path)
    rows = [run(name, ["-m", name], small=False) for name in ("bad", "good", "absent")]
    assert [row.code for row in rows] == [1, 0, 1]
    assert [row.words for row in rows] == [
        ["lost 3"], ["kills 1"], ["MISSED: there is no such campaign"],
    ]  # fmt: skip
    lines = told(rows).splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [
        ["bad", "missed"], ["good", "held"], ["absent", "missed"],
    ]  # fmt: skip
    assert TESTS["disk full"][0] in told([Row("disk full", 0, 1.0, ["5 passed"])])


@pytest.mark.parametrize(
    ("words", "keep", "code"), [([], False, 0), ([], True, 0), (["lost: a row"], False, 1)]
)
def test_how_a_campaign_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, *, keep: bool
) -> None:
    """What it counted is printed as it is read here; its folder stays where anything was wrong."""
    folder = tmp_path / "campaign"
    folder.mkdir()
    with pytest.raises(SystemExit) as ended:
        pronounce({"kills": "watch 3", "lost": len(words)}, words, folder, began_s=0.0, keep=keep)
    printed = capsys.readouterr().out.splitlines()
    assert ended.value.code == code
    assert counted(printed) == ["kills watch 3", f"lost {len(words)}"]
    assert [line for line in printed if line.startswith("lost: ")] == words
    assert folder.exists() == (keep or bool(words))
