"""``python -m tests.bench.fuzz [LINES] [SEED]``: changed lines of every form, through the pipe.

Each form in its turn gets as many lines. What must hold is in ``tests.fuzzing.holding``; where it
does not, the smallest lines of which that is true are told, and the seed that made them.
"""

from __future__ import annotations

import argparse
import sys
import warnings

from tests.fuzzing.run import fuzz_all
from tests.ports import ports


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fuzz")
    parser.add_argument("lines", type=int, nargs="?", default=10_000_000)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    options = parser.parse_args()
    warnings.simplefilter("error")
    total, spent = 0, 0.0
    try:
        for form, lines, positions, seconds in fuzz_all(options.lines, options.seed, ports()):
            print(
                f"fuzz    {lines:>11,} lines  {seconds:8.1f} s  {lines / seconds:>9,.0f} lines/s"
                f"  {positions:>10,} positions  {form}",
                flush=True,
            )
            total, spent = total + lines, spent + seconds
    except AssertionError as error:
        sys.exit(str(error))
    print(f"fuzz    {total:>11,} lines  {spent:8.1f} s  {total / spent:>9,.0f} lines/s  all forms")


main()
