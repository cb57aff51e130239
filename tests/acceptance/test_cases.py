"""Tracks and logs on which software went wrong in public reports: each is told or read right.

They are drawn for us and stand beside the project, with what is right and a judge that says so
(``../shared/data/cases``: see README.md there). Each is a replay of the program.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from monitor.cli.app import main
from tests.program import PROJECT

CASES = PROJECT.parent / "shared" / "data" / "cases"
ABSENT = "the cases are not beside the project (../shared/data/cases)"


def cases_of(kind: str) -> list[Any]:
    """Make one parameter a case of a kind, shown by its name."""
    if not CASES.is_dir():
        return [pytest.param({}, id="absent")]
    cases = json.loads((CASES / "cases.json").read_text("utf-8"))
    return [pytest.param(case, id=case["name"]) for case in cases if case["set"] == kind]


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """The judge of the cases as it stands beside them; dry replays are run in this process."""
    if not CASES.is_dir():
        pytest.skip(ABSENT)
    spec = importlib.util.spec_from_file_location("judge_of_cases", CASES / "judge.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.MONITOR = Path(sys.executable).with_name("monitor")
    call = module.call

    def quick_call(
        words: list[str], home: Path, stdin: bytes | None = None
    ) -> tuple[int, str, str]:
        if "--dry-run" not in words or stdin is not None:
            return call(words, home, stdin)
        code = 0
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["monitor", *words])
            for name, value in {"MONITOR_HOME": str(home), "COLUMNS": "240"}.items():
                patch.setenv(name, value)
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
        return code, *capsys.readouterr()

    module.call = quick_call
    return module


@pytest.mark.parametrize("case", cases_of("tracks"))
def test_a_track_is_told_right(case: dict[str, Any], judge: Any) -> None:
    """Nothing that is missed, invented, or bounded wrong; whatever is doubtful is said as such."""
    assert misses_of(case, judge) == []


@pytest.mark.parametrize("case", cases_of("lines"))
def test_a_log_is_read_right(case: dict[str, Any], judge: Any) -> None:
    """Each report as it was sent, each loss counted, and what cannot be read said in a sentence."""
    assert misses_of(case, judge) == []


@pytest.mark.skipif(not CASES.is_dir(), reason=ABSENT)
def test_the_judge_finds_what_is_wrong(judge: Any) -> None:
    """Asked for a call more than there is, it says so."""
    case = {**cases_of("tracks")[0].values[0], "want": [{"event": "PortArrived", "n": [2, 2]}]}
    assert [wanted for wanted, _ in misses_of(case, judge)] == ["PortArrived 2"]


def misses_of(case: dict[str, Any], judge: Any) -> list[tuple[str, str]]:
    """What was wanted of a case, and what it gave instead."""
    with tempfile.TemporaryDirectory(prefix="mmm-case-", dir="/tmp") as scratch:
        Path(scratch).chmod(0o755)  # PostgreSQL runs as a user of its own
        misses, _ = judge.try_case(case, CASES, scratch)
    return list(misses)
