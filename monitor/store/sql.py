"""Loads the statements of queries.sql by name, and those of rights.sql."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NewType

Query = NewType("Query", str)
"""A statement of queries.sql: nothing else is passed where a query goes."""

_HEAD = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@cache
def _all() -> dict[str, Query]:
    parts = _HEAD.split(files("monitor.store").joinpath("queries.sql").read_text("utf-8"))
    return {name: Query(text.strip()) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def query(name: str) -> Query:
    """Return the statement of this name; KeyError if there is none."""
    return _all()[name]


def names() -> list[str]:
    """All names, in the file's order."""
    return list(_all())


def rights() -> list[str]:
    """Statements of rights.sql, each in one line."""
    text = files("monitor.store").joinpath("rights.sql").read_text("utf-8")
    bare = re.sub(r"^--.*\n", "", text, flags=re.MULTILINE)
    return [f"{' '.join(part.split())};" for part in bare.split(";") if part.strip()]
