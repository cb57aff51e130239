"""A batch of lines as a table: its lines, what is told of them, and the sentences among them."""

from __future__ import annotations

import numpy as np

from monitor.decode.nmea.lines import SENTENCE, LineTable, Rank, Sentence, tagged
from monitor.units import NO_TIME

DATA = b"one\n\\c:1*2\\!two\r\n\nfour\n"


def sentence(begin: int, **fields: int) -> Sentence:
    plain = Sentence(
        line=0, begin=begin, end=begin + 2, payload=begin + 1, length=1, fill=0, total=1, number=1,
        ok=True, stamp=NO_TIME,
    )  # fmt: skip
    return plain._replace(**fields)


def test_a_sentence_has_the_columns_of_its_dtype_in_order() -> None:
    """Rows become values by position."""
    assert SENTENCE.names == Sentence._fields


def test_a_table_has_its_lines_without_their_ends() -> None:
    """A carriage return is the line's own; blank lines are lines."""
    table = LineTable(DATA)
    assert [table.text(line) for line in range(len(table))] == [
        b"one", b"\\c:1*2\\!two\r", b"", b"four",
    ]  # fmt: skip
    assert len(LineTable(b"")) == 0


def test_nothing_is_told_of_lines_before_something_is_found() -> None:
    """No stamp, no rank, no reason."""
    table = LineTable(DATA)
    assert table.stamps.tolist() == [NO_TIME] * 4
    assert table.ranks.tolist() == [Rank.NONE] * 4
    assert (len(table.sentences), table.reasons, table.tags) == (0, {}, {})


def test_what_tells_the_time_of_a_line_has_a_rank() -> None:
    """A stamp is better than GPS, GPS than a base station, that than counted seconds."""
    table = LineTable(DATA)
    table.tell(1, 7, Rank.GPS)
    assert (table.stamps.tolist()[1], table.ranks.tolist()[1]) == (7, Rank.GPS)
    assert sorted(Rank, reverse=True) == [
        Rank.STAMP, Rank.GPS, Rank.BASE_STATION, Rank.SECONDS, Rank.NONE,
    ]  # fmt: skip


def test_the_head_is_a_table_of_its_own_and_the_rest_is_behind_it() -> None:
    """Cut anywhere, the two are the whole."""
    table = LineTable(DATA)
    for count in range(len(table)):
        head = table.head(count)
        assert len(head) == count
        assert head.data + table.behind(count) == DATA
    assert table.behind(len(table)) == b""


def test_sentences_stand_in_the_order_of_the_buffer() -> None:
    """Whoever found them, and in which order."""
    table = LineTable(DATA)
    table.add([sentence(9), sentence(3)])
    table.add([])
    table.add([sentence(6)])
    assert table.sentences["begin"].tolist() == [3, 6, 9]


def test_the_payload_of_a_sentence_is_cut_out_of_the_buffer() -> None:
    """By its place and its length."""
    assert LineTable(DATA).payload(sentence(0, payload=1, length=2)) == b"ne"


def test_the_sentence_on_a_line_is_found_by_the_line() -> None:
    """Or the first behind it."""
    table = LineTable(DATA)
    table.add([sentence(0, line=0), sentence(5, line=2), sentence(7, line=2)])
    assert [table.sentence_on(line) for line in (0, 1, 2)] == [0, 1, 1]


def test_single_sentences_are_good_whole_and_long_enough() -> None:
    """A part of a message, a wrong checksum, an empty payload are none."""
    table = LineTable(DATA)
    table.add(
        [
            sentence(1, length=30), sentence(2, length=3), sentence(3, total=2),
            sentence(4, ok=False), sentence(5, length=0), sentence(6, length=30, line=3),
        ]
    )  # fmt: skip
    assert table.single()["begin"].tolist() == [1, 2, 6]
    assert table.single(least=24)["begin"].tolist() == [1, 6]
    assert table.single(before=3)["begin"].tolist() == [1, 2]


def test_a_tag_block_ends_right_before_its_sentence() -> None:
    """At the begin of the buffer there is none."""
    buffer = np.frombuffer(DATA, dtype=np.uint8)
    assert tagged(buffer, DATA.index(b"!"))
    assert not tagged(buffer, 0)
    assert not tagged(buffer, 2)
