"""Detection: tracks in, facts out. Pure; knows only the reports' times.

All detectors are run here, stage after stage: see ``monitor.engine.detect``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from monitor.engine.detect import BY_PLACE, BY_SHIP
from monitor.engine.detect.detector import AnyDetector, OffTrack, Seen, Telling, Told, ships_of
from monitor.engine.detect.disturbed import Disturbance
from monitor.engine.detect.lookout import Elsewhere, Lookout
from monitor.engine.detect.near import near_ports
from monitor.engine.detect.picture import Picture
from monitor.engine.detect.place.interference import Interference, disturbances
from monitor.engine.geofence import FenceSet
from monitor.engine.identity import Claim, News
from monitor.engine.kept import Kept
from monitor.engine.stood import UNSTOOD, Stood
from monitor.engine.track import Tracks
from monitor.model import Fix, StaticReport, Subject


class Detection:
    """All detectors, and what they remember."""

    def __init__(
        self,
        fences: FenceSet,
        by_ship: Sequence[type[AnyDetector]] = BY_SHIP,
        by_place: Sequence[type[AnyDetector]] = BY_PLACE,
    ) -> None:
        """Watch the ports of ``fences``."""
        self._fences = fences
        self._stages = [
            [Lookout(detector(fences), sleeps=not place) for detector in stage]
            for place, stage in enumerate((by_ship, by_place))
        ]
        self._gone: list[Kept] = []  # of detectors not known here: to be deleted
        self.off_track: list[OffTrack] = []  # what the last batch had of who is astray

    def redraw(self, fences: FenceSet) -> None:
        """Areas were drawn, or removed: the ports are the same."""
        self._fences = fences
        for lookout in self.lookouts:
            lookout.detector.fences = fences

    @property
    def lookouts(self) -> list[Lookout]:
        """One a detector, in their order."""
        return [lookout for stage in self._stages for lookout in stage]

    def take(  # noqa: PLR0913 - what there is to look at
        self,
        tracks: Tracks,
        statics: list[StaticReport],
        until: int,
        said: Callable[[int, int], Claim] = lambda *_: (None, None),
        besides: Sequence[Telling] = (),
        last: Callable[[int, int], Fix | None] = lambda *_: None,
        news: Sequence[News] = (),
        stood: Callable[[int, int], Stood] = lambda *_: UNSTOOD,
        picture: Callable[[], Picture | None] = lambda: None,
    ) -> list[Telling]:
        """Take a batch; ``until`` is the watermark: no earlier fix will come any more.

        ``besides`` is what was found elsewhere meanwhile: of one instant it is told last; ``last``
        the newest fix of a ship on a track; ``picture`` where all ships were at instants that were
        passed, if there were any.
        Returns what is found, sorted by (decided_at, subject); what the next call returns is not
        earlier.
        """
        near = tuple(near_ports(self._fences, tracks))
        told: list[Told] = []
        for place, stage in enumerate(self._stages):
            taken = picture() if place and stage else None
            for lookout in stage:
                seen = Seen(
                    tracks=tracks, near=near, statics=statics, news=list(news), told=told,
                    until=until, said=said, stood=stood, last=last, picture=taken,
                )  # fmt: skip
                told = [*told, *lookout.take(seen)]
        found: list[Telling] = []
        self.off_track = []
        for subject, item in told:
            if isinstance(item, OffTrack):
                self.off_track.append(item)
            else:
                found.append((subject, item))
        found.sort(key=lambda item: (item[1].decided_at, _order(item[0])))
        if besides:
            found += besides
            found.sort(key=lambda item: item[1].decided_at)
        return found

    @property
    def ships(self) -> set[int]:
        """Ships of which something may be told though they are not heard."""
        return {mmsi for lookout in self.lookouts for key in lookout.held for mmsi in ships_of(key)}

    @property
    def paired(self) -> set[int]:
        """Ships that are watched with others: these must stay in memory."""
        known = (key for lookout in self._stages[1] for key in lookout.states)
        return {mmsi for key in known for mmsi in ships_of(key)}

    @property
    def watched(self) -> int:
        """How many states there are, of all detectors; some of them may be in the store alone."""
        return sum(len(one.states) + one.elsewhere.states for one in self.lookouts)

    def watched_by(self, detector: str) -> int:
        """How many states one detector has, by its name."""
        known = [one for one in self.lookouts if detector == one.detector.NAME]
        return sum(len(one.states) + one.elsewhere.states for one in known)

    @property
    def areas(self) -> Lookout:
        """The detector of areas of interference at work: it must be among those by place."""
        return next(one for one in self.lookouts if one.detector.NAME == Interference.NAME)

    @property
    def disturbances(self) -> list[Disturbance]:
        """The areas of interference that were told of."""
        known = [one.states for one in self.lookouts if one.detector.NAME == Interference.NAME]
        return [area for states in known for area in disturbances(states)]

    @property
    def waiting(self) -> int:
        """How many of them have a deadline."""
        return sum(len(one.deadlines) + one.elsewhere.deadlines for one in self.lookouts)

    @property
    def next_deadline_at(self) -> int | None:
        """The earliest, us; None: there is none."""
        known = [lookout.deadlines.next_at for lookout in self.lookouts]
        return min((at for at in known if at is not None), default=None)

    def take_changed(self, *, full: bool = False) -> list[Kept]:
        """States that changed since the last call, or all."""
        gone, self._gone = self._gone, []
        return [*gone, *(kept for one in self.lookouts for kept in one.take_changed(full=full))]

    def adopt(self, other: Detection, vessels: set[int]) -> None:
        """Remember of these vessels what another detection of the same detectors remembers."""
        for mine, theirs in zip(self.lookouts, other.lookouts, strict=True):
            mine.adopt(theirs, vessels)

    def let_go(self, vessels: set[int]) -> dict[int, int]:
        """Let the states of these vessels sleep: see ``lookout.py``; none of them may be paired.

        When each of them must be woken that has deadlines before her, us.
        """
        wakes: dict[int, int] = {}
        for lookout in self._stages[0]:
            for mmsi, at in lookout.let_go(vessels):
                wakes[mmsi] = min(at, wakes.get(mmsi, at))
        return wakes

    def recall(self, rows: list[Kept]) -> list[str]:
        """Know again states of vessels that were let go; sentences about what cannot be used."""
        return [note for one, mine in self._shared(rows) if mine for note in one.recall(mine)]

    def begin(self, asleep: Mapping[str, tuple[int, int]]) -> None:
        """A restart: of each detector, by its name, so many states sleep, and have deadlines."""
        for lookout in self.lookouts:
            lookout.elsewhere = Elsewhere(*asleep.get(lookout.detector.NAME, ()))

    def restore(self, rows: list[Kept]) -> list[str]:
        """Go on from kept states; sentences about those that could not be taken over."""
        notes: list[str] = []
        known = {lookout.detector.NAME for lookout in self.lookouts}
        self._gone = [row._replace(state=None) for row in rows if row.detector not in known]
        for name, count in sorted(Counter(row.detector for row in self._gone).items()):
            notes.append(f"What detector {name} kept ({count:,}) is let go: it is not known here.")
        return [*notes, *(note for one, mine in self._shared(rows) for note in one.restore(mine))]

    def _shared(self, rows: list[Kept]) -> Iterator[tuple[Lookout, list[Kept]]]:
        """Each lookout with its rows."""
        for lookout in self.lookouts:
            name = lookout.detector.NAME
            yield lookout, [row for row in rows if row.detector == name]


def _order(subject: Subject) -> tuple[Any, ...]:
    """Subjects of all kinds, sorted: ships by number, then what has a name."""
    name = getattr(subject, "port", None) or getattr(subject, "area", None)
    name = name or getattr(subject, "feed", None) or ""
    kind = type(subject).__name__
    return getattr(subject, "mmsi", 0), getattr(subject, "track", 0), name, kind, subject
