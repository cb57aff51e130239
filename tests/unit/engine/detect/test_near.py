"""Which rows are near which port: masks of each, and legs that may concern one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from monitor.engine.detect.near import PortRows, last_of, near_ports
from monitor.engine.geofence import Fence, FenceKind, FenceSet, Port
from monitor.engine.track import Tracker
from monitor.model import FIX, Fix
from tests.scenario.sea import MMSI, fix_at, square_port
from tests.unit.engine.detect.lamps import seen

PORT = square_port()
FENCES = FenceSet(ports=(PORT,))


def rows_of(*fixes: Fix, fences: FenceSet = FENCES, tracker: Tracker | None = None) -> Any:
    return list(near_ports(fences, seen(0, *fixes, tracker=tracker).tracks))


def at(minute: float, lon: float, lat: float) -> Fix:
    return fix_at(minute, lon=lon, lat=lat)


def port_at(lon: float, lat: float, name: str) -> Port:
    """A port that is one approach, a tenth of a degree wide."""
    shape = shapely.box(lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05)
    fence = Fence(id="approach", kind=FenceKind.APPROACH, name="approach", shape=shape)
    return Port(id=name, name=name, fences=(fence,), hash="0" * 64)


def candidates(*fixes: Fix, fences: FenceSet = FENCES) -> list[int]:
    (rows,) = rows_of(*fixes, fences=fences)
    found: list[int] = rows.candidates.tolist()
    return found


def test_a_batch_without_fixes_is_near_nothing() -> None:
    """No port is looked at, and where no port is watched, none."""
    assert rows_of() == []
    assert rows_of(fix_at(0), fences=FenceSet(ports=())) == []


def test_each_row_has_the_fences_that_hold_it() -> None:
    """As drawn, and widened by their exit margins: 500 m, 300 m, 200 m and 100 m."""
    fixes = [fix_at(m, east) for m, east in enumerate((0, 250, 1100, 3900, 4400, 4600))]
    (rows,) = rows_of(*fixes)
    assert rows.port is PORT
    assert rows.inside.tolist() == [0b1101, 0b0101, 0b0001, 0b0001, 0, 0]
    assert rows.near.tolist() == [0b1101, 0b1101, 0b0101, 0b0001, 0b0001, 0]
    assert rows.candidates.tolist() == [0, 1, 2, 3, 4, 5]


def test_a_ship_far_away_is_no_candidate() -> None:
    """Nor is the way to her first fix, which has no begin."""
    assert candidates(at(0, 40, 5), at(60, 40.4, 5), at(120, 40.4, 5.4)) == []


def test_a_ship_that_comes_or_goes_is_one() -> None:
    """By where she is, or by where she was: the port is at 10 E 5 N."""
    way = [at(0, 12.8, 5), at(60, 12.4, 5), at(120, 11.99, 5), at(180, 12.4, 5), at(240, 12.8, 5)]
    assert candidates(*way) == [2, 3]


@pytest.mark.parametrize(
    ("lon", "lat", "found"),
    [(40.5, 5, []), (40.51, 5, [1]), (39.49, 5, [1]), (40, 5.51, [1]), (40, 4.49, [1])],
)
def test_a_long_leg_is_one_wherever_it_is(lon: float, lat: float, found: list[int]) -> None:
    """It may cross a port that both its ends are far from; half a degree is not long."""
    assert candidates(at(0, 40, 5), at(60, lon, lat)) == found


def test_a_leg_across_180_degrees_is_one() -> None:
    """Though it is short: nothing is missed there."""
    assert candidates(at(0, 179.9, 60), at(60, -179.9, 60)) == [1]


def test_a_leg_from_the_batch_before_is_one_too() -> None:
    """A ship that goes from the port."""
    tracker = Tracker()
    seen(0, at(0, 11.99, 5), tracker=tracker)
    (rows,) = rows_of(at(60, 12.4, 5), tracker=tracker)
    assert rows.candidates.tolist() == [0]


def test_every_port_is_told_of_with_its_own_masks() -> None:
    """In their order; the candidates are those of all ports."""
    ports = (port_at(10, 5, "east"), port_at(9, 5, "west"), port_at(-120, 5, "far"))
    found: list[PortRows] = rows_of(
        at(0, 40, 5), at(2000, 10, 5), at(3000, 9, 5), fences=FenceSet(ports=ports)
    )
    assert [rows.port.id for rows in found] == ["east", "west", "far"]
    assert [rows.inside.tolist() for rows in found] == [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert [rows.near.tolist() for rows in found] == [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert [rows.candidates.tolist() for rows in found] == [[1, 2]] * 3


def harbour_at(lon: float, name: str, half: float = 0.02) -> Port:
    """A port whose harbour lies in the middle of its approach."""
    (approach,) = port_at(lon, 5, name).fences
    shape = shapely.box(lon - half, 5 - half, lon + half, 5 + half)
    harbour = Fence(id="harbour", kind=FenceKind.HARBOUR, name="harbour", shape=shape)
    return Port(id=name, name=name, fences=(approach, harbour), hash="0" * 64)


def elsewhere(ports: tuple[Port, ...], *lons: float) -> list[list[bool]]:
    """For each port, which of the fixes are deeper in another."""
    fixes = [at(3000 * number, lon, 5) for number, lon in enumerate(lons)]
    return [rows.elsewhere.tolist() for rows in rows_of(*fixes, fences=FenceSet(ports=ports))]


def test_a_ship_is_in_the_port_that_she_is_deepest_in() -> None:
    """In a harbour, not in the approach of the next; of two harbours in the first."""
    ports = (harbour_at(10.0, "west"), harbour_at(10.06, "east"), harbour_at(10.061, "double"))
    assert elsewhere(ports, 10.0, 10.061) == [[False, True], [True, False], [True, True]]


def test_where_two_ports_have_no_more_than_their_approach_she_is_in_both() -> None:
    """She may call at either."""
    ports = (harbour_at(10.0, "west"), harbour_at(10.06, "east"))
    assert elsewhere(ports, 10.03) == [[False], [False]]


def test_without_a_neighbour_nobody_is_elsewhere() -> None:
    """Not where one port is watched, nor where two are far from each other."""
    assert elsewhere((harbour_at(10.0, "alone"),), 10.0) == [[False]]
    assert elsewhere((harbour_at(10.0, "west"), harbour_at(12.0, "east")), 10.0, 12.0) == [
        [False, False],
        [False, False],
    ]


def test_the_newest_fix_of_a_track() -> None:
    tracker = Tracker()
    assert last_of(tracker, MMSI, 0) is None
    fixes = [fix_at(0), fix_at(1, 10)]
    tracker.follow(np.array([tuple(fix) for fix in fixes], dtype=FIX))
    assert last_of(tracker, MMSI, 0) == fixes[1]
    assert last_of(tracker, MMSI, 1) is None
