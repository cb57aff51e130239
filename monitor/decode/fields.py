"""Reading the fields of decoded logs: numbers and words (``times.py`` has the instants).

Every log form spells "not available" in its own way (ITU-R M.1371-5 annex 8 has the numbers:
longitude 181, latitude 91, SOG 102.3, COG 360, heading 511, turn -128). Here they become NaN, -1
or None, and so does what cannot be read; numbers that are only out of range pass as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.decode.rows import NAN, Row
from monitor.model import RAW_BYTES, Refusal, Static
from monitor.units import NO_TIME

LIMIT = 1e9
"""Beyond this a number measures nothing at sea; float32 columns and hashes stay finite."""

LONG_RANGE = 27
"""The message type whose speed and course have whole-number sentinels of their own."""

STATUS = {
    "under way using engine": 0, "underway using engine": 0, "at anchor": 1, "anchored": 1,
    "not under command": 2, "restricted maneuverability": 3, "restricted manoeuverability": 3,
    "restricted manoeuvrability": 3, "constrained by her draught": 4, "moored": 5, "aground": 6,
    "engaged in fishing": 7, "under way sailing": 8, "underway sailing": 8,
    "reserved for future amendment [hsc]": 9, "reserved for future amendment [wig]": 10,
    "power-driven vessel towing astern": 11,
    "power-driven vessel pushing ahead or towing alongside": 12, "ais-sart": 14,
}  # fmt: skip
"""Navigational status in words (ITU-R M.1371-5 table 45); "Unknown value" is not among them."""


def number(value: object) -> float:
    """Read a number from JSON, text or bytes; NaN where there is none, and beyond LIMIT."""
    if value is None or value is True or value is False:
        return NAN
    try:
        found = float(value)  # type: ignore[arg-type] # what is no number raises TypeError
    except (TypeError, ValueError, OverflowError):
        return NAN
    return found if -LIMIT < found < LIMIT else NAN


def whole(value: object) -> int | None:
    """Read a whole number ("12", "12.0", 12); None where there is none."""
    found = number(value)
    return int(found) if found.is_integer() else None


def mmsi_of(value: object) -> int:
    """Read an MMSI as claimed; 0 where the field holds no number that a column can carry."""
    if type(value) is not int:
        try:
            value = int(value) if isinstance(value, (str, bytes)) else int(number(value))
        except ValueError:
            found = number(value)
            value = int(found) if found.is_integer() else 0
    return value if 0 <= value < 2**31 else 0


def longitude(value: object, divisor: float = 1.0) -> float:
    """Degrees east from ``value / divisor``; NaN for 181."""
    found = number(value) / divisor
    return NAN if abs(found - 181.0) < 1e-4 else found


def latitude(value: object, divisor: float = 1.0) -> float:
    """Degrees north from ``value / divisor``; NaN for 91."""
    found = number(value) / divisor
    return NAN if abs(found - 91.0) < 1e-4 else found


def speed_kn(value: object, message_type: int = 0) -> float:
    """Knots; NaN for 102.3 (some sources write 102.4), for 63 in type 27, and below 0."""
    found = number(value)
    missing = found == 63.0 if message_type == LONG_RANGE else 102.25 < found < 102.45
    return NAN if missing or found < 0 else found


def course_deg(value: object) -> float:
    """Degrees true; NaN for 360, and for the illegal numbers above it and below 0."""
    found = number(value)
    return found if 0.0 <= found <= 359.9999 else NAN


def heading_deg(value: object) -> float:
    """Degrees true, 0..359; NaN for 511 and for the illegal 360..510."""
    found = number(value)
    return found if 0.0 <= found < 360.0 else NAN


def turn_deg_min(value: object) -> float:
    """Degrees a minute from the AIS rate-of-turn number: (n / 4.733) squared; NaN for -128."""
    found = number(value)
    if not -127.0 <= found <= 127.0:
        return NAN
    rate = (found / 4.733) ** 2
    return -rate if found < 0 else rate


@lru_cache(maxsize=1024)
def _status(value: object) -> int:
    found = whole(value)
    if found is None:
        return STATUS.get((text(value) or "").lower().replace("_", " "), -1)
    return found if 0 <= found <= 15 else -1


def status_of(value: object) -> int:
    """Navigational status 0..15 from a number or its words; -1 for anything else."""
    return _status(value) if isinstance(value, (int, float, str, bytes)) else -1


def type_of(value: object) -> int:
    """AIS message type 1..27; 0 for anything else."""
    found = whole(value)
    return found if found is not None and 1 <= found <= 27 else 0


LONGEST_TEXT = 160
"""More than any name or destination on the air has (type 21: 34 characters, type 14: 156)."""

MOST_METRES = 1022  # twice what the field of a dimension holds, ITU-R M.1371-5 figure 42
MOST_DRAUGHT_M = 102.2


def text(value: object) -> str | None:
    """Words without the '@' and blanks that pad them; None where nothing is left.

    An '@' between words becomes a blank, as it does where sentences are decoded, and so does what
    cannot be printed: a name must not steer a terminal. What is longer than any field on the air is
    cut.
    """
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    value = value[: 4 * LONGEST_TEXT].replace("@", " ")
    if not value.isprintable():
        value = "".join(mark if mark.isprintable() else " " for mark in value)
    return " ".join(value.split())[:LONGEST_TEXT].rstrip() or None


def static_of(  # noqa: PLR0913 - the fields of a static report
    *,
    mmsi: int,
    name: object = None,
    callsign: object = None,
    imo: object = None,
    ship_type: object = None,
    to_bow: object = None,
    to_stern: object = None,
    to_port: object = None,
    to_starboard: object = None,
    draught: object = None,
    draught_divisor: float = 1.0,
    destination: object = None,
    eta: str | None = None,
) -> Static | None:
    """Build a static report from fields as a log holds them; None where all are empty.

    Four dimensions of zero mean none; the dimensions of a tender (98MIDxxxx) are left out, for
    a part B may hold its mother ship's MMSI there (ITU-R M.1371-5 table 72).
    """
    if isinstance(imo, (str, bytes)):
        imo = (text(imo) or "").upper().removeprefix("IMO")
    number_imo, kind = whole(imo), whole(ship_type)
    sides = [whole(side) for side in (to_bow, to_stern, to_port, to_starboard)]
    sides = [side if side is not None and 0 <= side <= MOST_METRES else None for side in sides]
    if not any(sides) or mmsi // 10_000_000 == 98:
        sides = [None] * 4
    metres = number(draught) / draught_divisor
    static = Static(
        mmsi=mmsi,
        name=text(name),
        callsign=text(callsign),
        imo=number_imo if number_imo is not None and 10**6 <= number_imo < 10**7 else None,
        ship_type=kind if kind is not None and 1 <= kind <= 99 else None,
        to_bow_m=sides[0],
        to_stern_m=sides[1],
        to_port_m=sides[2],
        to_starboard_m=sides[3],
        draught_m=round(metres, 2) if 0.005 < metres <= MOST_DRAUGHT_M else None,
        destination=text(destination),
        eta=eta,
    )
    return None if static == Static(mmsi=mmsi) else static


def eta_of(month: object, day: object, hour: object, minute: object) -> str | None:
    """Give "MM-DDTHH:MM"; None where a part is not available (0, 0, 24 and 60)."""
    parts = [whole(part) for part in (month, day, hour, minute)]
    m, d, h, mi = (-1 if part is None else part for part in parts)
    if not (1 <= m <= 12 and 1 <= d <= 31 and 0 <= h <= 23 and 0 <= mi <= 59):
        return None
    return f"{m:02}-{d:02}T{h:02}:{mi:02}"


def eta_of_text(value: object) -> str | None:
    """Read "MM-DDTHH:MMZ", "MM-DD HH:MM" or "MMDDHHMM"; None for anything else."""
    found = re.fullmatch(r"(\d\d)-?(\d\d)[T ]?(\d\d):?(\d\d)Z?", text(value) or "")
    return eta_of(*found.groups()) if found else None


def refused(refusal: Refusal, raw: bytes = b"", *, at: int = NO_TIME) -> Row:
    """Give the Row of a record that says nothing."""
    return Row(refusal=refusal, raw=raw[:RAW_BYTES], kind="", at=at)


def eta_of_number(packed: object) -> str | None:
    """Unpack month, day, hour and minute (4, 5, 5 and 6 bits) as type 5 has them on the air."""
    eta = whole(packed)
    if eta is None or eta < 0:
        return None
    return eta_of(eta >> 16, eta >> 11 & 31, eta >> 6 & 31, eta & 63)
