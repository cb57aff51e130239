"""Reports to payloads and payloads to lines.

Position reports are packed for a whole column at once: the tables below are the bit layouts of
ITU-R M.1371-5 annex 8 (tables 48, 70 and 85), field by field, width by width; the unit tests hold
them equal to pyais. Static reports are rare and go through pyais.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import xor

import numpy as np
from numpy.typing import NDArray
from pyais.encode import encode_dict

from monitor.simulator.ship import Particulars

Fields = Mapping[str, str | int | float]
Layout = tuple[tuple[str, int], ...]

CLASS_A: Layout = (
    ("type", 6), ("repeat", 2), ("mmsi", 30), ("status", 4), ("turn", 8), ("sog", 10),
    ("accuracy", 1), ("lon", 28), ("lat", 27), ("cog", 12), ("heading", 9), ("second", 6),
    ("manoeuvre", 2), ("spare", 3), ("raim", 1), ("radio", 19),
)  # fmt: skip
CLASS_B: Layout = (
    ("type", 6), ("repeat", 2), ("mmsi", 30), ("reserved", 8), ("sog", 10), ("accuracy", 1),
    ("lon", 28), ("lat", 27), ("cog", 12), ("heading", 9), ("second", 6), ("regional", 2),
    ("unit", 1), ("display", 1), ("dsc", 1), ("band", 1), ("message22", 1), ("assigned", 1),
    ("raim", 1), ("radio", 20),
)  # fmt: skip
LONG_RANGE: Layout = (
    ("type", 6), ("repeat", 2), ("mmsi", 30), ("accuracy", 1), ("raim", 1), ("status", 4),
    ("lon", 18), ("lat", 17), ("sog", 6), ("cog", 9), ("gnss", 1), ("spare", 1),
)  # fmt: skip
LAYOUTS: Mapping[int, Layout] = {1: CLASS_A, 3: CLASS_A, 18: CLASS_B, 27: LONG_RANGE}

MAX_PAYLOAD = 56  # symbols of a payload in one sentence of at most 82 characters (IEC 61162-1)
_ARMOUR = np.array([c + 48 if c < 40 else c + 56 for c in range(64)], dtype=np.uint8)
_SIXES = np.array([32, 16, 8, 4, 2, 1], dtype=np.uint8)


def payloads(columns: Mapping[str, NDArray[np.int64]], layout: Layout) -> list[bytes]:
    """Pack integer columns (two's complement where negative); a field not given is 0."""
    rows = columns["mmsi"].size
    bits = np.zeros((rows, sum(width for _, width in layout)), dtype=np.uint8)
    start = 0
    for name, width in layout:
        if name in columns:
            shifts = np.arange(width - 1, -1, -1)
            bits[:, start : start + width] = (columns[name][:, None] >> shifts) & 1
        start += width
    symbols = _ARMOUR[bits.reshape(rows, -1, 6) @ _SIXES]
    flat, size = symbols.tobytes(), symbols.shape[1]
    return [flat[k : k + size] for k in range(0, len(flat), size)]


def static_payloads(who: Particulars) -> list[tuple[bytes, int]]:
    """Return payload and fill bits of each static message: one type 5, or types 24 A and B."""
    half, side = who.length_m // 2, who.beam_m // 2
    size: Fields = {
        "to_bow": who.length_m - half,
        "to_stern": half,
        "to_port": who.beam_m - side,
        "to_starboard": side,
    }
    more: Fields = {"callsign": who.callsign, "ship_type": who.ship_type, **size}
    if who.is_class_b:
        first: Fields = {"type": 24, "partno": 0, "mmsi": who.mmsi, "shipname": who.name}
        second: Fields = {"type": 24, "partno": 1, "mmsi": who.mmsi, "vendorid": "SIM", **more}
        return [_payload(first), _payload(second)]
    voyage: Fields = {
        "imo": who.imo,
        "shipname": who.name,
        "epfd": 1,
        "hour": 24,  # with minute 60: ETA not available
        "minute": 60,
        "draught": who.draught_m,
        "destination": who.destination,
    }
    return [_payload({"type": 5, "mmsi": who.mmsi, **more, **voyage})]


def _payload(fields: Fields) -> tuple[bytes, int]:
    sentences = [s.split(",") for s in encode_dict(dict(fields), talker_id="AI", seq_id=0)]
    symbols = "".join(parts[5] for parts in sentences)
    return symbols.encode(), int(sentences[-1][6][0])


def sentences(payload: bytes, *, fill: int, channel: str, group: int) -> list[bytes]:
    """Return the sentence, or the sentences with their sequence id, that carry a payload."""
    parts = [payload[k : k + MAX_PAYLOAD] for k in range(0, len(payload), MAX_PAYLOAD)]
    total, seq = len(parts), f"{group}" if len(parts) > 1 else ""
    made = []
    for number, part in enumerate(parts, start=1):
        bits = fill if number == total else 0
        body = b"AIVDM,%d,%d,%s,%s,%s,%d" % (
            total, number, seq.encode(), channel.encode(), part, bits,
        )  # fmt: skip
        made.append(b"!%s*%02X" % (body, reduce(xor, body)))
    return made


def tagged(sentence: bytes, *, station: str, at_s: int) -> bytes:
    r"""Return a sentence with its tag block: ``\s:<station>,c:<seconds>*hh\!AIVDM…``."""
    body = b"s:%s,c:%d" % (station.encode(), at_s)
    return b"\\%s*%02X\\%s" % (body, reduce(xor, body), sentence)


def garbled(line: bytes) -> bytes:
    """Return the line with a checksum that does not fit: one bit of its last digit is wrong."""
    return line[:-1] + b"0123456789ABCDEF"[b"0123456789ABCDEF".index(line[-1:]) ^ 1 :][:1]
