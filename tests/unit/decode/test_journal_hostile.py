"""A journal that says nonsense: nothing breaks it, and it eats no memory."""

from __future__ import annotations

import tracemalloc

import pytest

from monitor.decode.journal import MAGIC, JournalDecoder
from monitor.decode.nmea.sentence import checksum_of
from monitor.errors import InputError
from monitor.journal.blocks import block, header
from monitor.model import Lines
from tests.unit.decode.journals import AT, HEAD, ONE

WORDS = [
    "[" * 100_000, "", "{}", "[]", "null", "5", "\x00", "\udcff", '{"version":1}',
    '{"version":2,"feeds":{"harbour":"nmea"},"lateness_s":5}',
    '{"version":1,"feeds":{"harbour":"nmea"},"lateness_s":1e999}',
    '{"version":1,"feeds":{"harbour":"nmea"},"lateness_s":NaN}',
    '{"version":1,"feeds":{"harbour":"nmea"},"lateness_s":-5}',
    '{"version":1,"feeds":{"harbour":"nmea"},"lateness_s":1e300}',
    '{"version":1,"feeds":{"harbour":"nmea"},"lateness_s":null}',
    '{"version":1,"feeds":{"harbour":"nmea"},"lateness_s":[5]}',
    '{"version":1,"feeds":{"harbour":"smoke signals"},"lateness_s":5}',
    '{"version":1,"feeds":{"harbour":"journal"},"lateness_s":5}',
    '{"version":1,"feeds":{"harbour":5},"lateness_s":5}',
    '{"version":1,"feeds":{"harbour":null},"lateness_s":5}',
    '{"version":1,"feeds":{"harbour":["nmea"]},"lateness_s":5}',
    '{"version":1,"feeds":"ab","lateness_s":5}',
    '{"version":1,"feeds":[1,2],"lateness_s":5}',
    '{"version":1,"feeds":' + "9" * 5000 + ',"lateness_s":5}',
]  # fmt: skip


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words[-40:].encode("unicode_escape"))
def test_a_header_that_says_nonsense(words: str) -> None:
    """One sentence, nothing else."""
    data = MAGIC + words.encode("utf-8", "surrogateescape") + b"\n" + block(AT, "harbour", ONE)
    with pytest.raises(InputError, match=r"^The journal.*[^.]\.$"):
        JournalDecoder().decode(Lines(data=data, source="journal"))


HEADS = [
    b"@99999999999999999999999 harbour 48", b"@9223372036854775807 harbour 48",
    b"@253402300800000000 harbour 48", b"@-1 harbour 48", b"@-9223372036854775808 harbour 48",
    b"@%d harbour -48" % AT, b"@%d harbour 999999999999" % AT, b"@%d harbour 1e3" % AT,
    b"@%d harbour" % AT, b"@%d" % AT, b"@", b"@ harbour 48", b"@x harbour 48", b"@%d \xff 48" % AT,
    b"@%d harb\x00ur 48" % AT, b"@%d  48" % AT, b"@%d - 48" % AT, b"@%d # 48" % AT,
    b"@%d harbour %d" % (AT, 10**400), b"@" + b"9" * 6000 + b" harbour 48",
]  # fmt: skip


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head[:40].decode("latin-1"))
def test_a_head_that_says_nonsense(head: bytes) -> None:
    """It is counted, and what stands behind the lines that follow is read."""
    data = HEAD + head + b"\n" + ONE + block(AT + 9, "harbour", ONE)
    decoder = JournalDecoder()
    reports = decoder.decode(Lines(data=data, source="journal"), final=True)
    assert len(reports.positions) == 1
    assert reports.positions["received_at"].tolist() == [AT + 9]
    assert decoder.clock.at == AT + 9
    assert reports.refusals["journal", "garbled"] >= 1


def test_a_body_without_a_line_end() -> None:
    """It is not glued to the next one."""
    data = HEAD + block(AT, "harbour", ONE[:-1]) + block(AT, "harbour", ONE)
    reports = JournalDecoder().decode(Lines(data=data, source="journal"), final=True)
    assert len(reports.positions) <= 2
    assert reports.positions["seq"].tolist() == sorted(set(reports.positions["seq"].tolist()))
    assert not any(b"@" in row for row in reports.positions["raw"].tolist())


def test_a_size_that_never_comes_eats_no_memory() -> None:
    """What waits for the rest of a block has a bound."""
    decoder = JournalDecoder()
    piece = block(AT, "harbour", ONE * 20_000)
    decoder.decode(Lines(data=HEAD + b"@%d harbour 99999999999\n" % AT, source="journal"))
    most = 0
    for _ in range(25):
        decoder.decode(Lines(data=piece, source="journal"))
        most = max(most, len(decoder.state()["carry"]))
    assert most < 10 << 20


def test_headers_without_end_eat_no_memory() -> None:
    """New headers, each with other feeds: what was named once is not kept for ever by mistake."""
    decoder = JournalDecoder()
    tracemalloc.start()
    try:
        for number in range(2000):
            head = header({"harbour": "nmea"}, lateness_s=5.0, run=number)
            decoder.decode(Lines(data=head + b"x\n", source="journal"))
        assert tracemalloc.get_traced_memory()[0] < 1 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("odd", [b"\0", b"\x1b", b"\x7f", b"\xff", b"\r"])
@pytest.mark.parametrize("place", [13, 20, 40])
def test_a_sentence_with_anything_unprintable_in_it_is_garbled(odd: bytes, place: int) -> None:
    """Whatever its checksum says: a NUL in a field cannot be stored."""
    decoder = JournalDecoder()
    line = ONE.rstrip(b"\n")
    body = (line[:place] + odd + line[place + 1 :])[1:-3]
    line = b"!%s*%02X\n" % (body, checksum_of(body))
    data = HEAD + block(AT, "harbour", line) + block(AT, "harbour", ONE)
    reports = decoder.decode(Lines(data=data, source="journal"))
    assert len(reports.positions) == 1
    assert reports.refusals == {("harbour", "garbled"): 1}
