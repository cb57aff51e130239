"""Drawn seas: positions that no ship can have reached, and those that one can.

No ship leaps: such a position continues no track and bounds no event, however long it is heard.
"""

from __future__ import annotations

import numpy as np
import pytest

from monitor.model import EventKind
from tests.scenario.drawings import ALONGSIDE, CAME_ALONGSIDE, HOUR, home
from tests.scenario.sea import Sea, draw, tell

LAY_ON = ALONGSIDE.replace("Hh", "Hhj")
"""She lies at h, and at j afterwards, which is the same place."""

QUAY = """
    . . . . A A  A
    . . . . A Hi A
    . . . . A A  A
"""

LEAPT = [
    "GeofenceEntered home approach [d..e]",
    "GeofenceEntered home harbour [f..g]",
    "PortArrived home provisional [f..g]",
    "Berthed home harbour [g..h+2m]",
    "PortArrived home confirmed [g..h+2m]",
    "WentDarkInside home harbour [h8..i24]",
]

# -- spoofed for minutes, and for hours ----------------------------------------------------------


@pytest.mark.parametrize("fixes", [1, 3, 16])
def test_spoofed_onto_a_far_quay_for_half_an_hour_she_lay_where_she_lay(fixes: int) -> None:
    """However well the false positions agree: her own go on, so she was never there."""
    story = tell(draw(LAY_ON, QUAY, stay={"h": 8, "i": fixes, "j": 6}))
    assert story.told == home(CAME_ALONGSIDE)
    assert story.port_calls == ["home [g..h2] to - 3"]
    assert story.refusals == {"impossible_jump": fixes}


def test_for_more_than_six_hours_the_number_is_there_and_nothing_is_concluded() -> None:
    """A track of its own, in doubt; where she was she has not departed, and there she is again."""
    story = tell(draw(LAY_ON, QUAY, stay={"h": 8, "i": 40, "j": 6}, minutes=10))
    assert story.told == [
        *LEAPT,
        "ReappearedElsewhere home [?..?]",
        "FirstSeenInside away harbour [?..i] track 1",
        "PortArrived away provisional [?..i] track 1",
        "Berthed away harbour [?..i+2m] track 1",
        "PortArrived away confirmed [?..i] track 1",
        "ReappearedInside home harbour [h8..j]",
    ]
    assert story.port_calls == ["home [g..h+2m] to - 3", "away [?..i] to - 1"]
    leapt = story.one(EventKind.REAPPEARED_ELSEWHERE)
    assert leapt.confidence == 1
    assert "no ship is so fast" in leapt.why
    assert story.refusals == {}


def test_for_less_than_six_hours_it_was_none() -> None:
    """Thirty-six fixes, ten minutes apart: five hours and fifty minutes."""
    story = tell(draw(LAY_ON, QUAY, stay={"h": 8, "i": 36, "j": 6}, minutes=10))
    assert story.told == [*LEAPT, "ReappearedInside home harbour [h8..j]"]
    assert story.refusals == {"impossible_jump": 36}


def test_a_leap_that_begins_before_the_end_of_the_log_is_refused_to_the_last_report() -> None:
    """Five hours of silence, four fixes 600 NM off, and the log ends: all are accounted for."""
    story = tell(draw(ALONGSIDE, ". . . .\ni j k l", stay={"h": 6}, wait={"i": 5 * HOUR}))
    assert story.told == [*CAME_ALONGSIDE, "WentDarkInside harbour [h6..h6+4h]"]
    assert story.refusals == {"impossible_jump": 4}


def test_as_far_in_a_time_that_a_ship_needs_is_a_voyage() -> None:
    """The same four fixes after eleven hours: 55 kn, which hardly any ship makes, but some do."""
    story = tell(draw(ALONGSIDE, ". . . .\ni j k l", stay={"h": 6}, wait={"i": 11 * HOUR}))
    assert story.told == [
        *CAME_ALONGSIDE,
        "WentDarkInside harbour [h6..h6+4h]",
        "ReappearedElsewhere [h6..i]",
        "PortDeparted confirmed [?..?]",
    ]
    assert story.port_calls == ["[g..h2] to [?..?] 1"]
    assert story.refusals == {}


@pytest.mark.parametrize(("hours", "conf"), [(19, 1), (21, 2)])
def test_found_in_a_port_that_hardly_any_ship_reaches_so_soon_nobody_knows_when_she_came(
    hours: int, conf: int
) -> None:
    """600 NM off: 32 kn, which no ship keeps up for so long, and 29 kn, which some do."""
    story = tell(
        draw(ALONGSIDE.replace("Hh", "H"), QUAY, stay={"i": 8}, wait={"i": hours * HOUR}, minutes=3)
    )
    arrived = [call for call in story.calls if call.port == "away"][-1]
    assert arrived.confidence == conf
    assert (arrived.arrived.earliest is None) is (conf == 1)


def test_who_was_hardly_heard_before_goes_on_where_she_is_heard_now() -> None:
    """One report here, and then ten minutes there: nobody is locked out by one error."""
    sea = draw(
        """
        A A  A H
        A Aa A H
        A A  A H
        """,
        """
        . . . . A  A  A  A  A
        b c d e Af Ag Hh Hi A
        . . . . A  A  A  A  A
        """,
        wait={"b": HOUR},
    )
    story = tell(sea)
    assert {event.track for event in story.events} == {0}
    assert story.told[-2:] == [
        "GeofenceEntered away harbour [g..h]",
        "PortArrived away provisional [g..h]",
    ]
    assert story.port_calls == ["away [g..h] to - 1"]


# -- bad fixes that a ship could just have reached -----------------------------------------------

STRAYED = """
    . . .  . A  A  A  A   A
    a b ci d Ae Af Hg Hhk A
    . . .  j A  A  A  A   A
"""
"""She lies at h, is heard 1.5 km off at i (and j), and lies at h again."""


@pytest.mark.parametrize("apart_s", [2, 20, 50])
def test_a_bad_fix_that_comes_twice_is_no_departure(apart_s: float) -> None:
    """Two providers give it, each rounded in its own way, within the minute."""
    sea = draw(STRAYED, stay={"h": 8, "k": 6}, wait={"j": apart_s / 60})
    assert tell(sea).told == CAME_ALONGSIDE


def test_two_fixes_a_minute_apart_are_a_departure() -> None:
    """So long she was there; then she is back."""
    sea = draw(STRAYED, stay={"h": 8, "k": 6}, wait={"j": 1})
    assert "PortDeparted provisional [h6+1m..i]" in tell(sea).told


def test_two_ships_in_turn_are_never_one_track() -> None:
    """5 km apart and heard every 20 s: after five minutes the first could be there, but not back.

    One fix may have strayed. Who is back from there has not strayed again.
    """
    far = " ".join(["."] * 17)
    sea = draw(f"Aacegikmo {far} bdfhjlnp", minutes=1 / 3, wait={"b": 5})
    assert tell(sea).refusals == {"impossible_jump": 7}


# -- positions that stand still ------------------------------------------------------------------

FROZEN = """
    . . . . A  A  A  A A A A A
    a b c d Ae Af Ag A A A A A
    . . . . H  A  A  A A A A A
"""


def frozen() -> Sea:
    return draw(FROZEN, stay={"g": 50})


def test_a_position_that_stands_still_while_she_makes_way_is_refused() -> None:
    """The same to the last digit for 98 minutes, at 5 kn by her own word: no stop."""
    sea = frozen()
    sea.fixes["sog_kn"] = 4.9
    story = tell(sea)
    assert story.told == ["GeofenceEntered approach [d..e]"]
    assert story.refusals == {"frozen": 49}


def test_a_position_that_stands_still_as_she_does_is_a_stop() -> None:
    """The same, at rest by her own word."""
    story = tell(frozen())
    assert story.told == ["GeofenceEntered approach [d..e]", "Anchored approach [e..g5]"]
    assert story.refusals == {}


def test_a_false_speed_at_a_place_with_noise_is_a_stop() -> None:
    """A moored ship was recorded with 6.8 kn for 90 minutes: her positions differ by metres."""
    sea = frozen()
    sea.fixes["sog_kn"] = 6.8
    sea.fixes["lat"] += np.resize([0.0, 1e-5], len(sea.fixes))
    story = tell(sea)
    assert [line.split(" [")[0] for line in story.told] == [
        "GeofenceEntered approach",
        "Anchored approach",
    ]
    assert story.refusals == {}
