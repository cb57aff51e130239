"""NMEA logs and feeds to reports: framing, dating, checksums and positions for a whole batch.

A regular line is ``!ttVDM,…*hh`` or the same behind one tag block with ``c:`` in seconds or
milliseconds. Those are taken apart with numpy. All others go through ``sentence.py`` one by one,
into the same columns. Then positions are decoded for the batch (``sixbit.py``), parts joined
(``assembler.py``) and the rest given to pyais (``message.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from monitor.decode import sixbit
from monitor.decode.assembler import Assembler, Message, Part
from monitor.decode.base import Decoder
from monitor.decode.dating import LogClock
from monitor.decode.message import KINDS, STATIC_TYPES, base_station_time, decode_static
from monitor.decode.sentence import (
    checksum_of,
    gps_clock,
    parse_line,
    pghp,
    stamp_before,
    tag_fields,
    tag_of,
)
from monitor.model import FIX, RAW_BYTES, Lines, Refusal, Refusals, Reports, StaticReport, rows_at
from monitor.units import DAY_US, MINUTE_US, NO_TIME, SECOND_US

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

_PAD = 160  # zero bytes behind the buffer: gathers near its end stay inside
_HEX = np.full(256, 255, dtype=np.uint8)
for _digit, _character in enumerate("0123456789ABCDEF"):
    _HEX[ord(_character)] = _HEX[ord(_character.lower())] = _digit

_LOOKS_AIS = re.compile(rb"[!$][^,*\s]{2}VD[MO],\d,\d,")
_TAG_ALONE = re.compile(rb"^\s*\\[^\\]*\\\s*$")
_BINARY_FRAME = re.compile(rb"^(RaUdP|RrUdP|RuUdP)\x00")

_NO_CLOCK, _SECONDS, _BASE_STATION, _GPS, _STAMP = range(5)
"""Ranks of the times a log can tell; once a better one was seen, the lesser are ignored."""

PLAUSIBLE_LAG_US = DAY_US
"""A live line whose stamp is older than this, or ahead, is dated by its reception instead."""
AHEAD_US = 2 * SECOND_US


class NmeaDecoder(Decoder):
    """AIS sentences in all forms that loggers and stations write."""

    NAME: ClassVar[str] = "nmea"

    def __init__(self) -> None:
        """Begin a log."""
        self.clock = LogClock()
        self._assembler = Assembler()
        self._carry = b""
        self._line = 1
        self._order = 0
        self._rank = _NO_CLOCK
        self._next_stamp = NO_TIME  # of a PGHP or tag block on its own line
        self._next_tag = b""
        self._second = -1  # AIS second last seen, for logs dated by --start
        self._minute = 0

    def begin_at(self, start: int) -> None:
        """Count on from ``start`` by the seconds in position reports, until a better clock."""
        self.clock = LogClock(start)
        self._rank = _SECONDS
        self._minute = start // MINUTE_US

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Some line holds a VDM or VDO sentence, and the text is not JSON or a decoded CSV."""
        return bool(_LOOKS_AIS.search(head)) and not head.lstrip(b"\xef\xbb\xbf \r\n").startswith(
            (b"{", b"[")
        )

    def state(self) -> dict[str, Any]:
        """Everything that later lines depend on."""
        return {
            "clock": self.clock.at,
            "parts": self._assembler.state(),
            "carry": self._carry.decode("latin-1"),
            "line": self._line,
            "order": self._order,
            "rank": self._rank,
            "next_stamp": self._next_stamp,
            "next_tag": self._next_tag.decode("latin-1"),
            "second": self._second,
            "minute": self._minute,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from ``state()``."""
        self.clock = LogClock(state["clock"])
        self._assembler.restore(state["parts"])
        self._carry = state["carry"].encode("latin-1")
        self._line, self._order, self._rank = state["line"], state["order"], state["rank"]
        self._next_stamp = state["next_stamp"]
        self._next_tag = state["next_tag"].encode("latin-1")
        self._second, self._minute = state["second"], state["minute"]

    def decode(self, lines: Lines, *, final: bool = False) -> Reports:
        """Decode a batch; see Decoder."""
        data = self._carry + lines.data
        if data and not data.endswith(b"\n"):
            data += b"\n"
        buffer = np.frombuffer(data + b"\0" * _PAD, dtype=np.uint8)
        ends = np.flatnonzero(buffer[: len(data)] == 10)
        starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
        refusals: Refusals = Counter()
        memory = (self._rank, self._next_stamp, self._next_tag, self._second, self._minute)
        sentences, tags, stamps, reasons = self._frame(data, buffer, starts, ends)
        if lines.received_at is None:
            dated = self.clock.date(stamps, final=final)
            clock, taken = dated.received_at, dated.taken
            for line in np.flatnonzero(dated.nonsense[:taken]).tolist():
                reasons.setdefault(line, Refusal.CLOCK_NONSENSE)
        else:
            clock, taken = lines.received_at, len(ends)
        if taken < len(ends):
            self._rank, self._next_stamp, self._next_tag, self._second, self._minute = memory
            self._carry = data[int(starts[taken]) :]
            begin = data[: int(starts[taken])]
            buffer = np.frombuffer(begin + b"\0" * _PAD, dtype=np.uint8)
            sentences, tags, _, again = self._frame(begin, buffer, starts[:taken], ends[:taken])
            reasons = {**again, **{k: v for k, v in reasons.items() if k < taken}}
        else:
            self._carry = b""
        for reason in reasons.values():
            refusals[lines.source, reason.value] += 1
        reports = self._report(
            data, buffer, sentences, tags, clock, reasons, refusals, lines, final=final
        )
        reports.lines, reports.clock, reports.refusals = taken, clock, refusals
        self._line += taken
        return reports

    # -- framing -------------------------------------------------------------------------------

    def _frame(
        self,
        data: bytes,
        buffer: NDArray[np.uint8],
        starts: NDArray[np.int64],
        ends: NDArray[np.int64],
    ) -> tuple[Any, dict[int, bytes], NDArray[np.int64], dict[int, Refusal]]:
        """Find the sentences of all lines: columns, tag texts, a stamp a line, refused lines."""
        fast, regular = _regular(buffer, starts, ends)
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
        return fast, tags, stamps, reasons

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

    # -- reports -------------------------------------------------------------------------------

    def _report(  # noqa: PLR0913 - the columns of one batch
        self,
        data: bytes,
        buffer: NDArray[np.uint8],
        sentences: Any,
        tags: dict[int, bytes],
        clock: NDArray[np.int64],
        reasons: dict[int, Refusal],
        refusals: Refusals,
        lines: Lines,
        *,
        final: bool,
    ) -> Reports:
        count = Counter[Refusal]()
        keep = sentences["ok"].copy()
        count[Refusal.BAD_CHECKSUM] = len(keep) - int(np.count_nonzero(keep))
        empty = keep & (sentences["length"] == 0)
        count[Refusal.EMPTY_PAYLOAD] = int(np.count_nonzero(empty))
        keep &= ~empty
        nonsense = [k for k, v in reasons.items() if v is Refusal.CLOCK_NONSENSE]
        if nonsense:
            keep &= ~np.isin(sentences["line"], nonsense)
        received = clock[sentences["line"]]
        undated = keep & (received == NO_TIME)
        count[Refusal.UNDATED] = int(np.count_nonzero(undated))
        keep &= ~undated
        alone = np.flatnonzero(keep & (sentences["total"] == 1))
        single, received_single = rows_at(sentences, alone), received[alone]
        types = sixbit.message_type(buffer, single["payload"])
        self._count_kinds(types, kinds := Counter[str](), count)
        fits = single["length"] >= sixbit.NEED_CHARS[np.minimum(types, 63)]
        pick = np.flatnonzero(fits)
        positions = self._positions(
            buffer,
            single if len(pick) == len(single) else rows_at(single, pick),
            types[pick],
            received_single[pick],
            lines,
        )
        wants = np.isin(types, (1, 2, 3, 18, 19, 27)) & ~fits
        count[Refusal.UNDECODABLE] += int(np.count_nonzero(wants))
        bad = positions["mmsi"] < 0
        count[Refusal.UNDECODABLE] += int(np.count_nonzero(bad))
        statics: list[StaticReport] = []
        for row in np.flatnonzero(np.isin(types, tuple(STATIC_TYPES))).tolist():
            record = single[row]
            begin = int(record["payload"])
            payload = data[begin : begin + int(record["length"])]
            at = self._at(int(record["stamp"]), int(received_single[row]), lines)
            self._static(payload, int(record["fill"]), at, int(received_single[row]),
                         int(record["line"]), statics, count)  # fmt: skip
        late = self._assemble(data, sentences[keep & (sentences["total"] > 1)], tags, clock, lines,
                              statics, kinds, count)  # fmt: skip
        if final:
            self._assembler.flush()
        count[Refusal.PART_MISSING] = self._assembler.missing
        count[Refusal.PART_REPEATED] = self._assembler.repeated
        self._assembler.missing = self._assembler.repeated = 0
        self._order += len(sentences)
        for reason, number in count.items():
            if number:
                refusals[lines.source, reason.value] += number
        if bad.any():
            positions = positions[~bad]
        if late:
            positions = np.concatenate([positions, np.array(late, dtype=FIX)])
            positions = positions[np.argsort(positions["seq"], kind="stable")]
        statics.sort(key=lambda report: report.seq)
        return Reports(positions=positions, statics=statics, kinds=kinds)

    def _positions(
        self,
        buffer: NDArray[np.uint8],
        rows: Any,
        types: NDArray[np.uint8],
        received: NDArray[np.int64],
        lines: Lines,
    ) -> Any:
        out = np.zeros(len(rows), dtype=FIX)
        if not len(rows):
            return out
        chars = sixbit.gather(buffer, rows["payload"], rows["length"])
        bad = sixbit.decode_positions(chars, types, out)
        out["type"] = types
        out["content"] = sixbit.content_hash(chars)
        out["received_at"] = received
        at = np.where(rows["stamp"] != NO_TIME, rows["stamp"], received)
        if lines.received_at is not None:
            ahead, behind = at > received + AHEAD_US, at < received - PLAUSIBLE_LAG_US
            at = np.where(ahead | behind, received, at)
        out["at"] = at
        out["seq"] = rows["line"]
        out["line"] = rows["line"] + self._line
        raw = np.lib.stride_tricks.sliding_window_view(buffer, RAW_BYTES)[rows["begin"]]
        raw *= np.arange(RAW_BYTES) < (rows["end"] - rows["begin"])[:, None]
        out["raw"] = raw.view(f"S{RAW_BYTES}").ravel()
        out["mmsi"][bad] = -1
        return out

    def _at(self, stamp: int, received: int, lines: Lines) -> int:
        if stamp == NO_TIME:
            return received
        if lines.received_at is not None and not (
            received - PLAUSIBLE_LAG_US <= stamp <= received + AHEAD_US
        ):
            return received
        return stamp

    @staticmethod
    def _count_kinds(
        types: NDArray[np.uint8], kinds: Counter[str], count: Counter[Refusal]
    ) -> None:
        numbers = np.bincount(types, minlength=256)
        for kind in np.flatnonzero(numbers).tolist():
            if 1 <= kind <= 28:
                kinds[KINDS.get(kind, "other")] += int(numbers[kind])
            else:
                count[Refusal.UNKNOWN_TYPE] += int(numbers[kind])

    @staticmethod
    def _static(
        payload: bytes, fill: int, at: int, received: int, line: int,
        statics: list[StaticReport], count: Counter[Refusal],
    ) -> None:  # fmt: skip
        static = decode_static(payload, fill)
        if static is None:
            count[Refusal.UNDECODABLE] += 1
            return
        statics.append(StaticReport(at=at, received_at=received, seq=line, source=0, static=static))

    def _assemble(
        self,
        data: bytes,
        rows: Any,
        tags: dict[int, bytes],
        clock: NDArray[np.int64],
        lines: Lines,
        statics: list[StaticReport],
        kinds: Counter[str],
        count: Counter[Refusal],
    ) -> list[Any]:
        """Join parts; returns the positions of type 19 that came in two parts."""
        late: list[Any] = []
        items = rows.tolist()
        index = 0
        while index < len(items):
            item = items[index]
            index += 1
            if self._assembler.idle and index < len(items) and not tags:
                message = _pair(data, item, items[index])
                if message is not None:
                    item = items[index]
                    index += 1
            else:
                message = None
            line = item[0]
            if message is None:
                message = self._assembler.add(self._part(data, item, tags, clock))
            if message is None:
                continue
            kind = sixbit.TYPE_OF[message.payload[0]] if message.payload else 0
            if not 1 <= kind <= 28:
                count[Refusal.UNKNOWN_TYPE] += 1
                continue
            kinds[KINDS.get(kind, "other")] += 1
            received = int(clock[line])
            at = self._at(message.at, received, lines)
            if kind in STATIC_TYPES:
                self._static(message.payload, message.fill, at, received, line, statics, count)
            if kind == 19:
                late.extend(self._long_position(message, line, at, received))
        return late

    def _part(
        self, data: bytes, item: tuple[Any, ...], tags: dict[int, bytes], clock: NDArray[np.int64]
    ) -> Part:
        line, begin, end, payload, length, fill, total, number, _, stamp, _ = item
        fields = data[begin:payload].split(b",")
        tag = tag_of(tags[begin]) if begin in tags else _tag_before(data, begin)
        return Part(
            station=tag.get(b"s", b""), group=tag.get(b"g", b"").rpartition(b"-")[2],
            talker=fields[0][1:3], total=total, number=number, sequence=fields[3],
            channel=fields[4], payload=data[payload : payload + length], fill=fill, at=stamp,
            clock=int(clock[line]), order=self._order + line, raw=data[begin:end],
        )  # fmt: skip

    def _long_position(self, message: Any, line: int, at: int, received: int) -> list[Any]:
        padded = np.frombuffer(message.payload + b"\0" * _PAD, dtype=np.uint8)
        length = np.array([len(message.payload)])
        if length[0] < sixbit.NEED_CHARS[19]:
            return []
        chars = sixbit.gather(padded, np.array([0]), length)
        out = np.zeros(1, dtype=FIX)
        if sixbit.decode_positions(chars, np.array([19], dtype=np.uint8), out)[0]:
            return []
        out["type"], out["content"], out["at"] = 19, sixbit.content_hash(chars), at
        out["received_at"], out["seq"], out["line"] = received, line, self._line + line
        out["raw"] = message.raw[:RAW_BYTES]
        return [tuple(out[0].tolist())]


def _tag_before(data: bytes, begin: int) -> dict[bytes, bytes]:
    if begin == 0 or data[begin - 1] != 92:
        return {}
    line = data.rfind(b"\n", 0, begin) + 1
    open_at = data.rfind(b"\\", line, begin - 1)
    return tag_fields(data[open_at + 1 : begin - 1]) if open_at >= 0 else {}


def _pair(data: bytes, one: tuple[Any, ...], two: tuple[Any, ...]) -> Message | None:
    """Join two parts on lines that follow one another and differ in nothing but the number.

    The assembler would do the same, slower; it is asked whenever something waits in it.
    """
    if one[6] != 2 or one[7] != 1 or two[7] != 2 or two[0] != one[0] + 1:
        return None
    head, other = data[one[1] : one[3]], data[two[1] : two[3]]
    if head[:9] != other[:9] or head[10:] != other[10:]:
        return None
    first = data.rfind(b"\n", 0, one[1]) + 1
    if data[first : one[1]] != data[one[2] : two[1]].lstrip(b"\r\n"):
        return None
    payload = data[one[3] : one[3] + one[4]] + data[two[3] : two[3] + two[4]]
    return Message(payload=payload, fill=two[5], at=one[9], raw=data[one[1] : one[2]])


def _sum_holds(text: bytes) -> bool:
    body, star, given = text[1:].partition(b"*")
    try:
        return bool(star) and checksum_of(body) == int(given[:2], 16)
    except ValueError:
        return False


def _regular(
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
