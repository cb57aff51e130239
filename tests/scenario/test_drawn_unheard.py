"""Ships at sea that fall silent: because they are silent, or because nobody hears them.

Each sea is told in one batch, cut here and there, and line by line: the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.model import Event, EventState, Fix
from tests.scenario.sailing import sailing, told, words
from tests.scenario.sea import MMSI

FROM_H, DARK_H = 60.0, 72.0
"""She is heard for twelve hours, and then no more."""

DARK = [
    f"WentDark possibly dark provisional @ {DARK_H + 2:g}",
    f"WentDark dark confirmed @ {DARK_H + 6:g}",
]
UNHEARD = [f"WentDark out of reception provisional @ {DARK_H + hours:g}" for hours in (2, 6)]

SHE = sailing(FROM_H, DARK_H, off_nm=-520.0)
"""At 12 kn she is 344 NM off at the last."""


def sea(*ships: Sequence[Fix], until_h: float = DARK_H + 8) -> list[Event]:
    fixes = sorted((fix for ship in ships for fix in ship), key=lambda fix: (fix.at, fix.mmsi))
    found = told(fixes, cuts=range(1, len(fixes), 7), until_h=until_h)
    return [event for event in found if event.mmsi == MMSI and event.kind == "WentDark"]


def other(number: int, *hours: float, off_nm: float = -520.0, **said: Any) -> list[Fix]:
    """One of the others, from hour to hour."""
    return sailing(*hours, off_nm=off_nm + number, mmsi=MMSI + number, **said)


def test_who_is_silent_alone_is_dark() -> None:
    events = sea(SHE, *(other(n, FROM_H, DARK_H + 8) for n in (1, 2, 3)))
    assert words(events) == DARK
    assert {event.evidence.figures["cause"] for event in events} == {"vessel"}
    assert events[1].why.endswith("Others around were heard meanwhile.")


def test_who_is_silent_with_all_others_is_out_of_reception() -> None:
    events = sea(SHE, *(other(n, FROM_H, DARK_H) for n in (1, 2, 3)))
    assert words(events) == UNHEARD
    assert {event.evidence.figures["cause"] for event in events} == {"coverage"}
    assert {(event.state, event.confidence) for event in events} == {(EventState.PROVISIONAL, 1)}


def test_who_is_still_silent_when_others_are_heard_again_is_dark() -> None:
    """An outage of four hours hides that she switched off in it, and no longer."""
    others = [[*other(n, FROM_H, DARK_H), *other(n, DARK_H + 4, DARK_H + 8)] for n in (1, 2, 3)]
    assert words(sea(SHE, *others)) == [UNHEARD[0], DARK[1]]


def test_what_reception_explains_is_never_called_deliberate() -> None:
    events = sea(SHE, *(other(n, FROM_H, DARK_H) for n in (1, 2, 3)), until_h=DARK_H + 13)
    assert words(events)[2:] == [f"WentDark out of reception provisional @ {DARK_H + 12:g}"]
    assert "deliberate" not in events[2].why
    assert "deliberate" in sea(SHE, until_h=DARK_H + 13)[2].why


def test_where_nobody_is_ever_heard_she_is_out_of_reception() -> None:
    """Another fell silent at the same place three days ago, and was heard again seven hours on.

    Whoever did so first was dark, for all that was known.
    """
    before = [*other(1, -15, -3, off_nm=380.0), *other(1, 4, 9, off_nm=380.0)]
    assert words(sea(SHE, before)) == UNHEARD
    through = other(1, -15, 9, off_nm=380.0)
    assert words(sea(SHE, through)) == DARK
    assert words(sea(SHE)) == DARK
