"""How slow the clock of a live feed is.

A station whose clock is slow stamps each report as old; believed, all of them are late. A feed's
lag, from stamp to reception, tells: where it is steady it is the clock's, and is added to the
stamps; where it varies the reports are old indeed (a satellite's, a snapshot's). So it follows a
drift, and some reports after a jump it has learned that as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monitor.units import SECOND_US

WINDOW = 32
"""The lag is judged over so many stamped reports."""

TOLERATED_US = 3 * SECOND_US
"""Networks and buffers are as slow; so late a report may come anyway."""

STEADY_US = 2 * SECOND_US
"""Three quarters of the lags of a slow clock lie within this."""

_LOW, _MIDDLE, _HIGH = WINDOW // 8, WINDOW // 2, WINDOW - 1 - WINDOW // 8


class FeedClock:
    """The lag of one feed's stamps, learned from the reports as they come."""

    def __init__(self) -> None:
        """Nothing is known."""
        self.slow_us = 0
        self._lags: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def state(self) -> list[int]:
        """What later reports depend on: the slowness, and the last lags, us."""
        return [self.slow_us, *self._lags.tolist()]

    def restore(self, state: list[int] | None) -> None:
        """Go on from ``state()``; None: of a release that kept none."""
        known = state or [0]
        self.slow_us, self._lags = known[0], np.array(known[1:], dtype=np.int64)

    def corrected(self, at: NDArray[np.int64], received_at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Stamps (us) of reports in order of arrival, with the clock's slowness added."""
        if not len(at):
            return at
        lags = np.concatenate([self._lags, received_at - at])
        before, self._lags = len(self._lags), lags[-WINDOW:]
        if len(lags) < WINDOW or lags.max() <= TOLERATED_US:
            self.slow_us = 0
            return at
        windows = np.sort(np.lib.stride_tricks.sliding_window_view(lags, WINDOW), axis=1)
        steady = windows[:, _HIGH] - windows[:, _LOW] <= STEADY_US
        steady &= windows[:, _MIDDLE] > TOLERATED_US
        slow = np.zeros(len(lags), dtype=np.int64)
        slow[WINDOW - 1 :] = np.where(steady, windows[:, _MIDDLE], 0)
        self.slow_us = int(slow[-1])
        return at + slow[before:]
