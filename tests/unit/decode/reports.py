"""What a decoder said, as tests compare it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from monitor.model import Reports
from monitor.units import to_iso


def refused(reports: Reports) -> dict[str, int]:
    """Reasons and counts."""
    return {reason: count for (_, reason), count in reports.refusals.items()}


def same(row: np.void, **expected: object) -> None:
    """Compare fields of a position; None stands for NaN, instants for their ISO form."""
    for name, value in expected.items():
        found = row[name].item()
        if value is None:
            assert math.isnan(found), (name, found)
        elif name in {"at", "received_at"}:
            assert to_iso(found) == value, (name, to_iso(found))
        elif isinstance(value, float):
            assert found == pytest.approx(value, abs=1e-5), name
        else:
            assert found == value, name
