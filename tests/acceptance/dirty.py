"""``python -m tests.acceptance.dirty N [FIRST_SEED] [SCENARIO…]``: dirty seas against their truth.

Prints what is missed, invented or outside of its bounds, with the seed and what is wrong with the
ship, and then the figures. Without a scenario: ``dirty-fleet``; ``all``: each of the dirty ones.
"""

from __future__ import annotations

import argparse
import time

from monitor.simulator.scenario import SCENARIOS
from tests.acceptance.fleets import DirtyScore, judge_dirty, report_dirty
from tests.ports import ports

DIRTY = [row.name for row in SCENARIOS if row.is_dirty and row.name != "december"]
"""In december two ships go and come back unseen, which no log shows: ``moved.py`` judges that."""


def main() -> None:
    """Judge so many seeds of each scenario."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.dirty")
    parser.add_argument("seeds", type=int)
    parser.add_argument("first_seed", type=int, nargs="?", default=0)
    parser.add_argument("scenarios", nargs="*", choices=[*DIRTY, "all", []])
    parser.add_argument("-q", "--quiet", action="store_true", help="figures only")
    given = parser.parse_args()
    names = given.scenarios or ["dirty-fleet"]
    for name in DIRTY if "all" in names else names:
        judged(name, range(given.first_seed, given.first_seed + given.seeds), quiet=given.quiet)


def judged(name: str, seeds: range, *, quiet: bool) -> DirtyScore:
    """Judge the seeds of one scenario, and print."""
    score, fences = DirtyScore(), ports()
    began = time.perf_counter()
    for seed in seeds:
        judge_dirty(name, seed, fences, score)
    took = time.perf_counter() - began
    if not quiet:
        for word in ("crashed", "missed", "invented", "outside"):
            for line in getattr(score, word):
                print(f"{word:<9} {line}")
    print(f"{name}: {report_dirty(score, len(seeds))}")
    print(f"{len(seeds) / took:.1f} seas a second, {score.lines / took:,.0f} lines a second.")
    return score


if __name__ == "__main__":
    main()
