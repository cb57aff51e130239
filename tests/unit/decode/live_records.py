"""A record of each form that live feeds send, and how to change any field of it."""

from __future__ import annotations

import copy
import json
from typing import Any

from monitor.units import SECOND_US
from tests.unit.decode.live_lines import NOW

STAMP = "2026-09-21T14:13:20Z"
SIGNALK = {
    "context": "vessels.urn:mrn:imo:mmsi:246326000",
    "updates": [{"timestamp": STAMP, "values": [
        {"path": "", "value": {"mmsi": "246326000", "name": "A", "communication": {
            "callsignVhf": "C"}}},
        {"path": "navigation.position", "value": {"longitude": 23.98, "latitude": 32.08}},
        {"path": "navigation.speedOverGround", "value": 5.1},
        {"path": "navigation.destination.commonName", "value": "D"},
        {"path": "design.draft", "value": {"current": 5.0}},
        {"path": "design.length", "value": {"overall": 100}},
        {"path": "design.beam", "value": 20},
        {"path": "sensors.ais.fromBow", "value": 50},
        {"path": "sensors.ais.fromCenter", "value": 0},
    ]}],
}  # fmt: skip
TEMPLATES: list[tuple[str, bytes, dict[str, Any]]] = [
    ("aiscatcher-json", b"", {
        "class": "AIS", "rxuxtime": NOW / 1e6, "type": 19, "mmsi": 211000001, "lon": 10.0,
        "lat": 54.0, "speed": 1.0, "course": 2.0, "heading": 3, "turn": 4, "status": 0,
        "shipname": "A", "callsign": "C", "destination": "D", "imo": 9118824, "shiptype": 70,
        "to_bow": 1, "to_stern": 2, "to_port": 3, "to_starboard": 4, "draught": 5.0,
        "eta": "07-09T05:00Z"}),
    ("gpsd-json", b"", {
        "class": "AIS", "device": "x", "scaled": True, "type": 5, "mmsi": 211000001,
        "shipname": "A", "callsign": "C", "destination": "D", "imo": 9118824, "shiptype": 70,
        "to_bow": 1, "to_stern": 2, "to_port": 3, "to_starboard": 4, "draught": 5.0,
        "eta": "07-09T05:00Z"}),
    ("gpsd-json", b"", {
        "class": "AIS", "device": "x", "scaled": False, "type": 1, "mmsi": 211000001,
        "lon": 6000000, "lat": 6000000, "speed": 1, "course": 2, "heading": 3, "turn": 4,
        "status": 0, "second": 7}),
    ("aisstream-json", b"", {
        "MessageType": "ShipStaticData", "MetaData": {"MMSI": 1, "time_utc": STAMP}, "Message": {
            "ShipStaticData": {
                "MessageID": 5, "UserID": 211000001, "Valid": True, "Name": "A", "CallSign": "C",
                "Destination": "D", "ImoNumber": 9118824, "Type": 70, "MaximumStaticDraught": 5.0,
                "Dimension": {"A": 1, "B": 2, "C": 3, "D": 4},
                "Eta": {"Month": 1, "Day": 2, "Hour": 3, "Minute": 4}}}}),
    ("aisstream-json", b"", {
        "MessageType": "PositionReport", "MetaData": {"MMSI": 1, "time_utc": STAMP}, "Message": {
            "PositionReport": {
                "MessageID": 1, "UserID": 211000001, "Valid": True, "Longitude": 10.0,
                "Latitude": 54.0, "Sog": 1.0, "Cog": 2.0, "TrueHeading": 3, "RateOfTurn": 4,
                "NavigationalStatus": 0}}}),
    ("barentswatch-json", b"", {
        "mmsi": 257034450, "msgtime": STAMP, "courseOverGround": 149.3, "latitude": 66.5,
        "longitude": 12.1, "navigationalStatus": 0, "rateOfTurn": 127, "speedOverGround": 17,
        "trueHeading": 173, "imoNumber": 9118824, "callSign": "C", "name": "A",
        "destination": "D", "eta": "08071300", "draught": 20, "shipType": 69, "dimensionA": 12,
        "dimensionB": 11, "dimensionC": 3, "dimensionD": 3, "reportClass": "A"}),
    ("digitraffic-json", b"vessels-v2/230708000/location ", {
        "time": NOW // SECOND_US, "cog": 355.5, "heading": 311, "lat": 61.1, "lon": 21.4,
        "navStat": 0, "rot": 0, "sog": 0.1}),
    ("digitraffic-json", b"vessels-v2/230018240/metadata ", {
        "timestamp": NOW // 1000, "callSign": "C", "destination": "D", "draught": 10,
        "eta": 1596, "imo": 9118824, "name": "A", "refA": 1, "refB": 2, "refC": 3, "refD": 4,
        "type": 50}),
    ("aishub-json", b"", {
        "MMSI": 244750034, "TIME": NOW // SECOND_US, "LONGITUDE": 3022815, "LATITUDE": 31476144,
        "COG": 3598, "SOG": 104, "HEADING": 358, "ROT": -5, "NAVSTAT": 8, "IMO": 9118824,
        "NAME": "A", "CALLSIGN": "C", "TYPE": 69, "A": 24, "B": 6, "C": 0, "D": 6, "DRAUGHT": 12,
        "DEST": "D", "ETA": 477504}),
    ("aishub-json", b"", {
        "MMSI": 244750034, "TIME": "2026-09-21 14:13:20 GMT", "LONGITUDE": 5.0, "LATITUDE": 52.4,
        "COG": 359.8, "SOG": 10.4, "HEADING": 358, "ROT": -5, "NAVSTAT": 8, "IMO": 9118824,
        "NAME": "A", "CALLSIGN": "C", "TYPE": 69, "A": 24, "B": 6, "C": 0, "D": 6, "DRAUGHT": 1.2,
        "DEST": "D", "ETA": "07-09 05:00"}),
    ("signalk-json", b"", SIGNALK),
]  # fmt: skip

IDS = [f"{form}-{index}" for index, (form, _, _) in enumerate(TEMPLATES)]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all that stands in a record, inner objects too."""
    found = [path] if path else []
    if isinstance(value, dict):
        found += [leaf for key in value for leaf in leaves(value[key], (*path, key))]
    if isinstance(value, list):
        found += [leaf for key, one in enumerate(value) for leaf in leaves(one, (*path, key))]
    return found


def with_(template: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The record with another value at a path."""
    record = copy.deepcopy(template)
    place: Any = record
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return record


def line_of(prefix: bytes, record: dict[str, Any]) -> bytes:
    """One line of a feed, as ASCII JSON: lone surrogates stand there as escapes."""
    return prefix + json.dumps(record).encode() + b"\n"
