"""Logs in pieces and with damage: what must not matter, and what must not stop a decoder."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from monitor.decode.decoder import Decoder
from monitor.model import Lines
from tests.pipe import by_kind

DAMAGE = b'09-.,;:"{}[]\n\0e\xff null'
"""Bytes that mean something in one form or another."""


def summed(form: type[Decoder], pieces: list[bytes]) -> tuple[Any, ...]:
    """Decode pieces one by one, each by a new decoder that is given the last one's state."""
    state = None
    lines, positions, statics, clock = 0, [], [], []
    refusals: dict[Any, int] = {}
    kinds: dict[str, int] = {}
    for index, piece in enumerate(pieces):
        decoder = form()
        if state is not None:
            decoder.restore(json.loads(state))
        batch = Lines(data=piece, source="log")
        reports = decoder.decode(batch, final=index == len(pieces) - 1)
        state = json.dumps(decoder.state())
        reports.positions["seq"] += lines
        positions.append(reports.positions)
        statics += [(r.at, r.received_at, r.seq + lines, r.static) for r in reports.statics]
        assert reports.clock is not None
        assert len(reports.clock) == reports.lines
        clock += reports.clock.tolist()
        lines += reports.lines
        for key, count in reports.refusals.items():
            refusals[key] = refusals.get(key, 0) + count
        for kind, count in by_kind(reports).items():
            kinds[kind] = kinds.get(kind, 0) + count
    return lines, np.concatenate(positions).tobytes(), statics, clock, refusals, kinds


def cuts(data: bytes) -> Iterator[list[bytes]]:
    """The log in pieces of whole lines, cut at some ends of lines, four times."""
    ends = [place + 1 for place, byte in enumerate(data) if byte == ord("\n")]
    for seed in range(4):
        chosen = random.Random(seed).sample(ends, min(len(ends), 2 + 4 * seed))
        yield [data[a:b] for a, b in pairwise(sorted({0, *chosen, len(data)}))]


def damaged(data: bytes, times: int = 40) -> Iterator[bytes]:
    """The log with one byte in fifty changed, its first line spared."""
    head, _, body = data.partition(b"\n")
    for seed in range(times):
        chance = random.Random(seed)
        worse = bytearray(body)
        for _ in range(len(worse) // 50 + 1 if worse else 0):
            worse[chance.randrange(len(worse))] = chance.choice(DAMAGE)
        yield head + b"\n" + bytes(worse)


def count_lines(data: bytes) -> int:
    """Lines of a log, the last one too if it has no end."""
    return len(data.split(b"\n")) - data.endswith(b"\n")
