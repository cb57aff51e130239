"""The journal of a live watch: blocks of several feeds, headers, ticks, and ends cut off."""

from __future__ import annotations

import json

import pytest

from monitor.decode.journal import (
    HEADER,
    MAGIC,
    JournalDecoder,
    blocks_in,
    first_block,
    header_of,
    lines_in,
    whole_blocks,
)
from monitor.errors import InputError
from monitor.journal.blocks import block, header, tick
from monitor.model import Lines, Reports
from monitor.units import NO_TIME, SECOND_US
from tests.unit.decode.journals import AT, HEAD, MORE, ONE, TWO, decoded, journal, web


def test_what_it_says() -> None:
    """All lines in order of arrival, each with its feed and the time of its block."""
    found = decoded([journal()])
    assert found["lines"] == 19
    times = [int(row[2].split(", ")[1][:-1]) for row in found["positions"]]
    assert [(at - AT) // SECOND_US for at in times] == [1, 1, 1, 4, 4, 6, 6, 21, 21]
    assert times == sorted(times)
    assert len(set(times)) == 7  # of each block its own
    assert [row[13] for row in found["positions"]] == [
        f"('source', '{name}')"
        for name in ("harbour", "web", "web", "web", "harbour", "north", "harbour", "north",
                     "north")
    ]  # fmt: skip
    numbers = [int(row[3].split(", ")[1][:-1]) for row in found["positions"]]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers)
    assert [(static[1], static[3] - AT) for static in found["statics"]] == [
        ("harbour", 4 * SECOND_US + 1), ("web", 6 * SECOND_US),
    ]  # fmt: skip
    assert found["clock"] == sorted(found["clock"])
    assert found["clock"][-1] == AT + 21 * SECOND_US
    assert found["refusals"]["journal", "garbled"] == 3  # unknown feed, two lines between
    assert found["lateness_us"] == 60 * SECOND_US


def test_a_block_stamped_before_the_last_is_received_after_it() -> None:
    """Time does not go back, whatever is written, and no two blocks are of one instant."""
    data = HEAD + block(AT + 9, "harbour", ONE) + block(AT, "harbour", ONE)
    assert decoded([data])["clock"] == [AT + 9, AT + 10]


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
        assert [(s[1], s[3]) for s in found["statics"]] == [
            ("harbour", AT + 2)
        ]  # behind two of one stamp


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
    assert (reports.lines, reports.arrivals, dict(reports.refusals)) == (0, 0, {})


def test_whole_blocks_and_lines() -> None:
    """What the spool asks of a file."""
    data = journal()
    ends = [end for *_, end in blocks_in(data)]
    for size in range(0, len(data) + 1, 3):
        assert first_block(data[:size]) == (ends[0] if size >= ends[0] else 0)
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


def test_begun_in_its_midst_it_takes_the_feeds_of_its_first_line() -> None:
    """And how late reports may come; a line that is none of a journal is told."""
    decoder = JournalDecoder()
    decoder.begin_within(HEAD + block(AT, "harbour", ONE), 71)
    reports = decoder.decode(Lines(data=block(AT, "harbour", ONE), source="journal"))
    assert (len(reports.positions), reports.refusals) == (1, {})
    assert reports.lateness_us == 5 * SECOND_US
    with pytest.raises(InputError, match="first line cannot be read"):
        JournalDecoder().begin_within(b"!AIVDM\n", 71)


def test_who_is_listened_to_and_when_each_was_heard() -> None:
    """The feeds of the last header; one with others ends a batch, for they hold for all of it."""
    decoder, batches = JournalDecoder(), []
    waiting = [journal()]
    while waiting:
        reports = decoder.decode(Lines(data=waiting.pop(), source="journal"))
        batches.append(reports)
        if decoder.more:
            waiting.append(b"")
    assert [reports.feeds for reports in batches] == [("harbour", "web"), ("harbour", "north")]
    heard = [
        {
            name: [(at - AT) // SECOND_US for at in times.tolist()]
            for name, times in one.heard.items()
        }
        for one in batches
    ]
    assert heard[0] == {"harbour": [1, 2, 4], "web": [1, 4]}
    again = JournalDecoder()
    again.restore(json.loads(json.dumps(decoder.state())))
    assert again.decode(Lines(data=tick(AT + 60 * SECOND_US), source="journal")).feeds == (
        "harbour", "north",
    )  # fmt: skip


def test_what_an_earlier_release_kept_listens_to_all_that_it_knew() -> None:
    decoder = JournalDecoder()
    decoder.decode(Lines(data=HEAD, source="journal"))
    state = decoder.state()
    del state["listened"]
    again = JournalDecoder()
    again.restore(json.loads(json.dumps(state)))
    assert again.decode(Lines(data=tick(AT), source="journal")).feeds == ("harbour", "web")
