"""What a feed may take of what all share: lines a second, and room in the spool.

A feed that floods costs itself. Its lines beyond ``lines_per_s`` wait where it can
be slowed and are left out where it cannot; and of the spool a part is kept free for each of the
others, so that nothing pushes their lines out.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection

from monitor.clock import monotonic_s

TOO_MANY = "too_many_lines"
TOO_MUCH = "too_much_spool"
BLANK = "blank"
"""Why lines are left out."""

BURST_S = 2.0
"""What a feed did not use adds up to so much of its budget: services send a minute's at once."""

LINE_BYTES = 500
"""A line counts once for so many bytes of it: JSON reports have that many at most, mostly."""

KEPT_FREE = 0.5
"""Share of the spool that is dealt out evenly; the rest is taken by whoever needs it first."""

GRAINS = 1024
"""What waits is known to so small a part of the spool."""


class Pace:
    """Lines a second. More than are left may be taken at once; that is a debt then."""

    def __init__(self, lines_per_s: float, *, steady: Callable[[], float] = monotonic_s) -> None:
        """Begin with all of BURST_S unused."""
        self.lines_per_s = lines_per_s
        self._steady = steady
        self._left, self._at_s = BURST_S * lines_per_s, steady()

    def pause_s(self) -> float:
        """How long until something may be taken; 0: now."""
        now = self._steady()
        earned = (now - self._at_s) * self.lines_per_s
        self._left, self._at_s = min(self._left + earned, BURST_S * self.lines_per_s), now
        return 0.0 if self._left > 0 else (1 - self._left) / self.lines_per_s

    def take(self, lines: bytes) -> None:
        """Take lines, blank ones too: they were read."""
        self._left -= max(lines.count(b"\n"), len(lines) // LINE_BYTES)


class Shares:
    """Whose bytes wait to be stored."""

    def __init__(self, names: Collection[str] = ()) -> None:
        """Of these feeds; where there is but one, all room is its own."""
        self._names = names
        self._waiting: Counter[str] = Counter()
        self._grains: deque[tuple[int, Counter[str]]] = deque()  # begin of each, what came in it
        self._end = 0

    def add(self, name: str, begin: int, size: int, limit: int) -> None:
        """Note bytes of a feed that begin where so many were handed over before."""
        if not self._grains or begin - self._grains[-1][0] >= limit // GRAINS:
            self._grains.append((begin, Counter()))
        self._grains[-1][1][name] += size
        self._end = begin + size
        self._waiting[name] += size

    def release(self, until: int) -> None:
        """All that was handed over up to there is stored, or gone."""
        grains = self._grains
        while grains and (grains[1][0] if len(grains) > 1 else self._end) <= until:
            _, gone = grains.popleft()
            self._waiting.subtract(gone)

    def waiting(self, name: str) -> int:
        """How many bytes of a feed wait."""
        return self._waiting[name]

    def has_room(self, name: str, limit: int, total: int = 0) -> bool:
        """Whether a feed may add more without taking what is kept free for others.

        ``total`` bytes wait; of those of an earlier run nobody knows whose they are.
        """
        others = [self._waiting[each] for each in self._names if each != name]
        own = int(KEPT_FREE * limit / (1 + len(others)))
        if not others or self._waiting[name] < own:
            return True
        left = max(0, total - self._waiting[name] - sum(others))
        return left + self._waiting[name] + sum(max(own, waiting) for waiting in others) < limit
