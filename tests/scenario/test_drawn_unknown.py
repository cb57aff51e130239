"""Drawn seas: silences, ships that share a number, and lines that come as they like."""

from __future__ import annotations

import random

import numpy as np
import pytest

from monitor.model import EventKind
from monitor.units import HOUR_US, MINUTE_US, SECOND_US
from tests.scenario.drawings import (
    ALONGSIDE,
    ALONGSIDE_FAR,
    CALLED,
    CAME_ALONGSIDE,
    HOUR,
    call,
    home,
)
from tests.scenario.sea import draw, tell

# -- first seen, dark and back -------------------------------------------------------------------


def test_first_seen_inside_has_no_begin() -> None:
    """Her first report ever comes from the quay: she is in port, since nobody knows when.

    The second fix says that she has arrived; that she lies there takes ten minutes.
    """
    sea = draw(
        """
        A Ha A A  A  A  A . . . .
        A A  A Ab Ac Ad A e f g h
        """,
        stay={"a": 8},
    )
    story = tell(sea)
    assert story.told == [
        "FirstSeenInside harbour [?..a]",
        "PortArrived provisional [?..a]",
        "Berthed harbour [?..a2]",
        "PortArrived confirmed [?..a]",
        "Unberthed harbour [a6+1m..b]",
        "GeofenceLeft harbour [a8..b]",
        "PortDeparted provisional [a6+1m..b]",
        "GeofenceLeft approach [f..g]",
        "PortDeparted confirmed [a6+1m..b]",
    ]
    assert story.port_calls == ["[?..a] to [a6+1m..b] 3"]


def test_first_seen_within_the_margin_only_is_not_first_seen_inside() -> None:
    """450 m off the approach she is near it and not in it: her entry is seen afterwards."""
    sea = draw("a b Ac Ad Ae A")
    assert tell(sea).told == ["GeofenceEntered approach [b..c]"]


def test_dark_inside_and_back_is_one_call() -> None:
    """Ten hours unheard at the quay; she is there again: dark, back, still the same call."""
    sea = draw(ALONGSIDE.replace("Hh", "Hhi"), stay={"h": 6, "i": 3}, wait={"i": 10 * HOUR})
    story = tell(sea)
    assert story.told == [
        *CAME_ALONGSIDE,
        "WentDarkInside harbour [h6..h6+4h]",
        "ReappearedInside harbour [h6..i]",
    ]
    assert story.decided[-2:] == ["WentDarkInside harbour @ h6+4h", "ReappearedInside harbour @ i"]
    assert story.port_calls == ["[g..h2] to - 3"]


def test_dark_inside_and_reappeared_elsewhere_closes_the_call_with_bounds() -> None:
    """48 h later she is 600 NM away: at 60 kn she had to leave 10 h before that at the latest."""
    sea = draw(
        ALONGSIDE,
        """
        . . . . . . . . .
        . . . . . . . i j
        . . . . . . . . .
        """,
        stay={"h": 6},
        wait={"i": 48 * HOUR},
    )
    story = tell(sea)
    assert story.told == [
        *CAME_ALONGSIDE,
        "WentDarkInside harbour [h6..h6+4h]",
        "ReappearedElsewhere [h6..i]",
        "PortDeparted confirmed [h6..h6+38h]",
    ]
    assert story.port_calls == ["[g..h2] to [h6..h6+38h] 3"]
    assert story.one(EventKind.PORT_DEPARTED).span.at == sea.at("h6")  # at 12 kn it takes 50 h


def test_dark_at_one_port_and_alongside_at_another_is_two_calls_with_bounds() -> None:
    """She goes dark at home and lies at the other port's quay 72 h later: nobody saw a stay.

    600 NM take 10 h at 60 kn and 50 h at 12 kn: she left within 62 h, and did not arrive in the
    first 10 (five seconds less to the near side of the harbour). The best guess leaves time for the
    voyage: gone after 22 h, there after 50.
    """
    sea = draw(ALONGSIDE, ALONGSIDE_FAR, stay={"h": 6, "i": 7}, wait={"i": 72 * HOUR})
    story = tell(sea)
    assert story.told == [
        *home(CAME_ALONGSIDE),
        "WentDarkInside home harbour [h6..h6+4h]",
        "GeofenceEntered away approach [h6..i]",
        "GeofenceEntered away harbour [h6..i]",
        "PortArrived away provisional [h6+9h59m55.14s..i]",
        "ReappearedElsewhere home [h6..i]",
        "PortDeparted home confirmed [h6..h6+62h]",
        "Berthed away harbour [h6..i2]",
        "PortArrived away confirmed [h6+9h59m55.14s..i]",
    ]
    assert story.port_calls == ["home [g..h2] to [h6..h6+62h] 3", "away [h6+9h59m55.14s..i] to - 2"]
    left, arrived = story.one(EventKind.PORT_DEPARTED), story.one(EventKind.PORT_ARRIVED)
    assert left.span.at == pytest.approx(sea.at("h6") + 22 * HOUR_US, abs=SECOND_US)
    assert arrived.span.at == pytest.approx(sea.at("h6") + 50 * HOUR_US, abs=SECOND_US)


def test_exactly_at_the_deadline_she_is_not_dark() -> None:
    """Four hours to the microsecond is not longer than four hours."""
    sea = draw(ALONGSIDE.replace("Hh", "Hhi"), stay={"h": 6, "i": 2}, wait={"i": 4 * HOUR})
    assert tell(sea).told == CAME_ALONGSIDE


def test_a_microsecond_after_the_deadline_she_was_dark_since_the_deadline() -> None:
    """The silence carries the instant its deadline fell, not the one of the fix that ended it."""
    late = 4 * HOUR + 1 / MINUTE_US
    sea = draw(ALONGSIDE.replace("Hh", "Hhi"), stay={"h": 6, "i": 2}, wait={"i": late})
    story = tell(sea)
    assert sea.at("i") == sea.at("h6") + 4 * HOUR_US + 1
    assert story.told == [
        *CAME_ALONGSIDE,
        "WentDarkInside harbour [h6..h6+4h]",
        "ReappearedInside harbour [h6..i]",
    ]
    assert story.events[-2].decided_at == sea.at("h6") + 4 * HOUR_US


def test_a_silence_that_nobody_ends_is_stamped_with_its_deadline() -> None:
    """No line comes any more, only time: the event is that of the deadline, whenever noticed."""
    story = tell(draw(ALONGSIDE, stay={"h": 6}), then_minutes=100 * HOUR)
    assert story.told == [*CAME_ALONGSIDE, "WentDarkInside harbour [h6..h6+4h]"]
    assert story.decided[-1] == "WentDarkInside harbour @ h6+4h"


# -- doubtful positions --------------------------------------------------------------------------


def test_two_ships_on_one_mmsi_are_two_tracks() -> None:
    """One comes in at home, the other lies at the other port: neither teleports.

    Both are heard for twenty minutes in turn, so they are two.
    """
    sea = draw(
        """
        . . . . A  A  A  A  A  A
        a c e g Ai Ak Hm Ho Hq A
        . . . . A  A  A  A  A  A
        """,
        """
        . . . . A A A A         A
        . . . . A A H Hbdfhjlnp A
        . . . . A A A A         A
        """,
        minutes=1.5,
    )
    story = tell(sea)
    assert story.told == [
        "GeofenceEntered home approach [g..i]",
        "GeofenceEntered home harbour [k..m]",
        "PortArrived home provisional [k..m]",
        "FirstSeenInside away harbour [?..b] track 1",
        "PortArrived away provisional [?..b] track 1",
        "Berthed away harbour [?..c+30s] track 1",
        "PortArrived away confirmed [?..b] track 1",
    ]
    assert story.decided[3] == "FirstSeenInside harbour @ p"
    assert story.refusals == {}


def test_a_teleport_is_refused_and_counted() -> None:
    """One lone fix 600 NM off: she lay alongside all the time, and the refusal is counted."""
    sea = draw(
        ALONGSIDE.replace("Hh", "Hhj"),
        """
        . . . .
        . i . .
        """,
        stay={"h": 6, "j": 8},
    )
    story = tell(sea, then_minutes=2 * HOUR)
    assert story.told == CAME_ALONGSIDE
    assert story.refusals == {"impossible_jump": 1}


def test_lone_bad_fixes_days_apart_are_no_second_ship() -> None:
    """A bad fix a day, three days in a row, each elsewhere: they do not confirm one another."""
    sea = draw(
        ALONGSIDE.replace("Hh", "Hhjln"),
        """
        i . .
        . . k
        . m .
        """,
        stay={"h": 6, "j": 48, "l": 48, "n": 6},
        minutes=30,
    )
    story = tell(sea)
    assert {event.track for event in story.events} == {0}
    assert story.refusals == {"impossible_jump": 3}


def test_a_real_jump_locks_nobody_out() -> None:
    """An hour later all her fixes are 600 NM away, for longer than she was heard before.

    No ship goes there in an hour: nothing is concluded of where she was.
    """
    sea = draw(
        """
        . . . . A  A  A A A
        a b c d Ae Af H H A
        . . . . A  A  A A A
        """,
        """
        . . . . A  A  A  A  A
        g h i j Ak Al Hm Hn A
        . . . . A  A  A  A  A
        """,
        wait={"g": HOUR},
    )
    story = tell(sea)
    assert story.told == [
        "GeofenceEntered home approach [d..e]",
        "ReappearedElsewhere home [?..?]",
        "GeofenceEntered away approach [j..k] track 1",
        "GeofenceEntered away harbour [l..m] track 1",
        "PortArrived away provisional [l..m] track 1",
    ]
    assert story.port_calls == ["away [l..m] to - 1"]
    assert story.refusals == {}


def test_a_jump_held_over_the_deadline_makes_the_same_events_in_any_cut() -> None:
    """Two fixes of a jump come within the four hours, the one that confirms them after these.

    Dark or not, it must not matter whether the pipe was told the time in between.
    """
    sea = draw(
        ALONGSIDE,
        """
        . . . . . . . . . . . .
        . . . . . . . i j k l m
        """,
        stay={"h": 6},
        wait={"i": 4 * HOUR - 10, "k": 30},
    )
    assert sea.at("k") > sea.at("h6") + 4 * HOUR_US > sea.at("j")
    assert tell(sea).told[: len(CAME_ALONGSIDE)] == CAME_ALONGSIDE


# -- how the lines came --------------------------------------------------------------------------


def test_copies_by_several_receivers_are_one_report() -> None:
    """A second station hears every report three seconds later: the same call, copies counted."""
    sea = call()
    copies = sea.fixes.copy()
    copies["at"] += 3 * SECOND_US
    copies["received_at"] += 3 * SECOND_US
    rows = np.concatenate([sea.fixes, copies])
    sources = ["north"] * len(copies) + ["south"] * len(copies)
    story = tell(sea, rows, sources=sources)
    assert story.told == CALLED
    assert story.refusals == {"duplicate": len(copies)}


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_within_the_lateness_is_sorted(seed: int) -> None:
    """Every report is up to two minutes late, so they overtake one another: the same call."""
    sea = call()
    rows = sea.fixes.copy()
    chance = random.Random(seed)
    rows["received_at"] += [chance.randrange(2 * MINUTE_US + 1) for _ in rows]
    story = tell(sea, rows)
    assert story.told == CALLED
    assert story.refusals == {}


def test_late_beyond_the_lateness_is_counted_and_not_detected_on() -> None:
    """The fix g comes ten minutes late: the harbour was entered between f and h as it seems."""
    sea = call()
    rows = sea.fixes.copy()
    rows["received_at"][sea.where("g")] += 10 * MINUTE_US
    story = tell(sea, rows)
    assert story.told[:3] == [
        "GeofenceEntered approach [d..e]",
        "GeofenceEntered harbour [f..h]",
        "PortArrived provisional [f..h]",
    ]
    assert story.told[3:] == [event.replace("[g..h2]", "[f..h2]") for event in CALLED[3:]]
    assert story.refusals == {"late": 1}
