"""What the sentences of a batch say: counted, dated, joined, and placed in the order they came."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyais.encode import encode_dict

from monitor.decode.feedclock import FeedClock
from monitor.decode.nmea.assembler import Assembler
from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.decode.nmea.framing import Framer
from monitor.decode.nmea.lines import LineTable
from monitor.decode.nmea.reading import PLAUSIBLE_LAG_US, Reading
from monitor.decode.nmea.sentence import checksum_of
from monitor.model import Lines, Refusal
from monitor.units import NO_TIME, SECOND_US

AT = 1_700_000_000 * SECOND_US
STATIC = [
    line.encode()
    for line in encode_dict(
        {"type": 5, "mmsi": "211000001", "shipname": "ALDA", "imo": 9123456}, talker_id="AI"
    )
]
POSITION = encode_dict({"type": 1, "mmsi": "211000001", "lon": 10.0, "lat": 5.0}, talker_id="AI")[
    0
].encode()

ALONE = encode_dict({"type": 24, "mmsi": "211000001", "shipname": "ALDA"}, talker_id="AI")[
    0
].encode()
STAMPS = [AT // SECOND_US - 60 + place for place in range(50)]
"""Of a clock that is a minute slow."""


def summed(body: bytes) -> bytes:
    return b"!%s*%02X" % (body, checksum_of(body))


_LONG = encode_dict(
    {"type": 19, "mmsi": "211000002", "lon": 10.0, "lat": 5.0, "shipname": "BERTA"}, talker_id="AI"
)[0].split(",")[5]
LONG = [
    summed(b"AIVDM,2,1,5,A,%s,0" % _LONG[:30].encode()),
    summed(b"AIVDM,2,2,5,A,%s,0" % _LONG[30:].encode()),
]


def reading(
    *lines: bytes, clock: list[int] | None = None, live: bool = False, first_line: int = 1
) -> tuple[Reading, Any]:
    """The reading of lines, and the sentences that can be read."""
    table = LineTable(b"".join(line + b"\n" for line in lines))
    Framer().frame(table)
    received = [AT] * len(lines) if clock is None else clock
    found = Reading(
        table,
        np.array(received, dtype=np.int64),
        feed=FeedClock() if live else None,
        first_line=first_line,
    )
    return found, found.believed()


def counted(found: Reading) -> dict[str, int]:
    return {reason.value: number for reason, number in found.count.items() if number}


def test_each_sentence_that_cannot_be_read_is_counted_once() -> None:
    """A wrong checksum, an empty payload, a line without a time, one that its neighbours deny."""
    empty = b"!AIVDM,1,1,,A,,0*26"
    wrong = POSITION[:-2] + b"00"
    found, sentences = reading(
        POSITION, wrong, empty, POSITION, POSITION, clock=[AT, AT, AT, NO_TIME, AT]
    )
    assert len(sentences) == 2
    assert counted(found) == {"bad_checksum": 1, "empty_payload": 1, "undated": 1}
    found, _ = reading(POSITION)
    found._table.reasons[0] = Refusal.CLOCK_NONSENSE
    assert len(found.believed()) == 0


def test_a_position_has_the_number_of_its_line_and_the_time_of_its_stamp() -> None:
    """The first line of the batch is not the first of the source."""
    found, sentences = reading(b"noise", b"\\c:1700000007*00\\" + POSITION, first_line=41)
    (row,) = found.single(sentences)
    assert (row["mmsi"], row["line"], row["seq"], row["type"]) == (211_000_001, 42, 1, 1)
    assert (row["at"], row["received_at"]) == (AT + 7 * SECOND_US, AT)
    assert bytes(row["raw"]) == POSITION
    assert found.kinds == {"position": 1}


@pytest.mark.parametrize(
    ("stamp_s", "live", "at_s"),
    [
        (2, True, 2), (3, True, 0), (-86_400, True, -86_400), (-86_401, True, 0),
        (9_999, False, 9_999), (-999_999, False, -999_999),
    ],
)  # fmt: skip
def test_a_live_stamp_is_held_against_reception(stamp_s: int, live: bool, at_s: int) -> None:  # noqa: FBT001
    """Two seconds ahead and a day behind are believed; of a log every stamp is."""
    assert PLAUSIBLE_LAG_US == 86_400 * SECOND_US
    tag = b"\\c:%d*00\\" % (AT // SECOND_US + stamp_s)
    found, sentences = reading(tag + POSITION, live=live)
    assert found.single(sentences)["at"].tolist() == [AT + at_s * SECOND_US]


def test_payloads_that_are_too_short_or_of_no_type_are_counted() -> None:
    """Nothing is guessed."""
    short, nothing = b"AIVDM,1,1,,A,177KQJ5000,0", b"AIVDM,1,1,,A,07KQJ5000G,0"
    found, sentences = reading(summed(short), summed(nothing))
    assert len(found.single(sentences)) == 0
    assert counted(found) == {"undecodable": 1, "unknown_type": 1}


def test_parts_that_follow_one_another_are_joined_without_the_assembler() -> None:
    """And those that do not, with it: the same message, at the line of the last."""
    for lines, line in (((STATIC[0], STATIC[1]), 1), ((STATIC[0], POSITION, STATIC[1]), 2)):
        found, sentences = reading(*lines)
        found.single(sentences)
        assembler = Assembler()
        assert found.joined(sentences, assembler, 0) == []
        (report,) = found.statics
        assert (report.static.name, report.static.imo, report.seq) == ("ALDA", 9_123_456, line)
        assert assembler.idle
        assert found.kinds["static"] == 1


def test_a_part_that_waits_is_joined_in_the_next_batch() -> None:
    """The assembler is the source's own."""
    assembler = Assembler()
    found, sentences = reading(STATIC[0])
    assert found.joined(sentences, assembler, 0) == []
    assert not assembler.idle
    found, sentences = reading(STATIC[1])
    found.joined(sentences, assembler, 1)
    assert [report.static.name for report in found.statics] == ["ALDA"]


def test_a_type_19_in_two_parts_is_a_position_and_a_name() -> None:
    """Counted as one position."""
    found, sentences = reading(*LONG)
    ((mmsi, at, *_),) = found.joined(sentences, Assembler(), 0)
    assert (mmsi, at) == (211_000_002, AT)
    assert [report.static.name for report in found.statics] == ["BERTA"]
    assert found.kinds == {"position": 1}


def test_a_static_report_is_dated_by_what_was_learned_before_it() -> None:
    """A feed whose clock is slow by a minute from some report on: what comes later says nothing."""
    made = [b"\\c:%d*%02X\\%s" % (s, checksum_of(b"c:%d" % s), POSITION) for s in STAMPS]
    made.insert(3, made[3].replace(POSITION, ALONE))
    clock = np.array([AT + place * SECOND_US for place in range(len(made))])
    data = b"".join(line + b"\n" for line in made)
    whole = NmeaDecoder().decode(Lines(data=data, source="x", received_at=clock))
    decoder = NmeaDecoder()
    first = decoder.decode(Lines(data=made[0] + b"\n", source="x", received_at=clock[:1]))
    rest = decoder.decode(Lines(data=data[len(made[0]) + 1 :], source="x", received_at=clock[1:]))
    assert decoder.feed_clock.slow_us > 0
    assert len(first.positions) == 1
    assert [report.at for report in rest.statics] == [report.at for report in whole.statics]
    assert whole.statics[0].at == STAMPS[3] * SECOND_US


def test_parts_are_as_far_apart_as_sentences_are() -> None:
    """Blank lines between them are no distance, in one piece or in two."""
    one, two = STATIC
    stamp = b"\\c:%d*%02X\\" % (STAMPS[0], checksum_of(b"c:%d" % STAMPS[0]))
    data = stamp + two + b"\n" + b"\n" * 40 + stamp + one + b"\n"
    whole = NmeaDecoder().decode(Lines(data=data, source="x"), final=True)
    assert len(whole.statics) == 1
    decoder = NmeaDecoder()
    cut = data.index(b"\n") + 1
    decoder.decode(Lines(data=data[:cut], source="x"))
    assert len(decoder.decode(Lines(data=data[cut:], source="x"), final=True).statics) == 1
