"""Plain tables: aliases, times, separators, and what lacks."""

from __future__ import annotations

import pytest

from monitor.decode.named_csv import NamedCsvDecoder
from monitor.errors import InputError
from monitor.model import Lines, Reports, Static
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return NamedCsvDecoder().decode(Lines(data=data, source="log"), final=True)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (
            b"time,lat,lon",
            "no column for the MMSI; its columns are: time, lat, lon; say with --mmsi whose it is.",
        ),
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


SATELLITE = """\
\ufeffid;mmsi;imo;vessel_name;callsign;vessel_type;vessel_type_code;destination;eta;draught;\
longitude;latitude;sog;cog;rot;heading;nav_status;nav_status_code;ts_pos_utc;ts_insert_utc;\
message_type
772815501;273990001;9152001;50 YEARS;UGXX;Passenger;69;MURMANSK;08220400;10.8000001907349;\
44.4947166666667;77.2774166666667;18;22.1000003814697;0;21;Under Way Using Engine;0;\
15.08.2019 00:06:54;15.08.2019 00:07:04;1
772816308;309990001;8802001;SEA WIND;C6XX8;Passenger;60;;;4.3;14.275;77.0483333333333;12;146;0;0;\
Under Way Using Engine;0;15.08.2019 00:06:38;15.08.2019 00:06:56;27
772816309;309990001;8802001;SEA WIND;C6XX8;Passenger;60;;;4.3;14.275;77.0483333333333;63;146;0;;\
;;15.08.2019 00:08:38;15.08.2019 00:09:00;27
""".encode()


def test_a_satellite_table_says_when_each_row_came_in() -> None:
    """Its own id is no MMSI; words for a type stand beside the numbers, which are taken."""
    reports = decoded(SATELLITE)
    assert NamedCsvDecoder.recognises(SATELLITE)
    assert (reports.lines, len(reports.positions), refused(reports)) == (4, 3, {})
    same(
        reports.positions[0], mmsi=273990001, at="2019-08-15T00:06:54Z",
        received_at="2019-08-15T00:07:04Z", lon=44.4947166666667, lat=77.2774166666667,
        sog_kn=18.0, cog_deg=22.1000003814697, heading_deg=21.0, turn_deg_min=None, status=0,
        type=1, line=2,
    )  # fmt: skip
    same(reports.positions[1], type=27, at="2019-08-15T00:06:38Z", heading_deg=0.0)
    same(reports.positions[2], type=27, sog_kn=None, heading_deg=None, status=-1)
    assert reports.statics[0].static == Static(
        mmsi=273990001, name="50 YEARS", callsign="UGXX", imo=9152001, ship_type=69,
        draught_m=10.8, destination="MURMANSK", eta="08-22T04:00",
    )  # fmt: skip


def test_numbers_for_ships_serve_where_there_is_no_mmsi() -> None:
    """A mark at the begin, names in capitals, day first and no seconds."""
    log = b"\xef\xbb\xbfID,ais_pos_timestamp,longitude,latitude\n1,20/03/2021 00:22,32.5,31.25\n"
    same(
        decoded(log + b"2,20/03/2021 01:25,32.25,31.5\n").positions[0], mmsi=1,
        at="2021-03-20T00:22:00Z", lon=32.5, lat=31.25,
    )  # fmt: skip


@pytest.mark.parametrize("claimed", [b"0x3b62baab6210a8e69d3e", b"ANNA"])
def test_ids_that_are_words_are_said_to_be_no_mmsi(claimed: bytes) -> None:
    """The first row tells; a hash later, among numbers, is only a row that cannot be read."""
    head, row = b"SHIP_ID,SPEED,LON,LAT,TIMESTAMP\n", b",2,15.25,37.5,01-06-15 0:00\n"
    assert NamedCsvDecoder.recognises(head + claimed + row)
    with pytest.raises(InputError) as error:
        decoded(head + claimed + row)
    assert str(error.value) == (
        "The log has no column for the MMSI, and its column SHIP_ID holds no numbers"
        f" (the first is {claimed.decode()!r}): give a log with MMSI numbers."
    )
    reports = decoded(head + b"211000001" + row + claimed + row)
    assert (len(reports.positions), refused(reports)) == (1, {"garbled": 1})


def test_a_restart_remembers_that_the_ids_are_numbers() -> None:
    """Or a damaged id, first after it, would end the replay of a whole archive."""
    head, row = b"id,time,lat,lon\n", b"%s,2021-03-20T00:22:00Z,31.5,32.5\n"
    first, second = NamedCsvDecoder(), NamedCsvDecoder()
    first.decode(Lines(data=head + row % b"1" * 2, source="log"))
    second.restore(first.state())
    reports = second.decode(Lines(data=row % b"x" + row % b"1", source="log"), final=True)
    assert (len(reports.positions), refused(reports)) == (1, {"garbled": 1})


def test_a_column_without_a_name_is_passed_over() -> None:
    """Where a program of science wrote its row numbers, and its own words for the status."""
    log = (
        b",lat,long,sog,cog,heading,rot,nav_stt,timestamp,mmsi,shiptype\n"
        b"0,40.7575,29.506120000000003,10.300000190734863,267.4,262.0,0.0,0.0,"
        b"2022-02-16 13:27:00,244990001,75\n"
        b"1,40.74,29.37,7.5,263.5,511.0,-127.0,,2022-02-16 13:27:10,677990001,75\n"
    )
    reports = decoded(log)
    same(
        reports.positions[0], mmsi=244990001, at="2022-02-16T13:27:00Z", lon=29.50612, lat=40.7575,
        sog_kn=10.3, cog_deg=267.4, heading_deg=262.0, status=0, turn_deg_min=None,
    )  # fmt: skip
    same(reports.positions[1], status=-1, heading_deg=None)
    assert reports.statics[0].static == Static(mmsi=244990001, ship_type=75)


def test_rows_that_say_only_who_she_is_stand_among_positions() -> None:
    """Without a latitude; a field with the separator in it is quoted; 0 is no number of IMO."""
    log = (
        b"mmsi,name,imo,lat,lon,sog,cog,nav_status,ship_type,destination,eta,dim_bow,dim_stern,"
        b"timestamp\n"
        b'2449001,HOEK,0,,,,,,0,,"{""Day"":0,""Hour"":24,""Month"":0}",0,0,\n'
        b"6925001,JOANN@@BHEP@M9A.,,53.17761,5.48868,0,256,1,,,,,,"
        b"2026-03-30 01:18:46.067018882 +0000 UTC\n"
        b'205990001,TUG 1,9211001,,,,,,52,"ANTWERP, BE",,15,15,\n'
    )
    reports = decoded(log)
    assert by_kind(reports) == {"position": 1, "static": 2}
    assert refused(reports) == {}
    same(
        reports.positions[0], mmsi=6925001, at="2026-03-30T01:18:46.067018Z", lon=5.48868,
        lat=53.17761, sog_kn=0.0, cog_deg=256.0, status=1,
    )  # fmt: skip
    assert [report.static for report in reports.statics] == [
        Static(mmsi=2449001, name="HOEK"),
        Static(mmsi=6925001, name="JOANN BHEP M9A."),
        Static(
            mmsi=205990001, name="TUG 1", imo=9211001, ship_type=52, destination="ANTWERP, BE",
            to_bow_m=15, to_stern_m=15,
        ),
    ]  # fmt: skip


def test_a_table_of_rows_in_no_order_is_read_but_not_all_of_it_is_dated() -> None:
    """A stamp far ahead of the next one is nonsense, be it the first of all."""
    head = (
        b"sourcemmsi,navigationalstatus,rateofturn,speedoverground,courseoverground,trueheading,"
        b"lon,lat,t,shiptype,tobow,tostern,tostarboard,toport\n"
    )
    row = b"227990001,,,6.9,350.5,511,-4.490355,48.346832,%d,30.0,6.0,3.0,3.0,1.0\n"
    log = head + b"".join(row % t for t in (1453806657, 1452184694, 1458184694, 1453806700))
    reports = decoded(log)
    assert (len(reports.positions), refused(reports)) == (2, {"clock_nonsense": 2})
    same(
        reports.positions[0], mmsi=227990001, at="2016-01-07T16:38:14Z", lon=-4.490355,
        lat=48.346832, sog_kn=6.9, heading_deg=None, status=-1, line=3,
    )  # fmt: skip
    same(reports.positions[1], at="2016-01-26T11:11:40Z", line=5)
    assert reports.statics[0].static == Static(
        mmsi=227990001, ship_type=30, to_bow_m=6, to_stern_m=3, to_port_m=1, to_starboard_m=3
    )


def test_the_tables_of_archives_are_left_to_their_own_forms() -> None:
    """Both name a time, a latitude and a longitude, too."""
    danish = b"# Timestamp,Type of mobile,MMSI,Latitude,Longitude,SOG\n"
    noaa = b"MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading\n"
    assert not NamedCsvDecoder.recognises(danish)
    assert not NamedCsvDecoder.recognises(noaa)
