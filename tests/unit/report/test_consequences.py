"""What a sighting does to what AIS told: of calls, gaps and voyages, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.model import Event, EventKind, EventState, Evidence, PortCall, Ship, Span
from monitor.report.consequences import Consequence, Known, consequences, in_words
from monitor.report.whereabouts import Whereabouts
from monitor.sighting.matching import Spot
from monitor.sighting.sighting import Sighting
from monitor.units import to_iso
from tests.unit.report.sailed import AWAY, FENCES, at_home, at_sea, away, call, hour, span
from tests.unit.sighting.seen import seen

MMSI = 273_999_410
AT_AWAY = Spot(*AWAY.centre, 2_000.0)
STAY = call("home", span(8, 9, 10))
"""At Home since the ninth hour."""


def at(begin: float, end: float | None = None, port: str | None = "away") -> Sighting:
    """Seen at a port within hours."""
    lon, lat = None, None
    words = {"port": port} if port else {"lon": 30.0, "lat": 34.0}
    one = replace(seen(), lon=lon, lat=lat, within_m=None, port="x", mmsi=MMSI)
    return replace(one, **{"port": None, **words}, since=hour(begin), until=hour(end or begin))


def voyage(*, to: str | None = None, left: Span | None = None, came: Span | None = None) -> Event:
    """From Home, left at about ten."""
    left = left or span(10, 11, 12)
    figures: dict[str, Any] = {
        "voyage": "v", "from": "home", "departed_earliest": to_iso(left.earliest or 0),
        "departed_latest": to_iso(left.latest or 0),
    }  # fmt: skip
    if to is not None and came is not None:
        figures |= {"to": to, "arrived_latest": to_iso(came.latest or 0)}
    return Event(
        id="e" * 32, kind=EventKind.VOYAGE_MADE if to else EventKind.VOYAGE_BEGUN,
        state=EventState.CONFIRMED, subject=Ship(MMSI, 0), name=None, geofence=None, span=left,
        decided_at=0, confidence=3, lon=None, lat=None, why="", evidence=Evidence(figures=figures),
    )  # fmt: skip


def follow(
    one: Sighting, *calls: PortCall, before: Whereabouts | None = None,
    behind: Whereabouts | None = None, voyages: tuple[Event, ...] = (), spot: Spot = AT_AWAY,
) -> list[Consequence]:  # fmt: skip
    known = Known(mmsi=MMSI, calls=calls, voyages=voyages, before=before, behind=behind)
    return list(consequences(one, spot, known, FENCES))


def does(found: list[Consequence]) -> list[str]:
    return [f"{each.does} {each.of}" for each in found]


def test_seen_while_dark_at_a_port_where_ais_has_no_call() -> None:
    """She left Home unheard: the gap is closed, the call there ended, one here begun."""
    found = follow(at(60), STAY, before=at_home(20))
    assert does(found) == ["closes call", "opens call", "closes gap"]
    left, opened, gap = found
    assert (left.id, left.words) == (
        STAY.id, "She had left Home by 2024-12-03 12:00 UTC, which AIS did not show.",
    )  # fmt: skip
    assert opened.words == "AIS has no call of hers at Away at that time: here is one."
    assert gap.words == "Seen at Away while dark since 2024-12-01 20:00 UTC (not heard since)."
    again = follow(at(60), STAY, before=at_home(20), behind=away(100))
    assert again[-1].words.endswith("(heard again 2024-12-05 04:00).")
    assert in_words(found[2:]) == f"Closes a gap: {gap.words}"


def test_a_voyage_that_ais_has_no_end_of_ended_there() -> None:
    gone = replace(STAY, departed=span(10, 11, 12))
    found = follow(at(60), gone, before=at_sea(20), voyages=(voyage(),))
    assert does(found) == ["opens call", "closes gap", "closes voyage"]
    assert found[2].words == "Her voyage from Home had ended at Away by then."
    assert found[2].id == "e" * 32


def test_a_voyage_to_another_port_was_not_straight() -> None:
    told = voyage(to="beirut", came=span(90, 95, 99))
    found = follow(at(60), before=at_sea(20), behind=at_sea(99), voyages=(told,))
    assert does(found)[-1] == "contradicts voyage"
    assert (
        found[-1].words
        == "Her voyage from Home to beirut was not straight: she was at Away between."
    )
    assert "contradicts voyage" not in does(follow(at(100), before=at_sea(20), voyages=(told,)))
    to_there = voyage(to="away", came=span(90, 95, 99))
    assert "contradicts voyage" not in does(follow(at(60), before=at_sea(20), voyages=(to_there,)))
    early = follow(at(9.5), before=at_sea(1), voyages=(told,))
    assert "contradicts voyage" not in does(early)


def test_a_call_that_ais_has_there_is_borne_out() -> None:
    """Heard or not: no other is opened."""
    there = call("away", span(20, None, 70))
    assert does(follow(at(60), there, before=at_sea(20), behind=away(70))) == [
        "bears out call", "closes gap",
    ]  # fmt: skip
    heard = follow(at(60), there, before=away(59), behind=away(61))
    assert does(heard) == ["bears out call"]
    assert heard[0].id == there.id
    assert follow(at(80), replace(there, departed=span(71, 72, 73)), before=away(79)) == []


@pytest.mark.parametrize("departed", [None, span(80, 81, 82)])
def test_where_ais_has_her_elsewhere_for_certain_it_is_contradicted(departed: Span | None) -> None:
    """She was heard at Home within minutes: one of the two is false."""
    stay = replace(STAY, departed=departed)
    found = follow(at(60), stay, before=at_home(59.9), behind=at_home(60.1))
    assert does(found) == ["contradicts call"]
    assert found[0].words.startswith("AIS has her at Home at that time (2024-12-01 10:00 to ")


def test_a_stay_that_ended_later_for_certain_was_broken() -> None:
    """Dark in it for days, seen elsewhere, heard there again."""
    stay = replace(STAY, departed=span(110, 111, 112))
    found = follow(at(60), stay, before=at_home(20), behind=at_home(100))
    assert does(found) == ["contradicts call", "opens call", "closes gap"]


def test_no_ship_is_so_fast() -> None:
    """498 NM in two hours, or two hours before she is heard at Home again."""
    for before, behind in ((at_home(58), at_home(70)), (at_home(10), at_home(62))):
        found = follow(at(60), STAY, before=before, behind=behind)
        assert does(found) == ["contradicts gap"]
        assert "no ship is so fast" in found[0].words


def test_who_is_heard_about_then_is_in_no_gap() -> None:
    """Four hours are no silence; nor is what was before she was ever heard."""
    assert follow(at(60), before=at_sea(58), behind=at_sea(61.9)) == []
    assert follow(at(60), before=None, behind=away(90)) == []
    assert follow(at(60)) == []


def test_a_spot_that_may_be_in_the_port_contradicts_nothing() -> None:
    """It is known to a hundred kilometres only."""
    wide = Spot(35.5, 34.0, 100_000.0)
    one = at(60, port=None)
    assert follow(one, STAY, before=at_home(59.9), behind=at_home(60.1), spot=wide) == []
    near = Spot(33.0, 34.0, 1_000.0)
    found = follow(one, STAY, before=at_home(59.9), behind=at_home(60.1), spot=near)
    assert does(found) == ["contradicts call"]


def test_a_place_at_sea_closes_a_gap_and_opens_no_call() -> None:
    found = follow(at(60, port=None), before=at_home(20), spot=Spot(30.0, 34.0, 500.0))
    assert does(found) == ["closes gap"]
    assert found[0].words.startswith("Seen near 34.00\xa0N 30.00\xa0E while dark since ")


def test_a_doubtful_call_elsewhere_is_left_alone() -> None:
    doubtful = replace(STAY, confidence=1)
    assert does(follow(at(60), doubtful, before=at_home(20))) == ["opens call", "closes gap"]
