"""aisstream.io's envelopes, one a line or one pretty-printed over a file.

``{"MessageType": T, "MetaData": {…}, "Message": {T: {…}}}``: ``MetaData.time_utc`` (Go's
``time.String()``) is the time. The MetaData's name and position come from the server's memory
and are not used. Values are scaled, the sentinels kept. A log may also hold the inner messages
alone, without any time. The first frame of a connection confirms it, and an error is an object
of its own: both are counted as kinds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.decode.decoder import KINDS
from monitor.decode.fields import (
    course_deg,
    eta_of,
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
from monitor.model import Refusal, Static

CONFIRMATION = "SubscriptionConfirmation"


class AisStreamDecoder(JsonDecoder):
    """``aisstream-json``: see the module."""

    NAME = "aisstream-json"

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether the head holds aisstream's envelopes or its inner messages."""
        return any(
            value.keys() >= {"MessageType", "Message"}
            or value.keys() >= {"MessageID", "UserID", "Valid"}
            for prefix, value in objects_in(head)
            if not prefix
        )

    def read(self, value: dict[str, Any], prefix: bytes) -> Iterator[Row]:
        """Yield the report of one envelope or inner message; see JsonDecoder."""
        if prefix:
            yield refused(Refusal.NOT_AIS)
            return
        if "error" in value:
            yield Row(kind="error")
            return
        if "MessageID" in value:
            yield _row(value)
            return
        name, bodies, meta = value.get("MessageType"), value.get("Message"), value.get("MetaData")
        meta = meta if isinstance(meta, dict) else {}
        at = instant(meta.get("time_utc"))
        if name == CONFIRMATION:
            yield Row(kind="confirmation", at=at)
            return
        body = bodies.get(name) if isinstance(bodies, dict) and isinstance(name, str) else None
        if not isinstance(body, dict):
            yield refused(Refusal.GARBLED, at=at)
            return
        row = _row(body)
        row.at, row.mmsi = at, row.mmsi or mmsi_of(meta.get("MMSI"))
        yield row


def _row(body: dict[str, Any]) -> Row:
    message_type, mmsi = type_of(body.get("MessageID")), mmsi_of(body.get("UserID"))
    if body.get("Valid") is False:
        return refused(Refusal.UNDECODABLE)
    row = Row(mmsi=mmsi, type=message_type, kind=KINDS.get(message_type, "other"))
    if row.kind == "position":
        row.has_position = True
        row.lon, row.lat = longitude(body.get("Longitude")), latitude(body.get("Latitude"))
        row.sog_kn = speed_kn(body.get("Sog"), message_type)
        row.cog_deg = course_deg(body.get("Cog"))
        row.heading_deg = heading_deg(body.get("TrueHeading"))
        row.turn_deg_min = turn_deg_min(body.get("RateOfTurn"))
        row.status = status_of(body.get("NavigationalStatus"))
    if message_type in {5, 19}:
        row.static = _static(mmsi, body, body)
    elif message_type == 24:
        part_a, part_b = _part(body, "ReportA"), _part(body, "ReportB")
        row.static = _static(mmsi, part_a, part_b)
    return row


def _part(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Give a part of a static data report (type 24); empty where it is not the one sent."""
    part = body.get(name)
    return part if isinstance(part, dict) and part.get("Valid") is not False else {}


def _static(mmsi: int, named: dict[str, Any], built: dict[str, Any]) -> Static | None:
    sides, eta = _inner(built, "Dimension"), _inner(built, "Eta")
    return static_of(
        mmsi=mmsi,
        name=named.get("Name"),
        callsign=built.get("CallSign"),
        imo=built.get("ImoNumber"),
        ship_type=built.get("ShipType", built.get("Type")),
        to_bow=sides.get("A"),
        to_stern=sides.get("B"),
        to_port=sides.get("C"),
        to_starboard=sides.get("D"),
        draught=built.get("MaximumStaticDraught"),
        destination=built.get("Destination"),
        eta=eta_of(eta.get("Month"), eta.get("Day"), eta.get("Hour"), eta.get("Minute")),
    )


def _inner(body: dict[str, Any], name: str) -> dict[str, Any]:
    inner = body.get(name)
    return inner if isinstance(inner, dict) else {}
