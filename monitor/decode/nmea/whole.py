"""One message whose sentences stand side by side, as some JSON has them: a Row of it."""

from __future__ import annotations

from monitor.decode.decoder import KINDS
from monitor.decode.fields import refused
from monitor.decode.nmea import sixbit
from monitor.decode.nmea.message import STATIC_TYPES, decode_static
from monitor.decode.nmea.sentence import parse_line
from monitor.decode.rows import Row
from monitor.model import RAW_BYTES, Refusal
from monitor.units import NO_TIME


def row_of_sentences(sentences: list[bytes], *, at: int = NO_TIME) -> Row:
    """Read a message from all of its sentences, in order; ``at`` (us): when it was received."""
    payload, fill = b"", 0
    raw = sentences[0] if sentences else b""
    for number, line in enumerate(sentences, 1):
        parsed = parse_line(line)
        if len(parsed) != 1 or (parsed[0].number, parsed[0].total) != (number, len(sentences)):
            return refused(Refusal.GARBLED, raw, at=at)
        if not parsed[0].checksum_ok:
            return refused(Refusal.BAD_CHECKSUM, raw, at=at)
        payload += line[parsed[0].payload_begin : parsed[0].payload_end]
        fill = parsed[0].fill
    if not payload:
        return refused(Refusal.EMPTY_PAYLOAD, raw, at=at)
    kind = int(sixbit.armour(payload[:1])[0])
    if not 1 <= kind <= 28:
        return refused(Refusal.UNKNOWN_TYPE, raw, at=at)
    row = Row(at=at, type=kind, kind=KINDS.get(kind, "other"), raw=raw[:RAW_BYTES])
    if kind in STATIC_TYPES:
        row.static = decode_static(payload, fill)
        row.mmsi = 0 if row.static is None else row.static.mmsi
    if kind in sixbit.POSITION_TYPES:
        return _placed(row, payload)
    if kind in STATIC_TYPES and row.static is None:
        return refused(Refusal.UNDECODABLE, raw, at=at)
    return row


def _placed(row: Row, payload: bytes) -> Row:
    """A position report with its position."""
    out = sixbit.position_of(payload, row.type)
    if out is None:
        return refused(Refusal.UNDECODABLE, row.raw, at=row.at)
    found = out[0]
    row.has_position, row.mmsi, row.status = True, int(found["mmsi"]), int(found["status"])
    for name in ("lon", "lat", "sog_kn", "cog_deg", "heading_deg", "turn_deg_min"):
        setattr(row, name, float(found[name]))
    return row
