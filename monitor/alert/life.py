"""The life of an alert, as one table: what may be done with it in each state, and what it becomes.

    open ──ack──▶ acknowledged ──close──▶ closed
     │  ▲               │  ▲                 │
     │  └────reopen─────┘  └──────ack────────┘ (a new kind of event, or a higher severity, reopens)
     └──withdraw──▶ withdrawn ◀── of every state, when nothing of it holds any more
    open ──unmute──▶ open: the mute that hid it ended, and it holds still (once a mute)

An acknowledgement holds for the episode: through silence and reappearance nobody is told again, but
for a higher severity or a new kind of event.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from monitor.errors import UsageError


class State(StrEnum):
    """How an alert stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What happens to an alert: by an officer, or by what the watch finds."""

    ACK = "ack"
    ASSIGN = "assign"
    CLOSE = "close"
    AMEND = "amend"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    UNMUTE = "unmute"  # the mute that hid it ended


class Verdict(StrEnum):
    """What an officer says of an alert when it is closed."""

    TRUE = "true"
    FALSE = "false"
    NOT_RELEVANT = "not-relevant"


class Step(NamedTuple):
    """A row of the table."""

    was: State
    act: Act
    becomes: State


OPEN, ACKED, CLOSED, GONE = State.OPEN, State.ACKNOWLEDGED, State.CLOSED, State.WITHDRAWN

TABLE = (
    Step(OPEN, Act.ACK, ACKED), Step(OPEN, Act.ASSIGN, OPEN), Step(OPEN, Act.CLOSE, CLOSED),
    Step(OPEN, Act.AMEND, OPEN), Step(OPEN, Act.REOPEN, OPEN), Step(OPEN, Act.WITHDRAW, GONE),
    Step(OPEN, Act.UNMUTE, OPEN),
    Step(ACKED, Act.ASSIGN, ACKED), Step(ACKED, Act.CLOSE, CLOSED), Step(ACKED, Act.AMEND, ACKED),
    Step(ACKED, Act.REOPEN, OPEN), Step(ACKED, Act.WITHDRAW, GONE),
    Step(CLOSED, Act.AMEND, CLOSED), Step(CLOSED, Act.REOPEN, OPEN),
    Step(CLOSED, Act.WITHDRAW, CLOSED),
    Step(GONE, Act.AMEND, GONE), Step(GONE, Act.REOPEN, OPEN), Step(GONE, Act.CLOSE, CLOSED),
    Step(GONE, Act.WITHDRAW, GONE),
)  # fmt: skip
"""What is not here is refused. One that is closed with a verdict stays closed when it is withdrawn:
the verdict is an officer's word."""

_NEXT = {(row.was, row.act): row.becomes for row in TABLE}


def after(was: State, act: Act) -> State:
    """What an alert becomes; UsageError where that cannot be done to it."""
    becomes = _NEXT.get((was, act))
    if becomes is None:
        can = [_DONE[row.act] for row in TABLE if row.was is was and row.act in OFFICERS]
        words = f"it can be {' or '.join(can)}" if can else "there is nothing left to do"
        message = f"This alert is {was.value} and cannot be {_DONE[act]}: {words}."
        raise UsageError(message)
    return becomes


OFFICERS = (Act.ACK, Act.ASSIGN, Act.CLOSE)
"""What people do."""

_DONE = {
    Act.ACK: "acknowledged", Act.ASSIGN: "assigned", Act.CLOSE: "closed", Act.AMEND: "amended",
    Act.REOPEN: "reopened", Act.WITHDRAW: "withdrawn", Act.UNMUTE: "told of",
}  # fmt: skip
