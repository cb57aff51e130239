"""What the sentences of a batch say: positions as columns, static reports, and what is refused."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.arrays import rows_at
from monitor.decode.dating import AHEAD_US
from monitor.decode.decoder import KINDS
from monitor.decode.feedclock import FeedClock
from monitor.decode.nmea import sixbit
from monitor.decode.nmea.assembler import Assembler, Message, Part
from monitor.decode.nmea.lines import BACKSLASH, LineTable, Sentence
from monitor.decode.nmea.message import STATIC_TYPES, decode_static
from monitor.decode.nmea.sentence import tag_fields, tag_of
from monitor.model import FIX, RAW_BYTES, Refusal, StaticReport
from monitor.units import DAY_US, NO_TIME

PLAUSIBLE_LAG_US = DAY_US
"""A live line whose stamp is older than this, or ahead, is dated by its reception instead."""

UNBELIEVED = -1
"""MMSI of a row that could not be decoded, until it is left out."""


class Reading:
    """The reading of one batch: ``clock`` is when each line was received, us."""

    def __init__(
        self,
        table: LineTable,
        clock: NDArray[np.int64],
        *,
        feed: FeedClock | None,
        first_line: int,
    ) -> None:
        """``feed``: the clock is that of reception, and stamps are held against it; None: a log."""
        self._table = table
        self._clock = clock
        self._live = feed is not None
        self._feed = feed
        self._learned = np.zeros(0, dtype=np.int64)  # lines whose stamps told how slow the feed is
        self._slow = [0 if feed is None else feed.slow_us]  # us; before them, and after each
        self._first_line = first_line
        self.count: Counter[Refusal] = Counter(table.reasons.values())
        self.kinds: Counter[str] = Counter()
        self.statics: list[StaticReport] = []

    def believed(self) -> Any:
        """Sentences that can be read at all; the others are counted."""
        sentences, count = self._table.sentences, self.count
        keep = sentences["ok"].copy()
        count[Refusal.BAD_CHECKSUM] += len(keep) - int(np.count_nonzero(keep))
        empty = keep & (sentences["length"] == 0)
        count[Refusal.EMPTY_PAYLOAD] += int(np.count_nonzero(empty))
        keep &= ~empty
        reasons = self._table.reasons
        nonsense = [line for line, why in reasons.items() if why is Refusal.CLOCK_NONSENSE]
        if nonsense:
            keep &= ~np.isin(sentences["line"], nonsense)
        undated = keep & (self._clock[sentences["line"]] == NO_TIME)
        count[Refusal.UNDATED] += int(np.count_nonzero(undated))
        return _those(sentences, keep & ~undated)

    def single(self, sentences: Any) -> Any:
        """Read messages of one sentence; returns their positions, dtype FIX."""
        rows = _those(sentences, sentences["total"] == 1)
        types = sixbit.message_type(self._table.buffer, rows["payload"])
        self._count_kinds(types)
        fits = rows["length"] >= sixbit.NEED_CHARS[np.minimum(types, 63)]
        positions = self._positions(_those(rows, fits), types[fits])
        short = np.isin(types, sixbit.POSITION_TYPES) & ~fits
        bad = positions["mmsi"] == UNBELIEVED
        self.count[Refusal.UNDECODABLE] += int(np.count_nonzero(short) + np.count_nonzero(bad))
        for row in _those(rows, np.isin(types, tuple(STATIC_TYPES))).tolist():
            sentence = Sentence._make(row)
            self._static(
                self._table.payload(sentence), sentence.fill, sentence.line, sentence.stamp
            )
        return positions[~bad] if bad.any() else positions

    def joined(self, sentences: Any, assembler: Assembler, order: int) -> list[Any]:
        """Read messages of several sentences; returns positions of type 19 among them.

        ``order``: the number of the batch's first sentence within the source.
        """
        parts = _those(sentences, sentences["total"] > 1)
        rows = [Sentence._make(row) for row in parts.tolist()]
        numbers = order + np.searchsorted(self._table.sentences["begin"], parts["begin"])
        found: list[Any] = []
        index = 0
        while index < len(rows):
            sentence, message = rows[index], None
            index += 1
            if assembler.idle and index < len(rows) and not self._table.tags:
                message = self._pair(sentence, rows[index])
                if message is not None:
                    sentence = rows[index]
                    index += 1
            if message is None:
                message = assembler.add(self._part(sentence, int(numbers[index - 1])))
            if message is not None:
                found += self._message(message, sentence.line)
        return found

    # -- single sentences ----------------------------------------------------------------------

    def _count_kinds(self, types: NDArray[np.uint8]) -> None:
        numbers = np.bincount(types, minlength=256)
        for kind in np.flatnonzero(numbers).tolist():
            self._count_kind(kind, int(numbers[kind]))

    def _count_kind(self, kind: int, number: int = 1) -> bool:
        """Count messages of a type; False: there is no such type."""
        if not 1 <= kind <= 28:
            self.count[Refusal.UNKNOWN_TYPE] += number
            return False
        self.kinds[KINDS.get(kind, "other")] += number
        return True

    def _positions(self, rows: Any, types: NDArray[np.uint8]) -> Any:
        out = np.zeros(len(rows), dtype=FIX)
        if not len(rows):
            return out
        buffer = self._table.buffer
        chars = sixbit.gather(buffer, rows["payload"], rows["length"])
        bad = sixbit.decode_positions(chars, types, out)
        out["type"] = types
        out["content"] = sixbit.content_hash(chars)
        received = self._clock[rows["line"]]
        out["received_at"] = received
        at = np.where(rows["stamp"] != NO_TIME, rows["stamp"], received)
        if self._feed is not None:
            stamped = np.flatnonzero(rows["stamp"] != NO_TIME)
            near = received[stamped] - at[stamped] <= PLAUSIBLE_LAG_US
            stamped = stamped[near]
            right = self._feed.corrected(at[stamped], received[stamped])
            self._learned = rows["line"][stamped]
            self._slow += (right - at[stamped]).tolist()
            at[stamped] = right
            odd = (at > received + AHEAD_US) | (at < received - PLAUSIBLE_LAG_US)
            at = np.where(odd, received, at)
        out["at"] = at
        out["seq"] = rows["line"]
        out["line"] = rows["line"] + self._first_line
        raw = np.lib.stride_tricks.sliding_window_view(buffer, RAW_BYTES)[rows["begin"]]
        raw *= np.arange(RAW_BYTES) < (rows["end"] - rows["begin"])[:, None]
        out["raw"] = raw.view(f"S{RAW_BYTES}").ravel()
        out["mmsi"][bad] = UNBELIEVED
        return out

    def _at(self, line: int, stamp: int) -> int:
        """When a sentence was true: its stamp, unless it has none or a live one is implausible."""
        received = int(self._clock[line])
        if stamp == NO_TIME:
            return received
        if self._feed is None:
            return stamp
        stamp += self._slow[int(np.searchsorted(self._learned, line, side="right"))]
        return stamp if received - PLAUSIBLE_LAG_US <= stamp <= received + AHEAD_US else received

    def _static(self, payload: bytes, fill: int, line: int, stamp: int) -> None:
        static = decode_static(payload, fill)
        if static is None:
            self.count[Refusal.UNDECODABLE] += 1
            return
        at, received = self._at(line, stamp), int(self._clock[line])
        self.statics.append(
            StaticReport(at=at, received_at=received, seq=line, source=0, static=static)
        )

    # -- several sentences ---------------------------------------------------------------------

    def _message(self, message: Message, line: int) -> list[Any]:
        kind = sixbit.TYPE_OF[message.payload[0]] if message.payload else 0
        if not self._count_kind(kind):
            return []
        if kind in STATIC_TYPES:
            self._static(message.payload, message.fill, line, message.at)
        return self._long_position(message, line, kind) if kind in sixbit.POSITION_TYPES else []

    def _long_position(self, message: Message, line: int, kind: int) -> list[Any]:
        """The position of a message in several parts: a type 19, or any other that was cut."""
        out = sixbit.position_of(message.payload, kind)
        if out is None:
            self.count[Refusal.UNDECODABLE] += 1
            return []
        out["at"], out["received_at"] = self._at(line, message.at), self._clock[line]
        out["seq"], out["line"] = line, self._first_line + line
        out["raw"] = message.raw[:RAW_BYTES]
        return [tuple(out[0].tolist())]

    def _part(self, sentence: Sentence, number: int) -> Part:
        table = self._table
        fields = table.data[sentence.begin : sentence.payload].split(b",")
        begin = sentence.begin
        tag = tag_of(table.tags[begin]) if begin in table.tags else self._tag_before(begin)
        return Part(
            station=tag.get(b"s", b""), group=tag.get(b"g", b"").rpartition(b"-")[2],
            talker=fields[0][1:3], total=sentence.total, number=sentence.number,
            sequence=fields[3], channel=fields[4], payload=table.payload(sentence),
            fill=sentence.fill, at=sentence.stamp, clock=int(self._clock[sentence.line]),
            order=number, raw=table.data[begin : sentence.end],
        )  # fmt: skip

    def _tag_before(self, begin: int) -> dict[bytes, bytes]:
        """Fields of the tag block that ends right before a sentence."""
        data = self._table.data
        if begin == 0 or data[begin - 1] != BACKSLASH:
            return {}
        line = data.rfind(b"\n", 0, begin) + 1
        open_at = data.rfind(b"\\", line, begin - 1)
        return tag_fields(data[open_at + 1 : begin - 1]) if open_at >= 0 else {}

    def _pair(self, one: Sentence, two: Sentence) -> Message | None:
        """Join two parts on lines that follow one another and differ in nothing but the number.

        The assembler would do the same, slower; it is asked whenever something waits in it.
        """
        if one.total != 2 or one.number != 1 or two.number != 2 or two.line != one.line + 1:
            return None
        data = self._table.data
        head, other = data[one.begin : one.payload], data[two.begin : two.payload]
        if head[:9] != other[:9] or head[10:] != other[10:]:
            return None
        first = data.rfind(b"\n", 0, one.begin) + 1
        if data[first : one.begin] != data[one.end : two.begin].lstrip(b"\r\n"):
            return None
        payload = self._table.payload(one) + self._table.payload(two)
        return Message(payload=payload, fill=two.fill, at=one.stamp, raw=data[one.begin : one.end])


def _those(rows: Any, mask: NDArray[np.bool_]) -> Any:
    """Rows of a mask; no copy where that is all of them."""
    return rows if mask.all() else rows_at(rows, np.flatnonzero(mask))
