"""A piece of a log: bytes in, a run out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.decode.decoder import Told
from monitor.errors import FaultError, InputError
from monitor.service.pieces import OtherReleaseError, Piece, Whole, decode_piece
from monitor.simulator import simulation as simulator
from monitor.units import NO_TIME

LINES = simulator.simulate("dark-transfer").lines
DATA = [b"".join(line + b"\n" for line in part) for part in (LINES[:300], LINES[300:])]
WHOLE = Whole(
    number=3, source="sea.nmea", form="nmea", told=Told(), start=NO_TIME, in_order=True,
    head=DATA[0],
)  # fmt: skip
FIRST = Piece(whole=WHOLE, number=0, data=DATA[0], line=1, ends_at=len(DATA[0]), final=False)
SECOND = replace(
    FIRST, number=1, data=DATA[1], line=301, before=DATA[0], final=True, ends_at=len(DATA[0]) * 2
)


def test_a_piece_says_what_a_folder_must_know_of_it() -> None:
    first, second = decode_piece(FIRST), decode_piece(SECOND)
    assert first.said["lines"] + second.said["lines"] == len(LINES)
    assert first.said["last"] <= second.said["first"]
    assert (second.said["log"], second.said["piece"], second.said["final"]) == (3, 1, True)
    assert (first.said["next_line"], second.said["next_line"]) == (301, 301 + DATA[1].count(b"\n"))
    assert first.began is None
    assert second.began is not None
    assert second.needs_clock


def test_where_the_one_before_came_to_is_gone_on_from() -> None:
    """Then nothing is to be compared: and it is the same run, byte for byte."""
    first = decode_piece(FIRST)
    known = decode_piece(SECOND.behind(first.ended))
    assert known.began is None
    assert known.run == decode_piece(SECOND).run


def test_another_release_decodes_nothing() -> None:
    """A worker of a cluster may have been forgotten when the monitor was renewed."""
    with pytest.raises(OtherReleaseError, match="must be the same"):
        decode_piece(replace(FIRST, whole=replace(WHOLE, release="0.0.1")))


def test_what_is_no_table_is_the_logs_fault_and_not_ours() -> None:
    table = replace(WHOLE, form="csv", head=b"a,b\n")
    with pytest.raises(InputError, match="has no column"):
        decode_piece(replace(FIRST, whole=table, data=b"a,b\n1,2\n"))


def test_what_we_fail_on_is_said_to_be_our_fault() -> None:
    with pytest.raises(FaultError, match="a fault of ours"):
        decode_piece(FIRST.behind({"clock": 1}))
