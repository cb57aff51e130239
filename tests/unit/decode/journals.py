"""A journal of three feeds, cut anywhere, and what it says put together as the pipe does it."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from typing import Any

from monitor.decode.journal import JournalDecoder
from monitor.journal.blocks import block, header, tick
from monitor.model import Lines
from monitor.units import SECOND_US

AT = 1_736_899_200 * SECOND_US  # 2025-01-15T00:00:00Z
ONE = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
TWO = (
    b"!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n",
    b"!AIVDM,2,2,1,A,88888888880,2*25\n",
)
HEAD = header({"harbour": "nmea", "web": "aiscatcher-json"}, lateness_s=5.0)
MORE = header({"harbour": "nmea", "north": "barentswatch-json"}, lateness_s=60.0)


def web(second: float, **fields: object) -> bytes:
    """One line of AIS-catcher."""
    value = {
        "class": "AIS", "rxuxtime": AT / 1e6 + second, "type": 1, "mmsi": 211000001, "lon": 10.0,
        "lat": 54.0, "speed": second, "shipname": "A",
    }  # fmt: skip
    return json.dumps(value | fields).encode() + b"\n"


def north(second: float) -> bytes:
    """One line of BarentsWatch."""
    value = {
        "type": "Position", "mmsi": 257000001, "msgtime": f"2025-01-15T00:00:{second:09.6f}+00:00",
        "messageType": 1, "latitude": 60.0 + second, "longitude": 5.0,
    }  # fmt: skip
    return json.dumps(value).encode() + b"\n"


def journal() -> bytes:
    """Three feeds, parts of a message apart, garbage within and between, ticks, two headers."""
    s = SECOND_US
    return b"".join(
        [
            HEAD,
            block(AT + s, "harbour", ONE),
            block(AT + s, "web", web(1) + web(1.5)),
            block(AT + 2 * s, "harbour", TWO[0]),
            tick(AT + 3 * s),
            block(AT + 4 * s, "web", b'{"half": \n' + web(4)),
            block(AT + 4 * s, "harbour", TWO[1] + b"$GPGGA,1\n\n@5 web 3\n" + ONE),
            block(AT + 5 * s, "unknown", ONE),
            b"no block at all\n",
            b"@17 what\n",
            MORE,
            block(AT + 6 * s, "web", web(6, type=5, callsign="CALL")),
            block(AT + 6 * s, "north", north(6)),
            block(AT + 5 * s, "harbour", b"!AIVDM,garbage\n" * 3 + ONE),
            tick(AT + 20 * s),
            block(AT + 21 * s, "north", north(21) + north(20)),
        ]
    )


def decoded(pieces: list[bytes], *, restarts: bool = False) -> dict[str, Any]:
    """What a journal in pieces says, put together as the pipe does it."""
    decoder = JournalDecoder()
    positions: list[tuple[Any, ...]] = []
    statics: list[Any] = []
    refusals, kinds = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    clock: list[int] = []
    seq = 0
    waiting = [(piece, index == len(pieces) - 1) for index, piece in enumerate(pieces)]
    while waiting:
        piece, final = waiting.pop(0)
        reports = decoder.decode(Lines(data=piece, source="journal"), final=final)
        if decoder.more:
            waiting.insert(0, (b"", final))
        for row in reports.positions.tolist():
            named = dict(zip(reports.positions.dtype.names, row, strict=True))
            named["seq"] += seq
            named["source"] = reports.sources[named["source"]]
            positions.append(tuple(map(repr, named.items())))
        statics += [
            (s.seq + seq, reports.sources[s.source], s.at, s.received_at, s.static)
            for s in reports.statics
        ]
        seq += max(reports.lines, reports.arrivals)
        refusals += reports.refusals
        kinds += reports.kinds
        assert reports.clock is not None
        clock += reports.clock.tolist()
        if restarts:
            kept = json.dumps(decoder.state())
            decoder = JournalDecoder()
            decoder.restore(json.loads(kept))
    return {
        "positions": positions, "statics": statics, "refusals": refusals, "kinds": kinds,
        "clock": clock, "lines": seq, "lateness_us": decoder.lateness_us,
    }  # fmt: skip


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Pieces, cut at any byte."""
    edges = sorted({0, len(data), *(place % len(data) for place in places)})
    return [data[a:b] for a, b in pairwise(edges)]
