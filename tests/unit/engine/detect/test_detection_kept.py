"""What all detectors remember: counted, kept, and given back to each by its name."""

from __future__ import annotations

from typing import ClassVar

from monitor.engine.detect.detection import Detection
from monitor.engine.detect.detector import Fact
from monitor.engine.geofence import FenceSet
from monitor.engine.track import Tracker
from monitor.model import EventKind
from monitor.units import MINUTE_US
from tests.scenario.sea import fix_at, square_port
from tests.unit.engine.detect.lamps import ONE, TWO, Lamp, Lamps, of, seen, take

FENCES = FenceSet(ports=(square_port(),))


class OtherLamps(Lamps):
    """They burn for longer."""

    NAME: ClassVar[str] = "other lamp"

    def deadline(self, state: Lamp) -> int:
        """Five minutes later than the others."""
        return super().deadline(state) + 5 * MINUTE_US


def detection() -> Detection:
    return Detection(FENCES, (Lamps,), (OtherLamps,))


def test_what_is_watched_is_counted_over_all_detectors() -> None:
    """States, those of them that wait, and the next deadline."""
    on = detection()
    assert (on.watched, on.waiting, on.next_deadline_at) == (0, 0, None)
    take(on, seen(5, of(ONE, 3), of(TWO, 5)))
    assert (on.watched, on.waiting, on.next_deadline_at) == (4, 4, fix_at(13).at)
    assert [on.watched_by(name) for name in ("lamp", "other lamp", "whale")] == [2, 2, 0]


def test_what_changed_is_kept_once() -> None:
    """Of each detector, in their order; and all of it where all is asked for."""
    on = detection()
    take(on, seen(5, of(ONE, 3)))
    rows = on.take_changed()
    assert [(row.detector, row.key) for row in rows] == [
        ("lamp", "[201000001,0]"), ("other lamp", "[201000001,0]"),
    ]  # fmt: skip
    assert on.take_changed() == []
    assert on.take_changed(full=True) == rows


def test_each_detector_gets_its_own_states_back() -> None:
    """By its name, and says what it cannot use."""
    on = detection()
    take(on, seen(5, of(ONE, 3)))
    good, other = on.take_changed()
    bad = other._replace(version=7)
    again = detection()
    (sentence,) = again.restore([bad, good])
    assert sentence.startswith("1 kept state of detector other lamp cannot be used")
    assert [len(lookout.states) for lookout in again.lookouts] == [1, 0]
    assert again.take_changed() == [bad._replace(state=None)]


def test_states_of_a_detector_that_is_not_known_are_said_and_deleted() -> None:
    """Of a release that had one more: they would be stale when it comes back."""
    on = detection()
    take(on, seen(5, of(ONE, 3)))
    rows = [row._replace(detector="lighthouse") for row in on.take_changed()]
    again = detection()
    assert again.restore(rows) == [
        "What detector lighthouse kept (2) is let go: it is not known here."
    ]
    assert again.take_changed() == [row._replace(state=None) for row in rows]
    assert (again.watched, again.take_changed(), again.take_changed(full=True)) == (0, [], [])


def test_a_ship_that_lies_in_port_is_watched_on_after_a_restart() -> None:
    """By the detectors of the lists: her silence is told by the engine that came after."""
    on, tracker = Detection(FENCES), Tracker()
    fixes = [fix_at(0, 5000), *(fix_at(minute, sog_kn=0.0) for minute in range(5, 60))]
    take(on, seen(59, *fixes, tracker=tracker))
    again = Detection(FENCES)
    assert again.restore(on.take_changed(full=True)) == []
    assert again.waiting == on.waiting > 0
    told = [found.kind for _, found in take(again, seen(300)) if isinstance(found, Fact)]
    assert told == [EventKind.WENT_DARK_INSIDE]
