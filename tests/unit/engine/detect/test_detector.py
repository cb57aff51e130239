"""What detectors are given: each fix, the one before it on its track, and fixes in order."""

from __future__ import annotations

import dataclasses
import math
import typing
from collections.abc import Iterator
from typing import Any

import numpy as np

from monitor.engine.detect import BY_PLACE, BY_SHIP
from monitor.engine.detect.detector import Seen, ordered
from monitor.engine.track import Tracker
from monitor.model import Fix
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at
from tests.unit.engine.detect.lamps import ONE, TWO, of, seen

FAR = 1_000_000.0
"""Metres: 540 NM, out of reach within the hour."""


def two_ships(count: int) -> tuple[list[Fix], list[Fix]]:
    """Fixes of two ships on one number, each heard every other minute, in turn."""
    ours = [of(ONE, 2 * minute, sog_kn=0.0) for minute in range(count)]
    theirs = [of(ONE, 2 * minute + 1, east_m=FAR, sog_kn=0.0) for minute in range(count)]
    return ours, theirs


def befores(batch: Seen) -> list[tuple[Fix, Fix | None]]:
    """Every fix of a batch with the one before it."""
    rows = np.arange(len(batch.tracks.fixes))
    return [
        (batch.fix(row), batch.before(row, track))
        for row, track in zip(rows.tolist(), batch.track_of(rows).tolist(), strict=True)
    ]


# -- the fix before ------------------------------------------------------------------------------


def test_a_fix_is_the_row_field_for_field() -> None:
    """As plain values."""
    fixes = [of(ONE, 0), of(TWO, 1, sog_kn=12.5, raw=b"!AIVDM,\xff")]
    batch = seen(1, *fixes)
    assert [batch.fix(0), batch.fix(1)] == fixes


def test_before_the_first_fix_of_a_ship_there_is_none() -> None:
    """Neither where she is the first of the batch nor behind another ship."""
    assert befores(seen(1, of(ONE, 0), of(TWO, 0))) == [(of(ONE, 0), None), (of(TWO, 0), None)]


def test_the_fix_before_is_her_own() -> None:
    """That of the row before within a batch, the last of an earlier batch at its begin."""
    tracker = Tracker()
    seen(0, of(ONE, 0), of(TWO, 0.5), tracker=tracker)
    batch = seen(3, of(ONE, 1), of(ONE, 2), of(TWO, 3), tracker=tracker)
    assert befores(batch) == [
        (of(ONE, 1), of(ONE, 0)), (of(ONE, 2), of(ONE, 1)), (of(TWO, 3), of(TWO, 0.5)),
    ]  # fmt: skip


def test_it_is_known_over_batches_in_which_she_was_not_heard() -> None:
    """However many there were."""
    tracker = Tracker()
    seen(0, of(ONE, 0), tracker=tracker)
    seen(5, of(TWO, 5), tracker=tracker)
    assert befores(seen(9, of(ONE, 9), tracker=tracker)) == [(of(ONE, 9), of(ONE, 0))]


def test_each_ship_on_a_number_has_her_own() -> None:
    """Two ships by turns: the first fix of the second has none before it, in any batch."""
    ours, theirs = two_ships(13)
    tracker = Tracker()
    batch = seen(22, *ours[:12], *theirs[:12], tracker=tracker)
    assert batch.tracks.heads == [ONE, ONE._replace(track=1)]
    expected = [(ours[0], None), *zip(ours[1:12], ours[:11], strict=True)]
    expected += [(theirs[0], None), *zip(theirs[1:12], theirs[:11], strict=True)]
    assert befores(batch) == expected
    batch = seen(25, ours[12], theirs[12], tracker=tracker)
    assert befores(batch) == [(ours[12], ours[11]), (theirs[12], theirs[11])]


def leaps(batch: Seen) -> list[tuple[Fix, Fix]]:
    """Fixes that leapt there, and from where."""
    rows = range(len(batch.tracks.fixes))
    return [(batch.fix(row), from_) for row in rows if (from_ := batch.leapt(row)) is not None]


def test_before_a_leap_there_is_none_but_it_is_known_where_the_number_was() -> None:
    """The ship of the fix before cannot be hers: nothing leads from there to here."""
    here = [of(ONE, minute, sog_kn=0.0) for minute in range(0, 30, 5)]
    there = [of(ONE, minute, east_m=FAR) for minute in range(30, 400, 30)]
    tracker = Tracker()
    batch = seen(400, *here, *there, tracker=tracker)
    assert batch.tracks.heads == [ONE, ONE._replace(track=1)]
    assert befores(batch)[6] == (there[0], None)
    assert leaps(batch) == [(there[0], here[-1])]
    assert leaps(seen(420, of(ONE, 420, east_m=FAR), tracker=tracker)) == []


def test_each_leap_to_a_number_that_is_used_again_is_from_its_own_place() -> None:
    """A week later another track has the number: in one batch as in two."""
    day = 1440.0
    here = [of(ONE, minute, sog_kn=0.0) for minute in np.arange(0, 20 * day, 60).tolist()]
    here = [fix for fix in here if not day < (fix.at - START) / MINUTE_US < day + 480]
    here = [fix for fix in here if not 15 * day < (fix.at - START) / MINUTE_US < 15 * day + 480]
    there = [
        of(ONE, begin + minute, east_m=FAR * side)
        for begin, side in ((day + 30, 1), (15 * day + 30, -1))
        for minute in range(0, 420, 30)
    ]
    fixes = sorted([*here, *there], key=lambda fix: fix.at)
    found = leaps(seen(20 * day, *fixes))
    assert [(fix.at, from_.at) for fix, from_ in found] == [
        (of(ONE, begin + 30).at, of(ONE, begin).at) for begin in (day, 15 * day)
    ]
    tracker = Tracker()
    middle = sum(fix.at < of(ONE, 8 * day).at for fix in fixes)
    parts = [seen(0, *part, tracker=tracker) for part in (fixes[:middle], fixes[middle:])]
    assert [leap for part in parts for leap in leaps(part)] == found


def test_rows_are_found_on_their_tracks() -> None:
    """The first and the last row of each; an empty pick is none."""
    batch = seen(9, of(ONE, 0), of(ONE, 1), of(TWO, 0), *(of(TWO, m + 0.5) for m in range(3)))
    assert batch.track_of(np.arange(6)).tolist() == [0, 0, 1, 1, 1, 1]
    assert batch.track_of(np.array([5, 0, 2])).tolist() == [1, 0, 1]
    assert batch.track_of(np.zeros(0, dtype=np.int64)).tolist() == []


# -- fixes in order ------------------------------------------------------------------------------


def test_fixes_are_put_in_order_of_time_and_arrival() -> None:
    """What is not there is left out."""
    first, second, third = fix_at(0, seq=9), fix_at(1, seq=1), fix_at(1, seq=2)
    assert ordered(third, None, first, second, None) == (first, second, third)
    assert ordered() == ordered(None) == ()


def test_a_fix_stands_there_once() -> None:
    """Though its copies hold a NaN of their own and so are not equal."""
    one = fix_at(0, heading_deg=float("nan"))
    again = fix_at(0, heading_deg=float("nan"))
    assert one != again
    (found,) = ordered(one, again)
    assert math.isnan(found.heading_deg)


# -- what they remember --------------------------------------------------------------------------


def defaults(kind: Any, known: set[Any]) -> Iterator[tuple[str, Any]]:
    """Every field that a state is begun with, and those of what may be in it."""
    if kind in known:
        return
    known.add(kind)
    for part in typing.get_args(kind):
        yield from defaults(part, known)
    if not dataclasses.is_dataclass(kind):
        return
    hints = typing.get_type_hints(kind)
    for each in dataclasses.fields(kind):
        yield f"{kind.__name__}.{each.name}", each.default
        yield from defaults(hints[each.name], known)


def test_no_state_begins_with_what_cannot_be_kept() -> None:
    """Infinity is no JSON: it would be null in the store, and not a number after a restart."""
    known: set[Any] = set()
    begins = [
        each for detector in (*BY_SHIP, *BY_PLACE) for each in defaults(detector.STATE, known)
    ]
    assert len(begins) > 100
    assert [name for name, at in begins if isinstance(at, float) and math.isinf(at)] == []
