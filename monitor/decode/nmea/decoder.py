"""NMEA logs and feeds to reports: framing, dating, checksums and positions for a whole batch.

Sentences are found (``framing.py``) and dated, positions decoded for the batch (``sixbit.py``),
parts joined (``assembler.py``), and the rest is given to pyais (``message.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from monitor.decode.dating import AHEAD_US, LogClock
from monitor.decode.decoder import KINDS, Decoder
from monitor.decode.nmea import sixbit
from monitor.decode.nmea.assembler import Assembler, Message, Part
from monitor.decode.nmea.framing import PAD, Framer, Frames
from monitor.decode.nmea.message import STATIC_TYPES, decode_static
from monitor.decode.nmea.sentence import (
    tag_fields,
    tag_of,
)
from monitor.model import FIX, RAW_BYTES, Lines, Refusal, Refusals, Reports, StaticReport, rows_at
from monitor.units import DAY_US, NO_TIME

_LOOKS_AIS = re.compile(rb"[!$][^,*\s]{2}VD[MO],\d,\d,")

PLAUSIBLE_LAG_US = DAY_US
"""A live line whose stamp is older than this, or ahead, is dated by its reception instead."""


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
        self._framer = Framer()

    def begin_at(self, start: int) -> None:
        """Count on from ``start`` by the seconds in position reports, until a better clock."""
        self.clock = LogClock(start)
        self._framer.begin_at(start)

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
            "framer": self._framer.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from ``state()``."""
        self.clock = LogClock(state["clock"])
        self._assembler.restore(state["parts"])
        self._carry = state["carry"].encode("latin-1")
        self._line, self._order = state["line"], state["order"]
        self._framer.restore(state["framer"])

    def decode(self, lines: Lines, *, final: bool = False) -> Reports:
        """Decode a batch; see Decoder."""
        data = self._carry + lines.data
        if data and not data.endswith(b"\n"):
            data += b"\n"
        buffer = np.frombuffer(data + b"\0" * PAD, dtype=np.uint8)
        ends = np.flatnonzero(buffer[: len(data)] == 10)
        starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
        refusals: Refusals = Counter()
        before = self._framer.state()
        frames = self._framer.frame(data, buffer, starts, ends)
        reasons = frames.reasons
        if lines.received_at is None:
            dated = self.clock.date(frames.stamps, final=final)
            clock, taken = dated.received_at, dated.taken
            for line in np.flatnonzero(dated.nonsense[:taken]).tolist():
                reasons.setdefault(line, Refusal.CLOCK_NONSENSE)
        else:
            clock, taken = lines.received_at, len(ends)
        if taken < len(ends):
            self._framer.restore(before)
            self._carry = data[int(starts[taken]) :]
            begin = data[: int(starts[taken])]
            buffer = np.frombuffer(begin + b"\0" * PAD, dtype=np.uint8)
            frames = self._framer.frame(begin, buffer, starts[:taken], ends[:taken])
            reasons = {**frames.reasons, **{k: v for k, v in reasons.items() if k < taken}}
        else:
            self._carry = b""
        for reason in reasons.values():
            refusals[lines.source, reason.value] += 1
        reports = self._report(data, buffer, frames, clock, reasons, refusals, lines, final=final)
        reports.lines, reports.clock, reports.refusals = taken, clock, refusals
        self._line += taken
        return reports

    # -- framing -------------------------------------------------------------------------------

    # -- reports -------------------------------------------------------------------------------

    def _report(
        self,
        data: bytes,
        buffer: NDArray[np.uint8],
        frames: Frames,
        clock: NDArray[np.int64],
        reasons: dict[int, Refusal],
        refusals: Refusals,
        lines: Lines,
        *,
        final: bool,
    ) -> Reports:
        count = Counter[Refusal]()
        sentences, tags = frames.sentences, frames.tags
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
        reports = Reports(positions=positions, statics=statics)
        reports.kinds.update({(lines.source, kind): number for kind, number in kinds.items()})
        return reports

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
        padded = np.frombuffer(message.payload + b"\0" * PAD, dtype=np.uint8)
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
