"""AIS-catcher's JSON: what a message leaves out, and messages that are refused each."""

from __future__ import annotations

from monitor.decode.aiscatcher import AisCatcherDecoder
from monitor.model import Lines, Reports, Static
from monitor.units import to_iso
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return AisCatcherDecoder().decode(Lines(data=data, source="log"), final=True)


def test_what_the_sparse_form_leaves_out_is_not_available() -> None:
    line = (
        b'{"class":"AIS","rxuxtime":1790467197.5,"type":1,"mmsi":235102667,"second":5,'
        b'"speed":102.300003,"heading":511,"turn":-128}\n'
    )
    reports = decoded(line)
    same(
        reports.positions[0], lon=None, lat=None, sog_kn=None, cog_deg=None, heading_deg=None,
        turn_deg_min=None, status=-1,
    )  # fmt: skip


def test_a_static_message() -> None:
    line = (
        b'{"class":"AIS","rxtime":"20260926235957","type":5,"mmsi":235102667,"imo":9134270,'
        b'"callsign":"3FOF8","shipname":"EVER DIADEM","shiptype":70,"to_bow":225,"to_stern":70,'
        b'"to_port":1,"to_starboard":31,"eta":"00-00T24:60Z","draught":12.2,"destination":""}\n'
    )
    (report,) = decoded(line).statics
    assert to_iso(report.at) == "2026-09-26T23:59:57Z"
    assert report.static == Static(
        mmsi=235102667, name="EVER DIADEM", callsign="3FOF8", imo=9134270, ship_type=70,
        to_bow_m=225, to_stern_m=70, to_port_m=1, to_starboard_m=31, draught_m=12.2,
    )  # fmt: skip


def test_a_message_from_the_future_does_not_carry_its_envelope_away() -> None:
    one = b'{"class":"AIS","rxuxtime":%d,"type":1,"mmsi":235102667,"lon":1.0,"lat":2.0,"speed":1}'
    times = (1790467197, 1790467198, 1990467198)
    body = b'{"protocol":"jsonaiscatcher","msgs":[' + b",".join(one % t for t in times) + b"]}\n"
    reports = decoded(body)
    assert refused(reports) == {"clock_nonsense": 1}
    assert len(reports.positions) == 2
    same(reports.positions[0], received_at="2026-09-26T23:59:58Z")


def test_odd_messages_are_refused_each() -> None:
    body = b'{"msgs":[3,{"class":"GPS"},{"class":"AIS","type":99}]}\n'
    good = b'{"class":"AIS","rxuxtime":1790467197,"type":1,"mmsi":1,"lon":1.0,"lat":2.0}\n'
    reports = decoded(good + body + b'{"class":"AIS","rx')
    assert refused(reports) == {"garbled": 2, "not_ais": 1, "unknown_type": 1}


MESSAGE = (
    b'{"class":"AIS","device":"AIS-catcher","version":70,"driver":1,"rxtime":"20260926235957",'
    b'"rxuxtime":1790467197.359632,"scaled":true,"channel":"B","nmea":["!AIVDM,1,1,,B,'
    b'14eG;u@000o<Ev:L2bEbEQah08QS,0*4A"],"signalpower":-37.397194,"ppm":-0.289352,"type":1,'
    b'"repeat":0,"mmsi":316990001,"status":0,"status_text":"Under way using engine",'
    b'"turn_unscaled":0,"turn":0,"speed":0,"accuracy":true,"lon":-123.132683,"lat":49.006222,'
    b'"course":264.600006,"heading":52,"second":56,"maneuver":0,"raim":false,"radio":34915}'
)


def test_the_envelope_of_a_post_gives_all_its_messages() -> None:
    """One line of many reports: each has its own time, and the last one's for its reception."""
    later = MESSAGE.replace(b"197.359632", b"200.518870").replace(b"316990001", b"316990002")
    body = b'{"protocol":"jsonaiscatcher","encodetime":"20260927000012","msgs":[%s,%s]}\n'
    reports = decoded(body % (MESSAGE, later))
    assert AisCatcherDecoder.recognises(body % (MESSAGE, later))
    assert (reports.lines, len(reports.positions), refused(reports)) == (1, 2, {})
    same(
        reports.positions[0], mmsi=316990001, at="2026-09-26T23:59:57.359632Z",
        received_at="2026-09-27T00:00:00.518870Z", lon=-123.132683, lat=49.006222, sog_kn=0.0,
        cog_deg=264.6, heading_deg=52.0, turn_deg_min=0.0, status=0, type=1, line=1,
    )  # fmt: skip
    same(reports.positions[1], mmsi=316990002, at="2026-09-27T00:00:00.518870Z", line=1)


def test_what_else_it_writes_is_refused_by_its_reason() -> None:
    """JSON that holds the sentence alone, for it is not decoded; and its words for a screen."""
    bare = (
        b'{"class":"AIS","device":"AIS-catcher","channel":"B","rxtime":"20260926235958",'
        b'"signalpower":-44.0,"ppm":0,"mmsi":316990001,"type":%d,"nmea":["!AIVDM,1,1,,B,'
        b'14eG;u@000o<Ev:L2bEbEQah08QS,0*4A"]}\n'
    )
    screen = b"!AIVDM,1,1,,B,14eG;u@000o<Ev:L2bEbEQah08QS,0*4A ( MSG: 1, REPEAT: 0, MMSI: 1 )\n"
    reports = decoded(MESSAGE + b"\n" + bare % 1 + bare % 5 + screen)
    assert refused(reports) == {"undecodable": 2, "not_ais": 1}
    assert len(reports.positions) == 1


def test_sentences_alone_need_no_class_and_no_array() -> None:
    line = b'{"rxuxtime":1790467197.5,"nmea":"!AIVDM,1,1,,B,14eG;u@000o<Ev:L2bEbEQah08QS,0*4A"}\n'
    assert AisCatcherDecoder.recognises(line)
    reports = AisCatcherDecoder().decode(Lines(data=line, source="log"), final=True)
    assert (len(reports.positions), refused(reports)) == (1, {})
