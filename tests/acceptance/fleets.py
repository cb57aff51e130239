"""Simulated fleets against their truth, and the plain way beside it."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.engine.geofence import FenceSet, distance_m
from monitor.model import Lines, PortCall, Span
from monitor.simulator import simulation as simulator
from monitor.simulator.truth import CallTruth, VesselTruth
from monitor.units import to_iso
from tests.pipe import findings

PLAIN_RADIUS_M = 5_000.0
"""The circle of the plain way: holds either harbour and its anchorage."""


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
    last: dict[str, PortCall] = {}
    for finding in findings([data], fences):
        if isinstance(finding, PortCall):
            last[finding.id] = finding
    ours = defaultdict(list)
    for call in last.values():
        if not call.withdrawn:
            ours[call.mmsi, call.port].append(call)
    truths = defaultdict(list)
    for vessel in made.truth.vessels:
        for call in vessel.calls:
            truths[vessel.mmsi, call.port].append((vessel, call))
    for key in sorted({*ours, *truths}):
        _match(f"{scenario} {seed} {key[0]} {key[1]}", truths[key], ours[key], score)
    _plain(data, made.truth.vessels, fences, score)


def _match(
    label: str, truths: list[tuple[VesselTruth, CallTruth]], ours: list[PortCall], score: Score
) -> None:
    truths.sort(key=lambda pair: pair[1].arrived_at or 0)
    ours.sort(key=lambda call: call.arrived.latest or 0)
    score.calls += len(truths)
    free = list(ours)
    for _, truth in truths:
        fitting = [call for call in free if _overlaps(truth, call)]
        if not fitting:
            score.missed.append(f"{label}: {_when(truth.arrived_at)}")
            continue
        call = fitting[0]
        free.remove(call)
        _hold(f"{label} arrived", truth.arrived_at, call.arrived, score)
        if call.departed is not None:
            _hold(f"{label} departed", truth.departed_at, call.departed, score)
        elif truth.left_approach_at is not None and truth.observed.approach_exit:
            score.missed.append(f"{label}: departure {_when(truth.departed_at)}")
    score.invented += [f"{label}: {_when(call.arrived.latest)}" for call in free]


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
