"""Reasons of an alert that say the same again: a tug that berths sixty times is told of once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from monitor.alert.story import Reason


class Group(NamedTuple):
    """Reasons of the same rules, kind and state, in their order."""

    reasons: tuple[Reason, ...]

    @property
    def first(self) -> Reason:
        """The one that was decided first."""
        return self.reasons[0]

    @property
    def last(self) -> Reason:
        """The one that was decided last; of a single one, that."""
        return self.reasons[-1]

    @property
    def times(self) -> int:
        """How many they are."""
        return len(self.reasons)

    @property
    def ends(self) -> tuple[Reason, ...]:
        """The first and the last, or the only one."""
        return (self.first, self.last) if self.times > 1 else (self.first,)

    @property
    def lists(self) -> tuple[str, ...]:
        """Why she is on watchlists, each once."""
        return tuple(dict.fromkeys(why for reason in self.reasons for why in reason.lists))

    @property
    def possible(self) -> tuple[str, ...]:
        """Why she may be on watchlists, each once."""
        return tuple(dict.fromkeys(why for reason in self.reasons for why in reason.possible))


def groups(reasons: Iterable[Reason]) -> list[Group]:
    """Reasons, those that say the same together, in the order in which each was said first."""
    found: dict[tuple[tuple[str, ...], str, str], list[Reason]] = {}
    for reason in sorted(reasons, key=lambda one: (one.decided_at, one.event)):
        found.setdefault((reason.rules, reason.kind, reason.state), []).append(reason)
    return [Group(tuple(same)) for same in found.values()]
