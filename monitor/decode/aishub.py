"""AISHub's web service: a snapshot of vessels, as its JSON answer or one record a line.

The answer is an array of an envelope and an array of records. A record is the last position and
the static data of a vessel in one, in one of two formats: human readable (degrees, knots, metres,
``2021-07-09 12:08:05 GMT``), or numbers as on the air (1/10000 minute, 0.1 knot, decimetres) with
a Unix time. The time tells the format. 102.4 knots and a turn of 128 are "not available" too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.decode.fields import (
    course_deg,
    eta_of_number,
    eta_of_text,
    heading_deg,
    latitude,
    longitude,
    mmsi_of,
    number,
    refused,
    speed_kn,
    static_of,
    status_of,
    turn_deg_min,
)
from monitor.decode.jsonrecords import JsonDecoder, objects_in
from monitor.decode.rows import NAN, Row
from monitor.decode.times import instant
from monitor.model import Refusal

DEGREE = 600_000.0  # 1/10000 minute, ITU-R M.1371-5 table 48


class AisHubDecoder(JsonDecoder):
    """``aishub-json``: see the module."""

    NAME = "aishub-json"

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether the head holds AISHub's records or its envelope."""
        return any(
            value.keys() >= {"MMSI", "TIME", "LONGITUDE", "LATITUDE"}
            or value.keys() >= {"ERROR", "USERNAME", "FORMAT"}
            for prefix, value in objects_in(head)
            if not prefix
        )

    def read(self, value: dict[str, Any], prefix: bytes) -> Iterator[Row]:
        """Yield the report of one record, nothing for an envelope; see JsonDecoder."""
        if prefix:
            yield refused(Refusal.NOT_AIS)
        elif "MMSI" in value:
            yield _row(value)
        elif "ERROR" not in value:
            yield refused(Refusal.GARBLED)


def is_human(record: dict[str, Any]) -> bool:
    """Say whether a record is in the human readable format."""
    return "-" in str(record.get("TIME"))


def lon_lat(record: dict[str, Any]) -> tuple[float, float]:
    """Degrees east and north of a record; NaN where not available."""
    divisor = 1.0 if is_human(record) else DEGREE
    return longitude(record.get("LONGITUDE"), divisor), latitude(record.get("LATITUDE"), divisor)


def _row(value: dict[str, Any]) -> Row:
    human = is_human(value)
    tenth = 1.0 if human else 10.0
    lon, lat = lon_lat(value)
    mmsi = mmsi_of(value["MMSI"])
    eta = value.get("ETA")
    return Row(
        at=instant(value.get("TIME")),
        mmsi=mmsi,
        has_position=True,
        lon=lon,
        lat=lat,
        sog_kn=speed_kn(_quotient(value.get("SOG"), tenth)),
        cog_deg=course_deg(_quotient(value.get("COG"), tenth)),
        heading_deg=heading_deg(value.get("HEADING")),
        turn_deg_min=turn_deg_min(value.get("ROT")),
        status=status_of(value.get("NAVSTAT")),
        static=static_of(
            mmsi=mmsi,
            name=value.get("NAME"),
            callsign=value.get("CALLSIGN"),
            imo=value.get("IMO"),
            ship_type=value.get("TYPE"),
            to_bow=value.get("A"),
            to_stern=value.get("B"),
            to_port=value.get("C"),
            to_starboard=value.get("D"),
            draught=value.get("DRAUGHT"),
            draught_divisor=tenth,
            destination=value.get("DEST"),
            eta=eta_of_text(eta) if human else eta_of_number(eta),
        ),
    )


def _quotient(value: object, divisor: float) -> float:
    found = number(value)
    return found / divisor if found >= 0 else NAN
