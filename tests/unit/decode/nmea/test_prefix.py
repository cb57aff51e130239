"""Times that loggers write beside a sentence."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone

import pytest

from monitor.decode.nmea.prefix import epoch, time_before, time_behind
from monitor.decode.nmea.sentence import parse_line
from monitor.units import NO_TIME, SECOND_US, to_iso

AT = 1_709_352_245 * SECOND_US  # 2024-03-02T04:04:05Z


def before(words: bytes, *, first: bool = True, near: int = NO_TIME) -> int:
    return time_before(words, UTC, first=first, near=near)


@pytest.mark.parametrize(
    "words",
    [
        b"Sat 2024-03-02 04:04:05 UTC host ais[1]: ", b"1709352245 host ais[1]: ",
        b"[INFO] 2024-03-02 04:04:05 ais: got ", b"time=2024-03-02T04:04:05Z level=INFO msg=",
        b'"2024-03-02 04:04:05","', b"2024-03-02T04:04:05+00:00|", b"1709352245|", b"1709352245: ",
        b'"1709352245","', b"1709352245,192.168.1.10:4001,", b"20240302 040405 ",
        b"20240302T040405Z ", b"20240302040405 ", b"20240302_040405,",
        b"2024-03-02T04:04:05Z host ais[1234567890]: ", b"Info [1709352245] ",
        b"2024-03-02T04:04:05Z seq 1234567890: ", b"2024-03-02T04:04:01Z sent 1709352245: ",
        b"2024-03-01 00:00:00 sent 2024-03-02 04:04:05 ",
        b'1709352245000,NMEA0183,AIVDM,TCP:localhost,"',
    ],
)  # fmt: skip
def test_a_time_is_found_wherever_the_prefix_has_it(words: bytes) -> None:
    assert to_iso(before(words)) == "2024-03-02T04:04:05Z"


@pytest.mark.parametrize(
    "words",
    [
        b"02.03.2024 04:04:05 ", b"2.3.2024, 04:04:05.5;", b"[02.03.2024 04:04:05.000] ",
        b"02/Mar/2024:04:04:05 +0000 ", b"Sat, 02 Mar 2024 04:04:05 GMT ", b"02-Mar-2024 04:04:05 ",
        b"Sat Mar  2 04:04:05 2024 ", b"Sat Mar  2 04:04:05 UTC 2024: ",
        b"02.03.2024 06:04:05+02:00 ", b"INFO 02.03.2024 04:04:05 ais: ",
    ],
)  # fmt: skip
def test_days_may_stand_first_where_nothing_else_can_be_meant(words: bytes) -> None:
    assert before(words) // SECOND_US * SECOND_US == AT
    assert time_behind(b" " + words.lstrip(b"[INFO "), UTC) // SECOND_US * SECOND_US == AT


@pytest.mark.parametrize(
    "words",
    [
        b"02.13.2024 04:04:05 ", b"31.02.2024 04:04:05 ", b"192.168.10.2024 04:04:05 ",
        b"02.03.2024 ", b"02/03/2024 04:04:05 ", b"02.03.24 04:04:05 ", b"v1.2.2024 ",
        b"02 Mai 2024 04:04:05 ", b"02.03.2024 25:04:05 ",
    ],
)  # fmt: skip
def test_what_is_no_date_or_may_be_two_is_none(words: bytes) -> None:
    assert before(words) == NO_TIME


def test_words_between_two_sentences_date_only_what_they_touch() -> None:
    assert before(b" 2024-03-02 04:04:05 ", first=False) == AT
    assert before(b" 2024-03-02 04:04:05 words ", first=False) == NO_TIME


@pytest.mark.parametrize("words", [b"<13>Mar  2 04:04:05 host ais: ", b"Mar 2 04:04:05 a "])
def test_a_time_without_a_year_takes_that_of_the_logs_begin(words: bytes) -> None:
    assert before(words) == NO_TIME
    assert before(words, near=AT - 86_400 * SECOND_US) == AT
    new_year = before(b"Jan  1 00:00:05 host a: ", near=before(b"2023-12-31 23:00:00 "))
    assert to_iso(new_year) == "2024-01-01T00:00:05Z"
    assert before(b"Feb 30 00:00:00 host a: ", near=AT) == NO_TIME


def test_a_zone_is_taken_where_the_time_names_none() -> None:
    rome = timezone(timedelta(hours=1))
    for words in (b"2024-03-02 05:04:05 ", b"2024-03-02 04:04:05 UTC ", b"Mar  2 05:04:05 h "):
        assert time_before(words, rome, first=True, near=AT) == AT


@pytest.mark.parametrize("text", [b" 2024-03-02T04:04:05Z\r", b",2024-03-02 04:04:05"])
def test_a_time_in_words_may_stand_behind(text: bytes) -> None:
    assert time_behind(text, UTC) == AT
    (sentence,) = parse_line(b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24" + text)
    assert sentence.stamp == AT


@pytest.mark.parametrize("gap", [b",", b";", b" ", b"\t"])
def test_a_number_behind_may_be_set_off_by_any_mark(gap: bytes) -> None:
    line = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24" + gap + b"1709352245.5"
    assert parse_line(line)[0].trailer == AT + SECOND_US // 2


def test_the_clock_of_a_receiver_that_was_never_set_is_a_time() -> None:
    """It is of 1970, and refused as that."""
    assert epoch(b"7") == 7 * SECOND_US
