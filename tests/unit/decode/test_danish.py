"""Danish daily logs: the 26 columns, tabs and commas."""

from __future__ import annotations

import pytest

from monitor.decode.danish import DanishDecoder
from monitor.model import Lines, Reports, Static
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
