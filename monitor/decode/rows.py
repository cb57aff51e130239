"""Logs of rows: a decoded report each, of CSV or JSON; ``RowDecoder`` makes columns of them."""

from __future__ import annotations

import abc
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.decode.dating import (
    AHEAD_US,
    EARLIEST,
    FAR_AHEAD_US,
    LONG_AGO_US,
    NEVER,
    Dated,
    LogClock,
)
from monitor.decode.decoder import Decoder, Told
from monitor.decode.feedclock import FeedClock
from monitor.model import FIX, RAW_BYTES, Lines, Refusal, Reports, Static, StaticReport
from monitor.units import NO_TIME

NAN = float("nan")


@dataclass(slots=True, kw_only=True)
class Row:
    """One report of a decoded log. What is not available is NaN, -1 or None, never a sentinel.

    ``refusal`` set: the row counts as refused with that reason and says nothing else. A row may
    hold a position, a static report, both, or neither (``kind`` is then only counted).
    """

    at: int = NO_TIME  # us; NO_TIME: the row has no stamp
    received_at: int = NO_TIME  # us; where the row says when it was received, besides ``at``
    mmsi: int = 0
    has_position: bool = False
    lon: float = NAN
    lat: float = NAN
    sog_kn: float = NAN
    cog_deg: float = NAN
    heading_deg: float = NAN
    turn_deg_min: float = NAN
    status: int = -1
    type: int = 0
    static: Static | None = None
    kind: str = "position"
    refusal: Refusal | None = None
    raw: bytes = b""
    lines: int = 1  # how many lines of the log it took
    times: int = 1  # a refusal of so many records that are alike


class RowDecoder(Decoder):
    """Decoders that turn each record of a log into one Row: subclasses write ``rows`` only."""

    def __init__(self) -> None:
        """Begin a log."""
        self.clock = LogClock()
        self.feed_clock = FeedClock()
        self._carry = b""
        self._line = 1
        self._until = NEVER
        self.unread: tuple[str, bytes] | None = None  # column and value that could not be read
        self.in_order = True
        self.leaned = False  # not in order, a row was dated by what came before the batch
        self.joins_lines = True  # False: each line stands for itself, as live feeds hand them on

    def begin_at(self, start: int) -> None:
        """Rows without a time get the time of the row before, the first ones ``start``."""
        self.clock = LogClock(start)

    def heed(self, told: Told) -> None:
        """Take until when a stamp is believed; see Decoder."""
        self._until = told.until

    def begin_within(self, head: bytes, line: int) -> None:
        """Count on from ``line``; see Decoder."""
        del head  # a record says all of itself
        self._line = line

    def _each(self, stamps: NDArray[np.int64]) -> Dated:
        """Date each row by itself, or by the row before: somebody else will put them in order."""
        before = self.clock.at
        if len(stamps):
            self.clock.at = max(self.clock.at, int(stamps.max()))
        last = np.maximum.accumulate(np.where(stamps != NO_TIME, np.arange(1, len(stamps) + 1), 0))
        self.leaned |= bool((last == 0).any())
        received_at = np.concatenate(([before], stamps))[last]
        nonsense = np.zeros(len(stamps), dtype=np.bool_)
        return Dated(received_at=received_at, nonsense=nonsense, taken=len(stamps))

    def stamps_in(self, data: bytes) -> NDArray[np.int64]:
        """Times of the rows that have one which may be true, in their order."""
        rows = list(self.rows(data, final=False))
        for row in rows:
            self._hold_against(row)
        return np.array([row.at for row in rows if row.at != NO_TIME], dtype=np.int64)

    def _in_order(self, stamps: NDArray[np.int64], rows: list[Row], *, final: bool) -> Dated:
        """Date rows by the clock; those of one record are taken together."""
        begin, size = self.clock.at, len(rows)
        while True:
            dated = self.clock.date(stamps[:size], final=final)
            size = dated.taken
            while size and not rows[size - 1].lines:
                size -= 1
            if size == dated.taken:
                return dated
            self.clock = LogClock(begin)

    def _hold_against(self, row: Row) -> None:
        """A row of before there was AIS, or of after now, is refused and dates nothing."""
        at, received_at = row.at, row.received_at
        if received_at != NO_TIME and not EARLIEST <= received_at <= self._until:
            row.received_at = NO_TIME
        if at != NO_TIME and not EARLIEST <= at <= self._until:
            row.at = row.received_at = NO_TIME
            row.refusal = row.refusal or Refusal.CLOCK_NONSENSE

    @abc.abstractmethod
    def rows(self, data: bytes, *, final: bool) -> Iterator[Row]:
        """Yield a Row for every line (or record, with ``lines`` set) of ``data``.

        Lines that say nothing (a header, a blank) yield a Row of ``kind=""``. A record that is
        not complete at the end of ``data`` is not yielded unless ``final``.
        """

    def state(self) -> dict[str, Any]:
        """Clock, the bytes not yet decided on, and the line number."""
        return {
            "clock": self.clock.at,
            "carry": self._carry.decode("latin-1"),
            "line": self._line,
            "feed_clock": self.feed_clock.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from ``state()``."""
        self.clock = LogClock(int(state["clock"]))
        self._carry = str(state["carry"]).encode("latin-1")
        self._line = int(state["line"])
        self.feed_clock.restore(state.get("feed_clock"))

    def decode(self, lines: Lines, *, final: bool = False) -> Reports:
        """Decode a batch of lines; see Decoder."""
        if lines.received_at is not None:
            return self._live(lines, lines.received_at)
        data = self._carry + lines.data
        rows = list(self.rows(data, final=final))
        for row in rows:
            self._hold_against(row)
        stamps = np.array(
            [r.received_at if r.received_at != NO_TIME else r.at for r in rows], dtype=np.int64
        )
        dated = self._in_order(stamps, rows, final=final) if self.in_order else self._each(stamps)
        taken = rows[: dated.taken]
        used = sum(row.lines for row in taken)
        self._carry = _after_lines(data, used)
        reports = Reports(positions=np.zeros(0, dtype=FIX), lines=used)
        reports.clock = np.repeat(
            dated.received_at, np.array([row.lines for row in taken], dtype=np.int64)
        )
        self._fill(reports, taken, dated.received_at, dated.nonsense, lines.source)
        return reports

    def _live(self, lines: Lines, received_at: NDArray[np.int64]) -> Reports:
        """Decode live lines. A stamp a little ahead is the sender's clock: reception dates it."""
        self.joins_lines = False
        rows = list(self.rows(lines.data, final=True))
        counts = np.array([row.lines for row in rows], dtype=np.int64)
        clock = received_at[np.minimum(np.cumsum(counts) - counts, len(received_at) - 1)]
        self._set_right(rows, clock)
        for row, now in zip(rows, clock.tolist(), strict=True):
            if row.at == NO_TIME:
                row.at = now
            elif row.at > now + FAR_AHEAD_US or row.at < now - LONG_AGO_US:
                row.refusal = row.refusal or Refusal.CLOCK_NONSENSE
            elif row.at > now + AHEAD_US:
                row.at = now
        reports = Reports(positions=np.zeros(0, dtype=FIX), lines=len(received_at))
        reports.clock = received_at
        self.clock.at = int(received_at[-1]) if len(received_at) else self.clock.at
        self._fill(reports, rows, clock, np.zeros(len(rows), dtype=np.bool_), lines.source)
        return reports

    def _set_right(self, rows: list[Row], clock: NDArray[np.int64]) -> None:
        """Add what the feed's clock is slow by."""
        at = np.array([row.at for row in rows], dtype=np.int64)
        stamped = np.flatnonzero((at != NO_TIME) & (clock - at <= LONG_AGO_US))
        right = self.feed_clock.corrected(at[stamped], clock[stamped])
        for place, value in zip(stamped.tolist(), right.tolist(), strict=True):
            rows[place].at = value

    def _fill(
        self, reports: Reports, rows: list[Row], clock: Any, nonsense: Any, source: str
    ) -> None:
        refusals, kinds = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        positions: list[tuple[Any, ...]] = []
        offset = 0
        for row, received_at, wrong in zip(rows, clock.tolist(), nonsense.tolist(), strict=True):
            seq, line = offset, self._line + offset
            offset += row.lines
            refusal = row.refusal
            if refusal is None and row.kind:
                if wrong:
                    refusal = Refusal.CLOCK_NONSENSE
                elif received_at == NO_TIME:
                    refusal = Refusal.UNDATED
            if refusal is not None:
                refusals[source, refusal.value] += row.times
                continue
            if row.kind:
                kinds[source, row.kind] += 1
            at = row.at if row.at != NO_TIME else received_at
            if row.has_position:
                positions.append(
                    (
                        row.mmsi, at, received_at, seq, row.lon, row.lat, row.sog_kn, row.cog_deg,
                        row.heading_deg, row.turn_deg_min, row.status, row.type,
                        content_of(row), 0, line, row.raw[:RAW_BYTES],
                    )
                )  # fmt: skip
            if row.static is not None:
                reports.statics.append(
                    StaticReport(
                        at=at, received_at=received_at, seq=seq, source=0, static=row.static
                    )
                )
        self._line += offset
        reports.positions = np.array(positions, dtype=FIX)
        reports.refusals, reports.kinds = refusals, kinds


def content_of(row: Row) -> int:
    """Hash a report's content, so that two copies of it agree (not Python's salted hash)."""
    parts = (row.lon, row.lat, row.sog_kn, row.cog_deg, row.heading_deg)
    value = 0xCBF29CE484222325  # FNV-1a, 64 bits
    for part in (row.mmsi, row.status, *(0 if p != p else round(p * 1e6) for p in parts)):  # noqa: PLR0124 - NaN
        value = ((value ^ (part & 0xFFFFFFFFFFFFFFFF)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def _after_lines(data: bytes, count: int) -> bytes:
    position = 0
    for _ in range(count):
        end = data.find(b"\n", position)
        if end < 0:
            return b""
        position = end + 1
    return data[position:]
