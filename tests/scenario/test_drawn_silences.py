"""Drawn seas: silences, one after the other, of ships beside each other, and as long as you like.

What another project's tests ask of gaps (``peers/test_gfw_gaps``, and the silences that split the
trips of ``test_movingpandas_stops``), asked of our own seas.
"""

from __future__ import annotations

import numpy as np
import pytest

from monitor.model import EventKind
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.drawings import ALONGSIDE, CAME_ALONGSIDE, HOUR
from tests.scenario.sea import MMSI, draw, tell

SECOND = 1 / 60
"""Minutes."""

DARK = "WentDarkInside harbour [h6..h6+4h]"


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (3 * HOUR, []),
        (4 * HOUR, []),
        (4 * HOUR + SECOND, [DARK]),
        (24 * HOUR, [DARK]),
        (24 * 365 * HOUR, [DARK]),
    ],
)
def test_a_silence_that_lasts_is_told_when_more_than_four_hours_have_passed(
    minutes: float, told: list[str]
) -> None:
    """At midnight as at any instant, and once."""
    story = tell(draw(ALONGSIDE, stay={"h": 6}), then_minutes=minutes)
    assert story.told == [*CAME_ALONGSIDE, *told]


def test_a_single_fix_between_two_silences_ends_one_and_begins_the_next() -> None:
    """She was there then: two silences, and one port call through both."""
    sea = draw(
        ALONGSIDE.replace("Hh", "Hhijk"), stay={"h": 6, "k": 3},
        wait={"i": 10 * HOUR, "j": 7 * HOUR, "k": 5 * HOUR},
    )  # fmt: skip
    story = tell(sea)
    assert story.told == [
        *CAME_ALONGSIDE,
        "WentDarkInside harbour [h6..h6+4h]",
        "ReappearedInside harbour [h6..i]",
        "WentDarkInside harbour [i..i+4h]",
        "ReappearedInside harbour [i..j]",
        "WentDarkInside harbour [j..j+4h]",
        "ReappearedInside harbour [j..k]",
    ]
    silent = [e for e in story.events if e.kind is EventKind.REAPPEARED_INSIDE]
    assert [event.evidence.figures["silent_s"] for event in silent] == [36_000, 25_200, 18_000]
    assert [event.evidence.figures["away_m"] for event in silent] == [0, 0, 0]
    assert story.port_calls == ["[g..h2] to - 3"]


def test_a_ship_under_way_goes_dark_in_the_approach_and_comes_back_in_it() -> None:
    """Five hours unheard on her way in, 600 m on: nobody knows what she did."""
    sea = draw("a b c d Ae Af A Ag Ah A A", wait={"g": 5 * HOUR})
    story = tell(sea)
    assert story.told == [
        "GeofenceEntered approach [d..e]",
        "WentDarkInside approach [f..f+4h]",
        "ReappearedInside approach [f..g]",
    ]
    figures = story.one(EventKind.REAPPEARED_INSIDE).evidence.figures
    assert (figures["away_m"], figures["silent_s"]) == (600, 18_000)


def test_a_silence_at_sea_is_nobodys() -> None:
    """Far from every port a ship may say nothing as long as she likes."""
    sea = draw("a b c . . . . . . . . . A H A", wait={"c": 30 * HOUR})
    assert tell(sea, then_minutes=50 * HOUR).told == []


def test_the_lines_of_one_ship_tell_the_time_of_another() -> None:
    """Two lie at the quay; one falls silent while the other is heard every half hour.

    The silence is told at its deadline, by the other's next line, and the other's is her own.
    """
    sea = draw(ALONGSIDE, stay={"h": 6})
    other = np.repeat(sea.fixes[-1:], 20)
    other["mmsi"] = MMSI + 1
    other["at"] = other["received_at"] = sea.at("h6") + np.arange(20) * 30 * MINUTE_US
    other["content"] += np.arange(20, dtype=np.uint64) + np.uint64(1000)
    story = tell(sea, np.concatenate([sea.fixes, other]), then_minutes=5 * HOUR)
    hers = [event for event in story.events if event.mmsi == MMSI]
    others = [event for event in story.events if event.mmsi == MMSI + 1]
    dark = EventKind.WENT_DARK_INSIDE
    assert [event.decided_at for event in hers if event.kind is dark] == [
        sea.at("h6") + 4 * HOUR_US
    ]
    assert [event.decided_at for event in others if event.kind is dark] == [
        int(other["at"][-1]) + 4 * HOUR_US
    ]
    assert story.events.index(hers[-1]) < story.events.index(others[-1])


def test_years_later_at_the_same_quay_she_is_the_same_ship() -> None:
    """A silence ends no track, however long; her call goes on as far as anybody knows."""
    sea = draw(ALONGSIDE.replace("Hh", "Hhi"), stay={"h": 6, "i": 3}, wait={"i": 1000 * 24 * HOUR})
    story = tell(sea)
    assert story.told == [*CAME_ALONGSIDE, DARK, "ReappearedInside harbour [h6..i]"]
    assert {event.track for event in story.events} == {0}
    assert story.refusals == {}
