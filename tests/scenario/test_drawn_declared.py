"""Drawn words and ways: destinations and draughts as declared, and what ships truly did."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.model import Event, EventKind, Static, StaticReport
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.drawings import CALL
from tests.scenario.sayings import lines, say, told
from tests.scenario.sea import MMSI, START, Sea, as_fixes, draw
from tests.scenario.test_drawn_voyages import IN, OUT

SAID: dict[str, Any] = {"name": "ALDA", "draught_m": 7.0}
CHANGES = (EventKind.DESTINATION_CHANGED, EventKind.DESTINATION_VARIED)


def bound(**words: str | None) -> dict[str, Any]:
    """A destination a letter."""
    return {letter: SAID | {"destination": text} for letter, text in words.items()}


PLACES = bound(A="RUNVS>PORT SAID", B="TO ORDER", C="TARTUS", D="TOBRUK", E="LIMASSOL", F="MERSIN")


# -- changed under way -------------------------------------------------------------------------


def test_another_destination_under_way_is_told_when_it_is_said_twice() -> None:
    events = say("AAABBB", **PLACES)
    assert lines(events) == [
        (
            "DestinationChanged [6m..18m] @ 24m: Under way she declares TO ORDER (for orders), and"
            " no more RUNVS>PORT SAID (Port Said)."
        )
    ]
    (event,) = events
    figures = event.evidence.figures
    assert (figures["old_port"], figures["new_port"]) == ("Port Said", None)
    assert figures["new_is"] == "for orders"
    assert [fix.sog_kn for fix in event.evidence.fixes] == [5.0]
    assert event.lon is not None


@pytest.mark.parametrize("words", ["AAABAAA", "AAAXAAAYAA", "AAAB", "AAAZZZ", "AAANNN", "NNNAAA"])
def test_slips_other_spellings_and_silence_are_no_changes(words: str) -> None:
    """Once, twice but another, at the end; the same port written else, and nothing said."""
    more = bound(X="TOBRUK", Y="TARTUS", Z="EG PSD", N=None)
    assert say(words, **(PLACES | more)) == []


def test_at_rest_a_new_destination_begins_a_voyage_and_is_not_told() -> None:
    assert say("AAABBB", sog_kn=0.1, **PLACES) == []


def test_who_is_not_heard_meanwhile_is_judged_by_her_next_fix() -> None:
    """It is told with it, and stands since she said it."""
    story = [
        StaticReport(at=START + n * 6 * MINUTE_US, received_at=START + n * 6 * MINUTE_US, seq=0,
                     source=0, static=Static(mmsi=MMSI, **PLACES[letter]))
        for n, letter in enumerate("AABB")
    ]  # fmt: skip
    for sog_kn, count in ((9.0, 1), (0.0, 0)):
        row = as_fixes(draw(". a .").fixes)[0]
        fix = row._replace(at=START + HOUR_US, received_at=START + HOUR_US, sog_kn=sog_kn)
        events = told([*story, fix], draw(". a .").fences)
        assert [line.partition(":")[0] for line in lines(events)] == (
            ["DestinationChanged [6m..12m] @ 1h0m"] * count
        )


def test_of_unknown_speed_the_next_fix_decides() -> None:
    assert say("AAABBB", sog_kn=float("nan"), **PLACES) == []


def test_more_than_three_changes_within_a_week_are_told_once() -> None:
    """And each change by itself; two weeks later it begins anew."""
    words = ("AA", "BB", "CC", "DD", "EE", "FF")
    events = say(*words, at=(0, 24, 48, 72, 96, 120), **PLACES)
    assert [str(one.kind) for one in events if one.kind in CHANGES].count("DestinationVaried") == 1
    assert len(events) == 6
    (varied,) = [one for one in events if one.kind is EventKind.DESTINATION_VARIED]
    assert varied.why == "Under way she changed her destination 4 times within 7 days."


def test_three_changes_and_four_in_more_than_a_week_are_not() -> None:
    assert len(say("AA", "BB", "CC", "DD", at=(0, 24, 48, 72), **PLACES)) == 3
    slowly = say("AA", "BB", "CC", "DD", "EE", at=(0, 70, 140, 210, 280), **PLACES)
    assert [one.kind for one in slowly] == [EventKind.DESTINATION_CHANGED] * 4


# -- called elsewhere --------------------------------------------------------------------------


def static(sea: Sea, label: str, minutes: float = 0, **words: Any) -> StaticReport:
    """What she says some minutes after a fix."""
    at = sea.at(label) + round(minutes * MINUTE_US)
    one = Static(mmsi=MMSI, **(SAID | words))
    return StaticReport(at=at, received_at=at, seq=0, source=0, static=one)


def calls(*words: tuple[str, float, str]) -> list[Event]:
    """She calls at Home; what she declares, and when."""
    sea = draw(CALL, stay={"h": 10}, minutes=4)
    said = [static(sea, label, minutes, destination=text) for label, minutes, text in words]
    events = told([*as_fixes(sea.fixes), *said], sea.fences)
    arrived = [one for one in events if one.kind is EventKind.PORT_ARRIVED][-1]
    found = [one for one in events if one.kind is EventKind.DECLARED_ELSEWHERE]
    assert all(one.span == arrived.span and one.episode == arrived.episode for one in found)
    return found


def test_who_calls_here_and_declared_another_port_is_told_with_the_call() -> None:
    (event,) = calls(("a", -30, "EG PSD"), ("a", -20, "EG PSD"), ("f", 0, "EG PSD"))
    assert (
        event.why == "She arrived here and declared EG PSD (Port Said) before she came and since."
    )
    assert (event.port, event.evidence.figures["declared_port"]) == ("home", "Port Said")


@pytest.mark.parametrize("text", ["HOME", "A > HOME", "home.", "FOR ORDERS", "FISHING", "N/A"])
def test_who_declared_this_port_or_none_that_is_known_is_not(text: str) -> None:
    assert calls(("a", -30, text), ("a", -20, text)) == []


def test_who_declares_the_next_port_when_she_has_come_is_not() -> None:
    """Nor who said it once, or nothing."""
    home = [("a", -30.0, "HOME"), ("a", -20.0, "HOME")]
    assert calls(*home, ("h", 1, "PORT SAID"), ("h3", 1, "PORT SAID")) == []
    assert calls(("a", -30, "PORT SAID")) == []
    assert calls() == []


# -- another draught ---------------------------------------------------------------------------


def sails(*words: tuple[str, float, float], hours: float = 50) -> list[Event]:
    """She sails from Home to Away; which draught she declares, and when."""
    sea = draw(OUT, IN, stay={"h": 10, "v": 10}, wait={"o": hours * 60})
    said = [static(sea, label, minutes, draught_m=draught) for label, minutes, draught in words]
    events = told([*as_fixes(sea.fixes), *said], sea.fences)
    assert any(one.kind is EventKind.VOYAGE_MADE for one in events)
    return [one for one in events if one.kind is EventKind.DRAUGHT_CHANGED]


BEGIN = (("a", 0.0, 8.6), ("c", 0.0, 8.6))
DAY = 24 * 60.0


def test_another_draught_than_she_left_with_is_told() -> None:
    (event,) = sails(*BEGIN, ("n", DAY, 13.1), ("n", DAY + 6, 13.1), ("u", 0, 13.1))
    assert event.why == (
        "She left Home with a declared draught of 8.6 m and came to Away with 13.1 m."
        " For 50 h of the voyage she was not heard."
    )
    figures = event.evidence.figures
    assert (figures["draught_before_m"], figures["draught_after_m"]) == (8.6, 13.1)
    assert event.span.latest is not None
    assert event.span.earliest is not None


@pytest.mark.parametrize(
    ("minutes", "draught"),
    [(DAY, 8.6), (DAY, 9.0), (DAY, 9.2), (60, 13.1)],
)  # fmt: skip
def test_nearly_the_same_and_what_was_typed_late_are_not(minutes: float, draught: float) -> None:
    """60 cm of 8.6 m, and what she loaded at Home, typed an hour after she left."""
    said = [("n", minutes, draught), ("n", minutes + 6, draught), ("u", 0.0, draught)]
    assert sails(*BEGIN, *said) == []


@pytest.mark.parametrize(
    ("before", "after", "count"), [(5.0, 5.4, 0), (5.0, 5.5, 1), (9.0, 9.6, 0)]
)
def test_it_differs_by_so_many_metres_and_so_large_a_share(
    before: float, after: float, count: int
) -> None:
    said = [("a", 0.0, before), ("c", 0.0, before), ("n", DAY, after), ("n", DAY + 6, after)]
    assert len(sails(*said)) == count


def test_a_draught_that_was_said_once_is_a_slip() -> None:
    assert sails(*BEGIN, ("n", DAY, 13.1)) == []


def test_stories_of_others_are_not_hers() -> None:
    """Another ship declares another port, and does not call."""
    sea = draw(CALL, stay={"h": 10}, minutes=4)
    other = [
        replace(one, static=replace(one.static, mmsi=MMSI + 1))
        for one in (static(sea, "a", n, destination="PORT SAID") for n in (-30, -20))
    ]
    events = told([*as_fixes(sea.fixes), *other], sea.fences)
    assert not [one for one in events if one.kind is EventKind.DECLARED_ELSEWHERE]
