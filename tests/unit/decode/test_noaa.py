"""MarineCadastre logs: the names used since 2025, quotes, blanks and what cannot be read."""

from __future__ import annotations

import pytest

from monitor.decode.noaa import NoaaDecoder
from monitor.model import Lines, Reports, Static
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return NoaaDecoder().decode(Lines(data=data, source="log"), final=True)


HEADER = (
    b"MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,"
    b"Width,Draft,Cargo,TransceiverClass\n"
)


def test_the_names_of_2025_with_longitude_first() -> None:
    log = (
        b"mmsi,base_date_time,longitude,latitude,sog,cog,heading,vessel_name,imo,call_sign,"
        b"vessel_type,status,length,width,draft,cargo,transceiver\n"
        b"338120000,2026-01-01 00:00:07,-122.5,37.8,0.1,360,511,A,IMO0000000,,1012,,0,0,0,,B\n"
    )
    reports = decoded(log)
    same(
        reports.positions[0], at="2026-01-01T00:00:07Z", lon=-122.5, lat=37.8, cog_deg=None,
        heading_deg=None, status=-1,
    )  # fmt: skip
    assert reports.statics[0].static == Static(mmsi=338120000, name="A")


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b'RAY "CHIEF" TONEY', 'RAY "CHIEF" TONEY'),
        (b'"RAY, CHIEF"', "RAY, CHIEF"),
        (b'"RAY', '"RAY'),
    ],
)
def test_quotes_in_a_name_are_tolerated(field: bytes, name: str) -> None:
    row = b"367004050,2023-01-11T00:00:01,29.3,-94.9,0.0,264.3,88.0,%s,,WDF2405,31,12.0,,,,52,A\n"
    reports = decoded(HEADER + row % field)
    assert reports.statics[0].static.name == name
    assert refused(reports) == {}


def test_status_in_words_and_a_blank_position() -> None:
    """Once a course that is not available was -49.6: 3600 tenths in twelve signed bits."""
    row = b"367004050,2016-01-11T00:00:01,,,0.0,-49.6,88.0,,,,,under way using engine,,,,,\n"
    reports = decoded(HEADER + row)
    same(reports.positions[0], status=0, lon=None, lat=None, cog_deg=None)


def test_rows_that_cannot_be_read_are_refused() -> None:
    good = b"367004050,2023-01-11T00:00:01,29.3,-94.9,,,,,,,,,,,,,A\n"
    reports = decoded(HEADER + good + b"367004050,2023-01-11T0\n" + b"x" + good + b"\n" + good)
    assert refused(reports) == {"garbled": 2}
    assert reports.positions["line"].tolist() == [2, 6]


LOG = (
    HEADER
    + b"""\
367990001,2023-01-11T00:00:00,43.07917,-70.75733,0.0,360.0,95.0,SAN PABLO,IMO0000000,WDX9818,31,0,\
26,8,3.0,31,A
636990001,2023-01-11T00:00:00,29.39321,-94.90401,11.2,240.1,511.0,LARGE BOX,IMO9307001,5LXX3,70,5,\
260,32,8.0,70,A
338990001,2023-01-11T00:00:01,37.80000,-122.50000,0.1,12.0,511.0,GULL,,,37,,,,,,B
338990001,2023-01-11T00:00:31,37.80000,-122.50000,102.3,12.0,511.0,GULL,,,37,15,,,,,B
"""
)


def test_the_names_of_2015_to_2024() -> None:
    """511, 360 and 102.3 are not available; a ship of class B has no status, whatever is said."""
    reports = decoded(LOG)
    assert NoaaDecoder.recognises(LOG)
    assert (reports.lines, len(reports.positions), refused(reports)) == (5, 4, {})
    moored, under_way, small, silent = reports.positions
    same(
        moored, mmsi=367990001, at="2023-01-11T00:00:00Z", lon=-70.75733, lat=43.07917, sog_kn=0.0,
        cog_deg=None, heading_deg=95.0, status=0, type=0, line=2,
    )  # fmt: skip
    same(under_way, heading_deg=None, cog_deg=240.1, status=5)
    same(small, status=-1, sog_kn=0.1)
    same(silent, status=-1, sog_kn=None, line=5)
    assert [report.static for report in reports.statics][:3] == [
        Static(mmsi=367990001, name="SAN PABLO", callsign="WDX9818", ship_type=31, draught_m=3.0),
        Static(
            mmsi=636990001, name="LARGE BOX", callsign="5LXX3", imo=9307001, ship_type=70,
            draught_m=8.0,
        ),
        Static(mmsi=338990001, name="GULL", ship_type=37),
    ]  # fmt: skip


def test_a_row_without_a_time_is_refused_though_all_else_is_there() -> None:
    row = b"367004050,soon,29.3,-94.9,,,,,,,,,,,,,A\n"
    assert refused(decoded(HEADER + row)) == {"garbled": 1}
