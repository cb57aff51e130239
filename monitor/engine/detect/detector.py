"""What a detector is, what it is given and what it tells. One file a detector, one row in a list.

A detector is a pure function of what it remembers and what comes next, once for each subject that
it watches. It asks nothing: rows are picked for it from columns, its deadlines are kept for it, and
what it remembers is stored for it (``detection.py`` does all three, ``kept.py`` the last).
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from monitor.engine.candidate import Astray
from monitor.engine.detect.near import PortRows
from monitor.engine.detect.picture import Picture
from monitor.engine.geofence import FenceSet
from monitor.engine.identity import Claim, News
from monitor.engine.kept import NotReadableError
from monitor.engine.stood import UNSTOOD, Stood
from monitor.engine.track import Tracks
from monitor.model import (
    CallState,
    EventKind,
    EventState,
    Fix,
    PortCall,
    Span,
    Stage,
    StaticReport,
    Subject,
)
from monitor.units import NO_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something a detector found. It becomes an event as it is: see ``evidence.py``.

    ``state`` other than confirmed, or the same fact told again with another state, is a change of
    one event: kind, subject and ``key_at`` (for crossings the geofence as well) make its id.
    """

    kind: EventKind
    span: Span
    decided_at: int
    place: Fix | None  # where it is shown on a map; None: nowhere
    fixes: tuple[Fix, ...]  # evidence
    why: str
    geofence: str | None = None  # id of the fence at the subject's port, or of the gate
    figures: dict[str, Any] = field(default_factory=dict)  # distances, thresholds: name_unit
    key_at: int = 0  # us; the instant that tells this one from others of its kind
    state: EventState = EventState.CONFIRMED
    confidence: int | None = None  # 1..4; None: by how well the time is known


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFact:
    """How a ship's call at a port stands by now; ``key_at`` tells it from her other calls there."""

    key_at: int
    arrived: Span
    departed: Span | None  # None: not known to have left
    state: CallState
    confidence: int
    stages: tuple[Stage, ...]
    decided_at: int
    withdrawn: bool


class OffTrack(NamedTuple):
    """A position that says nothing of where its ship is, told to the second stage: no event.

    See ``vessel/astray.py``.
    """

    decided_at: int  # us
    why: Astray | None  # None: a fix of a track that leapt
    fix: Fix
    first: Fix  # of those that agree
    origin: Fix | None  # where she was before; of a track's fix: None unless it leapt with it
    alone: bool = True  # her track is silent meanwhile
    number: int = -1  # of the track that leapt

    @property
    def now(self) -> int:
        """See Moment."""
        return self.decided_at


Found = Fact | CallFact | OffTrack
Told = tuple[Subject, Found]
"""What was found, and whom or what it is about."""

Telling = tuple[Subject, Fact | CallFact]
"""That of which an event or a port call is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What there is to look at in a batch: no row is older than those of the batch before."""

    tracks: Tracks
    near: tuple[PortRows, ...] = ()  # the same, as each port sees it
    statics: list[StaticReport] = field(default_factory=list)  # what is new, from when it counts
    news: list[News] = field(default_factory=list)  # that, and what is said again, as it was before
    told: list[Told] = field(default_factory=list)  # by the detectors above, in this batch
    until: int  # us; the watermark: nothing earlier will come any more
    said: Callable[[int, int], Claim] = lambda *_: (None, None)
    """Draught (m) and destination that a ship (MMSI) last reported by an instant (us)."""
    picture: Picture | None = None  # where all ships are, for the second stage; None: no instant
    stood: Callable[[int, int], Stood] = lambda *_: UNSTOOD
    """Since when a ship (MMSI) says what she said at an instant (us)."""

    last: Callable[[int, int], Fix | None] = lambda *_: None
    """The newest fix of a ship (MMSI) on a track, of this batch or before; None: none is known."""

    def fix(self, row: int) -> Fix:
        """The fix of a row."""
        return Fix._make(self.tracks.fixes[row].item())

    def before(self, row: int, track: int) -> Fix | None:
        """The fix before that of ``row`` on its track, the ``track``-th; None: it is the first."""
        tracks = self.tracks
        if tracks.links["prev_at"][row] == NO_TIME:
            return None
        if row > tracks.starts[track]:
            return self.fix(row - 1)
        if not tracks.before["mmsi"][track]:
            return None
        return Fix._make(tracks.before[track].item())

    def leapt(self, row: int) -> Fix | None:
        """The fix from where no ship can have come to that of ``row``; None: there is none."""
        tracks = self.tracks
        link = tracks.links[row]
        if not link["leap"]:
            return None
        key = int(tracks.fixes["mmsi"][row]), int(link["track"]), int(link["decided_at"])
        return tracks.leaps[key].track if key in tracks.leaps else None

    def track_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """On which of the batch's tracks rows are."""
        return np.searchsorted(self.tracks.starts, rows, side="right") - 1


class Moment(Protocol):
    """What a detector is stepped with; each has its own."""

    @property
    def now(self) -> int:
        """Deadlines before this instant (us) have passed when the step is taken."""


K = TypeVar("K", bound=Subject)
S = TypeVar("S")
M = TypeVar("M", bound=Moment)


class Detector(Protocol[K, S, M]):
    """See the module. ``K``: what its state is about; ``S``: the state; ``M``: what it takes.

    Subclass it: what is not needed (deadlines, upgrades) need not be written.
    """

    NAME: ClassVar[str]
    """Under which its states are kept."""

    VERSION: ClassVar[int]
    """Of the fields of its states: raise it with every change of them, and see ``upgrade``."""

    KEY: ClassVar[type[Any]]
    """The kind of subject that its states are kept by, K."""

    STATE: ClassVar[type[Any]]
    """A dataclass, S; NoneType: nothing is remembered."""

    fences: FenceSet
    """The ports that are watched."""

    def __init__(self, fences: FenceSet) -> None:
        """Watch the ports of ``fences``."""
        self.fences = fences

    @abc.abstractmethod
    def rows(self, seen: Seen, states: Mapping[K, S]) -> Iterator[tuple[K, M]]:
        """Pick what can change a state or begin one, in time order for each key.

        ``states`` is what is watched at that moment: it changes while rows are picked.
        """

    @abc.abstractmethod
    def step(self, state: S | None, moment: M) -> tuple[S | None, list[Found]]:
        """Take the next of a key. ``state`` may be changed in place; None: nothing is watched."""

    def deadline(self, state: S) -> int | None:
        """When the state must be woken if nothing comes, us; None: never."""
        del state
        return None

    def wake(self, key: K, state: S, at: int) -> tuple[S | None, list[Found]]:
        """Its deadline ``at`` has passed; what is found is stamped with it.

        The deadline of what is returned must be another, or none.
        """
        message = f"{self.NAME} waits for {at} of {key} and does not say what then ({state})"
        raise NotImplementedError(message)

    def holds(self, state: S) -> bool:
        """Whether something may be told of her though she is not heard: she is let go last."""
        return self.deadline(state) is not None

    def upgrade(self, key: K, state: Any, version: int) -> Any:
        """Plain state of an earlier version, as of the present; NotReadableError if it cannot."""
        del key, state
        message = f"version {version} is not known here"
        raise NotReadableError(message)

    def admit(self, key: K, state: S) -> str | None:
        """Why a restored state can no longer be used, if so; it may be mended in place."""
        del key, state
        return None

    def said(self) -> list[str]:
        """Sentences about what was mended of restored states, since the last call."""
        return []


AnyDetector = Detector[Any, Any, Any]


def ships_of(subject: Subject | PortCall) -> set[int]:
    """The MMSIs of the ships that something is about."""
    found = {getattr(subject, "mmsi", None), getattr(subject, "other_mmsi", None)}
    return {mmsi for mmsi in found if mmsi is not None}


def ordered(*fixes: Fix | None) -> tuple[Fix, ...]:
    """Fixes in time order, each once: told apart by arrival, for NaN is not equal to itself.

    Of several ships at one instant the lower MMSI is first: who was heard first depends on feeds.
    """
    once = {fix.seq: fix for fix in fixes if fix is not None}
    return tuple(sorted(once.values(), key=lambda fix: (fix.at, fix.mmsi, fix.seq)))
