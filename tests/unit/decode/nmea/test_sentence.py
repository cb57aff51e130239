"""One line at a time: frames, checksums, tag blocks and the stamps that loggers add."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from monitor.decode.nmea.sentence import (
    checksum_of,
    epoch,
    gps_clock,
    parse_line,
    pghp,
    stamp_before,
    tag_fields,
    tag_of,
)
from monitor.units import NO_TIME, SECOND_US, to_iso

SENTENCE = b"!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C"
PAIR = (
    b"!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C",
    b"!AIVDM,2,2,1,A,88888888880,2*25",
)


def iso(at: int) -> str | None:
    return None if at == NO_TIME else to_iso(at)


def test_a_checksum_is_the_exclusive_or_of_what_is_between() -> None:
    """IEC 61162-1 section 7.1."""
    assert checksum_of(b"") == 0
    assert checksum_of(b"AB") == 0x41 ^ 0x42
    assert checksum_of(SENTENCE[1:-3]) == 0x5C


def test_a_sentence_is_taken_apart() -> None:
    """Each field, and where the payload lies in the line."""
    line = b"noise " + SENTENCE + b"\r"
    (found,) = parse_line(line)
    assert line[found.begin : found.end] == SENTENCE
    assert line[found.payload_begin : found.payload_end] == b"177KQJ5000G?tO`K>RA1wUbN0TKH"
    assert (found.total, found.number, found.sequence, found.channel) == (1, 1, b"", b"B")
    assert (found.fill, found.checksum_ok) == (0, True)
    assert found.stamp == NO_TIME


def test_a_part_has_its_number_and_sequence() -> None:
    """Part 2 of 2, sequence 1, two fill bits."""
    (found,) = parse_line(PAIR[1])
    assert (found.total, found.number, found.sequence, found.fill) == (2, 2, b"1", 2)
    assert found.checksum_ok


@pytest.mark.parametrize(
    ("line", "ok"),
    [
        (SENTENCE, [True]),
        (SENTENCE.replace(b"*5C", b"*5c"), [True]),
        (SENTENCE.replace(b"*5C", b"*5D"), [False]),
        (SENTENCE.replace(b"*5C", b""), [False]),
        (SENTENCE.replace(b"AIVDM", b"AIVDO"), [False]),
        (SENTENCE.replace(b"!AI", b"!BS"), [False]),
        (b"$" + SENTENCE[1:], [True]),  # the start delimiter is not summed
        (PAIR[0] + PAIR[1], [True, True]),
        (PAIR[0] + b"\r" + SENTENCE, [True, True]),
        (b"!AIVDM,1,1,,B,177K" + SENTENCE, [True]),  # one torn off, one whole
        (b"", []),
        (b"$GPGGA,1", []),
        (b"!AIVDM,1,1", []),
    ],
)
def test_every_sentence_of_a_line_is_found(line: bytes, ok: list[bool]) -> None:
    """Several on one line, torn ones, other talkers; the sum says which hold."""
    assert [found.checksum_ok for found in parse_line(line)] == ok


@pytest.mark.parametrize(
    ("line", "stamp"),
    [
        (b"\\c:1700000000*5B\\" + SENTENCE, "2023-11-14T22:13:20Z"),
        (b"\\s:r1,c:1700000000123,n:7*00\\" + SENTENCE, "2023-11-14T22:13:20.123000Z"),
        (b"\\g:1-2-33,s:r1,c:1700000000*00\\" + SENTENCE, "2023-11-14T22:13:20Z"),
        (b"\\g:1-2-33*00\\\\c:1700000000*00\\" + SENTENCE, "2023-11-14T22:13:20Z"),
        (b"1700000000 " + SENTENCE, "2023-11-14T22:13:20Z"),
        (b"1700000000.5\t" + SENTENCE, "2023-11-14T22:13:20.500000Z"),
        (b"2023-11-14T22:13:20Z " + SENTENCE, "2023-11-14T22:13:20Z"),
        (b"2023-11-14 22:13:20.25," + SENTENCE, "2023-11-14T22:13:20.250000Z"),
        (b"2023-11-14T23:13:20+01:00 " + SENTENCE, "2023-11-14T22:13:20Z"),
        (b"2023-11-14T18:43:20-0330 " + SENTENCE, "2023-11-14T22:13:20Z"),
        (b"1700000000123;N;" + SENTENCE, "2023-11-14T22:13:20.123000Z"),
        (b"2023/11/14 22:13:20 main.go:88: " + SENTENCE, "2023-11-14T22:13:20Z"),
        (b"[2023-11-14 22:13:20] " + SENTENCE, "2023-11-14T22:13:20Z"),
        (b"<134>1 2023-11-14T22:13:20Z pi ais 1 - - " + SENTENCE, "2023-11-14T22:13:20Z"),
        (b"2023-11-15T00:13:20.5+02:00 pi rtl_ais[9]: " + SENTENCE, "2023-11-14T22:13:20.500000Z"),
        (b'2023-11-14T22:13:20Z,NMEA0183,ALL,"tcp:1","' + SENTENCE + b'"', "2023-11-14T22:13:20Z"),
        (SENTENCE + b" ( MSG: 1, timestamp: 20231114221320)", "2023-11-14T22:13:20Z"),
        (SENTENCE + b",1700000000", None),  # see trailers.py
        (SENTENCE + b",rbase,1700000000\r", "2023-11-14T22:13:20Z"),
        (SENTENCE + b",d-109,S2105,t221300.00,r003669946,1700000000", "2023-11-14T22:13:20Z"),
        (b"\\c:1700000000*00\\" + SENTENCE + b",1700009999", "2023-11-14T22:13:20Z"),
        (SENTENCE, None),
        (b"\\s:r1*00\\" + SENTENCE, None),
        (b"2023-13-14T22:13:20Z " + SENTENCE, None),
        (b"12345 " + SENTENCE, None),
    ],
)
def test_a_line_is_dated_by_what_stands_around_its_sentence(line: bytes, stamp: str | None) -> None:
    """Tag block first, then the logger's prefix, then a trailer; nonsense dates nothing."""
    (found,) = parse_line(line)
    assert iso(found.stamp) == stamp


@pytest.mark.parametrize("behind", [b",1700000000", b",1700000000\r"])
def test_a_number_behind_a_sentence_may_be_its_time(behind: bytes) -> None:
    (found,) = parse_line(SENTENCE + behind)
    assert (found.stamp, iso(found.trailer)) == (NO_TIME, "2023-11-14T22:13:20Z")
    (found,) = parse_line(b"\\c:1700000000*00\\" + SENTENCE + behind)
    assert found.trailer == NO_TIME


def test_a_sentence_that_stands_twice_on_its_line_is_one() -> None:
    """AIS-catcher writes it into its JSON, and behind that."""
    line = b'>> {"nmea":["' + SENTENCE + b'"]}' + SENTENCE + b" ( timestamp: 20231114221320)"
    (found,) = parse_line(line)
    assert iso(found.stamp) == "2023-11-14T22:13:20Z"


@pytest.mark.parametrize("head", [b"!AIVDM,0,1,", b"!AIVDM,1,2,", b"!AIVDM,2,0,"])
def test_a_sentence_of_no_message_is_none(head: bytes) -> None:
    assert parse_line(SENTENCE.replace(b"!AIVDM,1,1,", head)) == []


def test_a_sequence_id_may_have_two_digits() -> None:
    (found,) = parse_line(PAIR[0].replace(b",2,1,1,", b",2,1,12,"))
    assert (found.total, found.number, found.sequence) == (2, 1, b"12")


def test_a_logger_s_time_without_a_zone_is_of_the_zone_that_is_said() -> None:
    (found,) = parse_line(b"2023/11/14 23:13:20 " + SENTENCE, timezone(timedelta(hours=1)))
    assert iso(found.stamp) == "2023-11-14T22:13:20Z"


def test_a_stamp_before_the_sentence_goes_before_a_trailer() -> None:
    """ExactEarth writes both: the trailer says when it reached the archive."""
    (found,) = parse_line(b"\\c:1700000000*00\\" + SENTENCE + b",1700009999")
    assert found.stamp == 1_700_000_000 * SECOND_US


def test_each_sentence_of_a_line_has_its_own_stamp() -> None:
    """Two tag blocks, two sentences."""
    line = b"\\c:1700000000*00\\" + PAIR[0] + b"\\c:1700000001*00\\" + PAIR[1]
    assert [found.stamp // SECOND_US for found in parse_line(line)] == [
        1_700_000_000,
        1_700_000_001,
    ]


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        (b"1700000000", 1_700_000_000_000_000),
        (b"999999999", 999_999_999_000_000),
        (b"1700000000123", 1_700_000_000_123_000),
        (b"1700000000123456", 1_700_000_000_123_456),
        (b"1700000000123456789", 1_700_000_000_123_456),
        (b"1700000000.5", 1_700_000_000_500_000),
        (b"1700000000.1234567", 1_700_000_000_123_456),
        (b"17000000000", NO_TIME),
        (b"", NO_TIME),
        (b"-5", NO_TIME),
        (b"1700000000.x", NO_TIME),
        (b"now", NO_TIME),
    ],
)
def test_the_number_of_digits_tells_the_unit(text: bytes, micros: int) -> None:
    """Seconds, milliseconds, microseconds, nanoseconds."""
    assert epoch(text) == micros


def test_the_fields_of_a_tag_block() -> None:
    """NMEA 0183 4.1; the checksum is no field, text without a colon none either."""
    assert tag_fields(b"s:r1,g:1-2-33,c:1700000000,x*7F") == {
        b"s": b"r1", b"g": b"1-2-33", b"c": b"1700000000",
    }  # fmt: skip
    assert tag_fields(b"1G2:33,s:r1*00")[b"g"] == b"1-2-33"
    assert tag_fields(b"") == {}


def test_of_several_tag_blocks_the_last_is_the_sentences() -> None:
    """It stands right before it."""
    assert tag_of(b"\\s:one*00\\\\s:two*00\\") == {b"s": b"two"}
    assert tag_of(b"no block") == {}


def test_a_prefix_before_a_tag_block_counts_if_the_block_tells_no_time() -> None:
    """The block's own time is the better one."""
    assert stamp_before(b"1700000000 \\s:r1*00\\") == 1_700_000_000 * SECOND_US
    assert stamp_before(b"1600000000 \\c:1700000000*00\\") == 1_700_000_000 * SECOND_US
    assert stamp_before(b"") == NO_TIME


def test_gatehouse_dates_the_next_sentence() -> None:
    """Date, time, milliseconds, and the checksum of the sentence that follows."""
    line = b"$PGHP,1,2008,5,9,0,0,0,10,338,2,,1,09*17"
    assert pghp(line) == (1_210_291_200_010_000, 0x09)
    assert pghp(b"$PGHP,1,2008,13,9,0,0,0,10,338,2,,1,09*17") is None
    assert pghp(SENTENCE) is None


@pytest.mark.parametrize(
    ("line", "stamp"),
    [
        (b"$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A",
         "1994-03-23T12:35:19Z"),
        (b"$GNRMC,001031.00,A,4404.13993,N,12118.86023,W,0.146,,100117,,,A*7B",
         "2017-01-10T00:10:31Z"),
        (b"$GPRMC,123519,V,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*7D", None),
        (b"$GPZDA,201530.00,04,07,2002,00,00*60", "2002-07-04T20:15:30Z"),
        (b"$GPZDA,201530.00,34,07,2002,00,00*60", None),
        (b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47", None),
    ],
)  # fmt: skip
def test_a_gps_tells_the_time_where_it_has_a_date_and_a_fix(line: bytes, stamp: str | None) -> None:
    """RMC with status A, and ZDA; GGA has no date, V is no fix."""
    assert iso(gps_clock(line)) == stamp


def test_a_leap_second_is_the_second_after() -> None:
    """23:59:60 is written as 00:00:00 of the next day."""
    leap = b"GPZDA,235960.00,31,12,2016,00,00"
    assert iso(gps_clock(b"$%s*%02X" % (leap, checksum_of(leap)))) == "2017-01-01T00:00:00Z"
    assert iso(gps_clock(b"\\s:1*00\\$%s*%02X" % (leap, checksum_of(leap)))) is not None
    assert iso(gps_clock(b"$%s*00" % leap)) is None  # a wrong sum
