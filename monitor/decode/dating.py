"""The clock of a log: gives each line its ``received_at`` from the stamps found in the lines.

A log has no receive clock of its own, only stamps, and those go backwards where several stations
were merged, and now and then are nonsense. So the clock of a log is the running maximum of its
stamps, and a stamp may pull it forward by more than MAX_STEP only when the next stamp agrees:
one bad stamp must not make all that follows look late. Lines before the first stamp get that
first stamp. Both need a look ahead: the clock may ask for the last lines again (``taken``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.units import DAY_US, HOUR_US, MINUTE_US, NO_TIME, SECOND_US

MAX_STEP_US = DAY_US
"""A forward step beyond this needs a second witness: longer than any pause in a working feed."""

AGREEMENT_US = HOUR_US
"""How far behind a step the next stamp may lie and still confirm it: stations' clocks differ."""


AHEAD_US = 2 * SECOND_US
"""A live line may be stamped so far ahead: clocks differ. Beyond, its reception dates it."""

FAR_AHEAD_US = MINUTE_US
"""A decoded row of a live feed that is stamped further ahead is nonsense, and refused."""

LONG_AGO_US = 30 * DAY_US
"""A decoded row of a live feed that is stamped longer ago is nonsense as well, and refused."""

EARLIEST = 631_152_000 * SECOND_US
"""us: 1990. What is stamped earlier is of a receiver without a clock: there was no AIS."""

NEVER = 2**62
"""us: no stamp is too late where it is not said what the time is."""

HOLD_LINES = 1_000_000
"""Lines held until the first time is found; beyond it they are refused as undated."""

_WINDOW = 4096  # stamps looked at in one go: many steps must not cost the square


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """The times of a batch of lines; all arrays have ``taken`` entries."""

    received_at: NDArray[np.int64]  # never decreasing; NO_TIME before the first stamp
    nonsense: NDArray[np.bool_]  # stamps that their neighbours contradict
    taken: int  # lines decided on; the caller gives the rest again, with more behind it


class LogClock:
    """The running clock of one log. Its state is one instant, ``at``."""

    def __init__(self, at: int = NO_TIME) -> None:
        """Start at ``at`` (us), or with no time at all."""
        self.at = at

    def date(self, stamps: NDArray[np.int64], *, final: bool = False) -> Dated:
        """Date lines with these stamps (us, NO_TIME where a line has none).

        ``final`` says that nothing follows: a last step forward is then believed.
        """
        known = np.flatnonzero(stamps != NO_TIME)
        values = stamps[known]
        believed = np.ones(len(values), dtype=np.bool_)
        start, taken, i = self.at, len(stamps), 0
        while i < len(values):
            window = values[i : i + _WINDOW]
            before = np.maximum.accumulate(np.concatenate(([self.at], window)))[:-1]
            ahead = np.flatnonzero(window > before + MAX_STEP_US)
            step = int(ahead[0]) if len(ahead) else len(window)
            if step:
                self.at = max(self.at, int(window[:step].max()))
            i += step
            if not len(ahead):
                continue
            if i + 1 == len(values) and not final:
                taken = int(known[i])
                values, believed, known = values[:i], believed[:i], known[:i]
                break
            if i + 1 == len(values) or values[i + 1] >= values[i] - AGREEMENT_US:
                self.at = int(values[i])
            else:
                believed[i] = False
            i += 1
        if self.at == NO_TIME and not final and taken <= HOLD_LINES:
            taken = 0
            values, believed, known = values[:0], believed[:0], known[:0]
        received_at = np.full(taken, NO_TIME, dtype=np.int64)
        received_at[known] = np.where(believed, values, NO_TIME)
        if taken:
            first = values[believed][:1].tolist() if start == NO_TIME else [start]
            received_at[0] = max(int(received_at[0]), *first, NO_TIME)
        nonsense = np.zeros(taken, dtype=np.bool_)
        nonsense[known[~believed]] = True
        return Dated(received_at=np.maximum.accumulate(received_at), nonsense=nonsense, taken=taken)
