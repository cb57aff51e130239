"""``python -m tests.acceptance.killed_revising URL KILLS SEED``: dies while ships are taken again.

Each life connects, goes on where the last commit left off, takes ships again one at a time, and is
killed (SIGKILL) at a drawn statement, before it is sent or when it is answered. Prints how many
lives were ended so.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import traceback
from typing import Any

import asyncpg

from monitor.errors import BusyError
from monitor.service import reviser
from monitor.service.runner import Runner
from monitor.store.database import connected
from tests.ports import ports

WAYS = ("execute", "executemany", "fetch", "fetchrow", "fetchval", "copy_to_table",
        "copy_from_query", "copy_records_to_table")  # fmt: skip
MOST_STATEMENTS = 80
"""Of a life; some fifty are a ship, and fifteen the way there."""


async def live(url: str) -> None:
    """Take ships again until none waits."""
    async with connected(url) as connection:
        while True:
            try:
                runner = await Runner.open(ports(), connection)
                break
            except BusyError:  # the server has yet to notice that the last one died
                await asyncio.sleep(0.01)
        runner.late += 1
        one = reviser.Reviser(runner)
        while await one.step() is not None:
            pass


def doomed(url: str, seed: int) -> None:
    """Live, and die at a statement."""
    draw = random.Random(seed)
    left, late = draw.randrange(1, MOST_STATEMENTS), draw.random() < 0.5

    def wrap(method: Any) -> Any:
        async def counted(*words: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left <= 0 and not late:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = await method(*words, **named)
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return counted

    for name in WAYS:
        setattr(asyncpg.Connection, name, wrap(getattr(asyncpg.Connection, name)))
    asyncio.run(live(url))


def main() -> None:
    """Die so many times, or until nothing is left to do."""
    url, most, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    reviser.STEP_FIXES = 1
    kills = 0
    while kills < most:
        child = os.fork()
        if not child:
            try:
                doomed(url, seed + kills)
            except Exception:  # noqa: BLE001 - whatever it is, it is told
                traceback.print_exc()
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            print(f"ended after {kills}", file=sys.stderr)
            break
        kills += 1
    print(kills)


if __name__ == "__main__":
    main()
