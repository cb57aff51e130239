"""When a declared draught differs from another so much that a ship was loaded or discharged."""

from __future__ import annotations

DIFFERS_M, DIFFERS_SHARE = 0.5, 0.08
"""Both: fuel and ballast of a voyage are some decimetres, and draughts are rounded; a small ship
that changes by half a metre has changed, a large one has not."""


def differs(before_m: float | None, after_m: float | None) -> bool:
    """Whether two draughts, metres, are those of two loads; one that is not declared is none."""
    if not before_m or not after_m:
        return False
    by = round(abs(after_m - before_m), 2)
    return bool(by >= DIFFERS_M and by >= DIFFERS_SHARE * before_m)
