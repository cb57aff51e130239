"""``python -m tests.bench.filters [COUNT] [SEED]``: CQL2 filters of every kind, right and wrong.

What must hold is in ``tests.fuzzing.filters``. It runs as a program of its own, so that whatever
would end it ends nothing else.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.fuzzing.filters import fuzz


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.filters")
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    options = parser.parse_args()
    begin = time.perf_counter()
    try:
        taken = fuzz(options.count, options.seed)
    except AssertionError as error:
        sys.exit(str(error))
    spent = time.perf_counter() - begin
    print(
        f"filters {options.count:>9,} tried  {taken:>9,} taken  {spent:7.1f} s"
        f"  {options.count / spent:>7,.0f} a second"
    )


main()
