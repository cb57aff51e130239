"""Digitraffic Marine (Finland): MQTT messages as "topic payload", and the answers of its REST API.

The payload may be pretty-printed over several lines. A location has no MMSI but in its topic
(``vessels-v2/<mmsi>/location``), and its time is in seconds; metadata count milliseconds,
draughts in decimetres and pack the time of arrival into a number. REST gives locations as a
GeoJSON FeatureCollection, where ``timestampExternal`` is the time, and metadata as an array.
Sentinels are kept, the turn is the AIS number, and message types are not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from monitor.decode.fields import (
    course_deg,
    eta_of_number,
    heading_deg,
    latitude,
    longitude,
    mmsi_of,
    refused,
    speed_kn,
    static_of,
    status_of,
    turn_deg_min,
)
from monitor.decode.jsonrecords import JsonDecoder, objects_in
from monitor.decode.rows import Row
from monitor.decode.times import instant
from monitor.model import Refusal

_TOPIC = re.compile(rb"vessels(?:-v2)?/(?:(\d+)/(locations?|metadata)|status)\s*$")


class DigitrafficDecoder(JsonDecoder):
    """``digitraffic-json``: see the module."""

    NAME = "digitraffic-json"
    STARTS = re.compile(rb"vessels(?:-v2)?/")

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether the head holds Digitraffic's topics, features or metadata."""
        for prefix, value in objects_in(head):
            if _TOPIC.match(prefix):
                return True
            features = value.get("features")
            first = features[0] if isinstance(features, list) and features else value
            properties = first.get("properties") if isinstance(first, dict) else None
            if isinstance(properties, dict) and properties.keys() >= {"mmsi", "timestampExternal"}:
                return True
            if value.keys() >= {"mmsi", "timestamp", "callSign", "referencePointA"}:
                return True
        return False

    def read(self, value: dict[str, Any], prefix: bytes) -> Iterator[Row]:
        """Yield the reports of one message or answer; see JsonDecoder."""
        topic = _TOPIC.match(prefix)
        features = value.get("features")
        if topic is not None and topic[1] is None:
            yield Row(kind="other", at=instant(value.get("updated", value.get("timestamp"))))
        elif topic is not None and topic[2] == b"metadata":
            yield _metadata(mmsi_of(topic[1]), value)
        elif topic is not None and value.get("type") == "Feature":
            yield _feature({"mmsi": mmsi_of(topic[1]), **value})
        elif topic is not None:
            yield _location(
                mmsi_of(topic[1]), value, at=instant(value.get("time")), lon=value.get("lon"),
                lat=value.get("lat"),
            )  # fmt: skip
        elif prefix:
            yield refused(Refusal.GARBLED)
        elif isinstance(features, list):
            for feature in features:
                yield _feature(feature)
        elif value.get("type") == "Feature":
            yield _feature(value)
        elif "mmsi" in value and "callSign" in value:
            yield _metadata(mmsi_of(value["mmsi"]), value)
        else:
            yield refused(Refusal.GARBLED)


def _feature(feature: object) -> Row:
    found = feature if isinstance(feature, dict) else {}
    properties, geometry = found.get("properties"), found.get("geometry")
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(properties, dict):
        return refused(Refusal.GARBLED)
    lon, lat = place[:2] if isinstance(place, list) and len(place) > 1 else (None, None)
    at = instant(properties.get("timestampExternal"))
    mmsi = mmsi_of(properties.get("mmsi", found.get("mmsi")))
    return _location(mmsi, properties, at=at, lon=lon, lat=lat)


def _location(mmsi: int, value: dict[str, Any], *, at: int, lon: object, lat: object) -> Row:
    return Row(
        at=at,
        mmsi=mmsi,
        has_position=True,
        lon=longitude(lon),
        lat=latitude(lat),
        sog_kn=speed_kn(value.get("sog")),
        cog_deg=course_deg(value.get("cog")),
        heading_deg=heading_deg(value.get("heading")),
        turn_deg_min=turn_deg_min(value.get("rot")),
        status=status_of(value.get("navStat")),
    )


def _metadata(mmsi: int, value: dict[str, Any]) -> Row:
    sides = [value.get(f"ref{side}", value.get(f"referencePoint{side}")) for side in "ABCD"]
    return Row(
        at=instant(value.get("timestamp")),
        mmsi=mmsi,
        kind="static",
        static=static_of(
            mmsi=mmsi,
            name=value.get("name"),
            callsign=value.get("callSign"),
            imo=value.get("imo"),
            ship_type=value.get("type", value.get("shipType")),
            to_bow=sides[0],
            to_stern=sides[1],
            to_port=sides[2],
            to_starboard=sides[3],
            draught=value.get("draught"),
            draught_divisor=10.0,
            destination=value.get("destination"),
            eta=eta_of_number(value.get("eta")),
        ),
    )
