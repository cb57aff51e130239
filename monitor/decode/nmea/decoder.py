"""NMEA logs and feeds to reports, a whole batch at once.

Sentences are found and dated (``framing.py``), positions decoded as columns (``sixbit.py``), parts
joined (``assembler.py``), and the rest is given to pyais (``message.py``): ``reading.py`` does the
last three.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from monitor.decode.dating import LogClock
from monitor.decode.decoder import Decoder, Told
from monitor.decode.feedclock import FeedClock
from monitor.decode.nmea.assembler import Assembler
from monitor.decode.nmea.framing import Framer
from monitor.decode.nmea.lines import LineTable, Rank
from monitor.decode.nmea.reading import Reading
from monitor.model import FIX, Lines, Refusal, Reports

_LOOKS_AIS = re.compile(rb"[!$][^,*\s]{2}VD[MO],\d,\d,")
_JSON = re.compile(rb"\{|\[\s*[\[{\]]")


DATED_BY = {
    Rank.NONE: "nothing", Rank.SECONDS: "the seconds in position reports, from --start on",
    Rank.BASE_STATION: "base stations", Rank.GPS: "RMC or ZDA sentences",
    Rank.STAMP: "the logger's times",
}  # fmt: skip


class NmeaDecoder(Decoder):
    """AIS sentences in all forms that loggers and stations write."""

    NAME: ClassVar[str] = "nmea"

    def __init__(self) -> None:
        """Begin a log."""
        self.clock = LogClock()
        self.feed_clock = FeedClock()
        self._assembler = Assembler()
        self._carry = b""
        self._line = 1
        self._order = 0
        self._framer = Framer()

    def begin_at(self, start: int) -> None:
        """Count on from ``start`` by the seconds in position reports, until a better clock."""
        self.clock = LogClock(start)
        self._framer.begin_at(start)

    def heed(self, told: Told) -> None:
        """Take the zone of loggers' times, and until when a stamp is believed; see Decoder."""
        self._framer.until, self._framer.zone = told.until, told.zone

    def dated_by(self) -> str:
        """What tells the times of the log; see Decoder."""
        return DATED_BY[self._framer.rank]

    def begin_within(self, head: bytes, line: int) -> None:
        """Count on from ``line``; see Decoder."""
        del head  # a sentence says all of itself
        self._line = line

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Some line holds a VDM or VDO sentence, and the text is not JSON or a decoded CSV."""
        begin = head.lstrip(b"\xef\xbb\xbf \r\n")
        return bool(_LOOKS_AIS.search(head)) and not _JSON.match(begin)

    def state(self) -> dict[str, Any]:
        """Everything that later lines depend on."""
        return {
            "clock": self.clock.at,
            "parts": self._assembler.state(),
            "carry": self._carry.decode("latin-1"),
            "line": self._line,
            "order": self._order,
            "framer": self._framer.state(),
            "feed_clock": self.feed_clock.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from ``state()``."""
        self.clock = LogClock(state["clock"])
        self._assembler.restore(state["parts"])
        self._carry = state["carry"].encode("latin-1")
        self._line, self._order = state["line"], state["order"]
        self._framer.restore(state["framer"])
        self.feed_clock.restore(state.get("feed_clock"))

    def decode(self, lines: Lines, *, final: bool = False) -> Reports:
        """Decode a batch; see Decoder."""
        data = self._carry + lines.data
        if data and not data.endswith(b"\n"):
            data += b"\n"
        table, clock = self._framed(LineTable(data), lines, final=final)
        reports = self._read(table, clock, lines, final=final)
        self._line += len(table)
        return reports

    def _framed(
        self, table: LineTable, lines: Lines, *, final: bool
    ) -> tuple[LineTable, NDArray[np.int64]]:
        """Find what is in the lines, and when each was received; some may wait for the next batch.

        The clock of a log may ask for its last lines again, with more behind them.
        """
        before = self._framer.state()
        live = lines.received_at is not None
        self._framer.frame(table, live=live, final=final)
        self._carry = b""
        if lines.received_at is not None:
            return table, lines.received_at
        dated = self.clock.date(table.stamps, final=final)
        taken, reasons = dated.taken, table.reasons
        for line in np.flatnonzero(dated.nonsense[:taken]).tolist():
            reasons.setdefault(line, Refusal.CLOCK_NONSENSE)
        if taken < len(table):
            are_times = self._framer.trailers.are_times  # the first ones have said it for the log
            self._framer.restore(before)
            self._framer.trailers.are_times = are_times
            self._carry = table.behind(taken)
            table = table.head(taken)
            self._framer.frame(table)
            table.reasons |= {line: why for line, why in reasons.items() if line < taken}
        return table, dated.received_at

    def _read(
        self, table: LineTable, clock: NDArray[np.int64], lines: Lines, *, final: bool
    ) -> Reports:
        """What the lines say."""
        feed = None if lines.received_at is None else self.feed_clock
        reading = Reading(table, clock, feed=feed, first_line=self._line)
        sentences = reading.believed()
        positions = reading.single(sentences)
        late = reading.joined(sentences, self._assembler, self._order)
        if final:
            self._assembler.flush()
        reading.count[Refusal.PART_MISSING] += self._assembler.missing
        reading.count[Refusal.PART_REPEATED] += self._assembler.repeated
        self._assembler.missing = self._assembler.repeated = 0
        self._order += len(table.sentences)
        if late:
            positions = np.concatenate([positions, np.array(late, dtype=FIX)])
            positions = positions[np.argsort(positions["seq"], kind="stable")]
        reading.statics.sort(key=lambda report: report.seq)
        reports = Reports(positions=positions, statics=reading.statics)
        reports.lines, reports.clock = len(table), clock
        for reason, number in reading.count.items():
            if number:
                reports.refusals[lines.source, reason.value] = number
        for kind, number in reading.kinds.items():
            reports.kinds[lines.source, kind] = number
        return reports
