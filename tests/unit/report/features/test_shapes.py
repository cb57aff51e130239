"""Shapes of requests: boxes with and without an area, across the antimeridian, beyond the globe."""

from __future__ import annotations

import pytest
import shapely

from monitor.errors import UsageError
from monitor.report.features.shapes import boxed, drawn
from monitor.store.conditions import Condition, Meets, Some


def shapes(condition: Condition) -> list[str]:
    """What must be met, as text."""
    parts = condition.parts if isinstance(condition, Some) else (condition,)
    return [
        shapely.from_wkb(part.shape).normalize().wkt for part in parts if isinstance(part, Meets)
    ]


@pytest.mark.parametrize(
    ("numbers", "bounds"),
    [
        ([1, 2, 3, 4], [(1, 2, 3, 4)]),
        ([1, 2, -9, 3, 4, 9], [(1, 2, 3, 4)]),
        ([170, -5, -170, 5], [(170, -5, 180, 5), (-180, -5, -170, 5)]),
        ([-200, -100, 200, 100], [(-180, -90, 180, 90)]),
        ([190, 0, 200, 1], []),
        ([0, 91, 1, 99], []),
        ([1, 2, 1, 2], [(1, 2, 1, 2)]),
        ([1, 2, 1, 4], [(1, 2, 1, 4)]),
        ([-1e300, -1e300, 1e300, 1e300], [(-180, -90, 180, 90)]),
        ([-(10**400), -1, 10**400, 1], [(-180, -1, 180, 1)]),
    ],
)
def test_a_box(numbers: list[float], bounds: list[tuple[float, ...]]) -> None:
    found = [shapely.from_wkt(text).bounds for text in shapes(boxed(numbers))]
    assert found == bounds


@pytest.mark.parametrize(
    "numbers",
    [[], [1], [1, 2, 3], [1, 2, 3, 4, 5], [1, 5, 3, 2], [1, 2, 3, float("nan")],
     [1, 2, float("inf"), 4]],
)  # fmt: skip
def test_what_is_no_box(numbers: list[float]) -> None:
    with pytest.raises(UsageError):
        boxed(numbers)


def test_what_is_drawn_is_kept() -> None:
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    assert shapes(drawn({"type": "Polygon", "coordinates": [ring]})) == [
        "POLYGON ((0 0, 1 1, 1 0, 0 0))"
    ]
    assert shapes(drawn({"type": "Point", "coordinates": [1, 2]})) == ["POINT (1 2)"]


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("Polygon", [[[0, 0], [1, 1], [0, 0]]]),
        ("Polygon", [[[0, 0], [1, 0], [1, 1], [0, 1]]]),
        ("Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]),
        ("LineString", [[0, 0]]),
        ("LineString", [[0, 0], [0, 0]]),
        ("Point", [0, 91]),
        ("Point", [10**400, 0]),
    ],
)
def test_what_is_no_shape(kind: str, coordinates: object) -> None:
    with pytest.raises(UsageError):
        drawn({"type": kind, "coordinates": coordinates})
