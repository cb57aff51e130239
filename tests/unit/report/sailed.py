"""Ships, calls and silences for tests of reports, by hours of one day; and two drawn ports."""

from __future__ import annotations

from typing import Any

import shapely

from monitor.engine.geofence import Fence, FenceKind, FenceSet, Port
from monitor.model import CallState, PortCall, Span
from monitor.report.whereabouts import Reach, Silence, Vessel, Whereabouts
from monitor.units import HOUR_US

AT = 1_733_011_200_000_000  # 2024-12-01T00:00:00Z


def hour(number: float) -> int:
    """An instant, us."""
    return AT + round(number * HOUR_US)


def port(id_: str, lon: float) -> Port:
    """A port at 34 N: 0.1 degree to all sides is its approach, 0.01 its harbour."""
    fences = tuple(
        Fence(
            id=f"{id_}-{kind}", kind=kind, name=f"{id_} {kind}",
            shape=shapely.box(lon - size, 34 - size, lon + size, 34 + size),
        )
        for kind, size in ((FenceKind.APPROACH, 0.1), (FenceKind.HARBOUR, 0.01))
    )  # fmt: skip
    return Port(id=id_, name=id_.capitalize(), fences=fences, hash="")


HOME, AWAY = port("home", 35.0), port("away", 25.0)
"""Some 498 NM from each other: 16.6 h at 30 kn, 8.3 h at 60."""

FENCES = FenceSet(ports=(AWAY, HOME))
TO_HOME, TO_AWAY = Reach(port=HOME), Reach(port=AWAY)


def at_home(at: float) -> Whereabouts:
    """Heard in the harbour of Home."""
    return Whereabouts(at=hour(at), lon=35.0, lat=34.0, port="home")


def away(at: float) -> Whereabouts:
    """Heard in the harbour of Away."""
    return Whereabouts(at=hour(at), lon=25.0, lat=34.0, port="away")


def at_sea(at: float, lon: float = 30.0) -> Whereabouts:
    """Heard between the two."""
    return Whereabouts(at=hour(at), lon=lon, lat=34.0)


def span(*hours: float | None) -> Span:
    """Earliest, best and latest; of two, the bounds."""
    known = [None if one is None else hour(one) for one in hours]
    earliest, best, latest = known if len(known) == 3 else (known[0], None, known[1])
    return Span(earliest=earliest, at=best, latest=latest)


def call(where: str, arrived: Span, departed: Span | None = None, **words: Any) -> PortCall:
    """A call; with confidence 3 unless said."""
    return PortCall(
        **{
            "id": f"{abs(hash((where, arrived.latest))):032x}"[-32:], "mmsi": 273_999_410,
            "track": 0, "name": "SEVERNYY VETER", "port": where, "arrived": arrived,
            "departed": departed, "confidence": 3, "stages": (), "decided_at": AT,
            "state": CallState.IN_PORT if departed is None else CallState.AWAY, **words,
        }
    )  # fmt: skip


def ship(*calls: PortCall, last: Whereabouts | None = None, **words: Any) -> Vessel:
    """A cargo ship with these calls."""
    return Vessel(
        **{
            "mmsi": 273_999_410, "track": 0, "name": "SEVERNYY VETER", "ship_type": 70,
            "calls": calls, "last": last, **words,
        }
    )  # fmt: skip


def silence(before: Whereabouts, after: Whereabouts | None) -> Silence:
    """A time in which she was not heard."""
    return Silence(before=before, after=after)
