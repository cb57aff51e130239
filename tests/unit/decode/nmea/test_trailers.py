"""Numbers behind sentences: times, or counters that look like them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from pyais.encode import encode_dict

from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.decode.nmea.sentence import checksum_of
from monitor.decode.nmea.trailers import SAMPLES, Trailers
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


@pytest.mark.parametrize("step", [0, 1, 3, 60, 600, 3600])
@pytest.mark.parametrize("count", [5, 12, 40])
def test_reports_of_one_second_are_dated_by_what_goes_on_as_times_do(step: int, count: int) -> None:
    """A minute apart the second may be the same; a number that creeps on is no time of it."""
    numbers = [AT + step * place for place in range(count)]
    decoded(b"".join(lines(numbers, seconds=[AT % 60] * count)))
    assert decoded.times == (numbers if step >= 60 else [])  # type: ignore[attr-defined]


@pytest.mark.parametrize("step", [48_000, 96_000, 2_880_000])
def test_a_counter_of_samples_is_none_though_its_second_agrees(step: int) -> None:
    """Samples of whole seconds: their count is a multiple of 60, as are the steps of times."""
    counter = [1_200_000_000 + step * place for place in range(12)]
    decoded(b"".join(lines(counter, seconds=[counter[0] % 60] * 12)))
    assert decoded.times == []  # type: ignore[attr-defined]


def test_reports_of_one_second_wait_for_others() -> None:
    """A busy coast sends more than ten a second."""
    numbers = [AT + place // 20 for place in range(600)]
    seconds = [number % 60 for number in numbers]
    made = lines(numbers, seconds=seconds)
    decoded(b"".join(made[:300]), b"".join(made[300:]))
    assert decoded.times == numbers  # type: ignore[attr-defined]
    decoded(b"".join(made[:30]))  # two seconds and no more
    assert decoded.times == numbers[:30]  # type: ignore[attr-defined]


def test_a_pause_of_a_month_is_no_counter() -> None:
    numbers = [AT, AT + 60, AT + 120, AT + 40 * 86_400, AT + 40 * 86_400 + 60]
    decoded(b"".join(lines(numbers, seconds=[AT % 60] * 5)))
    assert decoded.times == numbers  # type: ignore[attr-defined]


def test_a_line_that_waits_is_one_witness_however_often_it_is_looked_at() -> None:
    """Handed on one by one, the first of these were counted ten times and said it for all."""
    numbers = [AT, AT + 37, AT + 74]
    counter = [1_200_000_000 + 2_880_000 * place for place in range(10)]
    made = lines(numbers) + lines(counter, seconds=[31 + 2 * place for place in range(10)])
    decoded(*made)
    assert decoded.times == []  # type: ignore[attr-defined]


def test_the_state_goes_on_and_that_of_release_0_1_too() -> None:
    trailers, again = Trailers(), Trailers()
    for state, known in ((None, None), ([3, 0], None), ([9, 1], True), ([1, 9], False)):
        trailers.restore(state)
        assert trailers.are_times is known
    decoder = NmeaDecoder()
    decoder.decode(Lines(data=b"".join(lines([AT, AT + 37])), source="log"))
    state = decoder.state()["framer"]["trailers"]
    again.restore(json.loads(json.dumps(state)))
    assert again.state() == state
    assert state["are_times"] is None


def test_what_is_dated_otherwise_waits_for_no_numbers() -> None:
    """Those before it is known say nothing, wherever the log is cut, and so in a feed."""
    made = lines([AT + 7 * place for place in range(2 * SAMPLES)])
    stamped = b"\\c:%d*%02X\\%s" % (AT - 3, checksum_of(b"c:%d" % (AT - 3)), made[0])
    decoded(b"".join([stamped, *made]))
    whole = decoded.times  # type: ignore[attr-defined]
    assert whole[:SAMPLES] == [AT - 3] * SAMPLES
    assert whole[SAMPLES + 1 :] == [AT + 7 * place for place in range(SAMPLES, 2 * SAMPLES)]
    decoded(stamped, *made)
    assert decoded.times == whole  # type: ignore[attr-defined]


def test_a_feed_is_read_the_same_however_it_comes() -> None:
    """Its lines have their times already: none is dated by what later ones tell."""
    made = lines([AT + 7 * place for place in range(2 * SAMPLES)])
    times = np.array([AT + 7 * place + 2 for place in range(len(made))]) * SECOND_US
    whole = NmeaDecoder().decode(Lines(data=b"".join(made), source="x", received_at=times))
    decoder, one_by_one = NmeaDecoder(), []
    for place, line in enumerate(made):
        batch = Lines(data=line, source="x", received_at=times[place : place + 1])
        one_by_one += decoder.decode(batch).positions["at"].tolist()
    assert one_by_one == whole.positions["at"].tolist()
    assert one_by_one[-1] == times[-1] - 2 * SECOND_US


def stamped(at: int, line: bytes) -> bytes:
    return b"\\c:%d*%02X\\%s" % (at, checksum_of(b"c:%d" % at), line)


@pytest.mark.parametrize("others", [1, 2])
def test_few_numbers_and_other_times_behind_them_are_dated_alike_wherever_cut(others: int) -> None:
    """Two other times let go what waits; one does not, so that the end decides."""
    made = lines([AT + 7 * place for place in range(5)])
    behind = [stamped(AT + 100 + n, line) for n, line in enumerate(lines([AT + 100] * others))]
    decoded(b"".join([*made, *behind]))
    whole = decoded.times  # type: ignore[attr-defined]
    assert (whole[:2] == [AT, AT + 7]) is (others == 1)
    for pieces in ([*made, *behind], [b"".join(made), *behind], [b"".join(made[:3]), *made[3:]]):
        rest = [] if behind[-1] in pieces else behind
        decoded(*pieces, *rest)
        assert decoded.times == whole  # type: ignore[attr-defined]


def test_the_number_that_decides_may_stand_on_the_first_line_that_is_dated_otherwise() -> None:
    """A log that was damaged: the next sentence begins behind it, as if it were its stamp."""
    made = lines([AT + 2 * place for place in range(SAMPLES)])
    made[-1] = made[-1].rstrip() + b"!AIVDO,1,1,,,,5\n"
    for pieces in ([b"".join(made) + b"!"], [b"".join(made), b"!"], [*made, b"!"]):
        decoded(*pieces)
        assert decoded.times == [AT + 2 * place for place in range(SAMPLES)]  # type: ignore[attr-defined]
