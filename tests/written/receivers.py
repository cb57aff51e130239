"""Simulated seas as programs at a receiver tell them: gpsd, AIS-catcher and Signal K."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import groupby

from monitor.model import Static
from monitor.units import KNOT_MPS, MINUTE_US, SECOND_US, to_datetime, to_iso
from tests.written.heard import CLASS_B, LONG_RANGE, Heard
from tests.written.numbers import Record, lines, number, on_air, turn

STATE = {0: "motoring", 1: "anchored", 5: "moored"}


def gpsd(reports: tuple[Heard, ...], *, scaled: bool = True) -> bytes:
    """What gpsd reports of each message, and of the receiver's own place, which tells the time."""
    found: list[Record] = []
    clock = 0
    for report in reports:
        if report.at > clock:
            clock = report.at
            now = f"{to_datetime(clock):%Y-%m-%dT%H:%M:%S}.000Z"
            found.append({"class": "TPV", "mode": 3, "time": now, "lat": 34.9, "lon": 35.87})
        found.append(gpsd_record(report, scaled=scaled))
    return lines(found)


def gpsd_unscaled(reports: tuple[Heard, ...]) -> bytes:
    """The same with numbers as they are on the air."""
    return gpsd(reports, scaled=False)


def gpsd_record(report: Heard, *, scaled: bool = True) -> Record:
    """One message in gpsd's words."""
    head = {
        "class": "AIS", "device": "/dev/ttyUSB0", "type": report.type, "repeat": 0,
        "mmsi": report.mmsi, "scaled": scaled,
    }  # fmt: skip
    if report.fix is None:
        return head | _gpsd_static(report.known, scaled=scaled)
    fix, far = report.fix, report.type == LONG_RANGE
    digits = 1 if far else 7  # scaled, it is told to a tenth of a degree
    raw = turn(fix.turn_deg_min)
    if scaled:
        return head | {
            "status": max(fix.status, 0),
            "turn": "n/a" if raw == -128 else f"{fix.turn_deg_min:.2f}",
            "speed": number(fix.sog_kn, 1, 102.3), "accuracy": True,
            "lon": number(fix.lon, digits, 181.0), "lat": number(fix.lat, digits, 91.0),
            "course": number(fix.cog_deg, 1, 360.0), "heading": number(fix.heading_deg, 0, 511),
            "second": fix.at // SECOND_US % 60,
        }  # fmt: skip
    degree, tenth = (600, 1) if far else (600_000, 10)
    return head | {
        "status": max(fix.status, 0), "turn": raw,
        "speed": on_air(fix.sog_kn, tenth, 63 if far else 1023), "accuracy": True,
        "lon": on_air(fix.lon, degree, 181 * degree), "lat": on_air(fix.lat, degree, 91 * degree),
        "course": on_air(fix.cog_deg, tenth, 511 if far else 3600),
        "heading": on_air(fix.heading_deg, 1, 511), "second": fix.at // SECOND_US % 60,
    }  # fmt: skip


def _gpsd_static(known: Static, *, scaled: bool) -> Record:
    draught = known.draught_m or 0.0
    return {
        "imo": known.imo or 0, "callsign": known.callsign or "", "shipname": known.name or "",
        "shiptype": known.ship_type or 0, "to_bow": known.to_bow_m or 0,
        "to_stern": known.to_stern_m or 0, "to_port": known.to_port_m or 0,
        "to_starboard": known.to_starboard_m or 0, "eta": f"{known.eta or '00-00T24:60'}Z",
        "draught": draught if scaled else round(draught * 10),
        "destination": known.destination or "",
    }  # fmt: skip


def aiscatcher(reports: tuple[Heard, ...]) -> bytes:
    """AIS-catcher's JSON_FULL, a message a line."""
    return lines(aiscatcher_record(report) for report in reports)


def aiscatcher_record(report: Heard) -> Record:
    """One message in its words, which are gpsd's, with its times and the sentence."""
    record = gpsd_record(report) | {
        "device": "AIS-catcher", "rxtime": f"{to_datetime(report.at):%Y%m%d%H%M%S}",
        "rxuxtime": report.at / SECOND_US, "channel": "A", "nmea": [report.sentence.decode()],
    }  # fmt: skip
    if report.fix is not None:
        record["turn"] = number(report.fix.turn_deg_min, 0, -128)
        record["lon"], record["lat"] = number(report.fix.lon, 6, 181), number(report.fix.lat, 6, 91)
    return record


def aiscatcher_posted(reports: tuple[Heard, ...]) -> bytes:
    """The bodies that it posts: what it has heard in a minute."""
    minutes = groupby(reports, key=lambda report: report.at // MINUTE_US)
    return b"".join(aiscatcher_body(minute) for _, minute in minutes)


def aiscatcher_body(reports: Iterable[Heard]) -> bytes:
    """One body, with all these messages."""
    messages = [aiscatcher_record(report) for report in reports]
    return lines([{"protocol": "jsonaiscatcher", "msgs": messages}])


def signalk(reports: tuple[Heard, ...]) -> bytes:
    """Deltas of a Signal K server: metres a second, radians."""
    return lines(map(_delta, reports))


def _delta(report: Heard) -> Record:
    values: Record = {
        "sensors.ais.class": "B" if report.type in {CLASS_B, 24} else "A",
        "": {"mmsi": str(report.mmsi), "name": report.known.name},
    }  # fmt: skip
    fix = report.fix
    if fix is not None:
        place = {"longitude": number(fix.lon, 7, 181), "latitude": number(fix.lat, 7, 91)}
        values |= {
            "navigation.position": place,
            "navigation.speedOverGround": number(fix.sog_kn * KNOT_MPS, 6),
            "navigation.courseOverGroundTrue": number(math.radians(fix.cog_deg), 6),
            "navigation.headingTrue": number(math.radians(fix.heading_deg), 6),
            "navigation.rateOfTurn": number(math.radians(fix.turn_deg_min) / 60, 9),
            "navigation.state": STATE.get(fix.status),
        }
    update = {
        "source": {"talker": "AI", "type": "NMEA0183"}, "timestamp": to_iso(report.at),
        "values": [{"path": path, "value": value} for path, value in values.items()],
    }  # fmt: skip
    return {"context": f"vessels.urn:mrn:imo:mmsi:{report.mmsi}", "updates": [update]}
