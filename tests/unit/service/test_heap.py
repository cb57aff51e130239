"""Free memory is given back once a minute, where the C library has a way."""

from __future__ import annotations

import ctypes

import pytest

from monitor.service import heap
from monitor.service.heap import EVERY_S, Heap, one_for_all


def test_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = [0.0], []

    def trim(kept: int) -> int:
        asked.append(kept)
        return 1

    monkeypatch.setattr(heap, "monotonic_s", lambda: now[0])
    monkeypatch.setattr(heap, "_trim", lambda: trim)
    mine = Heap()
    found = []
    for now[0] in (1.0, EVERY_S, EVERY_S + 1, 2 * EVERY_S):
        found.append(mine.tidy())
    assert found == [False, True, False, True]
    assert asked == [0, 0]


def test_where_there_is_no_way_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap, "_trim", lambda: None)
    monkeypatch.setattr(heap, "EVERY_S", 0.0)
    assert not Heap().tidy()


def test_what_this_system_has_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap, "EVERY_S", 0.0)
    assert Heap().tidy() in {False, True}


def test_threads_share_a_heap_where_that_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Libc:
        def mallopt(self, option: int, value: int) -> int:
            asked.append((option, value))
            return 1

    monkeypatch.setattr(ctypes, "CDLL", lambda _: Libc())
    assert one_for_all()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    assert not one_for_all()
    assert asked == [(-8, 1)]
