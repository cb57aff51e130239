"""Global Fishing Watch's gaps: when is a vessel silent, from when, until when.

Their gap is our silence: ``WentDarkInside`` at its deadline, ``ReappearedInside`` at its end. Both
begin at the last message heard and both ask for more than the threshold. Ours speaks only of
vessels near a port, so their vessels lie in the approach of a test port; their messages without a
longitude get the port's. What they count of the positions before a gap (``positions_hours_before``)
has no counterpart, nor has our "a gap as long as usual is no news" one with them: it is off here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import shapely

from monitor.engine.geofence import Port, widen
from monitor.model import Event, EventKind
from monitor.units import DAY_US, HOUR_US, NAUTICAL_MILE_M, to_iso
from tests.scenario.peers.sea import (
    ABSENT,
    MMSI,
    Sea,
    Seen,
    drawn_port,
    named,
    needs_peers,
    of_kinds,
    peer,
    set_everywhere,
    us,
)

GAPS = peer("gfw_gaps.json")
LON = 20.0
"""Where a message without a longitude is put."""

DIFFERENT: dict[str, tuple[str, int]] = {
    "different_ssvid_zero_gaps": (
        "The other ship's message tells the time, so the silence is told while it lasts.",
        1,
    ),
    "different_ssvid_three_gaps": (
        "The second ship is silent for 14 hours when the log ends: told while it lasts.",
        4,
    ),
}


@pytest.fixture(autouse=True)
def _no_gap_is_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell every silence, as they do."""
    set_everywhere(monkeypatch, "RHYTHM", 1_000_000)


@dataclass(slots=True)
class Silent:
    """A silence: when the vessel was last heard, when it was told, when she came back."""

    start: int
    told_at: int
    end: int | None = None


def silences(events: list[Event]) -> list[Silent]:
    """Pair each silence with the return that ends it."""
    found: dict[tuple[int, int], Silent] = {}
    for event in of_kinds(events, EventKind.WENT_DARK_INSIDE, EventKind.REAPPEARED_INSIDE):
        start = event.span.earliest
        assert start is not None
        if event.kind is EventKind.WENT_DARK_INSIDE:
            assert (event.mmsi, start) not in found
            found[event.mmsi, start] = Silent(start, event.decided_at)
        else:
            found[event.mmsi, start].end = event.span.at
    return sorted(found.values(), key=lambda silent: silent.start)


def seen(message: dict[str, Any]) -> Seen:
    lon = message.get("lon")
    number = int(message["ssvid"])
    return Seen(
        mmsi=number if number > MMSI else MMSI + number,
        at=us(message["t"]),
        lon=LON if lon is None else lon,
        lat=message["lat"],
    )


def port_around(folder: Path, messages: list[dict[str, Any]]) -> Port:
    """Make a port whose approach holds all messages of a case."""
    places = shapely.MultiPoint([(one.lon, one.lat) for one in map(seen, messages)])
    return drawn_port(folder, {"approach": widen(places.centroid, 5000.0)})


def before_the_run(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Gaps that were open when the run began, as the messages that they began with."""
    return [
        {"ssvid": gap["ssvid"], "t": gap["start_timestamp"], "lat": 65.4}
        for gap in case.get("open_gaps_before_run", [])
    ]


def end_of_day(at: int) -> int:
    return at - at % DAY_US + DAY_US


@pytest.mark.skipif(not GAPS["pipeline_cases"], reason=ABSENT)
def test_every_difference_is_of_a_case() -> None:
    """The table of differences names cases that are there."""
    assert set(DIFFERENT) <= {case["name"] for case in GAPS["pipeline_cases"]}


@needs_peers
@pytest.mark.parametrize(
    "case", named(case for case in GAPS["pipeline_cases"] if case["group"] != "DAILY_MODE")
)
def test_gaps_of_a_run(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many silences begin or end in their run as they count gaps."""
    set_everywhere(monkeypatch, "SILENCE_US", round(case["threshold_h"] * HOUR_US))
    known = {message["t"] for message in case["messages"]}
    before = [message for message in before_the_run(case) if message["t"] not in known]
    heard = sorted(map(seen, before + case["messages"]), key=lambda one: one.at)
    first, last = heard[0].at, heard[-1].at
    since, until = map(us, (f"{d}T00:00Z" for d in case["date_range"])) if (
        "date_range" in case) else (first, end_of_day(last))  # fmt: skip
    sea = Sea(port_around(tmp_path, case["messages"]))
    events = sea.events(*heard)
    if case.get("eval_last") or "date_range" in case or case["group"] == "OPEN_GAPS":
        events += sea.wait(until)
    in_run = [
        silent
        for silent in silences(events)
        if silent.told_at >= since or (silent.end is not None and silent.end >= since)
    ]
    if case["name"] in DIFFERENT:
        _, ours = DIFFERENT[case["name"]]
        assert ours != case["expected_gaps"]
        assert len(in_run) == ours
    else:
        assert len(in_run) == case["expected_gaps"]
    for start, end in case.get("expected_start_end", {}).items():
        found = next(silent for silent in in_run if silent.start == us(start))
        assert found.end == (None if end is None else us(end))


@needs_peers
@pytest.mark.parametrize(
    "case", named(case for case in GAPS["pipeline_cases"] if case["group"] == "DAILY_MODE")
)
def test_gaps_told_day_by_day(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run once a day, a gap is told open on the day it is noticed and closed on the day it ends."""
    set_everywhere(monkeypatch, "SILENCE_US", round(case["threshold_h"] * HOUR_US))
    sea = Sea(port_around(tmp_path, [m for day in case["messages"].values() for m in day]))
    events: list[Event] = []
    rows = []
    told: set[tuple[int, int | None]] = set()
    for day, messages in case["messages"].items():
        events += sea.events(*map(seen, messages))
        events += sea.wait(us(f"{day}T00:00Z") + DAY_US)
        now = [(silent.start, silent.end) for silent in silences(events)]
        rows += [
            {"start": to_iso(start), "end": None if end is None else to_iso(end)}
            for start, end in now
            if (start, end) not in told
        ]
        told.update(now)
    assert rows == case["expected_gap_rows"]


@needs_peers
@pytest.mark.parametrize("case", named(GAPS["unit_cases"]))
def test_gaps_between_messages(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each gap has their start, end, length and distance."""
    set_everywhere(monkeypatch, "SILENCE_US", round(case["threshold_h"] * HOUR_US))
    events = Sea(port_around(tmp_path, case["messages"])).events(*map(seen, case["messages"]))
    since = us(case["detect_from"]) if case["detect_from"] else 0
    back = [
        event
        for event in of_kinds(events, EventKind.REAPPEARED_INSIDE)
        if event.span.earliest is not None and event.span.earliest >= since
    ]
    assert len(back) == len(case["expected_gaps"])
    for event, gap in zip(back, case["expected_gaps"], strict=True):
        figures = event.evidence.figures
        assert (event.span.earliest, event.span.latest) == (us(gap["start"]), us(gap["end"]))
        assert figures["silent_s"] == gap["duration_h"] * 3600
        assert figures["away_m"] == pytest.approx(gap["distance_m"], abs=1.0)
        speed_kn = figures["away_m"] / NAUTICAL_MILE_M / gap["duration_h"]
        assert speed_kn == pytest.approx(gap["implied_speed_knots"], abs=0.001)


@needs_peers
@pytest.mark.parametrize("case", named(GAPS["end_of_day_cases"], "last_message"))
def test_gap_open_at_the_end_of_the_day(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A silence is told when more than the threshold has passed at midnight, not before."""
    set_everywhere(monkeypatch, "SILENCE_US", round(case["threshold_h"] * HOUR_US))
    message = {"ssvid": "1", "t": case["last_message"], "lat": 65.4}
    sea = Sea(port_around(tmp_path, [message]))
    sea.hear(seen(message))
    told = silences(sea.wait(end_of_day(us(case["last_message"]))))
    assert bool(told) is case["open_gap_at_end_of_utc_day"]


@needs_peers
def test_their_messages_without_a_longitude_are_no_fixes(tmp_path: Path) -> None:
    """As given, without a longitude, a message tells no place: refused, with its reason."""
    messages = GAPS["pipeline_cases"][0]["messages"]
    assert [message["lon"] for message in messages] == [None, None]
    bare = [
        Seen(mmsi=one.mmsi, at=one.at, lon=float("nan"), lat=one.lat) for one in map(seen, messages)
    ]
    outcome = Sea(port_around(tmp_path, messages)).hear(*bare)
    assert outcome.refusals == {("peer", "position_unavailable"): 2}
    assert outcome.findings == []
