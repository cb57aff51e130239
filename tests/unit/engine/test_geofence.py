"""Shapes and distances: against spheres, squares and each other."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from monitor.engine.geofence import (
    EXIT_MARGIN_M,
    Fence,
    FenceKind,
    FenceSet,
    Port,
    crossing_fraction,
    distance_m,
    near_distance_m,
    widen,
)
from monitor.units import DEGREE_M, NAUTICAL_MILE_M
from tests.scenario.sea import at_m, square, square_port

APPROACH, ANCHORAGE, HARBOUR, BERTH = 1, 2, 4, 8
"""Bits of the square port's fences."""


def port_of(*fences: Fence) -> Port:
    return Port(id="p", name="P", fences=fences, hash="")


def box(kind: FenceKind, west: float, south: float, east: float, north: float) -> Fence:
    return Fence(id=kind, kind=kind, name=kind, shape=shapely.box(west, south, east, north))


@pytest.mark.parametrize(
    ("east_m", "north_m", "inside", "near"),
    [
        (0, 0, APPROACH | HARBOUR | BERTH, APPROACH | HARBOUR | BERTH),
        (250, 0, APPROACH | HARBOUR, APPROACH | HARBOUR | BERTH),  # 50 m off the berth
        (350, 0, APPROACH | HARBOUR, APPROACH | HARBOUR),  # 150 m off it: beyond its margin
        (1150, 0, APPROACH, APPROACH | HARBOUR),  # 150 m off the harbour
        (1250, 0, APPROACH, APPROACH),
        (-1600, 0, APPROACH | ANCHORAGE, APPROACH | ANCHORAGE),
        (-2500, 1250, APPROACH, APPROACH | ANCHORAGE),  # 250 m off the anchorage
        (-2500, 1350, APPROACH, APPROACH),
        (0, 4400, 0, APPROACH),
        (0, 4600, 0, 0),
        (4300, 4300, 0, APPROACH),  # 424 m off the corner
        (4450, 4450, 0, 0),  # 636 m off it: the margin is round
    ],
)
def test_masks_tell_the_fences_as_drawn_and_widened(
    east_m: float, north_m: float, inside: int, near: int
) -> None:
    """Bit i is fence i of the port."""
    lon, lat = at_m(east_m, north_m)
    found = square_port().masks(np.array([lon]), np.array([lat]))
    assert (int(found[0][0]), int(found[1][0])) == (inside, near)


def test_the_border_belongs_to_the_fence() -> None:
    """On the line is inside."""
    port = port_of(box(FenceKind.APPROACH, 10.0, 50.0, 10.5, 50.5))
    inside, _ = port.masks(np.array([10.0, 10.25, 10.5, 9.99]), np.array([50.2, 50.5, 50.5, 50.2]))
    assert inside.tolist() == [1, 1, 1, 0]


def test_positions_that_are_not_available_are_nowhere() -> None:
    """NaN is inside nothing and raises nothing."""
    inside, near = square_port().masks(np.array([np.nan]), np.array([np.nan]))
    assert (inside.tolist(), near.tolist()) == ([0], [0])


def test_the_kinds_of_fences_have_their_bits() -> None:
    """Being at a berth is being in the harbour; the limit is the harbour, else the berths."""
    port = square_port()
    assert port.approach_bits == APPROACH
    assert port.harbour_bits == HARBOUR | BERTH
    assert port.limit_bits == HARBOUR
    assert port.berth_bits == BERTH
    open_port = port_of(
        box(FenceKind.APPROACH, 10, 50, 11, 51), box(FenceKind.BERTH, 10.4, 50.4, 10.5, 50.5)
    )
    assert open_port.limit_bits == open_port.harbour_bits == 0b10


def test_distances_are_told_from_the_middle_of_the_harbour() -> None:
    """A point inside it, not of the approach that may lie far off."""
    port = port_of(
        box(FenceKind.APPROACH, 10, 50, 11, 51), box(FenceKind.HARBOUR, 10.8, 50.8, 10.9, 50.9)
    )
    lon, lat = port.centre
    assert lon == pytest.approx(10.85)
    assert lat == pytest.approx(50.85)


def test_every_kind_has_a_margin_and_the_deeper_the_smaller() -> None:
    """A berth is left sooner than an approach."""
    assert set(EXIT_MARGIN_M) == set(FenceKind)
    assert (
        EXIT_MARGIN_M[FenceKind.BERTH]
        < EXIT_MARGIN_M[FenceKind.HARBOUR]
        < EXIT_MARGIN_M[FenceKind.ANCHORAGE]
        < EXIT_MARGIN_M[FenceKind.APPROACH]
    )


@pytest.mark.parametrize("lat", [0.0, 40.0, -60.0, 70.0])
def test_widening_adds_as_many_metres_on_every_side(lat: float) -> None:
    """Whatever the latitude: a degree of longitude is narrower in the north."""
    shape = shapely.box(10, lat - 0.01, 10.02, lat + 0.01)
    west, south, east, north = widen(shape, 500.0).bounds
    assert distance_m(west, lat, 10.0, lat) == pytest.approx(500, rel=0.01)
    assert distance_m(10.02, lat, east, lat) == pytest.approx(500, rel=0.01)
    assert (lat - 0.01 - south) * DEGREE_M == pytest.approx(500, rel=0.01)
    assert (north - lat - 0.01) * DEGREE_M == pytest.approx(500, rel=0.01)


def test_a_margin_goes_on_beyond_the_antimeridian() -> None:
    """A fence that ends at 180 degrees east has its margin at 180 degrees west."""
    port = port_of(box(FenceKind.APPROACH, 179.9, -16.9, 180.0, -16.8))
    near = port.masks(np.array([-179.998, -179.9]), np.array([-16.85, -16.85]))[1]
    assert near.tolist() == [1, 0]  # 213 m and 10.6 km


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ((0, 0), (1, 0), DEGREE_M),
        ((0, 0), (0, 1), DEGREE_M),
        ((0, 60), (180, 60), 60 * DEGREE_M),  # over the pole
        ((179.5, 0), (-179.5, 0), DEGREE_M),
        ((10, 50), (10, 50), 0.0),
        ((0, 90), (77, 90), 0.0),
        ((0, 0), (180, 0), 180 * DEGREE_M),
        ((-0.1275, 51.5072), (2.3522, 48.8566), 343_560),  # London to Paris
    ],
)
def test_distances_are_those_of_the_great_circle(
    a: tuple[float, float], b: tuple[float, float], metres: float
) -> None:
    """Degrees of a great circle, across 180 and over the pole."""
    assert distance_m(*a, *b) == pytest.approx(metres, rel=1e-3, abs=0.01)
    assert distance_m(*b, *a) == pytest.approx(distance_m(*a, *b), abs=1e-6)


def test_distances_come_in_columns() -> None:
    """One call for a whole batch."""
    found = distance_m(np.array([0.0, 10.0]), np.array([0.0, 50.0]), 0.0, np.array([1.0, 51.0]))
    assert found[0] == pytest.approx(DEGREE_M, rel=1e-6)
    assert found.shape == (2,)


@pytest.mark.parametrize("lat", [0.0, 35.0, 55.0, 68.0])
@pytest.mark.parametrize("lon", [10.0, 179.9])
def test_the_plane_agrees_with_the_sphere_below_50_km(lon: float, lat: float) -> None:
    """Within half a per cent, also across 180 degrees."""
    for east, north in ((0.3, 0.1), (-0.3, 0.2), (0.0, -0.4), (0.2, 0.0)):
        other = (lon + east + 180) % 360 - 180
        exact = distance_m(lon, lat, other, lat + north)
        assert exact < 50_000
        assert near_distance_m(lon, lat, other, lat + north) == pytest.approx(exact, rel=0.005)


@pytest.mark.parametrize(
    ("a", "b", "share"),
    [
        ((9.0, 50.5), (11.0, 50.5), 0.5),  # border at 10
        ((9.9, 50.5), (10.3, 50.5), 0.25),
        ((10.5, 50.5), (10.5, 51.5), 0.5),  # outward over the border at 51
        ((9.0, 50.5), (15.0, 50.5), 1 / 6),  # right through: the first border
        ((10.2, 50.2), (10.4, 50.4), 0.5),  # no border on the way
        ((10.2, 50.2), (10.2, 50.2), 0.5),  # no way
    ],
)
def test_the_border_is_met_where_the_straight_way_meets_it(
    a: tuple[float, float], b: tuple[float, float], share: float
) -> None:
    """As a share of the way."""
    assert crossing_fraction(shapely.box(10, 50, 11, 51), *a, *b) == pytest.approx(share)


def test_the_seam_at_180_degrees_is_no_border() -> None:
    """A fence on both sides is left at 179.5 W: seven tenths of the way from 179.8 E."""
    shape = shapely.union_all(
        [shapely.box(179.5, -17, 180, -16), shapely.box(-180, -17, -179.5, -16)]
    )
    assert crossing_fraction(shape, 179.8, -16.5, -179.2, -16.5) == pytest.approx(0.7)
    assert crossing_fraction(shape, 179.2, -16.5, -179.8, -16.5) == pytest.approx(0.3)


def test_the_grid_never_misses_what_is_near() -> None:
    """A thousand points around the port: whoever is in its area is on the grid."""
    fences = FenceSet(ports=(square_port(),))
    chance = np.random.default_rng(1)
    lon, lat = chance.uniform(9.9, 10.1, 1000), chance.uniform(4.9, 5.1, 1000)
    near = square_port().masks(lon, lat)[1] != 0
    assert near.any()
    assert fences.near_any(lon[near], lat[near]).all()


def test_the_grid_leaves_out_what_is_far() -> None:
    """Two cells off is far; the cells beside the port's are near, across 180 degrees too."""
    fences = FenceSet(ports=(port_of(box(FenceKind.APPROACH, 179.2, 50.2, 179.4, 50.4)),))
    lon = np.array([179.3, -179.5, -178.5, 178.5, 177.5, 179.3, 179.3, 179.3])
    lat = np.array([50.3, 50.3, 50.3, 50.3, 50.3, 51.9, 52.1, -50.3])
    assert fences.near_any(lon, lat).tolist() == [
        True, True, False, True, False, True, False, False,
    ]  # fmt: skip


def test_the_edge_of_the_world_has_a_cell() -> None:
    """180 degrees and the poles are positions like any other."""
    fences = FenceSet(ports=(port_of(box(FenceKind.APPROACH, 179.9, 89.0, 180.0, 89.5)),))
    assert fences.near_any(np.array([180.0, -180.0]), np.array([90.0, 89.2])).tolist() == [True] * 2


def test_a_port_is_found_by_its_id() -> None:
    """And one that is not watched is not there."""
    fences = FenceSet(ports=(square_port(),))
    assert fences.by_id["home"].name == "Home"
    assert "elsewhere" not in fences.by_id


def test_a_fence_is_found_by_its_id() -> None:
    """Its bit in a mask is its place in the file."""
    assert square_port().bit_of == {"approach": 1, "anchorage": 2, "harbour": 4, "berth": 8}


def test_the_area_holds_every_margin() -> None:
    """All that is near the port is in one shape."""
    port = square_port()
    assert all(shapely.covers(port.area, wide) for wide in port.margins)
    assert not shapely.contains_xy(port.area, *at_m(0, 4600))
    assert square(0, 0, NAUTICAL_MILE_M).area < port.area.area
