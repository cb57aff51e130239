"""Tables as services and spreadsheets export them: what their columns and cells are called."""

from __future__ import annotations

import pytest

from monitor.decode.forms import recognise
from monitor.decode.named_csv import NamedCsvDecoder
from monitor.decode.times import instant_of_text
from monitor.model import Lines, Reports
from monitor.units import NO_TIME, to_iso
from tests.unit.decode.reports import refused, same

AT = "2024-03-02T04:04:05Z"


def decoded(data: bytes) -> Reports:
    return recognise(data, "log")().decode(Lines(data=data, source="log"), final=True)


ROW = "636999601,2024-03-02 04:04:05,32.13,24.05,6.3"


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("mmsi|time|lat|lon|sog", ROW.replace(",", "|")),
        ('"sep=;"\nmmsi;time;lat;lon;sog', ROW.replace(",", ";").replace(".", ",")),
        ('"mmsi", "time", "lat", "lon", "sog"', '"' + ROW.replace(",", '", "') + '"'),
        ("AIS export, by x, y\n\nmmsi,time,lat,lon,sog", ROW),
        ("MMSI,Timestamp [UTC],Latitude [deg],Longitude [deg],Speed [knots]", ROW),
        ("MMSI,Date/Time,Lat.,Long.,SOG (km/h)", ROW.replace("6.3", "11.668")),
        (
            "mmsi,timestamp_ms,lat_wgs84,lon_wgs84,sog_mps",
            "636999601,1709352245000.0,32.13,24.05,3.241",
        ),
        ("MMSI,Date,Hour,Lat,Lon,SOG", ROW.replace(" ", ",")),
        ("MMSI,Date,Time,Lat,Lon,SOG", "636999601,20240302,40405,32.13,24.05,6.3"),
        ("MMSI,Date,Time,Lat,Lon,SOG", ROW.replace(" ", " 00:00:00,")),
        (
            "MMSI,STATUS,SPEED,LON,LAT,COURSE,TIMESTAMP,SHIP_ID",
            "636999601,0,63,24.05,32.13,130,2024-03-02T04:04:05,7",
        ),
        (
            (
                "vessel_mmsi,vessel_update_timestamp,position_timestamp,position_latitude,"
                "position_longitude,position_speed"
            ),
            ROW.replace(",2024", ",2024-03-01T00:00:00Z,2024"),
        ),
        (
            (
                "staticData.mmsi,lastPositionUpdate.timestamp,lastPositionUpdate.latitude,"
                "lastPositionUpdate.longitude,lastPositionUpdate.speed"
            ),
            ROW,
        ),
        ("MMSI,Time,Lat,N/S,Lon,E/W,SOG", "636999601,2024-03-02 04:04:05,32.13,N,24.05,E,6.3"),
        ("MMSI,Time,Lat,,Lon,,SOG", "636999601,2024-03-02 04:04:05,3207.8,N,02403.0,E,6.3"),
        ("MMSI,Time,Lat,Dir,Lon,Dir,SOG", "636999601,2024-03-02 04:04:05,3207.8,N,2403,E,6.3"),
        ("MMSI,Time,SOG,lat_ddmm,lon_dddmm", "636999601,2024-03-02 04:04:05,6.3,3207.8,2403"),
        ("MMSI,Time,Lat,Lon,SOG", "636999601,2024-03-02 04:04:05,3207.8000,02403.0000,6.3"),
        (
            "MMSI,TIME,LONGITUDE,LATITUDE,COG,SOG",
            "636999601,1709352245,14430000,19278000,1300,63",
        ),
    ],
)
def test_one_row_as_it_is_exported(heading: str, row: str) -> None:
    reports = decoded(f"{heading}\n{row}\n".encode())
    assert refused(reports) == {}
    same(reports.positions[0], mmsi=636999601, at=AT, received_at=AT)
    fix = reports.positions[0]
    found = (round(fix["lat"], 4), round(fix["lon"], 4), round(float(fix["sog_kn"]), 2))
    assert found == (32.13, 24.05, 6.3)


def times(heading: str, *rows: str) -> list[str]:
    found = decoded("\n".join((heading, *rows)).encode()).positions["at"].tolist()
    return [to_iso(at) for at in found]


@pytest.mark.parametrize(
    ("row", "time"),
    [
        ("2024-03-02,04:04:05", AT),
        ("2024-03-02 00:00:00,04:04:05", AT),
        ("2024-03-02T00:00:00Z,4:04:05", AT),
        ("03/02/2024 12:00:00 AM,4:04:05 AM", "2024-02-03T04:04:05Z"),
        ("2024-03-02 04:04:05,7", AT),
        ("2024-03-02 00:00:00,0", "2024-03-02T00:00:00Z"),
        ("2024-03-02 00:00:00,4", None),
        ("2024-03-02,4", None),
        ("2024-03-02,", None),
        ("2024-03-02,0404", None),
    ],
)
def test_an_hour_beside_a_day_is_a_time_of_day_or_the_row_has_none(
    row: str, time: str | None
) -> None:
    """Midnight is not taken for what cannot be read."""
    found = times("MMSI,Date,Hour,Lat,Lon", f"636999601,{row},32.13,24.05")
    assert found == ([] if time is None else [time])


def test_numbers_are_times_of_day_once_one_has_all_its_digits() -> None:
    """404 may be 00:04:04 or 04:04 before."""
    rows = [f"636999601,20240302,{clock},32.13,24.05" for clock in (404, 10405, 5905)]
    assert times("MMSI,Date,Time,Lat,Lon", *rows) == [
        "2024-03-02T01:04:05Z",
        "2024-03-02T00:59:05Z",
    ]


def test_whole_speeds_of_marine_traffic_are_tenths_until_one_is_not_whole() -> None:
    heading = "MMSI,STATUS,SPEED,LON,LAT,COURSE,TIMESTAMP,SHIP_ID"
    rows = [f"636999601,0,{speed},24.05,32.13,130,{AT},7" for speed in ("63", "6.3", "7")]
    found = decoded("\n".join((heading, *rows)).encode()).positions["sog_kn"].tolist()
    assert [round(speed, 2) for speed in found] == [6.3, 6.3, 7.0]
    decoder = recognise(heading.encode(), "log")()
    for row in rows[:2]:
        decoder.decode(Lines(data=f"{heading}\n{row}\n".encode(), source="log"), final=True)
    again = recognise(heading.encode(), "log")()
    again.restore(decoder.state())
    (fix,) = again.decode(Lines(data=f"{rows[2]}\n".encode(), source="log"), final=True).positions
    assert fix["sog_kn"] == 7.0


@pytest.mark.parametrize(
    ("heading", "place", "column", "value"),
    [
        ("MMSI,Time,Lat,Lon", "3207.8,2403.0", "Lat", b"3207.8"),
        ("MMSI,Time,Y,X", "3500000,500000", "Y", b"3500000"),
        ("MMSI,Time,Lat,N/S,Lon,E/W", "32.13,?,24.05,E", "N/S", b"?"),
        ("MMSI,Time,Lat,N/S,Lon,E/W", "32.13,N,24.05,", "E/W", b""),
    ],
)
def test_a_position_that_cannot_be_told_is_refused_with_its_column(
    heading: str, place: str, column: str, value: bytes
) -> None:
    decoder = recognise(heading.encode(), "log")()
    data = f"{heading}\n636999601,2024-03-02 04:04:05,{place}\n".encode()
    reports = decoder.decode(Lines(data=data, source="log"), final=True)
    assert refused(reports) == {"garbled": 1}
    assert isinstance(decoder, NamedCsvDecoder)
    assert decoder.unread == (column, value)


def test_south_and_west_are_kept_with_the_sign_and_over_a_restart() -> None:
    heading = "MMSI,Time,Lat,N/S,Lon,E/W"
    rows = [f"636999601,{AT},3207.8,S,2403.0,W", f"636999601,{AT},7.8,S,312.5,W"]
    decoder = recognise(heading.encode(), "log")()
    decoder.decode(Lines(data=f"{heading}\n{rows[0]}\n".encode(), source="log"), final=True)
    again = recognise(heading.encode(), "log")()
    again.restore(decoder.state())
    (fix,) = again.decode(Lines(data=f"{rows[1]}\n".encode(), source="log"), final=True).positions
    assert (round(fix["lat"], 4), round(fix["lon"], 4)) == (-0.13, -3.2083)


def test_a_table_in_pieces_has_its_remarks_still() -> None:
    """They are decoded again with the first row that has a time."""
    form = recognise(b"mmsi,time,lat,lon\n", "log")
    decoder = form()
    for line in (b"sep=,\n", b"# words\n", b"mmsi,time,lat,lon\n"):
        assert refused(decoder.decode(Lines(data=line, source="log"))) == {}
    row = b"636999601,2024-03-02 04:04:05,32.13,24.05\n"
    assert refused(decoder.decode(Lines(data=row, source="log"), final=True)) == {}


def test_a_time_that_lost_its_seconds_is_none() -> None:
    assert instant_of_text("1.70935E+12") == NO_TIME
    assert to_iso(instant_of_text("1.709352245E+09")) == AT
