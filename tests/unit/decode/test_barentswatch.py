"""BarentsWatch: events of a server, and objects of another kind."""

from __future__ import annotations

import pytest

from monitor.decode.barentswatch import BarentsWatchDecoder
from monitor.model import Lines, Reports, Static
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


POSITION = (
    b'{"type":"Position","messageType":%d,"courseOverGround":296.1,"aisClass":"%s","altitude":null,'
    b'"latitude":58.186747,"longitude":2.023988,"navigationalStatus":0,"rateOfTurn":%s,'
    b'"speedOverGround":4.8,"trueHeading":292,"mmsi":257990001,'
    b'"msgtime":"2023-02-20T13:13:55.6209041+00:00"}'
)
STATIC = (
    b'{"type":"Staticdata","messageType":5,"mmsi":257990001,"msgtime":"2023-02-20T13:13:56+00:00",'
    b'"imoNumber":9855001,"callSign":"LFXX","destination":"KVANNE","eta":"01040000","name":"ASK",'
    b'"draught":45,"shipLength":67,"shipWidth":15,"shipType":69,"dimensionA":36,"dimensionB":31,'
    b'"dimensionC":7,"dimensionD":8,"positionFixingDeviceType":1,"reportClass":"A"}'
)
ATON = (
    b'{"type":"Aton","messageType":21,"mmsi":992579901,"msgtime":"2023-02-20T13:13:57+00:00",'
    b'"dimensionA":0,"latitude":58.1,"longitude":2.1,"name":"BUOY"}'
)
SHIP = Static(
    mmsi=257990001, name="ASK", callsign="LFXX", imo=9855001, ship_type=69, to_bow_m=36,
    to_stern_m=31, to_port_m=7, to_starboard_m=8, draught_m=4.5, destination="KVANNE",
    eta="01-04T00:00",
)  # fmt: skip
HTTP = (
    b"HTTP/2.0 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
    b'Report-To: {"group":"x"}\r\nDate: Tue, 28 Feb 2023 08:51:24 GMT\r\n\r\n'
)


def test_the_stream_of_all_reports() -> None:
    """Null is not available; a status is sent for class B too, which has none."""
    log = b"\n".join(
        [POSITION % (1, b"A", b"-10"), POSITION % (18, b"B", b"null"), STATIC, ATON, b""]
    )
    reports = decoded(log)
    assert BarentsWatchDecoder.recognises(log)
    assert by_kind(reports) == {"position": 2, "static": 1, "aton": 1}
    assert (reports.lines, refused(reports)) == (4, {})
    big, small = reports.positions
    same(
        big, mmsi=257990001, at="2023-02-20T13:13:55.620904Z", lon=2.023988, lat=58.186747,
        sog_kn=4.8, cog_deg=296.1, heading_deg=292.0, turn_deg_min=-4.464029, status=0, type=1,
        line=1,
    )  # fmt: skip
    same(small, type=18, status=-1, turn_deg_min=None, line=2)
    assert [report.static for report in reports.statics] == [SHIP]


def test_the_latest_reports_are_one_array_under_an_http_header() -> None:
    """A line of a header may hold JSON, too; all that the array says was received at its end."""
    log = HTTP + b"[" + b",".join([POSITION % (1, b"A", b"0"), STATIC, ATON]) + b"]"
    reports = decoded(log)
    assert BarentsWatchDecoder.recognises(log)
    assert by_kind(reports) == {"position": 1, "static": 1, "aton": 1}
    assert (reports.lines, refused(reports)) == (6, {})
    same(reports.positions[0], received_at="2023-02-20T13:13:57Z", line=6)


FULL = (
    b'{"mmsi":257990001,"msgtime":"2023-02-17T11:38:39+00:00","altitude":null,'
    b'"courseOverGround":149.3,"latitude":66.525847,"longitude":12.14817,"navigationalStatus":0,'
    b'"rateOfTurn":127,"speedOverGround":17,"trueHeading":173,"imoNumber":9855001,'
    b'"callSign":"LFXX","name":"ASK","destination":"KVANNE","eta":"01040000","draught":45,'
    b'"shipLength":67,"shipWidth":15,"shipType":69,"dimensionA":36,"dimensionB":31,'
    b'"dimensionC":7,"dimensionD":8,"positionFixingDeviceType":1,"reportClass":"%s"}\n'
)


def test_the_combined_model_is_a_position_and_an_identity() -> None:
    log = FULL % b"A" + FULL % b"B"
    reports = decoded(log)
    assert BarentsWatchDecoder.recognises(log)
    assert (len(reports.positions), refused(reports)) == (2, {})
    same(reports.positions[0], at="2023-02-17T11:38:39Z", cog_deg=149.3, status=0, type=0)
    same(reports.positions[1], status=-1)
    assert [report.static for report in reports.statics] == [SHIP, SHIP]


SIMPLE = (
    b'{"courseOverGround":143.4,"latitude":60.19115,"longitude":5.206328,"name":"ASK",'
    b'"rateOfTurn":0,"shipType":70,"speedOverGround":7.6,"trueHeading":141,"mmsi":257990001,'
    b'"msgtime":"2023-02-17T11:37:34+00:00"}\n'
)
SIMPLE_FEATURE = (
    b'{"type":"Feature","geometry":{"type":"Point","coordinates":[5.206328,60.19115]},'
    b'"properties":{"mmsi":257990001,"name":"ASK","msgtime":"2023-02-17T11:37:34.0000000+00:00",'
    b'"speedOverGround":7.6,"courseOverGround":143.4,"rateOfTurn":0,"shipType":70,'
    b'"trueHeading":141}}\n'
)


@pytest.mark.parametrize("record", [SIMPLE, SIMPLE_FEATURE], ids=["json", "geojson"])
def test_the_simple_model(record: bytes) -> None:
    """It has a name and a ship type, and no status."""
    reports = decoded(record)
    assert BarentsWatchDecoder.recognises(record)
    same(
        reports.positions[0], mmsi=257990001, at="2023-02-17T11:37:34Z", lon=5.206328,
        lat=60.19115, sog_kn=7.6, cog_deg=143.4, heading_deg=141.0, turn_deg_min=0.0, status=-1,
        line=1,
    )  # fmt: skip
    assert reports.statics[0].static == Static(mmsi=257990001, name="ASK", ship_type=70)


def test_a_log_that_ends_in_an_object_refuses_it() -> None:
    reports = decoded((FULL % b"A" * 3)[:-40])
    assert (len(reports.positions), reports.lines) == (2, 3)
    assert refused(reports) == {"garbled": 1}


def test_a_feature_without_a_place_is_a_position_that_is_not_available() -> None:
    record = (
        b'{"type":"Feature","geometry":%s,"properties":{"mmsi":257990001,'
        b'"msgtime":"2023-02-17T11:37:34Z"}}\n'
    )
    reports = decoded(record % b"null" + record % b'{"coordinates":7}')
    assert [len(reports.positions), refused(reports)] == [2, {}]
    for position in reports.positions:
        same(position, lon=None, lat=None)
