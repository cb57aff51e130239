"""Recorded logs of all forms, in pieces: what a single decoder says of them, to the last bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from monitor.decode.decoder import Told
from monitor.decode.rows import RowDecoder
from monitor.errors import InputError
from monitor.feed.logfile import LogFile
from monitor.feed.merging import merged
from monitor.feed.ordered import is_sorted
from monitor.feed.runs import Block, behind, block_of, in_order
from monitor.model import Lines
from monitor.service.decoding import Decoding
from monitor.service.logs import LogOptions, Opened, open_log
from monitor.service.spill import Spill
from monitor.units import NO_TIME
from tests.integration.service.backfills import Here
from tests.sizes import sized

START = 1_700_000_000_000_000
"""us; of logs that do not say when they began."""

MOST_BYTES = sized(100_000, 20_000_000)


def opened(path: Path) -> tuple[Opened, int] | None:
    """A log that a backfill takes, and when it is said to have begun; None: it is none."""
    log = LogFile(str(path))
    try:
        one = open_log(log, LogOptions(told=Told(date_order="day-first", mmsi=227_000_001)))
        decoder = one.decoder()
        decoder.decode(Lines(data=log.head, source="x"), final=True)
        if not decoder.ENDS:
            return None
    except InputError:
        log.close()
        return None
    return one, START if decoder.clock.at == NO_TIME else NO_TIME


def whole(one: Opened, start: int, size: int) -> Block:
    """What one decoder says of all of it; a log without times is dated batch by batch."""
    decoder = one.decoder(start=start)
    if isinstance(decoder, RowDecoder):
        decoder.in_order = is_sorted(*one)
    blocks, line = [], 1
    again = LogFile(one.log.path)
    again.open()
    for data, last in again.pieces(size=size):
        reports = decoder.decode(Lines(data=data, source=one.log.name), final=last)
        blocks.append(block_of(reports, 0, line))
        line += reports.lines
    again.close()
    return in_order(blocks)


def recordings(shared: Path) -> list[Path]:
    """Files of some length."""
    found = [path for path in sorted(shared.rglob("*")) if path.is_file()]
    return [path for path in found if 4000 < path.stat().st_size < MOST_BYTES]


def test_pieces_of_recordings(shared: Path, tmp_path: Path, short_heads: None) -> None:
    """Cut every few dozen lines."""
    del short_heads
    forms, pieces, again = set(), 0, 0
    for path in recordings(shared):
        known = opened(path)
        if known is None:
            continue
        one, start = known
        spill = Spill(tmp_path, [one], str(path).encode())
        crew = Here()
        size = max(3000, (one.log.size or 0) // 25)
        decoding = Decoding(crew, spill, [one], start, [], piece_bytes=size)
        try:
            assert decoding.run()
            got = behind(list(merged(spill.runs())))
            wanted = whole(one, start, size)
        except InputError:  # nothing in it can be read, or dated: a replay says so as well
            continue
        finally:
            crew.close()
            one.log.close()
            spill.close()
        assert np.array_equal(got.clock, wanted.clock), path
        assert np.array_equal(got.line, wanted.line), path
        assert got.positions.tobytes() == wanted.positions.tobytes(), path
        assert got.statics == wanted.statics, path
        forms.add(one.form)
        pieces += len(crew.asked)
        again += decoding.again
    assert len(forms) >= sized(5, 8), forms
    assert again < pieces / 3, (pieces, again)
