"""Numbers and records as JSON has them, and as they are on the air."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

Record = dict[str, Any]


def lines(records: Iterable[Record]) -> bytes:
    """A record a line, as most programs write it."""
    return b"".join(
        json.dumps(record, separators=(",", ":")).encode() + b"\n" for record in records
    )


def number(value: float, digits: int, missing: float | None = None) -> float | None:
    """A number with so many digits; where it is not available, how the form says so."""
    return missing if math.isnan(value) else round(value, digits)


def turn(degrees_a_minute: float) -> int:
    """The rate of turn as it is on the air: 4.733 times the root; -128 is not available."""
    if math.isnan(degrees_a_minute):
        return -128
    return round(math.copysign(4.733 * math.sqrt(abs(degrees_a_minute)), degrees_a_minute))


def on_air(value: float, units: int, missing: int) -> int:
    """A number in units of the message; where it is not available, the number that says so."""
    return missing if math.isnan(value) else round(value * units)
