"""A piece of a log, decoded elsewhere: what another process is given and gives.

Bytes in, bytes out: whoever decodes needs neither the log nor the folder of the runs, so it may be
another process or another machine. See ``decode/joints.py`` for what makes it right.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from monitor import __version__
from monitor.decode import joints
from monitor.decode.decoder import Decoder, Told
from monitor.decode.forms import form_of, make_decoder
from monitor.decode.rows import RowDecoder
from monitor.errors import MonitorError
from monitor.feed.ordered import is_sorted, whole_lines
from monitor.feed.runs import block_of, run_of
from monitor.model import Lines, Reports
from monitor.service.logs import Opened
from monitor.service.runner import faults
from monitor.units import NO_TIME


class OtherReleaseError(MonitorError):
    """Who decodes is of another release than who asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What holds for all pieces of a log."""

    number: int  # of the log among all, from 0: ties of time are broken by it
    source: str  # its name
    form: str
    told: Told
    start: int  # us: see make_decoder
    in_order: bool  # its rows are sorted by time, as far as it matters
    head: bytes  # whole lines
    release: str = __version__

    def decoder(self) -> Decoder:
        """One that begins with the log."""
        decoder = make_decoder(form_of(self.form), start=self.start, told=self.told)
        if isinstance(decoder, RowDecoder):
            decoder.in_order = self.in_order
        return decoder


def whole_of(one: Opened, *, number: int, start: int) -> Whole:
    """What holds for all pieces of a log; ``start``: see make_decoder."""
    return Whole(
        number=number, source=one.log.name, form=one.form, told=one.told, start=start,
        in_order=is_sorted(*one), head=whole_lines(one.log.head),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some lines of a log, whole ones."""

    whole: Whole
    number: int  # of the piece in the log, from 0
    data: bytes
    line: int  # the number of its first line, from 1
    ends_at: int  # bytes of the log before its end
    final: bool  # it is the last
    damage: str = ""  # a sentence, if the log could not be read any further
    before: bytes = b""  # whole lines right before it, to run up
    state: dict[str, Any] | None = None  # where the piece before came to, once it is known

    def behind(self, state: dict[str, Any]) -> Piece:
        """The same, where it is known what the piece before came to."""
        return replace(self, state=state, before=b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What a piece said. ``began``, ``ended``: states of its decoder."""

    began: dict[str, Any] | None  # None: as it was asked for
    ended: dict[str, Any]
    needs_clock: bool  # see ``joints.needs_clock``
    run: bytes  # see ``feed/runs.py``, but for its head
    said: dict[str, Any] = field(default_factory=dict)  # for its head


class Read(NamedTuple):
    """What a piece said, as it is: for whoever takes it at once."""

    reports: Reports
    state: dict[str, Any]  # of its decoder, behind it
    unread: tuple[str, bytes] | None  # see RowDecoder


def read_piece(piece: Piece) -> Read:
    """Decode a piece behind ``piece.state``; it raises what ``decode_piece`` does."""
    _must_be_ours(piece.whole)
    with faults():
        decoder = piece.whole.decoder()
        if piece.state is not None:
            decoder.restore(piece.state)
        reports = decoder.decode(
            Lines(data=piece.data, source=piece.whole.source), final=piece.final
        )
        return Read(reports, _plain(decoder.state()), _unread(decoder))


def decode_piece(piece: Piece) -> Decoded:
    """Decode a piece. InputError if it is no log of its form, FaultError if we fail on it."""
    whole = piece.whole
    _must_be_ours(whole)
    with faults():
        decoder, began = whole.decoder(), None
        if piece.state is not None:
            decoder.restore(piece.state)
        elif piece.number:
            first = piece.line - piece.before.count(b"\n")
            joints.run_up(decoder, whole.head, piece.before, first)
            began = _plain(decoder.state())
        first_line = 1 if not piece.number else decoder.state()["line"]
        reports = decoder.decode(Lines(data=piece.data, source=whole.source), final=piece.final)
        block = block_of(reports, whole.number, first_line)
        unread = _unread(decoder)
        said = {
            "log": whole.number, "piece": piece.number, "ends_at": piece.ends_at,
            "final": piece.final, "damage": piece.damage, "next_line": piece.line + _lines(piece),
            "first": int(block.clock[0]) if len(block) else NO_TIME,
            "last": int(block.clock[-1]) if len(block) else NO_TIME,
            "lines": len(block), "positions": len(block.positions),
            "refusals": {reason: count for (_, reason), count in reports.refusals.items()},
            "kinds": {kind: count for (_, kind), count in reports.kinds.items()},
            "unread": None if unread is None else [unread[0], unread[1].decode("latin-1")],
        }  # fmt: skip
        return Decoded(
            began=began, ended=_plain(decoder.state()),
            needs_clock=joints.needs_clock(decoder), run=run_of(block), said=said,
        )  # fmt: skip


def _must_be_ours(whole: Whole) -> None:
    if whole.release == __version__:
        return
    message = (
        f"A worker runs release {__version__} of the monitor, and this is {whole.release}:"
        " they must be the same."
    )
    raise OtherReleaseError(message)


def _unread(decoder: Decoder) -> tuple[str, bytes] | None:
    return decoder.unread if isinstance(decoder, RowDecoder) else None


def _plain(state: dict[str, Any]) -> dict[str, Any]:
    """A state as it is when it was written and read."""
    plain: dict[str, Any] = json.loads(json.dumps(state))
    return plain


def _lines(piece: Piece) -> int:
    return piece.data.count(b"\n")
