"""``python -m tests.bench.months N [FIRST_SEED]``: simulated months against their truth.

Prints what is missed, invented or violated, with the seed and the ship, and then the table.
"""

from __future__ import annotations

import argparse
import time

from tests.acceptance.months import Tally, judge_month, table, wrongs


def main() -> None:
    """Judge so many months."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.months")
    parser.add_argument("months", type=int)
    parser.add_argument("first_seed", type=int, nargs="?", default=0)
    parser.add_argument("-q", "--quiet", action="store_true", help="the table only")
    given = parser.parse_args()
    tally, began = Tally(), time.perf_counter()
    for seed in range(given.first_seed, given.first_seed + given.months):
        judge_month(seed, tally)
    took = time.perf_counter() - began
    if not given.quiet:
        print("\n".join(wrongs(tally)))
    print(table(tally))
    print(f"{took / given.months:.1f} s a month, {tally.lines / given.months:,.0f} lines each.")


if __name__ == "__main__":
    main()
