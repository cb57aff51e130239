"""Digitraffic: messages with topics, and answers of the REST form."""

from __future__ import annotations

from monitor.decode.digitraffic import DigitrafficDecoder
from monitor.decode.fields import eta_of_number
from monitor.model import Lines, Reports, Static
from monitor.units import to_iso
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return DigitrafficDecoder().decode(Lines(data=data, source="log"), final=True)


FEATURE = (
    b'{"mmsi":219598000,"type":"Feature","geometry":{"type":"Point","coordinates":[20.85169,'
    b'55.770832]},"properties":{"mmsi":219598000,"sog":0.1,"cog":346.5,"navStat":1,"rot":4,'
    b'"posAcc":true,"raim":false,"heading":79,"timestamp":59,"timestampExternal":%d}}'
)
ANSWER = b'{"type":"FeatureCollection","dataUpdatedTime":"2022-07-31T00:00:00Z","features":[%s]}'


def test_an_answer_of_locations() -> None:
    body = b",".join(FEATURE % time for time in (1659212938646, 1659212900000, 1859212938646))
    reports = decoded(ANSWER % body + b"\n")
    assert refused(reports) == {"clock_nonsense": 1}  # one position lies years ahead
    assert len(reports.positions) == 2
    same(
        reports.positions[1], mmsi=219598000, at="2022-07-30T20:28:20Z",
        received_at="2022-07-30T20:28:58.646000Z", lon=20.85169, lat=55.770832, status=1,
        turn_deg_min=0.714252, line=1,
    )  # fmt: skip


def test_an_answer_of_metadata() -> None:
    log = (
        b'[{"name":"ARUNA CIHAN","timestamp":1659212938646,"mmsi":271044099,"callSign":"TCA6412",'
        b'"imo":9543756,"type":70,"draught":68,"eta":733376,"posType":1,"referencePointA":160,'
        b'"referencePointB":33,"referencePointC":20,"referencePointD":12,'
        b'"destination":"UST-LUGA"}]\n'
    )
    (report,) = decoded(log).statics
    assert DigitrafficDecoder.recognises(log)
    assert report.static == Static(
        mmsi=271044099, name="ARUNA CIHAN", callsign="TCA6412", imo=9543756, ship_type=70,
        to_bow_m=160, to_stern_m=33, to_port_m=20, to_starboard_m=12, draught_m=6.8,
        destination="UST-LUGA", eta="11-06T03:00",
    )  # fmt: skip


def test_sentinels_status_topics_and_what_is_garbled() -> None:
    log = (
        b'vessels-v2/status {"updated":1659212938}\n'
        b'vessels-v2/230708000/location {"time":1659212938,"sog":102.3,"cog":360,"navStat":15,'
        b'"rot":-128,"heading":511,"lon":181,"lat":91}\n'
        b'vessels-v2/230708000/location {"time":\n'
        b'vessels-v2/230708000/location {"time":1659212939,"lon":20.5,"lat":60.5}\n'
        b'elsewhere/230708000 {"time":1659212938}\n'
        b"no message\n"
    )
    reports = decoded(log)
    assert by_kind(reports) == {"other": 1, "position": 2}
    assert refused(reports) == {"garbled": 2, "not_ais": 1}
    same(
        reports.positions[0], lon=None, lat=None, sog_kn=None, cog_deg=None, heading_deg=None,
        turn_deg_min=None, status=15,
    )  # fmt: skip
    same(reports.positions[1], lon=20.5, lat=60.5, line=4)


def test_a_time_of_arrival_is_packed_into_a_number() -> None:
    assert eta_of_number(1596) is None
    assert eta_of_number((9 << 16) | (13 << 11) | (18 << 6) | 5) == "09-13T18:05"
    assert eta_of_number(None) is None
    assert eta_of_number(-1) is None


PRETTY = b"""\
vessels-v2/230990001/location {
  "cog" : 355.5,
  "heading" : 311,
  "lat" : 61.132878,
  "lon" : 21.441973,
  "navStat" : 0,
  "posAcc" : true,
  "raim" : false,
  "rot" : -5,
  "sog" : 0.1,
  "time" : 1788631200
}
vessels-v2/230990002/metadata {
  "callSign" : "OJ0001",
  "destination" : "KASKINEN",
  "draught" : 10,
  "eta" : 1596,
  "imo" : 0,
  "name" : "PILOT L",
  "posType" : 1,
  "refA" : 10,
  "refB" : 2,
  "refC" : 2,
  "refD" : 2,
  "timestamp" : 1788631200199,
  "type" : 50
}
"""


def test_messages_with_their_topics_over_several_lines() -> None:
    """Locations count seconds and metadata milliseconds; the MMSI stands in the topic only."""
    reports = decoded(PRETTY)
    assert DigitrafficDecoder.recognises(PRETTY)
    assert (reports.lines, refused(reports)) == (27, {})
    assert by_kind(reports) == {"position": 1, "static": 1}
    same(
        reports.positions[0], mmsi=230990001, at="2026-09-05T18:00:00Z", lon=21.441973,
        lat=61.132878, sog_kn=0.1, cog_deg=355.5, heading_deg=311.0, turn_deg_min=-1.116, status=0,
        type=0, line=1,
    )  # fmt: skip
    (report,) = reports.statics
    assert to_iso(report.at) == "2026-09-05T18:00:00.199000Z"
    assert report.static == Static(
        mmsi=230990002, name="PILOT L", callsign="OJ0001", ship_type=50, to_bow_m=10, to_stern_m=2,
        to_port_m=2, to_starboard_m=2, draught_m=1.0, destination="KASKINEN",
    )  # fmt: skip


def test_a_message_that_breaks_off_ends_where_the_next_topic_begins() -> None:
    head, _, tail = PRETTY.partition(b'  "rot" : -5,\n')
    reports = decoded(head + tail[tail.index(b"vessels") :])
    assert by_kind(reports) == {"static": 1}
    assert refused(reports) == {"garbled": 1}


def test_features_alone_and_those_that_are_none() -> None:
    """A feature is read by itself too; one without properties is refused, and only that."""
    answer = ANSWER % b",".join([FEATURE % 1659212938646, b'{"type":"Feature"}', b"7"])
    log = FEATURE % 1659212938646 + b"\n" + answer + b"\n" + b'{"mmsi":1}\n'
    reports = decoded(log)
    assert DigitrafficDecoder.recognises(log)
    assert (len(reports.positions), refused(reports)) == (2, {"garbled": 3})
