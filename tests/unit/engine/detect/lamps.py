"""A detector to try with: each fix lights a ship's lamp, which dims and goes out by itself.

Lit by a fix, it dims ten minutes after it and goes out twenty minutes after it; a moored ship puts
it out. It tells all of that, each with its instant. Ship 5 has none any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from monitor.engine.detect.detection import Detection
from monitor.engine.detect.detector import Fact, Found, Seen, Told
from monitor.engine.geofence import FenceSet
from monitor.engine.kept import NotReadableError
from monitor.engine.track import Tracker
from monitor.model import FIX, EventKind, Fix, Ship, Span
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at

DIM_US, OUT_US = 10 * MINUTE_US, 20 * MINUTE_US
MOORED = 5
"""Navigational status."""

ONE, TWO, THREE = Ship(201_000_001, 0), Ship(202_000_002, 0), Ship(203_000_003, 0)
NONE_ANY_MORE = Ship(5, 0)


@dataclass(slots=True)
class Lamp:
    """A lamp that burns."""

    lit_at: int
    dim: bool = False


class Lit(NamedTuple):
    """A fix that lights a lamp."""

    fix: Fix
    decided_at: int

    @property
    def now(self) -> int:
        """The instant at which this was known."""
        return max(self.fix.at, self.decided_at)


class Lamps:
    """The detector."""

    NAME: ClassVar[str] = "lamp"
    VERSION: ClassVar[int] = 2  # the first was a list, of when it was lit only
    KEY: ClassVar[type[Any]] = Ship
    STATE: ClassVar[type[Any]] = Lamp

    def __init__(self, fences: FenceSet) -> None:
        """Look at no fences."""
        del fences

    def rows(self, seen: Seen, states: Mapping[Ship, Lamp]) -> Iterator[tuple[Ship, Lit]]:
        """All fixes."""
        del states
        for row, link in enumerate(seen.tracks.links):
            fix = seen.fix(row)
            yield Ship(fix.mmsi, int(link["track"])), Lit(fix, int(link["decided_at"]))

    def step(self, state: Lamp | None, moment: Lit) -> tuple[Lamp | None, list[Found]]:
        """Light the lamp, or put it out."""
        if moment.fix.status == MOORED:
            return None, [] if state is None else [said("put out", moment.decided_at)]
        return Lamp(moment.fix.at), [said("lit" if state is None else "on", moment.decided_at)]

    def deadline(self, state: Lamp) -> int:
        """When it dims, then when it goes out."""
        return state.lit_at + (OUT_US if state.dim else DIM_US)

    def wake(self, key: Ship, state: Lamp, at: int) -> tuple[Lamp | None, list[Found]]:
        """It dims, or goes out."""
        del key
        if state.dim:
            return None, [said("out", at)]
        state.dim = True
        return state, [said("dim", at)]

    def upgrade(self, key: Ship, state: Any, version: int) -> Any:
        """Name the field of the first version."""
        del key
        if version != 1:
            message = f"version {version} is not known here"
            raise NotReadableError(message)
        return {"lit_at": state[0], "dim": False}

    def admit(self, key: Ship, state: Lamp) -> str | None:
        """One ship has no lamp any more."""
        del state
        return f"ship {key.mmsi} has no lamp any more" if key == NONE_ANY_MORE else None

    def said(self) -> list[str]:
        """Nothing was mended."""
        return []


def said(words: str, at: int) -> Fact:
    """Return a fact of these words."""
    return Fact(
        kind=EventKind.BERTHED, span=Span(earliest=at, at=at, latest=at), decided_at=at,
        place=None, fixes=(), why=words, key_at=at,
    )  # fmt: skip


def lines(told: list[Told]) -> list[str]:
    """Each fact of a ship as number, words and minute."""
    return [
        f"{about[0] % 10} {found.why} {(found.decided_at - START) / MINUTE_US:g}"
        for about, found in told
        if isinstance(found, Fact) and isinstance(about, Ship)
    ]


def of(ship: Ship, minute: float, **fields: Any) -> Fix:
    """Return a fix of a ship."""
    return fix_at(minute, mmsi=ship.mmsi, **fields)


def seen(until: float, *fixes: Fix, tracker: Tracker | None = None) -> Seen:
    """Return a batch of fixes as detectors see it, with the watermark at a minute."""
    ordered = sorted(fixes, key=lambda fix: (fix.mmsi, fix.at, fix.seq))
    rows = np.array([tuple(fix) for fix in ordered], dtype=FIX)
    tracks = (Tracker() if tracker is None else tracker).follow(rows)
    return Seen(tracks=tracks, until=START + round(until * MINUTE_US))


def take(on: Detection, batch: Seen) -> list[Told]:
    """Give all detectors a batch."""
    return on.take(batch.tracks, batch.statics, batch.until)
