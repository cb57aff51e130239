"""The pipe: reports in; fixes, identities, events and port calls out. Pure, and told the time.

Reports wait in a reorder buffer until the watermark (newest ``received_at`` less the allowed
lateness) has passed them, and leave it sorted by (at, arrival). So the result is that of sorted
input, however the lines came and however the batches were cut. Reports that come after the
watermark are late: they go to history and are counted, and no event is made of them.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.engine import kept, quality
from monitor.engine.detect.detection import Detector, Finding
from monitor.engine.detect.port.visit import Watch
from monitor.engine.geofence import FenceSet
from monitor.engine.quality import DUPLICATE_WINDOW_US
from monitor.engine.reception import Bucket, Key, Reception
from monitor.engine.track import Odd, Tracker
from monitor.model import FIX, Fix, Refusal, Refusals, Reports, StaticReport, rows_at
from monitor.units import MINUTE_US, NO_TIME

LATENESS_US = 2 * MINUTE_US
"""Receivers, relays and mergers deliver within a minute; two cost an officer little."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of a batch. All that must be stored with it, in one transaction."""

    fixes: Any  # dtype FIX: believed, released, sorted by (mmsi, track, at)
    tracks: NDArray[np.int8]  # track number of each
    late: Any  # dtype FIX: for history only
    statics: list[StaticReport]
    findings: list[Finding]
    refusals: Refusals
    kinds: Counter[tuple[str, str]]  # (source, kind) -> how many
    lines: int


@dataclass(slots=True, kw_only=True)
class Snapshot:
    """What must be kept to go on: everything (``full``) or what changed since the last one."""

    head: dict[str, Any]  # clock, sequence, names of sources, odd vessels
    pending: bytes  # dtype FIX: what came to the reorder buffer
    recent: bytes  # hashes that copies will be known by: what came to them
    newest_at: int  # of both, us
    outlived: int  # what came to both no later than this (us) in earlier snapshots may be forgotten
    last: Any  # dtype FIX: last fixes of the vessels concerned
    names: dict[int, str]
    watches: dict[tuple[int, int, str], str | None]  # None: over
    statics: str
    reception: list[tuple[Key, Bucket]]  # absolute counts
    usual: list[tuple[str, int, int]]  # (port, bucket, vessels) of earlier days, to restore from


class Pipeline:
    """One pipe for all sources of one store."""

    def __init__(self, fences: FenceSet, *, lateness_us: int = LATENESS_US) -> None:
        """Nothing has been seen."""
        self.lateness_us = lateness_us
        self.sources: list[str] = []
        self.newest = NO_TIME  # received_at, us
        self._floor = NO_TIME  # the watermark when the lateness last changed: it never goes back
        self._seq = 0
        self._pending = np.zeros(0, dtype=FIX)
        self._fresh: list[Any] = []  # what came to it since the last snapshot
        self._statics: list[StaticReport] = []
        self._names: dict[int, str] = {}
        self._newest_name: dict[int, tuple[int, str]] = {}  # what waits included
        self._renamed: set[int] = set()
        self._touched: set[int] = set()
        self._recent = quality.Deduplicator()
        self.tracker = Tracker()
        self.reception = Reception(fences)
        self.detector = Detector(fences, self.sources, self.reception)

    @property
    def watermark(self) -> int:
        """Reports older than this are late, us."""
        return NO_TIME if self.newest == NO_TIME else self._mark(self.newest)

    @property
    def waiting(self) -> int:
        """How many reports wait in the reorder buffer."""
        return len(self._pending)

    def wait_for(self, lateness_us: int) -> None:
        """Change how late reports may come, from now on."""
        if lateness_us != self.lateness_us:
            self._floor = self.watermark
            self.lateness_us = lateness_us

    def _mark(self, newest: int) -> int:
        return max(newest - self.lateness_us, self._floor)

    def take(self, source: str | None, reports: Reports) -> Outcome:
        """Take the reports of a batch of lines of one source; None: they name theirs by number.

        Those of merged input (``reports.sources``) name their sources themselves.
        """
        positions, statics = reports.positions, reports.statics
        refusals: Refusals = Counter(reports.refusals)
        if reports.lateness_us is not None:
            self.wait_for(reports.lateness_us)
        if reports.sources:
            numbers = [self.number_of(name) for name in reports.sources]
            positions["source"] = np.array(numbers, dtype=np.uint16)[positions["source"]]
            for static in statics:
                static.source = numbers[static.source]
        elif source is not None:
            number = self.number_of(source)
            positions["source"] = number
            for static in statics:
                static.source = number
        positions["seq"] += self._seq
        for static in statics:
            static.seq += self._seq
            newest = max(self.newest, static.received_at)
            static.known_at = max(static.at, self._mark(newest))
        self._seq += max(reports.lines, reports.numbers)
        self.reception.take(positions)
        believed, verdicts = quality.screen(positions)
        for reason, mask in verdicts:
            self._count(refusals, positions["source"][mask], reason)
        if verdicts:
            positions = rows_at(positions, believed)
        newest = np.maximum(positions["received_at"], self.newest)
        np.maximum.accumulate(newest, out=newest)
        is_late = positions["at"] < np.maximum(newest - self.lateness_us, self._floor)
        late = positions[is_late]
        if len(late):
            self._count(refusals, late["source"], Refusal.LATE)
            positions = rows_at(positions, ~is_late)
        self._pending = np.concatenate([self._pending, positions])
        self._fresh.append(positions)
        if reports.clock is not None and len(reports.clock):
            self.newest = max(self.newest, int(reports.clock[-1]))
        self._statics += [static for static in statics if self._is_news(static)]
        outcome = self._release(refusals)
        outcome.late, outcome.kinds, outcome.lines = late, reports.kinds, reports.lines
        outcome.statics = statics
        return outcome

    def advance(self, now: int) -> Outcome:
        """Nothing came, but time went on to ``now`` (us)."""
        self.newest = max(self.newest, now)
        return self._release(Counter())

    def finish(self) -> Outcome:
        """The input has ended: let out what waits, as if the lateness had passed."""
        if self.newest != NO_TIME:
            self.newest += self.lateness_us
        self.tracker.give_up()
        return self._release(Counter())

    def number_of(self, source: str) -> int:
        """Number of a source in fixes and reports."""
        if source not in self.sources:
            self.sources.append(source)
        return self.sources.index(source)

    def _release(self, refusals: Refusals) -> Outcome:
        until = self.watermark
        fixes = self._due(until, refusals)
        tracks = self.tracker.follow(fixes)
        findings = self.detector.take(tracks, self.tracker, until)
        self.reception.forget(until)
        self._touched.update(self.tracker.remember(tracks).tolist())
        for (source, reason), count in self.tracker.refused.items():
            refusals[self.sources[source], reason.value] += count
        self.tracker.refused.clear()
        findings = self._name(findings, until)
        return Outcome(
            fixes=tracks.fixes,
            tracks=tracks.links["track"],
            late=np.zeros(0, dtype=FIX),
            statics=[],
            findings=findings,
            refusals=refusals,
            kinds=Counter(),
            lines=0,
        )

    def _due(self, until: int, refusals: Refusals) -> Any:
        """Take the fixes up to the watermark out of the buffer, copies left out, by vessel."""
        pending = self._pending
        due = pending["at"] <= until
        rows = np.flatnonzero(due)
        rows = rows[np.lexsort((pending["seq"][rows], pending["at"][rows]))]
        vessels = pending["mmsi"][rows]
        copies = self._recent.duplicates(pending["content"][rows], vessels, pending["at"][rows])
        if copies.any():
            self._count(refusals, pending["source"][rows[copies]], Refusal.DUPLICATE)
            rows, vessels = rows[~copies], vessels[~copies]
        fixes = rows_at(pending, rows[np.argsort(vessels, kind="stable")])
        self._pending = rows_at(pending, np.flatnonzero(~due))
        return fixes

    def _count(self, refusals: Refusals, sources: NDArray[np.uint16], reason: Refusal) -> None:
        numbers = np.bincount(sources)
        for source in np.flatnonzero(numbers).tolist():
            refusals[self.sources[source], reason.value] += int(numbers[source])

    def _is_news(self, static: StaticReport) -> bool:
        """Whether a static report may change a name; most repeat what was said before."""
        name, mmsi = static.static.name, static.static.mmsi
        if name is None:
            return False
        last = self._newest_name.get(mmsi)
        if last is not None and static.known_at >= last[0] and name == last[1]:
            return False
        if last is None or static.known_at >= last[0]:
            self._newest_name[mmsi] = (static.known_at, name)
        return True

    def _name(self, findings: list[Finding], until: int) -> list[Finding]:
        """Give findings the vessel's name as it was known when they were decided."""
        due = sorted(
            (s for s in self._statics if s.known_at <= until), key=lambda s: (s.known_at, s.seq)
        )
        self._statics = [s for s in self._statics if s.known_at > until]
        changes: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for static in due:
            changes[static.static.mmsi].append((static.known_at, static.static.name or ""))
        named = []
        for finding in findings:
            name = self._names.get(finding.mmsi)
            for at, later in changes.get(finding.mmsi, ()):
                if at <= finding.decided_at:
                    name = later
            named.append(replace(finding, name=name) if name is not None else finding)
        for mmsi, known in changes.items():
            if self._names.get(mmsi) != known[-1][1]:
                self._names[mmsi] = known[-1][1]
                self._renamed.add(mmsi)
        return named

    # -- restart -------------------------------------------------------------------------------

    def snapshot(self, *, full: bool = False) -> Snapshot:
        """Return what changed since the last snapshot (or everything) for ``restore``."""
        tracker = self.tracker
        slots = np.arange(len(tracker.index)) if full else np.array(sorted(self._touched), np.int64)
        last = tracker.last[slots]
        changed = self.detector.take_changed()
        watches = dict(self.detector.watches) if full else changed
        renamed = self._names if full else {m: self._names[m] for m in sorted(self._renamed)}
        self._touched.clear()
        self._renamed.clear()
        outlived = NO_TIME if self.newest == NO_TIME else self.watermark - DUPLICATE_WINDOW_US
        pending, recent = self._came(full=full)
        return Snapshot(
            head={
                "newest": self.newest,
                "floor": self._floor,
                "seq": self._seq,
                "sources": list(self.sources),
                "lateness_us": self.lateness_us,
                "names": {
                    str(mmsi): self._names.get(mmsi)
                    for mmsi in sorted({static.static.mmsi for static in self._statics})
                },
                "odd": {str(m): kept.dump(odd) for m, odd in tracker.odd.items()},
            },
            pending=pending.tobytes(),
            recent=recent.tobytes(),
            newest_at=int(np.concatenate([[NO_TIME], pending["at"], recent["at"]]).max()),
            outlived=outlived,
            last=last[last["mmsi"] != 0],
            names=dict(renamed),
            watches={
                key: None if watch is None else kept.dump(watch) for key, watch in watches.items()
            },
            statics=json.dumps([kept.plain(static) for static in self._statics]),
            reception=self.reception.take_changed(full=full),
            usual=[(port, at, n) for (port, at), n in self.reception.usual.items()] if full else [],
        )

    def _came(self, *, full: bool) -> tuple[Any, Any]:
        """What came to the buffers since the last snapshot and is still in use, or all of it."""
        fresh, self._fresh = np.concatenate([self._pending[:0], *self._fresh]), []
        news = self._recent.take_news()
        if full:
            return self._pending, self._recent.recent
        if self.newest == NO_TIME:
            return fresh, news
        waits = fresh["at"] > self.watermark
        useful = news["at"] >= self.watermark - DUPLICATE_WINDOW_US
        return rows_at(fresh, waits), news[useful]

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a full snapshot."""
        head = snapshot.head
        self.newest, self._seq = head["newest"], head["seq"]
        lateness_us, self.lateness_us = self.lateness_us, head["lateness_us"]
        self._floor = head["floor"]
        self.sources[:] = head["sources"]
        pending = np.frombuffer(snapshot.pending, dtype=FIX)
        self._pending = rows_at(pending, pending["at"] > self.watermark)
        self.wait_for(lateness_us)
        self._recent.recent = np.frombuffer(snapshot.recent, dtype=self._recent.recent.dtype).copy()
        odd = {int(mmsi): kept.load(Odd, text) for mmsi, text in head["odd"].items()}
        self.tracker.restore(snapshot.last, odd)
        self._names = dict(snapshot.names)
        for mmsi, name in head["names"].items():  # as they were before the statics that wait
            self._names.pop(int(mmsi), None)
            if name is not None:
                self._names[int(mmsi)] = name
        self._newest_name = {mmsi: (NO_TIME, name) for mmsi, name in self._names.items()}
        self._statics = [kept.read(StaticReport, item) for item in json.loads(snapshot.statics)]
        for static in self._statics:
            self._is_news(static)
        self.reception.restore(snapshot.reception, snapshot.usual)
        self.detector.watches = {
            key: kept.load(Watch, text)
            for key, text in snapshot.watches.items()
            if text is not None
        }


def as_fixes(rows: Any) -> list[Fix]:
    """Rows of dtype FIX as plain values."""
    return [Fix._make(row) for row in rows.tolist()]
