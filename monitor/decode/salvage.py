"""What is left of a batch on which a decoder fails: one line must not cost the others."""

from __future__ import annotations

import numpy as np

from monitor.decode.decoder import Decoder
from monitor.model import FIX, Lines, Refusal, Reports


def salvaged(decoder: Decoder, batch: Lines) -> Reports:
    """Decode a batch; a line on which the decoder fails is refused, and nothing else is."""
    before = decoder.state()
    try:
        return decoder.decode(batch)
    except Exception:  # noqa: BLE001 - whatever it is, it must not cost other lines or feeds
        decoder.restore(before)
    times = batch.received_at if batch.received_at is not None else np.zeros(0, dtype=np.int64)
    merged = Reports(positions=np.zeros(0, dtype=FIX))
    positions = []
    for place, line in enumerate(batch.data.splitlines(keepends=True)[: len(times)]):
        before = decoder.state()
        one = Lines(data=line, source=batch.source, received_at=times[place : place + 1])
        try:
            reports = decoder.decode(one)
        except Exception:  # noqa: BLE001 - as above
            decoder.restore(before)
            merged.refusals[batch.source, Refusal.UNDECODABLE.value] += 1
            continue
        reports.positions["seq"] += place
        positions.append(reports.positions)
        for static in reports.statics:
            static.seq += place
        merged.statics += reports.statics
        merged.refusals.update(reports.refusals)
        merged.kinds.update(reports.kinds)
    merged.positions = np.concatenate([merged.positions, *positions])
    return merged
