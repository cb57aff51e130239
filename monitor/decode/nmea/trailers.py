"""Numbers behind sentences: times, or counters of samples that look like them.

Some loggers write a Unix time behind each checksum, rtl_ais a counter with as many digits. A
number is a time where its second agrees with the one in the position report before it; so many of
a log's first ones decide for all of it. Until then they date nothing.
"""

from __future__ import annotations

import numpy as np

from monitor.decode.nmea import sixbit
from monitor.decode.nmea.lines import LineTable, Rank
from monitor.units import MINUTE_US, NO_TIME, SECOND_US

SAMPLES, AGREEING = 10, 0.8
"""Of so many position reports this share must agree: of counters one in a million logs would."""

EARLY_S, LATE_S = 3, 10
"""A report is received within seconds of its own second; clocks differ a little."""


class Trailers:
    """What is known of the numbers behind the sentences of one source."""

    def __init__(self) -> None:
        """None was seen."""
        self.agree = self.differ = 0
        self._noted: list[tuple[int, int, int]] = []  # line, begin of the sentence, number as us

    def state(self) -> list[int]:
        """What later lines depend on."""
        return [self.agree, self.differ]

    def restore(self, state: list[int] | None) -> None:
        """Go on from ``state()``; releases up to 0.2 kept none."""
        self.agree, self.differ = state if state is not None else (0, 0)
        self._noted = []

    def note(self, line: int, begin: int, at: int) -> None:
        """A number behind the sentence that begins there."""
        self._noted.append((line, begin, at))

    def tell(self, table: LineTable, *, final: bool) -> None:
        """Date the sentences of a batch by their numbers, if those are times."""
        noted, self._noted = self._noted, []
        if not noted:
            return
        rows = np.searchsorted(table.sentences["begin"], [begin for _, begin, _ in noted])
        for (_, _, at), row in zip(noted, rows.tolist(), strict=True):
            if self.agree + self.differ >= SAMPLES:
                break
            sentence = table.sentences[row]
            if sentence["ok"] and sentence["total"] == 1 and sentence["length"] >= 24:
                self._sample(at, sixbit.second_of(table.buffer, int(sentence["payload"])))
        if not self._are_times(final=final):
            return
        for (line, _, at), row in zip(noted, rows.tolist(), strict=True):
            table.sentences["stamp"][row] = at
            if table.stamps[line] == NO_TIME:
                table.tell(line, at, Rank.STAMP)

    def _sample(self, at: int, second: int) -> None:
        if second < 0:
            return
        late_s = (at % MINUTE_US // SECOND_US - second) % 60
        if late_s <= LATE_S or late_s >= 60 - EARLY_S:
            self.agree += 1
        else:
            self.differ += 1

    def _are_times(self, *, final: bool) -> bool:
        seen = self.agree + self.differ
        return (final or seen >= SAMPLES) and self.agree >= max(1, AGREEING * seen)
