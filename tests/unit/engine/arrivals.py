"""Reports by the minute for which they hold and the minute in which they came."""

from __future__ import annotations

from typing import Any

import numpy as np

from monitor.engine.reorder import Reorder
from monitor.model import FIX, Fix
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at

TWO = 2 * MINUTE_US


def at(minute: float) -> int:
    return START + round(minute * MINUTE_US)


def rows(*fixes: Fix) -> Any:
    return np.array([tuple(fix) for fix in fixes], dtype=FIX)


def minutes(fixes: Any) -> list[float]:
    return [(instant - START) / MINUTE_US for instant in fixes["at"].tolist()]


def heard(minute: float, received: float, **fields: Any) -> Fix:
    """Return a fix of one minute that came in at another."""
    return fix_at(minute, received_at=at(received), **fields)


def waiting_at(minute: float, *fixes: Fix) -> Reorder:
    """Return a buffer that holds these, the newest reception at a minute."""
    order = Reorder(TWO)
    order.put(rows(*fixes))
    order.advance(at(minute), settled=True)
    return order
