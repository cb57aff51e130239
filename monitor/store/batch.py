"""Makes a batch ready to be written: all bytes and rows, without a database in sight.

This runs beside the pipeline, off the event loop; ``writer.py`` only sends what is made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from monitor.engine.kept import FIX_LAYOUT
from monitor.engine.pipeline import Outcome, Snapshot
from monitor.engine.reception import Bucket, Key
from monitor.model import Event, PortCall
from monitor.store import pgcopy
from monitor.store.claims import PRESENT, Claims
from monitor.store.findings import call_row, candidate_row, event_row
from monitor.units import DAY_US, to_datetime


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

    months: list[tuple[int, bytes]]  # (an instant in the month, COPY rows)
    late: list[tuple[int, bytes]]  # the same, of late reports
    vessels: bytes
    identities: list[tuple[Any, ...]]
    who: list[tuple[Any, ...]]
    events: list[tuple[Any, ...]]
    calls: list[tuple[Any, ...]]
    candidates: list[tuple[Any, ...]]
    withdrawn: list[tuple[str]]
    refusals: list[tuple[str, str, int]]
    kinds: list[tuple[str, str, int]]
    reception: list[tuple[Any, ...]]
    snapshot: Snapshot
    offsets: list[Offset]


POSITION = (
    "mmsi", "at", "geom", "sog_kn", "cog_deg", "heading_deg", "status", "type", "track",
    "received_at", "source", "line",
)  # fmt: skip
"""Columns of ``months`` and ``late``, in their order."""

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
    """Turn an outcome and what must be kept with it into rows; ``numbers`` of the sources."""
    known = [numbers[name] for name in snapshot.head["sources"]]
    late = outcome.late[np.lexsort([outcome.late[key] for key in ("seq", "at", "mmsi")])]
    identities, who = claims.news(outcome.statics)
    calls = [f for f in outcome.findings if isinstance(f, PortCall)]
    return Batch(
        months=_months(outcome.fixes, outcome.tracks, known),
        late=_months(late, np.zeros(len(late), dtype=np.int8), known),
        vessels=_vessels(snapshot.last, snapshot.heard),
        identities=identities,
        who=who,
        events=[event_row(f) for f in outcome.findings if isinstance(f, Event)],
        calls=[call_row(call) for call in calls if not call.withdrawn],
        candidates=[candidate_row(came) for came in outcome.candidates],
        withdrawn=[(call.id,) for call in calls if call.withdrawn],
        refusals=[(s, r, n) for (s, r), n in sorted(outcome.refusals.items()) if n],
        kinds=[(s, k, n) for (s, k), n in sorted(outcome.kinds.items())],
        reception=[_heard(key, bucket, known) for key, bucket in snapshot.reception],
        snapshot=snapshot,
        offsets=offsets,
    )


def _heard(key: Key, bucket: Bucket, numbers: list[int]) -> tuple[Any, ...]:
    source, port, begin = key
    return (
        port, numbers[source], to_datetime(begin), bucket.messages, to_datetime(bucket.heard_at),
        sorted(bucket.vessels), sorted(bucket.disturbed), bucket.rings,
    )  # fmt: skip


def _months(fixes: Any, tracks: Any, numbers: list[int]) -> list[tuple[int, bytes]]:
    months = _month(fixes["at"])
    parts = []
    for month in np.unique(months).tolist():
        pick = np.flatnonzero(months == month)
        part = (fixes, tracks) if len(pick) == len(fixes) else (fixes[pick], tracks[pick])
        parts.append((int(part[0]["at"][0]), position_rows(*part, numbers)))
    return parts


def position_rows(fixes: Any, tracks: Any, numbers: list[int]) -> bytes:
    """Rows of table ``position``; ``numbers`` maps the pipeline's source numbers to the table's."""
    heading, status = fixes["heading_deg"], fixes["status"]
    no_heading = np.isnan(heading)
    return pgcopy.rows_of(
        [
            pgcopy.integer(fixes["mmsi"], 4),
            pgcopy.instant(fixes["at"]),
            pgcopy.point(fixes["lon"], fixes["lat"]),
            pgcopy.real(fixes["sog_kn"]),
            pgcopy.real(fixes["cog_deg"]),
            pgcopy.integer(np.where(no_heading, 0, heading), 2, no_heading),
            pgcopy.integer(status, 2, status < 0),
            pgcopy.integer(fixes["type"], 2),
            pgcopy.integer(tracks, 2),
            pgcopy.instant(fixes["received_at"]),
            pgcopy.integer(np.array(numbers)[fixes["source"]], 2),
            pgcopy.integer(fixes["line"], 8),
        ]
    )


def _month(at: Any) -> Any:
    return (at // DAY_US).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


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
