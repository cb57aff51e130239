"""What a decoder of one log form is: bytes of complete lines in, reports out, no I/O.

A form is one file of this folder and one row of ``monitor.decode.FORMS``. It subclasses
``rows.RowDecoder`` (one row, one report: CSV, JSON), or Decoder itself as NMEA and journals do.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, ClassVar

from monitor.decode.dating import NEVER, LogClock
from monitor.decode.feedclock import FeedClock
from monitor.model import Lines, Reports

KINDS = {
    1: "position", 2: "position", 3: "position", 18: "position", 19: "position", 27: "position",
    4: "base_station", 11: "base_station", 5: "static", 24: "static", 9: "sar_aircraft",
    21: "aton", 28: "aton", 12: "safety", 14: "safety", 6: "binary", 8: "binary", 17: "binary",
    25: "binary", 26: "binary",
}  # fmt: skip
"""Message type -> what a report of it is counted as; the rest is "other" (link management)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of a log that the log does not say itself."""

    until: int = NEVER  # us; later stamps are nonsense: a day from now
    zone: tzinfo = UTC  # of times that name none
    date_order: str | None = None  # of 3/4/2024: "day-first", "month-first"; None: not known
    mmsi: int | None = None  # of the one ship that a table without a column for it is about


class Decoder(abc.ABC):
    """Bytes of one source in, reports out. Batches may be cut at any line end."""

    NAME: ClassVar[str]
    """What ``--input-format`` calls it."""

    ENDS: ClassVar[bool] = True
    """Whether the end of such a log is the end of what it tells; a journal's is not."""

    more = False
    """Whether some of what was given waits for the next call, though it could be decoded."""

    feed_clock: FeedClock
    """How slow the clock of a live feed is."""

    clock: LogClock
    """Where the log's time stands; NO_TIME while nothing has told it."""

    @staticmethod
    @abc.abstractmethod
    def recognises(head: bytes) -> bool:
        """Say whether a log that begins with ``head`` (up to 64 KiB) is of this form."""

    @abc.abstractmethod
    def decode(self, lines: Lines, *, final: bool = False) -> Reports:
        """Decode a batch. ``final``: no more will come; give what is still held."""

    @abc.abstractmethod
    def begin_at(self, start: int) -> None:
        """Date lines that nothing in the log dates from ``start`` (us) on."""

    def heed(self, told: Told) -> None:  # noqa: B027 - most forms say all of it themselves
        """Take what is said of the log; before anything else."""

    def dated_by(self) -> str:
        """What tells the times of the log, in words."""
        return "times of its own"

    def bound(self) -> dict[str, str]:
        """What is read of a table -> the column that has it; empty: it is no table."""
        return {}

    @abc.abstractmethod
    def begin_within(self, head: bytes, line: int) -> None:
        """Begin in the midst of a log, of which nothing is known but its first bytes.

        They say what holds for all of it, such as the names of columns. ``line``: the next one's
        number in the log, from 1.
        """

    @abc.abstractmethod
    def state(self) -> dict[str, Any]:
        """Return what must be kept to go on after a restart, as JSON would hold it."""

    @abc.abstractmethod
    def restore(self, state: dict[str, Any]) -> None:
        """Go on from ``state()``."""
