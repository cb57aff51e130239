"""``make chaos`` or ``python -m tests.bench.chaos [--small] [--only NAME,…]``: all that may break.

Each campaign runs by itself, one after the other, as a process of its own; in the end a table says
what each counted. What is not a campaign (a disk that is full, a clock that is stepped, a link that
stands still, a reviser that is killed) is held by tests, which are run here too, with all that they
have (``WHOLE=1``). Exit code 1 if any of them missed, or is not there.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).parents[2]

CAMPAIGNS = {
    "kills": ("tests.bench.kills --kills {}", 300, 12),
    "private": ("tests.bench.kills --private --seed 2 --kills {}", 100, 6),
    "told": ("tests.bench.told --kills {}", 150, 8),
    "packed": ("tests.bench.packed --only kills --kills {}", 100, 5),
    "power": ("tests.bench.power --failures {}", 100, 4),
    "cluster": ("tests.bench.cluster --kills {}", 150, 6),
    "backfill": ("tests.bench.backfill --kills {}", 100, 8),
}
"""How each is called, and how often somebody dies: 1,000 times in all, or few."""

TESTS = {
    "revised": ("tests/acceptance/test_kill_revising.py",),
    "disk full": (
        "tests/acceptance/test_faults.py::test_a_full_disk",
        "tests/integration/journal/test_spool_full_disk.py",
    ),
    "clock stepped": (
        "tests/integration/service/test_live.py::test_a_clock_that_was_set_back_is_told",
        "tests/unit/test_clock.py",
        "tests/unit/decode/test_feedclock.py",
    ),
    "link frozen": (
        "tests/acceptance/test_faults.py::test_postgis_stands_still",
        "tests/integration/service/test_follow_frozen.py",
        "tests/integration/service/test_follow_lost.py",
    ),
}
"""Which tests hold the rest."""

COUNTED = re.compile(
    r"(?:MISSED: .+|\d[\d,]* (?:kills|passed|failed)\b.*"
    r"|(kills|lost|doubled|disordered|dead|left|forged|lines forgotten[^ ]*.*?) +[\d\w].*)"
)
"""Lines that say how many died, and what of it came."""


class Row(NamedTuple):
    """What a campaign or test came to."""

    name: str
    code: int
    seconds: float
    words: list[str]


def calls(*, small: bool) -> dict[str, list[str]]:
    """What is run, by name."""
    found = {}
    for name, (words, whole, few) in CAMPAIGNS.items():
        found[name] = ["-m", *words.format(few if small else whole).split()]
    for name, paths in TESTS.items():
        found[name] = ["-m", "pytest", "-q", *paths]
    return found


def counted(lines: list[str]) -> list[str]:
    """Of what was printed the lines that count something, on one space each; else the last."""
    found = [" ".join(line.split()) for line in lines if COUNTED.fullmatch(line.strip())]
    return found or [line.strip() for line in lines if line.strip()][-1:]


def run(name: str, words: list[str], *, small: bool) -> Row:
    """Run one of them; what it prints is printed, too."""
    print(f"== {name}: python {' '.join(words)}", flush=True)
    if words[1] != "pytest" and importlib.util.find_spec(words[1]) is None:
        return Row(name, 1, 0.0, ["MISSED: there is no such campaign"])
    env = {**os.environ, "PYTHONPATH": str(PROJECT), **({} if small else {"WHOLE": "1"})}
    began, lines = time.monotonic(), []
    with subprocess.Popen(
        [sys.executable, *words], cwd=PROJECT, env=env, stdout=subprocess.PIPE, text=True,
        errors="replace",
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    return Row(name, process.returncode, time.monotonic() - began, counted(lines))


def told(rows: list[Row]) -> str:
    """The table."""
    lines = [f"{'':14} {'':7} {'s':>6}  counted"]
    for row in rows:
        verdict = "missed" if row.code else "held"
        head = f"{row.name:14} {verdict:7} {row.seconds:6,.0f}  "
        lines += [f"{head if not number else '':31}{said[:100]}"
                  for number, said in enumerate(row.words or ["nothing was printed"])]  # fmt: skip
        lines += [f"{'':31}{path}" for path in TESTS.get(row.name, ())]
    return "\n".join(lines)


def main() -> None:
    """Run and print; exit code 1 if one of them missed."""
    every = calls(small=False)
    parser = argparse.ArgumentParser(prog="python -m tests.bench.chaos")
    parser.add_argument("--small", action="store_true", help="few kills: some ten minutes")
    parser.add_argument("--only", default=",".join(every), help="names, with commas between")
    options = parser.parse_args()
    names = options.only.split(",")
    if unknown := [name for name in names if name not in every]:
        parser.error(f"there is no {unknown[0]}: choose of {', '.join(every)}")
    found = calls(small=options.small)
    rows = [run(name, found[name], small=options.small) for name in names]
    print(f"\n{told(rows)}")
    sys.exit(any(row.code for row in rows))


if __name__ == "__main__":
    main()
