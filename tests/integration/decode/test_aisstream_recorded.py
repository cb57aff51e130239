"""aisstream.io: real frames of every kind, archived lines, and inner messages alone."""

from __future__ import annotations

import pytest

from monitor.decode.aisstream import AisStreamDecoder
from monitor.model import Lines, Reports, Static
from tests.integration.decode.recordings import recorded
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return AisStreamDecoder().decode(Lines(data=data, source="log"), final=True)


KINDS = {
    "AddressedBinaryMessage": "binary",
    "AddressedSafetyMessage": "safety",
    "AidsToNavigationReport": "aton",
    "AssignedModeCommand": "other",
    "BaseStationReport": "base_station",
    "BinaryAcknowledge": "other",
    "ChannelManagement": "other",
    "CoordinatedUTCInquiry": "other",
    "DataLinkManagementMessage": "other",
    "ExtendedClassBPositionReport": "position",
    "GnssBroadcastBinaryMessage": "binary",
    "Interrogation": "other",
    "MultiSlotBinaryMessage": "binary",
    "PositionReport": "position",
    "SafetyBroadcastMessage": "safety",
    "ShipStaticData": "static",
    "SingleSlotBinaryMessage": "binary",
    "StandardClassBPositionReport": "position",
    "StandardSearchAndRescueAircraftReport": "sar_aircraft",
    "StaticDataReport": "static",
    "UnknownMessage": "other",
}
FOLDER = "aisstream_json/kinds_20231022/"


@pytest.mark.parametrize("name", KINDS)
def test_a_frame_of_each_kind_pretty_printed(name: str) -> None:
    data = recorded(f"{FOLDER}{name}.json")
    reports = decoded(data)
    assert by_kind(reports) == {KINDS[name]: 1}
    assert refused(reports) == {}
    assert reports.lines == len(data.splitlines())
    assert len(reports.positions) == (KINDS[name] == "position")


def test_a_position_report() -> None:
    reports = decoded(recorded(f"{FOLDER}PositionReport.json"))
    same(
        reports.positions[0], mmsi=250013879, at="2023-10-22T22:47:36.940343Z", lon=-3.183045,
        lat=55.990715, sog_kn=0.0, cog_deg=4.5, heading_deg=None, turn_deg_min=None, status=3,
        type=3,
    )  # fmt: skip


def test_static_frames() -> None:
    (report,) = decoded(recorded(f"{FOLDER}ShipStaticData.json")).statics
    assert report.static == Static(
        mmsi=244780791, name="DE MAZE", callsign="PF7479", ship_type=69, to_bow_m=18, to_stern_m=0,
        to_port_m=0, to_starboard_m=5, draught_m=1.5, destination="ROTTERDAM", eta="09-13T18:00",
    )  # fmt: skip
    (report,) = decoded(recorded(f"{FOLDER}StaticDataReport.json")).statics
    assert report.static == Static(
        mmsi=257503600, callsign="LK 4676", ship_type=30, to_bow_m=11, to_stern_m=3, to_port_m=2,
        to_starboard_m=2,
    )  # fmt: skip
    reports = decoded(recorded(f"{FOLDER}ExtendedClassBPositionReport.json"))
    assert reports.statics[0].static == Static(mmsi=994160209, name="ZHENG-4-68%")
    same(reports.positions[0], type=19, lon=120.289568, cog_deg=3.1, status=-1)


def test_archived_lines() -> None:
    reports = decoded(recorded("aisstream_json/aiscast_archived_20260830.ndjson"))
    assert by_kind(reports) == {"position": 3, "static": 2}
    same(
        reports.positions[0], mmsi=244700923, at="2026-08-30T11:59:57.548559Z", lon=5.218913,
        lat=52.827937, sog_kn=2.2, cog_deg=140.5, heading_deg=None, status=0, type=1, line=1,
        raw=b'{"MetaData":{"MMSI":244700923,"MMSI_String":244700923,"ShipName":"ALIDA"',
    )  # fmt: skip
    same(reports.positions[1], type=18, status=-1, turn_deg_min=None, lon=5.304275)
    same(reports.positions[2], type=19, heading_deg=None, cog_deg=150.3, line=5)
    assert [report.static for report in reports.statics] == [
        Static(mmsi=338545764, name="ODYSSEY"),
        Static(
            mmsi=319187400, name="ASIA", callsign="ZGRU2", imo=9890214, ship_type=37, to_bow_m=31,
            to_stern_m=30, to_port_m=4, to_starboard_m=8, draught_m=3.5, destination="SAN DIEGO",
        ),
        Static(
            mmsi=316038773, name="YONDER 2", to_bow_m=5, to_stern_m=5, to_port_m=5, to_starboard_m=5
        ),
    ]  # fmt: skip


def test_inner_messages_alone_have_no_time() -> None:
    data = recorded("aisstream_json/code4fukui_positions_inner_only.ndjson")
    assert refused(decoded(data)) == {"undated": 5850}
    row = next(iter(AisStreamDecoder().rows(data, final=True)))
    assert (row.mmsi, row.has_position, row.type, row.status) == (253810000, True, 1, 3)
    assert (row.lon, row.lat) == pytest.approx((54.489747, 24.709705), abs=1e-6)


def test_the_confirmation_and_errors_are_counted_as_kinds() -> None:
    log = (
        b'{"MessageType":"SubscriptionConfirmation","Message":{"CompressionEnabled":true}}\n'
        b'{"error":"Api Key Is Not Valid"}\n'
    )
    kinds = [row.kind for row in AisStreamDecoder().rows(log, final=True)]
    assert kinds == ["confirmation", "error"]
    frame = recorded("aisstream_json/aiscast_archived_20260830.ndjson")
    reports = decoded(log + frame)
    assert (by_kind(reports)["confirmation"], by_kind(reports)["error"]) == (1, 1)
