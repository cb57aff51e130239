"""Episodes: which events of a ship at a place are one story."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.engine.detect.episode import EPISODE, PAUSE_US, Episodes
from monitor.engine.detect.evidence import Finding
from monitor.engine.kept import Kept
from monitor.model import (
    Event,
    EventKind,
    EventState,
    Evidence,
    NamedArea,
    PortCall,
    Ship,
    ShipAtPort,
)
from monitor.units import DAY_US, HOUR_US
from tests.findings import MMSI, after, call, event, span

HER = ShipAtPort(MMSI, 0, "tartus")
K = EventKind


def told(number: int, kind: EventKind, hour: float, **fields: Any) -> Event:
    """Something that was decided so many hours after noon."""
    about = fields.pop("about", HER)
    return event(number, about, kind=kind, decided_at=after(60 * hour), **fields)


def stay(number: int, hour: float, *, left: bool = False, **fields: Any) -> PortCall:
    """How her call stands."""
    departed = span(60 * hour, None, None) if left else None
    return call(number, departed=departed, decided_at=after(60 * hour), **fields)


def stories(*findings: Finding) -> list[int]:
    """Of which story each event is, counted in order of appearance."""
    episodes = Episodes()
    marked = [episodes.mark(finding) for finding in findings]
    ids = [found.episode for found in marked if isinstance(found, Event)]
    assert all(ids)
    order = list(dict.fromkeys(ids))
    return [order.index(one) for one in ids]


def test_a_call_from_the_approach_to_the_way_out_is_one_story() -> None:
    """However long she lies, and whatever she does meanwhile."""
    assert stories(
        told(1, K.GEOFENCE_ENTERED, 0), told(2, K.PORT_ARRIVED, 3), stay(1, 3),
        told(3, K.BERTHED, 4), told(4, K.UNBERTHED, 24 * 40), told(5, K.PORT_DEPARTED, 24 * 41),
        stay(1, 24 * 41, left=True), told(6, K.GEOFENCE_LEFT, 24 * 41 + 2),
    ) == [0] * 6  # fmt: skip


def test_jitter_at_the_border_for_a_night_is_one_story() -> None:
    kinds = [K.GEOFENCE_ENTERED, K.GEOFENCE_LEFT] * 18
    crossings = [told(i, kind, i / 3) for i, kind in enumerate(kinds)]
    assert stories(*crossings) == [0] * 36


def test_who_comes_by_again_after_the_pause_begins_another() -> None:
    pause = PAUSE_US / HOUR_US
    there = told(1, K.GEOFENCE_ENTERED, 0)
    assert stories(there, told(2, K.GEOFENCE_LEFT, pause)) == [0, 0]
    assert stories(there, told(2, K.GEOFENCE_LEFT, pause + 0.001)) == [0, 1]


def test_silence_and_reappearance_are_of_the_story_however_long() -> None:
    """Whether she lies in port or was only passing when she fell silent."""
    dark, back = told(2, K.WENT_DARK_INSIDE, 1), told(3, K.REAPPEARED_INSIDE, 900)
    assert stories(told(1, K.GEOFENCE_ENTERED, 0), dark, back) == [0, 0, 0]
    elsewhere = told(3, K.REAPPEARED_ELSEWHERE, 900)
    again = told(4, K.GEOFENCE_ENTERED, 950)
    assert stories(dark, elsewhere, again) == [0, 0, 1]


def test_who_has_sailed_and_arrives_again_begins_another_at_once() -> None:
    """A ferry that is back within the night; whether her call or her arrival is told first."""
    first = [told(1, K.PORT_ARRIVED, 0), stay(1, 0), told(2, K.PORT_DEPARTED, 2)]
    first.append(stay(1, 2, left=True))
    again = [told(3, K.PORT_ARRIVED, 5), stay(2, 5)]
    berth = told(4, K.BERTHED, 6)
    assert stories(*first, *again, berth) == [0, 0, 1, 1]
    assert stories(*first, *reversed(again), berth) == [0, 0, 1, 1]


def test_an_event_that_is_told_again_stays_where_it_was() -> None:
    """Confirmed or withdrawn, weeks after, when the next story has begun."""
    begun = told(1, K.PORT_ARRIVED, 0, state=EventState.PROVISIONAL)
    found = [begun, stay(1, 0), stay(1, 1, withdrawn=True)]
    late = replace(begun, state=EventState.WITHDRAWN, decided_at=after(60 * 24 * 20))
    assert stories(*found, late) == [0, 0]
    assert stories(*found, told(2, K.GEOFENCE_ENTERED, 24 * 15)) == [0, 1]


def test_a_voyage_is_of_the_port_it_ends_at_and_begins_at() -> None:
    """Each with the arrival and the departure there."""

    def figures(**words: str) -> dict[str, Any]:
        return {"about": Ship(MMSI, 0), "evidence": Evidence(figures=words)}

    to = ShipAtPort(MMSI, 0, "tobruk")
    assert stories(
        told(1, K.PORT_DEPARTED, 0),
        told(2, K.VOYAGE_BEGUN, 0, **figures(**{"from": "tartus"})),
        told(3, K.PORT_ARRIVED, 50, about=to), stay(2, 50, port="tobruk"),
        told(4, K.VOYAGE_MADE, 50, **figures(**{"from": "tartus", "to": "tobruk"})),
    ) == [0, 0, 1, 1]  # fmt: skip


def test_ships_tracks_and_ports_have_stories_of_their_own() -> None:
    others = [HER._replace(mmsi=MMSI + 1), HER._replace(track=1), HER._replace(port="tobruk")]
    crossings = [told(i, K.GEOFENCE_ENTERED, 0, about=one) for i, one in enumerate([HER, *others])]
    assert stories(*crossings) == [0, 1, 2, 3]


def test_what_is_about_no_ship_is_a_story_by_itself() -> None:
    area = NamedArea("gulf")
    one, two = told(1, K.GEOFENCE_ENTERED, 0, about=area), told(2, K.GEOFENCE_LEFT, 0, about=area)
    assert stories(one, two, one) == [0, 1, 0]


def test_the_name_of_a_story_is_a_pure_function_of_how_it_began() -> None:
    first, second = Episodes(), Episodes()
    begun, later = told(1, K.GEOFENCE_ENTERED, 0), told(2, K.GEOFENCE_LEFT, 1)
    assert first.mark(begun) == second.mark(begun)
    assert first.mark(later) == second.mark(later)
    assert begun.episode is None


# -- restart ---------------------------------------------------------------------------------------


SEA: list[Finding] = [
    told(1, K.GEOFENCE_ENTERED, 0), told(2, K.PORT_ARRIVED, 3), stay(1, 3),
    told(3, K.WENT_DARK_INSIDE, 9), told(4, K.REAPPEARED_INSIDE, 99),
    told(5, K.PORT_DEPARTED, 100), stay(1, 100, left=True), told(6, K.PORT_ARRIVED, 103),
    stay(2, 103), told(7, K.PORT_DEPARTED, 104), stay(2, 104, left=True),
]  # fmt: skip


@pytest.mark.parametrize("cut", range(len(SEA)))
def test_wherever_it_is_kept_and_read_back_the_stories_are_the_same(cut: int) -> None:
    """By rows of what changed."""
    rows: dict[str, Kept] = {}
    episodes, marked = Episodes(), []
    for place, finding in enumerate(SEA):
        if place == cut:
            rows |= {row.key: row for row in episodes.take_changed()}
            whole = episodes.take_changed(full=True)
            assert sorted(rows.values()) == whole
            episodes = Episodes()
            assert episodes.restore(rows.values()) == []
        marked.append(episodes.mark(finding))
    whole_run = Episodes()
    assert marked == [whole_run.mark(finding) for finding in SEA]


@pytest.mark.parametrize(
    "harm", [{"state": "x"}, {"state": "{}"}, {"version": 9}, {"key": "[1]"}], ids=str
)
def test_what_cannot_be_read_is_said_and_goes(harm: dict[str, Any]) -> None:
    episodes = Episodes()
    episodes.mark(SEA[0])
    (row,) = episodes.take_changed()
    torn = row._replace(**harm)
    (note,) = episodes.restore([torn])
    assert note.startswith(f"What belongs together at {torn.key} is begun anew: ")
    assert episodes.take_changed() == [torn._replace(state=None)]


def test_states_of_others_are_passed_over() -> None:
    episodes = Episodes()
    assert episodes.restore([Kept("visit", 3, '[1,0,"tartus"]', "{}")]) == []
    assert episodes.take_changed(full=True) == []
    assert EPISODE == "episode"


def test_who_is_taken_again_has_the_stories_found_there() -> None:
    """And nothing of those told before."""
    mine, other = Episodes(), Episodes()
    mine.mark(SEA[0])
    mine.mark(told(8, K.GEOFENCE_ENTERED, 0, about=HER._replace(port="tobruk")))
    mine.mark(told(9, K.GEOFENCE_ENTERED, 0, about=HER._replace(mmsi=MMSI + 1)))
    mine.take_changed()
    found = other.mark(told(7, K.GEOFENCE_ENTERED, -1))
    mine.adopt(other, {MMSI})
    rows = mine.take_changed()
    assert [row.state is None for row in rows] == [False, True]
    assert isinstance(found, Event)
    (again,) = (mine.mark(told(1, K.GEOFENCE_LEFT, 1)),)
    assert isinstance(again, Event)
    assert again.episode == found.episode
    assert len(mine.take_changed(full=True)) == 2


def test_a_long_story_does_not_grow_for_ever() -> None:
    """A ship that swings over a border for months."""
    episodes = Episodes()
    for number in range(1000):
        episodes.mark(told(number, K.GEOFENCE_ENTERED, number / 10))
    (row,) = episodes.take_changed()
    assert row.state is not None
    assert len(row.state) < 20_000
    assert 1000 / 10 * HOUR_US > DAY_US
