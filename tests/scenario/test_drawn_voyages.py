"""Drawn seas: voyages between two ports, heard, not heard, and such as no ship can make."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from monitor.engine.geofence import distance_m
from monitor.model import Event, EventKind
from monitor.units import HOUR_US, NAUTICAL_MILE_M, to_iso
from tests.scenario.drawings import ALONGSIDE, ALONGSIDE_FAR, HOUR
from tests.scenario.sea import MILES, Sea, Story, draw, tell

OUT = """
    a b c d Ae Af Hg Hh A
    . . . . A  A  A  A  A
    . . . . A  A  A  A  A
    n m l k Aj Ai A  A  A
"""
IN = """
    . . . . A  A  A  A  A
    . . . . A  A  A  A  A
    . . . . A  A  A  A  A
    o p q r As At Hu Hv A
"""
"""She lies at h, is out at n, and comes from o, MILES south of it, to lie at v."""


def passage(hours: float) -> Sea:
    return draw(OUT, IN, stay={"h": 10, "v": 10}, wait={"o": hours * HOUR})


def heard(sea: Sea, *hours: float) -> Any:
    """Her fixes, and as many more on the straight way from n to o, so many hours after n."""
    begin, end = (sea.fixes[[sea.labels.index(label)]] for label in "no")
    more = np.repeat(begin, len(hours))
    more["at"] = more["received_at"] = [sea.at("n") + round(h * HOUR_US) for h in hours]
    share = (more["at"] - begin["at"]) / (end["at"] - begin["at"])
    more["lat"] = begin["lat"] + share * (end["lat"] - begin["lat"])
    more["content"] = 1000 + np.arange(len(hours))
    return np.concatenate([sea.fixes, more])


def voyages(story: Story) -> list[Event]:
    kinds = {EventKind.VOYAGE_BEGUN, EventKind.VOYAGE_MADE}
    return [event for event in story.voyages if event.kind in kinds]


def made(story: Story) -> dict[str, Any]:
    return story.one(EventKind.VOYAGE_MADE).evidence.figures


# -- seen, and not -------------------------------------------------------------------------------


def test_a_voyage_that_is_heard_all_the_way() -> None:
    """Fifty hours at 12 kn, a fix every hour: all of it is sailed where heard."""
    sea = passage(50)
    story = tell(sea, heard(sea, *range(1, 50)))
    assert [f"{event.kind} {sea.span(event.span)}" for event in voyages(story)] == [
        "VoyageBegun [h8+1m..i]",
        "VoyageMade [u..v2]",
    ]
    begun, last = voyages(story)
    assert begun.decided_at == story.one(EventKind.PORT_DEPARTED).decided_at
    assert last.decided_at == story.one(EventKind.PORT_ARRIVED).decided_at
    figures = made(story)
    assert (figures["from"], figures["to"]) == ("home", "away")
    assert figures["sailed_heard_m"] == pytest.approx(MILES * NAUTICAL_MILE_M, rel=0.01)
    assert (figures["unheard_s"], figures["last_heard_at"]) == (0, None)
    assert figures["needed_kn"] == pytest.approx(12, abs=0.2)
    assert last.why == "From Home to Away; she needed 12 kn at least."


@pytest.mark.parametrize(("hours", "needed"), [(28, 21), (553, 1)])
def test_what_nobody_heard_between_the_ports_is_told_as_unknown(hours: int, needed: int) -> None:
    """How long, from where to where, and how far at least; both ends are known all the same."""
    sea = passage(hours)
    story = tell(sea)
    figures = made(story)
    assert figures["unheard_s"] == hours * 3600
    assert figures["last_heard_at"] == to_iso(sea.at("n"))
    assert figures["heard_again_at"] == to_iso(sea.at("o"))
    ends = [sea.fixes[sea.labels.index(label)] for label in "no"]
    for name, end in zip(("last_heard", "heard_again"), ends, strict=True):
        assert figures[f"{name}_lon"] == pytest.approx(end["lon"], abs=1e-6)
        assert figures[f"{name}_lat"] == pytest.approx(end["lat"], abs=1e-6)
    assert figures["sailed_heard_m"] < 10_000
    assert figures["sailed_least_m"] - figures["sailed_heard_m"] == pytest.approx(
        float(distance_m(ends[0]["lon"], ends[0]["lat"], ends[1]["lon"], ends[1]["lat"])), abs=2
    )
    assert story.one(EventKind.VOYAGE_MADE).why == (
        f"From Home to Away; not heard for {hours} h, 600 NM of it;"
        f" she needed {needed} kn at least."
    )
    assert story.port_calls == ["home [g..h2] to [h8+1m..i] 4", "away [u..v2] to - 3"]


def test_of_several_silences_the_longest_is_told() -> None:
    """Heard 10 h and 40 h after she left: 30 h are the longest, and all 50 h were silences."""
    sea = passage(50)
    figures = made(tell(sea, heard(sea, 10, 40)))
    assert figures["unheard_s"] == 50 * 3600
    assert figures["last_heard_at"] == to_iso(sea.at("n") + 10 * HOUR_US)
    assert figures["heard_again_at"] == to_iso(sea.at("n") + 40 * HOUR_US)


@pytest.mark.parametrize("sailed_h", [0, 12, 38])
def test_the_bounds_of_a_dark_voyage_hold_whenever_she_sailed(sailed_h: float) -> None:
    """Dark alongside, alongside 600 NM away after 100 h; she takes 50 h of them at 12 kn."""
    sea = draw(ALONGSIDE, ALONGSIDE_FAR, stay={"h": 6, "i": 10}, wait={"i": 100 * HOUR})
    story = tell(sea)
    figures = made(story)
    sailed = sea.at("h6") + round(sailed_h * HOUR_US)
    came = sailed + 50 * HOUR_US
    assert figures["departed_earliest"] <= to_iso(sailed) <= figures["departed_latest"]
    assert figures["arrived_earliest"] <= to_iso(came) <= figures["arrived_latest"]
    assert figures["last_heard_at"] == to_iso(sea.at("h6"))
    assert figures["heard_again_at"] == to_iso(sea.at("i"))
    assert figures["unheard_s"] == 100 * 3600
    assert figures["needed_kn"] == pytest.approx(6, abs=0.1)


def test_begun_and_never_made_a_voyage_stands_as_begun() -> None:
    """Out to sea, and the log ends."""
    (begun,) = voyages(tell(draw(OUT, stay={"h": 10}), then_minutes=1000 * HOUR))
    assert begun.kind is EventKind.VOYAGE_BEGUN
    assert begun.evidence.figures["from"] == "home"


# -- contradictions ------------------------------------------------------------------------------

QUAY = """
    . . . . A A  A
    . . . . A Hi A
    . . . . A A  A
"""


def contradicted(story: Story) -> None:
    """The last voyage is told, without any bound, and nothing of it is known."""
    told = story.one(EventKind.VOYAGE_MADE)
    figures = told.evidence.figures
    assert (figures["from"], figures["to"]) == ("home", "away")
    assert figures["contradiction"] is True
    assert (told.span.earliest, told.span.at, told.span.latest) == (None, None, None)
    assert told.confidence == 1
    assert [figures[name] for name in ("sailed_least_m", "needed_kn", "last_heard_at")] == [
        None, None, None,
    ]  # fmt: skip
    assert "no ship is so fast" in told.why


def test_six_hours_alone_at_the_other_port_are_a_contradiction() -> None:
    """Silent at the quay, and for more than six hours at the other: of a track of its own."""
    lay_on = ALONGSIDE.replace("Hh", "Hhj")
    story = tell(draw(lay_on, QUAY, stay={"h": 8, "i": 40, "j": 6}, minutes=10))
    contradicted(story)
    (told,) = voyages(story)
    assert told.track == 1
    assert story.port_calls == ["home [g..h+2m] to - 3", "away [?..i] to - 1"]


def test_a_leap_at_sea_is_a_contradiction() -> None:
    """She has left, is silent for two hours, and her number lies 600 NM off from then on."""
    story = tell(
        draw(OUT, QUAY.replace("Hi", "Ho"), stay={"h": 10, "o": 200}, wait={"o": 2 * HOUR})
    )
    assert [event.kind for event in voyages(story)] == [
        EventKind.VOYAGE_BEGUN, EventKind.VOYAGE_MADE,
    ]  # fmt: skip
    contradicted(story)


def test_as_fast_as_hardly_any_ship_is_still_no_contradiction() -> None:
    """600 NM in eleven hours, and the way in and out: it is told how fast she must have been."""
    story = tell(passage(11))
    assert made(story)["contradiction"] is False
    assert made(story)["needed_kn"] == pytest.approx(52, abs=1)
