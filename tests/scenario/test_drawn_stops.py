"""Drawn seas: what is a stop and what is not, one after the other and between silences.

What other projects' tests ask of stops (``peers/test_movingpandas_stops``, ``test_traccar_motion``)
and what a recorded drift shows (``acceptance/test_recordings``), asked of our own seas.
"""

from __future__ import annotations

import pytest

from tests.scenario.drawings import HOUR
from tests.scenario.sea import draw, tell

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def lane(water: str) -> str:
    """Draw a lane of so many miles, all of it of one kind of water, with a ship all along it."""
    fixes = " ".join(f"{water}{letter}" for letter in LETTERS[5:])
    beside = " ".join(["A"] * 22)
    return f"""
        . . . . {beside} H
        a b c d Ae {fixes} H
        . . . . {beside} H
    """


@pytest.mark.parametrize("times", [1, 2, 3])
def test_drifting_is_no_stop(times: int) -> None:
    """A cell in 12, 24 and 36 minutes, 0.8 to 0.3 kn: she waits, and has not come to rest anywhere.

    A ship not under command was recorded that drifted less than 500 m in an hour, for twelve.
    """
    sea = draw(lane("A"), minutes=12, stay=dict.fromkeys(LETTERS[5:], times))
    story = tell(sea)
    waits = [line for line in story.told if line.startswith("Wait")]
    assert waits[0] == "WaitBegun [?..a]"
    assert [line for line in story.told if line not in waits] == ["GeofenceEntered approach [d..e]"]
    assert story.port_calls == []


@pytest.mark.parametrize(("water", "fence"), [("N", "anchorage"), ("R", "roads")])
def test_as_slow_where_ships_anchor_she_has_anchored(water: str, fence: str) -> None:
    """There half an hour within 500 m is enough, and 0.3 kn are a ship on her chain."""
    sea = draw(lane(water), minutes=12, stay=dict.fromkeys(LETTERS[5:], 3))
    assert tell(sea).told[:4] == [
        "GeofenceEntered approach [d..e]",
        f"GeofenceEntered {fence} [e..f]",
        f"Anchored {fence} [d..f2]",
        "PortArrived confirmed [d..f2]",
    ]


@pytest.mark.parametrize(
    ("fixes", "told"),
    [
        (9, []),
        (10, ["Anchored approach [e..f+2m]"]),
    ],
)
def test_outside_of_anchorages_it_takes_an_hour_and_a_half(fixes: int, told: list[str]) -> None:
    """A fix every ten minutes from the same place: after eighty no stop, after ninety one.

    A stop in the open approach is told, but is no port call.
    """
    sea = draw("a b c d Ae A Af A H", stay={"f": fixes}, minutes=10)
    story = tell(sea)
    assert story.told == ["GeofenceEntered approach [d..e]", *told]
    assert story.port_calls == []


def test_each_of_two_stops_has_its_begin_and_its_end() -> None:
    """Half an hour here, under way for 900 m, half an hour there: two stops and one call."""
    sea = draw(
        """
        . . . . A  A  A  A  A  A  A  A
        a b c d Ae Nf Ag Ah Ai Nj A  A
        . . . . A  A  A  A  A  A  A  A
        . . . . An Am Al A  Ak A  A  A
        """,
        stay={"f": 17, "j": 17},
    )
    story = tell(sea)
    assert story.told == [
        "GeofenceEntered approach [d..e]",
        "GeofenceEntered anchorage [e..f]",
        "Anchored anchorage [c..f3]",
        "PortArrived confirmed [c..f3]",
        "AnchorWeighed anchorage [f15+1m..g]",
        "Anchored anchorage [h..j3]",
        "AnchorWeighed anchorage [j15+1m..k]",
        "GeofenceLeft anchorage [j17..k]",
    ]
    assert story.port_calls == ["[c..f3] to - 3"]


@pytest.mark.parametrize("times", [2, 3, 4])
def test_short_rests_at_several_places_are_none(times: int) -> None:
    """Alongside here for a few minutes, there for a few: nowhere for ten."""
    sea = draw(
        """
        . . . . A  A  A  A  A  A
        a b c d Ae Hf Hg Hh Hi A
        . . . . A  A  A  A  A  A
        """,
        stay={"f": times, "g": times, "h": times, "i": times},
    )
    assert not [line for line in tell(sea).told if line.startswith("Berthed")]


def test_two_fixes_at_one_place_with_a_silence_between_are_no_stop() -> None:
    """She was dark, and came back; what she did in between nobody knows."""
    sea = draw(
        """
        . . . . A  A  A
        a b c d Ae Hfg A
        . . . . A  A  A
        """,
        wait={"g": 5 * HOUR},
    )
    told = tell(sea).told
    assert "WentDarkInside harbour [f..f+4h]" in told
    assert not [line for line in told if line.startswith(("Berthed", "Unberthed"))]


def test_dark_at_rest_and_back_elsewhere_she_has_moved() -> None:
    """600 m from where she lay: the start lies in the silence, and one fix proves no new stop."""
    sea = draw(
        """
        . . . . A  A  A A  A
        a b c d Ae Hf H Hg A
        . . . . A  A  A A  A
        """,
        stay={"f": 6, "g": 2},
        wait={"g": 5 * HOUR},
    )
    story = tell(sea)
    assert story.told[-3:] == [
        "WentDarkInside harbour [f6..f6+4h]",
        "ReappearedInside harbour [f6..g]",
        "Unberthed harbour [f6..g]",
    ]
    assert story.events[-1].span.at is None


def test_a_stop_that_lasts_to_the_end_of_the_log_has_no_end() -> None:
    """The last fix is where she lies, not where she left."""
    sea = draw(". . . . A A A\na b c d Ae Hf A\n. . . . A A A", stay={"f": 30})
    story = tell(sea)
    assert "Berthed harbour [e..f2]" in story.told
    assert story.port_calls == ["[e..f2] to - 3"]
