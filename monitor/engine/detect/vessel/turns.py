"""What ships say, value after value: which of it stands, and what comes and goes.

    said            is                  a value stands that was said twice, AGAIN_US apart,
    A A A B         a slip              with nothing else in between. What was said once is a slip,
    A A A B B       a change            as of a set that is being typed at, or a report that was
    A A B A B       slips               garbled. Two values that both came back within KEEP_US are
    A A B B A B     flapping            said by turns, by a set that is switched to and fro, or by
    A B A B A B     flapping            two ships; what never stood, when it is said in SLIPS turns.
    A A B A C A     slips
    A A B A C C D C slips, and a change: whoever comes back from a slip was not away

What was said is remembered for KEEP_US after the last turn, and no longer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.engine.stood import next_at, stood_twice
from monitor.units import DAY_US

KEEP_US = 7 * DAY_US
"""A ship that says one thing for a week means it: RadianceFleet counts changes within 7 days."""

MOST = 32
"""Turns that are remembered: more within a week, none of which came back, are noise."""

SLIPS = 3
"""Turns of a value that never stood, from which on it is meant: the same slip is made twice."""

Same = Callable[[str, str], bool]
"""Whether two values mean one thing, however they are written."""


@dataclass(slots=True)
class Turn:
    """A value that is said until another is."""

    value: str
    first: int  # us; NO_TIME: before that was noted
    last: int  # us, true to an hour, and never too late
    stands: bool


@dataclass(slots=True)
class Turns:
    """Values of one kind that a ship says, in order of time; at least one."""

    turns: list[Turn] = field(default_factory=list)
    flaps: bool = False  # it has been told

    @property
    def now(self) -> Turn:
        """What she says."""
        return self.turns[-1]

    @property
    def ends_at(self) -> int:
        """When she has said one thing for so long that the others are forgotten, us."""
        return self.now.first + KEEP_US

    def say(self, value: str, at: int, same: Same) -> bool:
        """Take what she says, at an instant, us; whether it stands from now on."""
        now = self.now
        if not same(now.value, value):
            holds = now if now.stands else self.held
            lately = [t for t in self.turns if t is now or t is holds or t.last > at - KEEP_US]
            self.turns = [*lately[1 - MOST :], Turn(value, at, at, stands=False)]
            return False
        if at < next_at(now.first, now.last):
            return False
        now.last = at
        begins = not now.stands
        now.stands = stood_twice(now.first, now.last)
        return begins and now.stands

    @property
    def held(self) -> Turn | None:
        """What stood last before what she says now; None: nothing did."""
        return next((one for one in reversed(self.turns[:-1]) if one.stands), None)

    def back(self, same: Same) -> int:
        """How many values came back and are meant, of those that are remembered."""
        said: list[str] = []
        for one in self.turns:
            alike = [turn for turn in self.turns if same(turn.value, one.value)]
            meant = len(alike) >= SLIPS or any(turn.stands for turn in alike)
            if meant and not (said and same(said[-1], one.value)):  # a slip parts nothing
                said.append(one.value)
        return sum(sum(same(value, other) for other in said) > 1 for value in self.values(same))

    def values(self, same: Same) -> list[str]:
        """Values that are remembered, each once, in order."""
        found: list[str] = []
        for one in self.turns:
            if not any(same(one.value, known) for known in found):
                found.append(one.value)
        return found


def first_turn(value: str, since: int, last: int) -> Turns:
    """A ship that says this, as far as it is noted."""
    return Turns([Turn(value, since, last, stood_twice(since, last))])
