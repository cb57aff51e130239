"""Drawn seas: ships that wait off a port, and those that only seem to.

Positions are so many metres from the north-west corner of a harbour of 600 m; a fix every ten
minutes. Each story is told in any cut of its input: see ``sea.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from monitor.engine.detect.vessel.waiting import SLOW_KN
from monitor.engine.pipeline import Pipeline
from monitor.model import Event, EventKind, Reports, Static, StaticReport
from monitor.simulator import simulation as simulator
from monitor.units import HOUR_US, MINUTE_US, NAUTICAL_MILE_M, SECOND_US
from tests.pipe import findings
from tests.ports import ports
from tests.scenario.sea import MMSI, START, Sea, Story, at_m, draw, tell

HARBOUR = "H H\nH Ha"
MILE = NAUTICAL_MILE_M
BEGUN, ENDED = "WaitBegun", "WaitEnded"
DRIFTING = {"sog_kn": 0.8, "cog_deg": 90.0, "heading_deg": 200.0}
Place = tuple[float, ...]
"""Minute, and metres to the east and to the north; under way the knots as well."""


def sea(places: Sequence[Place], home: str = HARBOUR, **words: Any) -> Sea:
    """A ship at these places, drifting unless told."""
    drawn = draw(home)
    fixes = np.repeat(drawn.fixes[:1], len(places))
    for name, value in {**DRIFTING, "status": 0, **words}.items():
        fixes[name] = value
    for row, (minute, east_m, north_m, *knots) in enumerate(places):
        fixes["at"][row] = fixes["received_at"][row] = START + round(minute * MINUTE_US)
        fixes["lon"][row], fixes["lat"][row] = at_m(east_m, north_m)
        if knots:
            fixes["sog_kn"][row] = knots[0]
    fixes["seq"] = np.arange(len(places))
    fixes["line"] = fixes["content"] = fixes["seq"] + 1
    return replace(drawn, fixes=fixes, labels=[f"x{i}" for i in range(len(places))])


def drift(
    hours: float,
    *,
    off_m: float = 8 * MILE,
    since: float = 0,
    every: float = 10,
    step_m: float = 100,
) -> list[Place]:
    """To the west of the port, northward by ``step_m`` from fix to fix."""
    count = round(hours * 60 / every) + 1
    return [(since + every * i, -off_m, step_m * i) for i in range(count)]


CAME: list[Place] = [(-10.0 * i, (-8 - 2 * i) * MILE, 0.0, 12.0) for i in (4, 3, 2, 1)]


def went(minute: float) -> list[Place]:
    """She goes away to the west."""
    return [(minute + 10 * i, (-10 - 2 * i) * MILE, 0.0, 12.0) for i in range(4)]


def lines(story: Story) -> list[str]:
    """What was told of waiting."""
    return [event.kind.value for event in story.events if event.kind.value in {BEGUN, ENDED}]


def the(story: Story, kind: EventKind) -> Event:
    """The last event of a kind."""
    return story.one(kind)


def test_a_ship_waits_and_goes() -> None:
    """Told when four hours have passed, by the deadline; and when she makes way."""
    story = tell(sea([*CAME, *drift(6), *went(370)]))
    assert lines(story) == [BEGUN, ENDED]
    begun, ended = the(story, EventKind.WAIT_BEGUN), the(story, EventKind.WAIT_ENDED)
    assert begun.decided_at == START + 4 * HOUR_US
    assert (begun.span.earliest, begun.span.at) == (START - 10 * MINUTE_US, START)
    assert begun.why == (
        "Below 2 kn for 4.0 h, 8.2 to 8.3 NM off Home, in none of its anchorages and berths,"
        " adrift."
    )
    assert (begun.port, begun.evidence.figures["band"]) == ("home", "within 12 NM")
    assert (ended.span.earliest, ended.span.latest) == (
        START + 360 * MINUTE_US, START + 370 * MINUTE_US,
    )  # fmt: skip
    assert ended.evidence.figures["waited_s"] == 6 * 3600
    assert ended.evidence.figures["farthest_nm"] > ended.evidence.figures["nearest_nm"]
    assert ended.why.endswith("under way again.")
    assert begun.episode == ended.episode


def test_beyond_twelve_miles_is_another_band() -> None:
    story = tell(sea(drift(5, off_m=20 * MILE)))
    assert the(story, EventKind.WAIT_BEGUN).evidence.figures["band"] == "12 to 30 NM"


def test_beyond_thirty_miles_nobody_waits_for_the_port() -> None:
    assert lines(tell(sea(drift(9, off_m=31 * MILE)))) == []


def test_at_anchor_outside_of_the_anchorages_she_waits_and_is_not_adrift() -> None:
    """She swings by 150 m; her head is to the stream, as her way is."""
    places = [
        (10.0 * i, -8 * MILE + 150 * math.cos(i / 3), 150 * math.sin(i / 3)) for i in range(40)
    ]
    story = tell(sea(places, sog_kn=0.3, cog_deg=90.0, heading_deg=100.0))
    assert lines(story) == [BEGUN]
    assert "adrift" not in the(story, EventKind.WAIT_BEGUN).why


def test_who_goes_into_the_harbour_waits_no_longer() -> None:
    story = tell(sea([*drift(5, off_m=3000), (310, 200.0, -200.0), (320, 200.0, -200.0)]))
    assert lines(story) == [BEGUN, ENDED]


def test_without_a_speed_her_way_says_it() -> None:
    story = tell(sea(drift(5), sog_kn=np.nan))
    assert lines(story) == [BEGUN]
    assert lines(tell(sea(drift(5, step_m=900), sog_kn=np.nan))) == []


# -- near misses --------------------------------------------------------------------------------


@pytest.mark.parametrize(("minute", "told"), [(239, []), (240, []), (241, [BEGUN, ENDED])])
def test_four_hours_must_have_passed(minute: int, told: list[str]) -> None:
    """A fix at the very instant of the deadline is in time."""
    assert lines(tell(sea([*CAME, *drift(3.8), *went(minute)]))) == told


def test_a_ship_that_is_moored_elsewhere_on_the_coast_does_not_wait() -> None:
    """For days, with the noise of her receiver and a bad fix an hour; nor when she casts off."""
    rng = np.random.default_rng(5)
    noise = rng.normal(0, 12, (2, 400))
    noise[0, ::60] += 90
    places = [(10.0 * i, -6 * MILE + noise[0, i], noise[1, i]) for i in range(400)]
    places += [(4000 + 2.0 * i, -6 * MILE - 60.0 * i, 0.0, 1.0) for i in range(6)]
    assert lines(tell(sea([*places, *went(4020)], sog_kn=0.1))) == []


def test_one_that_says_she_is_moored_does_not_wait() -> None:
    """At a buoy she swings as well."""
    assert lines(tell(sea(drift(9), status=5))) == []


def test_a_fisher_at_work_does_not_wait() -> None:
    assert lines(tell(sea(drift(9), status=7))) == []


def test_a_ship_at_two_knots_is_under_way() -> None:
    assert lines(tell(sea(drift(9), sog_kn=2.0))) == []


def test_one_fast_fix_ends_nothing_and_two_do() -> None:
    """A wrong speed, and a ship that shifts."""
    places = drift(8)
    one, two = sea(places), sea(places)
    one.fixes["sog_kn"][30] = 9.0
    two.fixes["sog_kn"][[12, 13]] = 9.0
    assert lines(tell(one)) == [BEGUN]
    story = tell(two)
    assert lines(story) == [BEGUN]
    assert the(story, EventKind.WAIT_BEGUN).span.at == two.fixes["at"][14]


def test_in_an_anchorage_nobody_waits_outside_of_it() -> None:
    """Nor within its margin."""
    wide = "N N N N N N H H\nN N N N N N H Ha\n" + "N N N N N N N N\n" * 4
    places = [(10.0 * i, 300.0 + 100 * (i % 6), -300.0 - 150 * (i % 4)) for i in range(60)]
    assert lines(tell(sea(places, home=wide))) == []


# -- not heard ----------------------------------------------------------------------------------


def test_who_is_not_heard_for_two_hours_is_not_known_to_have_stayed() -> None:
    """Two hours, then three and a half: neither is four."""
    places = [*drift(1.8), *drift(3.5, since=260)]
    assert lines(tell(sea(places))) == []


def test_heard_once_an_hour_she_waits() -> None:
    """By satellites."""
    assert lines(tell(sea(drift(8, every=60)))) == [BEGUN]


def test_who_is_silent_while_she_waits_has_not_gone() -> None:
    """However long; found where she can have drifted to she waits still."""
    assert lines(tell(sea(drift(5)), then_minutes=60 * 24 * 3)) == [BEGUN]
    assert lines(tell(sea([*drift(5), *drift(3, since=900)]))) == [BEGUN]


def test_who_is_heard_elsewhere_after_a_silence_went_in_it() -> None:
    """At a time between; and may wait there."""
    story = tell(sea([*drift(5), *drift(6, since=900, off_m=29 * MILE)]))
    assert lines(story) == [BEGUN, ENDED, BEGUN]
    ended = the(story, EventKind.WAIT_ENDED)
    assert (ended.span.earliest, ended.span.at, ended.confidence) == (
        START + 300 * MINUTE_US,
        None,
        2,
    )
    assert "not heard for 10.0 h then" in ended.why


def test_a_deadline_in_a_silence_tells_nothing() -> None:
    """She was heard last an hour and more before it."""
    assert lines(tell(sea(drift(1.5)), then_minutes=600)) == []
    story = tell(sea(drift(2.5)), then_minutes=600)
    assert lines(story) == [BEGUN]
    assert story.events[-1].decided_at == START + 4 * HOUR_US


# -- what she says of herself -------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "told"), [(30, []), (70, [BEGUN])])
@pytest.mark.parametrize("size", [1, 7, 100])
def test_who_says_that_she_fishes_does_not_wait(kind: int, told: list[str], size: int) -> None:
    """Said an hour on, wherever batches are cut."""
    drawn = sea(drift(8))
    pipeline, found = Pipeline(drawn.fences), []
    words = StaticReport(
        at=START + 61 * MINUTE_US, received_at=START + 61 * MINUTE_US, seq=0, source=0,
        static=Static(mmsi=MMSI, ship_type=kind),
    )  # fmt: skip
    said = Reports(
        positions=drawn.fixes[:0], statics=[words], lines=1, clock=np.array([words.received_at])
    )
    for part in (drawn.fixes[:7], None, drawn.fixes[7:]):
        if part is None:
            found += pipeline.take("station", said).findings
            continue
        for begin in range(0, len(part), size):
            rows = part[begin : begin + size].copy()
            rows["seq"] -= rows["seq"][0]
            reports = Reports(positions=rows, lines=len(rows), clock=rows["received_at"].copy())
            found += pipeline.take("station", reports).findings
    found += pipeline.finish().findings
    kinds = [one.kind.value for one in found if isinstance(one, Event)]
    assert [kind for kind in kinds if kind in {BEGUN, ENDED}] == told


def test_shuffled_within_the_lateness_it_is_the_same() -> None:
    """The order of arrival is not the order of truth."""
    drawn = sea([*CAME, *drift(5, every=1), *went(310)])
    straight = tell(drawn).told
    rng = np.random.default_rng(7)
    for _ in range(3):
        rows = drawn.fixes.copy()
        rows["received_at"] += rng.integers(0, 100 * SECOND_US, len(rows))
        assert tell(drawn, rows).told == straight


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_simulated_ships_wait_when_they_truly_do(seed: int) -> None:
    """Each once, with bounds that hold the true instants; no call comes of it."""
    fences = ports()
    made = simulator.simulate("waiting", seed=seed)
    data = b"".join(line + b"\n" for line in made.lines)
    found = findings([data], fences)
    events = [one for one in found if isinstance(one, Event)]
    assert not [one for one in found if not isinstance(one, Event)]
    for vessel in made.truth.vessels:
        motion = vessel.motion
        at_s = np.arange(motion.at_s[0], motion.at_s[-1], 5.0)
        slow = at_s[motion.value(motion.sog_kn, at_s) < SLOW_KN]
        truth = {BEGUN: slow[0], ENDED: slow[-1]}
        hers = [event for event in events if event.mmsi == vessel.mmsi]
        told = [
            event for event in hers if event.kind is not EventKind.WENT_DARK
        ]  # at the log's end
        assert [event.kind.value for event in told] == [BEGUN, ENDED]
        for event in told:
            span = event.span
            assert span.earliest is not None
            assert span.latest is not None
            assert span.earliest / 1e6 - 10 <= truth[event.kind.value] <= span.latest / 1e6 + 10
