"""Global Fishing Watch's track lines: nulls, names, and lines that say nothing."""

from __future__ import annotations

from monitor.decode.gfw import GfwDecoder
from monitor.model import Lines, Reports, Static
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
