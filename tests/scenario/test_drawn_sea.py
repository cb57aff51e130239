"""Drawn seas: each story tells the whole list of events, by hand (see ``sea.py`` for the letters).

A fix is sent every two minutes unless said otherwise; where a ship is drawn once in a cell and
``stay`` keeps her there, she has come to rest. Ten minutes within 100 m are a berth, thirty within
500 m an anchorage, four hours without a fix a silence.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from monitor.model import EventKind, EventState
from monitor.units import HOUR_US, MINUTE_US, SECOND_US
from tests.scenario.sea import Sea, draw, tell

HOUR = 60
"""Minutes."""

ALONGSIDE = """
    . . . . A  A  A  A  A
    a b c d Ae Af Hg Hh A
    . . . . A  A  A  A  A
"""
"""A ship comes in and lies at h."""

ALONGSIDE_FAR = """
    . . . . A  A  A  A  A
    . . . . A  A  H  Hi A
    . . . . A  A  A  A  A
"""
"""The cell i of the other port is MILES from h."""

CAME_ALONGSIDE = [
    "GeofenceEntered approach [d..e]",
    "GeofenceEntered harbour [f..g]",
    "PortArrived provisional [f..g]",
    "Berthed harbour [g..h2]",
    "PortArrived confirmed [g..h2]",
]

CAME_TO_THE_BERTH = [
    "GeofenceEntered approach [d..e]",
    "GeofenceEntered harbour [e..f]",
    "PortArrived provisional [e..f]",
    "GeofenceEntered berth [f..g]",
    "Berthed berth [f..g2]",
    "PortArrived confirmed [f..g2]",
]

CALL = """
    a b c d Ae Af Hg Hh A
    . . . . A  A  A  A  A
    . . . . A  A  A  A  A
    n m l k Aj Ai A  A  A
"""

CALLED = [
    *CAME_ALONGSIDE,
    "Unberthed harbour [h9..i]",
    "GeofenceLeft harbour [h10..i]",
    "PortDeparted provisional [h9..i]",
    "GeofenceLeft approach [l..m]",
    "PortDeparted confirmed [h9..i]",
]


def call() -> Sea:
    return draw(CALL, stay={"h": 10})


def home(events: list[str]) -> list[str]:
    """Name the port in events of a sea with one port, as a sea with two does."""
    return [event.replace(" ", " home ", 1) for event in events]


# -- calls ---------------------------------------------------------------------------------------


def test_a_plain_call_is_told_from_the_approach_to_the_approach() -> None:
    """She comes in, lies alongside and sails; each time lies between two fixes."""
    story = tell(call())
    assert story.told == CALLED
    assert story.port_calls == ["[g..h2] to [h9..i] 4"]


def test_each_event_is_decided_by_the_fix_that_settles_it() -> None:
    """A second fix confirms a border, ten minutes a berth, a second fix outside the sailing."""
    assert tell(call()).decided == [
        "GeofenceEntered approach @ f",
        "GeofenceEntered harbour @ h",
        "PortArrived harbour @ h",
        "Berthed harbour @ h6",
        "PortArrived harbour @ h6",
        "Unberthed harbour @ j",
        "GeofenceLeft harbour @ j",
        "PortDeparted harbour @ j",
        "GeofenceLeft approach @ n",
        "PortDeparted approach @ n",
    ]


def test_a_ship_without_a_heading_makes_the_same_events_however_the_batches_are_cut() -> None:
    """Small craft send no heading: a fix of theirs must still be told from itself only once.

    Back from a silence she sails at once, so the fix r proves both her start and her departure.
    """
    sea = draw(
        """
        . . . . A  A  A  A  A   . . . .
        a b c d Ae Af Hg Hh A   . . . .
        . . . . A  A  A  Hr A   . . . .
        . . . . A  A  A  A  A   . . . .
        . . . . A  A  A  A  As At A A A
        """,
        stay={"h": 6},
        wait={"r": 5 * HOUR},
    )
    sea.fixes["heading_deg"] = np.nan
    assert tell(sea).told == [
        *CAME_ALONGSIDE,
        "WentDarkInside harbour [h6..h6+4h]",
        "ReappearedInside harbour [h6..r]",
        "Unberthed harbour [h6..r]",
        "GeofenceLeft harbour [r..s]",
        "PortDeparted provisional [h6..r]",
    ]


def test_a_missing_sog_never_costs_a_position() -> None:
    """Without any speed over ground the call is the same."""
    sea = call()
    sea.fixes["sog_kn"] = np.nan
    assert tell(sea).told == CALLED


def test_a_moored_ship_with_a_false_sog_is_moored() -> None:
    """A ship recorded alongside with 6.8 kn for 90 minutes did not move."""
    sea = call()
    sea.fixes["sog_kn"][sea.where("h")] = 6.8
    assert tell(sea).told == CALLED


def test_jitter_on_a_border_gives_one_event() -> None:
    """Eight fixes on either side of the harbour's border: she entered once and never left."""
    story = tell(draw("a b c d Ae Afhjl Hgik Hm A"))
    assert story.told == [
        "GeofenceEntered approach [d..e]",
        "GeofenceEntered harbour [f..g]",
        "PortArrived provisional [f..g]",
    ]


def test_one_bad_fix_is_no_departure() -> None:
    """A fix a mile away, and the next alongside again: nothing happened."""
    sea = draw(
        """
        . . .  . A  A  A  A   A
        a b ci d Ae Af Hg Hhj A
        . . .  . A  A  A  A   A
        """,
        stay={"h": 8, "j": 3},
    )
    assert tell(sea).told == CAME_ALONGSIDE


def test_she_has_left_only_beyond_the_margin() -> None:
    """150 m outside the harbour for three fixes is not left; 450 m for two fixes is."""
    sea = draw(
        """
        a b c d Ae Af Hg Hh Ai A  A  A
        . . . . A  A  H  H  Aj A  A  A
        . . . . A  A  H  H  Ak Al Am A
        """,
        stay={"h": 6},
    )
    story = tell(sea)
    assert story.told == [
        *CAME_ALONGSIDE,
        "Unberthed harbour [h5..i]",
        "GeofenceLeft harbour [k..l]",
        "PortDeparted provisional [h5..i]",
    ]
    assert story.decided[-2:] == ["GeofenceLeft harbour @ m", "PortDeparted harbour @ m"]


def test_a_departure_is_withdrawn_when_she_comes_back() -> None:
    """Out of the harbour, round the buoy and back to the quay: one call, nobody has sailed."""
    sea = draw(
        """
        . . . . A  A  H  H  A  A  A  A
        a b c d Ae Af Hg Hh A  A  A  A
        . . . . A  A  Hm Hl Ak Aj Ai A
        """,
        stay={"h": 6, "m": 6},
    )
    story = tell(sea)
    assert story.told == [
        *CAME_ALONGSIDE,
        "Unberthed harbour [h5..i]",
        "GeofenceLeft harbour [h6..i]",
        "PortDeparted provisional [h5..i]",
        "GeofenceEntered harbour [k..l]",
        "PortDeparted withdrawn [h5..i]",
        "Berthed harbour [l..m2]",
    ]
    assert story.port_calls == ["[g..h2] to - 3"]
    departures = [e for e in story.events if e.kind is EventKind.PORT_DEPARTED]
    assert len({event.id for event in departures}) == 1


def test_a_departure_is_confirmed_under_the_id_it_was_announced_with() -> None:
    """Subscribers were told of a provisional departure: the confirmation is of the same one."""
    departures = [e for e in tell(call()).events if e.kind is EventKind.PORT_DEPARTED]
    assert [e.state for e in departures] == [EventState.PROVISIONAL, EventState.CONFIRMED]
    assert departures[0].id == departures[1].id


def test_an_arrival_is_withdrawn_when_she_goes_without_stopping() -> None:
    """In at one end of the harbour and out at the other: she passed through, no call."""
    sea = draw("""
        . . . . A  A  A  A  A  A  . . . .
        a b c d Ae Hf Hg Ah Ai Aj k l m n
        . . . . A  A  A  A  A  A  . . . .
    """)
    story = tell(sea)
    assert story.told == [
        "GeofenceEntered approach [d..e]",
        "GeofenceEntered harbour [e..f]",
        "PortArrived provisional [e..f]",
        "GeofenceLeft harbour [h..i]",
        "PortArrived withdrawn [e..f]",
        "GeofenceLeft approach [l..m]",
        "PassedThrough approach [d..m]",
    ]
    assert story.port_calls == []


def test_half_an_hour_in_the_harbour_is_a_call_without_any_stop() -> None:
    """A tug never lies still; after thirty minutes inside her arrival is confirmed."""
    sea = draw("""
        . . . . A  A  A  A  A  A
        . . . . A  Hg Hh Hi Hj A
        a b c d Ae Hf Ho Hn Hk A
        . . . . A  Hp Hq Hm Hl A
        . . . . A  Hu Ht Hs Hr A
        . . . . A  A  A  A  A  A
    """)
    story = tell(sea)
    assert story.told == [
        "GeofenceEntered approach [d..e]",
        "GeofenceEntered harbour [e..f]",
        "PortArrived provisional [e..f]",
        "PortArrived confirmed [e..f]",
    ]
    assert story.decided[-1] == "PortArrived harbour @ u"
    assert story.port_calls == ["[e..f] to - 1"]


def test_anchoring_and_leaving_is_a_call() -> None:
    """She anchors for half an hour, weighs and goes to sea again."""
    sea = draw(
        """
        . . . . A  A  A  A  A H
        a b c d Ae Nf Ng N  A H
        . . . . A  A  A  A  A H
        m l k j Ai Ah A  A  A H
        """,
        stay={"g": 17},
    )
    story = tell(sea)
    assert story.told == [
        "GeofenceEntered approach [d..e]",
        "GeofenceEntered anchorage [e..f]",
        "Anchored anchorage [f..g2]",
        "PortArrived confirmed [f..g2]",
        "AnchorWeighed anchorage [g16..h]",
        "GeofenceLeft anchorage [g17..h]",
        "GeofenceLeft approach [k..l]",
        "PortDeparted confirmed [g16..h]",
    ]
    assert story.decided[2] == "Anchored anchorage @ g16"
    assert story.port_calls == ["[f..g2] to [g16..h] 4"]


def test_anchored_then_berthed_is_one_call() -> None:
    """She waits at anchor for her berth: the call began when the anchor fell."""
    sea = draw(
        """
        . . . . A  A  A  A  A  A  H  Hk A
        a b c d Ae Nf Ng N  Ah Ai Hj H A
        . . . . A  A  A  A  A  A  H  H A
        """,
        stay={"g": 17, "k": 6},
    )
    story = tell(sea)
    assert story.told == [
        "GeofenceEntered approach [d..e]",
        "GeofenceEntered anchorage [e..f]",
        "Anchored anchorage [f..g2]",
        "PortArrived confirmed [f..g2]",
        "AnchorWeighed anchorage [g16..h]",
        "GeofenceLeft anchorage [h..i]",
        "GeofenceEntered harbour [i..j]",
        "Berthed harbour [j..k2]",
    ]
    assert story.port_calls == ["[f..g2] to - 3"]


def test_a_berth_shift_is_one_call() -> None:
    """From the berth to the quay: two stays alongside, one arrival."""
    sea = draw(
        """
        . . . . A  A  A  A  A  A  A
        a b c d Ae Hf Bg Hh Hi Qj A
        . . . . A  A  A  A  A  A  A
        """,
        stay={"g": 7, "j": 6},
    )
    story = tell(sea)
    assert story.told == [
        *CAME_TO_THE_BERTH,
        "Unberthed berth [g6..h]",
        "GeofenceLeft berth [g7..h]",
        "GeofenceEntered quay [i..j]",
        "Berthed quay [i..j2]",
    ]
    assert story.port_calls == ["[f..g2] to - 3"]


def test_a_berth_shift_between_two_fixes_is_seen() -> None:
    """900 m in two minutes is moving: she lies at the quay now, and not at the berth."""
    sea = draw(
        """
        . . . . A  A  A  A  A  A  A
        a b c d Ae Hf Bg H  H  Qh A
        . . . . A  A  A  A  A  A  A
        """,
        stay={"g": 7, "h": 9},
    )
    assert tell(sea).told == [
        *CAME_TO_THE_BERTH,
        "Unberthed berth [g6..h]",
        "GeofenceLeft berth [g7..h]",
        "GeofenceEntered quay [g7..h]",
        "Berthed quay [g7..h2]",
    ]


def test_alongside_close_behind_the_border_is_berthed_and_not_anchored() -> None:
    """Her berth is 300 m from her last fix outside the harbour: she is alongside all the same."""
    sea = draw(
        """
        . . . . A  A  A
        a b c d Ae Bf A
        . . . . A  A  A
        """,
        stay={"f": 20},
    )
    assert tell(sea).told == [
        "GeofenceEntered approach [d..e]",
        "GeofenceEntered harbour [e..f]",
        "PortArrived provisional [e..f]",
        "GeofenceEntered berth [e..f]",
        "Berthed berth [e..f2]",
        "PortArrived confirmed [e..f2]",
    ]


# -- passing by ----------------------------------------------------------------------------------


def test_two_sparse_fixes_on_either_side_passed_through() -> None:
    """No fix inside, but the way between them crosses the approach; best is its middle."""
    sea = draw("a . . . A A H A A . . . b", minutes=10)
    story = tell(sea)
    assert story.told == ["PassedThrough approach [a..b]"]
    assert story.events[0].span.at == pytest.approx(sea.at("a") + 5 * MINUTE_US, abs=SECOND_US)


def test_nothing_is_said_of_the_way_across_a_silence() -> None:
    """Heard on either side of the port, but hours apart: she may have gone anywhere between."""
    sea = draw("a . . . A A H A A . . . b", minutes=4 * HOUR + 1)
    assert tell(sea).told == []


def test_a_transit_of_the_approach_is_no_call() -> None:
    """Through the approach and on: entered, left, passed."""
    sea = draw("""
        a b c d Ae Af Ag Ah i j k l
        . . . . A  A  A  A  . . . .
        . . . . A  H  H  A  . . . .
    """)
    story = tell(sea)
    assert story.told == [
        "GeofenceEntered approach [d..e]",
        "GeofenceLeft approach [j..k]",
        "PassedThrough approach [d..k]",
    ]
    assert story.port_calls == []


def test_a_fence_touched_by_one_fix_is_not_entered() -> None:
    """One fix inside, the next beyond the margin: one fix proves nothing."""
    sea = draw("""
        . . . A  A A . . . .
        a b c Ad A A . . . .
        . . . .  . . . . . .
        . . . .  . . . . . .
        . . . .  . . e f g h
    """)
    assert tell(sea).told == []


def test_the_best_time_is_where_the_way_meets_the_border() -> None:
    """Half a cell before the border to two and a half behind it: a sixth of ten minutes."""
    sea = draw("a . . . b A A Ac Ad", minutes=10)
    story = tell(sea)
    assert story.told == ["GeofenceEntered approach [b..c]"]
    expected = sea.at("b") + 10 * MINUTE_US // 6
    assert story.events[0].span.at == pytest.approx(expected, abs=SECOND_US)


# -- first seen, dark and back -------------------------------------------------------------------


def test_first_seen_inside_has_no_begin() -> None:
    """Her first report ever comes from the quay: she is in port, since nobody knows when."""
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
        "Berthed harbour [?..a]",
        "PortArrived confirmed [?..a]",
        "Unberthed harbour [a7..b]",
        "GeofenceLeft harbour [a8..b]",
        "PortDeparted provisional [a7..b]",
        "GeofenceLeft approach [f..g]",
        "PortDeparted confirmed [a7..b]",
    ]
    assert story.port_calls == ["[?..a] to [a7..b] 3"]


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
    first 10. The best guess leaves time for the voyage: gone after 22 h, there after 50.
    """
    sea = draw(ALONGSIDE, ALONGSIDE_FAR, stay={"h": 6, "i": 7}, wait={"i": 72 * HOUR})
    story = tell(sea)
    assert story.told == [
        *home(CAME_ALONGSIDE),
        "WentDarkInside home harbour [h6..h6+4h]",
        "ReappearedElsewhere home [h6..i]",
        "PortDeparted home confirmed [h6..h6+62h]",
        "GeofenceEntered away approach [h6..i]",
        "GeofenceEntered away harbour [h6..i]",
        "PortArrived away provisional [h6+10h..i]",
        "Berthed away harbour [h6..i]",
        "PortArrived away confirmed [h6+10h..i]",
    ]
    assert story.port_calls == ["home [g..h2] to [h6..h6+62h] 3", "away [h6+10h..i] to - 2"]
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
    """One comes in at home, the other lies at the other port: neither teleports."""
    sea = draw(
        """
        . . . . A  A  A  A  A
        a c e g Ai Ak Hm Ho A
        . . . . A  A  A  A  A
        """,
        """
        . . . . A A A A        A
        . . . . A A H Hbdfhjln A
        . . . . A A A A        A
        """,
        minutes=1,
    )
    story = tell(sea)
    assert story.told == [
        "FirstSeenInside away harbour [?..b] track 1",
        "GeofenceEntered home approach [g..i]",
        "Berthed away harbour [?..b] track 1",
        "PortArrived away confirmed [?..b] track 1",
        "GeofenceEntered home harbour [k..m]",
        "PortArrived home provisional [k..m]",
    ]
    assert story.decided[0] == "FirstSeenInside harbour @ f"  # three agreeing fixes are a ship
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
    """An hour later all her fixes are 600 NM away: the third is believed, and she goes on."""
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
        "GeofenceLeft home approach [f..g]",
        "PassedThrough home approach [d..g]",
        "GeofenceEntered away approach [j..k]",
        "GeofenceEntered away harbour [l..m]",
        "PortArrived away provisional [l..m]",
    ]
    assert story.decided[1] == "GeofenceLeft approach @ i"
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
