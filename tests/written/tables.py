"""Simulated seas as tables: a row a report under a heading."""

from __future__ import annotations

import math
from datetime import datetime

from monitor.model import Fix, Static
from monitor.units import SECOND_US, to_datetime
from tests.written.heard import CLASS_B, Heard, at_sea

STATUS = {0: "Under way using engine", 1: "At anchor", 5: "Moored"}
KIND = {6: "Passenger", 7: "Cargo", 8: "Tanker"}
"""Ship types in the words of the Danish log, by their first digit."""

DANISH = (
    "# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,"
    "IMO,Callsign,Name,Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,"
    "Destination,ETA,Data source type"
)
NOAA = (
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,"
    "Width,Draft,Cargo,TransceiverClass"
)
NOAA_2025 = (
    "mmsi,base_date_time,longitude,latitude,sog,cog,heading,vessel_name,imo,call_sign,vessel_type,"
    "status,length,width,draft,cargo,transceiver"
)


def told(value: float, digits: int, missing: str = "") -> str:
    """A number with so many digits; where it is not available, how the form says so."""
    return missing if math.isnan(value) else f"{value:.{digits}f}"


def words(value: object, missing: str = "") -> str:
    """A field of a static report."""
    return missing if value is None else str(value)


def table(head: str, rows: list[list[str]], separator: str = ",") -> bytes:
    """A table; its heading is written with commas."""
    lines = [head.replace(",", separator), *(separator.join(row) for row in rows)]
    return "".join(line + "\n" for line in lines).encode()


def _day_first(at: int) -> str:
    return f"{to_datetime(at):%d/%m/%Y %H:%M:%S}"


def _sides(known: Static) -> list[str]:
    sides = (known.to_bow_m, known.to_stern_m, known.to_port_m, known.to_starboard_m)
    return [words(side) for side in sides]


def danish(reports: tuple[Heard, ...]) -> bytes:
    """As until mid 2018: 22 columns; a static report is a row without position and speed."""
    return table(DANISH, [_danish(report) for report in reports])


def danish_26(reports: tuple[Heard, ...]) -> bytes:
    """As since mid 2018: the sides of the ship behind it."""
    rows = [[*_danish(report), *_sides(report.known)] for report in reports]
    return table(f"{DANISH},A,B,C,D", rows)


def danish_2014(reports: tuple[Heard, ...]) -> bytes:
    """As in 2014: tabs, decimal commas, other marks in the time."""
    rows = [_danish(report) for report in reports]
    for row in rows:
        row[0] = row[0].replace("/", "-").replace(":", ".")
        row[3:5], row[6:9] = (
            [field.replace(".", ",") for field in part] for part in (row[3:5], row[6:9])
        )
    return table(DANISH.removeprefix("# "), rows, "\t")


def _danish(report: Heard) -> list[str]:
    known, fix = report.known, report.fix
    size = [known.to_port_m, known.to_starboard_m], [known.to_bow_m, known.to_stern_m]
    width, length = (words(None if None in pair else sum(filter(None, pair))) for pair in size)
    month_day = datetime.strptime(f"2024-{known.eta}", "%Y-%m-%dT%H:%M") if known.eta else None  # noqa: DTZ007
    return [
        _day_first(report.at), "Class B" if report.type in {CLASS_B, 24} else "Class A",
        str(report.mmsi),
        *(["91.000000", "181.000000"] if fix is None else _lat_lon(fix)),
        "Unknown value" if fix is None else STATUS.get(fix.status, "Unknown value"),
        *(["", "", "", ""] if fix is None else
          [told(fix.turn_deg_min, 1), told(fix.sog_kn, 1), told(fix.cog_deg, 1),
           told(fix.heading_deg, 0)]),
        words(known.imo, "Unknown"), words(known.callsign), words(known.name),
        KIND.get((known.ship_type or 0) // 10, "Undefined"), "", width, length, "GPS",
        words(known.draught_m), words(known.destination),
        f"{month_day:%d/%m/%Y %H:%M:%S}" if month_day else "", "AIS",
    ]  # fmt: skip


def _lat_lon(fix: Fix) -> list[str]:
    return [told(fix.lat, 6, "91.000000"), told(fix.lon, 6, "181.000000")]


def noaa(reports: tuple[Heard, ...]) -> bytes:
    """As from 2015 to 2024: a position a row, class B without status."""
    rows = [
        [
            str(fix.mmsi), f"{to_datetime(fix.at):%Y-%m-%dT%H:%M:%S}", told(fix.lat, 5),
            told(fix.lon, 5), *_noaa(report, fix),
        ]
        for report, fix in at_sea(reports)
    ]  # fmt: skip
    return table(NOAA, rows)


def noaa_2025(reports: tuple[Heard, ...]) -> bytes:
    """As since 2025: other names, a blank in the time, longitude first."""
    rows = [
        [
            str(fix.mmsi), f"{to_datetime(fix.at):%Y-%m-%d %H:%M:%S}", told(fix.lon, 5),
            told(fix.lat, 5), *_noaa(report, fix),
        ]
        for report, fix in at_sea(reports)
    ]  # fmt: skip
    return table(NOAA_2025, rows)


def _noaa(report: Heard, fix: Fix) -> list[str]:
    known, small = report.known, report.type == CLASS_B
    return [
        told(fix.sog_kn, 1), told(fix.cog_deg, 1, "360.0"), told(fix.heading_deg, 1, "511.0"),
        words(known.name), f"IMO{known.imo}" if known.imo else "", words(known.callsign),
        words(known.ship_type), "" if small else str(fix.status), "", "", words(known.draught_m),
        words(known.ship_type), "B" if small else "A",
    ]  # fmt: skip


def plain(reports: tuple[Heard, ...]) -> bytes:
    """A table that somebody made: epoch, degrees, knots, and the type of each message."""
    rows = [
        [
            str(fix.at // SECOND_US), str(fix.mmsi), told(fix.lat, 7), told(fix.lon, 7),
            told(fix.sog_kn, 1), told(fix.cog_deg, 1), told(fix.heading_deg, 0), str(fix.status),
            str(report.type), words(report.known.name),
        ]
        for report, fix in at_sea(reports)
    ]  # fmt: skip
    return table("epoch,mmsi,lat,lon,sog,cog,heading,nav_status,message_type,ship_name", rows)


def plain_continental(reports: tuple[Heard, ...]) -> bytes:
    """A satellite's table: a byte order mark, semicolons, decimal commas, day first, with its ids.

    A static report is a row without a position.
    """
    rows = [
        [
            str(row), str(report.mmsi), words(report.known.name), words(report.known.callsign),
            words(report.known.imo), *_sides(report.known), words(report.known.draught_m),
            *(_continental(report.fix) if report.fix else [""] * 6),
            f"{to_datetime(report.at):%d.%m.%Y %H:%M:%S}",
        ]
        for row, report in enumerate(reports)
    ]  # fmt: skip
    head = (
        "id,MMSI,Vessel Name,Callsign,IMO,Dim A,Dim B,Dim C,Dim D,Draught,Latitude,Longitude,SOG,"
        "COG,Heading,Nav Status Code,ts_pos_utc"
    )
    return b"\xef\xbb\xbf" + table(head, rows, ";")


def _continental(fix: Fix) -> list[str]:
    numbers = ((fix.lat, 6), (fix.lon, 6), (fix.sog_kn, 1), (fix.cog_deg, 1), (fix.heading_deg, 0))
    return [*(told(value, digits).replace(".", ",") for value, digits in numbers), str(fix.status)]
