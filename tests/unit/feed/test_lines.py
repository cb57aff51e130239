"""Lines out of bytes that come in any pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.decode.nmea.sentence import parse_line, tag_of
from monitor.feed.lines import LineCutter, name_sender, sentences_in

PART = b"!AIVDM,2,1,8,A,58QoL382>63eC90CF210TtpDE:0Hu9ADpF222216ApJ:AvI30?23kQhBKDE@,0*0A\r\n"
WHOLE = b"!AIVDM,1,1,,B,403OK@QvRMopPrsg90H:wag02@C2,0*7E\r\n"


@given(st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"\xff", b"\n")), max_size=30))
def test_however_it_is_cut_the_lines_are_the_same(chunks: list[bytes]) -> None:
    cutter = LineCutter()
    found = b"".join(cutter.cut(chunk) for chunk in chunks)
    whole = b"".join(chunks)
    end = whole.rfind(b"\n") + 1
    assert found == whole[:end]
    assert cutter.close() == len(whole) - end
    assert cutter.dropped == 0


def test_a_line_beyond_all_length_is_dropped_once() -> None:
    cutter = LineCutter(longest=10)
    assert cutter.cut(b"one\n" + b"x" * 8) == b"one\n"
    assert cutter.cut(b"x" * 8) == b""
    assert cutter.cut(b"x" * 8) == b""
    assert cutter.dropped == 1
    assert cutter.cut(b"xx\ntwo\nth") == b"two\n"
    assert cutter.cut(b"ree\n") == b"three\n"
    assert cutter.dropped == 1


def test_what_was_held_is_forgotten_when_the_stream_ends() -> None:
    cutter = LineCutter()
    cutter.cut(b"half")
    assert cutter.close() == 4
    assert cutter.cut(b"one\n") == b"one\n"


def test_sentences_are_counted_by_their_formatter() -> None:
    assert sentences_in(PART + WHOLE + b"$GPRMC,1\r\n!AIVDO,1,1,,,x,0*00\n") == 3


def test_only_parts_of_messages_get_the_senders_name() -> None:
    named = name_sender(WHOLE + PART + b"$GPRMC,VDM,2,\r\n", "10.0.0.1")
    first, second, third = named.split(b"\r\n")[:3]
    assert first + b"\r\n" == WHOLE
    assert second.endswith(PART.strip())
    assert third == b"$GPRMC,VDM,2,"
    tag = second[: second.rindex(b"\\") + 1]
    assert len(tag_of(tag)[b"s"]) == 8
    assert parse_line(second)[0].checksum_ok
    body, _, checksum = tag.strip(b"\\").partition(b"*")
    value = 0
    for byte in body:
        value ^= byte
    assert int(checksum, 16) == value


def test_the_name_is_the_senders_and_stays() -> None:
    assert name_sender(PART, "10.0.0.1") == name_sender(PART, "10.0.0.1")
    assert name_sender(PART, "10.0.0.1") != name_sender(PART, "10.0.0.2")


def test_what_has_tag_blocks_stays_as_it_is() -> None:
    lines = b"\\g:1-2-17,s:r1*00\\" + PART + PART
    assert name_sender(lines, "10.0.0.1") == lines
