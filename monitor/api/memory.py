"""A memory of answers, bounded in bytes: what was not asked for the longest goes first."""

from __future__ import annotations

from collections import OrderedDict


class Memory:
    """Answers by their tags."""

    def __init__(self, most_bytes: int) -> None:
        """It is empty."""
        self._most = most_bytes
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self.bytes = 0

    def get(self, tag: str) -> bytes | None:
        """What is held; None: nothing."""
        found = self._held.get(tag)
        if found is not None:
            self._held.move_to_end(tag)
        return found

    def put(self, tag: str, answer: bytes) -> None:
        """Hold an answer, unless it is larger than a quarter of all that may be held."""
        if len(answer) * 4 > self._most:
            return
        self.bytes += len(answer) - len(self._held.pop(tag, b""))
        self._held[tag] = answer
        while self.bytes > self._most:
            _, gone = self._held.popitem(last=False)
            self.bytes -= len(gone)
