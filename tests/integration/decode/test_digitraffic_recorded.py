"""Digitraffic's MQTT messages as they were recorded, over several lines."""

from __future__ import annotations

from monitor.decode.digitraffic import DigitrafficDecoder
from monitor.model import Lines, Reports, Static
from monitor.units import to_iso
from tests.integration.decode.recordings import recorded
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return DigitrafficDecoder().decode(Lines(data=data, source="log"), final=True)


def test_mqtt_messages_with_their_topics() -> None:
    reports = decoded(recorded("digitraffic_json/mqtt_live_20260905.txt"))
    assert (reports.lines, refused(reports)) == (27, {})
    assert by_kind(reports) == {"position": 1, "static": 1}
    same(
        reports.positions[0], mmsi=230708000, at="2026-09-05T18:00:00Z", lon=21.441973,
        lat=61.132878, sog_kn=0.1, cog_deg=355.5, heading_deg=311.0, turn_deg_min=0.0, status=0,
        type=0, line=1,
    )  # fmt: skip
    (report,) = reports.statics
    assert to_iso(report.at) == "2026-09-05T18:00:00.199000Z"
    assert report.static == Static(
        mmsi=230018240, name="PILOT L235", callsign="OJ7964", ship_type=50, to_bow_m=10,
        to_stern_m=2, to_port_m=2, to_starboard_m=2, draught_m=1.0,
        destination="KASKINEN PILOT CH09",
    )  # fmt: skip
