"""Regular lines as columns: the same as one line at a time, on every line that they take."""

from __future__ import annotations

import random

import pytest

from monitor.decode.nmea.lines import LineTable, Rank, Sentence
from monitor.decode.nmea.regular import find_regular
from monitor.decode.nmea.sentence import checksum_of, parse_line
from monitor.units import NO_TIME, SECOND_US

PLAIN = b"!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C"
PART = b"!AIVDM,2,1,3,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C"
TAGGED = b"\\s:station,c:1700000000*00\\" + PLAIN
MILLISECONDS = b"\\c:1700000000123,s:x*00\\" + PLAIN

IRREGULAR = (
    b"",
    b"$GPGGA,123519,4807.038,N",
    b"noise " + PLAIN,
    PLAIN + b",1700000000",
    PLAIN + PLAIN,
    PLAIN[:-2],
    PLAIN.replace(b"*5C", b"*5G"),
    b"\\c:17*00\\" + PLAIN,
    b"\\1G2:77,c:1700000000*00\\" + PLAIN,
    b"\\c:1700000000*00\\ " + PLAIN,
    PLAIN.replace(b"VDM,1,1", b"VDM,1,2"),
    PLAIN.replace(b"VDM", b"VDX"),
    PLAIN.replace(b",B,", b",BB,"),
)


def taken(data: bytes) -> tuple[LineTable, list[bool]]:
    table = LineTable(data)
    return table, find_regular(table).tolist()


@pytest.mark.parametrize(
    ("line", "stamp"),
    [
        (PLAIN, NO_TIME), (PLAIN + b"\r", NO_TIME), (PART, NO_TIME),
        (TAGGED, 1_700_000_000 * SECOND_US), (MILLISECONDS, 1_700_000_000_123_000),
        (b"\\s:station*00\\" + PLAIN, NO_TIME), (PLAIN.replace(b"VDM", b"VDO"), NO_TIME),
    ],
)  # fmt: skip
def test_a_regular_line_is_taken_with_its_stamp(line: bytes, stamp: int) -> None:
    """Its rank says whether it has one."""
    table, regular = taken(line + b"\n")
    assert regular == [True]
    assert (table.stamps.tolist(), len(table.sentences)) == ([stamp], 1)
    assert table.ranks.tolist() == [Rank.NONE if stamp == NO_TIME else Rank.STAMP]


@pytest.mark.parametrize("line", IRREGULAR)
def test_whatever_is_odd_about_a_line_leaves_it(line: bytes) -> None:
    """And says nothing of it."""
    table, regular = taken(PLAIN + b"\n" + line + b"\n" + PART + b"\n")
    assert regular == [True, False, True]
    assert table.sentences["line"].tolist() == [0, 2]
    assert table.stamps.tolist() == [NO_TIME] * 3


def test_a_wrong_checksum_is_a_regular_line_that_does_not_hold() -> None:
    """It is counted as that, not as garbage."""
    table, regular = taken(PLAIN.replace(b"*5C", b"*5D") + b"\n" + PLAIN + b"\n")
    assert regular == [True, True]
    assert table.sentences["ok"].tolist() == [False, True]


def test_nothing_is_taken_of_nothing() -> None:
    """An empty batch."""
    table, regular = taken(b"")
    assert (regular, len(table.sentences)) == ([], 0)


@pytest.mark.parametrize("seed", range(40))
def test_it_agrees_with_one_line_at_a_time_on_every_line_it_takes(seed: int) -> None:
    """Bytes changed, dropped, doubled and swapped; half of the checksums made right again."""
    chance = random.Random(seed)
    lines = []
    for _ in range(200):
        line = bytearray(chance.choice((PLAIN, PART, TAGGED, MILLISECONDS)))
        for _ in range(chance.randrange(4)):
            place = chance.randrange(len(line))
            way = chance.randrange(4)
            if way == 0:
                line[place] = chance.choice(b"!,*\\:0129ABVDMO\r \x00~")
            elif way == 1:
                del line[place]
            elif way == 2:
                line.insert(place, line[place])
            else:
                line[place], line[-1] = line[-1], line[place]
        body, star, _ = bytes(line).rpartition(b"*")
        if chance.random() < 0.5 and star and b"!" in body:
            checksum = checksum_of(body.rpartition(b"!")[2])
            line = bytearray(body + b"*%02X" % checksum)
        lines.append(bytes(line).replace(b"\n", b" "))
    table, regular = taken(b"".join(line + b"\n" for line in lines))
    rows = [Sentence._make(row) for row in table.sentences.tolist()]
    assert [row.line for row in rows] == [i for i, yes in enumerate(regular) if yes]
    for row in rows:
        (parsed,) = parse_line(table.text(row.line))
        assert row == parsed.placed(row.line, int(table.starts[row.line]), parsed.stamp)
