"""What must be kept to go on after a restart, and what of it is believed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from monitor.arrays import rows_at
from monitor.engine import said_kept
from monitor.engine.kept import Kept
from monitor.engine.reception import Bucket, Key
from monitor.engine.reorder import Waiting
from monitor.units import NO_TIME, to_iso

NAMED = frozenset({said_kept.SAID, said_kept.STOOD, said_kept.WAITS})
"""Under which is kept what ships say."""


class Areas(NamedTuple):
    """Areas of interference as they stood."""

    at: int  # us; what had been passed
    states: list[Kept]


@dataclass(slots=True, kw_only=True)
class Snapshot:
    """What must be kept to go on: everything (``full``) or what changed since the last one."""

    head: dict[str, Any]  # version, clock, sequence, names of sources
    waiting: Waiting
    last: Any  # dtype FIX: last fixes of the vessels concerned
    heard: Any  # dtype HEARD, row for row
    states: list[Kept]  # of detectors, odd ships, names, what waits; one without a state is over
    reception: list[tuple[Key, Bucket]]  # absolute counts
    heard_before: list[tuple[Key, Bucket]] = field(default_factory=list)
    """What comes to buckets that are stored and no longer in memory: to be added."""
    rewritten: list[tuple[str, int]] = field(default_factory=list)
    """(port, bucket) that got something after they were over."""
    usual: list[tuple[str, int, int]] = field(default_factory=list)
    """(port, bucket, vessels) of earlier days, to restore from."""
    areas: Areas | None = None
    """Those of interference, where a day is over: to go on from when something of it comes late."""


def believed(snapshot: Snapshot, until: int) -> tuple[Snapshot, list[Kept], list[str]]:
    """A snapshot without what is of after ``until`` (us), what is to be deleted, and sentences."""
    head, waiting = snapshot.head, snapshot.waiting
    ahead = snapshot.last["at"] > until
    if head.get("newest", NO_TIME) <= until and not ahead.any():
        return snapshot, [], []
    ships = set(snapshot.last["mmsi"][ahead].tolist())
    of_them = {
        row for row in snapshot.states if _mmsi_of(row) in ships and row.detector not in NAMED
    }
    gone = [row._replace(state=None) for row in sorted(of_them)]
    pending = waiting.pending
    at = np.maximum(pending["at"], pending["received_at"])
    rest = replace(
        snapshot,
        head={
            **head, "newest": min(head["newest"], until), "floor": min(head["floor"], until),
            "shut": min(head.get("shut", NO_TIME), until),
        },
        waiting=waiting._replace(pending=rows_at(pending, at <= until)),
        last=rows_at(snapshot.last, ~ahead), heard=rows_at(snapshot.heard, ~ahead),
        states=[row for row in snapshot.states if row not in of_them],
    )  # fmt: skip
    note = (
        f"The stored clock stood at {to_iso(head['newest'])}, ahead of now: it is set back, and"
        f" what was remembered of {len(ships)} ships that were dated so is let go."
    )
    return rest, gone, [note]


def _mmsi_of(row: Kept) -> int | None:
    """Whom a kept state is about, by the first field of its key; None: about no ship."""
    first = row.key.removeprefix("[").partition(",")[0].rstrip("]")
    return int(first) if first.isdigit() else None


def ships_of(rows: Iterable[Kept]) -> set[int]:
    """The ships that kept states are about, those of reports that wait included."""
    rows = list(rows)
    found = {_mmsi_of(row) for row in rows if row.detector != said_kept.WAITS} - {None}
    waiting = said_kept.read([row for row in rows if row.detector == said_kept.WAITS]).waiting
    return {*(mmsi for mmsi in found if mmsi), *(one.static.mmsi for one in waiting.values())}
