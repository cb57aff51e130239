"""Finds the sentences of a batch of lines: columns, tag texts, a stamp a line, refused lines.

A regular line is ``!ttVDM,…*hh`` or the same behind one tag block with ``c:`` in seconds or
milliseconds: those are taken apart with numpy. All others go through ``sentence.py`` one by one,
into the same columns. Lines that speak of the next one (PGHP, a tag block alone) and the lesser
clocks of undated logs make the only state.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.decode.nmea import sixbit
from monitor.decode.nmea.message import base_station_time
from monitor.decode.nmea.sentence import checksum_of, gps_clock, parse_line, pghp, stamp_before
from monitor.model import Refusal
from monitor.units import MINUTE_US, NO_TIME, SECOND_US

SENTENCE = np.dtype(
    [
        ("line", "<i8"),  # index of the line in the batch
        ("begin", "<i8"),  # offset of '!' in the buffer
        ("end", "<i8"),  # offset behind the checksum
        ("payload", "<i8"),  # offset of the first payload character
        ("length", "<i8"),  # payload characters
        ("fill", "i1"),  # fill bits, 0..5
        ("total", "i1"),  # sentences of the message
        ("number", "i1"),  # this one's number, from 1
        ("ok", "?"),  # checksum holds
        ("stamp", "<i8"),  # us; NO_TIME none
        ("arrived", "<i8"),  # us; NO_TIME unless the line tells a second, later time
    ]
)

PAD = 160  # zero bytes behind the buffer: gathers near its end stay inside
_HEX = np.full(256, 255, dtype=np.uint8)
for _digit, _character in enumerate("0123456789ABCDEF"):
    _HEX[ord(_character)] = _HEX[ord(_character.lower())] = _digit

_TAG_ALONE = re.compile(rb"^\s*\\[^\\]*\\\s*$")
_BINARY_FRAME = re.compile(rb"^(RaUdP|RrUdP|RuUdP)\x00")

_NO_CLOCK, _SECONDS, _BASE_STATION, _GPS, _STAMP = range(5)
"""Ranks of the times a log can tell; once a better one was seen, the lesser are ignored."""


@dataclass(slots=True)
class Frames:
    """What was found in a batch of lines."""

    sentences: Any  # dtype SENTENCE, in the buffer's order
    tags: dict[int, bytes]  # offset of a sentence -> text with its tag block, if not before it
    stamps: NDArray[np.int64]  # us, one a line; NO_TIME none
    reasons: dict[int, Refusal] = field(default_factory=dict)  # line -> why it says nothing


class Framer:
    """The framing of one source."""

    def __init__(self) -> None:
        """Nothing was seen."""
        self._rank = _NO_CLOCK
        self._next_stamp = NO_TIME  # of a PGHP or tag block on its own line
        self._next_tag = b""
        self._second = -1  # AIS second last seen, for logs dated by --start
        self._minute = 0

    def begin_at(self, start: int) -> None:
        """Count on from ``start`` (us) by the seconds in position reports."""
        self._rank, self._minute = _SECONDS, start // MINUTE_US

    def state(self) -> list[Any]:
        """What later lines depend on, as JSON would hold it."""
        tag = self._next_tag.decode("latin-1")
        return [self._rank, self._next_stamp, tag, self._second, self._minute]

    def restore(self, state: list[Any]) -> None:
        """Go on from ``state()``."""
        self._rank, self._next_stamp, tag, self._second, self._minute = state
        self._next_tag = tag.encode("latin-1")

    def frame(
        self,
        data: bytes,
        buffer: NDArray[np.uint8],
        starts: NDArray[np.int64],
        ends: NDArray[np.int64],
    ) -> Frames:
        """Find the sentences of all lines of a batch; ``buffer`` is ``data`` padded by PAD."""
        fast, regular = regular_lines(buffer, starts, ends)
        stamps = np.full(len(starts), NO_TIME, dtype=np.int64)
        stamps[fast["line"]] = fast["stamp"]
        ranks = np.where(stamps != NO_TIME, _STAMP, _NO_CLOCK)
        slow: list[tuple[Any, ...]] = []
        tags: dict[int, bytes] = {}
        reasons: dict[int, Refusal] = {}
        irregular = np.flatnonzero(~regular).tolist()
        bounds = np.stack([starts, ends], axis=1)[irregular].tolist() if irregular else []
        expect = [-1]  # the line that the last PGHP or lone tag block spoke of
        if self._next_stamp != NO_TIME or self._next_tag:
            self._hand_on(0, len(starts), fast, regular, stamps, ranks, tags, buffer)
        for line, (begin, end) in zip(irregular, bounds, strict=True):
            if line == expect[0]:
                expect[0] = -1
            self._irregular(line, data[begin:end], begin, slow, tags, reasons, stamps, ranks)
            if self._next_stamp != NO_TIME or self._next_tag:
                self._hand_on(line + 1, len(starts), fast, regular, stamps, ranks, tags, buffer)
        if slow:
            fast = np.concatenate([fast, np.array(slow, dtype=SENTENCE)])
            fast = fast[np.argsort(fast["begin"], kind="stable")]
        self._lesser_clocks(data, buffer, fast, stamps, ranks)
        return Frames(fast, tags, stamps, reasons)

    def _irregular(
        self,
        line: int,
        text: bytes,
        begin: int,
        slow: list[tuple[Any, ...]],
        tags: dict[int, bytes],
        reasons: dict[int, Refusal],
        stamps: NDArray[np.int64],
        ranks: NDArray[np.int64],
    ) -> None:
        found = parse_line(text)
        if not found:
            self._no_sentence(line, text, reasons, stamps, ranks)
            return
        first_stamp, arrival = self._next_stamp, NO_TIME
        previous = 0
        for sentence in found:
            stamp = sentence.stamp
            tag = text[previous : sentence.begin]
            if b"\\" not in tag and self._next_tag:
                tag = self._next_tag
            if self._next_stamp != NO_TIME and (stamp == NO_TIME or b"\\" not in tag):
                arrival = stamp  # exactEarth: PGHP says when, the trailer when it was archived
                stamp = self._next_stamp
            arrived = sentence.arrived if sentence.arrived != NO_TIME else arrival
            self._next_stamp, self._next_tag = NO_TIME, b""
            if first_stamp == NO_TIME:
                first_stamp = stamp
            if b"\\" in tag:
                tags[begin + sentence.begin] = tag
            previous = sentence.end
            slow.append(
                (
                    line, begin + sentence.begin, begin + sentence.end,
                    begin + sentence.payload_begin,
                    sentence.payload_end - sentence.payload_begin, sentence.fill,
                    sentence.total, sentence.number, sentence.checksum_ok, stamp, arrived,
                )
            )  # fmt: skip
        told = arrival if arrival != NO_TIME else first_stamp
        if told != NO_TIME:
            stamps[line], ranks[line] = told, _STAMP

    def _no_sentence(
        self,
        line: int,
        text: bytes,
        reasons: dict[int, Refusal],
        stamps: NDArray[np.int64],
        ranks: NDArray[np.int64],
    ) -> None:
        stripped = text.strip(b"\0 \t\r\n")
        if not stripped or _BINARY_FRAME.match(text):
            return
        if (dated := pghp(stripped)) is not None:
            self._next_stamp = dated[0]
            return
        if _TAG_ALONE.match(stripped):
            self._next_tag = stripped
            self._next_stamp = stamp_before(stripped)
            return
        at = gps_clock(stripped)
        if at != NO_TIME and _sum_holds(stripped):
            stamps[line], ranks[line] = at, _GPS
        garbled = b"VDM," in stripped or b"VDO," in stripped
        reasons[line] = Refusal.GARBLED if garbled else Refusal.NOT_AIS

    def _hand_on(
        self,
        line: int,
        count: int,
        fast: Any,
        regular: NDArray[np.bool_],
        stamps: NDArray[np.int64],
        ranks: NDArray[np.int64],
        tags: dict[int, bytes],
        buffer: NDArray[np.uint8],
    ) -> None:
        """Give a lone line's stamp and tag to the sentence on ``line`` if that is regular."""
        if line >= count or not regular[line]:
            return
        row = int(np.searchsorted(fast["line"], line))
        begin = int(fast["begin"][row])
        own_tag = buffer[begin - 1] == 92 if begin else False
        if self._next_tag and not own_tag:
            tags[begin] = self._next_tag
        if self._next_stamp != NO_TIME and stamps[line] == NO_TIME:
            stamps[line], ranks[line] = self._next_stamp, _STAMP
            fast["stamp"][row] = self._next_stamp
        self._next_stamp, self._next_tag = NO_TIME, b""

    def _lesser_clocks(
        self,
        data: bytes,
        buffer: NDArray[np.uint8],
        sentences: Any,
        stamps: NDArray[np.int64],
        ranks: NDArray[np.int64],
    ) -> None:
        """Date a log without stamps by its base stations, or by ``--start`` and AIS seconds."""
        if self._rank < _GPS:
            self._base_stations(data, buffer, sentences, stamps, ranks)
        best = np.maximum.accumulate(np.concatenate(([self._rank], ranks)))[1:]
        if len(best):
            stamps[(ranks < best) & (ranks > _NO_CLOCK)] = NO_TIME
            if self._rank == _SECONDS and best[-1] == _SECONDS:
                self._ais_seconds(buffer, sentences, stamps)
            self._rank = int(best[-1])

    def _base_stations(
        self,
        data: bytes,
        buffer: NDArray[np.uint8],
        sentences: Any,
        stamps: NDArray[np.int64],
        ranks: NDArray[np.int64],
    ) -> None:
        better = np.flatnonzero(ranks >= _GPS)
        until = int(better[0]) if len(better) else len(ranks)
        single = sentences[
            (sentences["total"] == 1) & sentences["ok"] & (sentences["line"] < until)
        ]
        single = single[single["length"] > 0]
        for row in single[sixbit.message_type(buffer, single["payload"]) == 4]:
            begin = int(row["payload"])
            at = base_station_time(data[begin : begin + int(row["length"])], int(row["fill"]))
            if at != NO_TIME:
                stamps[row["line"]], ranks[row["line"]] = at, _BASE_STATION

    def _ais_seconds(
        self, buffer: NDArray[np.uint8], sentences: Any, stamps: NDArray[np.int64]
    ) -> None:
        """Advance the clock by the seconds that position reports carry (bits 137 and 133)."""
        single = sentences[
            (sentences["total"] == 1) & sentences["ok"] & (sentences["length"] >= 24)
        ]
        types = sixbit.message_type(buffer, single["payload"])
        for row, kind in zip(single, types.tolist(), strict=True):
            if kind not in {1, 2, 3, 18, 19}:
                continue
            begin = int(row["payload"])
            six = sixbit.armour(buffer[begin : begin + 24])[:, None]
            second = int(sixbit.bits(six, 137 if kind < 4 else 133, 6)[0])
            if second > 59:
                continue
            if self._second >= 0:
                if second - self._second < -30:
                    self._minute += 1
                elif second - self._second > 30:
                    continue  # a report of the minute before, come late
            self._second = second
            stamps[row["line"]] = self._minute * MINUTE_US + second * SECOND_US


def _sum_holds(text: bytes) -> bool:
    body, star, given = text[1:].partition(b"*")
    try:
        return bool(star) and checksum_of(body) == int(given[:2], 16)
    except ValueError:
        return False


def regular_lines(
    buffer: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[Any, NDArray[np.bool_]]:
    """Take the regular lines apart; returns their SENTENCE rows and which lines they are."""
    regular = np.zeros(len(starts), dtype=np.bool_)
    if not len(starts):
        return np.zeros(0, dtype=SENTENCE), regular
    ends = ends - (buffer[ends - 1] == 13)
    bangs = np.flatnonzero(buffer == 33)
    first = np.searchsorted(bangs, starts)
    padded = np.concatenate((bangs, [len(buffer), len(buffer)]))
    bang, next_bang = padded[first], padded[first + 1]
    tagged = buffer[starts] == 92
    candidate = (bang < ends - 12) & (next_bang > ends)
    candidate &= np.where(tagged, buffer[bang - 1] == 92, bang == starts)
    lines = np.flatnonzero(candidate)
    b, star = bang[lines], ends[lines] - 3
    ok = (buffer[b + 3] == 86) & (buffer[b + 4] == 68)
    ok &= (buffer[b + 5] == 77) | (buffer[b + 5] == 79)
    ok &= (buffer[b + 6] == 44) & (buffer[b + 8] == 44) & (buffer[b + 10] == 44)
    total, number = buffer[b + 7] - 48, buffer[b + 9] - 48
    ok &= (total >= 1) & (total <= 9) & (number >= 1) & (number <= total)
    no_sequence = buffer[b + 11] == 44
    third = b + 12 - no_sequence
    ok &= no_sequence | (buffer[third] == 44)
    no_channel = buffer[third + 1] == 44
    fourth = third + 2 - no_channel
    ok &= no_channel | (buffer[fourth] == 44)
    payload, fill = fourth + 1, buffer[star - 1] - 48
    ok &= (buffer[star] == 42) & (buffer[star - 2] == 44) & (fill <= 9)
    length = star - 2 - payload
    high, low = _HEX[buffer[star + 1]], _HEX[buffer[star + 2]]
    ok &= (length >= 0) & (high < 16) & (low < 16)
    commas = np.flatnonzero(buffer == 44)  # none within the payload: the next is before the fill
    following = np.append(commas, 0)[np.searchsorted(commas, payload)]
    ok &= following == star - 2
    stamp, plain = _tag_stamps(buffer, starts[lines], b, tagged[lines])
    ok &= plain
    pick = np.flatnonzero(ok)
    lines, b, star = lines[pick], b[pick], star[pick]
    rows = np.zeros(len(pick), dtype=SENTENCE)
    rows["line"], rows["begin"], rows["end"] = lines, b, star + 3
    rows["payload"], rows["length"], rows["fill"] = payload[pick], length[pick], fill[pick]
    rows["total"], rows["number"] = total[pick], number[pick]
    rows["stamp"], rows["arrived"] = stamp[pick], NO_TIME
    if len(pick):
        pairs = np.stack([b + 1, star], axis=1).ravel()
        rows["ok"] = np.bitwise_xor.reduceat(buffer, pairs)[::2] == (high[pick] << 4 | low[pick])
    regular[lines] = True
    return rows, regular


def _tag_stamps(
    buffer: NDArray[np.uint8],
    starts: NDArray[np.int64],
    bangs: NDArray[np.int64],
    tagged: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Read ``c:`` of ten or thirteen digits; the mask says where nothing else was seen."""
    stamp = np.full(len(starts), NO_TIME, dtype=np.int64)
    plain = np.ones(len(starts), dtype=np.bool_)
    if not tagged.any():
        return stamp, plain
    keys = np.flatnonzero((buffer[1:-1] == 99) & (buffer[2:] == 58)) + 1
    keys = keys[(buffer[keys - 1] == 92) | (buffer[keys - 1] == 44)]
    padded = np.concatenate((keys, [len(buffer)]))
    key = padded[np.searchsorted(keys, starts)]
    has = tagged & (key < bangs)
    for digits, scale in ((10, SECOND_US), (13, 1000)):
        after = buffer[np.minimum(key + 2 + digits, len(buffer) - 1)]
        rows = np.flatnonzero(has & ((after == 44) | (after == 42)))
        if not len(rows):
            continue
        window = np.lib.stride_tricks.sliding_window_view(buffer, digits)[key[rows] + 2] - 48
        fine = (window < 10).all(axis=1)
        powers = 10 ** np.arange(digits - 1, -1, -1, dtype=np.int64)
        stamp[rows[fine]] = (window[fine].astype(np.int64) * powers).sum(axis=1) * scale
    hybrid = tagged & (buffer[starts + 2] == 71)  # "1G2:id"
    plain &= ~(has & (stamp == NO_TIME)) & ~hybrid
    return stamp, plain
