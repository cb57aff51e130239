"""Drawn seas: areas that people drew, who enters and leaves them, and who only seems to.

Each story is told in any cut of its input: see ``sea.py``.
"""

from __future__ import annotations

import numpy as np
import pytest

from monitor.model import EventKind
from monitor.units import MINUTE_US
from tests.scenario.sea import MMSI, Sea, Story, draw, tell

THROUGH = """
    . . . Z  Z  Z  Z . . . . .
    a b c Zd Ze Zf Zg h i j k .
    . . . Z  Z  Z  Z . . . . .
"""
"""h is within the margin (300 m), i and what follows beyond it."""

ENTERED = "AreaEntered [c..d]"
LEFT = "AreaLeft [g..h]"


def the(story: Story, kind: EventKind) -> dict[str, object]:
    """Figures of the event of a kind."""
    return story.one(kind).evidence.figures


def test_a_ship_goes_through() -> None:
    """Entered at the second fix inside; left at the second beyond the margin."""
    story = tell(draw(THROUGH))
    assert story.told == [ENTERED, LEFT]
    assert [line.rpartition(" @ ")[2] for line in story.decided] == ["e", "j"]
    entered, left = story.events
    assert (entered.confidence, left.confidence) == (4, 4)
    assert entered.why == "2 fixes inside Gate, the one before them outside."
    assert left.why == "2 fixes more than 300 m outside Gate."
    assert entered.evidence.geofence_hash == story.sea.fences.areas[0].drawing
    assert the(story, EventKind.AREA_ENTERED)["area"] == "Gate"
    assert entered.episode == left.episode
    assert entered.span.earliest is not None
    assert entered.span.at is not None
    assert entered.span.earliest < entered.span.at < story.sea.at("d")


def test_one_fix_inside_proves_nothing() -> None:
    """She touched a corner, or a position was wrong."""
    assert tell(draw(". . . . Zd . . . . . \n a b c . . . . e f g")).told == []


def test_copies_of_one_fix_prove_nothing() -> None:
    """Seconds apart, by several providers."""
    sea = draw("a b c Zd . . . . . . e f", wait={"e": 6})
    twice = np.concatenate([sea.fixes, sea.only("d")])
    twice["at"][-1] += 5_000_000
    twice["received_at"][-1] += 5_000_000
    twice["content"][-1] += 99
    assert tell(sea, np.sort(twice, order="received_at")).told == []


BORDER = """
    . . .  Zd Zf  Z
    a b ce Z  Zgi Z
    . . hj .  .   .
"""


def test_jitter_on_the_border_is_one_entry() -> None:
    """In and out of the line by a cell for hours, within the margin: she entered once."""
    sea = draw(BORDER, stay={"g": 5, "h": 5, "i": 5, "j": 5})
    assert [line.split()[0] for line in tell(sea).told] == ["AreaEntered"]


def test_one_bad_fix_outside_is_no_way_out() -> None:
    """The fix i is a kilometre off, and the next is inside again."""
    sea = draw("a b c Zd Ze Zfj Zgk Z . . . i\n. . . . . . Z Z . . . .", stay={"k": 3})
    assert tell(sea).told == [ENTERED]


def test_who_lingers_in_the_margin_left_when_she_crossed_the_border() -> None:
    """The bounds hold the instant at which she crossed the line, hours before it was told."""
    story = tell(draw(THROUGH, stay={"h": 30}, minutes=10))
    assert story.told == [ENTERED, LEFT]
    assert story.decided[-1].endswith("@ j")


def test_who_comes_back_within_the_margin_did_not_leave() -> None:
    sea = draw("a b c Zd Ze Zf Zgj hi . . . \n . . . Z Z Z Zk . . . .", stay={"h": 4, "k": 3})
    assert tell(sea).told == [ENTERED]


# -- not seen -----------------------------------------------------------------------------------


def test_who_is_silent_inside_has_not_left() -> None:
    """However long: whether she is there still is not known."""
    story = tell(draw("a b c Zd Ze Zf", stay={"f": 3}), then_minutes=60 * 24 * 5)
    assert story.told == [ENTERED]


def test_who_is_heard_outside_after_a_silence_left_in_it() -> None:
    """At a time between: no best estimate, and little confidence."""
    story = tell(draw(THROUGH, wait={"h": 600}))
    assert story.told == [ENTERED, LEFT]
    left = story.one(EventKind.AREA_LEFT)
    assert (left.span.at, left.confidence) == (None, 2)
    assert left.why.endswith("Not heard for 10.0 h between: it was in that time.")


def test_who_is_heard_inside_after_a_silence_entered_in_it() -> None:
    story = tell(draw(THROUGH, wait={"d": 600}))
    entered = story.one(EventKind.AREA_ENTERED)
    assert story.told == [ENTERED, LEFT]
    assert (entered.span.at, entered.confidence) == (None, 2)


def test_who_is_silent_inside_and_heard_there_again_stayed_as_far_as_is_known() -> None:
    assert tell(draw("a b c Zd Ze Zf Zg", wait={"g": 700}, stay={"g": 3})).told == [ENTERED]


def test_a_way_through_that_nobody_saw_is_not_told() -> None:
    """Both fixes outside."""
    assert tell(draw("a b c Z Z . . . d e f", wait={"d": 30})).told == []


def test_who_is_first_heard_inside_is_found_there() -> None:
    """Nobody saw her enter: when she came has no bound."""
    story = tell(draw("Za Zb Zc d . . e f g"))
    assert story.told == ["FirstSeenInArea [?..a]", "AreaLeft [c..d]"]
    found = story.one(EventKind.FIRST_SEEN_IN_AREA)
    assert found.confidence == 1
    assert found.why.startswith("Heard in Gate when nothing was known of her before")


# -- in force -----------------------------------------------------------------------------------


def test_who_is_inside_when_it_comes_into_force_is_found_there() -> None:
    """She did not enter then; and leaves as any other."""
    story = tell(draw(THROUGH).in_force("f"))
    assert story.told == ["FirstSeenInArea [?..f]", LEFT]
    found = story.one(EventKind.FIRST_SEEN_IN_AREA)
    assert found.why == "In Gate already when it came into force: when she came is not known."


def test_what_was_before_it_came_into_force_is_not_told() -> None:
    assert tell(draw(THROUGH).in_force("h")).told == []
    assert tell(draw(THROUGH).in_force("d")).told == [ENTERED, LEFT]


@pytest.mark.parametrize(
    ("until", "told"),
    [("d", []), ("e", []), ("f", [ENTERED]), ("i", [ENTERED]), ("j", [ENTERED]),
     ("k", [ENTERED, LEFT])],
)  # fmt: skip
def test_what_is_true_from_its_removal_on_is_not_told(until: str, told: list[str]) -> None:
    """Nobody leaves an area that is no more; and what proves it must be known before as well."""
    assert tell(draw(THROUGH).in_force(None, until)).told == told


# -- false positions ----------------------------------------------------------------------------

FAR = ". . .\n. Zi .\n. . ."


def lying(**stay: int) -> Sea:
    return draw(". . . .\n. . h j\n. . . .", FAR, stay={"h": 8, "j": 6, **stay})


@pytest.mark.parametrize("fixes", [1, 3, 16])
def test_a_position_that_no_ship_could_have_reached_enters_nothing(fixes: int) -> None:
    """However well the false ones agree: her own go on."""
    assert tell(lying(i=fixes)).told == []


def test_a_number_that_leapt_entered_nothing() -> None:
    """Heard there for more than six hours it is found, in doubt; where she was she is again."""
    story = tell(draw(". h j .", FAR, stay={"h": 8, "i": 40, "j": 6}, minutes=10))
    assert story.told == ["FirstSeenInArea [?..i] track 1"]
    found = story.one(EventKind.FIRST_SEEN_IN_AREA)
    assert found.confidence == 1


def test_a_number_that_leapt_away_did_not_leave() -> None:
    """She lies in the area and is said to be far away: nothing is concluded."""
    story = tell(draw("a b . Zh Zj Z .", ". i .", stay={"h": 8, "i": 40, "j": 6}, minutes=10))
    assert [line.split()[0] for line in story.told] == ["AreaEntered"]


def test_several_areas_are_told_apart() -> None:
    """Two that overlap, of two people: each is entered and left."""
    sea = draw(THROUGH)
    (one,) = sea.fences.areas
    two = type(one)(
        id="b" * 16, owner="bob", name="Gate", shared=False, tells=True, shape=one.shape,
        since=one.since,
    )  # fmt: skip
    both = Sea(fences=sea.fences.with_areas((one, two)), fixes=sea.fixes, labels=sea.labels)
    story = tell(both)
    assert sorted(story.told) == [ENTERED, ENTERED, LEFT, LEFT]
    assert len({event.id for event in story.events}) == 4
    assert len({event.episode for event in story.events}) == 2
    assert {event.mmsi for event in story.events} == {MMSI}


def test_shuffled_within_the_lateness_it_is_the_same() -> None:
    """The order of arrival is not the order of truth."""
    sea = draw(THROUGH, minutes=0.5, stay={"d": 3, "g": 3, "i": 3, "k": 3})
    straight = tell(sea).told
    rng = np.random.default_rng(7)
    for _ in range(10):
        rows = sea.fixes.copy()
        rows["received_at"] += rng.integers(0, MINUTE_US, len(rows))
        assert tell(sea, rows).told == straight
