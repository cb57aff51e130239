"""Logs put in order of time: archives sorted by vessel, and logs of several stations at once.

The pipe wants lines as they came in. So the reports of such logs are decoded first and laid into a
file an hour (disk, not memory), and then given out hour by hour, sorted. Evidence still names the
line in the log that a fix came from.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np

from monitor.arrays import rows_at
from monitor.decode.decoder import Told
from monitor.decode.forms import form_of, make_decoder
from monitor.decode.rows import RowDecoder
from monitor.feed.logfile import LogFile
from monitor.model import FIX, Lines, Refusals, Reports, Static, StaticReport
from monitor.units import HOUR_US, MINUTE_US, NO_TIME

OUT_OF_ORDER_US = 10 * MINUTE_US
"""Steps back beyond this in a log's first lines: it is not sorted by time."""

SIDE_BY_SIDE_US = HOUR_US
"""Logs that begin within this of each other are taken to be of the same time."""

OPEN_FILES = 64


def first_stamp(log: LogFile, form: str, told: Told | None = None) -> int:
    """Time of the first dated line of a log's head, us; NO_TIME: none there."""
    decoder = make_decoder(form_of(form), told=told)
    clock = decoder.decode(Lines(data=whole_lines(log.head), source=log.name), final=True).clock
    if clock is None:
        return NO_TIME
    dated = clock[clock != NO_TIME]
    return int(dated[0]) if len(dated) else NO_TIME


def is_sorted(log: LogFile, form: str, told: Told | None = None) -> bool:
    """Whether the rows of a log's head come in order of time, as far as it matters."""
    decoder = make_decoder(form_of(form), told=told)
    if not isinstance(decoder, RowDecoder):
        return True
    stamps = decoder.stamps_in(whole_lines(log.head))
    return not len(stamps) or bool(
        (np.maximum.accumulate(stamps) - stamps <= OUT_OF_ORDER_US).all()
    )


def whole_lines(head: bytes) -> bytes:
    """The head without its last line, which may be cut; all of it if it is but one line."""
    return head[: head.rfind(b"\n") + 1] or head


class Ordered:
    """Reports of some logs, on disk under ``folder`` until they are given out in order."""

    def __init__(self, folder: Path) -> None:
        """Nothing yet."""
        self.folder = folder
        self._files: dict[int, IO[bytes]] = {}
        self._claims: dict[tuple[int, Static], array[int]] = {}  # and when each was made, us
        self.refusals: Refusals = Counter()
        self.kinds: Counter[tuple[str, str]] = Counter()
        self.lines = 0

    def add(self, number: int, reports: Reports) -> None:
        """Put a batch of reports of source ``number`` where it belongs."""
        positions = reports.positions
        positions["source"] = number
        hours = positions["received_at"] // HOUR_US
        for hour in np.unique(hours).tolist():
            self._file(hour).write(rows_at(positions, hours == hour).tobytes())
        for report in reports.statics:
            self._claims.setdefault((number, report.static), array("q")).append(report.at)
        self.refusals.update(reports.refusals)
        self.kinds.update(reports.kinds)
        self.lines += reports.lines

    def write(self) -> None:
        """Write what is not written yet; OSError if there is no room."""
        while self._files:
            self._files.popitem()[1].close()

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files.values():
            with suppress(OSError):  # there is no room for what was not written
                file.close()

    def pieces(self) -> Iterator[Reports]:
        """Reports of an hour each, oldest first; the first piece also has all counts."""
        self.write()
        statics: dict[int, list[StaticReport]] = {}
        for (number, static), made in self._claims.items():
            for at in sorted(set(made)):
                report = StaticReport(at=at, received_at=at, seq=0, source=number, static=static)
                statics.setdefault(at // HOUR_US, []).append(report)
        fixes = {int(path.stem): path for path in self.folder.glob("*.fix")}
        first = True
        for hour in sorted({*fixes, *statics}):
            rows = np.zeros(0, dtype=FIX)
            if hour in fixes:
                rows = np.fromfile(fixes[hour], dtype=FIX)
                rows = rows_at(
                    rows, np.lexsort((rows["line"], rows["source"], rows["received_at"]))
                )
            claims = sorted(statics.get(hour, ()), key=lambda r: (r.at, r.static.mmsi, r.source))
            rows["seq"] = np.arange(len(rows))
            piece = Reports(
                positions=rows,
                statics=[replace(report, seq=len(rows) + i) for i, report in enumerate(claims)],
                arrivals=len(rows) + len(claims),
            )
            newest = [int(rows["received_at"][-1])] if len(rows) else []
            newest += [claims[-1].at] if claims else []
            piece.clock = np.array([max(newest)], dtype=np.int64)
            if first:
                piece.refusals, piece.kinds, piece.lines = self.refusals, self.kinds, self.lines
                first = False
            yield piece
        if first and self.lines:
            yield Reports(
                positions=np.zeros(0, dtype=FIX), refusals=self.refusals, kinds=self.kinds,
                lines=self.lines, arrivals=0, clock=np.zeros(0, dtype=np.int64),
            )  # fmt: skip

    def _file(self, hour: int) -> IO[bytes]:
        if hour not in self._files:
            if len(self._files) >= OPEN_FILES:
                self._files.pop(next(iter(self._files))).close()
            self._files[hour] = (self.folder / f"{hour}.fix").open("ab")
        return self._files[hour]
