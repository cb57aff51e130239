"""NMEA logs and feeds: lines to reports, dated, counted, and the same however they are cut."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest

from monitor.decode.dating import AHEAD_US
from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.decode.nmea.reading import PLAUSIBLE_LAG_US
from monitor.decode.nmea.sentence import checksum_of
from monitor.model import Lines, Reports
from monitor.units import NO_TIME, SECOND_US, from_datetime, to_datetime, to_iso
from tests.pipe import by_kind
from tests.unit.decode.nmea.test_message import EVER_DIADEM, station
from tests.unit.decode.nmea.test_sixbit import class_a

BEGIN = 1_700_000_000
POSITION = b"177KQJ5000G?tO`K>RA1wUbN0TKH"
LONG_B = b"C5N3SRgPEnJGEBT>NhWAwwo862PaLELTBJ:V00000000S0D:R220"


def sentence(
    payload: bytes, *, total: int = 1, number: int = 1, sequence: bytes = b"", fill: int = 0
) -> bytes:
    body = b"AIVDM,%d,%d,%s,A,%s,%d" % (total, number, sequence, payload, fill)
    return b"!%s*%02X" % (body, checksum_of(body))


def stamped(second: float, text: bytes, tag: bytes = b"") -> bytes:
    """Put a tag block before a sentence, so many seconds after BEGIN."""
    micros = round((BEGIN + second) * 1000)
    block = b"%sc:%d" % (tag, micros)
    return b"\\%s*%02X\\%s" % (block, checksum_of(block), text)


def in_two(payload: bytes, sequence: bytes = b"1", fill: int = 2) -> tuple[bytes, bytes]:
    return (
        sentence(payload[:40], total=2, number=1, sequence=sequence),
        sentence(payload[40:], total=2, number=2, sequence=sequence, fill=fill),
    )


def decoded(*lines: bytes, decoder: NmeaDecoder | None = None, final: bool = True) -> Reports:
    decoder = NmeaDecoder() if decoder is None else decoder
    data = b"".join(line + b"\n" for line in lines)
    return decoder.decode(Lines(data=data, source="log"), final=final)


def live(*lines: bytes, seconds: list[float]) -> Reports:
    """Decode lines of a feed, received so many seconds after BEGIN."""
    received = np.array([round((BEGIN + s) * SECOND_US) for s in seconds], dtype=np.int64)
    data = b"".join(line + b"\n" for line in lines)
    return NmeaDecoder().decode(Lines(data=data, source="feed", received_at=received))


def refused(reports: Reports) -> dict[str, int]:
    return {reason: count for (_, reason), count in reports.refusals.items() if count}


def seconds(column: Any) -> list[float | None]:
    return [None if v == NO_TIME else v / SECOND_US - BEGIN for v in column.tolist()]


# -- positions -----------------------------------------------------------------------------------


def test_a_line_becomes_a_position_with_its_origin() -> None:
    """Number, place, time, line, arrival number, type and the sentence itself."""
    text = sentence(POSITION)
    reports = decoded(b"# a comment", stamped(5, text))
    (row,) = reports.positions
    assert (row["mmsi"], row["type"], row["status"]) == (477_553_000, 1, 5)
    assert (row["line"], row["seq"], row["raw"]) == (2, 1, text)
    assert seconds(reports.positions["at"]) == seconds(reports.positions["received_at"]) == [5]
    assert reports.lines == 2
    assert by_kind(reports) == {"position": 1}


def test_both_ways_of_reading_a_line_agree() -> None:
    """A regular line is read in columns; a stray character before it sends it the slow way."""
    chance = random.Random(5)
    texts = [
        stamped(n, sentence(class_a(mmsi=211_000_000 + n, lon=chance.randrange(10**8))))
        for n in range(50)
    ]
    fast, slow = decoded(*texts), decoded(*(b" " + text for text in texts))
    for name in fast.positions.dtype.names or ():
        np.testing.assert_array_equal(fast.positions[name], slow.positions[name], name)
    assert len(fast.positions) == 50
    assert (fast.refusals, fast.kinds) == (slow.refusals, slow.kinds)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_lines_end_as_they_like(end: bytes, last: bool) -> None:  # noqa: FBT001 - a case
    """LF or CR LF, and the last line perhaps without."""
    data = end.join([stamped(0, sentence(POSITION)), stamped(1, sentence(POSITION))])
    reports = NmeaDecoder().decode(
        Lines(data=data + (end if last else b""), source="log"), final=True
    )
    assert seconds(reports.positions["at"]) == [0, 1]


def test_a_talker_of_another_kind_is_heard_too() -> None:
    """Base stations send BS, VDO is the own ship."""
    for head in (b"BSVDM", b"ABVDM", b"AIVDO"):
        body = head + b",1,1,,A," + POSITION + b",0"
        line = stamped(0, b"!%s*%02X" % (body, checksum_of(body)))
        assert decoded(line).positions["mmsi"].tolist() == [477_553_000]


# -- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"$GPGGA,123519,4807.038,N", "not_ais"),
        (b"hello", "not_ais"),
        (b"!AIVDM,1,1", "garbled"),
        (b"AIVDM,1,1,,B,177KQJ5000G", "garbled"),
        (stamped(0, sentence(POSITION)[:-2] + b"00"), "bad_checksum"),
        (stamped(0, sentence(POSITION)[:-3]), "bad_checksum"),
        (stamped(0, sentence(b"")), "empty_payload"),
        (stamped(0, sentence(b"177KQJ5")), "undecodable"),
        (stamped(0, sentence(POSITION[:20] + b"x" + POSITION[21:])), "undecodable"),
        (stamped(0, sentence(b"KC5E2b@")), "undecodable"),
        (stamped(0, sentence(b"5")), "undecodable"),
        (stamped(0, sentence(b"H4")), "undecodable"),
        (stamped(0, sentence(b"0" + POSITION[1:])), "unknown_type"),
        (stamped(0, sentence(b"w" + POSITION[1:])), "unknown_type"),
        (sentence(POSITION), "undated"),
        (stamped(0, in_two(EVER_DIADEM)[0]), "part_missing"),
        (stamped(0, in_two(EVER_DIADEM)[1]), "part_missing"),
    ],
)
def test_each_line_that_says_nothing_has_its_reason(line: bytes, reason: str) -> None:
    """One line, one count, no report."""
    reports = decoded(line)
    assert refused(reports) == {reason: 1}
    assert (len(reports.positions), reports.statics) == (0, [])


def test_blank_lines_are_nothing_at_all() -> None:
    """They are lines, and neither refused nor reported."""
    reports = decoded(b"", b"  ", stamped(0, sentence(POSITION)), b"")
    assert (refused(reports), reports.lines, len(reports.positions)) == ({}, 4, 1)


def test_a_stamp_that_its_neighbours_contradict_is_nonsense() -> None:
    """The line is refused; those around it are not."""
    lines = [stamped(s, sentence(POSITION)) for s in (0, 40_000_000, 1, 2)]
    reports = decoded(*lines)
    assert refused(reports) == {"clock_nonsense": 1}
    assert seconds(reports.positions["at"]) == [0, 1, 2]


# -- time ----------------------------------------------------------------------------------------


def test_a_log_counts_its_time_by_its_newest_stamp() -> None:
    """``at`` is the sentence's own stamp, ``received_at`` never goes back."""
    reports = decoded(*(stamped(s, sentence(POSITION)) for s in (10, 4, 12)))
    assert seconds(reports.positions["at"]) == [10, 4, 12]
    assert seconds(reports.positions["received_at"]) == [10, 10, 12]
    assert reports.clock is not None
    assert seconds(reports.clock) == [10, 10, 12]


def test_a_stamp_on_its_own_line_is_that_of_the_next_sentence() -> None:
    """GateHouse's PGHP and lone tag blocks."""
    pghp = b"$PGHP,1,2023,11,14,22,13,25,0,338,2,,1,09*17"
    lone = b"\\c:%d*00\\" % (BEGIN + 9)
    reports = decoded(pghp, sentence(POSITION), lone, sentence(POSITION))
    assert seconds(reports.positions["at"]) == [5, 9]


def test_a_log_without_stamps_is_dated_by_its_base_stations() -> None:
    """Type 4 of a coast station; the lines before it get its time too."""
    clock = sentence(station(4, 2_111_234, 2024, 1, 2, 3, 4, 5))
    later = sentence(station(4, 2_111_234, 2024, 1, 2, 3, 5, 5))
    reports = decoded(sentence(POSITION), clock, sentence(POSITION), later, sentence(POSITION))
    assert [to_iso(at) for at in reports.positions["at"].tolist()] == [
        "2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z", "2024-01-02T03:05:05Z",
    ]  # fmt: skip
    assert by_kind(reports) == {"position": 3, "base_station": 2}


def test_a_receivers_gps_is_better_than_a_base_station() -> None:
    """RMC dates what follows it; the base station is ignored from then on."""
    rmc = b"$GPRMC,221330,A,4807.038,N,01131.000,E,022.4,084.4,141123,003.1,W"
    rmc += b"*%02X" % checksum_of(rmc[1:])
    wrong = sentence(station(4, 2_111_234, 2023, 11, 14, 23, 59, 59))
    reports = decoded(rmc, sentence(POSITION), wrong, sentence(POSITION))
    assert seconds(reports.positions["at"]) == [10, 10]
    assert refused(reports) == {"not_ais": 1}


def test_an_undated_log_counts_on_from_its_start_by_ais_seconds() -> None:
    """``--start`` and the seconds in the reports: 58, 59, 2 is over the minute."""
    start = from_datetime(to_datetime(BEGIN * SECOND_US).replace(second=0))
    decoder = NmeaDecoder()
    decoder.begin_at(start)
    lines = [sentence(class_a(second=s)) for s in (50, 58, 60, 2, 58, 3)]
    reports = decoded(*lines, decoder=decoder)
    after = [(at - start) / SECOND_US for at in reports.positions["at"].tolist()]
    assert after == [50, 58, 58, 62, 62, 63]  # 60: no time; 58 after 2: a minute late


def test_a_live_line_is_dated_by_its_stamp_if_that_is_plausible() -> None:
    """Two seconds ahead or a day behind at most; else by its reception."""
    day = PLAUSIBLE_LAG_US // SECOND_US
    ahead = AHEAD_US // SECOND_US
    stamps = [99, 100 + ahead, 101 + ahead, 100 - day, 99 - day]
    reports = live(*(stamped(s, sentence(POSITION)) for s in stamps), seconds=[100] * 5)
    assert seconds(reports.positions["at"]) == [99, 100 + ahead, 100, 100 - day, 100]
    assert seconds(reports.positions["received_at"]) == [100] * 5


def test_a_live_line_without_a_stamp_is_dated_by_its_reception() -> None:
    """Nothing waits for a second witness in a feed."""
    reports = live(sentence(POSITION), b"$GPGGA,1", sentence(POSITION), seconds=[3, 4, 5])
    assert seconds(reports.positions["at"]) == [3, 5]
    assert reports.lines == 3


# -- messages in parts, statics ------------------------------------------------------------------


def test_a_static_report_in_two_parts_is_one() -> None:
    """With the time and place of its parts: the arrival number of the last line."""
    one, two = in_two(EVER_DIADEM)
    reports = decoded(stamped(0, one), stamped(1, two), stamped(2, sentence(POSITION)))
    (report,) = reports.statics
    assert (report.static.mmsi, report.static.name) == (351_759_000, "EVER DIADEM")
    assert report.at == BEGIN * SECOND_US
    assert by_kind(reports) == {"static": 1, "position": 1}
    assert refused(reports) == {}


def test_parts_of_two_ships_by_turns_are_two_reports() -> None:
    """Stations tell them apart though sequence and channel are the same."""
    one, two = in_two(EVER_DIADEM)
    other = in_two(LONG_B.ljust(71, b"0"), fill=0)
    reports = decoded(
        stamped(0, one, b"s:north,"), stamped(0, other[0], b"s:south,"),
        stamped(1, two, b"s:north,"), stamped(1, other[1], b"s:south,"),
    )  # fmt: skip
    assert {r.static.mmsi for r in reports.statics} == {351_759_000, 367_059_850}
    assert refused(reports) == {}


def test_a_long_position_in_two_parts_is_a_position_and_a_static_report() -> None:
    """Type 19."""
    reports = decoded(*(stamped(0, part) for part in in_two(LONG_B, fill=0)))
    (row,) = reports.positions
    assert (row["mmsi"], row["type"]) == (367_059_850, 19)
    assert row["lon"] == pytest.approx(-88.810392, abs=1e-6)
    assert [report.static.name for report in reports.statics] == ["CAPT.J.RIMES"]


def test_other_messages_are_counted_by_their_kind() -> None:
    """Safety, aids to navigation, binaries, link management."""
    kinds = {b"<": "safety", b"E": "aton", b"8": "binary", b":": "other", b"9": "sar_aircraft"}
    reports = decoded(*(stamped(0, sentence(head + POSITION[1:])) for head in kinds))
    assert by_kind(reports) == dict.fromkeys(kinds.values(), 1)


# -- cuts and restarts ---------------------------------------------------------------------------


def log_of(seed: int) -> list[bytes]:
    """Return a log with everything in it, in an order of chance."""
    chance = random.Random(seed)
    lines: list[bytes] = []
    now = 0.0
    for number in range(60):
        now += chance.choice((0, 0.5, 2, 100_000))
        text = sentence(class_a(mmsi=211_000_000 + number, second=number % 60))
        kind = chance.randrange(9)
        if kind == 0:
            parts = in_two(EVER_DIADEM, sequence=b"%d" % (number % 10))
            lines += [stamped(now, parts[0]), stamped(now, parts[1])]
        elif kind == 1:
            lines += [stamped(now, in_two(LONG_B, fill=0)[0]), stamped(now, text)]
        elif kind == 2:
            lines += [b"\\c:%d*00\\" % (BEGIN + int(now)), text]
        elif kind == 3:
            lines += [b"$PGHP,1,2023,11,14,22,13,25,0,338,2,,1,09*17", text]
        elif kind == 4:
            lines.append(chance.choice((b"", b"noise", text[:-1] + b"!", text)))
        elif kind == 5:
            lines.append(stamped(now + chance.choice((-5, 9_000_000)), text))
        else:
            lines.append(stamped(now, text, chance.choice((b"", b"s:r1,", b"g:1-1-7,"))))
    return lines


def all_of(batches: list[Reports]) -> tuple[Any, ...]:
    """Put batches together as the pipe does."""
    rows, statics, refusals, kinds, lines = [], [], [], [], 0
    clocks: list[int] = []
    for reports in batches:
        part = reports.positions.copy()
        part["seq"] += lines
        rows.append(part)
        statics += [(r.at, r.received_at, r.seq + lines, r.static) for r in reports.statics]
        clocks += [] if reports.clock is None else reports.clock.tolist()
        refusals += [(k, v) for k, v in reports.refusals.items() if v]
        kinds += list(reports.kinds.items())
        lines += reports.lines

    def total(counts: list[Any]) -> dict[Any, int]:
        return {key: sum(v for k, v in counts if k == key) for key, _ in counts}

    bytes_ = np.concatenate(rows).tobytes()
    return bytes_, statics, clocks, total(refusals), total(kinds), lines


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("restart", [False, True])
def test_a_log_is_the_same_however_it_is_cut(seed: int, restart: bool) -> None:  # noqa: FBT001
    """At any line end, with or without a restart from what was kept as JSON."""
    lines = log_of(seed)
    whole = all_of([decoded(*lines)])
    chance = random.Random(seed)
    decoder, batches, begin = NmeaDecoder(), [], 0
    while begin < len(lines):
        end = min(len(lines), begin + chance.randrange(1, 7))
        batches.append(decoded(*lines[begin:end], decoder=decoder, final=end == len(lines)))
        begin = end
        if restart:
            state = json.loads(json.dumps(decoder.state()))
            decoder = NmeaDecoder()
            decoder.restore(state)
    assert all_of(batches) == whole
    assert whole[5] == len(lines)


@pytest.mark.parametrize(
    ("head", "is_nmea"),
    [
        (sentence(POSITION), True),
        (b"# log\n" + stamped(0, sentence(POSITION)), True),
        (b"$GPGGA,1\n" * 50 + sentence(POSITION), True),
        (b'{"msg": "' + sentence(POSITION) + b'"}', False),
        (b"mmsi,lat,lon\n1,2,3", False),
        (b"", False),
    ],
)
def test_a_log_is_known_by_its_sentences(head: bytes, is_nmea: bool) -> None:  # noqa: FBT001
    """One is enough; JSON that holds one is another form."""
    assert NmeaDecoder.recognises(head) is is_nmea


def test_an_empty_batch_is_nothing() -> None:
    """No lines, no reports, nothing refused."""
    reports = decoded()
    assert (reports.lines, len(reports.positions), refused(reports)) == (0, 0, {})


def test_begun_in_the_midst_of_a_log_it_counts_the_lines_on() -> None:
    """What its state had of the lines before is lost, not where they are."""
    decoder = NmeaDecoder()
    decoder.begin_within(b"# some log\n", 71)
    reports = decoded(b"", stamped(0, sentence(POSITION)), decoder=decoder)
    assert reports.positions["line"].tolist() == [72]


def test_syslogs_times_take_their_year_from_the_logs_begin() -> None:
    decoder = NmeaDecoder()
    decoder.begin_at(1_703_980_800 * SECOND_US)  # 2023-12-31
    line = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"
    log = (b"Dec 31 23:59:50 host ais: " + line, b"Jan  1 00:00:10 host ais: " + line)
    found = decoded(*log, decoder=decoder).positions["at"].tolist()
    assert [to_iso(at) for at in found] == ["2023-12-31T23:59:50Z", "2024-01-01T00:00:10Z"]
