"""Cells of tables as people and spreadsheets write them: units, angles with marks, MMSIs."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.decode.fields import LIMIT, course_deg, heading_deg, number, speed_kn, whole
from monitor.decode.rows import NAN
from monitor.units import KNOT_MPS

KNOTS = {
    "km/h": 1 / 1.852, "kmh": 1 / 1.852, "kph": 1 / 1.852, "m/s": 1 / KNOT_MPS,
    "mps": 1 / KNOT_MPS, "mph": 1609.344 / 1852,
}  # fmt: skip
"""Units of speed that are not knots: how many knots one is."""

_MEASURE = re.compile(
    rb"([+-]?\d+(?:[.,]\d+)?)\s*(kn|kts?|knots?|km/?h|kph|m/s|mps|mph|deg(?:rees)?|"
    rb"(?:\xc2)?\xb0|m|met(?:re|er)s?)\.?",
    re.IGNORECASE,
)
_MARK = rb"(?:(?:\xc2)?[\xb0\xba]|deg(?:rees)?)"
_MINUTE = rb"(?:'|\xc2?\xb4|\xe2\x80\xb2|\xe2\x80\x99)"
_SECOND = rb"(?:\"|''|\xe2\x80\xb3|\xe2\x80\x9d)"
_NUMBER = rb"(\d+(?:[.,]\d+)?)"
_SIDE = rb"(north|south|east|west|[NSEW])?"
_ANGLE = re.compile(
    _SIDE + rb"\s*([+-]?)" + _NUMBER + rb"\s*(" + _MARK + rb"?)"
    rb"(?:(?:[\s-]+|(?<=[\xb0\xbaseg]))" + _NUMBER + rb"\s*" + _MINUTE + rb"?)?"
    rb"(?:(?:[\s-]+|(?<=['\xb4\xb2\x99]))" + _NUMBER + rb"\s*" + _SECOND + rb"?)?\s*" + _SIDE,
    re.IGNORECASE,
)
LONGEST = 80
"""Bytes of a cell that is looked into; nobody writes an angle or an MMSI at more length."""
_MMSI = re.compile(rb"(?:=?[\"']|(?:[\w:]*\W)?mmsi\W*)?(\d{1,10})[\"']?", re.IGNORECASE)


@lru_cache(maxsize=1 << 13)
def speed_field(field: bytes, message_type: int = 0, factor: float = 1.0) -> float:
    """Knots, of a number of so many knots each or of one with its unit; see ``speed_kn``."""
    return speed_kn(measure(field, factor), message_type)


@lru_cache(maxsize=1 << 13)
def course_field(field: bytes) -> float:
    """Degrees true; see ``course_deg``."""
    return course_deg(measure(field))


@lru_cache(maxsize=1 << 10)
def heading_field(field: bytes) -> float:
    """Degrees true; see ``heading_deg``."""
    return heading_deg(measure(field))


def measure(field: bytes, factor: float = 1.0) -> float:
    """A number, with or without its unit; speeds become knots. NaN where there is none."""
    found = number(field)
    if found != found:  # noqa: PLR0124 - NaN
        parts = _MEASURE.fullmatch(field.strip())
        if parts is None:
            return NAN
        factor = KNOTS.get(parts[2].lower().decode("latin-1"), 1.0)
        found = number(parts[1].replace(b",", b"."))
    return found if factor == 1.0 else round(found * factor, 3)


def degrees_field(field: bytes, missing: float) -> float:
    """Read a coordinate: NaN where it is blank or ``missing``; ValueError where no number.

    A letter may say the hemisphere, and the number be degrees, minutes and seconds.
    """
    try:
        found = float(field)
    except ValueError:
        if not field or field.isspace():
            return NAN
        found = angle(field)
    return found if -LIMIT < found < LIMIT and abs(found - missing) > 1e-4 else NAN


def longitude_field(field: bytes) -> float:
    """Read a longitude as ``degrees_field`` does; from 0 to 360 it is taken as from -180 on."""
    return turned(degrees_field(field, 181.0))


def turned(east: float) -> float:
    """A longitude from 0 to 360 as from -180 on."""
    return east - 360.0 if 180.0 < east <= 360.0 else east


def angle(field: bytes) -> float:
    """Degrees, of degrees, minutes and seconds with their marks and a hemisphere; or ValueError.

    Minutes without marks need the letter of a hemisphere, or the degrees' mark.
    """
    found = _ANGLE.fullmatch(field.strip()) if len(field) <= LONGEST else None
    if found is not None:
        sides = b"".join(side[:1] for side in found.group(1, 7) if side).upper()
        units, minutes, seconds = (
            float((part or b"0").replace(b",", b".")) for part in found.group(3, 5, 6)
        )
        known = not found[5] or sides or found[4]
        if known and len(sides) < 2 and max(minutes, seconds) < 60:
            degrees = units + minutes / 60 + seconds / 3600
            return -degrees if sides in (b"S", b"W") or found[2] == b"-" else degrees
    message = "no coordinate"
    raise ValueError(message)


def mmsi_in(field: bytes) -> bytes:
    """The digits of an MMSI in quotes or behind its name; the field itself where there is none."""
    found = _MMSI.fullmatch(field.strip()) if len(field) <= LONGEST else None
    return field if found is None else found[1]


def mmsi_field(field: bytes) -> int:
    """Read an MMSI as ``mmsi_of`` does; ValueError where the field is no whole number.

    A number like 2.73999E+08 has lost digits, and is none.
    """
    try:
        found: int | None = int(field)
    except ValueError:
        field = mmsi_in(field).replace(b",", b".")
        found = whole(field)
        mantissa, power, exponent = field.strip().upper().partition(b"E")
        if power and len(mantissa.replace(b".", b"").lstrip(b"+-")) <= int(exponent or b"0"):
            found = None
    if found is None:
        message = "not a number"
        raise ValueError(message)
    return found if 0 <= found < 2**31 else 0
