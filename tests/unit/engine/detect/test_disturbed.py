"""What is in doubt is marked, and nothing else; what was known then decides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.disturbed import (
    HEARD_US,
    KEPT_US,
    Disturbance,
    Disturbed,
    marked,
    told_of,
)
from monitor.model import (
    Event,
    EventKind,
    EventState,
    Evidence,
    Fix,
    NamedArea,
    Ship,
    Span,
    Subject,
)
from monitor.units import HOUR_US, MINUTE_US, NO_TIME, to_iso
from tests.scenario.sea import MMSI, START, fix_at

K = EventKind
PLACE, SHE = fix_at(0), Ship(MMSI, 0)
LASTS = Disturbance(
    "there", PLACE.lon, PLACE.lat, START, START + 10 * MINUTE_US, START + 10 * MINUTE_US, NO_TIME
)
OVER = LASTS._replace(last_at=START + HOUR_US, ended_at=START + 3 * HOUR_US)


def event(
    kind: EventKind = K.BERTHED, minute: float = 20, decided: float = 20, east_m: float = 1_000,
    subject: Subject = SHE, **words: Any,
) -> Event:  # fmt: skip
    at, place = START + round(minute * MINUTE_US), fix_at(0, east_m)
    made = Event(
        id="0" * 32, kind=kind, state=EventState.CONFIRMED, subject=subject, name=None,
        geofence=None, span=Span(earliest=at, at=at, latest=at),
        decided_at=START + round(decided * MINUTE_US), confidence=4, lon=place.lon, lat=place.lat,
        why="She did.", evidence=Evidence(),
    )  # fmt: skip
    return replace(made, **words)


def nowhere(*_: int) -> Fix | None:
    return None


def test_in_an_area_while_it_lasts_confidence_falls_and_the_sentence_says_so() -> None:
    found = marked(event(), nowhere, [LASTS])
    assert found.confidence == 3
    assert found.why == "She did. There is interference here: there."
    assert found.evidence.figures == {"interference": ["there"]}
    assert marked(event(confidence=1), nowhere, [LASTS]).confidence == 1


@pytest.mark.parametrize(
    ("words", "area"),
    [
        ({"east_m": 30_000}, LASTS),  # elsewhere
        ({"minute": -1}, LASTS),  # before it began
        ({"decided": 9}, LASTS),  # nobody knew of it
        ({"minute": 61, "decided": 200}, OVER),  # after it
        ({"lon": None, "lat": None}, LASTS),
        ({"kind": K.INTERFERENCE_ENDED, "subject": NamedArea("there")}, LASTS),
        ({"kind": K.PORT_FELL_SILENT, "subject": NamedArea("home")}, LASTS),
    ],
)
def test_all_else_stays_as_it_is(words: dict[str, Any], area: Disturbance) -> None:
    assert marked(event(**words), nowhere, [area]) == event(**words)


def test_what_happened_in_its_time_is_marked_though_it_is_decided_after() -> None:
    assert marked(event(minute=59, decided=200), nowhere, [OVER]).confidence == 3
    assert marked(event(minute=100, decided=170), nowhere, [OVER]).confidence == 3  # not over yet


def astray(fix: Fix) -> Any:
    return lambda mmsi, since, until: fix if mmsi == MMSI and since < fix.at <= until else None


def test_a_silence_of_one_who_was_heard_elsewhere_is_none() -> None:
    """Of areas it is the one that she was heard in; her own place is far from it."""
    dark = event(K.WENT_DARK, decided=240, east_m=900_000)
    dark = replace(dark, evidence=Evidence(figures={"grade": "dark", "cause": "vessel"}))
    heard = fix_at(200)
    found = marked(dark, astray(heard), [LASTS])
    figures = found.evidence.figures
    assert (figures["grade"], figures["cause"]) == ("heard elsewhere", "jamming-suspected")
    assert (figures["elsewhere_at"], figures["interference"]) == (to_iso(heard.at), ["there"])
    assert (found.state, found.confidence) == (EventState.PROVISIONAL, 1)
    assert "was heard elsewhere, last at 01:33 UTC, 5.00 N 10.00 E" in found.why
    alone = marked(dark, astray(heard), [])
    assert "interference" not in alone.evidence.figures


def test_who_was_heard_elsewhere_longer_ago_is_silent() -> None:
    dark = event(K.WENT_DARK, decided=240)
    heard = fix_at(240 - HEARD_US / MINUTE_US)
    assert marked(dark, astray(heard), []) == dark
    berthed = event(decided=240)
    assert marked(berthed, astray(fix_at(239)), []) == berthed


def fact(kind: EventKind, minute: float, decided: float) -> Fact:
    at = START + round(minute * MINUTE_US)
    return Fact(
        kind=kind, span=Span(earliest=None, at=at, latest=None),
        decided_at=START + round(decided * MINUTE_US), place=PLACE, fixes=(), why="",
    )  # fmt: skip


def test_areas_are_known_as_they_are_told_and_for_a_day_after() -> None:
    """Told again it began when it was said to at first, else cuts of batches would show."""
    disturbed, area = Disturbed(nowhere), NamedArea("there")
    assert disturbed.mark(event()).confidence == 4
    disturbed.take((area, fact(K.INTERFERENCE_BEGUN, 0, 10)))
    disturbed.take((area, fact(K.INTERFERENCE_BEGUN, -30, 50)))
    assert disturbed.mark(event()).confidence == 3
    assert disturbed.mark(event(minute=-20, decided=60)).confidence == 4
    disturbed.take((area, fact(K.INTERFERENCE_ENDED, 60, 180)))
    assert disturbed.mark(event(minute=61, decided=200)).confidence == 4
    late = 180 + KEPT_US / MINUTE_US
    for after, confidence in ((0, 3), (1, 4)):
        disturbed.take((NamedArea("far"), fact(K.INTERFERENCE_BEGUN, late, late + after)))
        assert disturbed.mark(event(minute=59, decided=200)).confidence == confidence


def test_of_a_restart_it_goes_on() -> None:
    disturbed = Disturbed(nowhere)
    disturbed.restore([LASTS])
    assert disturbed.mark(event()).confidence == 3


def test_an_area_is_read_of_its_events() -> None:
    """As it was known when it was told first, whatever was told again."""
    figures = {"area": "there", "began": to_iso(LASTS.began), "told_at": to_iso(LASTS.told_at)}
    begun = event(
        K.INTERFERENCE_BEGUN, decided=50, east_m=0, subject=NamedArea("there"),
        evidence=Evidence(figures=figures),
    )  # fmt: skip
    ended = event(K.INTERFERENCE_ENDED, 60, 180, subject=NamedArea("there"))
    assert told_of(begun, ended) == OVER
    assert told_of(begun, None) == LASTS._replace(last_at=LASTS.began)
