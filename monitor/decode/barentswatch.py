"""BarentsWatch (Norway): JSON a line, server-sent events, GeoJSON, or an array as recorded.

``type`` tells a report's kind (Position, Staticdata, Aton …). The combined model has no type:
Full is a position and a static report in one, Simple has a name and a ship type. Null is "not
available". Draughts are decimetres, the turn is the AIS number, and class B is given status 0,
which it does not send. A recording may begin with the HTTP header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from monitor.decode.decoder import KINDS
from monitor.decode.fields import (
    course_deg,
    eta_of_text,
    heading_deg,
    latitude,
    longitude,
    mmsi_of,
    refused,
    speed_kn,
    static_of,
    status_of,
    turn_deg_min,
    type_of,
)
from monitor.decode.jsonrecords import JsonDecoder, objects_in
from monitor.decode.rows import Row
from monitor.decode.times import instant
from monitor.model import Refusal

KIND_OF_TYPE = {
    "Position": "position",
    "Staticdata": "static",
    "Aton": "aton",
    "SafetyRelated": "safety",
    "BinaryBroadcastMetHyd": "binary",
}
"""What ``type`` makes of a record; one without it is a position of the combined model."""

_WORDS = re.compile(rb"HTTP/[\d.]+ |[A-Za-z-]+:|:")
"""Lines that say nothing of ships: HTTP header lines, and comments and names of events."""


class BarentsWatchDecoder(JsonDecoder):
    """``barentswatch-json``: see the module."""

    NAME = "barentswatch-json"
    STARTS = re.compile(rb"(?:data|event|id|retry):")

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether the head holds BarentsWatch's records."""
        return any(
            {"mmsi", "msgtime"} <= _properties(value).keys()
            for prefix, value in objects_in(head)
            if prefix in {b"", b"data:"}
        )

    def read_words(self, line: bytes) -> Row:
        """Read a line without JSON; see JsonDecoder."""
        return Row(kind="") if _WORDS.match(line) else super().read_words(line)

    def read(self, value: dict[str, Any], prefix: bytes) -> Iterator[Row]:
        """Yield the report of one record; see JsonDecoder."""
        if prefix not in {b"", b"data:"}:  # an HTTP header whose value is JSON
            yield self.read_words(prefix)
            return
        found = _properties(value)
        if "mmsi" not in found:
            yield refused(Refusal.GARBLED)
            return
        yield _row(found, _coordinates(value))


def _properties(value: dict[str, Any]) -> dict[str, Any]:
    """Give the fields of a record, of a GeoJSON feature too."""
    inner = value.get("properties") if value.get("type") == "Feature" else value
    return inner if isinstance(inner, dict) else {}


def _coordinates(value: dict[str, Any]) -> dict[str, Any]:
    """Give longitude and latitude by name, from a record or from a feature's geometry."""
    if value.get("type") != "Feature":
        return value
    geometry = value.get("geometry")
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    place = place if isinstance(place, list) else []
    return dict(zip(("longitude", "latitude"), place, strict=False))


def _row(value: dict[str, Any], place: dict[str, Any]) -> Row:
    message_type = type_of(value.get("messageType"))
    mmsi, name = mmsi_of(value["mmsi"]), value.get("type")
    kind = KIND_OF_TYPE.get(name, "other") if isinstance(name, str) else "position"
    if kind == "position":
        kind = KINDS.get(message_type, "position")
    row = Row(at=instant(value.get("msgtime")), mmsi=mmsi, kind=kind, type=message_type)
    if kind == "position":
        class_b = message_type in {18, 19} or "B" in (
            value.get("aisClass"), value.get("reportClass"),
        )  # fmt: skip
        row.has_position = True
        row.lon, row.lat = longitude(place.get("longitude")), latitude(place.get("latitude"))
        row.sog_kn = speed_kn(value.get("speedOverGround"), message_type)
        row.cog_deg = course_deg(value.get("courseOverGround"))
        row.heading_deg = heading_deg(value.get("trueHeading"))
        row.turn_deg_min = turn_deg_min(value.get("rateOfTurn"))
        row.status = -1 if class_b else status_of(value.get("navigationalStatus"))
    if kind in {"position", "static"}:
        row.static = static_of(
            mmsi=mmsi,
            name=value.get("name"),
            callsign=value.get("callSign"),
            imo=value.get("imoNumber"),
            ship_type=value.get("shipType"),
            to_bow=value.get("dimensionA"),
            to_stern=value.get("dimensionB"),
            to_port=value.get("dimensionC"),
            to_starboard=value.get("dimensionD"),
            draught=value.get("draught"),
            draught_divisor=10.0,
            destination=value.get("destination"),
            eta=eta_of_text(value.get("eta")),
        )
    return row
