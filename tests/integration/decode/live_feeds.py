"""Lines of live feeds, one by one: each stands for itself, whatever came before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from monitor.decode.dating import AHEAD_US, FAR_AHEAD_US, LONG_AGO_US
from monitor.decode.forms import form_of, make_decoder
from monitor.units import MINUTE_US
from tests.unit.decode.live_lines import NOW, live
from tests.unit.decode.reports import refused

StampOf = Callable[[bytes], int | None]
"""The instant (us) that a line tells, read by other means than the decoders'; None: none."""


def has_position(form: str, line: bytes, stamp_of: StampOf) -> bool:
    """Whether a line is a position report, when its stamp is right."""
    try:
        stamp = stamp_of(line)
    except KeyError:  # a record of another kind, stamped by another name
        stamp = None
    return len(live(form, line, NOW if stamp is None else stamp).positions) > 0


def hold_each_to_its_time(form: str, lines: Sequence[bytes], stamp_of: StampOf) -> int:
    """A plausible stamp dates the fix; one a little ahead gives way; one far ahead is refused.

    Returns how many lines were position reports.
    """
    found = 0
    for line in lines:
        if not has_position(form, line, stamp_of):
            continue
        found += 1
        stamp = stamp_of(line)
        base = NOW if stamp is None else stamp
        for ahead, at in (
            (-LONG_AGO_US, stamp), (-MINUTE_US, stamp), (0, stamp), (AHEAD_US, stamp),
            (AHEAD_US + 2, None), (FAR_AHEAD_US - 2, None),
        ):  # fmt: skip
            received_at = base - ahead
            reports = live(form, line, received_at)
            assert refused(reports) == {}
            (row,) = reports.positions
            assert row["received_at"] == received_at
            assert abs(int(row["at"]) - (received_at if at is None else at)) <= 1
            assert all(static.received_at == received_at for static in reports.statics)
        for received_at in (base - FAR_AHEAD_US - 2, base + LONG_AGO_US + 2):
            reports = live(form, line, received_at)
            if stamp is None:
                assert len(reports.positions) == 1
            else:
                assert (len(reports.positions), refused(reports)) == (0, {"clock_nonsense": 1})
                assert not reports.statics
    return found


def hold_alone_as_together(form: str, lines: Sequence[bytes]) -> None:
    """All in one go, with times of their own, or each alone: the same is said."""
    times = [NOW + index for index in range(len(lines))]
    whole = live(form, b"".join(lines), times)
    decoder = make_decoder(form_of(form))
    rows, statics = [], []
    for index, (line, time) in enumerate(zip(lines, times, strict=True)):
        reports = live(form, line, time, decoder)
        reports.positions["seq"] += index
        rows.append(reports.positions)
        statics += [(s.at, s.received_at, s.seq + index, s.static) for s in reports.statics]
        assert decoder.state()["carry"] == ""
    assert np.concatenate(rows).tobytes() == whole.positions.tobytes()
    assert statics == [(s.at, s.received_at, s.seq, s.static) for s in whole.statics]
    assert whole.clock is not None
    assert whole.clock.tolist() == times


def hold_halves_apart(form: str, line: bytes, now: int) -> None:
    """Cut anywhere, within one batch or at its end, half a line does not swallow the next."""
    for place in range(1, len(line) - 1):
        half = line[:place] + b"\n"
        reports = live(form, half + line + half + line, now)
        assert len(reports.positions) == 2, half
        assert reports.positions["seq"].tolist() == [1, 3]
        decoder = make_decoder(form_of(form))
        assert len(live(form, half, now, decoder).positions) == 0
        assert len(live(form, line, now, decoder).positions) == 1
