"""What of a story holds still: she is in port, berthed, at anchor, or dark there.

Judged by nothing but the events of its episode, so that a mute that ends and a rule that is
switched on say the same. What lasts, and what ends it when it happens later:

    arrived, found in port, heard again there, a voyage ended    only what ends the whole story
    berthed                                                      cast off; berthed, anchored again
    anchored                                                     weighed anchor; the same
    waits off a port                                             waits no longer, arrived
    entered an area                                              left that area
    went dark                                                    heard again
    a feed went down, a port fell silent, interference begun     came back, heard again, ended

A departure ends the whole story however it is dated, for who arrives again begins another; heard
again elsewhere, or passed, ends what was before. What was withdrawn did not happen. All else (left,
cast off, a voyage begun …) is over at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from monitor.model import Event, EventKind, EventState

K = EventKind


class Lasting(NamedTuple):
    """A state that an event begins."""

    still: str  # behind "she is still"
    ends: frozenset[EventKind]  # with what it ends, besides OVER


OVER = frozenset({K.PORT_DEPARTED, K.REAPPEARED_ELSEWHERE, K.PASSED_THROUGH})
"""What ends all that was before."""

IN_PORT = Lasting("in port", frozenset())
LASTS = {
    K.WENT_DARK_INSIDE: Lasting("dark", frozenset({K.REAPPEARED_INSIDE})),
    K.WENT_DARK: Lasting("dark", frozenset({K.REAPPEARED})),
    K.BERTHED: Lasting("berthed", frozenset({K.UNBERTHED, K.BERTHED, K.ANCHORED})),
    K.ANCHORED: Lasting("at anchor", frozenset({K.ANCHOR_WEIGHED, K.ANCHORED, K.BERTHED})),
    K.PORT_ARRIVED: IN_PORT,
    K.FIRST_SEEN_INSIDE: IN_PORT,
    K.REAPPEARED_INSIDE: IN_PORT,
    K.VOYAGE_MADE: IN_PORT,
    K.WAIT_BEGUN: Lasting("waiting off a port", frozenset({K.WAIT_ENDED, K.PORT_ARRIVED})),
    K.GEOFENCE_ENTERED: Lasting("inside an area", frozenset({K.GEOFENCE_LEFT})),
    K.FEED_WENT_DOWN: Lasting("down", frozenset({K.FEED_CAME_BACK})),
    K.PORT_FELL_SILENT: Lasting("not heard", frozenset({K.PORT_HEARD_AGAIN})),
    K.INTERFERENCE_BEGUN: Lasting("disturbed", frozenset({K.INTERFERENCE_ENDED})),
}
"""What lasts; of several, the first says most: who is dark is not known to be berthed still."""

NOT_DARK = frozenset({"out of reception", "heard elsewhere"})
"""Grades of silences at sea that say themselves how she is, and that she is not dark."""


def standing(story: Iterable[Event]) -> list[Event]:
    """The events of an episode that hold still, as they happened."""
    events = sorted((one for one in story if one.state is not EventState.WITHDRAWN), key=_order)
    return [one for one in events if not any(_ends(one, other) for other in events)]


def is_over(story: Iterable[Event]) -> bool:
    """Whether nothing of a story holds for good: an end that is not confirmed may be taken back."""
    return not standing(
        one for one in story if one.state is EventState.CONFIRMED or one.kind in LASTS
    )


def still(story: Iterable[Event]) -> str | None:
    """What she is still, in a word or two; None: nothing holds."""
    held = {one.kind: one for one in standing(story)}
    kind = next((kind for kind in LASTS if kind in held), None)
    if kind is None:
        return None
    grade = held[kind].evidence.figures.get("grade")
    return grade if grade in NOT_DARK else LASTS[kind].still


def _ends(event: Event, other: Event) -> bool:
    """Whether one event is over, by another or in itself."""
    lasting = LASTS.get(event.kind)
    if lasting is None or other.kind is K.PORT_DEPARTED:
        return True
    if _order(other) <= _order(event):
        return False
    there = event.kind is not K.GEOFENCE_ENTERED or event.geofence == other.geofence
    return other.kind in OVER or (other.kind in lasting.ends and there)


def _order(event: Event) -> tuple[int, int, str]:
    """As it happened; of one instant as it was decided."""
    span = event.span
    known = [at for at in (span.at, span.latest, span.earliest) if at is not None]
    return known[0] if known else event.decided_at, event.decided_at, event.id
