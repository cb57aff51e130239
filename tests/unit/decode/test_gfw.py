"""Global Fishing Watch's track lines: nulls, names, and lines that say nothing."""

from __future__ import annotations

from monitor.decode.gfw import GfwDecoder
from monitor.model import Lines, Reports, Static
from tests.pipe import by_kind
from tests.unit.decode.reports import refused, same


def decoded(data: bytes) -> Reports:
    return GfwDecoder().decode(Lines(data=data, source="log"), final=True)


def test_nulls_names_and_lines_that_say_nothing() -> None:
    log = (
        b'{"ssvid":"338013000","timestamp":"2017-07-18T00:07:20Z","lat":null,"lon":null}\n'
        b'{"ssvid":338013000,"timestamp":"2017-07-18T00:08:20Z","type":"AIS.5","shipname":"A@@"}\n'
        b'{"ssvid":338013000,"timestamp":"never","lat":1,"lon":2}\n'
        b'{"timestamp":"2017-07-18T00:08:20Z","lat":1,"lon":2}\n'
    )
    reports = decoded(log)
    assert refused(reports) == {"garbled": 2}
    same(reports.positions[0], mmsi=338013000, lon=None, lat=None, sog_kn=None)
    assert reports.statics[0].static == Static(mmsi=338013000, name="A")


LOG = b"""\
{"ssvid": "338990001", "timestamp": "2017-07-18T00:07:20Z", "lat": -14.3350553513, "lon": \
-170.6182098389, "speed": 10.8000001907, "course": 0.0, "msgid": "a"}
{"ssvid": "338990001", "timestamp": "2017-07-18T00:17:21Z", "lat": -14.35, "lon": -170.6, \
"speed": 10.8, "course": 359.9, "msgid": "b"}
{"ssvid": "338990001", "timestamp": "2031-07-18T00:18:00Z", "lat": -14.36, "lon": -170.6, \
"speed": 10.8, "course": 1.0, "msgid": "c"}
{"ssvid": "338990001", "timestamp": "2017-07-18T00:27:21.000000Z", "lat": -14.37, "lon": -170.6, \
"speed": null, "course": 2.0, "msgid": "d"}
"""


def test_each_line_is_a_position_but_one_from_the_future() -> None:
    """A stamp that its neighbours contradict takes nothing with it."""
    reports = decoded(LOG)
    assert GfwDecoder.recognises(LOG)
    assert (len(reports.positions), refused(reports)) == (3, {"clock_nonsense": 1})
    assert reports.statics == []
    same(
        reports.positions[0], mmsi=338990001, at="2017-07-18T00:07:20Z", lon=-170.6182098389,
        lat=-14.3350553513, sog_kn=10.8000001907, cog_deg=0.0, heading_deg=None, status=-1, type=0,
        line=1,
    )  # fmt: skip
    same(reports.positions[2], at="2017-07-18T00:27:21Z", sog_kn=None, cog_deg=2.0, line=4)


def test_a_message_that_is_no_position_is_counted_by_its_kind() -> None:
    """Where the line tells the number of its message: 24 says who she is, 4 is a base station."""
    log = (
        b'{"ssvid":338990001,"timestamp":"2017-07-18T00:07:20Z","type":24,"shipname":"ANNA"}\n'
        b'{"ssvid":3380001,"timestamp":"2017-07-18T00:07:21Z","type":4,"lat":1,"lon":2}\n'
    )
    reports = decoded(log)
    assert by_kind(reports) == {"static": 1, "base_station": 1}
    assert len(reports.positions) == 0
    assert reports.statics[0].static == Static(mmsi=338990001, name="ANNA")
