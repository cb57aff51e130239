"""What holds already when a rule is switched on, and is told if it says ``on_enable = "current"``.

An event fires as it would have when it was decided (identity and watchlists as of then), if its
state lasts still: see ``standing.py``. Where one fires, the story from there on belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.alert.rules import Rule
from monitor.alert.seen import Seen
from monitor.alert.standing import LASTS, standing
from monitor.model import EventKind


def lasting_kinds(rule: Rule) -> list[EventKind]:
    """Kinds of events that a rule may fire for though they are past: others are over at once."""
    asked: Sequence[EventKind] | None = getattr(rule.when, "kind", None)
    return [kind for kind in LASTS if asked is None or kind in asked]


def held(rule: Rule, story: Sequence[Seen]) -> list[tuple[Seen, bool]]:
    """The events of an episode, in their order, from the first that fires; whether each does."""
    lasting = {event.id for event in standing(seen.event for seen in story)}
    fires = [seen.event.id in lasting and rule.met(seen) for seen in story]
    first = fires.index(True) if True in fires else len(fires)
    return list(zip(story, fires, strict=True))[first:]
