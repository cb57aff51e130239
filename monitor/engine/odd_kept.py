"""Odd vessels as they are kept, beside the states of detectors, and those of earlier versions.

Version 0 was a list without names. Version 1 knew no candidates: what was held were chains of
fixes.
Version 2 forgot where a young track had leapt from, version 3 where she was heard astray.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from monitor.engine import kept
from monitor.engine.kept import Kept, NotReadableError
from monitor.engine.odd import Odd
from monitor.model import Fix, Ship
from monitor.units import NO_TIME

TRACK = "track"
TRACK_VERSION = 4
"""Under which they are kept."""


class Read(NamedTuple):
    """What kept states hold of odd vessels."""

    odd: dict[int, Odd]  # by MMSI
    older: list[int]  # MMSIs of those that were of an earlier version
    gone: list[Kept]  # what cannot be read
    notes: list[str]  # sentences about those


def row_of(mmsi: int, odd: Odd | None) -> Kept:
    """How an odd vessel is kept; None: she is odd no more."""
    state = None if odd is None else kept.dump(odd)
    return Kept(TRACK, TRACK_VERSION, kept.key_text(Ship(mmsi, 0)), state)


def read(rows: list[Kept]) -> Read:
    """The odd vessels among kept states."""
    found = Read({}, [], [], [])
    for row in rows:
        if row.detector != TRACK:
            continue
        try:
            ship = kept.key_of(Ship, row.key)
            found.odd[ship.mmsi] = _odd_of(row)
        except NotReadableError as error:
            found.gone.append(row)
            found.notes.append(f"The tracks of vessel {row.key} are begun anew: {error}.")
        else:
            if row.version != TRACK_VERSION:
                found.older.append(ship.mmsi)
    return found


def _odd_of(state: Kept) -> Odd:
    document = kept.parsed(state.state or "")
    raw = document["state"]
    if state.version == 0 and isinstance(raw, list):
        raw = dict(zip(("tracks", "held", "next_track"), raw, strict=False))
    if state.version < 2:
        raw = _with_candidates(raw)
    if state.version < 3:
        raw = {**raw, "left": None, "left_us": 0}
    if state.version < TRACK_VERSION:
        raw = {**raw, "astray": None}
    elif state.version != TRACK_VERSION:
        message = f"version {state.version} is not known here"
        raise NotReadableError(message)
    odd: Odd = kept.read(Odd, raw, layout=document["fix"])
    return odd


def _with_candidates(raw: Any) -> dict[str, Any]:
    """An odd vessel of version 1, whose held fixes were chains; NotReadableError if it is none."""
    at = Fix._fields.index("at")
    try:
        return {
            "tracks": raw["tracks"],
            "held": [
                {
                    "fixes": chain, "origin": None, "origin_number": None, "count": len(chain),
                    "meanwhile": 0, "between": False, "alone_at": chain[0][at],
                }
                for chain in raw["held"]
            ],
            "several": raw["next_track"] > 1, "since_at": NO_TIME,
            "known": {number: [False, NO_TIME, NO_TIME, 0.0, 0.0] for number in raw["tracks"]},
        }  # fmt: skip
    except (TypeError, KeyError, IndexError) as error:
        message = f"it is no odd vessel of version 1 ({error})"
        raise NotReadableError(message) from error
