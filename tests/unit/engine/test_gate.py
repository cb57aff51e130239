"""Gates: drawn ways past a line, and what two fixes say of it.

Each map is a sea, north up; ``|`` and ``/`` are the gate from its begin (the letter B) to its end
(E), small letters the fixes, cells a tenth of a degree.
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.gate import FAST_KN, Passed, passage
from monitor.engine.geofence import Corner, Gate
from monitor.model import Fix
from monitor.units import HOUR_US, MINUTE_US
from tests.scenario.sea import START, fix_at

CELL = 0.02


def drawn(text: str, minutes: float = 20, *, joints: str = "BJE") -> list[Passed]:
    """What each pair of fixes says, in the order of the alphabet."""
    found = {
        letter: Corner(10 + column * CELL, 40 - row * CELL)
        for row, line in enumerate(text.splitlines())
        for column, letter in enumerate(line)
        if letter.isalpha()
    }
    line = tuple(found[letter] for letter in joints if letter in found)
    gate = Gate(id="g", name="G", line=line, in_words="in", out_words="out", hash="")
    at = [found[letter] for letter in sorted(found) if letter.islower()]
    fixes = [
        fix_at(0, mmsi=211000001, at=START + round(i * minutes * MINUTE_US), lon=p.lon, lat=p.lat)
        for i, p in enumerate(at)
    ]
    return [passage(gate, one, two).passed for one, two in itertools.pairwise(fixes)]


def test_from_right_to_left_is_in_and_back_is_out() -> None:
    """North of a line that runs from west to east is its left."""
    assert drawn("""
    . . b . .
    B - - - E
    . . a . c
    """) == [Passed.IN, Passed.OUT]  # fmt: skip


def test_past_the_end_of_the_line_she_does_not_pass() -> None:
    """There is land, or a gate of its own."""
    assert drawn("""
    . . . . . b
    . B - - E .
    . . . . . a
    """) == [Passed.NONE]  # fmt: skip


def test_along_the_line_she_does_not_pass() -> None:
    assert drawn("""
    B - - - E
    a . b . c
    """) == [Passed.NONE, Passed.NONE]  # fmt: skip


def test_who_stops_on_the_line_passes_once() -> None:
    """On it is in; from there on she goes nowhere, and back is out."""
    assert drawn("""
    . . c . .
    B - b - E
    . . a . d
    """) == [Passed.IN, Passed.NONE, Passed.OUT]  # fmt: skip


def test_a_line_with_a_bend_is_passed_once_where_its_pieces_meet() -> None:
    assert drawn("""
    . . b . .
    B - J - E
    . . a . .
    """) == [Passed.IN]  # fmt: skip


def test_in_over_one_piece_and_out_over_the_other_is_no_passage() -> None:
    """She cut a corner of the water behind the gate."""
    assert drawn("""
    . . J . .
    . . . . .
    a . . . b
    . . . . .
    B . . . E
    """) == [Passed.NONE]  # fmt: skip


STRADDLED = """
    . . b . .
    B - - - E
    . . a . .
"""


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1, Passed.IN), (60, Passed.IN), (60.1, Passed.UNKNOWN), (3000, Passed.UNKNOWN)],
)
def test_a_gap_that_straddles_one_is_unknown(minutes: float, said: Passed) -> None:
    """She may have gone another way, or this way three times."""
    assert drawn(STRADDLED, minutes) == [said]


def test_a_gap_on_one_side_is_unknown_only_if_she_had_the_time() -> None:
    """There and back: 2 x 60 NM by way of the gate are four hours at 30 kn."""
    gate = Gate(
        id="g", name="G", line=(Corner(10, 40), Corner(11, 40)), in_words="", out_words="", hash=""
    )
    last = fix_at(0, mmsi=211000001, at=START, lon=10.5, lat=39)
    hours = 2 * 60.04 / FAST_KN
    for share, said in ((0.99, Passed.NONE), (1.01, Passed.UNKNOWN)):
        fix = last._replace(at=START + round(hours * share * HOUR_US))
        assert passage(gate, last, fix) == (said, None)


def test_when_she_passed() -> None:
    """A share of the time between."""
    gate = Gate(
        id="g", name="G", line=(Corner(10, 40), Corner(11, 40)), in_words="", out_words="", hash=""
    )
    last = fix_at(0, mmsi=211000001, at=START, lon=10.5, lat=39.97)
    found = passage(gate, last, last._replace(at=START + MINUTE_US, lat=40.01))
    assert found.passed is Passed.IN
    assert found.share == pytest.approx(0.75)


def test_across_180_degrees() -> None:
    gate = Gate(
        id="g", name="G", line=(Corner(179.9, 0), Corner(-179.9, 0)), in_words="", out_words="",
        hash="",
    )  # fmt: skip
    last = fix_at(0, mmsi=211000001, at=START, lon=-179.95, lat=-0.01)
    assert passage(gate, last, last._replace(at=START + MINUTE_US, lat=0.01)).passed is Passed.IN


PLACE = st.tuples(st.floats(10.01, 10.99), st.floats(39.7, 40.4))


@given(PLACE, PLACE)
def test_back_is_the_opposite(one: tuple[float, float], two: tuple[float, float]) -> None:
    """In one way is out the other, and none stays none."""
    gate = Gate(
        id="g", name="G", line=(Corner(10, 40), Corner(10.4, 40.1), Corner(11, 40)), in_words="",
        out_words="", hash="",
    )  # fmt: skip
    there = passage(gate, at(one, 0), at(two, 1)).passed
    back = passage(gate, at(two, 0), at(one, 1)).passed
    opposite = {Passed.IN: Passed.OUT, Passed.OUT: Passed.IN, Passed.NONE: Passed.NONE}
    assert back is opposite[there]


def at(place: tuple[float, float], minutes: int) -> Fix:
    """A fix at a place."""
    lon, lat = place
    return fix_at(0, mmsi=211000001, at=START + minutes * MINUTE_US, lon=lon, lat=lat)
