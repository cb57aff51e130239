"""What of a detector outlives a restart, and what becomes of states that cannot be used."""

from __future__ import annotations

import random
from typing import Any

import pytest

from monitor.engine import kept
from monitor.engine.detect.lookout import Lookout
from monitor.engine.geofence import FenceSet
from monitor.engine.kept import Kept
from monitor.model import Ship
from monitor.units import MINUTE_US
from tests.scenario.sea import START
from tests.unit.engine.detect.lamps import (
    MOORED,
    NONE_ANY_MORE,
    ONE,
    THREE,
    TWO,
    Lamp,
    Lamps,
    lines,
    of,
    seen,
)  # fmt: skip


def lookout() -> Lookout:
    return Lookout(Lamps(FenceSet(ports=())))


def lamp(ship: Ship, minute: float, **fields: Any) -> Kept:
    """Return what is kept of a lamp lit in a minute."""
    state = kept.dump(Lamp(START + round(minute * MINUTE_US)))
    return Kept("lamp", 2, kept.key_text(ship), state)._replace(**fields)


def test_only_what_changed_is_kept_again() -> None:
    """A lamp that was lit, dimmed or went out; one that is over is to be deleted."""
    on = lookout()
    on.take(seen(5, of(TWO, 5), of(ONE, 0)))
    assert on.take_changed() == [lamp(ONE, 0), lamp(TWO, 5)]
    assert on.take_changed() == []
    on.take(seen(6, of(THREE, 6), of(TWO, 6, status=MOORED)))
    assert on.take_changed() == [lamp(TWO, 6, state=None), lamp(THREE, 6)]
    on.take(seen(12))
    dim = kept.dump(Lamp(START, dim=True))
    assert on.take_changed() == [lamp(ONE, 0, state=dim)]


def test_what_began_and_ended_in_between_is_deleted() -> None:
    """Nobody can tell whether it was kept before; what never was is not."""
    on = lookout()
    on.take(seen(60, of(ONE, 0), of(TWO, 1, status=MOORED)))
    assert on.take_changed() == [lamp(ONE, 0, state=None)]


def test_everything_is_kept_where_all_is_asked_for() -> None:
    """And after that only what changes."""
    on = lookout()
    on.take(seen(5, of(ONE, 0), of(TWO, 5)))
    on.take_changed()
    assert on.take_changed(full=True) == [lamp(ONE, 0), lamp(TWO, 5)]
    assert on.take_changed() == []


def test_a_restored_lookout_goes_on_with_its_deadlines() -> None:
    """And forgets what it knew; nothing has changed by that."""
    on = lookout()
    on.take(seen(0, of(THREE, 0)))
    assert on.restore([lamp(ONE, 0), lamp(TWO, 5)]) == []
    assert (on.take_changed(), len(on.deadlines)) == ([], 2)
    assert lines(on.take(seen(16))) == ["1 dim 10", "2 dim 15"]


def test_an_earlier_version_is_upgraded_and_kept_as_of_the_present() -> None:
    """With the next batch."""
    on = lookout()
    first = lamp(ONE, 0, version=1, state=f'{{"fix":1,"state":[{START}]}}')
    assert on.restore([first, lamp(TWO, 5)]) == []
    assert on.take_changed() == [lamp(ONE, 0)]
    assert lines(on.take(seen(11))) == ["1 dim 10"]


REFUSED = {
    "another version": (lamp(ONE, 0, version=7), "version 7 is not known here"),
    "no lamp": (lamp(NONE_ANY_MORE, 0), "ship 5 has no lamp any more"),
    "no key": (lamp(ONE, 0, key="[1]"), "its key '[1]' is none of a Ship"),
    "fields": (
        lamp(ONE, 0, state='{"fix":1,"state":{"lit_at":1}}'), "Lamp lacks or does not know dim",
    ),
    "layout": (
        lamp(ONE, 0, state='{"fix":99,"state":{}}'), "its fixes are of layout 99, not known here",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_is_begun_anew_and_said(row: Kept, reason: str) -> None:
    """It is given out for deletion, once; the others go on."""
    on = lookout()
    sentence = f"1 kept state of detector lamp cannot be used and is begun anew: {reason}."
    assert on.restore([row, lamp(TWO, 5)]) == [sentence]
    assert set(on.states) == {TWO}
    assert on.take_changed() == [row._replace(state=None)]
    assert on.take_changed() == []


@pytest.mark.parametrize("state", [None, "", "{", "[]", "7", '{"fix":1}'])
def test_what_is_damaged_is_begun_anew(state: str | None) -> None:
    """Whatever stands there."""
    (sentence,) = lookout().restore([lamp(ONE, 0, state=state)])
    assert "cannot be used and is begun anew: it is damaged" in sentence


def test_what_is_begun_anew_at_once_is_kept() -> None:
    """The old state is deleted before the new one, which has the same key, is put in its place."""
    on = lookout()
    on.restore([lamp(ONE, 0, version=7)])
    on.take(seen(3, of(ONE, 3)))
    store = {row.key: row.state for row in on.take_changed()}
    assert store == {lamp(ONE, 3).key: lamp(ONE, 3).state}


def test_one_sentence_a_reason() -> None:
    """However many states it concerns."""
    rows = [lamp(ship, 0, version=7) for ship in (ONE, TWO)] + [lamp(NONE_ANY_MORE, 0)]
    one, two = lookout().restore(rows)
    assert one.startswith("1 kept state of detector lamp cannot be used and is begun anew: ship 5")
    assert two == (
        "2 kept states of detector lamp cannot be used and are begun anew:"
        " version 7 is not known here."
    )


@pytest.mark.parametrize("seed", range(20))
def test_any_cuts_and_restarts_tell_the_same(seed: int) -> None:
    """Three lamps lit at random, kept in pieces, and read back from them before every batch."""
    chance = random.Random(seed)
    fixes = sorted(
        (of(chance.choice((ONE, TWO, THREE)), chance.random() * 90) for _ in range(25)),
        key=lambda fix: fix.at,
    )
    whole = lines(lookout().take(seen(200, *fixes)))
    store: dict[str, str | None] = {}
    told: list[str] = []
    begin = 0
    for end in [*sorted(chance.sample(range(1, 25), 8)), 25]:
        on = lookout()
        on.restore([Kept("lamp", 2, key, state) for key, state in store.items() if state])
        until = 200 if end == 25 else (fixes[end].at - START) / MINUTE_US
        told += lines(on.take(seen(until, *fixes[begin:end])))
        store |= {row.key: row.state for row in on.take_changed()}
        begin = end
    assert sorted(told) == sorted(whole)
    assert set(store.values()) == {None}
