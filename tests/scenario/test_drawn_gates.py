"""Drawn seas: gates, who passes them, and who only seems to.

The gate runs from south to north, so that who goes west, to its left, goes in. The two cells of
300 m on either side of it are near it (CLEAR_M), the third is not. Each story is told in any cut of
its input: see ``sea.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely

from monitor.engine.detect.vessel.gates import Gates, Leg
from monitor.engine.geofence import Corner, Gate
from monitor.model import EventKind, EventState
from monitor.units import MINUTE_US
from tests.scenario.sea import CELL_M, Sea, Story, as_fixes, at_m, draw, tell

PASSED = "GateCrossed narrows"


def strait(
    text: str, away: str = "", *, at: int = 5, rows: int = 3, waters: Any = None, **words: Any
) -> Sea:
    """A sea whose gate stands at the west side of a column, over all rows, a cell beyond each."""
    sea = draw(text, away, **words)
    line = tuple(Corner(*at_m(at * CELL_M, -north * CELL_M)) for north in (rows + 1, -1))
    gate = Gate(
        id="narrows", name="the narrows", line=line, in_words="into the west",
        out_words="into the east", hash="f" * 64, waters=waters,
    )  # fmt: skip
    return replace(sea, fences=replace(sea.fences, gates=(gate,)))


def box(east_m: float, south_m: float, to_east_m: float, to_north_m: float) -> Any:
    """A polygon of waters."""
    return shapely.box(*at_m(east_m, south_m), *at_m(to_east_m, to_north_m))


WEST = box(-500 * CELL_M, -500 * CELL_M, 5 * CELL_M, 500 * CELL_M)
"""All waters to the west of the line."""

THROUGH = ". . . . . . . . . . .\na b c d e f g h i j k\n. . . . . . . . . . ."
"""f is the first east of the gate."""


def figures(story: Story) -> dict[str, Any]:
    """Of the last passage that was told."""
    return story.one(EventKind.GATE_CROSSED).evidence.figures


def test_a_ship_passes() -> None:
    """Told when she is clear of the line; the instant is where she crossed it."""
    story = tell(strait(THROUGH))
    assert story.told == [f"{PASSED} [e..f]"]
    assert story.decided == [f"{story.events[0].kind} narrows @ h"]
    (event,) = story.events
    assert (event.state, event.confidence) == (EventState.CONFIRMED, 4)
    assert event.why == "Two fixes on either side of the narrows, 2 min apart: into the east."
    assert event.evidence.geofence_hash == "f" * 64
    assert figures(story)["direction"] == "out"
    e, f = story.sea.at("e"), story.sea.at("f")
    assert event.span.at == pytest.approx((e + f) / 2, abs=1e6)
    assert event.lon == pytest.approx(at_m(5 * CELL_M, 0)[0], abs=1e-4)


def test_the_other_way_is_in() -> None:
    story = tell(strait(". . . . . . . . . . .\nk j i h g f e d c b a\n. . . . . . . . . . ."))
    assert story.told == [f"{PASSED} [f..g]"]
    assert figures(story)["direction"] == "in"
    assert story.events[0].why.endswith("into the west.")


def test_there_and_back_is_told_twice() -> None:
    """Each with an id of its own."""
    story = tell(strait(". . . . . . . . . . .\na b c d e f g h . . .\n. . p o n m l k j i ."))
    assert story.told == [f"{PASSED} [e..f]", f"{PASSED} [m..n]"]
    assert len({event.id for event in story.events}) == 2


# -- near misses --------------------------------------------------------------------------------


def test_who_turns_on_the_line_did_not_pass() -> None:
    """One cell beyond it, and back."""
    assert tell(strait(". . . . . . .\na b c d e f .\n. . j i h g .")).told == []


def test_who_lies_on_the_line_passes_once_when_she_leaves() -> None:
    """With each fix she is on the other side; the way that counts is the last."""
    text = ". . . . . . . . .\na b c d e f . . .\n. . . . g h m n .\n. . . . i j . . ."
    sea = strait(text, stay={"e": 3, "f": 3, "i": 2}, rows=4)
    story = tell(sea)
    assert story.told == [f"{PASSED} [i2..j]"]


def test_past_the_end_of_the_line_nobody_passes() -> None:
    """There is land there, or another strait."""
    south = "\n".join([". . . . . . . . ."] * 6 + ["a b c d e f g h i"])
    assert tell(strait(south, rows=3)).told == []


def test_along_the_line_nobody_passes() -> None:
    """Within 500 m of it, for long."""
    along = "\n".join(f". . . . {letter} . . ." for letter in "abcdefg")
    assert tell(strait(along, rows=7)).told == []


# -- not heard ----------------------------------------------------------------------------------


def test_an_hour_apart_is_seen() -> None:
    """As a satellite hears her."""
    story = tell(strait(THROUGH, wait={"f": 60}))
    assert story.told == [f"{PASSED} [e..f]"]
    assert story.events[0].confidence == 3


@pytest.mark.parametrize("waters", [None, WEST])
def test_a_silence_that_straddles_it_is_unknown(waters: Any) -> None:
    """Never confirmed, without a best time."""
    story = tell(strait(". . . . . . . . .\na b c . . . . d e\n. . . . . . . . .",
                        wait={"d": 600}, waters=waters))  # fmt: skip
    assert story.told == [f"{PASSED} [c..d]"]
    (event,) = story.events
    assert (event.state, event.confidence, event.span.at) == (EventState.PROVISIONAL, 1, None)
    assert event.why == (
        "Heard on either side of the narrows, 10.0 h apart, with a silence between: whether she"
        " passed there, and when, is not known."
    )
    assert figures(story) | {"direction": "unknown", "toward": "out"} == figures(story)


def test_a_silence_that_begins_or_ends_at_it_is_unknown_when_she_is_clear() -> None:
    """She went dark beside the line; however often she crossed it before, nothing is counted."""
    story = tell(strait(". . . . . . . . .\na b c d e f g h i\n. . . . . . . . .", wait={"f": 90}))
    assert story.told == [f"{PASSED} [c..h]"]
    assert story.decided[0].endswith("@ h")
    assert figures(story)["direction"] == "unknown"


def test_a_silence_at_it_on_one_side_does_not_hide_how_she_went_on() -> None:
    """Two hours unheard between d and e, both east of the line; then she is seen to pass."""
    story = tell(strait(THROUGH, wait={"e": 120}))
    assert story.told == [f"{PASSED} [e..f]"]
    assert figures(story)["direction"] == "out"


def test_a_silence_on_one_side_says_nothing() -> None:
    """However long: she may have been through and back."""
    for waters in (None, box(-500 * CELL_M, -500 * CELL_M, 9 * CELL_M, 500 * CELL_M)):
        sea = strait(THROUGH, at=9, wait={"f": 3000}, waters=waters)
        assert tell(replace(sea, fixes=sea.only("abcdefg"), labels=sea.labels[:7])).told == []


def test_round_a_cape_the_waters_say_on_which_side_she_is() -> None:
    """The line between her fixes meets no gate; the waters beyond it lie to the north."""
    north = box(-500 * CELL_M, -1000, 500 * CELL_M, 500 * CELL_M)
    text = ". . . . . . a b c d\n" + ". . . . . . . . . .\n" * 9 + ". . . . . . . . e f"
    assert tell(strait(text, at=2, wait={"e": 600})).told == []
    story = tell(strait(text, at=2, wait={"e": 600}, waters=north))
    assert story.told == [f"{PASSED} [d..e]"]
    assert figures(story)["toward"] == "out"


def test_who_had_no_time_to_go_by_it_did_not_pass() -> None:
    """97 NM there and as much back are six and a half hours at 30 kn."""
    north = box(-500 * CELL_M, -1000, 500 * CELL_M, 500 * CELL_M)
    text = "a b c d\n" + ". . . .\n" * 9 + ". . e f"
    assert tell(strait(text, at=600, wait={"e": 360}, waters=north)).told == []
    assert tell(strait(text, at=600, wait={"e": 420}, waters=north)).told != []


# -- false positions ----------------------------------------------------------------------------


def test_a_position_that_no_ship_could_have_reached_passes_nothing() -> None:
    """The fixes i are on the other map, beyond a gate that runs between the two."""
    sea = strait(". h j .\n. . . .", ". i . .", at=2, stay={"h": 8, "i": 3, "j": 6})
    line = (Corner(9, 0), Corner(11, 0))
    gate = replace(sea.fences.gates[0], line=line)
    assert tell(replace(sea, fences=replace(sea.fences, gates=(gate,)))).told == []


def test_a_number_that_leapt_passed_nothing() -> None:
    """Heard on the other side for more than six hours: nothing is known between."""
    sea = strait(". h j .\n. . . .", ". i . .", stay={"h": 8, "i": 40, "j": 6}, minutes=10)
    gate = replace(sea.fences.gates[0], line=(Corner(9, 0), Corner(11, 0)))
    assert tell(replace(sea, fences=replace(sea.fences, gates=(gate,)))).told == []


def test_a_gate_that_was_drawn_otherwise_begins_anew() -> None:
    """What was counted at the line that was says nothing of this one."""
    sea = strait(THROUGH)
    detector, state = Gates(sea.fences), None
    fixes = as_fixes(sea.fixes)
    told: list[Any] = []
    for prev, fix in zip([None, *fixes], fixes, strict=False):
        if sea.labels[fix.seq] == "g":
            (gate,) = sea.fences.gates
            detector.fences = replace(sea.fences, gates=(replace(gate, hash="0" * 64),))
        state, found = detector.step(state, Leg(fix, prev, ("narrows",), fix.at))
        told += found
    assert told == []


def test_shuffled_within_the_lateness_it_is_the_same() -> None:
    """The order of arrival is not the order of truth."""
    sea = strait(THROUGH, minutes=0.5, stay={"e": 3, "f": 3})
    straight = tell(sea).told
    assert straight
    rng = np.random.default_rng(7)
    for _ in range(5):
        rows = sea.fixes.copy()
        rows["received_at"] += rng.integers(0, MINUTE_US, len(rows))
        assert tell(sea, rows).told == straight
