"""Gaps at sea: the thing, and what is nearly it."""

from __future__ import annotations

import random

import pytest

from monitor.engine import kept
from monitor.engine.detect.vessel.gap import Gaps
from monitor.engine.detect.vessel.watched import Watched
from monitor.model import Event, EventKind, EventState, Fix, Ship, Static, StaticReport
from monitor.units import HOUR_US, NAUTICAL_MILE_M
from tests.scenario.sailing import AT_SEA, FENCES, one_by_one, sailing, told, words
from tests.scenario.sea import START, fix_at
from tests.sizes import sized

GAPS = Gaps(FENCES)
BEFORE = sailing(0, 12)
"""Twelve hours of a ship that is heard each quarter of an hour."""


def test_a_ship_goes_dark_by_degrees_and_is_heard_again() -> None:
    """Possibly after 2 h, dark after 6, likely deliberate after 12; and where she can be."""
    events = told([*BEFORE, *sailing(42, 44)])
    assert words(events) == [
        "WentDark possibly dark provisional @ 14",
        "WentDark dark confirmed @ 18",
        "MayHaveReached  confirmed @ 21.6854",  # 291 NM at 30 kn: she is hardly known
        "WentDark likely deliberate confirmed @ 24",
        "Reappeared  confirmed @ 42",
    ]
    assert len({event.id for event in events if event.kind is EventKind.WENT_DARK}) == 1
    assert len({event.episode for event in events}) == 1
    back = events[-1]
    assert (back.span.earliest, back.span.latest) == (BEFORE[-1].at, START + 42 * HOUR_US)
    assert back.evidence.figures["unexplained_s"] is None  # she went straight on
    assert back.evidence.figures["silent_s"] == 30 * 3600
    assert "likely deliberate, not proved" in events[3].why


def test_she_is_still_dark_when_the_input_ends() -> None:
    assert words(told(BEFORE, until_h=20)) == [
        "WentDark possibly dark provisional @ 14", "WentDark dark confirmed @ 18",
        *words(told(BEFORE, until_h=20))[2:],
    ]  # fmt: skip


def test_a_silence_of_less_than_six_hours_is_taken_back() -> None:
    events = told([*BEFORE, *sailing(15, 17)])
    assert words(events) == [
        "WentDark possibly dark provisional @ 14", "WentDark possibly dark withdrawn @ 15",
    ]  # fmt: skip
    assert events[1].why == "Heard again after 3.0 h: too short to be called dark."


@pytest.mark.parametrize("off", [0, -1])
def test_of_two_hours_nothing_is_told(off: int) -> None:
    """Exactly as long, and a little less."""
    after = [fix._replace(at=fix.at + off, received_at=fix.at + off) for fix in sailing(14, 16)]
    assert told([*BEFORE, *after]) == []


def test_a_ship_that_lies_still_switches_off_as_routine() -> None:
    anchored = [fix._replace(status=1, sog_kn=0.1) for fix in sailing(0, 12, knots=0.1)]
    assert told([*anchored, *sailing(42, 44)]) == []


def test_a_ship_that_satellites_hear_now_and_then_is_not_dark_each_time() -> None:
    assert told([fix for pass_h in range(0, 60, 5) for fix in sailing(pass_h, pass_h + 0.25)]) == []


def test_a_ship_that_left_the_watched_waters_is_nobody_s() -> None:
    far = sailing(0, 12, off_nm=380)  # 524 NM off at the end
    assert told([*far, *sailing(42, 44, off_nm=380)]) == []


def test_a_ship_in_the_waters_of_a_port_is_told_of_by_her_visit() -> None:
    inside = [fix_at(15 * n, 0.0, 0.0, sog_kn=5.0, cog_deg=n % 360) for n in range(60)]
    assert told(inside, until_h=40) == []


def test_near_receivers_nothing_is_called_deliberate() -> None:
    near = sailing(0, 12, off_nm=20, knots=1.0)
    assert words(told(near, until_h=30))[:2] == [
        "WentDark possibly dark provisional @ 14", "WentDark dark confirmed @ 18",
    ]  # fmt: skip
    assert "deliberate" not in " ".join(words(told(near, until_h=30)))


def test_what_came_before_it_is_told_as_with_it() -> None:
    turned = sailing(12.25, 12.75, knots=5.0, cog_deg=200.0, off_nm=235)
    said = [
        StaticReport(
            at=START + hour * HOUR_US, received_at=START + hour * HOUR_US, seq=0, source=0,
            static=Static(mmsi=BEFORE[0].mmsi, destination=to),
        )
        for hour, to in ((1, "PORT SAID"), (10, "FOR ORDERS"))
    ]  # fmt: skip
    (dark,) = [
        event
        for event in told([*BEFORE, *turned], until_h=20, statics=said)
        if event.evidence.figures.get("grade") == "dark"
    ]
    assert dark.evidence.figures["with"] == [
        "turned by 110 degrees", "slowed from 12.0 to 5.0 kn",
        "destination changed from PORT SAID to FOR ORDERS (3 h before)",
    ]  # fmt: skip
    assert "With it, before: turned by 110 degrees" in dark.why
    assert "because" not in dark.why


def test_a_zigzag_of_the_hours_before_is_told_though_her_last_leg_was_straight() -> None:
    """As Sparta sailed in December 2024; who went straight on did not turn."""
    legs = [
        fix._replace(cog_deg=90.0 if n < 40 or n > 46 else 200.0) for n, fix in enumerate(BEFORE)
    ]
    for fixes, with_ in ((legs, ["turned 2 times by more than 60 degrees in 6 h"]), (BEFORE, [])):
        (dark,) = [
            event
            for event in told(fixes, until_h=19)
            if event.evidence.figures.get("grade") == "dark"
        ]
        assert dark.evidence.figures["with"] == with_


def test_hours_that_the_way_does_not_explain() -> None:
    """She comes back where she went: of 30 hours none was needed."""
    back = [fix._replace(lon=BEFORE[-1].lon + 0.01) for fix in sailing(42, 42.5)]
    event = told([*BEFORE, *back])[-1]
    assert event.kind is EventKind.REAPPEARED
    assert event.evidence.figures["unexplained_s"] == 30 * 3600 - 180
    (call,) = event.evidence.figures["feasible_calls"]
    assert call["port"] == "home"
    assert "She may have been at Home (for 11 h at most) meanwhile." in event.why


def test_no_call_fits_is_an_answer() -> None:
    event = told([*BEFORE, *sailing(20, 21)])[-1]
    assert (event.kind, event.evidence.figures["feasible_calls"]) == (EventKind.REAPPEARED, [])
    assert "No call at a watched port fits into it." in event.why


def test_a_number_that_leaps_out_of_a_silence_ends_nothing() -> None:
    """400 NM away in two hours: the ship that fell silent was not heard."""
    events = told([*BEFORE, *sailing(14.5, 22, off_nm=-600)])
    assert EventKind.WENT_DARK in {event.kind for event in events}
    assert EventKind.REAPPEARED not in {event.kind for event in events}


def drawn(seed: int) -> list[Event]:
    """Silences of all lengths, and a number that is said to be elsewhere meanwhile."""
    chance = random.Random(seed)
    fixes: list[Fix] = []
    hour = 0.0
    while hour < 90:
        length = chance.choice((0.5, 3, 8))
        off = chance.choice((150.0, 150.0, 150.0, -700.0)) + chance.random()
        fixes += sailing(hour, hour + length, off_nm=off, knots=chance.choice((0.2, 12, 12)))
        hour += length + chance.choice((0.25, 1, 2.5, 7, 13))
    cuts = sorted(chance.sample(range(1, len(fixes)), 6))
    if seed < sized(2, 12):
        told(fixes, cuts=one_by_one(fixes), until_h=hour + 30)
    return told(fixes, cuts=cuts, until_h=hour + 30)


def test_any_cut_tells_the_same() -> None:
    """``told`` cuts them; and so that this is a test, there is something of all to be told."""
    events = [event for seed in range(12) for event in drawn(seed)]
    assert {event.kind for event in events} == AT_SEA
    assert {event.state for event in events} == set(EventState)


def test_the_place_is_hers_and_the_port_the_nearest() -> None:
    dark = told(BEFORE, until_h=20)[1]
    assert (dark.lon, dark.lat) == (BEFORE[-1].lon, BEFORE[-1].lat)
    assert dark.evidence.figures["port"] == "home"
    assert abs(dark.evidence.figures["off_m"] - (150 + 144) * NAUTICAL_MILE_M) < 2000
    assert dark.confidence == 2


def test_a_ship_of_the_version_before_is_taken_up() -> None:
    """It counted hours and remembered no turns; older or damaged ones are not readable."""
    on = Watched(START, START // HOUR_US, 1, BEFORE[0], greatest_kn=12.0, moving=30)
    before = kept.parsed(kept.dump(on))["state"] | {"hours": 70}
    del before["turned"]
    assert kept.read(Watched, GAPS.upgrade(Ship(1, 0), before, 1)) == on
    assert on.known.hours == 30
    for state, version in ((before, 0), ([], 1)):
        with pytest.raises(kept.NotReadableError):
            GAPS.upgrade(Ship(1, 0), state, version)
