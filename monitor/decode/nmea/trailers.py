"""Numbers behind sentences: times, or counters of samples that look like them.

Some loggers write a Unix time behind each checksum, rtl_ais a counter with as many digits. A
number is a time where its second agrees with the one in the position report before it; so many of
a log's first ones decide for all of it. Until then they date nothing.

Reports that all have about the same second agree with a counter as well, now and then. Those wait
for others; where none come, the numbers must go on as times do, and keep their distance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.decode.nmea import sixbit
from monitor.decode.nmea.lines import LineTable, Rank
from monitor.units import HOUR_US, NO_TIME, SECOND_US

SAMPLES, AGREEING = 10, 0.8
"""Of so many position reports this share must agree: of counters one in a million logs would."""

EARLY_S, LATE_S = 3, 10
"""A report is received within seconds of its own second; clocks differ a little."""

SAME = 0.6
"""Where a larger share of the reports have their second in one such span, it says little."""

MOST_SAMPLES = 20_000
"""So many are waited for until their seconds differ: a busy coast sends 500 a second."""

STEADY_S = 2
"""Then most numbers must lie within this after their reports: reception takes no longer."""

STEP_US = HOUR_US
"""And half of them within this of the one before; a counter of samples goes on by days."""


class Trailers:
    """What is known of the numbers behind the sentences of one source."""

    def __init__(self) -> None:
        """None was seen."""
        self.are_times: bool | None = None  # None: it is not known yet
        self._noted: list[tuple[int, int, int]] = []  # line, begin of the sentence, number as us
        self._forget()

    def _forget(self) -> None:
        self._seconds = np.zeros(60, dtype=np.int64)  # reports by their second
        self._late = np.zeros(60, dtype=np.int64)  # reports by how much later the number is, s
        self._last = NO_TIME  # the number before
        self._moved = self._leapt = 0  # numbers that are not the one before, or far from it

    def state(self) -> dict[str, Any]:
        """What later lines depend on."""
        if not self._seconds.any():
            return {"are_times": self.are_times}
        return {
            "are_times": self.are_times, "seconds": self._seconds.tolist(),
            "late": self._late.tolist(), "last": self._last, "moved": self._moved,
            "leapt": self._leapt,
        }  # fmt: skip

    def restore(self, state: dict[str, Any] | list[int] | None) -> None:
        """Go on from ``state()``; up to release 0.1 that was how many agree and differ, or none."""
        self._noted = []
        self._forget()
        if not isinstance(state, dict):
            agree, differ = state if state is not None else (0, 0)
            decided = agree + differ >= SAMPLES
            self.are_times = agree >= AGREEING * (agree + differ) if decided else None
            return
        self.are_times = state["are_times"]
        if "seconds" not in state:
            return
        self._seconds = np.array(state["seconds"], dtype=np.int64)
        self._late = np.array(state["late"], dtype=np.int64)
        self._last, self._moved, self._leapt = state["last"], state["moved"], state["leapt"]

    def note(self, line: int, begin: int, at: int) -> None:
        """A number behind the sentence that begins there."""
        self._noted.append((line, begin, at))

    def tell(self, table: LineTable, dated: tuple[int, int], *, final: bool) -> None:
        """Date the sentences of a batch by their numbers, if those are times.

        ``dated``: the first lines that are dated by something else. Behind the first, the number
        by which it becomes known that they are times lets go what is before it: numbers there date
        nothing. The second does as well, if it never becomes known before the end.
        """
        noted, self._noted = self._noted, []
        if not noted:
            return
        rows = np.searchsorted(table.sentences["begin"], [begin for _, begin, _ in noted])
        first = 0  # of those that tell a time
        for place, ((line, _, at), row) in enumerate(zip(noted, rows.tolist(), strict=True)):
            if self.are_times is not None:
                break
            first = place if line > dated[0] else 0
            sentence = table.sentences[row]
            if sentence["ok"] and sentence["total"] == 1 and sentence["length"] >= 24:
                self._sample(at, sixbit.second_of(table.buffer, int(sentence["payload"])))
        are_times = self.are_times
        if are_times is None and final:
            are_times, first = self._say(), 0 if dated[1] == len(table) else len(noted)
        if not are_times:
            return
        for (line, _, at), row in zip(noted[first:], rows[first:].tolist(), strict=True):
            table.sentences["stamp"][row] = at
            if table.ranks[line] < Rank.STAMP:
                table.tell(line, at, Rank.STAMP)

    def _sample(self, at: int, second: int) -> None:
        if second < 0:
            return
        self._seconds[second] += 1
        self._late[(at // SECOND_US - second) % 60] += 1
        if self._last not in (NO_TIME, at):
            self._moved += 1
            self._leapt += abs(at - self._last) > STEP_US
        self._last = at
        seen = int(self._seconds.sum())
        if seen >= MOST_SAMPLES or (seen >= SAMPLES and not self._stands_still()):
            self.are_times = self._say()
            self._forget()

    def _say(self) -> bool:
        """Whether what was seen makes times of the numbers."""
        seen = int(self._seconds.sum())
        agree = int(np.roll(self._late, EARLY_S)[: EARLY_S + LATE_S + 1].sum())
        if agree < max(1, AGREEING * seen) or seen == 1 or not self._stands_still():
            return agree >= max(1, AGREEING * seen)
        steady = _most_within(self._late, STEADY_S + 1) >= AGREEING * seen
        return steady and self._moved > 0 and 2 * self._leapt <= self._moved

    def _stands_still(self) -> bool:
        """Whether one number would agree with most of the reports' seconds."""
        seen = int(self._seconds.sum())
        return _most_within(self._seconds, EARLY_S + LATE_S + 1) > SAME * seen


def _most_within(counts: NDArray[np.int64], seconds: int) -> int:
    """The most of those counted by second that any so many seconds in a row hold."""
    around = np.concatenate(([0], np.cumsum(np.concatenate((counts, counts[: seconds - 1])))))
    return int((around[seconds:] - around[:-seconds]).max())
