"""``python -m tests.bench.strange [EXAMPLES] [SEED]``: a stranger's tool on each endpoint.

schemathesis reads the description of a live server and tries each endpoint with so many examples a
phase; ``tests/integration/api/test_described_truly.py`` does the same with few.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

import asyncpg

from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from tests.integration.api.features.sea import asking, fill
from tests.integration.api.test_described_truly import tried


async def strange(url: str, folder: Path, examples: int, seed: int) -> tuple[int, str]:
    """How the tool ends over a sea that has something of everything, and what it says."""
    db = await asyncpg.connect(url)
    try:
        await fill(db)
    finally:
        await db.close()
    async with asking(url) as client:
        server = str(client.make_url("")).rstrip("/")
        return await tried(server, folder, examples=examples, seed=seed)


def main() -> None:
    """Run and print; exit 1 where an answer is a fault or not as described."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.strange")
    parser.add_argument("examples", type=int, nargs="?", default=50)
    parser.add_argument("seed", type=int, nargs="?", default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mmm-strange-", dir="/tmp") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        cluster = Cluster(home=folder / "home")
        cluster.start()
        try:
            url = cluster.create_database("strange")
            migrate(url)
            code, said = asyncio.run(strange(url, folder, given.examples, given.seed))
        finally:
            cluster.stop()
    print(said)
    sys.exit(bool(code))


if __name__ == "__main__":
    main()
