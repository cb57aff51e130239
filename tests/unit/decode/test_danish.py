"""Danish daily logs: the 26 columns, tabs and commas."""

from __future__ import annotations

import pytest

from monitor.decode.danish import DanishDecoder
from monitor.model import Lines, Reports, Static
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return DanishDecoder().decode(Lines(data=data, source="log"), final=True)


HEADER_26 = (
    b"# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,"
    b"IMO,Callsign,Name,Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,"
    b"Destination,ETA,Data source type,A,B,C,D\n"
)


def test_the_form_of_26_columns_has_the_sides() -> None:
    row = (
        b"13/12/2024 23:59:59,Class A,219024175,56.1,10.2,Moored,0.0,0.0,12.0,,9701267,OVJO2,"
        b"VESSEL,Passenger,No additional information,16,100,GPS,3.2,Aarhus,,AIS,50,50,8,8\n"
    )
    reports = decoded(HEADER_26 + row)
    same(reports.positions[0], status=5, lon=10.2, lat=56.1, at="2024-12-13T23:59:59Z")
    assert reports.statics[0].static == Static(
        mmsi=219024175, name="VESSEL", callsign="OVJO2", imo=9701267, ship_type=60, to_bow_m=50,
        to_stern_m=50, to_port_m=8, to_starboard_m=8, draught_m=3.2, destination="Aarhus",
    )  # fmt: skip


def test_the_form_of_2014_has_tabs_and_decimal_commas() -> None:
    log = (
        b"Timestamp\tType of mobile\tMMSI\tLatitude\tLongitude\tNavigational status\tSOG\r\n"
        b"01-02-2014 12.30.05\tClass A\t219024175\t56,123\t10,25\tMoored\t0,1\r\n"
    )
    reports = decoded(log)
    same(
        reports.positions[0], at="2014-02-01T12:30:05Z", lon=10.25, lat=56.123, sog_kn=0.1,
        status=5, heading_deg=None,
    )  # fmt: skip


def test_a_position_that_is_not_available_without_any_name_stays_a_position() -> None:
    row = b"01/06/2018 00:00:00,Class A,219024175,91.0,181.0,Unknown value,,,,,Unknown"
    reports = decoded(HEADER_26 + row + b"," * 15 + b"\n")
    same(reports.positions[0], lon=None, lat=None, sog_kn=None, cog_deg=None)


@pytest.mark.parametrize(
    "row",
    [
        b"01/06/2018 00:00:00,Class A,219024175\n",
        b"soon,Class A,219024175,56.1,10.2" + b"," * 21 + b"\n",
        b"01/06/2018 00:00:00,Class A,none,56.1,10.2" + b"," * 21 + b"\n",
        b"01/06/2018 00:00:00,Class A,219024175,north,10.2" + b"," * 21 + b"\n",
    ],
)
def test_a_row_that_cannot_be_read_is_refused(row: bytes) -> None:
    good = b"01/06/2018 00:00:00,Class A,219024175,56.1,10.2" + b"," * 21 + b"\n"
    reports = decoded(HEADER_26 + good + row + good)
    assert refused(reports) == {"garbled": 1}
    assert reports.positions["line"].tolist() == [2, 4]


LOG_22 = b"""\
# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,IMO,\
Callsign,Name,Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,Destination,\
ETA,Data source type
01/06/2018 00:00:00,Class A,219990001,55.921028,17.320418,Constrained by her draught,0.0,12.5,\
255.5,256,Unknown,,,Undefined,,,,Undefined, , , ,AIS
01/06/2018 00:00:00,Class A,219990002,56.590177,11.830633,Unknown value,,4.8,182.5,,Unknown,,,\
Undefined,,,,Undefined,,,,AIS
01/06/2018 00:00:01,Class A,219990003,55.017887,12.596732,Under way using engine,251.1,10.6,176.9,\
174,9320001,OXAB,STELLA,Tanker,Category X,20,140,GPS,5.9,FREDERICIA,31/05/2018 04:00:00,AIS
01/06/2018 00:00:01,Base Station,2190071,56.447155,10.945872,Unknown value,,,,,Unknown,,,Undefined,\
,,,Undefined,,,,AIS
01/06/2018 00:00:01,AtoN,992190001,56.1,10.9,Unknown value,,,,,Unknown,,,Undefined,,,,,,,,AIS
01/06/2018 00:00:02,SAR Airborne,111219501,56.2,10.8,Unknown value,,90.0,10.0,,Unknown,,,Undefined,\
,,,,,,,AIS
01/06/2018 00:00:02,Class B,219990004,91.0000000,181.0000000,Unknown value,,,,,Unknown,XP1234,KAJA,\
Sailing,,3,9,Undefined,,,,AIS
01/06/2018 00:00:03,Class A,219990005,91.0000000,181.0000000,Unknown value,,,,,9320002,OXCD,ROSA,\
Fishing,Category Y,7,30,GPS,0.0,,,AIS
"""
"""What ``\\`` joins is one row."""


def test_the_form_of_22_columns() -> None:
    """A row a report of whatever is heard: ships are told from stations, marks and aircraft."""
    reports = decoded(LOG_22)
    assert DanishDecoder.recognises(LOG_22)
    assert (reports.lines, refused(reports)) == (9, {})
    assert by_kind(reports) == {
        "position": 3, "static": 2, "base_station": 1, "aton": 1, "sar_aircraft": 1,
    }  # fmt: skip
    draught, unknown, turning = reports.positions
    same(
        draught, mmsi=219990001, at="2018-06-01T00:00:00Z", lon=17.320418, lat=55.921028,
        sog_kn=12.5, cog_deg=255.5, heading_deg=256.0, turn_deg_min=0.0, status=4, type=0, line=2,
        seq=1, raw=b"01/06/2018 00:00:00,Class A,219990001,55.921028,17.320418,Constrained by",
    )  # fmt: skip
    same(unknown, status=-1, turn_deg_min=None, heading_deg=None, sog_kn=4.8)
    same(turning, turn_deg_min=251.1, status=0, sog_kn=10.6)


def test_a_row_without_position_and_speed_is_a_static_report() -> None:
    """One with both may say who she is, too."""
    statics = {report.static.mmsi: report.static for report in decoded(LOG_22).statics}
    assert statics == {
        219990003: Static(
            mmsi=219990003, name="STELLA", callsign="OXAB", imo=9320001, ship_type=81,
            draught_m=5.9, destination="FREDERICIA", eta="05-31T04:00",
        ),
        219990004: Static(mmsi=219990004, name="KAJA", callsign="XP1234", ship_type=36),
        219990005: Static(
            mmsi=219990005, name="ROSA", callsign="OXCD", imo=9320002, ship_type=30
        ),
    }  # fmt: skip


def test_a_row_without_a_time_is_refused_though_all_else_is_there() -> None:
    row = b",Class A,219024175,56.1,10.2" + b"," * 21 + b"\n"
    assert refused(decoded(HEADER_26 + row)) == {"garbled": 1}
