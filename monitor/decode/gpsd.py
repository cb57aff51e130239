"""gpsd's JSON (and libais's, which has the same words): lines of class AIS.

``scaled`` tells the units: degrees and knots, or 1/600000 degree and 0.1 knot as on the air; where
the word is missing or cannot be true, the longitude tells. An AIS line has no time of its own: the
receiver's position lines (class TPV) of the same stream carry the clock forward, and an AIS line
gets the time that the clock shows. All other classes, and NMEA in between, are not AIS. Scaled,
gpsd writes a long-range position (type 27) to a tenth of a degree, six miles: that is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.decode.fields import LONG_RANGE, refused, type_of
from monitor.decode.gpsd_words import is_scaled, row_of
from monitor.decode.jsonrecords import JsonDecoder, objects_in
from monitor.decode.rows import NAN, Row
from monitor.decode.times import instant
from monitor.model import Refusal
from monitor.units import NO_TIME

CLASSES = {"VERSION", "DEVICES", "WATCH", "TPV", "SKY"}
"""Classes that only gpsd writes."""


class GpsdDecoder(JsonDecoder):
    """``gpsd-json``: see the module."""

    NAME = "gpsd-json"

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether the head holds gpsd's objects (and not AIS-catcher's, which have a time)."""
        for prefix, value in objects_in(head):
            if prefix:
                continue
            kind = value.get("class")
            if kind == "AIS" and "mmsi" in value:
                return "rxtime" not in value and "rxuxtime" not in value
            if isinstance(kind, str) and kind in CLASSES:
                return True
        return False

    def read(self, value: dict[str, Any], prefix: bytes) -> Iterator[Row]:
        """Yield the report of one object; see JsonDecoder."""
        kind = value.get("class")
        if prefix or kind != "AIS":
            at = instant(value.get("time")) if kind == "TPV" else NO_TIME
            yield refused(Refusal.NOT_AIS, at=at)
            return
        at = instant(value.get("tagblock_timestamp"))  # libais only
        message_type = type_of(value.get("type"))
        if message_type == 0:
            yield refused(Refusal.UNKNOWN_TYPE, at=at)
        else:
            scaled = is_scaled(value)
            row = row_of(value, at=at, scaled=scaled)
            if scaled and message_type == LONG_RANGE and _in_tenths(row):
                row.lon = row.lat = NAN
            yield row


def _in_tenths(row: Row) -> bool:
    return row.lon == round(row.lon, 1) and row.lat == round(row.lat, 1)
