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
