"""Must show 4: how lines come and how batches are cut changes nothing (property tests)."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.decode.forms import make_decoder, recognise
from monitor.engine.geofence import Corner, Gate
from monitor.engine.pipeline import Pipeline
from monitor.engine.snapshot import Snapshot
from monitor.model import Lines
from monitor.simulator import simulation as simulator
from monitor.units import MINUTE_US
from tests.acceptance.fleets import true_fences
from tests.pipe import findings
from tests.ports import ports
from tests.scenario.sea import area_of
from tests.sizes import sized

WATCHED = ports().with_areas(
    tuple(
        area_of(shapely.box(*box), 0, name=name)
        for name, box in (
            ("off Tartus", (35.6, 34.7, 35.9, 35.1)), ("off Tobruk", (23.9, 31.9, 24.2, 32.3)),
            ("between", (27.0, 32.0, 33.0, 35.0)),
        )
    )
)  # fmt: skip
"""With areas that ships cross, lie in and are silent in."""
FENCES = replace(
    WATCHED,
    gates=tuple(
        Gate(
            id=f"at-{lon}",
            name=f"At {lon} E",
            line=(Corner(lon, 30.0), Corner(lon, 36.5)),
            in_words="to the west",
            out_words="to the east",
            hash="0" * 64,
        )
        for lon in (30.0, 35.75)
    ),
)
"""And gates half-way between the ports and off Tartus, passed in silence and in sight."""
PATIENT = settings(
    max_examples=sized(6, 12), deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
SCENARIOS = (
    "fleet", "dark-transfer", "clone", "receivers", "teleport", "waiting", "company", "sayings",
    "spoofed-harbour",
)  # fmt: skip


@cache
def log(scenario: str, seed: int) -> tuple[bytes, ...]:
    """Lines of a simulated log, each with its line end."""
    made = simulator.simulate(scenario, seed=seed, fences=true_fences(FENCES))
    return tuple(line + b"\n" for line in made.lines)


@cache
def whole(scenario: str, seed: int) -> str:
    """What is found when the log is taken in one piece."""
    return told(findings([b"".join(log(scenario, seed))], FENCES))


def test_the_seas_tell_of_areas_and_gates() -> None:
    """Else it would not be seen what of them depends on cuts."""
    every = "".join(whole(scenario, seed) for scenario in SCENARIOS for seed in (1, 2))
    assert all(f"'direction': '{way}'" in every for way in ("in", "unknown"))
    kinds = ("AreaEntered", "AreaLeft", "FirstSeenInArea", "WaitBegun", "WaitEnded")
    assert all(kind in every for kind in kinds)


def test_the_seas_tell_of_two_ships() -> None:
    """Of both kinds, begun and ended."""
    whole_day = whole("company", 1)
    assert all(kind in whole_day for kind in ("ShipsMet", "ShipsParted", "ConvoyFormed"))


def test_the_seas_tell_of_interference() -> None:
    """Begun and ended."""
    harbours = "".join(whole("spoofed-harbour", seed) for seed in range(4))
    assert all(word in harbours for word in ("InterferenceBegun", "InterferenceEnded"))


def test_the_seas_tell_of_what_ships_say() -> None:
    """And that they call elsewhere than they say."""
    every = whole("sayings", 1) + whole("fleet", 1)
    kinds = ("IdentityChanged", "IdentityFlapped", "DestinationChanged", "DeclaredElsewhere")
    assert all(kind in every for kind in kinds)


def told(found: list[Any]) -> str:
    """Findings as text: equal text is equal byte for byte."""
    return "\n".join(repr(finding) for finding in found)


def cut(lines: tuple[bytes, ...], places: list[int]) -> list[bytes]:
    """Pieces of whole lines, cut at these places."""
    edges = sorted({0, len(lines), *(place % len(lines) for place in places)})
    return [b"".join(lines[a:b]) for a, b in pairwise(edges)]


@PATIENT
@given(st.sampled_from(SCENARIOS), st.integers(0, 5), st.lists(st.integers(0, 10**6), max_size=60))
def test_batches_may_be_cut_anywhere(scenario: str, seed: int, places: list[int]) -> None:
    """The same events, in the same order, with the same bytes."""
    assert told(findings(cut(log(scenario, seed), places), FENCES)) == whole(scenario, seed)


def test_a_line_a_batch_is_the_same() -> None:
    """The smallest batches there are: live pace equals full speed."""
    lines = log("dark-transfer", 1)
    assert told(findings(list(lines), FENCES)) == whole("dark-transfer", 1)


@PATIENT
@given(st.sampled_from(SCENARIOS), st.integers(0, 3), st.integers(0, 2**32))
def test_shuffled_within_the_lateness(scenario: str, seed: int, draw: int) -> None:
    """Lines that arrive up to the lateness late, in any order, make the same events.

    Lines of one instant keep their order: ties are decided by arrival. What a fix is evidence for
    stays; its line number and arrival are those of the shuffled log.
    """
    random = Random(draw)
    lines = [line for line in log(scenario, seed) if line.count(b"VDM,1,1,")]
    stamped = [(int(line.split(b"c:")[1][:10]), index) for index, line in enumerate(lines)]
    plain = sorted(stamped)
    delay = {at: random.randint(0, 1) * random.randint(0, 100) for at, _ in stamped}
    order = {index: place for place, (_, index) in enumerate(plain)}
    shuffled = sorted((at + delay[at], order[index], index) for at, index in plain)
    one = findings([b"".join(lines[index] for _, index in plain)], FENCES)
    two = findings([b"".join(lines[index] for _, _, index in shuffled)], FENCES)
    assert [strip(finding) for finding in one] == [strip(finding) for finding in two]


def strip(finding: Any) -> Any:
    """A finding without what tells how its lines came: line numbers, reception, equal copies."""
    evidence = getattr(finding, "evidence", None)
    fixes = [] if evidence is None else [fix.at for fix in evidence.fixes]
    state = getattr(finding, "state", None)
    span = finding.span if evidence is not None else (finding.arrived, finding.departed)
    return (finding.id, state, span, finding.decided_at, finding.confidence, tuple(fixes))


@PATIENT
@given(st.sampled_from(SCENARIOS), st.integers(0, 3), st.lists(st.integers(1, 10**6), max_size=8))
def test_restart_anywhere(scenario: str, seed: int, places: list[int]) -> None:
    """Stopped after any line and started again from what was kept: the same events."""
    pieces = cut(log(scenario, seed), places)
    form = recognise(pieces[0], "log")
    decoder, pipeline = make_decoder(form), Pipeline(FENCES)
    found: list[Any] = []
    for index, piece in enumerate(pieces):
        reports = decoder.decode(Lines(data=piece, source="log"), final=index == len(pieces) - 1)
        found += pipeline.take("log", reports).findings
        kept, snapshot = json.dumps(decoder.state()), pipeline.snapshot(full=True)
        decoder, pipeline = make_decoder(form), Pipeline(FENCES)
        decoder.restore(json.loads(kept))
        pipeline.restore(through_text(snapshot))
    found += pipeline.finish().findings
    assert told(found) == whole(scenario, seed)


def through_text(snapshot: Snapshot) -> Snapshot:
    """A snapshot as the store gives it back."""
    snapshot.head = json.loads(json.dumps(snapshot.head))
    return snapshot


@pytest.mark.parametrize("lateness_s", [0, 30, 600])
def test_any_lateness_is_cut_invariant(lateness_s: int) -> None:
    """The setting changes what is late, never that cuts do not matter."""
    lines = log("receivers", 2)
    lateness = lateness_s * MINUTE_US // 60
    one = findings([b"".join(lines)], FENCES, lateness_us=lateness)
    many = findings(cut(lines, list(range(0, len(lines), 37))), FENCES, lateness_us=lateness)
    assert told(one) == told(many)
