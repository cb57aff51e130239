"""Plain tables: aliases, times, separators, and what lacks."""

from __future__ import annotations

import pytest

from monitor.decode.named_csv import NamedCsvDecoder
from monitor.errors import InputError
from monitor.model import Lines, Reports
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return NamedCsvDecoder().decode(Lines(data=data, source="log"), final=True)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"time,lat,lon", "no column for the MMSI; its columns are: time, lat, lon."),
        (b"mmsi,lat,lon", "no column for the time; its columns are: mmsi, lat, lon."),
        (b"mmsi;time;lon", "no column for the latitude; its columns are: mmsi, time, lon."),
        (b"MMSI\tTime\tLat", "no column for the longitude; its columns are: MMSI, Time, Lat."),
    ],
)
def test_a_column_that_lacks_is_named_with_those_found(header: bytes, said: str) -> None:
    with pytest.raises(InputError) as error:
        decoded(header + b"\n1,2,3\n")
    assert str(error.value) == f"The log has {said}"


@pytest.mark.parametrize(
    ("log", "sog_kn"),
    [
        (b"mmsi,time,lat,lon,sog\n235102667,1734062706,35.9,14.5,7.5\n", 7.5),
        (
            b"\xef\xbb\xbfMMSI;Time;Y;X;Speed\r\n235102667;13.12.2024 04:05:06;35,9;14,5;7,5\r\n",
            7.5,
        ),
        (b"sog\tx\ty\tepoch\tMMSI\n7.5\t14.5\t35.9\t1734062706000\t235102667\n", 7.5),
        (b'"mmsi","timestamp","y","x"\n"235102667","2024-12-13T04:05:06Z","35.9","14.5"', None),
        (b"LONG,lat,Base_Date_Time,ssvid\n14.5,35.9,2024-12-13T06:05:06+02:00,235102667", None),
        (b"ship_id,t,lat,lng,speed\n235102667.0,13/12/2024 04:05:06,35.9,14.5,102.3\n", None),
    ],
)
def test_one_row_in_many_guises(log: bytes, sog_kn: float | None) -> None:
    reports = decoded(log)
    assert NamedCsvDecoder.recognises(log)
    same(
        reports.positions[0], mmsi=235102667, at="2024-12-13T04:05:06Z", lon=14.5, lat=35.9,
        sog_kn=sog_kn,
    )  # fmt: skip


def test_each_row_that_cannot_be_taken_is_counted() -> None:
    log = (
        b"mmsi,time,lat,lon,message_type\n"
        b"235102667,1734062706,35.9,14.5,1\n"
        b"235102667,tomorrow,35.9,14.5,1\n"
        b"235102667,,35.9,14.5,1\n"
        b"nobody,1734062706,35.9,14.5,1\n"
        b"235102667,1734062706,north,14.5,1\n"
        b"235102667,1734062706\n"
        b"2579999,1734062706,35.9,14.5,4\n"
        b"235102667,1734062706,95.5,-190,1\n"
        b"235102667,1734062706,,,1\n"
    )
    reports = decoded(log)
    assert refused(reports) == {"garbled": 4, "undated": 1}
    assert by_kind(reports) == {"position": 3, "base_station": 1}
    assert reports.positions["line"].tolist() == [2, 9, 10]
    same(reports.positions[1], lat=95.5, lon=-190.0)
    same(reports.positions[2], lat=None, lon=None)
