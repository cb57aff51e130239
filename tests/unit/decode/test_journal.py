"""The journal of a live watch: blocks of several feeds, cut anywhere; nothing breaks it."""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.decode.journal import (
    HEADER,
    MAGIC,
    JournalDecoder,
    blocks_in,
    header_of,
    lines_in,
    whole_blocks,
)
from monitor.errors import InputError
from monitor.journal.blocks import block, header, tick
from monitor.model import Lines, Reports
from monitor.units import NO_TIME, SECOND_US

AT = 1_736_899_200 * SECOND_US  # 2025-01-15T00:00:00Z
ONE = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
TWO = (
    b"!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n",
    b"!AIVDM,2,2,1,A,88888888880,2*25\n",
)
HEAD = header({"harbour": "nmea", "web": "aiscatcher-json"}, lateness_s=5.0)
MORE = header({"harbour": "nmea", "north": "barentswatch-json"}, lateness_s=60.0)
QUICK = settings(max_examples=120, deadline=None)


def web(second: float, **fields: object) -> bytes:
    """One line of AIS-catcher."""
    value = {
        "class": "AIS", "rxuxtime": AT / 1e6 + second, "type": 1, "mmsi": 211000001, "lon": 10.0,
        "lat": 54.0, "speed": second, "shipname": "A",
    }  # fmt: skip
    return json.dumps(value | fields).encode() + b"\n"


def north(second: float) -> bytes:
    """One line of BarentsWatch."""
    value = {
        "type": "Position", "mmsi": 257000001, "msgtime": f"2025-01-15T00:00:{second:09.6f}+00:00",
        "messageType": 1, "latitude": 60.0 + second, "longitude": 5.0,
    }  # fmt: skip
    return json.dumps(value).encode() + b"\n"


def journal() -> bytes:
    """Three feeds, parts of a message apart, garbage within and between, ticks, two headers."""
    s = SECOND_US
    return b"".join(
        [
            HEAD,
            block(AT + s, "harbour", ONE),
            block(AT + s, "web", web(1) + web(1.5)),
            block(AT + 2 * s, "harbour", TWO[0]),
            tick(AT + 3 * s),
            block(AT + 4 * s, "web", b'{"half": \n' + web(4)),
            block(AT + 4 * s, "harbour", TWO[1] + b"$GPGGA,1\n\n@5 web 3\n" + ONE),
            block(AT + 5 * s, "unknown", ONE),
            b"no block at all\n",
            b"@17 what\n",
            MORE,
            block(AT + 6 * s, "web", web(6, type=5, callsign="CALL")),
            block(AT + 6 * s, "north", north(6)),
            block(AT + 5 * s, "harbour", b"!AIVDM,garbage\n" * 3 + ONE),
            tick(AT + 20 * s),
            block(AT + 21 * s, "north", north(21) + north(20)),
        ]
    )


def decoded(pieces: list[bytes], *, restarts: bool = False) -> dict[str, Any]:
    """What a journal in pieces says, put together as the pipe does it."""
    decoder = JournalDecoder()
    positions: list[tuple[Any, ...]] = []
    statics: list[Any] = []
    refusals, kinds = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    clock: list[int] = []
    seq = 0
    waiting = [(piece, index == len(pieces) - 1) for index, piece in enumerate(pieces)]
    while waiting:
        piece, final = waiting.pop(0)
        reports = decoder.decode(Lines(data=piece, source="journal"), final=final)
        if decoder.more:
            waiting.insert(0, (b"", final))
        for row in reports.positions.tolist():
            named = dict(zip(reports.positions.dtype.names, row, strict=True))
            named["seq"] += seq
            named["source"] = reports.sources[named["source"]]
            positions.append(tuple(map(repr, named.items())))
        statics += [
            (s.seq + seq, reports.sources[s.source], s.at, s.received_at, s.static)
            for s in reports.statics
        ]
        seq += max(reports.lines, reports.numbers)
        refusals += reports.refusals
        kinds += reports.kinds
        assert reports.clock is not None
        clock += reports.clock.tolist()
        if restarts:
            kept = json.dumps(decoder.state())
            decoder = JournalDecoder()
            decoder.restore(json.loads(kept))
    return {
        "positions": positions, "statics": statics, "refusals": refusals, "kinds": kinds,
        "clock": clock, "lines": seq, "lateness_us": decoder.lateness_us,
    }  # fmt: skip


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Pieces, cut at any byte."""
    edges = sorted({0, len(data), *(place % len(data) for place in places)})
    return [data[a:b] for a, b in pairwise(edges)]


def test_what_it_says() -> None:
    """All lines in order of arrival, each with its feed and the time of its block."""
    found = decoded([journal()])
    assert found["lines"] == 19
    assert [int(row[2].split(", ")[1][:-1]) - AT for row in found["positions"]] == [
        second * SECOND_US for second in (1, 1, 1, 4, 4, 6, 6, 21, 21)
    ]
    assert [row[13] for row in found["positions"]] == [
        f"('source', '{name}')"
        for name in ("harbour", "web", "web", "web", "harbour", "north", "harbour", "north",
                     "north")
    ]  # fmt: skip
    numbers = [int(row[3].split(", ")[1][:-1]) for row in found["positions"]]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers)
    assert [(static[1], static[3] - AT) for static in found["statics"]] == [
        ("harbour", 4 * SECOND_US), ("web", 6 * SECOND_US),
    ]  # fmt: skip
    assert found["clock"] == sorted(found["clock"])
    assert found["clock"][-1] == AT + 21 * SECOND_US
    assert found["refusals"]["journal", "garbled"] == 3  # unknown feed, two lines between
    assert found["lateness_us"] == 60 * SECOND_US


def test_a_block_stamped_before_the_last_is_received_with_it() -> None:
    """Time does not go back, whatever is written."""
    data = HEAD + block(AT + 9, "harbour", ONE) + block(AT, "harbour", ONE)
    assert decoded([data])["clock"] == [AT + 9, AT + 9]


@QUICK
@given(st.lists(st.integers(0, 10**6), max_size=12), st.booleans())
def test_cut_anywhere(places: list[int], restarts: bool) -> None:  # noqa: FBT001
    """Within heads, blocks and headers, and with restarts between."""
    assert decoded(cut(journal(), places), restarts=restarts) == decoded([journal()])


def test_cut_at_every_byte() -> None:
    """Into single bytes, and into two pieces at every seventh."""
    data = journal()
    whole = decoded([data])
    for place in range(1, len(data), 7):
        assert decoded([data[:place], data[place:]]) == whole
    assert decoded([data[i : i + 1] for i in range(len(data))], restarts=True) == whole


def test_a_feed_that_sends_a_header() -> None:
    """Whatever a feed sends is a line of it: wherever the batches are cut."""
    sent = ONE + header({"harbour": "noaa-csv", "x": "nmea"}, lateness_s=86_400.0) + ONE
    sent += MAGIC + b"nonsense\n" + MAGIC + b"\n" + ONE
    data = HEAD + block(AT, "harbour", sent) + block(AT + 1, "harbour", ONE)
    whole = decoded([data])
    assert len(whole["positions"]) == 4
    assert whole["lateness_us"] == 5 * SECOND_US
    for place in range(1, len(data)):
        assert decoded([data[:place], data[place:]]) == whole


def test_a_feed_that_sends_heads_of_blocks() -> None:
    """They are lines like any other."""
    sent = b"@%d web 3\nab\n@1 - 0\n" % (AT + 99) + tick(AT + 10**9) + ONE
    whole = decoded([HEAD + block(AT, "harbour", sent)])
    assert whole["clock"] == [AT] * 5
    assert len(whole["positions"]) == 1


def test_parts_of_a_message_wait_across_blocks_and_restarts() -> None:
    """Each feed has its own memory."""
    other = header({"harbour": "nmea", "other": "nmea"}, lateness_s=5.0)
    blocks = [
        other, block(AT, "harbour", TWO[0]), block(AT, "other", TWO[1]),
        block(AT + 1, "harbour", TWO[1]),
    ]  # fmt: skip
    for restarts in (False, True):
        found = decoded(blocks, restarts=restarts)
        assert [(s[1], s[3]) for s in found["statics"]] == [("harbour", AT + 1)]


@pytest.mark.parametrize("size", range(1, 70))
def test_a_segment_that_was_cut_off(size: int) -> None:
    """What follows the next header is read, and the torn block counts as garbled."""
    torn = (HEAD + block(AT, "harbour", ONE))[:-size]
    decoder = JournalDecoder()
    first = decoder.decode(Lines(data=torn, source="journal"))
    data = HEAD + block(AT + 5, "web", web(1))
    second = decoder.decode(Lines(data=data, source="journal"), final=True)
    assert len(first.positions) == 0
    assert len(second.positions) == 1
    assert (first.refusals + second.refusals)["journal", "garbled"] == 1


def test_the_end_of_a_journal_that_was_cut_off() -> None:
    """What was not written to its end is counted when nothing more comes."""
    reports = JournalDecoder().decode(
        Lines(data=(HEAD + block(AT, "harbour", ONE))[:-1], source="journal"), final=True
    )
    assert (len(reports.positions), dict(reports.refusals)) == (0, {("journal", "garbled"): 1})


def test_a_feed_may_change_its_form() -> None:
    """A new header says so; what the old form held is gone."""
    data = HEAD + block(AT, "harbour", TWO[0])
    data += header({"harbour": "aiscatcher-json"}, lateness_s=5.0) + block(AT, "harbour", web(0))
    data += block(AT + 1, "web", web(1))  # forgotten by the second header? it stays known
    found = decoded([data])
    assert next(row[13] for row in found["positions"]) == "('source', 'harbour')"
    for place in range(1, len(data), 7):
        assert decoded([data[:place], data[place:]], restarts=True) == found


def test_another_lateness_waits_for_the_next_batch() -> None:
    """A batch has one lateness; what stands behind the next header is asked for again."""
    decoder = JournalDecoder()
    data = HEAD + block(AT, "harbour", ONE) + MORE + block(AT + 1, "harbour", ONE)
    first = decoder.decode(Lines(data=data, source="journal"), final=True)
    assert (decoder.more, first.lateness_us, len(first.positions)) == (True, 5 * SECOND_US, 1)
    second = decoder.decode(Lines(data=b"", source="journal"), final=True)
    assert (decoder.more, second.lateness_us, len(second.positions)) == (False, 60 * SECOND_US, 1)
    assert first.refusals + second.refusals == {}


def test_stopped_while_more_waits() -> None:
    """What stood behind the header is kept, and is not taken for a torn block."""
    decoder = JournalDecoder()
    data = HEAD + block(AT, "harbour", ONE) + MORE + block(AT + 1, "harbour", ONE)
    decoder.decode(Lines(data=data, source="journal"))
    again = JournalDecoder()
    again.restore(json.loads(json.dumps(decoder.state())))
    found = []
    for piece in (MORE + block(AT + 2, "harbour", ONE), b""):
        reports = again.decode(Lines(data=piece, source="journal"))
        found += reports.positions["received_at"].tolist()
        assert reports.refusals == {}
    assert found == [AT + 1, AT + 2]


def test_ticks_tell_the_time_and_nothing_else() -> None:
    """They are no lines, and need no header."""
    reports = JournalDecoder().decode(
        Lines(data=tick(AT) + tick(AT + 7) + tick(AT + 7), source="journal")
    )
    assert reports.clock is not None
    assert reports.clock.tolist() == [AT, AT + 7, AT + 7]
    assert (reports.lines, reports.numbers, dict(reports.refusals)) == (0, 0, {})


def test_whole_blocks_and_lines() -> None:
    """What the spool asks of a file."""
    data = journal()
    ends = [end for *_, end in blocks_in(data)]
    for size in range(0, len(data) + 1, 3):
        assert whole_blocks(data[:size]) == max([0, *(end for end in ends if end <= size)])
    assert whole_blocks(data) == len(data)
    assert lines_in(data) == 20  # that of the unknown feed too


def test_a_header_says_what_was_put_in() -> None:
    """And words that later releases add are given back."""
    head = header({"a": "nmea"}, lateness_s=2.5, journal="ab")
    words = header_of(head + b"@1 - 0\n")
    assert (words["feeds"], words["lateness_s"], words["journal"]) == ({"a": "nmea"}, 2.5, "ab")
    assert JournalDecoder.recognises(head)
    assert [name for _, name, _, _ in blocks_in(head)] == [HEADER]


# -- hostile -------------------------------------------------------------------------------------

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
        for number in range(3000):
            head = header({"harbour": "nmea"}, lateness_s=5.0, run=number)
            decoder.decode(Lines(data=head + b"x\n", source="journal"))
        assert tracemalloc.get_traced_memory()[0] < 2 << 20
    finally:
        tracemalloc.stop()


TOKENS = st.sampled_from(
    [
        HEAD, MORE, MAGIC, b"@", b"\n", b" ", b"-", b"harbour", b"web", b"#", b"0", b"3", b"48",
        b"99999999999999999999", b"-5", b"\x00", b"\xff\xfe", b"{", ONE, TWO[0], TWO[1], web(1),
        tick(AT), block(AT, "harbour", ONE), block(AT, "web", web(2)), b"@%d harbour 9\n" % AT,
        b"@%d web 400\n" % AT, b"\r\n", b"@5 - 48\n", b"1e9", b"@%d north 5\nab\n\n\n" % AT,
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(TOKENS | st.binary(max_size=12), max_size=40),
    st.lists(st.integers(0, 10**6), max_size=5),
)
def test_anything_at_all(words: list[bytes], places: list[int]) -> None:
    """Nothing but InputError, and cuts change nothing."""
    data = HEAD + b"".join(words)
    whole = outcome_of([data])
    again = outcome_of(cut(data, places))
    if isinstance(whole, dict) and isinstance(again, dict):
        for name in ("positions", "statics", "kinds", "clock", "lines"):
            assert again[name] == whole[name]


def outcome_of(pieces: list[bytes]) -> dict[str, Any] | str:
    """What it says, or that it refuses."""
    try:
        return decoded(pieces)
    except InputError as error:
        return str(error)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_journal(data: st.DataObject) -> None:
    """Bytes changed, removed and put in anywhere."""
    good = bytearray(journal())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(good) - 1))
        width = data.draw(st.integers(0, 5))
        good[place : place + width] = data.draw(st.binary(max_size=5))
    found = outcome_of([bytes(good)])
    if isinstance(found, dict):
        assert found["clock"] == sorted(found["clock"])
        assert all(0 <= at < 253_402_300_800_000_000 for at in found["clock"])


def test_the_state_is_plain_and_whole() -> None:
    """It goes through JSON; bytes that are no text too."""
    decoder = JournalDecoder()
    data = HEAD + block(AT, "harbour", TWO[0]) + b"@%d web 500\n\xff\xfe\x00\n" % AT
    decoder.decode(Lines(data=data, source="journal"))
    kept = json.loads(json.dumps(decoder.state()))
    again = JournalDecoder()
    again.restore(kept)
    assert again.state() == decoder.state()
    assert again.clock.at == AT


def test_nothing_at_all() -> None:
    """An empty batch says nothing."""
    reports: Reports = JournalDecoder().decode(Lines(data=b"", source="journal"), final=True)
    assert (len(reports.positions), reports.lines, dict(reports.refusals)) == (0, 0, {})
    assert JournalDecoder().clock.at == NO_TIME
