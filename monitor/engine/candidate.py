"""Candidates: positions that no track of a number leads to, and what becomes of them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from monitor.model import Fix

MEANWHILE = 2.0
"""The track is heard *meanwhile* where it is heard between two fixes of the candidate that are no
further apart than twice its usual interval: who leaps to and fro all day is one ship, who is at
both places at once is two."""


class Became(enum.StrEnum):
    """What came of a candidate."""

    REFUSED = "refused"  # the track went on, or nothing confirmed it
    SECOND_SHIP = "second_ship"  # another ship on the same number
    LEAPT = "leapt"  # where the number is now, after a leap that no ship can make


class Way(enum.Enum):
    """How a fix continues its track."""

    FROM_BEFORE = enum.auto()  # the ship went there from the fix before
    NEW = enum.auto()  # it is the first of a ship, whoever had the number of her track before
    LEAP = enum.auto()  # no ship can have gone there from the fix before


class Candidacy(NamedTuple):
    """What came of a candidate, to be kept: see ``Became``."""

    mmsi: int
    first: Fix
    last: Fix
    fixes: int  # how many there were
    track: Fix | None  # where the nearest track was, when it began
    origin: int | None  # the number of that track
    away_m: float  # of its first fix from there
    became: Became
    number: int | None  # of the track that it became
    decided_at: int  # us
    believed_from: int | None = None  # us; the first that is believed; None: none is


class Astray(enum.StrEnum):
    """Why a position says nothing of where its ship is; or that she is where she was."""

    LEAPT = "leapt"  # where no ship can have come, and several agree
    FROZEN = "frozen"  # the same to the last digit, of a ship that goes on
    BACK = "back"  # her track goes on


class Stray(NamedTuple):
    """A position that is not believed, and is no bit error: see ``Astray``."""

    why: Astray
    fix: Fix
    first: Fix  # of those that agree, since her track was heard
    origin: Fix | None  # where she was before
    alone: bool = True  # her track is silent meanwhile


class Taken(NamedTuple):
    """A fix that is believed."""

    fix: Fix
    number: int  # of the track
    decided_at: int  # us
    way: Way = Way.FROM_BEFORE


@dataclass(slots=True)
class Candidate:
    """Fixes that agree with each other, and with no track."""

    fixes: list[Fix]  # the first, the last, and at most MOST_HELD
    origin: Fix | None  # last fix of the nearest track when it began
    origin_number: int | None = None
    count: int = 1
    meanwhile: int = 0  # what a track heard between two of these counts: see odd.SURELY
    between: bool = False  # a track was heard since the last of these
    alone_at: int | None = None  # us; the first of these since a track was heard

    @property
    def alone(self) -> list[Fix]:
        """Those since a track was heard."""
        at = self.alone_at
        return [] if at is None else [fix for fix in self.fixes if fix.at >= at]

    @property
    def meanwhile_us(self) -> int:
        """How far apart fixes of it may be for what lies between them to be meanwhile."""
        gaps = [after.at - before.at for before, after in pairwise(self.fixes)]
        return round(MEANWHILE * median(gaps)) if gaps else 0
