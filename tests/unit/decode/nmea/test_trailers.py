"""Numbers behind sentences: times, or counters that look like them."""

from __future__ import annotations

import pytest
from pyais.encode import encode_dict

from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.decode.nmea.trailers import SAMPLES
from monitor.model import Lines, Reports
from monitor.units import NO_TIME, SECOND_US

AT = 1_700_000_000  # of the second 20


def lines(numbers: list[int], *, seconds: list[int] | None = None) -> list[bytes]:
    """Positions with a number behind each; its second is that of the report, if not told."""
    found = []
    for place, number in enumerate(numbers):
        second = number % 60 if seconds is None else seconds[place]
        words = {"type": 1, "mmsi": "211000001", "lon": 10.0, "lat": 5.0, "second": second}
        found.append(b"%s,%d\n" % (encode_dict(words, talker_id="AI")[0].encode(), number))
    return found


def decoded(*pieces: bytes) -> Reports:
    """The last reports of a log in these pieces, and all times."""
    decoder, times = NmeaDecoder(), []
    for place, piece in enumerate(pieces, 1):
        reports = decoder.decode(Lines(data=piece, source="log"), final=place == len(pieces))
        times += reports.positions["at"].tolist()
    reports.arrivals = len(times)
    reports.clock = reports.positions["at"] if len(pieces) == 1 else reports.clock
    decoded.times = [None if at == NO_TIME else at // SECOND_US for at in times]  # type: ignore[attr-defined]
    return reports


@pytest.mark.parametrize("count", [1, 3, SAMPLES, 3 * SAMPLES])
def test_times_date_their_sentences(count: int) -> None:
    numbers = [AT + 37 * place for place in range(count)]
    decoded(b"".join(lines(numbers)))
    assert decoded.times == numbers  # type: ignore[attr-defined]


def test_however_a_log_is_cut_the_same_is_dated() -> None:
    """The first ones wait until it is decided."""
    numbers = [AT + 37 * place for place in range(25)]
    for size in (1, 4, 11):
        made = lines(numbers)
        pieces = [b"".join(made[begin : begin + size]) for begin in range(0, len(made), size)]
        decoded(*pieces)
        assert decoded.times == numbers  # type: ignore[attr-defined]


def test_a_counter_dates_nothing() -> None:
    """Its seconds are not those of the reports."""
    counter = [1_200_000_000 + 2_880_000 * place + 7 for place in range(12)]
    decoded(b"".join(lines(counter, seconds=[20 + place % 3 for place in range(12)])))
    assert decoded.times == []  # type: ignore[attr-defined]


def test_one_report_that_disagrees_is_an_error_of_its_own() -> None:
    numbers = [AT + 37 * place for place in range(10)]
    seconds = [number % 60 for number in numbers]
    seconds[3] = (seconds[3] + 30) % 60
    decoded(b"".join(lines(numbers, seconds=seconds)))
    assert decoded.times == numbers  # type: ignore[attr-defined]
