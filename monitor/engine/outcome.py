"""What comes of a batch of reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.engine.candidate import Candidacy
from monitor.engine.detect.detector import OffTrack
from monitor.engine.detect.evidence import Finding
from monitor.model import FIX, Refusal, Refusals, StaticReport
from monitor.units import NO_TIME


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of a batch. All that must be stored with it, in one transaction."""

    fixes: Any  # dtype FIX: believed, released, sorted by (mmsi, track, at)
    tracks: NDArray[np.int8]  # track number of each
    late: Any  # dtype FIX: to be taken with the ships' other reports, again
    late_after: int  # us; what had passed when they came
    again: set[int]  # MMSIs to be taken again for another reason
    disbelieved: list[tuple[Refusal, Any]]  # fixes that were refused and are kept (dtype FIX)
    statics: list[StaticReport]
    findings: list[Finding]
    candidates: list[Candidacy]  # what came of positions that no ship could have reached
    off_track: list[OffTrack]  # who was astray
    refusals: Refusals
    kinds: Counter[tuple[str, str]]  # (source, kind) -> how many
    lines: int


def nothing() -> Outcome:
    """What comes of no input at all."""
    return Outcome(
        fixes=np.zeros(0, dtype=FIX), tracks=np.zeros(0, dtype=np.int8),
        late=np.zeros(0, dtype=FIX), late_after=NO_TIME, again=set(), disbelieved=[], statics=[],
        findings=[], candidates=[], off_track=[], refusals=Counter(), kinds=Counter(), lines=0,
    )  # fmt: skip
