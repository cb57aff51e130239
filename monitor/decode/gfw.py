"""Global Fishing Watch's track lines (gpsdio-segment): one position a line as JSON.

``ssvid`` is the MMSI; speed is knots, course degrees; there is neither heading nor status.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.decode.decoder import KINDS
from monitor.decode.fields import (
    course_deg,
    heading_deg,
    latitude,
    longitude,
    mmsi_of,
    refused,
    speed_kn,
    static_of,
    type_of,
)
from monitor.decode.jsonrecords import JsonDecoder, objects_in
from monitor.decode.rows import Row
from monitor.decode.times import instant
from monitor.model import Refusal
from monitor.units import NO_TIME


class GfwDecoder(JsonDecoder):
    """``gfw-json``: see the module."""

    NAME = "gfw-json"

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether the head holds positions with an ``ssvid``."""
        return any(
            value.keys() >= {"ssvid", "timestamp", "lat", "lon"} and "class" not in value
            for prefix, value in objects_in(head)
            if not prefix
        )

    def read(self, value: dict[str, Any], prefix: bytes) -> Iterator[Row]:
        """Yield the report of one line; see JsonDecoder."""
        mmsi = value.get("ssvid", value.get("mmsi"))
        at = instant(value.get("timestamp"))
        if prefix or mmsi is None or at == NO_TIME:
            yield refused(Refusal.GARBLED, at=at)
            return
        row = Row(at=at, mmsi=mmsi_of(mmsi), type=type_of(value.get("type")))
        row.kind = KINDS.get(row.type, "position")
        if row.kind == "position":
            row.has_position = True
            row.lon, row.lat = longitude(value.get("lon")), latitude(value.get("lat"))
            row.sog_kn = speed_kn(value.get("speed"), row.type)
            row.cog_deg = course_deg(value.get("course"))
            row.heading_deg = heading_deg(value.get("heading"))
        row.static = static_of(
            mmsi=row.mmsi, name=value.get("shipname"), callsign=value.get("callsign")
        )
        yield row
