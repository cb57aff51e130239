"""Approaches crossed between two fixes: which legs go through, and which only graze."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from monitor.engine.detect.detection import Detection
from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.unseen import UnseenCrossings
from monitor.engine.geofence import Fence, FenceKind, FenceSet, Port
from monitor.engine.kept import NotReadableError
from monitor.model import EventKind, Fix, ShipAtPort, Span, Subject
from monitor.units import HOUR_US
from tests.scenario.sea import MMSI, fix_at, square, square_port
from tests.unit.engine.detect.lamps import seen, take

PORT = square_port()
"""Its approach reaches 4 km to each side, its exit margin 500 m further."""


def port_of(shape: Any, name: str = "home", kind: FenceKind = FenceKind.APPROACH) -> Port:
    return Port(
        id=name, name=name, fences=(Fence(id="fence", kind=kind, name="fence", shape=shape),),
        hash="0" * 64,
    )  # fmt: skip


def told(*fixes: Fix, ports: tuple[Port, ...] = (PORT,)) -> list[tuple[Subject, Fact]]:
    """What is told of the ways between these fixes."""
    on = Detection(FenceSet(ports=ports), (UnseenCrossings,), ())
    found = take(on, seen(10_000, *fixes))
    assert (on.watched, on.waiting, on.take_changed()) == (0, 0, [])
    return [(about, fact) for about, fact in found if isinstance(fact, Fact)]


def crosses(
    begin: tuple[float, float], end: tuple[float, float], port: Port = PORT, minutes: float = 12
) -> bool:
    """Whether the way from one point (metres east and north) to the other is told."""
    return len(told(fix_at(0, *begin), fix_at(minutes, *end), ports=(port,))) == 1


# -- through -------------------------------------------------------------------------------------


def test_a_leg_from_one_side_to_the_other_passed_through() -> None:
    """Best is when she was in the middle of it: 10 of 40 km, so after a quarter of the time."""
    begin, end = fix_at(0, -10_000), fix_at(30, 30_000, sog_kn=40.0)
    ((about, fact),) = told(begin, end)
    assert about == ShipAtPort(MMSI, 0, "home")
    assert fact.kind is EventKind.PASSED_THROUGH
    assert fact.span.at == pytest.approx(fix_at(7.5).at, abs=1000)
    assert fact.span == Span(earliest=begin.at, at=fact.span.at, latest=end.at)
    assert (fact.decided_at, fact.key_at, fact.geofence) == (end.at, end.at, "approach")
    assert fact.fixes == (end,)
    assert fact.place == end._replace(lon=10.0, lat=5.0)
    assert fact.figures == {"before_lon": begin.lon, "before_lat": begin.lat}
    assert fact.why == "The straight way between two fixes outside crosses the approach."


def test_a_leg_from_afar_passed_through() -> None:
    """Both ends a degree and more away."""
    assert crosses((-150_000, 20_000), (150_000, -20_000), minutes=170)


def test_a_leg_beside_the_approach_did_not() -> None:
    """Within its margin all the way."""
    assert not crosses((-10_000, 4200), (10_000, 4200))


@pytest.mark.parametrize(("begin", "end"), [(-10_000, 0), (0, 10_000), (-3900, 3900)])
def test_who_was_seen_inside_did_not_pass_unseen(begin: float, end: float) -> None:
    """Her visit tells what she did there."""
    assert not crosses((begin, 0), (end, 0))


def test_her_first_fix_has_no_leg() -> None:
    """Nor has a ship that lies where she lay a leg that crosses anything."""
    assert told(fix_at(0, 10_000)) == []
    assert told(fix_at(0, 4100), fix_at(3, 4100)) == []


def test_across_a_silence_nothing_is_said() -> None:
    """Exactly four hours are none; a microsecond more, and she may have gone anywhere."""
    begin, end, ports = fix_at(0, -10_000), fix_at(240, 10_000), (port_of(square(0, 0, 4000)),)
    assert len(told(begin, end, ports=ports)) == 1
    assert told(begin, end._replace(at=begin.at + 4 * HOUR_US + 1), ports=ports) == []


@pytest.mark.parametrize(("minutes", "through"), [(22, True), (27, False), (60, False)])
def test_with_time_for_a_stop_nothing_is_said(minutes: float, *, through: bool) -> None:
    """20 km by way of the anchorage take about 10 minutes at 60 knots, a stop 15."""
    assert crosses((-10_000, 0), (10_000, 0), minutes=minutes) is through
    assert crosses((-10_000, 0), (10_000, 0), port_of(square(0, 0, 4000)), minutes)


def test_an_approach_in_two_pieces_is_passed_once() -> None:
    """However many of its fences the way crosses."""
    pieces = tuple(
        Fence(
            id=f"approach-{name}", kind=FenceKind.APPROACH, name=name, shape=square(east, 0, 1000)
        )
        for name, east in (("west", -3000), ("east", 3000))
    )
    assert crosses(
        (-9000, 0), (9000, 0), Port(id="home", name="home", fences=pieces, hash="0" * 64)
    )


def test_only_an_approach_is_passed_through() -> None:
    """A harbour that has none is not."""
    assert not crosses((-9000, 0), (9000, 0), port_of(square(0, 0, 4000), kind=FenceKind.HARBOUR))
    assert crosses((-9000, 0), (9000, 0), port_of(square(0, 0, 4000)))


def test_a_bay_is_passed_through_once() -> None:
    """Between its arms she is outside: best is the middle of all that lies inside."""
    bay = square(0, 0, 4000).difference(square(0, 2000, 2000))
    begin, end = fix_at(0, -10_000, 2000), fix_at(60, 10_000, 2000)
    ((_, fact),) = told(begin, end, ports=(port_of(bay),))
    assert fact.span.at == pytest.approx(fix_at(30).at, abs=1000)


def test_each_port_on_the_way_is_passed() -> None:
    """In the order of their names, for all is decided by the same fix."""
    ports = (port_of(square(20_000, 0, 2000), "west"), port_of(square(0, 0, 2000), "east"))
    found = told(fix_at(0, -10_000), fix_at(60, 30_000), ports=ports)
    assert [about for about, _ in found] == [
        ShipAtPort(MMSI, 0, "east"), ShipAtPort(MMSI, 0, "west"),
    ]  # fmt: skip


def test_a_leg_of_a_second_ship_is_told_when_she_is_believed() -> None:
    """Three fixes make her a ship of her own, on a track of her own."""
    ours = [fix_at(minute, 1_000_000) for minute in (0, 20, 40)]
    theirs = [fix_at(5, -10_000), fix_at(25, 10_000), fix_at(45, 12_000)]
    ((about, fact),) = told(*ours, *theirs)
    assert about == ShipAtPort(MMSI, 1, "home")
    assert (fact.key_at, fact.decided_at) == (fix_at(25).at, fix_at(45).at)


# -- grazing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "end", "through"),
    [
        ((3500, 4300), (4300, 3500), False),  # 283 m across the corner, from margin to margin
        ((2000, 5800), (5800, 2000), True),  # the same way, but from beyond the margin
        ((3500, 4300), (5800, 2000), False),  # one end in the margin is enough for doubt
        ((2000, 5800), (4300, 3500), False),
        ((3080, 4240), (4240, 3080), False),  # 962 m inside
        ((3000, 4200), (4200, 3000), True),  # 1131 m: twice the margin and more
        ((-10_000, 3990), (4400, 3990), True),  # along the border, all of it inside
    ],
)
def test_from_the_margin_a_corner_is_only_grazed(
    begin: tuple[float, float], end: tuple[float, float], *, through: bool
) -> None:
    """The corner is 4 km east and 4 km north."""
    assert crosses(begin, end) is through


@pytest.mark.parametrize(("north", "through"), [(280, False), (260, True), (-280, False)])
def test_of_a_small_approach_a_good_piece_must_be_cut_off(north: float, *, through: bool) -> None:
    """600 m wide, it has no chord as long as its margins: 5 % of it will do."""
    assert crosses((-400, north), (400, north), port_of(square(0, 0, 300))) is through


# -- across 180 degrees --------------------------------------------------------------------------

EAST = port_of(shapely.box(179.90, -17, 179.98, -16.9))
WEST = port_of(shapely.box(-179.98, -17, -179.90, -16.9))


@pytest.mark.parametrize(
    ("port", "begin", "end", "minute", "lon"),
    [
        (EAST, 179.8, -179.8, 21, 179.94),
        (WEST, 179.8, -179.8, 39, -179.94),
        (EAST, -179.8, 179.8, 39, 179.94),
        (WEST, -179.8, 179.8, 21, -179.94),
    ],
)
def test_a_leg_across_180_degrees_passes_on_either_side(
    port: Port, begin: float, end: float, minute: float, lon: float
) -> None:
    """Once, and where it is: 0.14 or 0.26 of 0.4 degrees from where she was."""
    fixes = fix_at(0, lon=begin, lat=-16.95), fix_at(60, lon=end, lat=-16.95)
    ((_, fact),) = told(*fixes, ports=(port,))
    assert fact.span.at == pytest.approx(fix_at(minute).at, abs=1000)
    assert fact.place is not None
    assert (fact.place.lon, fact.place.lat) == (lon, -16.95)


def test_the_other_way_round_the_globe_is_none() -> None:
    """A short leg across 180 degrees does not cross the meridian of Greenwich."""
    port = port_of(shapely.box(-0.1, -17, 0.1, -16.9))
    fixes = fix_at(0, lon=179.8, lat=-16.95), fix_at(60, lon=-179.8, lat=-16.95)
    assert told(*fixes, ports=(port,)) == []


# -- nothing is remembered -----------------------------------------------------------------------


def test_nothing_is_waited_for_and_nothing_is_kept() -> None:
    """Whoever finds a state of it begins anew."""
    detector = UnseenCrossings(FenceSet(ports=(PORT,)))
    she = ShipAtPort(MMSI, 0, "home")
    assert detector.deadline(None) is None
    with pytest.raises(NotReadableError, match="version 0 is not known here"):
        detector.upgrade(she, None, 0)
