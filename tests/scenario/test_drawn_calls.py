"""Drawn seas: calls, stops, borders and passages. Each story runs in three cuts (see sea.py)."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.model import EventKind, EventState
from monitor.units import MINUTE_US, SECOND_US
from tests.scenario.drawings import (
    CALLED,
    CAME_ALONGSIDE,
    CAME_TO_THE_BERTH,
    HOUR,
    call,
)
from tests.scenario.sea import draw, tell

# -- calls ---------------------------------------------------------------------------------------


def test_a_plain_call_is_told_from_the_approach_to_the_approach() -> None:
    """She comes in, lies alongside and sails; each time lies between two fixes.

    She may have crept off her berth for some minutes before it shows.
    """
    story = tell(call())
    assert story.told == CALLED
    assert story.port_calls == ["[g..h2] to [h8+1m..i] 4"]


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

    Back from a silence she sails at once, so the fix r proves her start; from there to s there is
    no time for another stop.
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
    sea.fixes["lat"][sea.where("h")] += np.tile([0.0, 1e-5], 5)  # a metre of noise
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
        "Unberthed harbour [h4+1m..i]",
        "GeofenceLeft harbour [k..l]",
        "PortDeparted provisional [h4+1m..i]",
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
        "Unberthed harbour [h4+1m..i]",
        "GeofenceLeft harbour [h6..i]",
        "PortDeparted provisional [h4+1m..i]",
        "GeofenceEntered harbour [k..l]",
        "PortDeparted withdrawn [h4+1m..i]",
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
        "Anchored anchorage [e..g3]",
        "PortArrived confirmed [e..g3]",
        "AnchorWeighed anchorage [g15+1m..h]",
        "GeofenceLeft anchorage [g17..h]",
        "GeofenceLeft approach [k..l]",
        "PortDeparted confirmed [g15+1m..h]",
    ]
    assert story.decided[2] == "Anchored anchorage @ g15"
    assert story.port_calls == ["[e..g3] to [g15+1m..h] 4"]


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
        "Anchored anchorage [e..g3]",
        "PortArrived confirmed [e..g3]",
        "AnchorWeighed anchorage [g15+1m..h]",
        "GeofenceLeft anchorage [h..i]",
        "GeofenceEntered harbour [i..j]",
        "Berthed harbour [j..k2]",
    ]
    assert story.port_calls == ["[e..g3] to - 3"]


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
        "Unberthed berth [g5+1m..h]",
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
        "Unberthed berth [g5+1m..h]",
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
