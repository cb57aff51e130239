"""Boxes that people write."""

from __future__ import annotations

import pytest

from monitor.box import Box, box_of
from monitor.errors import UsageError

BOX = Box(35.0, 34.0, 36.0, 36.0)


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "2,0,1,1", "0,2,1,1", "nan,0,1,1"])
def test_boxes_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="is no box"):
        box_of(text, across=False)
    assert box_of("35,34,36,36", across=False) == BOX


def test_one_may_cross_180_degrees_where_that_can_be_looked_for() -> None:
    assert box_of("170,-10,-170,10", across=True) == Box(170, -10, -170, 10)
    with pytest.raises(UsageError, match="is no box"):
        box_of("170,-10,-170,10", across=False)


@pytest.mark.parametrize(
    ("box", "lon", "lat", "inside"),
    [
        (Box(20, 30, 30, 40), 25, 35, True),
        (Box(20, 30, 30, 40), 20, 30, True),
        (Box(20, 30, 30, 40), 31, 35, False),
        (Box(20, 30, 30, 40), 25, 41, False),
        (Box(170, -10, -170, 10), 175, 0, True),
        (Box(170, -10, -170, 10), -175, 0, True),
        (Box(170, -10, -170, 10), 0, 0, False),
        (Box(20, 30, 30, 40), float("nan"), 35, False),
    ],
)
def test_a_box(box: Box, lon: float, lat: float, *, inside: bool) -> None:
    """Its borders are in it; one may cross 180°."""
    assert box.holds(lon, lat) is inside
