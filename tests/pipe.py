"""Runs the pipe over bytes: what comes of them, without a store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from monitor.decode.decoder import Decoder
from monitor.decode.forms import make_decoder, recognise
from monitor.engine.detect.evidence import Finding
from monitor.engine.geofence import FenceSet
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.model import Event, Lines, Reports
from monitor.report.records import settle_events
from monitor.units import MINUTE_US, NO_TIME


def decoder_for(data: bytes, *, start: int = NO_TIME) -> Decoder:
    """The decoder that recognises these bytes."""
    return make_decoder(recognise(data[: 64 << 10], "log"), start=start)


def outcomes(
    pieces: Iterable[bytes],
    fences: FenceSet,
    *,
    start: int = NO_TIME,
    lateness_us: int = 2 * MINUTE_US,
) -> list[Outcome]:
    """Run the pipe over a log that was cut into these pieces of whole lines."""
    cut = list(pieces)
    decoder = decoder_for(b"".join(cut), start=start)
    pipeline = Pipeline(fences, lateness_us=lateness_us)
    found = []
    for index, piece in enumerate(cut):
        reports = decoder.decode(Lines(data=piece, source="log"), final=index == len(cut) - 1)
        found.append(pipeline.take("log", reports))
    return [*found, pipeline.finish()]


def by_kind(reports: Reports) -> dict[str, int]:
    """How many reports of each kind, of all sources."""
    counts: Counter[str] = Counter()
    for (_, kind), count in reports.kinds.items():
        counts[kind] += count
    return dict(counts)


def findings(pieces: Iterable[bytes], fences: FenceSet, **options: Any) -> list[Finding]:
    """All that the pipe found, in the order it was told."""
    return [
        finding for outcome in outcomes(pieces, fences, **options) for finding in outcome.findings
    ]


def events(pieces: Iterable[bytes], fences: FenceSet, **options: Any) -> list[dict[str, Any]]:
    """Last state of each event, as ``monitor events --format json`` has it."""
    found = findings(pieces, fences, **options)
    return settle_events(finding for finding in found if isinstance(finding, Event))
