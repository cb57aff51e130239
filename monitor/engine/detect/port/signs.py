"""What moves a call on: signs, the table, and what else is known where a fact is taken.

TABLE says it all: (state, sign) gives the next state and what is to be done (``call.py`` does it).
A sign that the table does not name changes nothing.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port import bounds
from monitor.engine.detect.port.fences import FenceState
from monitor.engine.geofence import Port
from monitor.model import CallState, EventKind, Fix

STARTS = frozenset({EventKind.UNBERTHED, EventKind.ANCHOR_WEIGHED})
STOPS = frozenset({EventKind.BERTHED, EventKind.ANCHORED})
STAGES = frozenset(
    {
        *STARTS, *STOPS, EventKind.WENT_DARK_INSIDE, EventKind.REAPPEARED_INSIDE,
        EventKind.FIRST_SEEN_INSIDE,
    }
)  # fmt: skip


class Sign(enum.StrEnum):
    """What of a fact matters to a call."""

    HARBOUR_IN = "harbour in"
    FOUND = "found in the harbour"  # nobody saw her come in
    HARBOUR_OUT = "harbour out"
    UNSURE_OUT = "harbour out, and there was time for a stop"
    OUT_UNSEEN = "harbour out in a silence, and under way"
    APPROACH_OUT = "approach out"
    STOPPED = "stopped"
    DWELT = "dwelt"
    DARK = "dark"  # in the harbour
    DARK_OUTSIDE = "dark outside the harbour"
    GONE = "gone"  # reappeared elsewhere


class Act(enum.StrEnum):
    """What a transition does."""

    OPEN = "arrival provisional"
    FIND = "arrival provisional, before she was heard"
    KEEP = "nothing new"
    CONFIRM = "arrival confirmed"
    OPEN_CONFIRM = "arrival confirmed at once"
    REFINE = "arrival known better, if this is the first stop"
    WITHDRAW = "arrival withdrawn"
    DOUBT = "arrival provisional for good, and gone"
    LEAVE = "departure provisional"
    LEAVE_FOUND = "arrival confirmed, departure provisional"
    STAY = "departure withdrawn"
    DEPART = "departure confirmed"
    DEPART_FOUND = "arrival and departure confirmed"
    DEPART_UNSEEN = "departure confirmed, unseen"


_S, _A, _C = CallState, Act, Sign
TABLE: dict[tuple[CallState, Sign], tuple[CallState, Act]] = {
    (_S.AWAY, _C.HARBOUR_IN): (_S.ENTERED, _A.OPEN),
    (_S.AWAY, _C.FOUND): (_S.FOUND, _A.FIND),
    (_S.AWAY, _C.STOPPED): (_S.IN_PORT, _A.OPEN_CONFIRM),
    (_S.AWAY, _C.DARK): (_S.TOUCHED, _A.FIND),
    (_S.TOUCHED, _C.FOUND): (_S.FOUND, _A.KEEP),
    (_S.TOUCHED, _C.HARBOUR_IN): (_S.FOUND, _A.KEEP),
    (_S.TOUCHED, _C.STOPPED): (_S.IN_PORT, _A.CONFIRM),
    (_S.TOUCHED, _C.GONE): (_S.AWAY, _A.DOUBT),
    (_S.ENTERED, _C.STOPPED): (_S.IN_PORT, _A.CONFIRM),
    (_S.ENTERED, _C.DWELT): (_S.IN_PORT, _A.CONFIRM),
    (_S.ENTERED, _C.DARK): (_S.IN_PORT, _A.CONFIRM),
    (_S.ENTERED, _C.HARBOUR_OUT): (_S.AWAY, _A.WITHDRAW),
    (_S.ENTERED, _C.UNSURE_OUT): (_S.AWAY, _A.DOUBT),
    (_S.ENTERED, _C.GONE): (_S.AWAY, _A.DOUBT),
    (_S.FOUND, _C.STOPPED): (_S.IN_PORT, _A.CONFIRM),
    (_S.FOUND, _C.DWELT): (_S.IN_PORT, _A.CONFIRM),
    (_S.FOUND, _C.DARK): (_S.IN_PORT, _A.CONFIRM),
    (_S.FOUND, _C.HARBOUR_OUT): (_S.LEAVING, _A.LEAVE_FOUND),
    (_S.FOUND, _C.UNSURE_OUT): (_S.LEAVING, _A.LEAVE_FOUND),
    (_S.FOUND, _C.APPROACH_OUT): (_S.AWAY, _A.DEPART_FOUND),  # one fix was in the harbour
    (_S.FOUND, _C.GONE): (_S.AWAY, _A.DOUBT),
    (_S.TOUCHED, _C.OUT_UNSEEN): (_S.AWAY, _A.DOUBT),
    (_S.ENTERED, _C.OUT_UNSEEN): (_S.AWAY, _A.DOUBT),
    (_S.FOUND, _C.OUT_UNSEEN): (_S.AWAY, _A.DOUBT),
    (_S.IN_PORT, _C.OUT_UNSEEN): (_S.AWAY, _A.DEPART),  # her return is another call
    (_S.IN_PORT, _C.STOPPED): (_S.IN_PORT, _A.REFINE),
    (_S.IN_PORT, _C.HARBOUR_OUT): (_S.LEAVING, _A.LEAVE),
    (_S.IN_PORT, _C.UNSURE_OUT): (_S.LEAVING, _A.LEAVE),
    (_S.IN_PORT, _C.APPROACH_OUT): (_S.AWAY, _A.DEPART),
    (_S.IN_PORT, _C.GONE): (_S.AWAY, _A.DEPART_UNSEEN),
    (_S.LEAVING, _C.HARBOUR_IN): (_S.IN_PORT, _A.STAY),
    (_S.LEAVING, _C.FOUND): (_S.IN_PORT, _A.STAY),
    (_S.LEAVING, _C.STOPPED): (_S.IN_PORT, _A.STAY),
    (_S.LEAVING, _C.APPROACH_OUT): (_S.AWAY, _A.DEPART),
    (_S.LEAVING, _C.DARK): (_S.AWAY, _A.DEPART),
    (_S.LEAVING, _C.DARK_OUTSIDE): (_S.AWAY, _A.DEPART),  # her return is another call
    (_S.LEAVING, _C.GONE): (_S.AWAY, _A.DEPART),
}


class Around(NamedTuple):
    """What else is known where a fact is taken."""

    port: Port
    hidden: bool = False  # there was time for a stop since she came, that nobody heard
    elsewhere: bool = False  # she is deeper in another port's waters
    waiting: bool = False  # she is in the anchorage or the roads
    pause: tuple[int, int | None] | None = None  # us; when she may have been at rest last
    found_at_rest: bool = False  # she was when she was first heard in these waters, behind a gap
    may_have_lain: bool = False  # or that is not known, and she was never heard before
    came_from: Fix | None = None  # the fix before that gap; None: there was none
    hidden_from: Fix | None = None  # before she was seen to stop, the fix before a gap to stop in
    entering: FenceState | None = None  # the port's limit, if one fix only was within it


def sign_of(around: Around, fact: Fact) -> Sign | None:
    """What of a fact matters to a call; None: nothing."""
    port, kind = around.port, fact.kind
    bit = port.bit_of.get(fact.geofence or "", 0)  # 0: none, or one that is drawn no more
    if kind is EventKind.GEOFENCE_LEFT and bit & port.limit_bits:
        if not bounds.seen(fact.span) and not around.waiting:
            return Sign.OUT_UNSEEN
        return Sign.UNSURE_OUT if around.hidden else Sign.HARBOUR_OUT
    if kind is EventKind.GEOFENCE_LEFT and bit & port.approach_bits:
        return Sign.APPROACH_OUT
    if kind is EventKind.REAPPEARED_ELSEWHERE:
        return Sign.GONE
    if around.elsewhere:
        return None
    if kind in STOPS:
        return Sign.STOPPED if bit & port.stop_bits else None
    if kind is EventKind.GEOFENCE_ENTERED and bit & port.limit_bits:
        return Sign.HARBOUR_IN if bounds.seen(fact.span) else Sign.FOUND
    if kind is EventKind.FIRST_SEEN_INSIDE and bit & port.harbour_bits:
        return Sign.FOUND if len(fact.fixes) > 1 else None
    if kind is EventKind.WENT_DARK_INSIDE:
        return Sign.DARK if bit & port.harbour_bits else Sign.DARK_OUTSIDE
    return None
