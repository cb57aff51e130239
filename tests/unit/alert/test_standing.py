"""What of a story holds still, by its events alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.alert.standing import LASTS, OVER, is_over, standing, still
from monitor.engine.detect.disturbed import ELSEWHERE
from monitor.engine.detect.feasible import DARK, UNHEARD
from monitor.model import Event, EventKind, EventState
from tests.unit.alert.drawn import happened

K = EventKind
PROVISIONAL, WITHDRAWN = EventState.PROVISIONAL, EventState.WITHDRAWN


def story(*kinds: EventKind) -> list[Event]:
    """What happened, one after another, ten minutes apart."""
    return [happened(number, kind, 10 * number) for number, kind in enumerate(kinds, start=1)]


@pytest.mark.parametrize(
    ("kinds", "word"),
    [
        ([], None),
        ([K.PORT_ARRIVED], "in port"),
        ([K.FIRST_SEEN_INSIDE], "in port"),
        ([K.VOYAGE_MADE], "in port"),
        ([K.GEOFENCE_ENTERED], "inside an area"),
        ([K.GEOFENCE_ENTERED, K.GEOFENCE_LEFT], None),
        ([K.GEOFENCE_ENTERED, K.GEOFENCE_LEFT, K.GEOFENCE_ENTERED], "inside an area"),
        ([K.PORT_ARRIVED, K.BERTHED], "berthed"),
        ([K.PORT_ARRIVED, K.BERTHED, K.UNBERTHED], "in port"),
        ([K.PORT_ARRIVED, K.BERTHED, K.UNBERTHED, K.ANCHORED], "at anchor"),
        ([K.PORT_ARRIVED, K.ANCHORED, K.ANCHOR_WEIGHED, K.BERTHED], "berthed"),
        ([K.PORT_ARRIVED, K.BERTHED, K.WENT_DARK_INSIDE], "dark"),
        ([K.PORT_ARRIVED, K.BERTHED, K.WENT_DARK_INSIDE, K.REAPPEARED_INSIDE], "berthed"),
        ([K.WENT_DARK_INSIDE, K.REAPPEARED_ELSEWHERE], None),
        ([K.PORT_ARRIVED, K.BERTHED, K.UNBERTHED, K.PORT_DEPARTED], None),
        ([K.PORT_DEPARTED, K.PORT_ARRIVED], None),  # who arrives again begins another story
        ([K.PASSED_THROUGH], None),
        ([K.PASSED_THROUGH, K.PORT_ARRIVED], "in port"),
        ([K.PORT_DEPARTED, K.VOYAGE_BEGUN], None),
        ([K.FEED_WENT_DOWN], "down"),
        ([K.FEED_WENT_DOWN, K.FEED_CAME_BACK], None),
        ([K.PORT_FELL_SILENT], "not heard"),
        ([K.PORT_FELL_SILENT, K.PORT_HEARD_AGAIN], None),
    ],
)
def test_what_she_is_still(kinds: list[EventKind], word: str | None) -> None:
    """Behaviours 8 and 13: whatever order the events are read in."""
    events = story(*kinds)
    assert still(events) == still(reversed(events)) == word
    assert is_over(events) is (word is None)


def test_what_was_withdrawn_ends_nothing_and_lasts_no_longer() -> None:
    arrived, left = story(K.PORT_ARRIVED, K.PORT_DEPARTED)
    assert still([arrived, replace(left, state=WITHDRAWN)]) == "in port"
    assert still([replace(arrived, state=WITHDRAWN)]) is None


def test_an_end_that_is_not_confirmed_is_no_end_for_good() -> None:
    arrived, left = story(K.PORT_ARRIVED, K.PORT_DEPARTED)
    leaving = [arrived, replace(left, state=PROVISIONAL)]
    assert (still(leaving), is_over(leaving)) == (None, False)
    coming = replace(arrived, state=PROVISIONAL)
    assert (still([coming]), is_over([coming])) == ("in port", False)


def test_another_area_that_she_left_ends_nothing() -> None:
    entered, left = story(K.GEOFENCE_ENTERED, K.GEOFENCE_LEFT)
    assert standing([entered, replace(left, geofence="tartus-roads")]) == [entered]


def test_a_silence_that_begins_where_she_was_heard_once_holds() -> None:
    """Heard again and silent since: of one instant, what was decided later is later."""
    dark, back = story(K.WENT_DARK_INSIDE, K.REAPPEARED_INSIDE)
    again = replace(dark, id="9" * 32, span=back.span, decided_at=back.decided_at + 1)
    assert standing([dark, back, again]) == [back, again]


def test_a_later_berth_is_where_she_lies() -> None:
    events = story(K.BERTHED, K.BERTHED)
    assert standing(events) == events[1:]


def test_each_end_is_a_kind_of_its_own() -> None:
    """What ends all lasts not, and nothing that ends a state is unknown to the house."""
    assert not OVER & LASTS.keys()
    assert {kind for lasting in LASTS.values() for kind in lasting.ends} < set(EventKind)


@pytest.mark.parametrize("grade", [UNHEARD, ELSEWHERE, DARK])
def test_who_is_out_of_reception_is_not_still_dark(grade: str) -> None:
    (dark,) = story(K.WENT_DARK)
    told = replace(dark, evidence=replace(dark.evidence, figures={"grade": grade}))
    assert still([told]) == ("dark" if grade == DARK else grade)
