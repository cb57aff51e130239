"""Since when ships say what they say, and when they said it last.

    say something else    it stands from then on, and was said last then
    say it again, AGAIN_US after it was said first
                          it was said twice, and last then
    say it again, in an hour in which nobody noted it
                          it was said last then
    say it again, sooner  nothing: the last time is true to MARK_US, and never too late

The rule looks at what was said in order of time, and what it does not note may be left out: so it
depends neither on cuts of batches nor on restarts.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from monitor.model import Static
from monitor.units import HOUR_US, MINUTE_US, NO_TIME

AGAIN_US = 2 * MINUTE_US
"""What is said so much later is said again. Static reports of class A and B come every six minutes
(ITU-R M.1371-5 annex 1, 4.2.1); copies of one by several receivers are seconds apart."""

MARK_US = HOUR_US
"""How often it is noted that a ship says the same still; so often the store notes it, too."""

SIZE = ("to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m")

NOTED: dict[str, tuple[str, ...]] = {
    "name": ("name",), "callsign": ("callsign",), "imo": ("imo",), "ship_type": ("ship_type",),
    "size": SIZE, "draught_m": ("draught_m",), "destination": ("destination",),
}  # fmt: skip
"""What is noted, and the fields of a static report that it stands in."""

_PLACES = {name: place for place, name in enumerate(NOTED)}

_PLAIN = tuple(name for name in NOTED if name != "size")
_said = attrgetter(*_PLAIN, *SIZE)
_ORDER = tuple(_PLACES[name] for name in (*_PLAIN, "size"))
"""Where in NOTED stands what ``_values`` gives."""

_ALL = range(len(NOTED))
_NO_SIZE = (None,) * len(SIZE)
_NOTHING = (None,) * (len(_PLAIN) + len(SIZE))


@dataclass(frozen=True, slots=True)
class Stood:
    """Of each of NOTED, in that order: when it was said first, and last, as it is now, us.

    NO_TIME: never, or before that was noted.
    """

    since: tuple[int, ...] = (NO_TIME,) * len(NOTED)
    last: tuple[int, ...] = (NO_TIME,) * len(NOTED)

    def of(self, name: str) -> tuple[int, int]:
        """First and last of one of NOTED."""
        place = _PLACES[name]
        return self.since[place], self.last[place]

    def next_of(self, said: Static) -> int:
        """The first instant from which on it is noted that this is said again, us.

        It must be what a ship says as it is now; NO_TIME: it says nothing.
        """
        pairs = zip(_ORDER, _values(said), strict=True)
        places = [place for place, value in pairs if value is not None]
        return min((next_at(self.since[n], self.last[n]) for n in places), default=NO_TIME)


UNSTOOD = Stood()
"""Of a ship that said nothing."""


def next_at(since: int, last: int) -> int:
    """From when on it is noted that what was said first ``since``, and ``last``, is said again."""
    if last < since + AGAIN_US:
        return since + AGAIN_US
    return (last // MARK_US + 1) * MARK_US


def stood_twice(since: int, last: int) -> bool:
    """Whether something was said again; what stood before that was noted, counts as such."""
    return since == NO_TIME or last - since >= AGAIN_US


def noted(stood: Stood, before: Static, report: Static, at: int) -> Stood:
    """What stands when a ship that said ``before`` says this, at an instant, us."""
    if stood is UNSTOOD and _said(before) == _NOTHING:
        said = dict(zip(_ORDER, _values(report), strict=True))
        if all(value is None for value in said.values()):
            return stood
        since_all = tuple(NO_TIME if said[place] is None else at for place in _ALL)
        return Stood(since_all, since_all)
    since, last = list(stood.since), list(stood.last)
    for place, now, was in zip(_ORDER, _values(report), _values(before), strict=True):
        if now is None:
            continue
        if now != was and _differs(now, was):
            since[place] = last[place] = at
        elif last[place] == NO_TIME or at >= next_at(since[place], last[place]):
            last[place] = at
    if tuple(last) == stood.last and tuple(since) == stood.since:
        return stood
    return Stood(tuple(since), tuple(last))


def _values(static: Static) -> tuple[Any, ...]:
    said = _said(static)
    size = said[len(_PLAIN) :]
    return (*said[: len(_PLAIN)], None if size == _NO_SIZE else size)


def _differs(now: Any, was: Any) -> bool:
    """Whether a value is another; of a size, by those of its sides that are said."""
    if type(now) is not tuple or was is None:
        return True
    return any(one is not None and one != other for one, other in zip(now, was, strict=True))
