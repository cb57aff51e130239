"""States that sleep: left to the store until their ships are heard, or their deadlines come."""

from __future__ import annotations

from monitor.engine import kept
from monitor.engine.detect.lookout import Elsewhere, Lookout
from monitor.engine.geofence import FenceSet
from monitor.engine.kept import WAKES, Kept
from monitor.units import MINUTE_US
from tests.scenario.sea import START
from tests.unit.engine.detect.lamps import MOORED, ONE, THREE, TWO, Lamp, Lamps, lines, of, seen


class Embers(Lamps):
    """Lamps that do not go out when they have dimmed, unless they are put out."""

    def deadline(self, state: Lamp) -> int | None:  # type: ignore[override]
        """When it dims."""
        return None if state.dim else super().deadline(state)


DIMS_AT = START + 23 * MINUTE_US


def lookout() -> Lookout:
    return Lookout(Embers(FenceSet(ports=())), sleeps=True)


def dimmed() -> tuple[Lookout, dict[int, Kept]]:
    """Of three the last burns; and what is kept of them, by ship."""
    on = lookout()
    on.take(seen(14, of(ONE, 0), of(TWO, 1), of(THREE, 13)))
    return on, dict(zip((ONE.mmsi, TWO.mmsi, THREE.mmsi), on.take_changed(), strict=True))


def test_the_text_of_one_that_may_sleep_begins_with_its_deadline() -> None:
    """By which a restart knows it; it is read as any other."""
    on, rows = dimmed()
    begins = [(row.state or "")[: len(WAKES) + 4] for row in rows.values()]
    assert begins == [WAKES + "null", WAKES + "null", WAKES + "1700"]
    assert [row.wakes_at for row in rows.values()] == [None, None, DIMS_AT]
    again = lookout()
    assert again.restore(list(rows.values())) == []
    assert again.states == on.states
    assert again.take_changed() == []
    awake = Lookout(Embers(FenceSet(ports=())))
    awake.take(seen(14, of(ONE, 0)))
    assert awake.take_changed() == [rows[ONE.mmsi]._replace(state=kept.dump(on.states[ONE]))]


def test_what_is_kept_without_the_mark_is_kept_again_with_it() -> None:
    """It is of a release that knew no sleep."""
    on, rows = dimmed()
    row = rows[ONE.mmsi]
    again = lookout()
    assert again.restore([row._replace(state=kept.dump(on.states[ONE]))]) == []
    assert again.take_changed() == [row]


def test_states_of_ships_that_are_let_go_sleep_and_count_on() -> None:
    """It is told which of the ships must be woken, and when; nothing is to be kept of that."""
    on, _ = dimmed()
    assert list(on.let_go({ONE.mmsi, THREE.mmsi})) == [(THREE.mmsi, DIMS_AT)]
    assert (set(on.states), on.elsewhere) == ({TWO}, Elsewhere(states=2, deadlines=1))
    assert (on.take_changed(), len(on.deadlines), on.deadlines.next_at) == ([], 0, None)
    assert on.take(seen(60)) == []


def test_what_is_recalled_goes_on_as_it_was() -> None:
    """And is in the store alone no more; a deadline is met that came meanwhile."""
    on, rows = dimmed()
    list(on.let_go({ONE.mmsi, TWO.mmsi, THREE.mmsi}))
    assert on.recall([rows[ONE.mmsi], rows[THREE.mmsi]]) == []
    assert (set(on.states), on.elsewhere) == ({ONE, THREE}, Elsewhere(states=1, deadlines=0))
    assert on.take_changed() == []
    assert lines(on.take(seen(40, of(ONE, 39, status=MOORED)))) == ["1 put out 39", "3 dim 23"]


def test_what_is_in_memory_or_over_is_not_as_the_store_has_it() -> None:
    """That is older: a state may burn, or have ended since."""
    on, rows = dimmed()
    on.take(seen(15, of(ONE, 14), of(TWO, 14, status=MOORED)))
    assert on.recall([rows[ONE.mmsi], rows[TWO.mmsi]]) == []
    assert on.states[ONE] == Lamp(of(ONE, 14).at)
    assert (TWO in on.states, on.elsewhere) == (False, Elsewhere())
    assert [row.state is None for row in on.take_changed()] == [False, True]


def test_one_that_cannot_be_recalled_is_begun_anew_and_said() -> None:
    on, rows = dimmed()
    list(on.let_go({ONE.mmsi, TWO.mmsi}))
    bad = rows[ONE.mmsi]._replace(version=7)
    (note,) = on.recall([bad])
    assert note.endswith("cannot be used and is begun anew: version 7 is not known here.")
    assert (set(on.states), on.elsewhere.states) == ({THREE}, 1)
    assert on.take_changed() == [bad._replace(state=None)]
