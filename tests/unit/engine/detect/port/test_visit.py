"""One vessel at one port: events with their ids and evidence, in their order."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from typing import Any

import pytest

from monitor.engine import kept
from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.call import CallState
from monitor.engine.detect.port.visit import EVIDENCE_FIXES, Watch, describe, fence_key, identity
from monitor.model import Event, EventKind, EventState, Fix, PortCall, Span
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.sea import MMSI, START, fix_at, square_port, steps_of

PORT = square_port()
SOURCES = ["station"]


def watch() -> Watch:
    return Watch(mmsi=MMSI, track=0, port="home")


def findings(
    fixes: list[Fix], before: Fix | None = None, on: Watch | None = None
) -> list[Event | PortCall]:
    on = watch() if on is None else on
    return [f for step in steps_of(PORT, fixes, before) for f in on.step(step, SOURCES)]


def kinds(found: list[Event | PortCall]) -> list[str]:
    return [
        f"{f.kind} {f.state}" if isinstance(f, Event) else "call"
        for f in found
        if isinstance(f, PortCall) or f.kind is not EventKind.GEOFENCE_ENTERED
    ]


def fact(**fields: Any) -> Fact:
    made = Fact(
        kind=EventKind.GEOFENCE_ENTERED,
        span=Span(earliest=START, at=None, latest=START + MINUTE_US),
        decided_at=START + 2 * MINUTE_US,
        fence=2,
        place=fix_at(1),
        fixes=(fix_at(0), fix_at(1)),
        why="Because.",
        key_at=7,
    )
    return replace(made, **fields)


# -- ids -----------------------------------------------------------------------------------------


def test_an_id_is_the_hash_of_what_the_event_is_about() -> None:
    """SHA-256 of kind, vessel, track, port, fence and instant, 32 hex digits."""
    text = "Berthed|211000001|0|home|quay|17"
    expected = hashlib.sha256(text.encode()).hexdigest()[:32]
    assert identity("Berthed", 211_000_001, 0, "home", "quay", 17) == expected


@pytest.mark.parametrize(
    "other",
    [
        ("Anchored", MMSI, 0, "home", "", 1),
        ("Berthed", MMSI + 1, 0, "home", "", 1),
        ("Berthed", MMSI, 1, "home", "", 1),
        ("Berthed", MMSI, 0, "away", "", 1),
        ("Berthed", MMSI, 0, "home", "berth", 1),
        ("Berthed", MMSI, 0, "home", "", 2),
    ],
)
def test_each_part_of_an_id_matters(other: tuple[str, int, int, str, str, int]) -> None:
    """Another kind, vessel, track, port, fence or instant is another event."""
    assert identity(*other) != identity("Berthed", MMSI, 0, "home", "", 1)


def test_only_crossings_are_told_apart_by_their_fence() -> None:
    """Entering harbour and berth at one instant are two events; an arrival is one anyhow."""
    assert fence_key(fact(), "harbour") == "harbour"
    assert fence_key(fact(kind=EventKind.GEOFENCE_LEFT), "harbour") == "harbour"
    assert fence_key(fact(kind=EventKind.PORT_ARRIVED), "harbour") == ""
    assert fence_key(fact(), None) == ""


# -- events and evidence -------------------------------------------------------------------------


def test_an_event_says_what_where_when_and_why() -> None:
    """Every field is that of the fact, or follows from it."""
    event = watch().event(PORT, fact(), SOURCES)
    assert (event.kind, event.state) == (EventKind.GEOFENCE_ENTERED, EventState.CONFIRMED)
    assert (event.mmsi, event.track, event.port, event.geofence) == (MMSI, 0, "home", "harbour")
    assert (event.span, event.decided_at) == (fact().span, START + 2 * MINUTE_US)
    assert (event.lon, event.lat) == (fix_at(1).lon, fix_at(1).lat)
    assert (event.confidence, event.why, event.name) == (4, "Because.", None)
    assert event.evidence["geofence_hash"] == PORT.hash


def test_evidence_is_each_fix_once_in_time_order() -> None:
    """Also where two copies of it came from different places and hold a NaN of their own."""
    nan_a, nan_b = float("nan"), float("nan")
    fixes = (
        fix_at(1, heading_deg=nan_a), fix_at(0), fix_at(1, heading_deg=nan_b), fix_at(0),
    )  # fmt: skip
    event = watch().event(PORT, fact(fixes=fixes), SOURCES)
    assert [item["at"] for item in event.evidence["fixes"]] == [
        "2023-11-14T22:13:20Z", "2023-11-14T22:14:20Z",
    ]  # fmt: skip


def test_evidence_is_not_without_end() -> None:
    """Six fixes are enough."""
    event = watch().event(PORT, fact(fixes=tuple(fix_at(m) for m in range(20))), SOURCES)
    assert len(event.evidence["fixes"]) == EVIDENCE_FIXES == 6


def test_a_fix_is_described_as_json_with_none_for_what_was_not_available() -> None:
    """The sentence itself is in it, byte for byte."""
    fix = fix_at(0, sog_kn=math.nan, cog_deg=123.44, status=-1, type=0, raw=b"!AIVDM,\xff", line=9)
    text = describe(fix, SOURCES)
    assert text == {
        "at": "2023-11-14T22:13:20Z", "received_at": "2023-11-14T22:13:20Z", "lon": 10.0,
        "lat": 5.0, "sog_kn": None, "cog_deg": 123.4, "status": None, "type": None,
        "source": "station", "line": 9, "sentence": "!AIVDM,\xff",
    }  # fmt: skip
    assert "NaN" not in json.dumps(text)


# -- the way of a watch --------------------------------------------------------------------------


def test_first_seen_inside_is_told_with_the_second_fix() -> None:
    """One report may be a bit error."""
    on = watch()
    assert findings([fix_at(0)], on=on) == []
    (event,) = [f for f in findings([fix_at(1)], fix_at(0), on) if isinstance(f, Event)]
    assert (event.kind, event.geofence) == (EventKind.FIRST_SEEN_INSIDE, "berth")
    assert event.span == Span(earliest=None, at=None, latest=START)


def test_first_seen_and_never_again_is_told_with_the_silence() -> None:
    """First seen, then dark, both at the deadline; in port, as far as anybody knows."""
    on = watch()
    findings([fix_at(0)], on=on)
    deadline = START + 4 * HOUR_US
    assert on.expire(PORT, deadline, SOURCES) == []
    found = on.expire(PORT, deadline + 1, SOURCES)
    assert [f"{f.kind} {f.state}" if isinstance(f, Event) else "call" for f in found] == [
        "FirstSeenInside confirmed", "WentDarkInside confirmed", "PortArrived confirmed", "call",
    ]  # fmt: skip
    assert {f.decided_at for f in found} == {deadline}
    assert on.expire(PORT, deadline + HOUR_US, SOURCES) == []


def test_who_is_near_no_fence_has_no_deadline() -> None:
    """At sea nobody waits for her."""
    on = watch()
    assert on.deadline() is None
    findings([fix_at(0), fix_at(1, 9000)], on=on)
    assert on.deadline() is None


def test_the_deadline_moves_with_each_fix() -> None:
    """Four hours after the last."""
    on = watch()
    findings([fix_at(0), fix_at(5)], on=on)
    assert on.deadline() == START + 5 * MINUTE_US + 4 * HOUR_US


def test_a_silence_between_two_fixes_is_told_before_she_is_back() -> None:
    """Stamped with the deadline, although only the next fix brought it to light."""
    on = watch()
    findings([fix_at(0), fix_at(1)], fix_at(-1, 5000), on)
    found = [f for f in findings([fix_at(601)], fix_at(1), on) if isinstance(f, Event)]
    assert [f.kind for f in found][::2] == [EventKind.WENT_DARK_INSIDE, EventKind.REAPPEARED_INSIDE]
    assert found[0].decided_at == fix_at(1).at + 4 * HOUR_US
    assert found[-1].decided_at == fix_at(601).at


def test_a_watch_is_over_when_nothing_is_left_to_watch() -> None:
    """Out of every fence, no call, not dark, and not within a margin."""
    on = watch()
    assert on.over()
    findings([fix_at(m, 3900) for m in range(3)], fix_at(-1, 5000), on)
    assert not on.over()
    findings([fix_at(3, 4300)], fix_at(2, 3900), on)
    assert not on.over()
    findings([fix_at(m, 6000) for m in (4, 5)], fix_at(3, 4300), on)
    assert on.over()


def test_a_call_is_told_with_every_change_of_it() -> None:
    """After each arrival, departure and stage comes the call as it is known by then."""
    fixes = [fix_at(m, 1500 - 250 * m) for m in range(6)]
    fixes += [fix_at(m, 100) for m in range(6, 20)]
    fixes += [fix_at(20 + m, 300 + 300 * m) for m in range(20)]
    found = findings(fixes, fix_at(-1, 5000))
    assert [k for k in kinds(found) if "Geofence" not in k] == [
        "PortArrived provisional", "call", "Berthed confirmed", "PortArrived confirmed", "call",
        "Unberthed confirmed", "call", "PortDeparted provisional", "call",
        "PortDeparted confirmed", "call",
    ]  # fmt: skip
    calls = [f for f in found if isinstance(f, PortCall)]
    assert len({call.id for call in calls}) == 1
    assert [call.departed is None for call in calls] == [True] * 4 + [False]
    assert [len(call.stages) for call in calls] == [0, 1, 2, 2, 2]
    assert not any(call.withdrawn for call in calls)


def test_a_call_that_came_to_nothing_is_withdrawn_under_its_id() -> None:
    """Through the harbour at speed: the call that was told is taken back."""
    fixes = [fix_at(m, -1500 + 500 * m) for m in range(9)]
    calls = [f for f in findings(fixes, fix_at(-1, -5000)) if isinstance(f, PortCall)]
    assert [call.withdrawn for call in calls] == [False, True]
    assert calls[0].id == calls[1].id


def test_a_call_begun_after_another_has_another_id() -> None:
    """In, alongside, out, and in again."""
    lie = [fix_at(m, 0) for m in range(15)]
    out = [fix_at(m, 5000) for m in (30, 31)]
    again = [fix_at(m, 0) for m in range(50, 65)]
    on = watch()
    found = findings([*lie, *out, *again], fix_at(-10, 5000), on)
    assert len({f.id for f in found if isinstance(f, PortCall)}) == 2
    assert on.call.state is CallState.IN_PORT


def test_passing_dark_is_not_passing_through() -> None:
    """Hours unheard in the approach: nobody saw that she did not stop, nor when she left."""
    fixes = [*(fix_at(m, 3000, 3000) for m in (0, 1)), *(fix_at(m, 6000) for m in (300, 301))]
    found = [f for f in findings(fixes, fix_at(-10, 6000)) if isinstance(f, Event)]
    kinds = {event.kind for event in found}
    assert EventKind.REAPPEARED_ELSEWHERE in kinds
    assert not {EventKind.GEOFENCE_LEFT, EventKind.PASSED_THROUGH} & kinds


def test_passing_through_tells_how_near_she_came() -> None:
    """Along 2 km north of the middle: the closest fix, its time and its distance."""
    fixes = [fix_at(m, -5000 + 1000 * m, 2000) for m in range(13)]
    found = [f for f in findings(fixes[1:], fixes[0]) if isinstance(f, Event)]
    (passed,) = [event for event in found if event.kind is EventKind.PASSED_THROUGH]
    assert passed.evidence["figures"]["closest_m"] == 2000
    assert passed.span.at == fix_at(5).at


def test_a_watch_is_the_same_after_any_restart() -> None:
    """Kept and read back before every fix, it tells the same."""
    fixes = [fix_at(m, 1500 - 250 * m) for m in range(6)]
    fixes += [fix_at(m, 100) for m in (*range(6, 20), 400)]
    fixes += [fix_at(401 + m, 300 + 300 * m) for m in range(20)]
    fixes = [fix._replace(heading_deg=float("nan")) for fix in fixes]
    plain = findings(fixes, fix_at(-1, 5000))
    on, found = watch(), []
    for step in steps_of(PORT, fixes, fix_at(-1, 5000)):
        found += on.step(step, SOURCES)
        on = kept.load(Watch, kept.dump(on))
    assert found == plain
