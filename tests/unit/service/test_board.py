"""Where ships are by now, for those who listen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from monitor.model import FIX
from monitor.service import board
from monitor.service.board import Board


def fixes(*rows: tuple[int, int]) -> Any:
    """Of ships at seconds, sorted as a batch is."""
    made = np.zeros(len(rows), dtype=FIX)
    for row, (mmsi, second) in enumerate(sorted(rows)):
        made[row]["mmsi"], made[row]["at"] = mmsi, second
    return made


def shown(made: Board) -> list[tuple[int, int]]:
    return [(fix.mmsi, fix.at) for fix in made.take()]


def listened() -> Board:
    made = Board()
    made.listeners = 1
    return made


def test_the_last_of_each_ship_is_shown_once() -> None:
    made = listened()
    made.note(fixes((1, 10), (1, 20), (2, 5)))
    made.note(fixes((1, 30)))
    assert shown(made) == [(1, 30), (2, 5)]
    assert shown(made) == []


def test_what_is_older_than_what_was_shown_is_no_news() -> None:
    """Late reports are history."""
    made = listened()
    made.note(fixes((1, 30)))
    assert shown(made) == [(1, 30)]
    made.note(fixes((1, 20), (2, 20)))
    assert shown(made) == [(2, 20)]
    made.note(fixes((1, 40)))
    made.note(fixes((1, 35)))
    assert shown(made) == [(1, 40)]


def test_without_listeners_nothing_is_kept() -> None:
    made = Board()
    made.note(fixes((1, 10)))
    made.listeners = 1
    assert shown(made) == []
    made.note(fixes((1, 20)))
    made.clear()
    assert shown(made) == []


def test_a_flood_of_numbers_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "MOST_SHIPS", 2)
    made = listened()
    made.note(fixes((1, 10), (2, 10), (3, 10)))
    made.note(fixes((1, 20)))
    assert shown(made) == [(1, 20), (2, 10)]
    for number in range(10, 20):
        made.note(fixes((number, 10)))
        made.take()
    assert len(made._shown) <= 5
