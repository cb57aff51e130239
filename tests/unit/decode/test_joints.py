"""A piece of a log that is decoded apart is used only where it begins where the last one ended."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.decode import joints
from monitor.decode.decoder import Decoder
from monitor.decode.forms import make_decoder, recognise
from monitor.decode.rows import RowDecoder
from monitor.feed.ordered import whole_lines
from monitor.model import Lines, Reports
from monitor.simulator import simulation as simulator
from monitor.units import NO_TIME

SEA = b"".join(line + b"\n" for line in simulator.simulate("dirty-fleet", seed=5).lines[:6000])
"""With parts of messages, and lines that are no sentences."""

TABLE = b"mmsi,time,lat,lon\n" + b"".join(
    b"%d,2024-05-%02dT%02d:%02d:00Z,35.%d,34.5\n" % (200_000_000 + ship, day, hour, minute, minute)
    for ship in range(3) for day in (1, 2) for hour in range(24) for minute in range(60)
)  # fmt: skip
"""Sorted by ship."""


def cut(data: bytes, at: int) -> tuple[bytes, bytes]:
    """A log in two parts, of whole lines."""
    begin = data.index(b"\n", at) + 1
    return data[:begin], data[begin:]


def begun(data: bytes, *, in_order: bool = True) -> Decoder:
    """A decoder of this log."""
    decoder = make_decoder(recognise(data[: 64 << 10], "log"))
    if isinstance(decoder, RowDecoder):
        decoder.in_order = in_order
    return decoder


def ran_up(data: bytes, before: bytes, *, in_order: bool = True) -> Decoder:
    """One that begins behind ``before``."""
    decoder = begun(data, in_order=in_order)
    last = joints.last_lines(before, 20_000)
    line = 1 + before.count(b"\n") - last.count(b"\n")
    joints.run_up(decoder, whole_lines(data[:20_000]), last, line)
    return decoder


def said(reports: Reports) -> list[Any]:
    """All of it."""
    clock = [] if reports.clock is None else reports.clock.tolist()
    return [
        reports.positions.tobytes(), reports.statics, reports.refusals, reports.kinds, clock,
        reports.lines,
    ]  # fmt: skip


@pytest.mark.parametrize("at", [30_000, 111_111, 300_000])
def test_behind_a_run_up_the_same_is_said(at: int) -> None:
    """The decoder of the piece before never saw the piece; only sentences are counted otherwise."""
    before, after = cut(SEA, at)
    one, other = begun(SEA), ran_up(SEA, before)
    one.decode(Lines(data=before, source="x"))
    came_to, begins_at = one.state(), other.state()
    assert joints.fits(came_to, begins_at)
    assert came_to["order"] != begins_at["order"]
    wanted = one.decode(Lines(data=after, source="x"))
    got = other.decode(Lines(data=after, source="x"))
    assert said(got) == said(wanted)
    assert joints.moved(other.state(), begins_at, came_to) == one.state()


def test_a_part_that_waits_makes_a_joint_fit_only_if_it_waits_in_both() -> None:
    """Else a message of two parts would be half of the one and half of the other."""
    lines = SEA.splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if b"VDM,2,1," in line and n > 900)
    before = b"".join(lines[: first + 1])
    one, other = begun(SEA), ran_up(SEA, before)
    one.decode(Lines(data=before, source="x"))
    assert any(part["number"] == 1 for whole in one.state()["parts"] for part in whole)
    assert joints.fits(one.state(), other.state())
    lacking = begun(SEA)
    joints.run_up(lacking, whole_lines(SEA[:20_000]), lines[0], first + 1)
    assert not joints.fits(one.state(), lacking.state())


def test_another_clock_does_not_fit() -> None:
    """A log whose times stand far before the joint dates its lines by what came before."""
    state = ran_up(SEA, cut(SEA, 100_000)[0]).state()
    assert not joints.fits(state, state | {"clock": state["clock"] + 1})
    assert joints.fits(state, state | {"clock": 0}, clock=False)


def test_rows_that_are_not_in_order_need_no_clock_if_each_has_its_time() -> None:
    """The clock is that of the latest row of all before, which nobody in the midst knows."""
    before, after = cut(TABLE, len(TABLE) * 2 // 3)
    one, other = begun(TABLE, in_order=False), ran_up(TABLE, before, in_order=False)
    one.decode(Lines(data=before, source="x"))
    came_to, begins_at = one.state(), other.state()
    got = other.decode(Lines(data=after, source="x"))
    assert not joints.fits(came_to, begins_at)
    assert not joints.needs_clock(other)
    assert joints.fits(came_to, begins_at, clock=False)
    assert said(got) == said(one.decode(Lines(data=after, source="x")))
    ended = joints.moved(other.state(), begins_at, came_to)
    assert ended == one.state()
    assert ended["clock"] == came_to["clock"]


def test_a_row_without_a_time_needs_the_clock() -> None:
    before, after = cut(TABLE, len(TABLE) // 2)
    other = ran_up(TABLE, before, in_order=False)
    got = other.decode(Lines(data=b"200000001,,35.1,34.5\n" + after, source="x"))
    assert got.clock is not None
    assert got.clock[0] == NO_TIME
    assert joints.needs_clock(other)
    ordered = begun(TABLE)
    ordered.decode(Lines(data=TABLE, source="x"))
    assert joints.needs_clock(ordered)


@pytest.mark.parametrize(
    ("data", "size", "last"),
    [
        (b"one\ntwo\nthree\n", 100, b"one\ntwo\nthree\n"),
        (b"one\ntwo\nthree\n", 10, b"two\nthree\n"),
        (b"one\ntwo\nthree\n", 9, b"three\n"),
        (b"one\ntwo\nthree\n", 3, b"three\n"),
        (b"", 3, b""),
    ],
)
def test_last_lines_are_whole(data: bytes, size: int, last: bytes) -> None:
    assert joints.last_lines(data, size) == last


def test_what_was_unreadable_before_a_piece_is_not_held_against_it() -> None:
    decoder = begun(TABLE)
    joints.run_up(decoder, TABLE[:2000], b"200000001,nonsense,35.1,34.5\n", 50)
    assert isinstance(decoder, RowDecoder)
    assert decoder.unread is None
