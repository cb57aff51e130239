"""What can happen, in the words of people: for sentences of rules, and for messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from monitor.model import EventKind


class Words(NamedTuple):
    """How a kind of event is said."""

    happens: str  # behind "when a ship", or whom
    happened: str  # behind "she", or "it"
    whom: str = "a ship"


KINDS = {
    EventKind.GEOFENCE_ENTERED: Words("enters an area of a port", "entered an area"),
    EventKind.GEOFENCE_LEFT: Words("leaves an area of a port", "left an area"),
    EventKind.PORT_ARRIVED: Words("arrives", "arrived"),
    EventKind.PORT_DEPARTED: Words("leaves a port", "left"),
    EventKind.BERTHED: Words("berths", "berthed"),
    EventKind.UNBERTHED: Words("casts off", "cast off"),
    EventKind.ANCHORED: Words("anchors", "anchored"),
    EventKind.ANCHOR_WEIGHED: Words("weighs anchor", "weighed anchor"),
    EventKind.FIRST_SEEN_INSIDE: Words("is first heard in port", "was first heard in port"),
    EventKind.WENT_DARK_INSIDE: Words("goes dark in port", "went dark in port"),
    EventKind.REAPPEARED_INSIDE: Words("is heard again in port", "was heard again in port"),
    EventKind.REAPPEARED_ELSEWHERE: Words("is heard again elsewhere", "was heard again elsewhere"),
    EventKind.PASSED_THROUGH: Words("passes a port", "passed"),
    EventKind.GATE_CROSSED: Words("passes a gate", "passed the gate"),
    EventKind.WAIT_BEGUN: Words("waits off a port", "waits off"),
    EventKind.WAIT_ENDED: Words("waits off a port no longer", "waited off"),
    EventKind.VOYAGE_BEGUN: Words("begins a voyage", "began a voyage"),
    EventKind.VOYAGE_MADE: Words("ends a voyage", "ended a voyage"),
    EventKind.WENT_DARK: Words("goes dark at sea", "went dark at sea"),
    EventKind.REAPPEARED: Words("is heard again at sea", "was heard again at sea"),
    EventKind.MAY_HAVE_REACHED: Words("may have reached a port unheard", "may have reached a port"),
    EventKind.SHIPS_MET: Words("meets another at sea", "met another ship at sea"),
    EventKind.SHIPS_PARTED: Words("parts from another", "parted from another ship at sea"),
    EventKind.CONVOY_FORMED: Words(
        "sails in company with another", "sailed in company with another ship"
    ),
    EventKind.CONVOY_PARTED: Words(
        "leaves the company of another", "left the company of another ship"
    ),
    EventKind.AREA_ENTERED: Words("enters a drawn area", "entered the area"),
    EventKind.AREA_LEFT: Words("leaves a drawn area", "left the area"),
    EventKind.FIRST_SEEN_IN_AREA: Words("is found in a drawn area", "was found in the area"),
    EventKind.IDENTITY_CHANGED: Words("changes who she says she is", "changed who she says she is"),
    EventKind.IDENTITY_FLAPPED: Words(
        "is said to be two ships by turns", "was said to be two ships by turns"
    ),
    EventKind.IDENTITY_DOUBTED: Words(
        "says a number that cannot be true", "said a number that cannot be true"
    ),
    EventKind.DESTINATION_CHANGED: Words(
        "declares another destination under way", "declared another destination under way"
    ),
    EventKind.DESTINATION_VARIED: Words(
        "changes her destination again and again", "changed her destination again and again"
    ),
    EventKind.DESTINATION_DOUBTED: Words(
        "sails away from the port that she declares", "sailed away from the port that she declared"
    ),
    EventKind.DECLARED_ELSEWHERE: Words(
        "calls at another port than she declared", "called at another port than she declared"
    ),
    EventKind.DRAUGHT_CHANGED: Words(
        "declares another draught than before", "declared another draught than before"
    ),
    EventKind.FEED_WENT_DOWN: Words("goes down", "went down", "a feed"),
    EventKind.FEED_CAME_BACK: Words("comes back", "came back", "a feed"),
    EventKind.PORT_FELL_SILENT: Words("is not heard", "was not heard any more", "a port"),
    EventKind.PORT_HEARD_AGAIN: Words("is heard again", "was heard again", "a port"),
    EventKind.INTERFERENCE_BEGUN: Words(
        "shows interference with positions", "showed interference with positions", "an area"
    ),
    EventKind.INTERFERENCE_ENDED: Words(
        "shows no interference any more", "showed no interference any more", "an area"
    ),
}
"""Every kind; a test holds that none is missing."""


ENDS = frozenset(
    {
        EventKind.FEED_CAME_BACK.value, EventKind.PORT_HEARD_AGAIN.value,
        EventKind.INTERFERENCE_ENDED.value,
    }
)  # fmt: skip
"""What ends what was told: no reason to tell anybody, but to say so to those who were told."""


def when(kinds: Sequence[str]) -> str:
    """What happens, as a condition: "a ship arrives or berths, or a feed goes down"."""
    doing: dict[str, list[str]] = {}
    for kind in kinds:
        words = KINDS.get(EventKind(kind)) if kind in set(EventKind) else None
        whom = "a ship" if words is None else words.whom
        doing.setdefault(whom, []).append(happens(kind))
    return ", or ".join(f"{whom} {either(said)}" for whom, said in doing.items())


def either(words: Sequence[str]) -> str:
    """One of them: "a", "a or b", "a, b or c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


NOISY = "RuleNoisy"
"""What an alert about a rule is for: no event of a ship."""


def happens(kind: str) -> str:
    """Behind "when a ship", or whom; a kind of another release is said by its name."""
    words = KINDS.get(EventKind(kind)) if kind in set(EventKind) else None
    return kind if words is None else words.happens


def happened(kind: str) -> str:
    """Behind "she", or "it"; see ``happens``."""
    if kind == NOISY:
        return "a rule was noisy"
    words = KINDS.get(EventKind(kind)) if kind in set(EventKind) else None
    return kind if words is None else words.happened
