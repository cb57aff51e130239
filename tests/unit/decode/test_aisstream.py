"""aisstream.io: sentinels, and frames that are not valid."""

from __future__ import annotations

from monitor.decode.aisstream import AisStreamDecoder
from monitor.model import Lines, Reports
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
