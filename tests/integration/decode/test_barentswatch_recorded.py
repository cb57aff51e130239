"""BarentsWatch: every recorded form of its answers."""

from __future__ import annotations

import pytest

from monitor.decode.barentswatch import BarentsWatchDecoder
from monitor.model import Lines, Reports, Static
from tests.integration.decode.recordings import recorded
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return BarentsWatchDecoder().decode(Lines(data=data, source="log"), final=True)


def test_the_stream_of_all_reports() -> None:
    reports = decoded(recorded("barentswatch_json/bw_get_ais.txt"))
    assert by_kind(reports) == {"position": 1748, "static": 279, "aton": 113}
    assert (reports.lines, len(reports.positions), refused(reports)) == (2140, 1748, {})
    same(
        reports.positions[0], mmsi=248024000, at="2023-02-20T13:13:55.620904Z", lon=2.023988,
        lat=58.186747, sog_kn=4.8, cog_deg=296.1, heading_deg=292.0, turn_deg_min=-4.464029,
        status=0, type=1, line=1,
    )  # fmt: skip
    (class_b, *_) = reports.positions[reports.positions["mmsi"] == 257660700]
    same(class_b, type=18, status=-1, heading_deg=None, turn_deg_min=None)
    statics = {report.static.mmsi: report.static for report in reports.statics}
    assert statics[257088710] == Static(
        mmsi=257088710, name="STANGVIKFJORD", callsign="LFMC", imo=9855173, ship_type=69,
        to_bow_m=36, to_stern_m=31, to_port_m=7, to_starboard_m=8, draught_m=4.5,
        destination="KVANNE R46", eta="01-04T00:00",
    )  # fmt: skip
    assert statics[257699900] == Static(
        mmsi=257699900, callsign="LK7128", ship_type=53, to_bow_m=5, to_stern_m=10, to_port_m=3,
        to_starboard_m=4,
    )  # fmt: skip


def test_the_latest_reports_are_one_array_under_an_http_header() -> None:
    reports = decoded(recorded("barentswatch_json/bw_get_latest_ais.txt"))
    assert by_kind(reports) == {"position": 1359, "static": 76, "aton": 37}
    assert (reports.lines, refused(reports)) == (12, {})
    same(
        reports.positions[0], mmsi=257166400, at="2023-02-28T08:51:15Z", lon=15.076792,
        lat=68.9098, status=7, heading_deg=30.0, line=12,
    )  # fmt: skip
    assert set(reports.positions["received_at"].tolist()) == {reports.positions["at"].max().item()}


def test_the_combined_model_is_a_position_and_an_identity() -> None:
    reports = decoded(recorded("barentswatch_json/bw_combined_full_json.txt"))
    assert (len(reports.positions), len(reports.statics), refused(reports)) == (500, 500, {})
    same(
        reports.positions[0], mmsi=257034450, at="2023-02-17T11:38:39Z", sog_kn=17.0, cog_deg=149.3,
        status=0, type=0,
    )  # fmt: skip
    same(reports.positions[1], mmsi=257132820, status=-1, heading_deg=None)
    assert reports.statics[0].static == Static(
        mmsi=257034450, name="HIMMELTIND", callsign="LFCA", ship_type=69, to_bow_m=12,
        to_stern_m=11, to_port_m=3, to_starboard_m=3, draught_m=2.0, destination="TRAENALOKAL",
        eta="08-07T13:00",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "count", "mmsi", "lon", "lat", "ship"),
    [
        ("simple_json", 326, 258558000, 5.206328, 60.19115, "ROSLAGEN"),
        ("simple_geojson", 166, 257617000, 8.734158, 65.879137, "CURRENT SPIRIT"),
    ],
)
def test_the_simple_model(
    name: str, count: int, mmsi: int, lon: float, lat: float, ship: str
) -> None:
    reports = decoded(recorded(f"barentswatch_json/bw_combined_{name}.txt"))
    assert (len(reports.positions), len(reports.statics), refused(reports)) == (count, count, {})
    same(reports.positions[0], mmsi=mmsi, lon=lon, lat=lat, line=1)
    assert reports.statics[0].static.name == ship


def test_a_recording_that_ends_in_an_object_refuses_it() -> None:
    data = recorded("barentswatch_json/bw_combined_full_json.txt")
    reports = decoded(data[:-40])
    assert (len(reports.positions), refused(reports)) == (499, {"garbled": 1})
    assert reports.lines == 500
