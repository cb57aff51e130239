"""Draughts before and behind a silence at sea: the thing, and what is nearly it."""

from __future__ import annotations

import pytest

from monitor.engine.detect.vessel.laden import KEEP_US, WAIT_US, Laden, Loads
from monitor.model import Event, EventKind, Ship, Static, StaticReport
from monitor.units import HOUR_US, to_iso
from tests.scenario.sailing import FENCES, sailing, told
from tests.scenario.sea import START

BEFORE, BEHIND = sailing(0, 12), sailing(42, 70)
"""A ship that is silent for thirty hours."""
SHE = BEFORE[0].mmsi
Said = tuple[tuple[float, float | None], ...]
"""Hours, and a draught, metres, at each."""


def declares(*said: tuple[float, float | None]) -> list[StaticReport]:
    """A draught, metres, at each of these hours."""
    return [
        StaticReport(
            at=(at := START + round(hour * HOUR_US)), received_at=at, seq=0, source=0,
            static=Static(mmsi=SHE, name="ALDA", draught_m=draught),
        )
        for hour, draught in said
    ]  # fmt: skip


def changes(*said: tuple[float, float | None], until_h: float | None = None) -> list[Event]:
    """What is told of her draught; the same however batches are cut."""
    fixes = [*BEFORE, *BEHIND]
    return told(fixes, statics=declares(*said), until_h=until_h, kinds={EventKind.DRAUGHT_CHANGED})


LOADED = ((1.0, 13.1), (2.0, 13.1))
"""As she is before, said twice."""


def test_it_lies_between_her_last_fix_and_when_she_said_it() -> None:
    (event,) = changes(*LOADED, (43.0, 8.6), (44.0, 8.6))
    assert (event.span.earliest, event.span.at) == (BEFORE[-1].at, None)
    assert event.span.latest == START + 43 * HOUR_US
    assert event.decided_at == START + 44 * HOUR_US
    heard = [to_iso(BEFORE[-1].at), to_iso(BEHIND[0].at)]
    assert [fix.at for fix in event.evidence.fixes] == heard
    assert event.why == (
        "Before a silence of 30 h she declared a draught of 13.1 m, and 8.6 m since."
    )
    figures = event.evidence.figures
    assert (figures["draught_before_m"], figures["draught_after_m"]) == (13.1, 8.6)
    assert figures["silent_s"] == 30 * 3600


@pytest.mark.parametrize(
    ("said", "count"),
    [
        (((43.0, 8.6),), 0),  # once: a slip
        (((43.0, 8.6), (44.0, 13.1), (45.0, 13.1)), 0),  # taken back
        (((43.0, 8.6), (44.0, 9.4), (45.0, 8.6)), 0),  # nothing stands
        (((43.0, 8.6), (44.0, 9.4), (45.0, 9.4)), 1),
        (((43.0, 12.8), (44.0, 12.8)), 0),  # fuel and ballast
        (((43.0, None), (44.0, None)), 0),
        (((30.0, 8.6), (44.0, 8.6)), 1),  # her words were heard before her position
        (((30.0, 8.6), (31.0, 8.6)), 1),  # both: she is known to be back later
        (((67.0, 8.6), (68.0, 8.6)), 0),  # a day later she may have loaded elsewhere
        (((65.0, 8.6), (65.5, 8.6)), 1),
    ],
)
def test_what_is_declared_behind_it(
    said: tuple[tuple[float, float | None], ...], count: int
) -> None:
    assert len(changes(*LOADED, *said)) == count


@pytest.mark.parametrize("before", [((1.0, 13.1),), (), ((1.0, 13.1), (2.0, 12.0))])
def test_what_did_not_stand_before_it_says_nothing(before: Said) -> None:
    assert changes(*before, (43.0, 8.6), (44.0, 8.6)) == []


def test_what_was_declared_in_the_first_hours_of_the_silence_is_as_before() -> None:
    """She is called dark after six hours, and by then she says so."""
    assert changes(*LOADED, (13.0, 8.6), (14.0, 8.6), (43.0, 8.6), (44.0, 8.6)) == []


def test_a_silence_that_is_too_short_is_none() -> None:
    fixes = [*BEFORE, *sailing(17, 30)]
    said = declares(*LOADED, (18.0, 8.6), (19.0, 8.6))
    assert told(fixes, statics=said, kinds={EventKind.DRAUGHT_CHANGED}) == []


def test_whom_nobody_waits_for_is_forgotten() -> None:
    """Nothing is told of her meanwhile, so that she may be let go of."""
    loads, state = Loads(FENCES), Laden(BEFORE[-1], 13.1)
    assert not loads.holds(state)
    assert loads.deadline(state) == BEFORE[-1].at + KEEP_US
    state.back = BEHIND[0]
    assert loads.deadline(state) == BEHIND[0].at + WAIT_US
    assert loads.wake(Ship(SHE, 0), state, BEHIND[0].at + WAIT_US) == (None, [])
