"""Makes a batch ready to be written: all bytes and rows, without a database in sight.

This runs beside the pipeline, off the event loop; ``writer.py`` only sends what is made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from monitor.engine.geofence import FenceSet
from monitor.engine.kept import FIX_LAYOUT
from monitor.engine.outcome import Outcome
from monitor.engine.reception import Bucket, Key
from monitor.engine.said_kept import digest_of
from monitor.engine.snapshot import Snapshot
from monitor.model import Event, PortCall, Refusal, StaticReport
from monitor.store import pgcopy
from monitor.store.claims import PRESENT, Claims
from monitor.store.findings import call_row, candidate_row, event_row
from monitor.store.off_track import off_track_rows
from monitor.store.packed import Packed
from monitor.store.positions import days_of, months_of, packed_months, stored_of
from monitor.units import to_datetime


@dataclass(slots=True, kw_only=True)
class Offset:
    """How far a log was taken."""

    source: str
    head_length: int
    head_digest: bytes
    byte_offset: int
    lines: int
    input_format: str
    decoder: str
    finished: bool


@dataclass(slots=True, kw_only=True)
class Batch:
    """One transaction."""

    months: list[tuple[int, bytes]]  # (an instant in the month, COPY rows) of positions
    packed: list[tuple[int, Packed]]  # the same of those that are packed as they come
    days: set[date]  # of both, UTC
    late: bytes  # COPY rows
    disbelieved: bytes  # COPY rows
    statics: bytes  # COPY rows
    again: list[tuple[int]]  # MMSIs
    vessels: bytes
    identities: list[tuple[Any, ...]]
    who: list[tuple[Any, ...]]
    events: list[tuple[Any, ...]]
    told: list[tuple[str, Event]]  # the same as they are, by id: alerts may be raised for them
    calls: list[tuple[Any, ...]]
    candidates: list[tuple[Any, ...]]
    off_track: list[tuple[Any, ...]]
    withdrawn: list[tuple[str]]
    refusals: list[tuple[str, str, int]]
    kinds: list[tuple[str, str, int]]
    reception: list[tuple[Any, ...]]
    heard_before: list[tuple[Any, ...]]
    rewritten: list[tuple[Any, ...]]  # (port, first bucket, last)
    snapshot: Snapshot
    offsets: list[Offset]


LATE = ("mmsi", "at", "after", "source", "layout", "report")
DISBELIEVED = ("mmsi", "at", "reason", "source", "layout", "report")
STATIC = ("mmsi", "at", "received_at", "source", "digest")

VESSEL = ("mmsi", "at", "geom", "sog_kn", "cog_deg", "status", "layout", "fix", "heard")
"""Columns of ``vessels``."""

IDENTITY = (
    "mmsi", "digest", *PRESENT, "draught_m", "destination", "eta", "first_at", "last_at",
)  # fmt: skip
WHO = ("mmsi", *PRESENT, "identified_at")


def make_batch(
    outcome: Outcome,
    snapshot: Snapshot,
    offsets: list[Offset],
    numbers: Mapping[str, int],
    claims: Claims,
) -> Batch:
    """Turn an outcome and what must be kept with it into rows; ``numbers`` of the sources.

    But for its positions: see ``put_positions``.
    """
    known = [numbers[name] for name in snapshot.head["sources"]]
    identities, who = claims.news(outcome.statics)
    again, claims.unsure = outcome.again | claims.unsure, set()
    calls = [f for f in outcome.findings if isinstance(f, PortCall)]
    return Batch(
        months=[],
        packed=[],
        days=set(),
        late=_late(outcome.late, outcome.late_after, known),
        disbelieved=disbelieved_rows(outcome.disbelieved, known),
        statics=_said(outcome.statics, known),
        again=[(mmsi,) for mmsi in sorted(again)],
        vessels=_vessels(snapshot.last, snapshot.heard),
        identities=identities,
        who=who,
        events=[event_row(f) for f in outcome.findings if isinstance(f, Event)],
        told=[(f.id, f) for f in outcome.findings if isinstance(f, Event)],
        calls=[call_row(call) for call in calls if not call.withdrawn],
        candidates=[candidate_row(came) for came in outcome.candidates],
        off_track=off_track_rows(outcome.off_track, known),
        withdrawn=[(call.id,) for call in calls if call.withdrawn],
        refusals=[(s, r, n) for (s, r), n in sorted(outcome.refusals.items()) if n],
        kinds=[(s, k, n) for (s, k), n in sorted(outcome.kinds.items())],
        reception=[_heard(key, bucket, known) for key, bucket in snapshot.reception],
        heard_before=[_heard(key, bucket, known) for key, bucket in snapshot.heard_before],
        rewritten=_spans(snapshot.rewritten),
        snapshot=snapshot,
        offsets=offsets,
    )


def put_positions(
    batch: Batch, outcome: Outcome, numbers: Mapping[str, int], fences: FenceSet, *, packs: bool
) -> None:
    """Put the rows of the fixes of an outcome into its batch.

    Apart, for it is most of the work, and of all that goes into a batch fixes alone do not change
    any more: it may be done while others go on. ``packs``: positions of ships that have many are
    packed at once.
    """
    known = [numbers[name] for name in batch.snapshot.head["sources"]]
    stored = stored_of(outcome.fixes, outcome.tracks, known, fences)
    batch.packed, stored = packed_months(stored) if packs else ([], stored)
    batch.months, batch.days = months_of(stored), days_of(outcome.fixes["at"])


def _heard(key: Key, bucket: Bucket, numbers: list[int]) -> tuple[Any, ...]:
    source, port, begin = key
    return (
        port, numbers[source], to_datetime(begin), bucket.messages, to_datetime(bucket.heard_at),
        sorted(bucket.vessels), sorted(bucket.disturbed), bucket.rings,
    )  # fmt: skip


def _spans(buckets: list[tuple[str, int]]) -> list[tuple[Any, ...]]:
    """(port, bucket) as the first and the last of each port."""
    by_port: dict[str, list[int]] = {}
    for port, begin in buckets:
        by_port.setdefault(port, []).append(begin)
    return [(p, to_datetime(min(at)), to_datetime(max(at))) for p, at in sorted(by_port.items())]


def _said(reports: list[StaticReport], numbers: list[int]) -> bytes:
    """Rows of table ``static_report``."""
    if not reports:
        return b""
    digests = b"".join([digest_of(report.static) for report in reports])
    return pgcopy.rows_of(
        [
            pgcopy.integer([report.static.mmsi for report in reports], 4),
            pgcopy.instant([report.at for report in reports]),
            pgcopy.instant([report.received_at for report in reports]),
            pgcopy.integer([numbers[report.source] for report in reports], 2),
            pgcopy.blob(np.frombuffer(digests, dtype=f"V{len(digests) // len(reports)}")),
        ]
    )


def _late(late: Any, after: int, numbers: list[int]) -> bytes:
    """Rows of table ``late_report``, in order of arrival."""
    if not len(late):
        return b""
    passed = pgcopy.instant(np.full(len(late), max(after, 0)))
    return pgcopy.rows_of([*_whom(late), passed, *_whole(late, numbers)])


def disbelieved_rows(found: list[tuple[Refusal, Any]], numbers: list[int]) -> bytes:
    """Rows of table ``refused_report``."""
    parts = []
    for reason, fixes in found:
        words = np.full(len(fixes), reason.value.encode())
        why = pgcopy.words(words, len(reason.value))
        parts.append(pgcopy.rows_of([*_whom(fixes), why, *_whole(fixes, numbers)]))
    return b"".join(parts)


def _whom(fixes: Any) -> list[pgcopy.Field]:
    return [pgcopy.integer(fixes["mmsi"], 4), pgcopy.instant(fixes["at"])]


def _whole(fixes: Any, numbers: list[int]) -> list[pgcopy.Field]:
    """Number of the source, and a report as it is."""
    return [
        pgcopy.integer(np.array(numbers)[fixes["source"]], 2),
        pgcopy.integer(np.full(len(fixes), FIX_LAYOUT), 2),
        pgcopy.blob(fixes),
    ]


def _vessels(last: Any, heard: Any) -> bytes:
    if not len(last):
        return b""
    return pgcopy.rows_of(
        [
            pgcopy.integer(last["mmsi"], 4),
            pgcopy.instant(last["at"]),
            pgcopy.point(last["lon"], last["lat"]),
            pgcopy.real(last["sog_kn"]),
            pgcopy.real(last["cog_deg"]),
            pgcopy.integer(last["status"], 2, last["status"] < 0),
            pgcopy.integer(np.full(len(last), FIX_LAYOUT), 2),
            pgcopy.blob(last),
            pgcopy.blob(heard),
        ]
    )
