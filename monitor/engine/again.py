"""Takes ships again, from their first stored report on: the same engine, told of all at once.

A report that came after the watermark had passed it changes what followed. What of it, nobody need
know: the ships are run through a pipe of their own, up to where the pipe of the watch has come to,
and what is told then is right, for it does not depend on the order of arrival. The watch goes on
with them from there (``Pipeline.adopt``); what was told before is compared and amended by the
store.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from monitor.engine.candidate import Candidacy
from monitor.engine.deaf import AtSea
from monitor.engine.detect.detector import OffTrack, ships_of
from monitor.engine.detect.disturbed import Disturbance, marked
from monitor.engine.detect.evidence import Finding, Hearing, Silence, Witness, silence_of
from monitor.engine.detect.picture import (
    NOBODY,
    Picture,
    Standing,
    both,
    is_due,
    last_fixes,
    pictured,
)
from monitor.engine.geofence import FenceSet
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.engine.reorder import Reorder
from monitor.engine.track import Tracks
from monitor.model import Event, PortCall, Refusal, Refusals, StaticReport


@dataclass(slots=True)
class Again:
    """What is told of ships when they are taken again."""

    ships: set[int]
    pipeline: _Apart
    fixes: list[Any] = field(default_factory=list)  # dtype FIX: believed
    tracks: list[Any] = field(default_factory=list)  # track number of each
    disbelieved: list[tuple[Refusal, Any]] = field(default_factory=list)
    candidates: list[Candidacy] = field(default_factory=list)
    off_track: list[OffTrack] = field(default_factory=list)
    refusals: Refusals = field(default_factory=Refusals)
    found: dict[str, Finding] = field(default_factory=dict)  # by id, as last told

    @classmethod
    def of(cls, fences: FenceSet, watch: Pipeline, ships: set[int]) -> Again:
        """Nothing is taken yet. ``watch`` is not changed, but for the names of its sources."""
        return cls(ships, _Apart(fences, watch.sources, ships))

    def take(self, positions: Any, statics: list[StaticReport], until: int, *, settled: bool,
             ended: bool = False, beside: Standing = NOBODY) -> None:  # fmt: skip
        """Take reports (dtype FIX, in any order), and go on to ``until`` (us).

        All that is older than that must have been given. ``settled``, ``ended``: as of the watch.
        ``beside``: fixes of other ships that these were near, as they stand; ``statics`` may be of
        those as well.
        """
        self.pipeline.beside = beside
        outcome = self.pipeline.again(positions, statics, until, settled=settled, ended=ended)
        self._note(outcome)

    def _note(self, outcome: Outcome) -> None:
        self.fixes.append(outcome.fixes)
        self.tracks.append(outcome.tracks)
        self.disbelieved += outcome.disbelieved
        self.candidates += outcome.candidates
        self.off_track += [one for one in outcome.off_track if one.fix.mmsi in self.ships]
        self.refusals.update(outcome.refusals)
        for finding in outcome.findings:
            about = finding.subject if isinstance(finding, Event) else finding
            if ships_of(about) & self.ships:  # areas are of more, and others only lay beside them
                self.found[finding.id] = finding

    @property
    def events(self) -> list[Event]:
        """Events as they were told last."""
        return [one for one in self.found.values() if isinstance(one, Event)]

    @property
    def calls(self) -> list[PortCall]:
        """Port calls as they were told last, but for those of which nothing came."""
        calls = [one for one in self.found.values() if isinstance(one, PortCall)]
        return [call for call in calls if not call.withdrawn]

    @property
    def silences(self) -> list[Silence | AtSea]:
        """Silences whose cause is still to be told."""
        return [one for one in map(silence_of, self.events) if one is not None]

    def explain(self, hearing: Hearing | None, areas: list[Disturbance]) -> None:
        """Tell why each silence was, by what was heard meanwhile, and what is in doubt.

        ``hearing`` None: there was no silence. ``areas``: those of interference that were told.
        """
        for event in self.events:
            found = event if hearing is None else hearing.explained(event)
            self.found[event.id] = marked(found, self.pipeline.tracker.astray, areas)


class _Apart(Pipeline):
    """A pipe beside that of the watch."""

    def __init__(self, fences: FenceSet, sources: list[str], ships: set[int]) -> None:
        """Share the names of sources; nothing is late, and nothing was heard."""
        super().__init__(fences, lateness_us=0)
        self.beside = NOBODY  # others that the ships were near
        self._ships = self._names.only = frozenset(ships)  # others have names, and that is all
        self.sources = sources
        self._order = Reorder(0, sources)
        self._witness = Witness(fences, sources, None, self._names)

    def _picture(self, tracks: Tracks, passed: int) -> Picture | None:
        """Where these ships were, and the others; pairs are looked for that one of these is of."""
        if not is_due(self._looked, passed):
            return None
        known = both(last_fixes(self.tracker, self._looked), self.beside)
        return pictured(tracks, known, self._looked, passed, self.fences, self._ships)


def in_order(positions: Any) -> Any:
    """Reports (dtype FIX) as one log would hold them, if all of them stood in it."""
    keys = ("source", "content", "line", "received_at", "at")
    return positions[np.lexsort([positions[key] for key in keys])]
