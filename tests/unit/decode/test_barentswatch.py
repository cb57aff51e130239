"""BarentsWatch: events of a server, and objects of another kind."""

from __future__ import annotations

from monitor.decode.barentswatch import BarentsWatchDecoder
from monitor.model import Lines, Reports
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return BarentsWatchDecoder().decode(Lines(data=data, source="log"), final=True)


def test_server_sent_events() -> None:
    log = (
        b": start\n\n"
        b'event: message\ndata: {"type":"Position","messageType":27,"mmsi":235102667,"msgtime":'
        b'"2023-02-20T13:13:55+00:00","latitude":60.5,"longitude":5.5,"speedOverGround":63,'
        b'"courseOverGround":null}\n\n'
        b'data: {"type":"Sta\n'
        b'data: {"type":"SafetyRelated","mmsi":235102667,"msgtime":"2023-02-20T13:13:56Z"}\n'
    )
    reports = decoded(log)
    assert BarentsWatchDecoder.recognises(log)
    assert by_kind(reports) == {"position": 1, "safety": 1}
    assert refused(reports) == {"garbled": 1}
    same(reports.positions[0], sog_kn=None, cog_deg=None, lon=5.5, lat=60.5, type=27, line=4)


def test_an_object_of_another_kind_is_refused() -> None:
    good = b'{"mmsi":235102667,"msgtime":"2023-02-20T13:13:55Z"}\n'
    log = good + b'{"error":"x"}\n{"type":"Feature"}\n'
    assert refused(decoded(log)) == {"garbled": 2}
