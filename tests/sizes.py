"""How much slow tests do: a part of it where all tests must fit into half an hour, else all of it.

``WHOLE=1 make test`` does all; ``make bench`` does it for those that have a part.
"""

from __future__ import annotations

import os
from typing import TypeVar

T = TypeVar("T")


def sized(part: T, whole: T) -> T:
    """The part, unless all is asked for."""
    return whole if os.environ.get("WHOLE") else part


def lone(rows: int) -> int:
    """How many reports a batch, where each should be one: more of many, unless all is asked for."""
    return sized(max(1, rows // 400), 1)
