"""Packages of npm that tests alone use: fetched once, held to their digests, and no user's."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.program import PROJECT

KEPT = PROJECT / ".npm"


class Package(NamedTuple):
    """One, as its registry has it."""

    name: str
    version: str
    integrity: str  # sha512, base64

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return KEPT / f"{self.name.replace('/', '+')}-{self.version}"


AXE = Package(
    "axe-core", "4.14.1",
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r7"
    "6ASyFNNtuFooJpZe37OgudVGtQ==",
)  # fmt: skip
TYPESCRIPT = Package(
    "typescript", "5.9.3",
    "jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaU"
    "pFT4bXlb1RHhLpp8wtm6M5TgSw==",
)  # fmt: skip


def package(of: Package) -> Path:
    """Its folder; a test is left out where there is no npm or no way to it, but not in CI."""
    if not of.folder.exists():
        if shutil.which("npm") is None:
            _missing("npm is not installed here")
        KEPT.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as place:
            done = subprocess.run(
                ["npm", "pack", "--silent", f"{of.name}@{of.version}"], cwd=place, check=False,
                capture_output=True, timeout=120,
            )  # fmt: skip
            found = list(Path(place).glob("*.tgz"))
            if done.returncode != 0 or not found:
                _missing(f"npm cannot fetch {of.name}: {done.stderr.decode()[-200:]}")
            digest = base64.b64encode(hashlib.sha512(found[0].read_bytes()).digest()).decode()
            assert digest == of.integrity, f"{of.name} {of.version} is not what it was: {digest}"
            with tarfile.open(found[0]) as archive:
                archive.extractall(place, filter="data")
            Path(place, "package").rename(of.folder)
    return of.folder


def _missing(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)
