"""Runs on disk: whole or not there, and in them what was said, to the last bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.feed import runs
from monitor.feed.runs import Block, CutRunError, RunReader, behind, block_of, head_of, in_order
from monitor.model import Lines, Reports, Static, StaticReport
from monitor.simulator import simulation as simulator

DATA = b"".join(line + b"\n" for line in simulator.simulate("dark-transfer").lines)


def said() -> Reports:
    return NmeaDecoder().decode(Lines(data=DATA, source="x"), final=True)


def same(one: Block, other: Block) -> bool:
    """Whether two blocks hold the same."""
    columns = all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("clock", "source", "line")
    )
    return (
        columns
        and one.positions.tobytes() == other.positions.tobytes()
        and one.statics == other.statics
    )


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of many blocks."""
    monkeypatch.setattr(runs, "BLOCK_LINES", 50)
    path = tmp_path / "one.run"
    path.write_bytes(head_of({"lines": 557}) + runs.run_of(block_of(said(), 2, 1)))
    return path


def test_what_is_written_is_read(path: Path) -> None:
    reader = RunReader(path)
    blocks = list(reader.blocks())
    reader.close()
    assert reader.said == {"lines": 557}
    assert len(blocks) == 12
    whole = block_of(said(), 2, 1)
    assert whole.statics
    assert same(behind(blocks), whole)
    assert set(whole.source.tolist()) == set(whole.positions["source"].tolist()) == {2}


@pytest.mark.parametrize("size", [0, 5, 40, 5000, -1])
def test_a_part_of_a_run_is_none(path: Path, size: int) -> None:
    """Wherever a disk or a process ended: it is decoded again."""
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(CutRunError):
        RunReader(path)


def test_a_flipped_bit_is_told(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    reader = RunReader(path)
    with pytest.raises(CutRunError):
        list(reader.blocks())
    reader.close()


def test_lines_of_an_archive_are_put_in_order_with_what_they_said() -> None:
    """Reports keep to their lines; of one instant the log decides, and then the line."""
    reports = said()
    assert reports.clock is not None
    reports.clock = reports.clock[::-1].copy()
    block = block_of(reports, 0, 1)
    assert (np.diff(block.clock) >= 0).all()
    assert (np.diff(block.positions["seq"]) >= 0).all()
    assert block.line[block.positions["seq"]].tolist() == block.positions["line"].tolist()
    one = Block(
        np.array([5, 5]), np.array([1, 1], dtype=np.uint16), np.array([1, 2]),
        reports.positions[:0], [],
    )  # fmt: skip
    other = Block(
        np.array([5]), np.array([0], dtype=np.uint16), np.array([9]), reports.positions[:0],
        [StaticReport(at=5, received_at=5, seq=0, source=0, static=Static(mmsi=1))],
    )  # fmt: skip
    both = in_order([one, other])
    assert both.source.tolist() == [0, 1, 1]
    assert both.line.tolist() == [9, 1, 2]
    assert [report.seq for report in both.statics] == [0]


def test_a_name_that_is_no_text_comes_back(tmp_path: Path) -> None:
    """Logs of decoded reports may hold half of a pair of surrogates."""
    static = Static(mmsi=1, name="\ud83d", draught_m=0.1)
    block = in_order(
        [
            Block(
                np.array([5]), np.array([0], dtype=np.uint16), np.array([1]), said().positions[:0],
                [StaticReport(at=5, received_at=6, seq=0, source=0, static=static)],
            )
        ]
    )  # fmt: skip
    path = tmp_path / "one.run"
    path.write_bytes(head_of({}) + runs.run_of(block))
    reader = RunReader(path)
    (read,) = reader.blocks()
    reader.close()
    assert same(read, block)
