"""Filters of every kind, right and wrong: none ends the program, and none that is taken fails.

``python -m tests.bench.filters`` tries a hundred thousand.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from urllib.parse import quote

import asyncpg

from tests.fuzzing.filters import Filters
from tests.integration.api.features.sea import asking, fill, got

PROJECT = Path(__file__).parents[4]


async def test_no_filter_ends_the_program() -> None:
    """In a process of its own: what ends that is no exception."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.filters", "4000", "7", cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert (process.returncode, out.decode().split()[:3]) == (0, ["filters", "4,000", "tried"])


async def test_no_filter_is_a_fault_of_the_store(database: str, db: asyncpg.Connection) -> None:
    """Each is a page or a problem of the caller's."""
    await fill(db)
    filters, codes = Filters("store"), {200: 0, 400: 0}
    async with asking(database) as client:
        for _ in range(1_000):
            of, text = filters.made()
            path = f"/collections/{of.id}/items?limit=3&filter={quote(text)}"
            if len(path) > 8_000:
                continue
            code, words = await got(client, path)
            assert code in codes, (text, words)
            codes[code] += 1
    assert min(codes.values()) > 50
