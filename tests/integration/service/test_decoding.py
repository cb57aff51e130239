"""Pieces of logs, decoded apart and taken in their order: what a single decoder would have said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from monitor.decode.decoder import Told
from monitor.feed.logfile import LogFile
from monitor.feed.merging import merged
from monitor.feed.runs import Block, behind
from monitor.model import Lines
from monitor.service.crew import Task
from monitor.service.decoding import MOST_MISSES, Decoding
from monitor.service.logs import LogOptions, open_log
from monitor.service.pieces import Decoded, Piece, decode_piece
from monitor.service.spill import Spill
from monitor.simulator import simulation as simulator
from monitor.units import NO_TIME
from tests.integration.service.backfills import Here
from tests.integration.service.replays import LINES, write

FLEET = simulator.simulate("dirty-fleet", seed=6).lines[:8000]


class Backwards(Here):
    """What is asked for last comes first: a crew owes nobody an order."""

    def __init__(self) -> None:
        """Nothing waits."""
        super().__init__()
        self._waits: list[Task] = []

    def _begin(self, task: Task) -> None:
        self._waits.append(task)

    def result(self, task: Task) -> Decoded:
        """Do all that waits, the last first."""
        while self._waits:
            last = self._waits.pop()
            last.future.set_result(decode_piece(last.piece))
        return super().result(task)


def decoded(path: Path, crew: Here, **options: Any) -> tuple[Decoding, Block]:
    """All of a log, in order of time."""
    start = options.pop("start_at", NO_TIME)
    log = LogFile(str(path))
    opened = [open_log(log, LogOptions(told=options.pop("told", Told())))]
    spill = Spill(path.parent / "spill", opened, b"me")
    decoding = Decoding(crew, spill, opened, start, [], **options)
    assert decoding.run()
    log.close()
    crew.close()
    block = behind(list(merged(spill.runs())))
    spill.close()
    return decoding, block


def at_once(path: Path, **options: Any) -> Any:
    """What one decoder says of it."""
    log = LogFile(str(path))
    decoder = open_log(log, LogOptions()).decoder(**options)
    log.close()
    return decoder.decode(Lines(data=path.read_bytes(), source="x"), final=True)


def same(block: Block, reports: Any) -> bool:
    """Whether the lines and their positions are those."""
    return (
        block.line.tolist() == list(range(1, reports.lines + 1))
        and np.array_equal(block.clock, reports.clock)
        and block.positions.tobytes() == reports.positions.tobytes()
        and [(s.seq, s.static) for s in block.statics]
        == [(s.seq, s.static) for s in reports.statics]
    )


@pytest.mark.parametrize("crew", [Here, Backwards])
def test_pieces_are_the_log(tmp_path: Path, short_heads: None, crew: type[Here]) -> None:
    del short_heads
    path = write(tmp_path / "sea.nmea", FLEET)
    decoding, block = decoded(path, crew(), piece_bytes=30_000)
    assert decoding.again < 3
    wanted = at_once(path)
    assert same(block, wanted)
    assert decoding.lines == wanted.lines


def test_a_log_whose_joints_do_not_hold_is_decoded_piece_behind_piece(
    tmp_path: Path, short_heads: None
) -> None:
    """It dates itself by the seconds in its reports: nobody in the midst knows the minute."""
    del short_heads
    bare = [line.rpartition(b"\\")[2] for line in LINES]
    path = write(tmp_path / "sea.nmea", bare)
    start = 1_736_899_479_000_000
    crew = Here()
    decoding, block = decoded(path, crew, piece_bytes=2000, start_at=start)
    assert MOST_MISSES <= decoding.again <= MOST_MISSES + crew.most
    assert same(block, at_once(path, start=start))
    assert len(crew.asked) > 12
    assert all(piece.state is not None for piece in crew.asked[-3:])


def test_what_is_decoded_is_not_decoded_again(tmp_path: Path, short_heads: None) -> None:
    """A second run over a spill that is not whole begins behind its last piece."""
    del short_heads
    path = write(tmp_path / "sea.nmea", FLEET)
    _, wanted = decoded(path, Here(), piece_bytes=30_000)
    (folder,) = (tmp_path / "spill").iterdir()
    (folder / "all-decoded.json").unlink()
    runs = sorted(folder.glob("*.run"))
    for run in runs[5:]:
        run.unlink()
    crew = Here()
    _, block = decoded(path, crew, piece_bytes=30_000)
    assert block.positions.tobytes() == wanted.positions.tobytes()
    assert [piece.number for piece in crew.asked][:2] == [5, 6]
    assert crew.asked[0].state is not None


def test_never_more_than_some_pieces_are_in_memory(tmp_path: Path, short_heads: None) -> None:
    del short_heads
    path = write(tmp_path / "sea.nmea", FLEET)

    class Counting(Here):
        most_asked = 0

        def ask(self, piece: Piece) -> Task:
            task = super().ask(piece)
            self.most_asked = max(self.most_asked, len(self._tasks))
            return task

    crew = Counting()
    decoded(path, crew, piece_bytes=10_000)
    assert len(crew.asked) > 50
    assert 1 < crew.most_asked <= crew.most + 1
