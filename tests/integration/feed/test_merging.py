"""Runs merged by time: as one sort of all of them would have it, and within little memory."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from monitor.feed import merging, runs
from monitor.feed.merging import Run, chunked, gathered, merged, most_at_once, run_at
from monitor.feed.runs import Block, head_of, in_order
from monitor.model import FIX
from monitor.units import NO_TIME


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "BLOCK_LINES", 7)
    monkeypatch.setattr(merging, "CHUNK_LINES", 10)


def block(lines: list[tuple[int, int, int]]) -> Block:
    """Lines (clock, source, line); every third of them said where a ship is."""
    rows = np.zeros(len(range(0, len(lines), 3)), dtype=FIX)
    rows["seq"] = range(0, len(lines), 3)
    rows["line"] = [line for _, _, line in lines[::3]]
    clock, source, line = zip(*lines, strict=True)
    return in_order(
        [Block(np.array(clock), np.array(source, dtype=np.uint16), np.array(line), rows, [])]
    )


def written(folder: Path, number: int, lines: list[tuple[int, int, int]]) -> Run:
    """A run of these lines."""
    whole, path = block(lines), folder / f"{number:04d}.run"
    said = {"first": int(whole.clock[0]), "last": int(whole.clock[-1])}
    path.write_bytes(head_of(said) + runs.run_of(whole))
    return run_at(path)


def drawn(seed: int, folder: Path) -> tuple[list[Run], list[tuple[int, int, int]]]:
    """Runs of any length and time, many lines of one instant among them; and all of their lines."""
    draw, every, made = random.Random(seed), [], []
    for number in range(draw.randint(1, 12)):
        begin = draw.choice([0, 5, 50, draw.randint(0, 200)])
        wide = draw.choice([0, 1, 20, 100])
        lines = [(begin + draw.randint(0, wide), number, n) for n in range(draw.randint(1, 40))]
        if draw.random() < 0.2:
            lines[0] = (NO_TIME, number, 0)
        made.append(written(folder, number, lines))
        every += lines
    return made, sorted(every)


def lines_of(blocks: list[Block]) -> list[tuple[int, int, int]]:
    """All lines; what they said must stand with them."""
    found: list[tuple[int, int, int]] = []
    for one in blocks:
        assert one.line[one.positions["seq"]].tolist() == one.positions["line"].tolist()
        found += zip(one.clock.tolist(), one.source.tolist(), one.line.tolist(), strict=True)
    return found


@pytest.mark.parametrize("seed", range(40))
def test_it_is_one_sort_of_all(seed: int, tmp_path: Path) -> None:
    made, wanted = drawn(seed, tmp_path)
    assert lines_of(list(merged(made))) == wanted
    for skip in (0, 1, len(wanted) // 2, len(wanted)):
        chunks = list(chunked(merged(made), skip))
        assert lines_of(chunks) == wanted[skip:]
        assert all(len(one) >= 10 for one in chunks[:-1])


@pytest.mark.parametrize("seed", range(5))
def test_runs_that_were_gathered_say_the_same(seed: int, tmp_path: Path) -> None:
    made, wanted = drawn(seed, tmp_path)
    half = len(made) // 2
    parts = [gathered(part, tmp_path, {}) for part in (made[:half], made[half:]) if part]
    assert lines_of(list(merged(parts))) == wanted
    assert len(list(tmp_path.iterdir())) == len(parts)


def test_runs_of_a_sorted_log_are_open_one_at_a_time(tmp_path: Path, monkeypatch: Any) -> None:
    made = [
        written(tmp_path, n, [(10 * n + m, 0, 10 * n + m) for m in range(10)]) for n in range(9)
    ]
    most, now = 0, 0
    opens, closes = merging.RunReader.__init__, merging.RunReader.close

    def opened(self: Any, path: Path) -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        opens(self, path)

    def closed(self: Any) -> None:
        nonlocal now
        now -= 1
        closes(self)

    monkeypatch.setattr(merging.RunReader, "__init__", opened)
    monkeypatch.setattr(merging.RunReader, "close", closed)
    assert len(lines_of(list(merged(made)))) == 90
    assert most <= 2
    assert most_at_once(made) == 1


def test_how_many_are_of_one_time() -> None:
    path = Path("x")
    assert most_at_once([]) == 0
    assert most_at_once([Run(0, 5, path), Run(5, 9, path), Run(6, 7, path)]) == 2
    assert most_at_once([Run(0, 9, path)] * 5) == 5
