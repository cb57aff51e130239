"""What ships say of themselves as it is kept, beside the states of detectors: a row a ship.

And a row for since when it stands, which changes once an hour; and one for each static report
that waits until its instant: so a thousand new names cost a thousand rows once, and not all of them
again with every batch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, fields
from functools import lru_cache
from operator import attrgetter

from monitor.engine.kept import Kept, NotReadableError, dump, load
from monitor.engine.stood import NOTED, Stood
from monitor.model import Static, StaticReport

SAID, STOOD, WAITS = "said", "stood", "static"
"""Under which they are kept: a ship by her MMSI, a report by its instant and its words."""

VERSION = 1

_WORDS = attrgetter(*(each.name for each in fields(Static)))


@lru_cache(maxsize=65_536)
def digest_of(static: Static) -> bytes:
    """What tells one claim from another: all that it says."""
    return hashlib.sha256(json.dumps(astuple(static)).encode()).digest()[:16]


def contradicts(known: Iterable[object], said: Iterable[object]) -> bool:
    """Whether, field by field, anything else is said than what is known."""
    pairs = zip(known, said, strict=True)
    return any(was != now for was, now in pairs if was is not None and now is not None)


def place_of(report: StaticReport) -> tuple[int, int, bytes]:
    """Its place among a ship's reports: of one instant by what they say, as the store has them.

    Not by their arrival: two receivers may be read in either order. Those that came late count in
    their order behind what came in time: what was before them may be told already.
    """
    if report.known_at > report.at:
        return report.known_at, report.seq, b""
    return report.known_at, -1, digest_of(report.static)


@dataclass(slots=True)
class Read:
    """What kept rows hold."""

    said: dict[int, Static] = field(default_factory=dict)  # by MMSI
    stood: dict[int, Stood] = field(default_factory=dict)  # by MMSI
    waiting: dict[str, StaticReport] = field(default_factory=dict)  # by key
    gone: list[Kept] = field(default_factory=list)  # what cannot be read
    notes: list[str] = field(default_factory=list)  # sentences about it


def row_of(mmsi: int, said: Static | None) -> Kept:
    """How it is kept what a ship says of herself; None: nothing is kept of her."""
    return Kept(SAID, VERSION, f"[{mmsi}]", None if said is None else dump(said))


def stood_row(mmsi: int, stood: Stood | None) -> Kept:
    """How it is kept since when it stands what a ship says; None: nothing is kept of her."""
    return Kept(STOOD, VERSION, f"[{mmsi}]", None if stood is None else dump(stood))


def waiting(static: StaticReport) -> Kept:
    """How a report is kept that waits."""
    return Kept(WAITS, VERSION, key_of(static), dump(static))


def key_of(static: StaticReport) -> str:
    """Its key among those that wait: whatever is not the same has another."""
    return f"[{static.known_at},{static.seq},{_WORDS(static.static)!r}]"


def waits_no_more(key: str) -> Kept:
    """The row of a report that waited, to be deleted."""
    return Kept(WAITS, VERSION, key, None)


def read(rows: Iterable[Kept]) -> Read:
    """What ships say and what waits, among kept states."""
    found = Read()
    lost = {
        "What ships said of themselves is": SAID, "Since when they said it is": STOOD,
        "Static reports that waited are": WAITS,
    }  # fmt: skip
    reasons: dict[str, str] = {}
    for row in rows:
        if row.detector not in lost.values():
            continue
        try:
            _read(row, found)
        except (NotReadableError, ValueError, TypeError) as error:
            found.gone.append(row._replace(state=None))
            reasons.setdefault(row.detector, str(error))
    found.notes = [
        f"{what} let go: {reasons[name]}." for what, name in lost.items() if name in reasons
    ]
    return found


def _read(row: Kept, found: Read) -> None:
    if row.version != VERSION:
        message = f"version {row.version} is not known here"
        raise NotReadableError(message)
    if row.detector == SAID:
        said: Static = load(Static, row.state or "")
        found.said[said.mmsi] = said
    elif row.detector == STOOD:
        stood: Stood = load(Stood, row.state or "")
        if {len(stood.since), len(stood.last)} != {len(NOTED)}:
            message = f"it is not of the {len(NOTED)} that are noted"
            raise NotReadableError(message)
        (mmsi,) = json.loads(row.key)
        found.stood[mmsi] = stood
    else:
        found.waiting[row.key] = load(StaticReport, row.state or "")
