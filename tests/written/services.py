"""Simulated seas as services on the net send them, a message or an answer a line."""

from __future__ import annotations

import json
from itertools import groupby

from monitor.model import Fix, Static
from monitor.units import MINUTE_US, SECOND_US, to_datetime, to_iso
from tests.written.heard import CLASS_B, LONG_RANGE, Heard, at_sea
from tests.written.numbers import Record, lines, number, on_air, turn


def eta_of(known: Static) -> tuple[int, ...]:
    """Month, day, hour and minute of her arrival; 0, 0, 24 and 60 are not available."""
    eta = known.eta or "00-00T24:60"
    return tuple(int(eta[place : place + 2]) for place in (0, 3, 6, 9))


def aisstream(reports: tuple[Heard, ...]) -> bytes:
    """Envelopes of aisstream."""
    return lines(aisstream_record(report) for report in reports)


def aisstream_record(report: Heard) -> Record:
    """One message in its envelope."""
    name, body = _aisstream_body(report)
    meta = {
        "MMSI": report.mmsi, "MMSI_String": report.mmsi, "ShipName": report.known.name or "",
        "latitude": 0, "longitude": 0,
        "time_utc": f"{to_datetime(report.at):%Y-%m-%d %H:%M:%S}.000000001 +0000 UTC",
    }  # fmt: skip
    head = {"MessageID": report.type, "RepeatIndicator": 0, "UserID": report.mmsi, "Valid": True}
    return {"MetaData": meta, "MessageType": name, "Message": {name: head | body}}


def _aisstream_body(report: Heard) -> tuple[str, Record]:
    fix, known = report.fix, report.known
    sides = (known.to_bow_m, known.to_stern_m, known.to_port_m, known.to_starboard_m)
    dimension = dict(zip("ABCD", (side or 0 for side in sides), strict=True))
    if report.type == 24:
        built = {"CallSign": known.callsign or "", "ShipType": known.ship_type or 0}
        return "StaticDataReport", {
            "PartNumber": True, "ReportA": {"Name": known.name or "", "Valid": True},
            "ReportB": built | {"Dimension": dimension, "Valid": True},
        }  # fmt: skip
    if fix is None:
        eta = dict(zip(("Month", "Day", "Hour", "Minute"), eta_of(known), strict=True))
        return "ShipStaticData", {
            "Name": known.name or "", "CallSign": known.callsign or "", "ImoNumber": known.imo or 0,
            "Type": known.ship_type or 0, "Dimension": dimension,
            "MaximumStaticDraught": known.draught_m or 0, "Destination": known.destination or "",
            "Eta": eta,
        }  # fmt: skip
    far, small = report.type == LONG_RANGE, report.type == CLASS_B
    body: Record = {
        "Longitude": number(fix.lon, 15, 181), "Latitude": number(fix.lat, 15, 91),
        "Sog": number(fix.sog_kn, 1, 63 if far else 102.3),
        "Cog": number(fix.cog_deg, 1, 511 if far else 360),
    }  # fmt: skip
    if not far:
        body["TrueHeading"] = number(fix.heading_deg, 0, 511)
    if not small:
        body["NavigationalStatus"] = fix.status
    if not small and not far:
        body["RateOfTurn"] = turn(fix.turn_deg_min)
    names = {CLASS_B: "StandardClassBPositionReport", LONG_RANGE: "LongRangeAisBroadcastMessage"}
    return names.get(report.type, "PositionReport"), body


def digitraffic(reports: tuple[Heard, ...], indent: int | None = None) -> bytes:
    """Digitraffic's MQTT messages behind their topics."""
    found = b""
    for topic, record in map(digitraffic_message, reports):
        found += f"{topic} {json.dumps(record, indent=indent)}\n".encode()
    return found


def digitraffic_pretty(reports: tuple[Heard, ...]) -> bytes:
    """The same, each over several lines."""
    return digitraffic(reports, indent=2)


def digitraffic_message(report: Heard) -> tuple[str, Record]:
    """The topic and the payload of one message."""
    fix, known = report.fix, report.known
    if fix is not None:
        return f"vessels-v2/{report.mmsi}/location", {
            "time": fix.at // SECOND_US, **_location(fix), "lon": number(fix.lon, 6, 181),
            "lat": number(fix.lat, 6, 91),
        }  # fmt: skip
    month, day, hour, minute = eta_of(known)
    eta = month << 16 | day << 11 | hour << 6 | minute
    return f"vessels-v2/{report.mmsi}/metadata", {
        "timestamp": report.at // 1000, "destination": known.destination or "",
        "name": known.name or "", "draught": round((known.draught_m or 0) * 10), "eta": eta,
        "posType": 1, "refA": known.to_bow_m or 0, "refB": known.to_stern_m or 0,
        "refC": known.to_port_m or 0, "refD": known.to_starboard_m or 0,
        "callSign": known.callsign or "", "imo": known.imo or 0, "type": known.ship_type or 0,
    }  # fmt: skip


def _location(fix: Fix) -> Record:
    return {
        "sog": number(fix.sog_kn, 1, 102.3), "cog": number(fix.cog_deg, 1, 360),
        "navStat": 15 if fix.status < 0 else fix.status, "rot": turn(fix.turn_deg_min),
        "posAcc": True, "raim": False, "heading": number(fix.heading_deg, 0, 511),
    }  # fmt: skip


def _feature(fix: Fix) -> Record:
    return {
        "mmsi": fix.mmsi, "type": "Feature",
        "geometry": {
            "type": "Point", "coordinates": [number(fix.lon, 6, 181), number(fix.lat, 6, 91)],
        },
        "properties": {
            "mmsi": fix.mmsi, **_location(fix), "timestamp": fix.at // SECOND_US % 60,
            "timestampExternal": fix.at // 1000,
        },
    }  # fmt: skip


def digitraffic_answers(reports: tuple[Heard, ...]) -> bytes:
    """The answers of its REST API, one a minute."""
    return lines(
        {"type": "FeatureCollection", "features": [_feature(fix) for _, fix in minute]}
        for _, minute in groupby(at_sea(reports), key=lambda pair: pair[0].at // MINUTE_US)
    )


def barentswatch(reports: tuple[Heard, ...]) -> bytes:
    """BarentsWatch's stream: positions and static reports, told by their type."""
    return lines(map(_barentswatch, reports))


def _barentswatch(report: Heard) -> Record:
    head = {
        "messageType": report.type, "mmsi": report.mmsi, "msgtime": _msgtime(report),
        "aisClass": "B" if report.type in {CLASS_B, 24} else "A",
    }  # fmt: skip
    if report.fix is None:
        return {"type": "Staticdata"} | head | _barentswatch_static(report.known)
    return {"type": "Position"} | head | _moved(report.fix)


def barentswatch_full(reports: tuple[Heard, ...]) -> bytes:
    """Its combined model: a position and all that is known of the ship in one."""
    return lines(
        {"mmsi": fix.mmsi, "msgtime": _msgtime(report), "altitude": None} | _moved(fix)
        | _barentswatch_static(report.known)
        | {"reportClass": "B" if report.type == CLASS_B else "A"}
        for report, fix in at_sea(reports)
    )  # fmt: skip


def barentswatch_features(reports: tuple[Heard, ...]) -> bytes:
    """Its simple model as GeoJSON."""
    return lines(_barentswatch_feature(report, fix) for report, fix in at_sea(reports))


def _barentswatch_feature(report: Heard, fix: Fix) -> Record:
    moved = _moved(fix)
    place = [moved.pop("longitude"), moved.pop("latitude")]
    del moved["navigationalStatus"]
    who = {"mmsi": fix.mmsi, "name": report.known.name, "msgtime": _msgtime(report)}
    return {
        "type": "Feature", "geometry": {"type": "Point", "coordinates": place},
        "properties": who | moved,
    }  # fmt: skip


def _msgtime(report: Heard) -> str:
    return f"{to_datetime(report.at):%Y-%m-%dT%H:%M:%S}.0000000+00:00"


def _moved(fix: Fix) -> Record:
    raw = turn(fix.turn_deg_min)
    return {
        "courseOverGround": number(fix.cog_deg, 1), "latitude": number(fix.lat, 6),
        "longitude": number(fix.lon, 6), "navigationalStatus": max(fix.status, 0),
        "rateOfTurn": None if raw == -128 else raw, "speedOverGround": number(fix.sog_kn, 1),
        "trueHeading": number(fix.heading_deg, 0),
    }  # fmt: skip


def _barentswatch_static(known: Static) -> Record:
    return {
        "imoNumber": known.imo, "callSign": known.callsign, "name": known.name,
        "destination": known.destination,
        "eta": None if known.eta is None else "{:02}{:02}{:02}{:02}".format(*eta_of(known)),
        "draught": None if known.draught_m is None else round(known.draught_m * 10),
        "shipType": known.ship_type, "dimensionA": known.to_bow_m, "dimensionB": known.to_stern_m,
        "dimensionC": known.to_port_m, "dimensionD": known.to_starboard_m,
    }  # fmt: skip


def aishub(reports: tuple[Heard, ...]) -> bytes:
    """AISHub's records with numbers as they are on the air."""
    return lines(_aishub(report, fix, human=False) for report, fix in at_sea(reports))


def aishub_human(reports: tuple[Heard, ...]) -> bytes:
    """The same for people."""
    return lines(_aishub(report, fix, human=True) for report, fix in at_sea(reports))


def _aishub(report: Heard, fix: Fix, *, human: bool) -> Record:
    known = report.known
    if human:
        moved: Record = {
            "TIME": f"{to_datetime(fix.at):%Y-%m-%d %H:%M:%S} GMT",
            "LONGITUDE": number(fix.lon, 6, 181), "LATITUDE": number(fix.lat, 6, 91),
            "COG": number(fix.cog_deg, 1, 360), "SOG": number(fix.sog_kn, 1, 102.4),
            "DRAUGHT": known.draught_m or 0,
        }  # fmt: skip
    else:
        moved = {
            "TIME": str(fix.at // SECOND_US),
            "LONGITUDE": on_air(fix.lon, 600_000, 108_600_000),
            "LATITUDE": on_air(fix.lat, 600_000, 54_600_000),
            "COG": on_air(fix.cog_deg, 10, 3600), "SOG": on_air(fix.sog_kn, 10, 1024),
            "DRAUGHT": round((known.draught_m or 0) * 10),
        }  # fmt: skip
    return {"MMSI": fix.mmsi} | moved | {
        "HEADING": number(fix.heading_deg, 0, 511), "ROT": turn(fix.turn_deg_min),
        "NAVSTAT": 15 if fix.status < 0 else fix.status, "IMO": known.imo or 0,
        "NAME": known.name or "", "CALLSIGN": known.callsign or "", "TYPE": known.ship_type or 0,
        "A": known.to_bow_m or 0, "B": known.to_stern_m or 0, "C": known.to_port_m or 0,
        "D": known.to_starboard_m or 0, "DEST": known.destination or "",
    }  # fmt: skip


def gfw(reports: tuple[Heard, ...]) -> bytes:
    """Global Fishing Watch's track lines."""
    return lines(
        {
            "ssvid": str(fix.mmsi), "timestamp": to_iso(fix.at), "lat": number(fix.lat, 10),
            "lon": number(fix.lon, 10), "speed": number(fix.sog_kn, 10),
            "course": number(fix.cog_deg, 1), "shipname": report.known.name,
        }
        for report, fix in at_sea(reports)
    )  # fmt: skip
