"""Receivers: late, twice, mixed and damaged, and all of it counted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from monitor.simulator.radio import Sent
from monitor.simulator.receiver import Hearing, Receiver
from monitor.simulator.simulation import Simulation, simulate


def _faults(simulation: Simulation, name: str) -> int:
    return sum(vessel.faults.get(name, 0) for vessel in simulation.truth.vessels)


def _payload(line: bytes) -> bytes:
    return line.split(b"!", 1)[1].split(b",")[5]


def test_duplicates_are_the_same_report_by_two_stations() -> None:
    """As many repeated payloads as the truth counts."""
    lines = [line for line in simulate("receivers").lines if b",1,1,," in line]
    stations: dict[bytes, set[bytes]] = {}
    for line in lines:
        stations.setdefault(_payload(line), set()).add(line.split(b",")[0])
    repeated = [heard for heard in stations.values() if len(heard) > 1]
    assert abs(len(repeated) - _faults(simulate("receivers"), "duplicates")) < 5
    assert len(repeated) > 300


def test_clean_scenarios_have_no_duplicates() -> None:
    """One station, one line."""
    assert _faults(simulate("call"), "duplicates") == 0


def test_mixed_messages_share_sequence_and_channel_but_not_the_station() -> None:
    """First half, other ship's first half, second half, other ship's second half."""
    simulation = simulate("receivers")
    fields = [
        (line.split(b",")[0], tuple(line.split(b"!", 1)[1].split(b",")[1:5]))
        for line in simulation.lines
    ]
    mixed = sum(
        one[1] == two[1] and one[1][0] == b"2" and one[0] != two[0] for one, two in pairwise(fields)
    )
    assert mixed == _faults(simulation, "interleaved") > 4


def test_clean_receivers_damage_nothing() -> None:
    """No bad checksums either."""
    assert _faults(simulate("anchoring"), "bad_checksums") == 0


def test_two_messages_at_once_have_groups_of_their_own() -> None:
    """Or their parts would be taken for each other's; a second later but one it is free again."""
    receiver = Receiver(reception=Hearing(), rng=np.random.default_rng(0))
    assert receiver._free_group("TARTUS-1", "A", 9, 100) == 9
    assert receiver._free_group("TARTUS-1", "A", 9, 101) == 0
    assert receiver._free_group("TARTUS-1", "B", 9, 101) == 9
    assert receiver._free_group("TOBRUK-1", "A", 9, 101) == 9
    assert receiver._free_group("TARTUS-1", "A", 9, 102) == 9


def test_in_an_outage_its_stations_hear_nothing_and_the_others_all() -> None:
    """From an hour on until another, counted from the begin of the log."""
    deaf = Hearing(echo_share=0.0, deaf=(("tartus", 3_600.0, 7_200.0),))
    receiver = Receiver(reception=deaf, rng=np.random.default_rng(0), from_s=1_000.0)
    at = np.array([4_599, 4_600, 8_199, 8_200, 5_000], dtype=np.int64)
    group = np.array([0, 0, 0, 0, 1])
    sent = Sent(at_s=at, group=group, is_false=np.zeros(5, dtype=np.bool_), columns={})
    assert receiver._deaf(sent).tolist() == [False, True, True, False, False]
