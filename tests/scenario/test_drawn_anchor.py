"""Drawn seas: ships at anchor, who sheer, swing and drift, and where a stop is a call."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from monitor.engine.geofence import Fence, FenceKind, FenceSet, Port
from monitor.model import EventKind, EventState
from monitor.units import MINUTE_US
from tests.scenario.sea import START, Sea, Story, at_m, draw, square, tell

ANCHORED_MIN = 240
"""She lies at anchor for so long, from the middle of her voyage."""


def voyage(
    ports: tuple[Port, ...], lies: Callable[[float], tuple[float, float]], **said: Any
) -> Sea:
    """Make a ship that comes from the west at 5 kn to her place, lies there, and goes back.

    A fix every two minutes; ``lies`` gives where she is so many minutes after she came, metres.
    """
    way = [(-12_000.0 + 300 * step, 0.0) for step in range(40)]
    at_rest = [lies(2.0 * step) for step in range(ANCHORED_MIN // 2)]
    east, north = zip(*way, *at_rest, *reversed(way), strict=True)
    sea = draw("A a b")
    rows = np.repeat(sea.fixes[:1], len(east))
    rows["at"] = rows["received_at"] = START + 2 * MINUTE_US * np.arange(len(east))
    rows["lon"], rows["lat"] = at_m(np.array(east), np.array(north))  # type: ignore[arg-type]
    rows["seq"] = np.arange(len(east))
    rows["line"] = rows["content"] = rows["seq"] + 1
    rows["sog_kn"] = 4.9
    rows["sog_kn"][len(way) : len(way) + len(at_rest)] = 0.2
    for name, value in said.items():
        rows[name] = value
    labels = [f"a{row}" for row in range(len(east))]
    return replace(sea, fixes=rows, labels=labels, fences=FenceSet(ports=ports))


def port(name: str = "home", *, anchorage: bool = True, east_m: float = 0.0) -> Port:
    """Draw an approach of 9 km to each side, and perhaps an anchorage of 2 km in its middle."""
    kinds = [(FenceKind.APPROACH, square(east_m, 0, 9000))]
    if anchorage:
        kinds.append((FenceKind.ANCHORAGE, square(east_m, 0, 2000)))
    kinds.append((FenceKind.HARBOUR, square(east_m, 5000, 500)))
    fences = (Fence(id=f"{name}-{k}", kind=k, name=k, shape=shape) for k, shape in kinds)
    return Port(id=name, name=name.capitalize(), fences=tuple(fences), hash="0" * 64)


def stays(story: Story) -> list[str]:
    """The stops and starts that were told."""
    kinds = {"Anchored", "AnchorWeighed", "Berthed", "Unberthed"}
    return [str(event.kind) for event in story.events if str(event.kind) in kinds]


def sheering(aside_m: float, minutes: float) -> Callable[[float], tuple[float, float]]:
    return lambda at: (-300.0, aside_m * math.sin(2 * math.pi * at / minutes))


def swung(at: float) -> tuple[float, float]:
    """300 m west of her anchor, from the middle of her stay on 300 m east of it."""
    turned = min(1.0, max(0.0, (at - 100) / 40))
    return 300 * -math.cos(math.pi * turned), 300 * math.sin(math.pi * turned)


def still(at: float) -> tuple[float, float]:
    return -300.0, at % 4


@pytest.mark.parametrize(
    "lies",
    [still, sheering(85, 15), sheering(40, 20), swung],
    ids=["still", "85 m", "40 m", "swung"],
)
def test_sheering_and_swinging_is_one_stay(lies: Callable[[float], tuple[float, float]]) -> None:
    """One stop and one start, and both lie within their bounds."""
    sea = voyage((port(),), lies)
    story = tell(sea)
    assert stays(story) == ["Anchored", "AnchorWeighed"]
    came, left = sea.at("a39"), sea.at(f"a{39 + ANCHORED_MIN // 2}")
    for kind, at in ((EventKind.ANCHORED, came), (EventKind.ANCHOR_WEIGHED, left)):
        span = story.one(kind).span
        assert span.earliest is not None
        assert span.latest is not None
        assert span.earliest <= at <= span.latest
        assert span.latest - span.earliest <= 60 * MINUTE_US
    assert len(story.calls) == 1


def test_weighed_and_anchored_again_a_mile_on_are_two_stays() -> None:
    """She shifts 1.8 km across the anchorage at 5 kn in the middle of her stay."""
    sea = voyage((port(),), lambda at: (-300.0, 150 * min(12.0, max(0.0, at - 120))))
    story = tell(sea)
    assert stays(story) == ["Anchored", "AnchorWeighed", "Anchored", "AnchorWeighed"]
    assert len(story.calls) == 1


@pytest.mark.parametrize(("anchorage", "calls"), [(True, 1), (False, 0)])
def test_a_stop_in_the_open_approach_is_no_port_call(anchorage: bool, calls: int) -> None:  # noqa: FBT001
    """Four hours side by side with another ship, off all that a port has: told, but no call.

    Nor has she passed through "without stopping".
    """
    story = tell(voyage((port(anchorage=anchorage),), still))
    assert stays(story) == ["Anchored", "AnchorWeighed"]
    assert len(story.calls) == calls
    assert EventKind.GEOFENCE_LEFT in {event.kind for event in story.events}
    assert EventKind.PASSED_THROUGH not in {event.kind for event in story.events}


@pytest.mark.parametrize("east_m", [0.0, 6000.0])
def test_of_two_ports_whose_approaches_overlap_one_has_the_call(east_m: float) -> None:
    """She lies in the anchorage of one, which is in the approach of the other as well.

    Where both have an anchorage there, it is still one.
    """
    sea = voyage((port("home"), port("away", east_m=east_m + 1000)), still)
    assert [call.port for call in tell(sea).calls] == ["home"]
    sea = voyage((port("home", anchorage=False), port("away", east_m=1000)), still)
    assert [call.port for call in tell(sea).calls] == ["away"]


def coarse_berth(kind: int) -> list[str | None]:
    """Fences of the stops told of a ship at a berth that reports by messages of a type."""
    sea = draw(
        """
        . . . . A  A  A  A  A
        a b c d Ae Af Bg Bh A
        . . . . A  A  H  H  A
        """,
        stay={"h": 60},
    )
    sea.fixes["type"][sea.where("h")] = kind
    story = tell(sea)
    return [event.geofence for event in story.events if event.kind is EventKind.BERTHED]


def test_long_range_reports_name_no_berth() -> None:
    """Their grid of 185 m is wider than a quay, and a fine fix on the way in is no help."""
    assert coarse_berth(27) == ["harbour"]
    assert coarse_berth(1) == ["berth"]


def test_a_berth_that_fine_positions_name_later_is_the_arrivals_as_well() -> None:
    """Long-range reports prove the stop, ordinary ones an hour later the berth."""
    sea = draw(
        """
        . . . . A  A  A  A  A
        a b c d Ae Af Bg Bh A
        . . . . A  A  H  H  A
        """,
        stay={"h": 60},
    )
    sea.fixes["type"][np.flatnonzero(sea.where("h"))[:30]] = 27
    told = [
        (event.kind.value, event.geofence)
        for event in tell(sea).events
        if event.kind is EventKind.BERTHED
        or (event.kind is EventKind.PORT_ARRIVED and event.state is EventState.CONFIRMED)
    ]
    assert told == [
        ("Berthed", "harbour"), ("PortArrived", "harbour"),
        ("Berthed", "berth"), ("PortArrived", "berth"),
    ]  # fmt: skip


@pytest.mark.parametrize(("apart_s", "entered"), [(20, False), (60, True)])
def test_a_border_is_crossed_by_fixes_a_minute_apart(apart_s: float, entered: bool) -> None:  # noqa: FBT001
    """Two of one second's copies prove no more than one."""
    sea = draw(
        """
        . . . A   A A . . . .
        a b c Ade A A . . . .
        . . . .   . . . . . .
        . . . .   . . . . . .
        . . . .   . . f g h i
        """,
        wait={"e": apart_s / 60},
    )
    sea.fixes["sog_kn"] = 0.0
    assert ("GeofenceEntered approach [c..d]" in tell(sea).told) is entered
