"""States that wait for nothing but their ships: left to the store, and recalled from there."""

from __future__ import annotations

from typing import ClassVar

from monitor.engine.detect.lookout import Lookout
from monitor.engine.geofence import FenceSet
from monitor.engine.kept import ASLEEP, Kept
from tests.unit.engine.detect.lamps import MOORED, ONE, THREE, TWO, Lamp, Lamps, lines, of, seen


class Embers(Lamps):
    """Lamps that do not go out when they have dimmed, unless they are put out."""

    OUT: ClassVar[bool] = False

    def deadline(self, state: Lamp) -> int | None:  # type: ignore[override]
        """When it dims."""
        return None if state.dim else super().deadline(state)

    def holds(self, state: Lamp) -> bool:
        """As a detector does by itself."""
        return self.deadline(state) is not None


def lookout() -> Lookout:
    return Lookout(Embers(FenceSet(ports=())))


def dimmed() -> tuple[Lookout, dict[str, Kept]]:
    """One of three burns; and what is kept of them."""
    on = lookout()
    on.take(seen(14, of(ONE, 0), of(TWO, 1), of(THREE, 13)))
    return on, {row.key: row for row in on.take_changed()}


def test_what_has_no_deadline_is_asleep_and_its_text_says_so() -> None:
    """By which a restart knows it; it is read as any other."""
    on, rows = dimmed()
    asleep = {key: (row.state or "").startswith(ASLEEP) for key, row in rows.items()}
    assert asleep == {"[201000001,0]": True, "[202000002,0]": True, "[203000003,0]": False}
    assert [row.is_asleep for row in rows.values()] == [True, True, False]
    assert not rows["[201000001,0]"]._replace(state=None).is_asleep
    again = lookout()
    assert again.restore(list(rows.values())) == []
    assert again.states == on.states
    assert again.take_changed() == []


def test_what_is_kept_without_the_mark_is_kept_again_with_it() -> None:
    """It is of a release that knew no sleep."""
    _, rows = dimmed()
    row = rows["[201000001,0]"]
    assert row.state is not None
    bare = row._replace(state="{" + row.state.removeprefix(ASLEEP))
    again = lookout()
    assert again.restore([bare]) == []
    assert again.take_changed() == [row]


def test_only_what_is_asleep_is_let_go_of_and_it_counts_on() -> None:
    """Of these ships; nothing is to be kept of that."""
    on, _ = dimmed()
    on.let_go({ONE.mmsi, THREE.mmsi})
    assert (set(on.states), on.elsewhere, on.held) == ({TWO, THREE}, 1, [THREE])
    assert on.take_changed() == []


def test_what_is_recalled_goes_on_as_it_was() -> None:
    """And is in the store alone no more."""
    on, rows = dimmed()
    on.let_go({ONE.mmsi, TWO.mmsi})
    assert on.recall([rows["[201000001,0]"]]) == []
    assert (set(on.states), on.elsewhere) == ({ONE, THREE}, 1)
    assert on.take_changed() == []
    assert lines(on.take(seen(20, of(ONE, 19, status=MOORED)))) == ["1 put out 19"]


def test_what_is_in_memory_or_over_is_not_as_the_store_has_it() -> None:
    """That is older: of a ship that was let go of some state may burn, or have ended since."""
    on, rows = dimmed()
    on.take(seen(15, of(ONE, 14), of(TWO, 14, status=MOORED)))
    assert on.recall([row for row in rows.values() if row.key != "[203000003,0]"]) == []
    assert on.states[ONE] == Lamp(of(ONE, 14).at)
    assert (TWO in on.states, on.elsewhere) == (False, 0)
    assert [row.state is None for row in on.take_changed()] == [False, True]


def test_one_that_cannot_be_recalled_is_begun_anew_and_said() -> None:
    on, rows = dimmed()
    on.let_go({ONE.mmsi, TWO.mmsi})
    bad = rows["[201000001,0]"]._replace(version=7)
    (note,) = on.recall([bad])
    assert note.endswith("cannot be used and is begun anew: version 7 is not known here.")
    assert (set(on.states), on.elsewhere) == ({THREE}, 1)
    assert on.take_changed() == [bad._replace(state=None)]
