"""Danish daily logs: rows of 2018 as recorded."""

from __future__ import annotations

from monitor.decode.danish import DanishDecoder
from monitor.model import Lines, Reports, Static
from tests.integration.decode.recordings import recorded
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return DanishDecoder().decode(Lines(data=data, source="log"), final=True)


def test_the_recorded_log_gives_its_positions_and_static_reports() -> None:
    reports = decoded(recorded("csv_danish/aisdk_header.csv"))
    assert reports.lines == 139
    assert by_kind(reports) == {"position": 118, "static": 8, "base_station": 8, "aton": 4}
    assert refused(reports) == {}
    assert len(reports.positions) == 118
    same(
        reports.positions[0], mmsi=215810000, at="2018-06-01T00:00:00Z", lon=17.320418,
        lat=55.921028, sog_kn=12.5, cog_deg=255.5, heading_deg=256.0, turn_deg_min=0.0, status=4,
        type=0, line=2, seq=1,
        raw=b"01/06/2018 00:00:00,Class A,215810000,55.921028,17.320418,Constrained by",
    )  # fmt: skip
    (turning,) = reports.positions[reports.positions["mmsi"] == 273457420]
    same(turning, turn_deg_min=251.1, status=0, sog_kn=10.6)
    (unknown,) = reports.positions[reports.positions["mmsi"] == 266358000]
    same(unknown, status=-1, turn_deg_min=None, heading_deg=None, sog_kn=4.8)


def test_a_row_without_position_is_a_static_report() -> None:
    statics = {
        r.static.mmsi: r.static for r in decoded(recorded("csv_danish/aisdk_header.csv")).statics
    }
    assert statics[266220000] == Static(
        mmsi=266220000, name="ASTINA", callsign="SHZA", imo=9320063, ship_type=81, draught_m=5.9,
        destination="FREDERICIA", eta="05-31T04:00",
    )  # fmt: skip
    assert statics[265518830] == Static(
        mmsi=265518830, name="SUVI-SIRKKA", callsign="SA9908", ship_type=36
    )
    assert statics[219007101] == Static(mmsi=219007101, name="HENRIETTE RS101", ship_type=30)
    assert statics[250515000].ship_type == 70
