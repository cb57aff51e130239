"""What an officer gets of events: rules and stories as a watch runs them, without a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from monitor.alert.rules import Rule, hits
from monitor.alert.seen import Seen, fence_of
from monitor.alert.story import Alert, Change, take
from monitor.engine.geofence import FenceSet
from monitor.model import Event

Lists = Callable[[Event], Mapping[str, str]]
"""Watchlists that the ship of an event is on, each with why."""


class Officer:
    """Somebody whom alerts reach."""

    def __init__(self, rules: Sequence[Rule], fences: FenceSet, lists: Lists) -> None:
        """Nothing was told yet."""
        self.alerts: dict[str, Alert] = {}
        self.told: list[Change] = []  # each with a word
        self.causes: dict[str, str | None] = {}  # of silences, by id of the event
        self._rules, self._fences, self._lists = rules, fences, lists

    def take(self, events: Iterable[Event]) -> Officer:
        """Events as they are told; of one instant in their order."""
        for event in sorted(events, key=lambda one: one.decided_at):
            seen = Seen(event=event, fence=fence_of(self._fences, event), lists=self._lists(event))
            id_ = event.episode or event.id
            self.causes[event.id] = seen.figures.get("cause")
            change = take(self.alerts.get(id_), seen, hits(self._rules, seen))
            if change is not None:
                self.alerts[id_] = change.alert
                self.told += [change] if change.word is not None else []
        return self

    @property
    def messages(self) -> list[str]:
        """Each message: severity, word, headline."""
        return [
            f"{one.alert.severity.value} {one.word.value}: {one.alert.headline}"
            for one in self.told
            if one.word is not None
        ]
