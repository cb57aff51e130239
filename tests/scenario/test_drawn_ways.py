"""Drawn seas: ways between two fixes, over corners and margins, and fences that overlap.

What other projects' tests ask of fences (``peers/test_tile38_fence``, ``test_traccar_geofence``),
asked of our own seas.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from monitor.engine.geofence import Fence, FenceKind, FenceSet, Port
from tests.scenario.sea import at_m, draw, tell

# -- ways that nobody saw ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "sea",
    [
        ". . a A A A A A b . .",  # from the margin, and into it
        ". . a A A A A A . . b",
        "a . . A A A A A b . .",
        ". a A A b .",  # 600 m within it, but through the middle
        """
        a . . . .
        . A A A .
        . . . . b
        """,
    ],
)
def test_a_way_right_through_is_told_wherever_its_ends_lie(sea: str) -> None:
    """A fix just outside the fence is outside: the margin hides no crossing between two fixes."""
    assert tell(draw(sea, minutes=10)).told == ["PassedThrough approach [a..b]"]


@pytest.mark.parametrize(
    "sea",
    [
        """
        a . . . . . . . b
        . . . . . . . . .
        . . . A A A . . .
        """,
        """
        . . . a . . . . .
        . . . . . . . . .
        . . . A A A . . b
        """,
        "a b . . A A A A A",
    ],
)
def test_a_way_past_the_fence_is_not_told(sea: str) -> None:
    """Beside it, round its corner, and up to it."""
    assert tell(draw(sea, minutes=10)).told == []


def test_a_way_that_grazes_a_corner_from_the_margin_is_not_told() -> None:
    """She steams along the border: 600 m of the way are within it, and cut off next to nothing."""
    sea = draw(
        """
        a . . . . . .
        A A A A A b .
        A A A A A . .
        A A A A A . .
        """,
        minutes=10,
    )
    assert tell(sea).told == []


def test_a_way_that_cuts_off_a_good_piece_is_told() -> None:
    """The same way over a fence of one row: a twelfth of it lies to her left."""
    sea = draw(
        """
        a . . . . . .
        A A A A A b .
        """,
        minutes=10,
    )
    assert tell(sea).told == ["PassedThrough approach [a..b]"]


@pytest.mark.parametrize(("across", "told"), [(3, []), (4, ["PassedThrough approach [a..b]"])])
def test_a_way_from_the_margin_along_a_side_counts_from_a_kilometre_on(
    across: int, told: list[str]
) -> None:
    """Twice the margin's width: 900 m along the side of a big fence graze it, 1200 m do not."""
    water = " ".join(["A"] * across)
    rows = [f"a {water} b", *[f". {water} ."] * 11]
    assert tell(draw("\n".join(rows), minutes=10)).told == told


def test_a_way_that_begins_within_is_no_way_through() -> None:
    """She was seen in the approach, and then beyond it: left, and that is all."""
    sea = draw(
        """
        . A A   A A A A . . . .
        . A Aab A A A A . . . c
        . A A   A A A A . . . d
        """,
        minutes=10,
    )
    assert tell(sea).told == ["FirstSeenInside approach [?..a]", "GeofenceLeft approach [b..c]"]


def test_a_way_through_two_approaches_is_told_of_both() -> None:
    """One port north of the other, and she passes both between two fixes."""
    north, south = box((-1000, 1000), (1000, 3000)), box((-1000, 1000), (-3000, -1000))
    sea = draw("A a b", minutes=60)
    fixes = sea.fixes.copy()
    for row, north_m in enumerate((5000, -5000)):
        fixes["lon"][row], fixes["lat"][row] = at_m(0, north_m)
    watched = FenceSet(ports=(port_of("north", approach(north)), port_of("south", approach(south))))
    assert tell(replace(sea, fixes=fixes, fences=watched)).told == [
        "PassedThrough north approach [a..b]",
        "PassedThrough south approach [a..b]",
    ]


def approach(shape: shapely.Polygon) -> Fence:
    return Fence(id="approach", kind=FenceKind.APPROACH, name="approach", shape=shape)


def port_of(name: str, *fences: Fence) -> Port:
    return Port(id=name, name=name.capitalize(), fences=fences, hash="0" * 64)


# -- fences that overlap -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("ABCD", ["Left A", "Left B", "Entered C", "Entered D"]),
        ("CDAB", ["Entered C", "Entered D", "Left A", "Left B"]),
    ],
)
def test_one_step_out_of_two_fences_and_into_two_others(order: str, told: list[str]) -> None:
    """All have one instant; they are told in the order of the file."""
    left, right = (-3000.0, -1000.0), (1000.0, 3000.0)
    boxes = {
        "A": box(left, (-2000, 500)), "B": box(left, (-500, 2000)),
        "C": box(right, (-2000, 500)), "D": box(right, (-500, 2000)),
    }  # fmt: skip
    fences = tuple(
        Fence(id=name, kind=FenceKind.ANCHORAGE, name=name, shape=boxes[name]) for name in order
    )
    port = port_of("home", approach(box((-9000, 9000), (-9000, 9000))), *fences)
    sea = draw("A a b c d e f", minutes=20)
    fixes = sea.fixes.copy()
    for row, east_m in enumerate((-20_000, -14_000, -2000, -1900, 2000, 1900)):
        fixes["lon"][row], fixes["lat"][row] = at_m(east_m, 0)
    story = tell(replace(sea, fixes=fixes, fences=FenceSet(ports=(port,))))
    crossed = [event for event in story.events if event.kind.startswith("Geofence")]
    last = [event for event in crossed if event.decided_at == sea.at("f")]
    assert [f"{event.kind.removeprefix('Geofence')} {event.geofence}" for event in last] == told
    assert {(event.span.earliest, event.span.latest) for event in last} == {
        (sea.at("d"), sea.at("e"))
    }


def box(east_m: tuple[float, float], north_m: tuple[float, float]) -> shapely.Polygon:
    west, south = at_m(east_m[0], north_m[0])
    east, north = at_m(east_m[1], north_m[1])
    return shapely.box(west, south, east, north)


@pytest.mark.parametrize("lon", [0.0, 180.0])
def test_a_fence_holds_its_places_on_both_sides_of_a_meridian(lon: float) -> None:
    """Of Greenwich as one shape; of 180 degrees as two halves, which is how a file is read."""
    half = 0.5
    west, east = shapely.box(lon - half, 50, lon, 51), shapely.box(lon, 50, lon + half, 51)
    if lon == 180.0:
        east = shapely.transform(east, lambda xy: xy - [360.0, 0.0])
    port = port_of("home", approach(shapely.union_all([west, east])))
    places = [(lon + step + 180.0) % 360.0 - 180.0 for step in (-0.6, -0.4, -0.01, 0.01, 0.4, 0.6)]
    inside, near = port.masks(np.array(places), np.full(6, 50.5))
    assert inside.tolist() == [0, 1, 1, 1, 1, 0]
    assert near.tolist() == [0, 1, 1, 1, 1, 0]
    assert FenceSet(ports=(port,)).near_any(np.array(places), np.full(6, 50.5))[1:5].all()
