"""What a log is, without replaying it: its form, its times, what of it is refused, and where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from monitor.decode.decoder import Decoder
from monitor.decode.journal import JournalDecoder
from monitor.engine.quality import screen
from monitor.feed.logfile import HEAD_BYTES, LogFile
from monitor.model import Lines, Reports
from monitor.service.logs import LogOptions, decoder_of, open_log
from monitor.units import NO_TIME, to_iso

SHOWN_BYTES = 120
"""Of a refused line so much is shown."""


@dataclass(slots=True, kw_only=True)
class Explained:
    """What there is to say of a log."""

    log: str
    form: str
    dated_by: str = ""
    columns: dict[str, str] = field(default_factory=dict)  # what -> the column that has it
    lines: int = 0
    reports: int = 0
    positions: int = 0
    first_at: int = NO_TIME  # us; of a position
    last_at: int = NO_TIME
    late_us: int = 0  # by how much a position came after its time, at most
    refusals: Counter[str] = field(default_factory=Counter)
    where: dict[str, tuple[int, bytes]] = field(default_factory=dict)  # reason -> line, its text
    notes: list[str] = field(default_factory=list)
    damage: str = ""

    def record(self) -> dict[str, Any]:
        """As a plain document."""
        return {
            "log": self.log, "form": self.form, "dated_by": self.dated_by,
            "columns": self.columns, "lines": self.lines, "reports": self.reports,
            "positions": self.positions,
            "first_at": None if self.first_at == NO_TIME else to_iso(self.first_at),
            "last_at": None if self.last_at == NO_TIME else to_iso(self.last_at),
            "late_s": self.late_us / 1e6, "refusals": dict(sorted(self.refusals.items())),
            "first_refused": {
                reason: {"line": line, "text": text.decode("utf-8", "replace")}
                for reason, (line, text) in sorted(self.where.items())
            },
            "notes": self.notes, "damage": self.damage or None,
        }  # fmt: skip


def explain(log: LogFile, options: LogOptions) -> Explained:
    """Decode a log to its end; InputError if it cannot be read at all."""
    one = open_log(log, options)
    found = Explained(log=log.name, form=one.form)
    decoder = decoder_of(one, options.start_at, found.notes)
    for piece, last in log.pieces(size=HEAD_BYTES):
        before, line = decoder.state(), found.lines + 1
        reports = decoder.decode(Lines(data=piece, source=log.name), final=last)
        _count(found, reports)
        reasons = {reason for _, reason in reports.refusals} - found.where.keys()
        if reasons and one.form != JournalDecoder.NAME:
            probe = one.decoder()
            probe.restore(before)
            if probe.clock.at == NO_TIME and reports.clock is not None:  # then no line waits
                probe.clock.at = int(reports.clock.max(initial=NO_TIME))
            _locate(found, reasons, probe, piece, line)
    found.dated_by, found.columns = decoder.dated_by(), decoder.bound()
    found.damage = log.damage
    log.close()
    return found


def _count(found: Explained, reports: Reports) -> None:
    positions = reports.positions
    found.lines += reports.lines
    found.reports += sum(reports.kinds.values())
    found.positions += len(positions)
    for (_, reason), count in reports.refusals.items():
        found.refusals[reason] += count
    if not len(positions):
        return
    for verdict, mask in screen(positions)[1]:
        found.refusals[verdict.value] += int(np.count_nonzero(mask))
        first = positions[mask][0]
        found.where.setdefault(verdict.value, (int(first["line"]), bytes(first["raw"])))
    at, received_at = positions["at"], positions["received_at"]
    first_at = int(at.min())
    found.first_at = first_at if found.first_at == NO_TIME else min(found.first_at, first_at)
    found.last_at = max(found.last_at, int(at.max()))
    found.late_us = max(found.late_us, int((received_at - at).max()))


def _locate(found: Explained, reasons: set[str], probe: Decoder, piece: bytes, line: int) -> None:
    """Find the lines of a piece on which something is refused for the first time."""
    for place, text in enumerate(piece.splitlines(keepends=True)):
        reports = probe.decode(Lines(data=text, source=found.log))
        for _, reason in reports.refusals:
            if reason in reasons:
                found.where.setdefault(reason, (line + place, text.strip()[:SHOWN_BYTES]))
        if reasons <= found.where.keys():
            return
