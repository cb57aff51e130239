"""The words of gpsd's AIVDM document, which AIS-catcher writes too: an object becomes a row."""

from __future__ import annotations

from typing import Any

from monitor.decode.decoder import KINDS
from monitor.decode.fields import (
    LONG_RANGE,
    course_deg,
    eta_of_text,
    heading_deg,
    latitude,
    longitude,
    mmsi_of,
    number,
    speed_kn,
    static_of,
    status_of,
    turn_deg_min,
    type_of,
)
from monitor.decode.rows import NAN, Row

DEGREE = 600_000.0  # 1/10000 minute, ITU-R M.1371-5 table 48
LONG_RANGE_DEGREE = 600.0  # 1/10 minute, table 82

FAST_DEG_MIN = {"fastright": 720.0, "fastleft": -720.0}
"""gpsd's words for 127 and -127: faster than 5 degrees in 30 s, no number given."""


def is_scaled(value: dict[str, Any]) -> bool:
    """Say whether degrees and knots are given, by the word and, against it, by the longitude."""
    lon = value.get("lon")
    if abs(number(lon)) > 181.0 or abs(number(value.get("lat"))) > 91.0:
        return False
    scaled = value.get("scaled")
    return scaled if isinstance(scaled, bool) else not isinstance(lon, int)


def row_of(value: dict[str, Any], *, at: int, scaled: bool) -> Row:
    """Read an object in the words of gpsd's AIVDM document, as AIS-catcher writes them too."""
    message_type, mmsi = type_of(value.get("type")), mmsi_of(value.get("mmsi"))
    row = Row(at=at, mmsi=mmsi, type=message_type, kind=KINDS.get(message_type, "other"))
    if row.kind == "position":
        degree = LONG_RANGE_DEGREE if message_type == LONG_RANGE else DEGREE
        tenth = 1.0 if scaled or message_type == LONG_RANGE else 10.0
        row.has_position = True
        row.lon = longitude(value.get("lon"), 1.0 if scaled else degree)
        row.lat = latitude(value.get("lat"), 1.0 if scaled else degree)
        row.sog_kn = speed_kn(number(value.get("speed")) / tenth, message_type)
        row.cog_deg = course_deg(number(value.get("course")) / tenth)
        row.heading_deg = heading_deg(value.get("heading"))
        row.turn_deg_min = turn_of(value.get("turn"), scaled=scaled)
        row.status = status_of(value.get("status"))
    if message_type in {5, 19, 24}:
        row.static = static_of(
            mmsi=mmsi,
            name=value.get("shipname"),
            callsign=value.get("callsign"),
            imo=value.get("imo"),
            ship_type=value.get("shiptype"),
            to_bow=value.get("to_bow"),
            to_stern=value.get("to_stern"),
            to_port=value.get("to_port"),
            to_starboard=value.get("to_starboard"),
            draught=value.get("draught"),
            draught_divisor=1.0 if scaled else 10.0,
            destination=value.get("destination"),
            eta=eta_of_text(value.get("eta")),
        )
    return row


def turn_of(turn: object, *, scaled: bool) -> float:
    """Degrees a minute from gpsd's number, text or word; NaN where it is not available."""
    if isinstance(turn, str) and turn in FAST_DEG_MIN:
        return FAST_DEG_MIN[turn]
    if not scaled:
        return turn_deg_min(turn)
    found = number(turn)
    return NAN if found == -128.0 else found
