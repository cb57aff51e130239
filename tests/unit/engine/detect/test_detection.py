"""All detectors together: who sees what of the others, the order of facts, and any cut."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

import pytest

from monitor.engine.detect import BY_PLACE, BY_SHIP
from monitor.engine.detect.detection import Detection
from monitor.engine.detect.detector import AnyDetector, Fact, Found, Seen, Told
from monitor.engine.geofence import FenceSet
from monitor.engine.odd_kept import TRACK
from monitor.engine.track import Tracker
from monitor.model import (
    NamedArea,
    NamedFeed,
    Ship,
    ShipAtPort,
    ShipPair,
    Static,
    StaticReport,
    Subject,
)
from tests.scenario.sea import MMSI, START, square_port
from tests.unit.engine.detect.lamps import (
    MOORED,
    ONE,
    THREE,
    TWO,
    Lamps,
    lines,
    of,
    said,
    seen,
    take,
)  # fmt: skip

FENCES = FenceSet(ports=(square_port(),))


class Entry(NamedTuple):
    """A line of a log-book."""

    text: str
    now: int


class Keeper(Lamps):
    """Writes down what he sees of each batch."""

    NAME: ClassVar[str] = "keeper"

    def rows(self, seen: Seen, states: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
        """One entry a batch."""
        del states
        names = [static.static.name for static in seen.statics]
        words = [found.why for _, found in seen.told if isinstance(found, Fact)]
        text = f"{len(seen.tracks.fixes)} fixes, {len(seen.near)} ports, {names}, {words}"
        yield NamedArea(self.NAME), Entry(text, seen.until)

    def step(self, state: Any, moment: Any) -> tuple[Any, list[Found]]:
        """Write it down."""
        return state, [said(moment.text, moment.now)]


class SecondKeeper(Keeper):
    """Sees what the first wrote."""

    NAME: ClassVar[str] = "second keeper"


def entries(told: list[Told]) -> dict[str, str]:
    return {
        about.area: found.why
        for about, found in told
        if isinstance(about, NamedArea) and isinstance(found, Fact)
    }


def detection(
    *by_ship: type[AnyDetector], by_place: tuple[type[AnyDetector], ...] = ()
) -> Detection:
    return Detection(FENCES, by_ship, by_place)


# -- stages --------------------------------------------------------------------------------------


def test_the_lists_name_each_detector_once() -> None:
    """States are kept by name, beside those of the tracker."""
    names = [TRACK, *(detector.NAME for detector in (*BY_SHIP, *BY_PLACE))]
    assert len(names) == len(set(names)) > 2


def test_each_detector_sees_what_those_above_it_found() -> None:
    """Whoever stands below the lamps sees them; whoever stands above does not."""
    told = take(detection(Keeper, Lamps, SecondKeeper), seen(11, of(ONE, 0)))
    first = "1 fixes, 1 ports, [], []"
    assert entries(told) == {
        "keeper": first,
        "second keeper": f"1 fixes, 1 ports, [], {[first, 'lit', 'dim']}",
    }


def test_the_second_stage_sees_the_tracks_and_all_that_the_first_found() -> None:
    """What silences told included; and the static reports, and the ports."""
    on = detection(Lamps, by_place=(Keeper,))
    batch = seen(15, of(TWO, 0), of(ONE, 4))
    static = StaticReport(at=0, received_at=0, seq=0, source=0, static=Static(mmsi=1, name="ALDA"))
    told = on.take(batch.tracks, [static], batch.until)
    words = ["lit", "lit", "dim", "dim"]
    assert entries(told) == {"keeper": f"2 fixes, 1 ports, ['ALDA'], {words}"}


def test_a_batch_without_fixes_still_passes_the_time() -> None:
    """No port is looked at, and the deadlines are told."""
    on = detection(Lamps, by_place=(Keeper,))
    take(on, seen(0, of(ONE, 0)))
    told = take(on, seen(30))
    assert lines(told) == ["1 dim 10", "1 out 20"]
    assert entries(told) == {"keeper": "0 fixes, 0 ports, [], ['dim', 'out']"}


# -- order ---------------------------------------------------------------------------------------


def test_facts_come_in_the_order_in_which_they_were_decided() -> None:
    """Over all ships and detectors."""
    batch = seen(21, of(THREE, 0), of(TWO, 1), of(ONE, 2), of(ONE, 3, status=MOORED))
    told = take(detection(Lamps), batch)
    assert lines(told) == [
        "3 lit 0", "2 lit 1", "1 lit 2", "1 put out 3", "3 dim 10", "2 dim 11", "3 out 20",
    ]  # fmt: skip


SUBJECTS: list[Subject] = [
    NamedFeed("antenna"),
    NamedArea("bay"),
    NamedFeed("coast"),
    Ship(MMSI, 0),
    ShipAtPort(MMSI, 0, "away"),
    ShipAtPort(MMSI, 0, "home"),
    Ship(MMSI, 1),
    ShipAtPort(MMSI, 1, "away"),
    ShipPair(MMSI + 1, 0, MMSI + 2, 0),
    Ship(MMSI + 2, 0),
]
"""Of all kinds, in their order: what has no ship by name, then ships by number."""


@pytest.mark.parametrize("seed", range(10))
def test_at_one_instant_facts_come_in_the_order_of_their_subjects(seed: int) -> None:
    """However they were found; what is about one subject stays in the order it was found."""
    found = [(subject, said(words, START)) for subject in SUBJECTS for words in ("one", "two")]
    shuffled = SUBJECTS.copy()
    random.Random(seed).shuffle(shuffled)

    class Crier(Keeper):
        def rows(self, seen: Seen, states: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
            del states
            for subject in shuffled:
                yield subject, Entry("one", seen.until)
                yield subject, Entry("two", seen.until)

    assert take(detection(Crier), seen(0)) == found


@pytest.mark.parametrize("seed", range(10))
def test_any_cut_tells_the_same_in_the_same_order(seed: int) -> None:
    """What a batch tells is not earlier than what the one before told."""
    chance = random.Random(seed)
    fixes = [of(chance.choice((ONE, TWO, THREE)), chance.random() * 120) for _ in range(30)]
    fixes.sort(key=lambda fix: fix.at)
    whole = lines(take(detection(Lamps), seen(200, *fixes)))
    on, tracker = detection(Lamps), Tracker()
    told: list[str] = []
    begin = 0
    for end in [*sorted(chance.sample(range(1, 30), 10)), 30]:
        until = 200 if end == 30 else (fixes[end - 1].at - START) / 60_000_000
        told += lines(take(on, seen(until, *fixes[begin:end], tracker=tracker)))
        begin = end
    assert told == whole
