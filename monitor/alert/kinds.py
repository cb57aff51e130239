"""What can happen, in the words of people: for sentences of rules, and for messages."""

from __future__ import annotations

from typing import NamedTuple

from monitor.model import EventKind


class Words(NamedTuple):
    """How a kind of event is said."""

    happens: str  # behind "when a ship"
    happened: str  # behind "she"


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
    EventKind.VOYAGE_BEGUN: Words("begins a voyage", "began a voyage"),
    EventKind.VOYAGE_MADE: Words("ends a voyage", "ended a voyage"),
}
"""Every kind; a test holds that none is missing."""


def happens(kind: str) -> str:
    """Behind "when a ship"; a kind of another release is said by its name."""
    words = KINDS.get(EventKind(kind)) if kind in set(EventKind) else None
    return kind if words is None else words.happens


def happened(kind: str) -> str:
    """Behind "she"; see ``happens``."""
    words = KINDS.get(EventKind(kind)) if kind in set(EventKind) else None
    return kind if words is None else words.happened
