"""Which draughts are those of two loads."""

from __future__ import annotations

import pytest

from monitor.engine.detect.draughts import differs


@pytest.mark.parametrize(
    ("before_m", "after_m", "is_so"),
    [
        (8.6, 13.1, True), (13.1, 8.6, True), (8.6, 8.6, False), (8.0, 8.4, False),
        (3.0, 3.5, True), (12.0, 12.5, False), (12.0, 13.0, True), (8.0, 8.64, True),
        (None, 8.6, False), (8.6, None, False), (0.0, 8.6, False), (8.6, 0.0, False),
    ],
)  # fmt: skip
def test_a_load(before_m: float | None, after_m: float | None, is_so: object) -> None:
    assert differs(before_m, after_m) is is_so
