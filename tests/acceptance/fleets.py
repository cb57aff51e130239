"""Simulated fleets against their truth, and the plain way beside it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.engine.detect.evidence import Finding
from monitor.engine.geofence import FenceSet, distance_m
from monitor.model import CallState, Event, EventKind, EventState, Lines, PortCall, Span
from monitor.simulator import simulation as simulator
from monitor.simulator.truth import CallTruth, VesselTruth
from monitor.units import to_iso
from tests.pipe import findings

PLAIN_RADIUS_M = 5_000.0
"""The circle of the plain way: holds either harbour and its anchorage."""

SHOWN_S = 600.0
"""Good fixes over ten minutes at one place show a stop: a ferry gives no more."""


@dataclass(slots=True)
class Score:
    """What went wrong, in words, and how much was right."""

    calls: int = 0
    bounds: int = 0  # instants held against their bounds
    missed: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)  # true instants outside our bounds
    plain_missed: int = 0
    plain_invented: int = 0
    plain_late_s: list[float] = field(default_factory=list)  # error of its arrivals

    def asks(self, vessel: VesselTruth, call: CallTruth) -> bool:  # noqa: ARG002 - of a dirty sea
        """Whether a true call must be told: in an honest sea each of them."""
        return True

    def invent(self, what: str, call: PortCall) -> None:  # noqa: ARG002
        """Take down a call that never was."""
        self.invented.append(what)


@dataclass(slots=True, kw_only=True)
class DirtyScore(Score):
    """The same of seas in which not all can be known, and how much was told of them."""

    unknown: int = 0  # true calls that the log does not show, and that were not told
    doubted: list[str] = field(default_factory=list)  # invented with confidence 1: accepted
    crashed: list[str] = field(default_factory=list)
    lines: int = 0
    true: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)  # events that stand at the end
    withdrawn: Counter[str] = field(default_factory=Counter)  # and those that do not

    def asks(self, vessel: VesselTruth, call: CallTruth) -> bool:
        """Whether the log shows the call."""
        shown = is_shown(vessel, call)
        self.unknown += not shown
        return shown

    def invent(self, what: str, call: PortCall) -> None:
        """Take down a call that never was; with confidence 1 it is a doubt, and said as one."""
        (self.doubted if call.confidence <= 1 else self.invented).append(what)


def true_fences(fences: FenceSet) -> dict[str, dict[str, Any]]:
    """Polygons of the geofence files, for the simulator's truth."""
    return {
        port.id: {
            fence.kind.value: fence.shape
            for fence in port.fences
            if fence.kind.value in {"approach", "harbour"}
        }
        for port in fences.ports
    }


def judge(scenario: str, seed: int, fences: FenceSet, score: Score) -> None:
    """Simulate, detect, compare."""
    made = simulator.simulate(scenario, seed=seed, fences=true_fences(fences))
    data = b"".join(line + b"\n" for line in made.lines)
    told = findings([data], fences)
    hold(made, told, score)
    _plain(data, made.truth.vessels, fences, score)


def judge_dirty(scenario: str, seed: int, fences: FenceSet, score: DirtyScore) -> None:
    """Simulate a dirty sea, detect, compare; and count what was told of it."""
    made = simulator.simulate(scenario, seed=seed, fences=true_fences(fences))
    data = b"".join(line + b"\n" for line in made.lines)
    try:
        told = findings([data], fences)
    except Exception as error:  # noqa: BLE001 - the other seeds are judged all the same
        score.crashed.append(f"{scenario} {seed}: {error!r}")
        return
    hold(made, told, score)
    score.lines += len(made.lines)
    calls = [call for vessel in made.truth.vessels for call in vessel.calls]
    score.true += {
        EventKind.PORT_ARRIVED: len(calls),
        EventKind.PORT_DEPARTED: sum(call.departed_at is not None for call in calls),
        EventKind.WENT_DARK_INSIDE: sum(
            dark.where != "sea" for vessel in made.truth.vessels for dark in vessel.dark
        ),
    }
    last = {event.id: event for event in told if isinstance(event, Event)}
    for event in last.values():
        counts = score.withdrawn if event.state is EventState.WITHDRAWN else score.told
        counts[event.kind] += 1


def is_shown(vessel: VesselTruth, call: CallTruth) -> bool:
    """Whether the log shows that she stopped there: no more than that is asked of a detector.

    Ten minutes at one stop between the first good fix and the last, as a ferry gives; or some good
    fixes at rest, and then she is seen to sail, by a receiver that hears her all the time.
    """
    stopped = call.fixes_at_rest >= 3 and call.seen_at_rest_s >= SHOWN_S
    sailed = call.fixes_at_rest >= 3 and call.observed.exit
    return stopped or (sailed and "heard_in_bursts" not in vessel.faults)


def hold(made: simulator.Simulation, told: list[Finding], score: Score) -> None:
    """Hold the calls that were told against the true ones."""
    last = {finding.id: finding for finding in told if isinstance(finding, PortCall)}
    ours = defaultdict(list)
    for call in last.values():
        if not call.withdrawn:
            ours[call.mmsi, call.port].append(call)
    truths = defaultdict(list)
    for vessel in made.truth.vessels:
        for true in vessel.calls:
            truths[vessel.mmsi, true.port].append((vessel, true))
    for key in sorted({*ours, *truths}):
        label = f"{made.truth.scenario} {made.truth.seed} {key[0]} {key[1]}"
        _match(label, truths[key], ours[key], score)


def _match(
    label: str, truths: list[tuple[VesselTruth, CallTruth]], ours: list[PortCall], score: Score
) -> None:
    truths.sort(key=lambda pair: pair[1].arrived_at or 0)
    ours.sort(key=lambda call: call.arrived.latest or 0)
    score.calls += len(truths)
    free = list(ours)
    for vessel, truth in truths:
        fitting = [call for call in free if _overlaps(truth, call)]
        if not fitting:
            if score.asks(vessel, truth):
                score.missed.append(f"{label}: {_when(truth.arrived_at)}{_because(vessel)}")
            continue
        call = fitting[0]
        free.remove(call)
        why = _because(vessel)
        _hold(f"{label} arrived{why}", truth.arrived_at, call.arrived, score)
        if call.departed is not None:
            _hold(f"{label} departed{why}", truth.departed_at, call.departed, score)
        elif (
            truth.left_approach_at is not None
            and truth.observed.approach_exit
            and "heard_in_bursts" not in vessel.faults  # may be heard once outside, for seconds
            and call.state is not CallState.LEAVING  # told; the log ends before it is confirmed
        ):
            score.missed.append(f"{label}: departure {_when(truth.departed_at)}{why}")
    for call in free:
        why = "".join({_because(vessel) for vessel, _ in truths})
        score.invent(f"{label}: {_when(call.arrived.latest)}{why}", call)


def _overlaps(truth: CallTruth, call: PortCall) -> bool:
    begin, end = truth.arrived_at or 0, truth.departed_at or 2**62
    ours_begin = call.arrived.earliest or 0
    ours_end = (
        2**62 if call.departed is None or call.departed.latest is None else call.departed.latest
    )
    return begin <= ours_end and ours_begin <= end


def _hold(label: str, true_at: int | None, span: Span, score: Score) -> None:
    score.bounds += 1
    if true_at is None:
        if span.earliest is not None:
            score.outside.append(f"{label}: before the log, got {_when(span.earliest)}")
        return
    early = span.earliest is not None and true_at < span.earliest
    late = span.latest is not None and true_at > span.latest
    if early or late:
        score.outside.append(
            f"{label}: true {_when(true_at)}, got {_when(span.earliest)} .. {_when(span.latest)}"
        )


def _because(vessel: VesselTruth) -> str:
    """What is wrong with a ship, behind a failure."""
    wrong = set(vessel.faults) - {"duplicates", "bad_checksums", "interleaved"}
    return f" ({', '.join(sorted(wrong))})" if wrong else ""


def _when(at: int | None) -> str:
    return "-" if at is None else to_iso(at)[5:19]


def _plain(data: bytes, vessels: tuple[VesselTruth, ...], fences: FenceSet, score: Score) -> None:
    """One circle, one fix: inside is in port, outside is gone."""
    fixes = NmeaDecoder().decode(Lines(data=data, source="log"), final=True).positions
    fixes = fixes[np.argsort(fixes["at"], kind="stable")]
    truths = defaultdict(list)
    for vessel in vessels:
        for call in vessel.calls:
            truths[vessel.mmsi, call.port].append(call)
    for port in fences.ports:
        lon, lat = port.centre
        near = distance_m(lon, lat, fixes["lon"], fixes["lat"]) < PLAIN_RADIUS_M
        for mmsi in np.unique(fixes["mmsi"]).tolist():
            inside = near[fixes["mmsi"] == mmsi].astype(np.int8)
            at = fixes["at"][fixes["mmsi"] == mmsi]
            arrivals = at[np.flatnonzero(np.diff(inside, prepend=0) == 1)].tolist()
            known = [call.arrived_at for call in truths[mmsi, port.id]]
            score.plain_missed += max(0, len(known) - len(arrivals))
            score.plain_invented += max(0, len(arrivals) - len(known))
            for true_at, told in zip(known, arrivals, strict=False):
                if true_at is not None:
                    score.plain_late_s.append(abs(told - true_at) / 1e6)


def report_dirty(score: DirtyScore, seeds: int) -> str:
    """The figures of dirty seas, for people."""
    told = ", ".join(
        f"{score.told[kind]} {kind} of {score.true[kind]} ({score.withdrawn[kind]} withdrawn)"
        for kind in score.true
    )
    return (
        f"{seeds} dirty seas, {len(score.crashed)} crashed, {score.calls} true calls: missed"
        f" {len(score.missed)}, not to be known {score.unknown}, invented {len(score.invented)}"
        f" and {len(score.doubted)} of confidence 1, {len(score.outside)} of {score.bounds}"
        f" instants outside. Told: {told}."
    )


def report(score: Score, seeds: int) -> str:
    """The figures, for people."""
    late = sorted(score.plain_late_s)
    middle = late[len(late) // 2] / 60 if late else math.nan
    return (
        f"{seeds} fleets, {score.calls} true calls: missed {len(score.missed)}, invented"
        f" {len(score.invented)}, {len(score.outside)} of {score.bounds} instants outside their"
        f" bounds. Plain way (circle of {PLAIN_RADIUS_M / 1000:.0f} km, one fix): missed"
        f" {score.plain_missed}, invented {score.plain_invented}, median error of arrivals"
        f" {middle:.0f} min."
    )
