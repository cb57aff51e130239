"""Facts become events: ids, names, causes, evidence and confidence, complete at once."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from typing import Any

import pytest

from monitor.engine.detect.detector import CallFact, Fact, ordered
from monitor.engine.detect.evidence import (
    EVIDENCE_FIXES,
    FAR_OFF,
    Hearing,
    Witness,
    confidence_of,
    event_id,
    evidence_of,
    identity,
)
from monitor.engine.geofence import FenceSet
from monitor.engine.identity import Names
from monitor.model import (
    CallState,
    Event,
    EventKind,
    EventState,
    FixEvidence,
    NamedArea,
    NamedFeed,
    PortCall,
    Ship,
    ShipAtPort,
    ShipPair,
    Span,
    Static,
    StaticReport,
    Subject,
)
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at, square_port

PORT = square_port()
FENCES = FenceSet(ports=(PORT,))
SHE = ShipAtPort(MMSI, 0, "home")


def fact(**fields: Any) -> Fact:
    made = Fact(
        kind=EventKind.GEOFENCE_ENTERED,
        span=Span(earliest=START, at=None, latest=START + MINUTE_US),
        decided_at=START + 2 * MINUTE_US,
        geofence="harbour",
        place=fix_at(1),
        fixes=(fix_at(0), fix_at(1)),
        why="Because.",
        key_at=7,
    )
    return replace(made, **fields)


def told(found: Fact, about: Subject = SHE, names: Names | None = None) -> Event:
    known = Names() if names is None else names
    event = Witness(FENCES, ["station"], Hearing.of(FENCES), known).tell((about, found))
    assert isinstance(event, Event)
    return event


# -- ids -----------------------------------------------------------------------------------------


def test_an_id_is_the_hash_of_what_the_event_is_about() -> None:
    """SHA-256 of kind, subject, fence and instant, 32 hex digits."""
    text = "Berthed|211000001|0|home|quay|17"
    expected = hashlib.sha256(text.encode()).hexdigest()[:32]
    assert identity("Berthed", ShipAtPort(211_000_001, 0, "home"), "quay", 17) == expected


@pytest.mark.parametrize(
    "other",
    [
        ("Anchored", SHE, "", 1),
        ("Berthed", SHE._replace(mmsi=MMSI + 1), "", 1),
        ("Berthed", SHE._replace(track=1), "", 1),
        ("Berthed", SHE._replace(port="away"), "", 1),
        ("Berthed", Ship(MMSI, 0), "", 1),
        ("Berthed", SHE, "berth", 1),
        ("Berthed", SHE, "", 2),
    ],
)
def test_each_part_of_an_id_matters(other: tuple[str, Subject, str, int]) -> None:
    """Another kind, subject, fence or instant is another event."""
    assert identity(*other) != identity("Berthed", SHE, "", 1)


def test_only_crossings_are_told_apart_by_their_fence() -> None:
    """Entering harbour and berth at one instant are two events; an arrival is one anyhow."""
    for kind, apart in (
        (EventKind.GEOFENCE_ENTERED, True),
        (EventKind.GEOFENCE_LEFT, True),
        (EventKind.PORT_ARRIVED, False),
    ):
        here, there = fact(kind=kind), fact(kind=kind, geofence="berth")
        assert (event_id(SHE, here) != event_id(SHE, there)) is apart


def test_an_event_keeps_its_id_when_its_state_changes() -> None:
    """A withdrawn arrival is the arrival that was told."""
    arrived = fact(kind=EventKind.PORT_ARRIVED, state=EventState.PROVISIONAL)
    withdrawn = replace(arrived, state=EventState.WITHDRAWN, why="No.", decided_at=START + 9)
    assert told(arrived).id == told(withdrawn).id


# -- events and evidence -------------------------------------------------------------------------


def test_an_event_says_what_where_when_and_why() -> None:
    """Every field is that of the fact, or follows from it."""
    event = told(fact())
    assert (event.kind, event.state) == (EventKind.GEOFENCE_ENTERED, EventState.CONFIRMED)
    assert (event.subject, event.geofence) == (SHE, "harbour")
    assert (event.mmsi, event.track, event.port) == (MMSI, 0, "home")
    assert (event.span, event.decided_at) == (fact().span, START + 2 * MINUTE_US)
    assert (event.lon, event.lat) == (fix_at(1).lon, fix_at(1).lat)
    assert (event.confidence, event.why, event.name) == (4, "Because.", None)
    assert event.evidence.geofence_hash == PORT.hash


@pytest.mark.parametrize(
    ("about", "mmsi", "port"),
    [
        (Ship(MMSI, 1), MMSI, None),
        (ShipPair(MMSI, 0, MMSI + 1, 0), MMSI, None),
        (NamedArea("12 miles"), None, None),
        (NamedFeed("harbour"), None, None),
    ],
)
def test_an_event_may_be_about_other_than_a_ship_at_a_port(
    about: Subject, mmsi: int | None, port: str | None
) -> None:
    """Then it has no port, no drawing, and perhaps no ship and no place."""
    event = told(fact(geofence=None, place=None, fixes=()), about)
    assert (event.subject, event.mmsi, event.port) == (about, mmsi, port)
    assert (event.lon, event.lat, event.evidence.fixes) == (None, None, ())
    assert event.evidence.geofence_hash is None


def test_a_fact_may_say_how_sure_it_is() -> None:
    """Else it is as sure as its time is known."""
    assert told(fact(confidence=2)).confidence == 2


def test_evidence_is_each_fix_once_in_time_order() -> None:
    """Also where two copies of it came from different places and hold a NaN of their own."""
    nan_a, nan_b = float("nan"), float("nan")
    fixes = (
        fix_at(1, heading_deg=nan_a), fix_at(0), fix_at(1, heading_deg=nan_b), fix_at(0),
    )  # fmt: skip
    assert [fix.at for fix in told(fact(fixes=fixes)).evidence.fixes] == [
        "2023-11-14T22:13:20Z", "2023-11-14T22:14:20Z",
    ]  # fmt: skip


def test_evidence_is_not_without_end() -> None:
    """Six fixes are enough."""
    event = told(fact(fixes=tuple(fix_at(m) for m in range(20))))
    assert len(event.evidence.fixes) == EVIDENCE_FIXES == 6


def test_a_fix_as_evidence_has_none_for_what_was_not_available() -> None:
    """The sentence itself is in it, byte for byte."""
    fix = fix_at(0, sog_kn=math.nan, cog_deg=123.44, status=-1, type=0, raw=b"!AIVDM,\xff", line=9)
    assert evidence_of(fix, ["station"]) == FixEvidence(
        at="2023-11-14T22:13:20Z", received_at="2023-11-14T22:13:20Z", lon=10.0, lat=5.0,
        sog_kn=None, cog_deg=123.4, status=None, type=None, source="station", line=9,
        sentence="!AIVDM,\xff",
    )  # fmt: skip


def test_a_ship_is_called_as_she_was_known_when_it_was_decided() -> None:
    """A name that comes a minute later is not yet hers."""
    names = Names()
    for minute, name in ((0, "OLD"), (3, "NEW")):
        at = START + minute * MINUTE_US
        static = Static(mmsi=MMSI, name=name)
        report = StaticReport(at=at, received_at=at, seq=minute, source=0, static=static)
        report.known_at = at
        names.put([report])
    names.advance(START + HOUR_US)
    assert told(fact(), names=names).name == "OLD"
    assert told(fact(decided_at=START + 3 * MINUTE_US), names=names).name == "NEW"
    assert told(fact(), NamedFeed("harbour"), names).name is None


def test_a_silence_says_what_can_be_told_of_its_cause() -> None:
    """With nothing heard of anybody: that too few are."""
    dark = fact(
        kind=EventKind.WENT_DARK_INSIDE,
        span=Span(earliest=START, at=None, latest=START + 4 * HOUR_US),
        decided_at=START + 4 * HOUR_US,
        figures={"silence_s": 14_400},
    )
    event = told(dark)
    assert event.why == "Because. Too few others are usually heard here to say why."
    assert event.evidence.figures["cause"] is None
    assert event.evidence.figures["silence_s"] == 14_400
    assert dark.figures == {"silence_s": 14_400}  # the fact stays as it was found


def test_a_call_is_told_as_it_stands() -> None:
    """Under an id that is hers, of the port, and of the arrival's first evidence."""
    span = Span(earliest=START, at=START, latest=START)
    call = CallFact(
        key_at=START, arrived=span, departed=None, state=CallState.IN_PORT, confidence=3,
        stages=(), decided_at=START, withdrawn=False,
    )  # fmt: skip
    witness = Witness(FENCES, [], Hearing.of(FENCES), Names())
    found = witness.tell((SHE, call))
    assert isinstance(found, PortCall)
    assert found.id == identity("PortCall", SHE, "", START)
    assert (found.mmsi, found.port, found.arrived, found.departed) == (MMSI, "home", span, None)
    assert found.state is CallState.IN_PORT
    with pytest.raises(TypeError, match="about a ship at a port"):
        witness.tell((Ship(MMSI, 0), call))


# -- confidence ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "confidence"),
    [
        (0, 4),
        (10 * MINUTE_US, 4),
        (10 * MINUTE_US + 1, 3),
        (4 * HOUR_US, 3),
        (4 * HOUR_US + 1, 2),
        (400 * HOUR_US, 2),
    ],
)
def test_the_narrower_the_better_known(width: int, confidence: int) -> None:
    """Ten minutes, a silence, more."""
    assert confidence_of(Span(earliest=5, at=None, latest=5 + width)) == confidence


def test_without_a_bound_hardly_anything_is_known() -> None:
    """Confidence 1."""
    assert confidence_of(Span(earliest=None, at=None, latest=5)) == 1
    assert confidence_of(Span(earliest=5, at=5, latest=None)) == 1


def test_of_two_ships_it_says_who_the_other_is() -> None:
    """As known then; and bears sentences only of what is near a port, for so they are stored."""
    pair = ShipPair(MMSI, 0, MMSI + 1, 0)
    names = Names()
    static = Static(mmsi=MMSI + 1, name="BRIG", ship_type=52)
    names.put([StaticReport(at=START, received_at=START, seq=0, source=0, static=static,
                            known_at=START)])  # fmt: skip
    names.advance(START + HOUR_US)
    near, far = fix_at(0, seq=1), fix_at(1, 900_000.0, seq=2, mmsi=MMSI + 1)
    event = told(fact(kind=EventKind.SHIPS_MET, geofence=None, fixes=(far, near)), pair, names)
    assert event.why.startswith("Because. The other is BRIG, MMSI 211000002. One of them says")
    assert event.evidence.figures["other_name"] == "BRIG"
    assert [fix.sentence for fix in event.evidence.fixes] == ["!AIVDM", ""]


@pytest.mark.parametrize("kind", sorted(FAR_OFF))
def test_events_far_from_ports_show_the_sentences_that_are_stored(kind: EventKind) -> None:
    """Others keep what they had when they were told."""
    near, far = fix_at(0, seq=1), fix_at(1, 900_000.0, seq=2)
    ship = Ship(MMSI, 0)
    event = told(fact(kind=kind, geofence=None, fixes=(near, far)), ship, Names())
    assert [fix.sentence for fix in event.evidence.fixes] == ["!AIVDM", ""]
    other = told(fact(kind=EventKind.VOYAGE_BEGUN, geofence=None, fixes=(near, far)), ship, Names())
    assert [fix.sentence for fix in other.evidence.fixes] == ["!AIVDM", "!AIVDM"]


def test_of_two_ships_at_one_instant_the_lower_number_is_first() -> None:
    """Whichever was heard first."""
    one, two = fix_at(0, seq=9), fix_at(0, seq=4, mmsi=MMSI + 1)
    assert ordered(two, one, None) == (one, two)
