# ruff: noqa: INP001 - a script that the image is made with, not a package
"""Prints the part of the lock that the program needs to run, hashes and all; no tools, no tests.

Run it where all of the lock is installed: what needs what is read from there.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def closure(wanted: list[str]) -> set[str]:
    """Names of these requirements' distributions, and of all that they need here."""
    found: set[tuple[str, str]] = set()
    open_ = [(Requirement(text), "") for text in wanted]
    while open_:
        requirement, extra = open_.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for asked in ("", *requirement.extras):
            if (name, asked) not in found:
                found.add((name, asked))
                open_ += [(Requirement(text), asked) for text in requires(name) or []]
    return {name for name, _ in found}


def entries(lock: str) -> list[tuple[str, str]]:
    """(name, text) of each requirement of a lock: a line, and those that go on from it."""
    parts = re.split(r"^(?=\S)", lock, flags=re.MULTILINE)
    return [(canonicalize_name(re.split(r"[=\s]", part)[0]), part) for part in parts if part]


def main() -> None:
    """Print the lock of the program that a pyproject.toml describes."""
    project, lock = (Path(word).read_text(encoding="utf-8") for word in sys.argv[1:3])
    words = tomllib.loads(project)["project"]
    needed = closure(words["dependencies"] + words["optional-dependencies"]["cluster"])
    sys.stdout.writelines(text for name, text in entries(lock) if name in needed)


if __name__ == "__main__":
    main()
