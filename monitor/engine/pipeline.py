"""The pipe: reports in; fixes, identities, events and port calls out. Pure, and told the time.

Reports wait in a reorder buffer until the watermark (newest ``received_at`` less the allowed
lateness) has passed them, and leave it sorted by time. So the result is that of sorted input,
however the lines came and however the batches were cut. Reports that come after the watermark are
late: they are stored and counted, and the ships that they are of are taken again from the first
report on (``again.py``), which puts right what was told without them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.arrays import joined, rows_at
from monitor.decode.dating import NEVER
from monitor.engine import odd_kept, quality
from monitor.engine.detect.detection import Detection
from monitor.engine.detect.disturbed import Disturbed
from monitor.engine.detect.episode import EPISODE, Episodes
from monitor.engine.detect.evidence import Hearing, Witness
from monitor.engine.detect.lookout import Lookout
from monitor.engine.detect.near import last_of
from monitor.engine.detect.picture import Picture, is_due, last_fixes, pictured
from monitor.engine.earshot import Earshot
from monitor.engine.geofence import FenceSet
from monitor.engine.identity import Names
from monitor.engine.kept import Kept, NotReadableError
from monitor.engine.listening import Listening
from monitor.engine.outcome import Outcome, nothing
from monitor.engine.reception import KEEP_US, Reception
from monitor.engine.remembered import Recalled, Remembered
from monitor.engine.reorder import LATENESS_US, Reorder
from monitor.engine.snapshot import NAMED, Areas, Snapshot, believed
from monitor.engine.track import Tracker, Tracks
from monitor.model import FIX, Refusal, Refusals, Reports, StaticReport
from monitor.units import DAY_US, NO_TIME

HEAD_VERSION = 2
"""Of ``Snapshot.head``: 0 had no number, and held odd vessels too; 1 held names of ships."""

OWN = NAMED | {odd_kept.TRACK, EPISODE}
"""Under which is kept what is no detector's."""


class Pipeline:
    """One pipe for all sources of one store."""

    def __init__(self, fences: FenceSet, *, lateness_us: int = LATENESS_US) -> None:
        """Nothing has been seen."""
        self.fences = fences
        self.sources: list[str] = []
        self._begin(lateness_us)

    def begin_anew(self) -> None:
        """Forget everything, as if nothing had been seen."""
        self.sources.clear()
        self._begin(self.lateness_us)

    def _begin(self, lateness_us: int) -> None:
        fences = self.fences
        self._seq = 0
        self._received = NO_TIME  # the newest reception of lines, us
        self.ended = False  # the input has, and nothing came since
        self._looked = NO_TIME  # instants before this were looked at, us: see ``picture.py``
        self._is_a_day_over = False  # since areas of interference were put by
        self._gone: list[Kept] = []  # of the tracker, that could not be read: to be deleted
        self._order = Reorder(lateness_us, self.sources)
        self._names = Names()
        self.tracker = Tracker()
        self.reception = Reception(fences)
        self.earshot = Earshot(fences)
        self._listening = Listening(port.id for port in fences.ports)
        self.detection = Detection(fences)
        self.episodes = Episodes()
        self.remembered = Remembered(self.tracker, self._names, self.episodes, self.detection)
        self._disturbed = Disturbed(self.tracker.astray)
        hearing = Hearing(self.reception, self.earshot)
        self._witness = Witness(fences, self.sources, hearing, self._names, self._disturbed)

    def redraw(self, fences: FenceSet) -> None:
        """Areas were drawn, or removed: the ports are the same."""
        self.fences = fences
        self.detection.redraw(fences)
        self._witness.redraw(fences)

    @property
    def newest(self) -> int:
        """The newest reception, us; NO_TIME: there was none."""
        return self._order.newest

    @property
    def received(self) -> int:
        """The newest reception of lines, us; NO_TIME: there was none."""
        return self._received

    @property
    def watermark(self) -> int:
        """Reports older than this are late, us."""
        return self._order.watermark

    @property
    def passed(self) -> int:
        """Nothing older than this waits any more, us."""
        return NO_TIME if self.newest == NO_TIME else self._order.passed

    @property
    def settled(self) -> bool:
        """Whether nothing more can be received at ``newest``."""
        return self._order.settled

    @property
    def lateness_us(self) -> int:
        """How late reports may come."""
        return self._order.lateness_us

    @property
    def waiting(self) -> int:
        """How many reports wait in the reorder buffer."""
        return len(self._order.pending)

    def wait_for(self, lateness_us: int) -> None:
        """Change how late reports may come, from now on."""
        self._order.wait_for(lateness_us)

    def take(self, source: str | None, reports: Reports, *, owned: bool = False) -> Outcome:
        """Take the reports of a batch of lines of one source; None: they name theirs by number.

        Those of merged input (``reports.sources``) name their sources themselves. ``owned``: nobody
        else needs them any more, so their positions are not copied.
        """
        order = self._order
        refusals: Refusals = Counter(reports.refusals)
        if reports.lateness_us is not None:
            order.wait_for(reports.lateness_us)
        order.go_on_waiting()
        again = self._resume() if reports.lines else set()
        passed = order.watermark
        positions, statics = self._numbered(source, reports, owned=owned)
        again |= {s.static.mmsi for s in statics if s.known_at > s.at}
        self.reception.take(positions, passed)
        self.earshot.take(positions, passed)
        late = order.put(self._screened(positions, refusals))
        self._count(refusals, late["source"], Refusal.LATE)
        if reports.clock is not None and len(reports.clock):
            order.advance(int(reports.clock[-1]), settled=reports.settled)
            self._received = max(self._received, int(reports.clock[-1]))
        self._names.put(statics)
        if reports.feeds is not None:  # of logs nobody says who listened
            self._listening.take(reports, self.reception.near, self.sources)
        outcome = self._release(refusals)
        outcome.late, outcome.kinds, outcome.lines = late, reports.kinds, reports.lines
        outcome.statics, outcome.again, outcome.late_after = statics, again, passed
        return outcome

    def _screened(self, positions: Any, refusals: Refusals) -> Any:
        """Positions that are believed, each judged by itself; the others are counted."""
        believed, verdicts = quality.screen(positions)
        for reason, mask in verdicts:
            self._count(refusals, positions["source"][mask], reason)
        return rows_at(positions, believed) if verdicts else positions

    def _resume(self) -> set[int]:
        """Lines come after the input had ended: ships that were decided on for that."""
        gave_up, self.tracker.gave_up = self.tracker.gave_up, set()
        if self.ended:
            self._order.go_on()
        self.ended = False
        return gave_up

    def advance(self, now: int) -> Outcome:
        """Nothing came, but time went on to ``now`` (us)."""
        self._order.advance(now)
        self._received = max(self._received, now)
        return self._release(Counter())

    @property
    def ends_at(self) -> int:
        """The watermark when the input has ended, us."""
        received = self.newest if self._received == NO_TIME else self._received
        return max(received, self._order.last_at)

    def finish(self) -> Outcome:
        """The input has ended: let out what waits, as if the lateness had passed.

        Reports may be dated later than they were received: those are let out as well.
        """
        if self.newest != NO_TIME:
            self._order.go_on_waiting()  # by the lateness of now, though no line came since
            self._order.advance(self.ends_at + self.lateness_us, settled=True)
        self.ended = True
        return self._release(Counter(), ended=True)

    def again(
        self, positions: Any, statics: list[StaticReport], until: int, *, settled: bool, ended: bool
    ) -> Outcome:
        """Take stored reports, all of those before ``until`` (us): see ``again.py``."""
        order = self._order
        order.pending = joined(order.pending, positions)
        self._names.put(statics)
        order.advance(until, settled=settled)
        return self._release(Counter(), ended=ended)

    def number_of(self, source: str) -> int:
        """Number of a source in fixes and reports."""
        if source not in self.sources:
            self.sources.append(source)
        return self.sources.index(source)

    def _numbered(
        self, source: str | None, reports: Reports, *, owned: bool
    ) -> tuple[Any, list[StaticReport]]:
        """Reports with the run's numbers, of their sources and of their arrival."""
        names = reports.sources or ([] if source is None else [source])
        numbers = [self.number_of(name) for name in names]
        positions = reports.positions if owned else joined(reports.positions)
        if reports.sources:
            positions["source"] = np.array(numbers, dtype=np.uint16)[positions["source"]]
        elif numbers:
            positions["source"] = numbers[0]
        positions["seq"] += self._seq
        statics, order = [], self._order
        for static in reports.statics:
            newest = max(order.newest, static.received_at)
            statics.append(
                StaticReport(
                    at=static.at, received_at=static.received_at, seq=static.seq + self._seq,
                    source=numbers[static.source] if numbers else static.source,
                    static=static.static, known_at=max(static.at, order.mark(newest)),
                )
            )  # fmt: skip
        self._seq += max(reports.lines, reports.arrivals)
        return positions, statics

    def _release(self, refusals: Refusals, *, ended: bool = False) -> Outcome:
        until = self._order.passed
        due = self._order.due(until)
        self._count(refusals, due.copies, Refusal.DUPLICATE)
        tracker = self.tracker
        tracks = tracker.follow(due.fixes, ended_at=self._order.watermark if ended else None)
        self._names.advance(until)
        # A deadline is missed when more than its time has passed: at the watermark it is just met.
        watermark = self._order.watermark
        told = self.detection.take(
            tracks, self._names.due, watermark, self._names.said_by,
            self._listening.due(until, watermark), partial(last_of, self.tracker),
            self._names.news, self._names.stood, partial(self._picture, tracks, until),
        )  # fmt: skip
        self._is_a_day_over |= self._looked // DAY_US < until // DAY_US
        self._looked = max(self._looked, until)
        findings = [self.episodes.mark(self._witness.tell(item)) for item in told]
        self._names.settle()
        self.reception.forget(until)
        self.earshot.forget(until)
        for (source, reason), count in tracker.refused.items():
            refusals[self.sources[source], reason.value] += count
        tracker.refused.clear()
        candidates, tracker.came = tracker.came, []
        disbelieved, tracker.disbelieved = tracker.disbelieved, []
        return replace(
            nothing(), fixes=tracks.fixes, tracks=tracks.links["track"], findings=findings,
            candidates=candidates, off_track=self.detection.off_track, disbelieved=disbelieved,
            refusals=refusals,
        )  # fmt: skip

    def _picture(self, tracks: Tracks, passed: int) -> Picture | None:
        """Where all ships were at the instants that this batch passed; None: it passed none."""
        if not is_due(self._looked, passed):
            return None
        known = last_fixes(self.tracker, self._looked)
        return pictured(tracks, known, self._looked, passed, self.fences)

    def _count(self, refusals: Refusals, sources: NDArray[np.uint16], reason: Refusal) -> None:
        numbers = np.bincount(sources)
        for source in np.flatnonzero(numbers).tolist():
            refusals[self.sources[source], reason.value] += int(numbers[source])

    def numbers(self, count: int) -> int:
        """Take so many arrival numbers: the first of them."""
        first, self._seq = self._seq, self._seq + count
        return first

    def held(self, ships: set[int]) -> Any:
        """Reports of these ships of which is not decided yet whether they are believed."""
        return np.array(self.tracker.held(ships), dtype=FIX)

    @property
    def vessels(self) -> int:
        """How many ships were heard; some of them may be in the store alone."""
        return len(self.tracker.index) + self.remembered.elsewhere

    def absent(self, reports: Reports) -> set[int]:
        """Ships to be recalled before these are taken: theirs, and those with deadlines by then."""
        if not self.remembered.partial:
            return set()
        order = self._order
        due = self.remembered.due(order.watermark_with(reports.clock, reports.lateness_us))
        vessels = self.remembered.absent(reports.positions["mmsi"].tolist())
        said = self.remembered.absent(static.static.mmsi for static in reports.statics)
        return quality.believed_of(reports.positions, vessels) | said | due

    def recall(self, recalled: Recalled) -> list[str]:
        """Put absent ships where they were; sentences about what of it cannot be used."""
        gone, notes = self.remembered.recall(recalled)
        self._gone += gone
        return notes

    def let_go(self, most: int | None = None) -> set[int]:
        """Let go of ships, right after a snapshot; once that is stored they may be recalled."""
        order = self._order
        if not self.remembered.is_time(order.watermark, most):
            return set()
        return self.remembered.let_go(order.watermark, order.pending["mmsi"].tolist(), most)

    def adopt(self, other: Pipeline, ships: set[int]) -> None:
        """Go on with these ships where another pipe, of the same ports and sources, has come to."""
        self.tracker.adopt(other.tracker, ships)
        self.detection.adopt(other.detection, ships)
        self.episodes.adopt(other.episodes, ships)
        self._names.adopt(other._names, ships)

    def regroup(self, areas: Lookout) -> None:
        """Go on with these areas of interference."""
        self.detection.areas.replace(areas)
        self._disturbed.restore(self.detection.disturbances)

    # -- restart -------------------------------------------------------------------------------

    def snapshot(self, *, full: bool = False) -> Snapshot:
        """Return what changed since the last snapshot (or everything) for ``restore``."""
        last, heard, odd = self.tracker.take_changed(full=full)
        gone, self._gone = self._gone, []
        states = [row._replace(state=None) for row in gone]
        states += self.detection.take_changed(full=full)
        states += [odd_kept.row_of(mmsi, state) for mmsi, state in odd.items()]
        states += self._names.take_changed(full=full) + self.episodes.take_changed(full=full)
        last_words = {(row.detector, row.key): row for row in states}
        return Snapshot(
            head={
                "version": HEAD_VERSION, **self._order.clock, "seq": self._seq,
                "sources": list(self.sources), "received": self._received, "ended": self.ended,
                "gave_up": sorted(self.tracker.gave_up), "looked": self._looked,
                "listening": self._listening.state(),
            },
            waiting=self._order.take_waiting(full=full),
            last=last,
            heard=heard,
            states=list(last_words.values()),
            reception=self.reception.take_changed(full=full) + self.earshot.take_changed(full=full),
            heard_before=self.reception.take_added() + self.earshot.take_added(),
            rewritten=self.reception.take_rewritten() + self.earshot.take_rewritten(),
            areas=self._put_by(),
            usual=[(name, at, n) for one in (self.reception, self.earshot)
                   for (name, at), n in one.usual.items()] if full else [],
        )  # fmt: skip

    def _put_by(self) -> Areas | None:
        """Areas of interference as they stand, once a day; not where the input's end decided."""
        if not self._is_a_day_over or self.ended:
            return None
        self._is_a_day_over = False
        return Areas(self.passed, self.detection.areas.kept())

    def restore(self, snapshot: Snapshot, *, until: int = NEVER) -> list[str]:
        """Go on from a full snapshot; sentences about what of it could not be used.

        What it has of after ``until`` (us) is nonsense that an earlier release believed, and is let
        go. NotReadableError where nothing of it can be used: its head is of another release.
        """
        snapshot, self._gone, notes = believed(snapshot, until)
        head = snapshot.head
        if head["version"] != HEAD_VERSION:
            message = f"it is of version {head['version']}, not known here"
            raise NotReadableError(message)
        self._seq = head["seq"]
        self._received = min(head.get("received", NO_TIME), until)
        self.ended = head.get("ended", False)
        self.sources[:] = head["sources"]
        self._listening.restore(head.get("listening"), until)
        self._order.restore(snapshot.waiting, head)
        self._looked = min(head.get("looked", self.passed), until)
        notes += self._names.restore(snapshot.states) + self.episodes.restore(snapshot.states)
        tracks = odd_kept.read(snapshot.states)
        self._gone += tracks.gone
        states = [state for state in snapshot.states if state.detector not in OWN]
        self.tracker.restore(snapshot.last, snapshot.heard, tracks.odd, anew=tracks.older)
        self.tracker.gave_up = set(head.get("gave_up", ()))
        newest = self.newest
        horizon = NO_TIME if newest == NO_TIME else newest - 2 * KEEP_US
        self.reception.restore(snapshot.reception, snapshot.usual, horizon)
        self.earshot.restore(snapshot.reception, snapshot.usual, horizon)
        notes += [*tracks.notes, *self.detection.restore(states)]
        self._disturbed.restore(self.detection.disturbances)
        return notes
