"""Signal K: deltas of vessels, one a line, as a server's stream or its log has them.

``{"context": "vessels.urn:mrn:imo:mmsi:…", "updates": [{"timestamp", "values": [{"path",
"value"}]}]}``. The units are SI: m/s, radians, radians a second; metres for the draught. What is
not available is left out or null. A server may give position, speed and name in updates of their
own: the values of one delta and one timestamp make one row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from monitor.decode.fields import (
    course_deg,
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
)
from monitor.decode.jsonrecords import JsonDecoder, objects_in
from monitor.decode.rows import NAN, Row
from monitor.decode.times import instant
from monitor.model import Refusal, Static
from monitor.units import KNOT_MPS, MINUTE_US, NO_TIME, SECOND_US

STATE = {
    "motoring": 0, "anchored": 1, "not under command": 2, "restricted manouverability": 3,
    "restricted manouverability towing < 200m": 3, "restricted manouverability towing > 200m": 3,
    "restricted manouverability underwater operations": 3, "constrained by draft": 4, "moored": 5,
    "aground": 6, "fishing": 7, "fishing-hampered": 7, "trawling": 7, "trawling-shooting": 7,
    "trawling-hauling": 7, "sailing": 8, "hazardous material high speed": 9,
    "hazardous material wing in ground": 10, "towing < 200m": 11, "towing > 200m": 11,
    "pushing": 12, "ais-sart": 14, "default": 15,
}  # fmt: skip
"""``navigation.state`` -> navigational status (ITU-R M.1371-5 table 45).

The words of the specification's groups/navigation.json, and those that the servers' parsers of
AIS (NMEA 0183 and 2000) write; older ones write the words of the table itself.
"""

DEEPEST = 4
"""Levels of objects in a value that are read; the deepest in use has two."""

_STATIONS = {"BASE": "base_station", "ATON": "aton"}
"""``sensors.ais.class`` of what is no vessel, though older servers call base stations so."""

_MMSI = re.compile(r"urn:mrn:imo:mmsi:(\d{1,9})$", re.ASCII)
_SENTENCES = re.compile(rb"^\d{13};N;[!$][^,]{2}VD[MO],", re.MULTILINE)
"""A server's multiplexed log with AIS in it."""
_ETA = re.compile(r"\d{4}-(\d\d-\d\dT\d\d:\d\d)")

_MOVING = (
    "navigation.position.", "navigation.speedOverGround", "navigation.courseOverGroundTrue",
    "navigation.headingTrue", "navigation.rateOfTurn", "navigation.state",
)  # fmt: skip
_STATIC = (
    "name", "communication.callsignVhf", "registrations.imo", "design.", "sensors.ais.",
    "navigation.destination.",
)  # fmt: skip


class SignalKDecoder(JsonDecoder):
    """``signalk-json``: see the module."""

    NAME = "signalk-json"

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether the head holds deltas, and no sentences beside them: those say more."""
        return not _SENTENCES.search(head) and any(
            isinstance(value.get("context"), str) and isinstance(value.get("updates"), list)
            for prefix, value in objects_in(head)
            if not prefix
        )

    def read(self, value: dict[str, Any], prefix: bytes) -> Iterator[Row]:
        """Yield the reports of one delta, one a timestamp; see JsonDecoder."""
        mmsi, found = 0 if prefix else vessel_of(value), values_of(value)
        if not mmsi:
            yield refused(Refusal.NOT_AIS, at=min(found, default=NO_TIME))
            return
        for at, values in found.items():
            yield _row(at, mmsi, values)


def vessel_of(delta: dict[str, Any]) -> int:
    """MMSI of the vessel that a delta is about; 0 where it is about something else.

    It stands in the context, or among the values (own vessel: ``vessels.self``).
    """
    context = delta.get("context")
    if not isinstance(context, str) or not context.startswith("vessels."):
        return 0
    if found := _MMSI.search(context):
        return int(found[1])
    return next((mmsi_of(v["mmsi"]) for v in values_of(delta).values() if "mmsi" in v), 0)


def tells(delta: dict[str, Any]) -> bool:
    """Say whether a delta has anything that AIS tells: own vessel has tanks and engines too."""
    return any(path.startswith(_MOVING + _STATIC) for v in values_of(delta).values() for path in v)


def values_of(delta: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Timestamp (us) -> path -> value, with the fields of an object as paths of their own."""
    found: dict[int, dict[str, Any]] = {}
    updates = delta.get("updates")
    for update in updates if isinstance(updates, list) else []:
        values = update.get("values") if isinstance(update, dict) else None
        if not isinstance(values, list):
            continue  # a delta of meta data
        at = found.setdefault(instant(update.get("timestamp")), {})
        for item in values:
            if isinstance(item, dict) and isinstance(item.get("path"), str):
                at.update(_leaves(item["path"], item.get("value"), DEEPEST))
    return found


def _leaves(path: str, value: object, depth: int) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        yield path, value
    elif depth:
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}" if path else name, inner, depth - 1)


def _row(at: int, mmsi: int, values: dict[str, Any]) -> Row:
    row = Row(at=at, mmsi=mmsi, kind="other")
    station = _STATIONS.get(str(values.get("sensors.ais.class")))
    if station:
        row.kind = station
    elif "navigation.position.longitude" in values:
        row.kind, row.has_position = "position", True
        row.lon = longitude(values["navigation.position.longitude"])
        row.lat = latitude(values.get("navigation.position.latitude"))
        row.sog_kn = speed_kn(number(values.get("navigation.speedOverGround")) / KNOT_MPS)
        row.cog_deg = course_deg(_degrees(values.get("navigation.courseOverGroundTrue")))
        row.heading_deg = heading_deg(_degrees(values.get("navigation.headingTrue")))
        row.turn_deg_min = _degrees(values.get("navigation.rateOfTurn")) * (MINUTE_US / SECOND_US)
        row.status = _status(values)
    if not station:
        row.static = _static(mmsi, values)
        if row.static is not None and not row.has_position:
            row.kind = "static"
    return row


def _degrees(value: object) -> float:
    """Degrees from radians, without the last digits that the way there and back adds."""
    return round(math.degrees(number(value)), 4)


def _status(values: dict[str, Any]) -> int:
    state = values.get("navigation.state")
    if values.get("sensors.ais.class") == "B" or not isinstance(state, str):
        return -1
    return STATE.get(state.lower(), status_of(state))


def _static(mmsi: int, values: dict[str, Any]) -> Static | None:
    bow, stern = _sides(values.get("design.length.overall"), values.get("sensors.ais.fromBow"))
    beam, centre = number(values.get("design.beam")), number(values.get("sensors.ais.fromCenter"))
    port, starboard = _sides(beam, beam / 2 + centre)
    eta = values.get("navigation.destination.eta")
    eta = _ETA.match(eta) if isinstance(eta, str) else None
    return static_of(
        mmsi=mmsi,
        name=values.get("name"),
        callsign=values.get("communication.callsignVhf"),
        imo=values.get("registrations.imo"),
        ship_type=values.get("design.aisShipType.id"),
        to_bow=bow,
        to_stern=stern,
        to_port=port,
        to_starboard=starboard,
        draught=values.get("design.draft.current", values.get("design.draft.maximum")),
        destination=values.get("navigation.destination.commonName"),
        eta=eta_of_text(eta[1]) if eta else None,
    )


def _sides(whole_m: object, part_m: object) -> tuple[float, float]:
    """Split a length in two at the antenna; where that is not told, the first part is 0.

    That is how AIS itself says so (ITU-R M.1371-5, 3.3, figure 41: A = C = 0).
    """
    length, part = number(whole_m), number(part_m)
    if not length > 0:
        return NAN, NAN
    first = round(part) if 0 <= part <= length else 0
    return first, round(length) - first
