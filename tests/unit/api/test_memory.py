"""Answers are held as long as there is room."""

from __future__ import annotations

from monitor.api.memory import Memory


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    memory = Memory(100)
    for name in "abcd":
        memory.put(name, name.encode() * 25)
    assert memory.get("a") == b"a" * 25
    memory.put("e", b"e" * 20)
    assert (memory.get("b"), memory.bytes) == (None, 95)
    assert [memory.get(name) is not None for name in "acde"] == [True] * 4


def test_the_same_again_takes_no_more_room() -> None:
    memory = Memory(100)
    memory.put("a", bytes(20))
    memory.put("a", bytes(10))
    assert (memory.bytes, memory.get("a")) == (10, bytes(10))


def test_one_that_would_leave_no_room_for_others_is_not_held() -> None:
    memory = Memory(100)
    memory.put("a", bytes(26))
    assert (memory.bytes, memory.get("a")) == (0, None)
