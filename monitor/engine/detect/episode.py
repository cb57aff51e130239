"""Episodes: which events of a ship at a place are one story.

A ship comes, anchors, berths, goes dark, sails: that is one story, and who is told of it is told
once. It begins with the first event and goes on while she is in port, whatever she does and however
long she is silent, and for PAUSE_US after what was told last, so that jitter at a border begins
nothing. Who has sailed and arrives again begins another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from monitor.engine import kept
from monitor.engine.detect.evidence import Finding
from monitor.engine.kept import Kept, NotReadableError
from monitor.model import Event, EventKind, PortCall, ShipAtPort
from monitor.units import HOUR_US

EPISODE, VERSION = "episode", 1
"""Under which they are kept."""

PAUSE_US = 12 * HOUR_US
"""As long as a ship may lie before a border and cross it again: a night."""

SILENT = frozenset(
    {EventKind.WENT_DARK_INSIDE, EventKind.REAPPEARED_INSIDE, EventKind.REAPPEARED_ELSEWHERE}
)
"""Begin and ends of a silence."""

HEARING = frozenset(
    {
        EventKind.FEED_WENT_DOWN, EventKind.FEED_CAME_BACK,
        EventKind.PORT_FELL_SILENT, EventKind.PORT_HEARD_AGAIN,
        EventKind.INTERFERENCE_BEGUN, EventKind.INTERFERENCE_ENDED,
    }
)  # fmt: skip
"""Of a feed, a port or an area: begin and end are one story."""

IN_AREA = frozenset({EventKind.AREA_ENTERED, EventKind.AREA_LEFT, EventKind.FIRST_SEEN_IN_AREA})
"""Of a ship in an area: a stay is one story."""

AT_SEA = frozenset({EventKind.WENT_DARK, EventKind.REAPPEARED, EventKind.MAY_HAVE_REACHED})
"""Of a ship at sea: a silence is one story, with where she can have been meanwhile."""

PAIRED = frozenset(
    {
        EventKind.SHIPS_MET, EventKind.SHIPS_PARTED,
        EventKind.CONVOY_FORMED, EventKind.CONVOY_PARTED,
    }
)  # fmt: skip
"""Of two ships: from when they come together until they part is one story."""

REMEMBERED = 200
"""Events of an episode that are known again when they are told again."""


@dataclass(slots=True)
class Episode:
    """The latest episode of a ship at a place."""

    id: str
    last_at: int  # us; when its last event was decided
    call: str | None = None  # id of the port call that she is on, or was last
    inside: bool = False  # it is open
    sailed: bool = False  # it is over
    dark: bool = False  # she fell silent there and was not heard since
    events: list[str] = field(default_factory=list)  # ids


class Episodes:
    """The latest episodes of all ships."""

    def __init__(self) -> None:
        """Nothing has happened."""
        self._known: dict[ShipAtPort, Episode] = {}
        self._changed: set[ShipAtPort] = set()
        self._gone: list[Kept] = []

    def mark(self, finding: Finding) -> Finding:
        """An event, with its episode; findings must come in the order they were decided."""
        if isinstance(finding, PortCall):
            self._call(finding)
            return finding
        if finding.kind in AT_SEA:
            since = finding.evidence.figures["silent_since"]
            return replace(finding, episode=_id(f"gap|{finding.mmsi}|{finding.track}|{since}"))
        key = _whom(finding)
        if key is None:
            about = "|".join(str(part) for part in finding.subject)
            if finding.kind in HEARING:
                since = finding.evidence.figures["since"]
                return replace(finding, episode=_id(f"silence|{about}|{since}"))
            if finding.kind in IN_AREA:
                stay = finding.evidence.figures["stay"]
                return replace(finding, episode=_id(f"stay|{about}|{stay}"))
            if finding.kind in PAIRED:
                since = finding.evidence.figures["since"]
                return replace(finding, episode=_id(f"pair|{about}|{since}"))
            return replace(finding, episode=_id(f"{finding.kind}|{about}|{finding.id}"))
        known = self._known.get(key)
        if known is None or not _goes_on(known, finding):
            known = self._begin(key, finding.id, finding.decided_at)
        self._changed.add(key)
        known.last_at = max(known.last_at, finding.decided_at)
        if finding.id not in known.events:
            known.events = [*known.events[1 - REMEMBERED :], finding.id]
        if finding.kind in SILENT:
            known.dark = finding.kind is EventKind.WENT_DARK_INSIDE
        return replace(finding, episode=known.id)

    def _call(self, call: PortCall) -> None:
        key = ShipAtPort(call.mmsi, call.track, call.port)
        known = self._known.get(key)
        if known is None or (known.sailed and known.call != call.id):
            known = self._begin(key, call.id, call.decided_at)
        elif known.call not in {None, call.id} and call.withdrawn:
            return  # of an earlier one
        self._changed.add(key)
        known.call = call.id
        known.sailed = call.departed is not None and not call.withdrawn
        known.inside = call.departed is None and not call.withdrawn

    def _begin(self, key: ShipAtPort, first: str, at: int) -> Episode:
        self._known[key] = Episode(_id(f"{'|'.join(map(str, key))}|{first}"), at)
        return self._known[key]

    def take_changed(self, *, full: bool = False) -> list[Kept]:
        """What changed since the last call, or all; one without a state is over."""
        rows = [*self._gone, *map(self._kept, sorted(self._known if full else self._changed))]
        self._changed, self._gone = set(), []
        return rows

    def _kept(self, key: ShipAtPort) -> Kept:
        known = self._known.get(key)
        state = None if known is None else kept.dump(known)
        return Kept(EPISODE, VERSION, kept.key_text(key), state)

    def restore(self, rows: Iterable[Kept]) -> list[str]:
        """Go on from ``take_changed`` (all); sentences about what of it cannot be read."""
        self._known, self._changed = {}, set()
        return self.recall(rows)

    def recall(self, rows: Iterable[Kept]) -> list[str]:
        """Know again those of ships that were let go; sentences about what cannot be read."""
        notes = []
        for row in rows:
            if row.detector != EPISODE:
                continue
            try:
                self._known[kept.key_of(ShipAtPort, row.key)] = _episode_of(row)
            except NotReadableError as error:
                self._gone.append(row._replace(state=None))
                notes.append(f"What belongs together at {row.key} is begun anew: {error}.")
        return notes

    def let_go(self, vessels: set[int]) -> None:
        """Forget those of these vessels, of which nothing changed since ``take_changed``."""
        self._known = {key: one for key, one in self._known.items() if key.mmsi not in vessels}

    def adopt(self, other: Episodes, vessels: set[int]) -> None:
        """Know of these vessels what another knows, and nothing else."""
        for key in [key for key in self._known if key.mmsi in vessels]:
            del self._known[key]
            self._changed.add(key)
        for key, known in other._known.items():
            if key.mmsi in vessels:
                self._known[key] = known
                self._changed.add(key)


def _episode_of(row: Kept) -> Episode:
    if row.version != VERSION:
        message = f"version {row.version} is not known here"
        raise NotReadableError(message)
    episode: Episode = kept.load(Episode, row.state or "")
    return episode


def _whom(event: Event) -> ShipAtPort | None:
    """The ship and the place that an event is about; None: not one of each.

    A voyage is of the port that it ends at, or while it is not made, began at.
    """
    figures = event.evidence.figures
    port = event.port or figures.get("to") or figures.get("from")
    if event.mmsi is None or event.track is None or not isinstance(port, str):
        return None
    return ShipAtPort(event.mmsi, event.track, port)


def _goes_on(known: Episode, event: Event) -> bool:
    """Whether an event is of the latest episode."""
    if event.id in known.events:
        return True
    if known.sailed and event.kind is EventKind.PORT_ARRIVED:
        return False
    return known.inside or known.dark or event.decided_at - known.last_at <= PAUSE_US


def _id(text: str) -> str:
    return hashlib.sha256(f"episode|{text}".encode()).hexdigest()[:32]
