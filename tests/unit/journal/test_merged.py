"""Edges' journals become one: the same however they are cut, sent twice, or left off."""

from __future__ import annotations

import random

import pytest

from monitor.decode.journal import JournalDecoder, parts_in
from monitor.decode.journal_parts import HEADER, header_of
from monitor.journal.merged import Merger, kept_of, merged
from monitor.journal.parcel import Parcel
from monitor.model import Lines, Refusal
from monitor.units import SECOND_US
from tests.parcels import AT, STREAM, EdgeJournal


def said(text: bytes) -> list[tuple[float, str, bytes]]:
    """(second, feed, lines) of each block."""
    return [
        ((part.received_at - AT) / SECOND_US, part.name, text[part.begin : part.end])
        for part in parts_in(text, whole=True, summed=True)
        if part.name != HEADER
    ]


def test_two_edges_in_the_order_of_the_stream() -> None:
    """Feeds bear their edge's name, lines are numbered through; nobody's block is nobody's."""
    north, south = EdgeJournal("north").add(0, b"a"), EdgeJournal("south", 2).add(0.5, b"b", b"c")
    place = north.end
    north.add(1).add(2, b"d")
    parcels = [north.parcel(end=place), south.parcel(), north.parcel(begin=place)]
    text = merged(STREAM, parcels)
    assert said(text) == [
        (0, "north/roof", b"a\n"), (0.5, "south/roof", b"b\nc\n"), (1, "-", b""),
        (2, "north/roof", b"d\n"),
    ]  # fmt: skip
    heads = [text[p.begin : p.end] for p in parts_in(text, whole=True) if p.name == HEADER]
    assert [list(header_of(head)["feeds"]) for head in heads] == [
        ["north/roof"], ["north/roof", "south/roof"],
    ]  # fmt: skip
    numbers = [p.number for p in parts_in(text, whole=True) if p.name != HEADER]
    assert numbers == [0, 1, 3, 3]


def test_no_clock_of_an_edge_is_ahead_of_the_broker() -> None:
    """What a fast clock says is no later than the message was stored; a slow one is left."""
    fast = EdgeJournal().add(100, b"a").add(-50, b"b")
    text = merged(STREAM, [fast.parcel(stored_s=3)])
    assert [at for at, _, _ in said(text)] == [3, -50]


@pytest.mark.parametrize("seed", range(8))
def test_it_is_the_same_in_whatever_pieces_it_was_sent(seed: int) -> None:
    """Sent twice, overlapping and cut anywhere between blocks, with restarts in between."""
    draw = random.Random(seed)
    journal = EdgeJournal()
    for second in range(30):
        journal.add(second, *(b"%d-%d" % (second, n) for n in range(draw.randrange(3))))
    ends = journal.blocks()
    whole = merged(STREAM, [journal.parcel()])
    merger, text, done = Merger(STREAM), b"", 0
    while done < len(ends) - 1:
        begin = draw.randrange(max(0, done - 3), done + 1)
        end = draw.randrange(done, len(ends))
        for taken in merger.take(journal.parcel(ends[begin], ends[end])):
            text += taken.data
            if draw.random() < 0.2:  # it was committed, and the process died
                kept = kept_of(taken.until, {taken.edge: taken.mark})
                merger = Merger(STREAM)
                merger.restore(kept)
                break
        done = next(n for n, end in enumerate(ends) if end >= merger.marks["north"].end)
    assert text == whole


def test_what_an_edge_lost_is_counted() -> None:
    """By the numbers of its blocks: the decoder of the merged journal tells it."""
    journal = EdgeJournal().add(0, b"!x").lose(5).add(1, b"!y")
    text = merged(STREAM, [journal.parcel()])
    decoder = JournalDecoder()
    reports = decoder.decode(Lines(data=text, source="s"), final=True)
    assert reports.lines == 2
    assert reports.refusals["journal", Refusal.LOST.value] == 5


def test_a_disk_that_was_made_anew_is_another_journal() -> None:
    """Its positions begin again, and are not taken for those of the former."""
    former = EdgeJournal(number=1).add(0, b"a").add(1, b"b").add(2, b"c")
    anew = EdgeJournal(number=2).add(5, b"d")
    text = merged(STREAM, [former.parcel(), anew.parcel(), former.parcel()])
    assert [lines for _, _, lines in said(text)][:4] == [b"a\n", b"b\n", b"c\n", b"d\n"]


def test_a_damaged_block_is_left_out_and_the_rest_taken() -> None:
    journal = EdgeJournal().add(0, b"a").add(1, b"bad").add(2, b"c")
    parcel = journal.parcel()
    torn = parcel._replace(blocks=parcel.blocks.replace(b"bad", b"bed"))
    text = merged(STREAM, [torn])
    assert [lines for _, _, lines in said(text)] == [b"a\n", b"c\n"]
    reports = JournalDecoder().decode(Lines(data=text, source="s"), final=True)
    assert reports.refusals["journal", Refusal.LOST.value] == 1


def test_a_header_within_changes_the_feeds() -> None:
    """The edge was started with another feed."""
    first, second = EdgeJournal().add(0, b"a"), EdgeJournal(mast="nmea")
    second.lines = 1
    second.add(1, b"b", feed="mast")
    data = first.data[len(first.header) :] + second.data
    parcel = Parcel("north", first.id, len(first.header), first.header, data, 1, AT + 10**12)
    text = merged(STREAM, [parcel])
    assert [name for _, name, _ in said(text)] == ["north/roof", "north/mast"]


REPORT = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"


def test_late_lines_are_dated_by_their_edge_and_come_when_they_come() -> None:
    """An edge that was cut off brings what it heard then: it moves nobody's time back."""
    north, south = EdgeJournal("north").add(600, REPORT), EdgeJournal("south", 2).add(0, REPORT)
    text = merged(STREAM, [north.parcel(), south.parcel()])
    decoder = JournalDecoder()
    found = [decoder.decode(Lines(data=text, source="s"))]
    while decoder.more:
        found.append(decoder.decode(Lines(data=b"", source="s")))
    positions = [row for part in found for row in part.positions]
    assert [(int(row["at"]) - AT) // SECOND_US for row in positions] == [600, 0]
    assert [(int(row["received_at"]) - AT) // SECOND_US for row in positions] == [600, 600]
