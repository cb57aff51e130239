"""Plain tables that were recorded, each by its own names, times and separators."""

from __future__ import annotations

import math

import pytest

from monitor.decode.named_csv import NamedCsvDecoder
from monitor.errors import InputError
from monitor.model import Lines, Reports, Static
from monitor.units import to_iso
from tests.integration.decode.recordings import recorded
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return NamedCsvDecoder().decode(Lines(data=data, source="log"), final=True)


def test_a_track_of_epoch_mmsi_lat_lon() -> None:
    reports = decoded(recorded("nmea_prefixed/guadeloupe_20170321_decoded_track.csv"))
    assert (len(reports.positions), refused(reports)) == (9070, {})
    same(
        reports.positions[0], mmsi=259917000, at="2017-03-21T05:51:46Z", lon=-61.525005,
        lat=15.6658133333, sog_kn=None, status=-1, type=0, line=2,
        raw=b"1490075506,259917000,15.6658133333,-61.525005",
    )  # fmt: skip
    same(reports.positions[-1], mmsi=329003100, at="2017-03-21T21:15:12Z", line=9071)
    assert reports.statics == []


def test_ids_that_are_numbers_serve_and_a_day_comes_first() -> None:
    reports = decoded(recorded("csv_misc/suez_evergiven_20210320_boat-positions.csv"))
    assert len(reports.positions) == 22287
    assert refused(reports) == {}
    same(reports.positions[0], mmsi=1, at="2021-03-20T00:22:00Z", lon=32.32925, lat=31.4386)
    assert len(set(reports.positions["mmsi"].tolist())) == 256


def test_a_satellite_table_with_semicolons_and_its_own_time_of_insertion() -> None:
    reports = decoded(recorded("csv_misc/boutsko_AISDaily.csv"))
    assert (len(reports.positions), refused(reports)) == (969, {})
    same(
        reports.positions[0], mmsi=273316240, at="2019-08-15T00:06:54Z",
        received_at="2019-08-15T00:07:04Z", lon=44.4947166666667, lat=77.2774166666667,
        sog_kn=18.0, cog_deg=22.1000003814697, heading_deg=21.0, status=0, type=1,
    )  # fmt: skip
    assert reports.statics[0].static == Static(
        mmsi=273316240, name="50 LET POBEDY", callsign="UGYU", imo=9152959, ship_type=69,
        draught_m=10.8, destination="MURMANSK", eta="08-22T04:00",
    )  # fmt: skip
    assert (reports.positions["type"] == 27).sum() == 429


def test_a_table_with_an_unnamed_first_column() -> None:
    reports = decoded(recorded("csv_misc/chlog_sample_ais.csv"))
    assert len(reports.positions) == 500
    same(
        reports.positions[0], mmsi=244010871, at="2022-02-16T13:27:00Z", lon=29.50612, lat=40.7575,
        sog_kn=10.3, cog_deg=267.4, heading_deg=262.0, status=0, turn_deg_min=None,
    )  # fmt: skip
    assert sum(math.isnan(value) for value in reports.positions["heading_deg"].tolist()) == 91
    assert (reports.positions["status"] == -1).sum() == 53


def test_a_table_of_rows_in_no_order_is_read_but_not_all_of_it_is_dated() -> None:
    reports = decoded(recorded("csv_misc/jupste_ais_sample.csv"))
    assert len(reports.positions) + refused(reports)["clock_nonsense"] == 100
    rows = list(NamedCsvDecoder().rows(recorded("csv_misc/jupste_ais_sample.csv"), final=True))
    assert [row.refusal for row in rows] == [None] * 101
    first = rows[1]
    assert (to_iso(first.at), first.status) == ("2016-01-26T11:10:57Z", -1)
    assert (first.lon, first.lat, first.sog_kn) == (-4.490355, 48.346832, 6.9)
    assert math.isnan(first.heading_deg)
    assert first.static == Static(
        mmsi=227639660, ship_type=30, to_bow_m=6, to_stern_m=3, to_port_m=1, to_starboard_m=3
    )


def test_a_snapshot_with_rows_that_are_static_only() -> None:
    reports = decoded(recorded("aisstream_json/shimizu_snapshot_20260330.csv"))
    assert by_kind(reports) == {"position": 1349, "static": 361}
    assert len(reports.positions) == 1349
    assert refused(reports) == {}
    same(
        reports.positions[0], mmsi=6925141, at="2026-03-30T01:18:46.067018Z", lon=5.48868,
        lat=53.17761, sog_kn=0.0, cog_deg=256.0, status=1,
    )  # fmt: skip
    names = [report.static.name for report in reports.statics[:2]]
    assert names == ["HOEK VAN HOLLAND", "JOANN BHEP M9A."]
    (tug,) = [r.static for r in reports.statics if r.static.mmsi == 205351290]
    assert tug == Static(
        mmsi=205351290, name="TUG 11", imo=9211717, ship_type=52, destination="ANTWERP",
        to_bow_m=15, to_stern_m=15,
    )  # fmt: skip


def test_a_peers_track_with_t_speed_and_course() -> None:
    reports = decoded(recorded("peercases/gfw_track_416000000.csv"))
    assert len(reports.positions) == 1668
    same(
        reports.positions[0], mmsi=416000000, at="2014-01-01T01:14:25Z", lon=120.31088256835938,
        lat=22.568214416503906, sog_kn=0.0, cog_deg=0.0,
    )  # fmt: skip


def test_ids_that_are_hashes_are_said_to_be_no_mmsi() -> None:
    data = recorded("csv_portvisit/debs18_1000rows.csv")
    with pytest.raises(InputError, match=r"no column for the MMSI.*SHIP_ID holds no numbers"):
        decoded(data)
