"""Where a log is cut so that its pieces are decoded apart, and whether the joints hold.

What a decoder makes of a line depends on lines before: on the log's clock, on parts of messages, on
a table's heading. So whoever decodes a piece from the midst first lets a decoder *run up*: it reads
the head of the log and the lines right before the piece, and what it says of them is thrown away.
Nobody trusts that. The decoder of the piece before says, as its state, where it came to; only if
the run-up came to the very same is the piece good, and else it is decoded again from there. So the
reports are those of one decoder, whatever the log is like. Pure.

Rows of an archive that is not sorted by time date themselves, and its clock is the latest of all
rows before, which nobody in the midst knows. It dates rows that have no time: where a piece has
none of them, its clock does not matter.
"""

from __future__ import annotations

from typing import Any

from monitor.decode.decoder import Decoder
from monitor.decode.rows import RowDecoder
from monitor.model import Lines
from monitor.units import NO_TIME

RUN_UP_BYTES = 64 << 10
"""Some 700 sentences: parts of messages wait for 200 at most, and most logs have a time in each."""

State = dict[str, Any]
"""Of a decoder: see ``Decoder.state``."""


def last_lines(data: bytes, size: int = RUN_UP_BYTES) -> bytes:
    """Whole lines at the end of ``data``, at most ``size`` bytes; at least the last of them."""
    if len(data) <= size:
        return data
    begin = data.find(b"\n", len(data) - size - 1, len(data) - 1) + 1
    return data[begin:] if begin else data[data.rfind(b"\n", 0, len(data) - 1) + 1 :]


def run_up(decoder: Decoder, head: bytes, before: bytes, line: int) -> None:
    """Bring a new decoder to where ``before`` ends, whose first line is the ``line``-th.

    ``head``: whole lines that the log begins with; what holds for all of it stands there.
    """
    decoder.decode(Lines(data=head, source=""))
    decoder.restore(decoder.state() | {"carry": "", "line": line, "clock": NO_TIME})
    decoder.decode(Lines(data=before, source=""))
    if isinstance(decoder, RowDecoder):
        decoder.unread = None
        if not decoder.in_order:
            decoder.restore(decoder.state() | {"clock": NO_TIME})
        decoder.leaned = False


def needs_clock(decoder: Decoder) -> bool:
    """Whether what was said of a piece behind a run-up may hang on when the piece before ended."""
    return not isinstance(decoder, RowDecoder) or decoder.in_order or decoder.leaned


def fits(came_to: State, begins_at: State, *, clock: bool = True) -> bool:
    """Whether a decoder that begins at one state goes on as one that came to the other.

    ``clock`` False: it does not need the clock.
    """
    same = {} if clock else {"clock": NO_TIME}
    return _counted_anew(came_to) | same == _counted_anew(begins_at) | same


def moved(state: State, begins_at: State, came_to: State) -> State:
    """The state that the decoder of a piece ended with, had it begun where the one before came to.

    They fit; only numbers of sentences, which are counted from the log's begin, may be others, and
    a clock that was not needed.
    """
    at = max(state["clock"], came_to["clock"])
    more = came_to.get("order", 0) - begins_at.get("order", 0)
    return _renumbered(state, more) | {"clock": at}


def _counted_anew(state: State) -> State:
    return _renumbered(state, -state.get("order", 0))


def _renumbered(state: State, more: int) -> State:
    """A state in which sentences have other numbers; of a form that counts none, the same."""
    if "order" not in state:
        return state
    parts = [
        [{**part, "order": part["order"] + more} for part in whole] for whole in state["parts"]
    ]
    return {**state, "order": state["order"] + more, "parts": parts}
