"""gpsd's JSON: which units it is in, and what is refused."""

from __future__ import annotations

from monitor.decode.gpsd import GpsdDecoder
from monitor.model import Lines, Reports
from tests.unit.decode.reports import refused


def decoded(data: bytes) -> Reports:
    return GpsdDecoder().decode(Lines(data=data, source="log"), final=True)


TPV = b'{"class":"TPV","mode":3,"time":"2020-04-07T21:39:50.000Z","lat":52.8,"lon":5.7}\n'


def test_a_type_that_is_none_and_a_broken_line_are_refused() -> None:
    reports = decoded(TPV + b'{"class":"AIS","type":0,"mmsi":1}\n{"class":"AIS","ty\n' + TPV)
    assert refused(reports) == {"not_ais": 2, "unknown_type": 1, "garbled": 1}
