"""Framing: lines that speak of others, the lesser clocks, and what survives a restart."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from pyais.encode import encode_dict

from monitor.decode.nmea.framing import Framer
from monitor.decode.nmea.lines import LineTable, Rank
from monitor.decode.nmea.sentence import checksum_of
from monitor.decode.nmea.trailers import Trailers
from monitor.model import Refusal
from monitor.units import MINUTE_US, NO_TIME, SECOND_US

PLAIN = b"!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C"
"""A position of the second 2."""

AT = 1_700_000_000 * SECOND_US
TAG = b"\\s:station,c:1700000000*00\\"
PGHP = b"$PGHP,1,2023,11,14,22,13,20,250,219,0,,1,5C*00"
_RMC = b"GPRMC,221320,A,4807.038,N,01131.000,E,022.4,084.4,141123,003.1,W"
RMC = b"$%s*%02X" % (_RMC, checksum_of(_RMC))


def position(second: int, mmsi: int = 211_000_001) -> bytes:
    words = {"type": 1, "mmsi": str(mmsi), "lon": 10.0, "lat": 5.0, "second": second}
    return encode_dict(words, talker_id="AI")[0].encode()


def base_station(minute: int) -> bytes:
    words: dict[str, Any] = {
        "type": 4, "mmsi": "2110001", "year": 2023, "month": 11, "day": 14, "hour": 22,
        "minute": minute, "second": 20, "lon": 10.0, "lat": 5.0,
    }  # fmt: skip
    return encode_dict(words, talker_id="AI")[0].encode()


def framed(*lines: bytes, by: Framer | None = None) -> LineTable:
    table = LineTable(b"".join(line + b"\n" for line in lines))
    (Framer() if by is None else by).frame(table)
    return table


# -- lines that speak of the next ----------------------------------------------------------------


@pytest.mark.parametrize("lone", [TAG, b"  " + TAG + b" "])
def test_a_tag_block_alone_belongs_to_the_next_sentence(lone: bytes) -> None:
    """Its stamp dates the line, its text is kept for the parts' station."""
    table = framed(lone, PLAIN)
    assert table.stamps.tolist() == [NO_TIME, AT]
    assert table.sentences["stamp"].tolist() == [AT]
    assert list(table.tags.values()) == [TAG]
    assert table.reasons == {}


def test_a_pghp_dates_the_sentence_behind_it_to_the_millisecond() -> None:
    """GateHouse's line is no AIS, and no refusal either."""
    table = framed(PGHP, PLAIN, PLAIN)
    assert table.sentences["stamp"].tolist() == [AT + 250_000, NO_TIME]
    assert table.reasons == {}


def test_a_sentence_that_has_its_own_tag_keeps_it() -> None:
    """The lone block before it is spent on it all the same."""
    own = b"\\s:other,c:1700000009*00\\" + PLAIN
    table = framed(TAG, own, PLAIN)
    assert table.sentences["stamp"].tolist() == [AT + 9 * SECOND_US, NO_TIME]
    assert table.tags == {}


def test_what_a_lone_line_said_waits_for_the_next_batch() -> None:
    """Cut between the two, nothing is lost; neither by a restart there."""
    framer = Framer()
    framed(TAG, by=framer)
    again = Framer()
    again.restore(framer.state())
    for by in (framer, again):
        table = framed(PLAIN, by=by)
        assert table.sentences["stamp"].tolist() == [AT]


# -- lines that say nothing ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", None), (b" \r", None), (b"RrUdP\0binary", None), (b"hello", Refusal.NOT_AIS),
        (b"$GPGGA,1,2,3", Refusal.NOT_AIS), (b"!AIVDM,1,1,,A,torn", Refusal.GARBLED),
        (b"x VDO,1", Refusal.GARBLED),
    ],
)  # fmt: skip
def test_a_line_without_a_sentence_says_why(line: bytes, reason: Refusal | None) -> None:
    """Blank lines and binary frames are no refusals."""
    assert framed(line).reasons == ({} if reason is None else {0: reason})


def test_a_line_with_two_sentences_gives_both_and_the_time_of_the_first() -> None:
    """In the buffer's order."""
    table = framed(TAG + PLAIN + b" " + position(9))
    assert table.sentences["line"].tolist() == [0, 0]
    assert table.stamps.tolist() == [AT]


# -- lesser clocks -------------------------------------------------------------------------------


def test_a_log_without_stamps_is_dated_by_its_base_stations() -> None:
    """Their own lines are; the clock carries the others along."""
    table = framed(PLAIN, base_station(13), PLAIN)
    assert table.stamps.tolist() == [NO_TIME, AT, NO_TIME]
    assert table.ranks.tolist() == [Rank.NONE, Rank.BASE_STATION, Rank.NONE]


def test_a_better_clock_silences_the_lesser() -> None:
    """Once GPS was heard, base stations are asked no more; nor in the next batch."""
    framer = Framer()
    table = framed(base_station(1), RMC, base_station(2), by=framer)
    assert table.stamps.tolist() == [AT - 12 * MINUTE_US, AT, NO_TIME]
    assert framed(base_station(3), by=framer).stamps.tolist() == [NO_TIME]
    assert framed(TAG + PLAIN, RMC, by=framer).stamps.tolist() == [AT, NO_TIME]


def test_seconds_are_counted_on_from_a_start_that_was_given() -> None:
    """Over the minute; a report of the minute before does not take the clock back."""
    framer = Framer()
    framer.begin_at(AT)
    table = framed(*(position(second) for second in (50, 58, 3, 59, 4)), by=framer)
    minute = AT // MINUTE_US * MINUTE_US
    told = [at if at == NO_TIME else (at - minute) // SECOND_US for at in table.stamps.tolist()]
    assert told == [50, 58, 63, NO_TIME, 64]


def test_seconds_are_counted_up_to_a_better_clock_however_the_log_is_cut() -> None:
    """A base station that comes later in the same batch dates nothing that stands before it."""
    lines = [*(position(second) for second in (50, 58, 3)), base_station(14), position(9)]

    def told(*cuts: int) -> list[int]:
        framer, found = Framer(), list[int]()
        framer.begin_at(AT)
        for begin, end in pairwise((0, *cuts, len(lines))):
            found += framed(*lines[begin:end], by=framer).stamps.tolist()
        return found

    whole = told()
    assert [at == NO_TIME for at in whole] == [False, False, False, False, True]
    assert told(1, 2, 3, 4) == told(3) == told(4) == whole


def test_the_state_is_named_and_that_of_release_0_1_is_read_as_well() -> None:
    """It was a list."""
    framer = Framer()
    framer.begin_at(AT)
    framed(position(50), TAG, by=framer)
    state = framer.state()
    assert state == {
        "rank": 1, "next_stamp": AT, "next_tag": TAG.decode(), "second": 50,
        "minute": AT // MINUTE_US, "trailers": Trailers().state(),
    }  # fmt: skip
    again = Framer()
    again.restore(list(state.values())[:5])
    assert again.state() == state


# -- nonsense ------------------------------------------------------------------------------------


def test_a_stamp_of_after_now_or_before_there_was_ais_dates_nothing() -> None:
    """Its line is refused; a base station that says so is no clock, and that is all."""
    framer = Framer()
    framer.until = AT
    late = b"\\c:1700000001*00\\" + PLAIN
    early = b"\\c:600000000*00\\" + PLAIN
    table = framed(TAG + PLAIN, late, early, base_station(14), by=framer)
    assert table.stamps.tolist() == [AT, NO_TIME, NO_TIME, NO_TIME]
    assert table.reasons == {1: Refusal.CLOCK_NONSENSE, 2: Refusal.CLOCK_NONSENSE}
    assert table.sentences["stamp"].tolist() == [AT, NO_TIME, NO_TIME, NO_TIME]


def test_a_live_line_is_held_against_its_reception_instead() -> None:
    framer = Framer()
    framer.until = 0
    table = LineTable(TAG + PLAIN + b"\n")
    framer.frame(table, live=True)
    assert (table.stamps.tolist(), table.reasons) == ([AT], {})
