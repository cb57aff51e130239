"""Deadlines of what is watched, in a heap: an empty batch costs nothing, however much waits."""

from __future__ import annotations

import heapq
from typing import Generic, TypeVar

from monitor.model import Subject

K = TypeVar("K", bound=Subject | int)


class Deadlines(Generic[K]):
    """When each key must be woken.

    A deadline mostly moves on with each fix. So a key has one entry in the heap, which is looked
    at when its instant has come, and put back if the deadline has moved since.
    """

    def __init__(self) -> None:
        """Nothing waits."""
        self._at: dict[K, int] = {}
        self._queued: dict[K, int] = {}  # the earliest entry of each key in the heap
        self._heap: list[tuple[int, K]] = []

    def __len__(self) -> int:
        """How many keys have a deadline."""
        return len(self._at)

    def note(self, key: K, at: int | None) -> None:
        """A key must be woken at ``at`` (us), and no more at what was said before; None: never."""
        if at is None:
            self._at.pop(key, None)
            return
        self._at[key] = at
        queued = self._queued.get(key)
        if queued is None or at < queued:
            self._queued[key] = at
            heapq.heappush(self._heap, (at, key))

    def due(self, until: int) -> list[tuple[int, K]]:
        """Take out all deadlines before ``until``, the earliest first."""
        found: list[tuple[int, K]] = []
        while (first := self._first()) is not None and first[0] < until:
            heapq.heappop(self._heap)
            at, key = first
            del self._queued[key], self._at[key]
            found.append((at, key))
        return found

    @property
    def next_at(self) -> int | None:
        """The earliest deadline, us; None: there is none."""
        first = self._first()
        return None if first is None else first[0]

    def _first(self) -> tuple[int, K] | None:
        """The top of the heap, once it is a deadline that still holds."""
        while self._heap:
            at, key = self._heap[0]
            if self._queued.get(key) != at:
                heapq.heappop(self._heap)  # an earlier entry was queued, and taken
            elif (holds := self._at.get(key)) is None:
                heapq.heappop(self._heap)
                del self._queued[key]
            elif holds != at:
                heapq.heapreplace(self._heap, (holds, key))
                self._queued[key] = holds
            else:
                return at, key
        return None
