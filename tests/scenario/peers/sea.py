"""Other projects' cases, put into our sea: their data, a test port, and what our pipe says."""

from __future__ import annotations

import json
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from monitor.engine.geofence import FenceKind, FenceSet, Port
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.fencefile import load_port
from monitor.model import FIX, Event, EventKind, Reports
from monitor.units import SECOND_US, from_datetime

PEERCASES = Path(__file__).parents[3].parent / "shared" / "data" / "peercases"
ABSENT = "the peers' cases are not beside the repository (../shared/data/peercases)"

MMSI = 200_000_000
"""Peers number their ships 1, 100, 12345: added to such a number it is a ship's MMSI."""

needs_peers = pytest.mark.skipif(not PEERCASES.is_dir(), reason=ABSENT)


def peer(name: str) -> Any:
    """Return the content of a peer's file; empty where the files are absent (tests then skip)."""
    path = PEERCASES / name
    return json.loads(path.read_text()) if path.exists() else defaultdict(list)


def named(cases: Iterable[Any], key: str = "name") -> list[Any]:
    """Make one parameter a case, shown by its name."""
    return [pytest.param(case, id=str(case[key])) for case in cases]


def us(instant: str) -> int:
    """Read an ISO instant as microseconds."""
    return from_datetime(datetime.fromisoformat(instant))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A position as a peer's case gives it."""

    mmsi: int
    at: int
    lon: float
    lat: float
    sog_kn: float = float("nan")
    cog_deg: float = float("nan")


def reports(seen: Sequence[Seen]) -> Reports:
    """Make position reports, line for line, each received when it was true."""
    positions = np.zeros(len(seen), dtype=FIX)
    clock = np.maximum.accumulate(np.array([s.at for s in seen], dtype=np.int64))
    for row, one in enumerate(seen):
        said = (one.mmsi, one.at, one.lon, one.lat, one.sog_kn, one.cog_deg)
        for name in ("mmsi", "at", "lon", "lat", "sog_kn", "cog_deg"):
            positions[name][row] = getattr(one, name)
        positions["content"][row] = zlib.crc32(repr(said).encode())
    positions["received_at"], positions["seq"] = clock, np.arange(len(seen))
    positions["line"] = np.arange(len(seen)) + 1
    positions["heading_deg"] = positions["turn_deg_min"] = np.nan
    positions["status"], positions["type"] = -1, 1
    return Reports(positions=positions, lines=len(seen), clock=clock, settled=True)


def drawn_port(
    folder: Path, shapes: dict[str, BaseGeometry], kind: FenceKind = FenceKind.APPROACH
) -> Port:
    """Write the shapes as a geofence file and read it as the program does."""
    features = [
        {
            "type": "Feature",
            "id": name,
            "properties": {"kind": kind.value},
            "geometry": mapping(shape),
        }
        for name, shape in shapes.items()
    ]
    file = folder / "peer.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "port": "peer", "features": features}))
    return load_port(file)


class Sea:
    """The whole pipe over one port."""

    def __init__(self, port: Port, *, lateness_us: int = 0) -> None:
        """Nothing has been seen; by default the log is in order."""
        self.pipeline = Pipeline(FenceSet(ports=(port,)), lateness_us=lateness_us)

    def hear(self, *seen: Seen) -> Outcome:
        """Take these reports."""
        return self.pipeline.take("peer", reports(seen))

    def events(self, *seen: Seen) -> list[Event]:
        """Take these reports; return the events they make."""
        return only_events(self.hear(*seen))

    def wait(self, until: int) -> list[Event]:
        """Let the clock go to ``until``; return the events that are born of silence."""
        return only_events(self.pipeline.advance(until))


def only_events(outcome: Outcome) -> list[Event]:
    return [finding for finding in outcome.findings if isinstance(finding, Event)]


def of_kinds(events: Iterable[Event], *kinds: EventKind) -> list[Event]:
    return [event for event in events if event.kind in kinds]


def set_everywhere(patch: pytest.MonkeyPatch, name: str, value: float) -> None:
    """Give a threshold of the core another value, in every module that took it."""
    homes = [m for n, m in sys.modules.items() if n.startswith("monitor.") and hasattr(m, name)]
    assert homes, f"no module of the core has {name}"
    for home in homes:
        patch.setattr(home, name, value)


def seconds(count: float) -> int:
    return round(count * SECOND_US)
