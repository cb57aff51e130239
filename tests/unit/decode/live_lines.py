"""Lines of live feeds as the journal hands them on."""

from __future__ import annotations

from typing import Any

import numpy as np

from monitor.decode.forms import form_of, make_decoder
from monitor.model import Lines, Reports
from monitor.units import SECOND_US

NOW = 1_790_000_000 * SECOND_US  # 2026-09-21


def live(form: str, data: bytes, received_at: int | list[int], decoder: Any = None) -> Reports:
    """Decode lines as the journal hands them on."""
    count = data.count(b"\n")
    times = [received_at] * count if isinstance(received_at, int) else received_at
    decoder = make_decoder(form_of(form)) if decoder is None else decoder
    lines = Lines(data=data, source="feed", received_at=np.array(times, dtype=np.int64))
    reports: Reports = decoder.decode(lines)
    return reports
