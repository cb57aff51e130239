"""What is answered is what is described: a stranger's tool tries each endpoint of a live server."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import asyncpg

from tests.integration.api.features.sea import asking, fill
from tests.sizes import sized

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance", "unsupported_method",
)  # fmt: skip
EXAMPLES = sized(2, 3)
"""Of each endpoint and phase; `python -m tests.bench.strange` tries more."""

ALL_PHASES = "examples,coverage,fuzzing"
PHASES = sized("examples,fuzzing", ALL_PHASES)
"""What is left out tries each bound of each parameter: most of the time."""


async def tried(
    url: str, folder: Path, *, examples: int, seed: int, phases: str = ALL_PHASES
) -> tuple[int, str]:
    """How the tool ends, and what it says."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")), "--no-color", "run",
        f"{url}/openapi.json", "--url", url, "--checks", ",".join(CHECKS),
        "--phases", phases, "--max-examples", str(examples),
        "--seed", str(seed), "--generation-database", "none",
        "--no-shrink", "--continue-on-failure", "--request-timeout", "60",
        "--suppress-health-check", "all", "--warnings", "off",
        "--exclude-path", "/live",  # it never ends
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=folder,
        env={**os.environ, "HYPOTHESIS_STORAGE_DIRECTORY": str(folder)},
    )  # fmt: skip
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def test_no_answer_is_a_fault_or_undescribed(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Seeded and bounded; over a sea that has something of everything."""
    await fill(db)
    async with asking(database) as client:
        url = str(client.make_url("")).rstrip("/")
        code, said = await tried(url, tmp_path, examples=EXAMPLES, seed=7, phases=PHASES)
    assert code == 0, said[-6000:]
