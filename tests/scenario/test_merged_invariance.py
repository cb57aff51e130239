"""What edges sent is one journal: however it is cut or restarted, it finds the same.

One of two edges is cut off for a third of the time, and brings afterwards what it heard meanwhile:
time does not go back for that, and its lines are late or not wherever a batch ends.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import pytest

from monitor.journal.blocks import block, header, tick
from monitor.journal.merged import merged
from monitor.journal.parcel import Parcel
from monitor.units import HOUR_US, SECOND_US
from tests.scenario.test_journal_invariance import FEEDS, cut, received, run

EDGES = {"east": "north", "west": "south", "other": "south"}
LINES = 12
"""Of a message."""


class Edge:
    """An edge's journal, as it is sent."""

    def __init__(self, name: str) -> None:
        """It has sent nothing."""
        feeds = {feed: form for feed, form in FEEDS.items() if EDGES[feed] == name}
        self.name, self.header = name, header(feeds, lateness_s=30.0, journal=name)
        self.position, self.lines, self.waiting = len(self.header), 0, b""

    def hear(self, at: int, feed: str, line: bytes) -> None:
        """Keep a line, and now and then that nothing came."""
        self.waiting += block(at, feed, line, self.lines)
        self.lines += 1
        if not self.lines % 7:
            self.waiting += tick(at + SECOND_US, self.lines)

    def send(self, now: int) -> Parcel:
        """All that waits, as the broker stores it."""
        journal = self.name.encode().hex().ljust(32, "0")
        parcel = Parcel(self.name, journal, self.position, self.header, self.waiting, 1, now)
        self.position, self.waiting = parcel.end, b""
        return parcel


@cache
def text(scenario: str, seed: int) -> bytes:
    """The merged journal; south is cut off in the middle."""
    lines = received(scenario, seed)
    edges, parcels = {name: Edge(name) for name in ("north", "south")}, []
    for number, (at, feed, line) in enumerate(lines):
        edge = edges[EDGES[feed]]
        edge.hear(at, feed, line)
        is_off = edge.name == "south" and len(lines) / 3 < number < 2 * len(lines) / 3
        if not number % LINES and not is_off:
            parcels.append(edge.send(at + SECOND_US))
    parcels += [edge.send(lines[-1][0] + SECOND_US) for edge in edges.values()]
    end = lines[-1][0] + HOUR_US  # so that nothing waits any more
    edges["north"].waiting = tick(end, edges["north"].lines)
    parcels.append(edges["north"].send(end))
    return merged(b"\x03" * 16, parcels)


@cache
def whole(scenario: str, seed: int) -> dict[str, Any]:
    return run([text(scenario, seed)]).told()


@pytest.mark.parametrize("restarts", [False, True], ids=["running", "restarted"])
@pytest.mark.parametrize("scenario", ["dark-transfer", "receivers"])
def test_cut_anywhere(scenario: str, restarts: bool) -> None:  # noqa: FBT001
    """Within blocks and lines, too."""
    data, random = text(scenario, 1), Random(scenario)
    places = [random.randrange(len(data)) for _ in range(25)]
    found = run(cut(data, places), restarts=restarts).told()
    assert found == whole(scenario, 1)
    assert found["late"] > 0
    assert found["findings"]


def test_what_one_edge_heard_in_time_is_none_the_worse() -> None:
    """The same lines, received by one journal in their order, make the same reports."""
    told = whole("receivers", 1)
    kinds = {kind: n for (_, kind), n in told["kinds"].items()}
    assert kinds["position"] > 0
    assert {source for source, _ in told["kinds"]} <= {f"{EDGES[f]}/{f}" for f in FEEDS}
