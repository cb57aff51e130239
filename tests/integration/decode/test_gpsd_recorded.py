"""gpsd's JSON: its own expected output, scaled and as on the air, with the GPS as clock."""

from __future__ import annotations

import math

import pytest

from monitor.decode.gpsd import GpsdDecoder
from monitor.model import Lines, Reports, Static
from tests.integration.decode.recordings import recorded
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return GpsdDecoder().decode(Lines(data=data, source="log"), final=True)


TPV = b'{"class":"TPV","mode":3,"time":"2020-04-07T21:39:50.000Z","lat":52.8,"lon":5.7}\n'


def test_ais_lines_take_the_time_of_the_gps_in_the_same_stream() -> None:
    reports = decoded(recorded("gpsd_json/gpsd_ais-nmea.log.chk"))
    assert reports.lines == 2589
    assert by_kind(reports) == {"position": 240, "static": 25, "binary": 9}
    assert refused(reports) == {"not_ais": 2315}
    same(
        reports.positions[0], mmsi=244660274, at="2020-04-07T21:39:50Z", lon=5.678283,
        lat=52.855395, sog_kn=0.0, cog_deg=0.0, heading_deg=None, turn_deg_min=None, status=0,
        type=1, line=25,
    )  # fmt: skip
    same(reports.positions[-1], received_at="2020-04-07T21:42:33Z")
    assert sum(math.isnan(value) for value in reports.positions["lon"].tolist()) == 4
    assert reports.statics[0].static == Static(
        mmsi=371255000, name="SEA ENTERPRISE", callsign="HP6683", imo=9266633, ship_type=90,
        to_bow_m=13, to_stern_m=15, to_port_m=1, to_starboard_m=6, draught_m=1.4,
        destination="LEMMER", eta="03-29T11:00",
    )  # fmt: skip


def test_without_a_gps_nothing_is_dated() -> None:
    reports = decoded(recorded("gpsd_json/gpsd_sample.aivdm.js.chk"))
    assert refused(reports) == {"undated": 97}
    assert len(reports.positions) == 0


def test_scaled_and_unscaled_say_the_same() -> None:
    scaled = decoded(TPV + recorded("gpsd_json/gpsd_sample.aivdm.js.chk"))
    unscaled = decoded(TPV + recorded("gpsd_json/gpsd_sample.aivdm.ju.chk"))
    assert by_kind(scaled) == by_kind(unscaled) == {
        "position": 12, "base_station": 5, "static": 5, "binary": 41, "sar_aircraft": 2,
        "safety": 10, "aton": 2, "other": 20,
    }  # fmt: skip
    assert [r.static for r in scaled.statics] == [r.static for r in unscaled.statics]
    for name in ("lon", "lat", "sog_kn", "cog_deg", "heading_deg"):
        assert scaled.positions[name].tolist() == pytest.approx(
            unscaled.positions[name].tolist(), abs=6e-5, nan_ok=True
        ), name
    for name in ("mmsi", "status", "type"):
        assert scaled.positions[name].tolist() == unscaled.positions[name].tolist()
    same(
        scaled.positions[0], mmsi=371798000, lon=-123.3953833, lat=48.3816333, sog_kn=12.3,
        cog_deg=224.0, heading_deg=215.0, turn_deg_min=-720.0, status=0, type=1,
    )  # fmt: skip
    assert unscaled.positions[0]["turn_deg_min"] == pytest.approx(-720.003, abs=1e-3)
    assert scaled.statics[0].static == Static(
        mmsi=351759000, name="EVER DIADEM", callsign="3FOF8", imo=9134270, ship_type=70,
        to_bow_m=225, to_stern_m=70, to_port_m=1, to_starboard_m=31, draught_m=12.2,
        destination="NEW YORK", eta="05-15T14:00",
    )  # fmt: skip


def test_long_range_reports_have_units_of_their_own() -> None:
    reports = decoded(TPV + recorded("gpsd_json/gpsd_ais-18-27.log.chk"))
    assert refused(reports) == {"not_ais": 277}
    first, second = reports.positions[:2]
    same(first, mmsi=230108610, type=18, lon=24.964715, lat=60.16373, sog_kn=7.3, cog_deg=298.0)
    same(second, mmsi=230108610, type=27, lon=24.963333, lat=60.163333, sog_kn=1.0, cog_deg=30.0)


def test_libais_lines_are_dated_by_their_tag_block() -> None:
    reports = decoded(recorded("nmea_tagblock/libais_tagblock.json"))
    assert len(reports.positions) == 3
    same(
        reports.positions[0], mmsi=224651000, at="2014-12-10T00:41:53Z", lon=-161.88266,
        lat=-5.277916, sog_kn=1.2, cog_deg=224.6, heading_deg=155.0, status=7, turn_deg_min=0.0,
    )  # fmt: skip
    assert reports.statics[0].static.name == "ROSINANTE"
