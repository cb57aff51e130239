"""aisstream.io: sentinels, and frames that are not valid."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.decode.aisstream import AisStreamDecoder
from monitor.model import Lines, Reports, Static
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return AisStreamDecoder().decode(Lines(data=data, source="log"), final=True)


def test_a_long_range_report_has_sentinels_of_its_own() -> None:
    log = (
        b'{"MessageType":"LongRangeAisBroadcastMessage","MetaData":{"MMSI":235102667,"time_utc":'
        b'"2026-08-30 11:59:57 +0000 UTC"},"Message":{"LongRangeAisBroadcastMessage":{"MessageID":'
        b'27,"UserID":235102667,"Valid":true,"NavigationalStatus":5,"Longitude":181,"Latitude":91,'
        b'"Sog":63,"Cog":511}}}\n'
    )
    same(
        decoded(log).positions[0], lon=None, lat=None, sog_kn=None, cog_deg=None, status=5, type=27
    )


def test_what_is_not_valid_is_refused() -> None:
    log = (
        b'{"MessageType":"PositionReport","MetaData":{"time_utc":"2026-08-30 11:59:57 +0000 UTC"},'
        b'"Message":{"PositionReport":{"MessageID":1,"UserID":12345678901,"Valid":%s}}}\n'
    )
    reports = decoded(log % b"false" + log % b"true" + b'{"MessageType":"X"}\n{"MessageTy')
    assert refused(reports) == {"undecodable": 1, "garbled": 2}
    assert reports.positions["mmsi"].tolist() == [0]  # ten digits and more are no MMSI


KINDS = {
    "PositionReport": (1, "position"), "BaseStationReport": (4, "base_station"),
    "ShipStaticData": (5, "static"), "AddressedBinaryMessage": (6, "binary"),
    "BinaryAcknowledge": (7, "other"), "GnssBroadcastBinaryMessage": (17, "binary"),
    "StandardSearchAndRescueAircraftReport": (9, "sar_aircraft"),
    "CoordinatedUTCInquiry": (10, "other"), "AddressedSafetyMessage": (12, "safety"),
    "SafetyBroadcastMessage": (14, "safety"), "Interrogation": (15, "other"),
    "AssignedModeCommand": (16, "other"), "StandardClassBPositionReport": (18, "position"),
    "ExtendedClassBPositionReport": (19, "position"), "DataLinkManagementMessage": (20, "other"),
    "AidsToNavigationReport": (21, "aton"), "ChannelManagement": (22, "other"),
    "StaticDataReport": (24, "static"), "SingleSlotBinaryMessage": (25, "binary"),
    "MultiSlotBinaryMessage": (26, "binary"), "LongRangeAisBroadcastMessage": (27, "position"),
    "UnknownMessage": (0, "other"),
}  # fmt: skip


def frame(name: str, number: int, /, **fields: object) -> dict[str, Any]:
    """A message in its envelope; the server's own words for the ship are not the ship's."""
    meta = {
        "MMSI": 244990001, "MMSI_String": 244990001, "ShipName": "NOT HERS", "latitude": 1.5,
        "longitude": 2.5, "time_utc": "2026-08-30 11:59:57.548559821 +0000 UTC",
    }  # fmt: skip
    body = {"MessageID": number, "RepeatIndicator": 0, "UserID": 244990001, "Valid": True}
    return {"MetaData": meta, "MessageType": name, "Message": {name: body | fields}}


def line(record: dict[str, Any], indent: int | None = None) -> bytes:
    return json.dumps(record, indent=indent).encode() + b"\n"


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", KINDS)
def test_a_frame_of_each_kind(name: str, indent: int | None) -> None:
    """On one line or printed over many: counted by its kind, and a position only if it is one."""
    number, kind = KINDS[name]
    data = line(frame(name, number), indent)
    assert AisStreamDecoder.recognises(data)
    reports = decoded(data)
    assert by_kind(reports) == {kind: 1}
    assert (reports.lines, refused(reports)) == (data.count(b"\n"), {})
    assert len(reports.positions) == (kind == "position")


def test_a_position_report() -> None:
    """511 and -128 are not available; the time is told to the nanosecond."""
    record = frame(
        "PositionReport", 1, NavigationalStatus=3, RateOfTurn=-128, Sog=2.2,
        Longitude=5.218913333333333, Latitude=52.827936666666666, Cog=140.5, TrueHeading=511,
    )  # fmt: skip
    same(
        decoded(line(record)).positions[0], mmsi=244990001, at="2026-08-30T11:59:57.548559Z",
        lon=5.218913, lat=52.827937, sog_kn=2.2, cog_deg=140.5, heading_deg=None,
        turn_deg_min=None, status=3, type=1, line=1,
    )  # fmt: skip


def test_a_small_ship_has_no_status_and_may_say_her_name_in_the_same_message() -> None:
    small = frame(
        "StandardClassBPositionReport", 18, Sog=5.0, Longitude=5.25, Latitude=52.5, Cog=360
    )
    named = frame(
        "ExtendedClassBPositionReport", 19, Sog=0, Longitude=5.5, Latitude=52.25, Cog=3.1,
        Name="ZWAAN@@@", Type=37, Dimension={"A": 5, "B": 6, "C": 2, "D": 1},
    )  # fmt: skip
    reports = decoded(line(small) + line(named))
    same(reports.positions[0], type=18, status=-1, cog_deg=None, lon=5.25)
    same(reports.positions[1], type=19, status=-1, lon=5.5, line=2)
    assert [report.static for report in reports.statics] == [
        Static(
            mmsi=244990001, name="ZWAAN", ship_type=37, to_bow_m=5, to_stern_m=6, to_port_m=2,
            to_starboard_m=1,
        )
    ]  # fmt: skip


def test_static_data_of_a_big_ship_and_of_a_small_one_in_two_halves() -> None:
    """Of a report in halves only the valid one says anything."""
    big = frame(
        "ShipStaticData", 5, Name="DE MUIS   ", CallSign="PF0001", ImoNumber=0, Type=69,
        Dimension={"A": 18, "B": 0, "C": 0, "D": 5}, MaximumStaticDraught=1.5,
        Destination="ROTTERDAM", Eta={"Month": 9, "Day": 13, "Hour": 18, "Minute": 0},
    )  # fmt: skip
    name = frame(
        "StaticDataReport", 24, PartNumber=False, ReportA={"Name": "LARK", "Valid": True},
        ReportB={"CallSign": "", "ShipType": 99, "Valid": False},
    )  # fmt: skip
    build = frame(
        "StaticDataReport", 24, PartNumber=True, ReportA={"Name": "NOT HERS", "Valid": False},
        ReportB={"CallSign": "LK 0001", "ShipType": 30, "Valid": True,
                 "Dimension": {"A": 11, "B": 3, "C": 2, "D": 2}},
    )  # fmt: skip
    reports = decoded(line(big) + line(name) + line(build))
    assert [report.static for report in reports.statics] == [
        Static(
            mmsi=244990001, name="DE MUIS", callsign="PF0001", ship_type=69, to_bow_m=18,
            to_stern_m=0, to_port_m=0, to_starboard_m=5, draught_m=1.5, destination="ROTTERDAM",
            eta="09-13T18:00",
        ),
        Static(mmsi=244990001, name="LARK"),
        Static(
            mmsi=244990001, callsign="LK 0001", ship_type=30, to_bow_m=11, to_stern_m=3,
            to_port_m=2, to_starboard_m=2,
        ),
    ]  # fmt: skip


def test_inner_messages_alone_have_no_time() -> None:
    inner = frame("PositionReport", 1, Longitude=54.489747, Latitude=24.709705)["Message"]
    data = line(inner["PositionReport"])
    assert AisStreamDecoder.recognises(data)
    assert refused(decoded(data * 3)) == {"undated": 3}
    (row,) = AisStreamDecoder().rows(data, final=True)
    assert (row.mmsi, row.has_position, row.type, row.lon) == (244990001, True, 1, 54.489747)


def test_the_confirmation_and_errors_are_counted_as_kinds() -> None:
    log = (
        b'{"MessageType":"SubscriptionConfirmation","Message":{"CompressionEnabled":true}}\n'
        b'{"error":"Api Key Is Not Valid"}\n'
    )
    reports = decoded(log + line(frame("BaseStationReport", 4)))
    assert by_kind(reports) == {"confirmation": 1, "error": 1, "base_station": 1}


def test_words_before_a_frame_are_not_of_this_form() -> None:
    assert refused(decoded(b"data: " + line(frame("PositionReport", 1)))) == {"not_ais": 1}
