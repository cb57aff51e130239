"""Visits of another version: taken over to the last field, or refused in one way."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from monitor.engine import kept
from monitor.engine.detect.lookout import Lookout
from monitor.engine.detect.port.stay import StayState
from monitor.engine.detect.port.visit import Visit, Visits
from monitor.engine.detect.port.visit_kept import upgraded
from monitor.engine.geofence import FenceSet
from monitor.engine.kept import Kept, NotReadableError
from monitor.model import ShipAtPort
from tests.scenario.sea import MMSI, square_port
from tests.unit.engine.detect.port.kept_visits import BARE, UPGRADED, VISIT

PORT = square_port()
SHE = ShipAtPort(MMSI, 0, "home")


def visit(raw: Any) -> Visit:
    found: Visit = kept.read(Visit, upgraded(raw, 0, PORT))
    return found


def changed(path: tuple[Any, ...], value: Any) -> Any:
    """Return VISIT with something else in one place."""
    raw = copy.deepcopy(VISIT)
    inner = raw
    for place in path[:-1]:
        inner = inner[place]
    inner[path[-1]] = value
    return raw


# -- what is taken over --------------------------------------------------------------------------


def test_a_visit_of_version_0_is_taken_over_to_the_last_field() -> None:
    """Facts were all confirmed, and as sure as their times are known."""
    assert visit(VISIT) == UPGRADED


def test_a_visit_in_which_nothing_has_happened_is_a_new_one() -> None:
    """What was not there is not there."""
    assert visit(BARE) == Visit()


def test_a_stay_that_had_not_stopped_is_one_that_is_tried() -> None:
    """If it had begun at all; whether she had stopped was a field of its own."""
    assert visit(changed((8, 4), value=False)).stay.state is StayState.TRYING
    assert visit(changed((8, 4), value=True)).stay.state is StayState.LYING
    assert visit(BARE).stay.state is StayState.NOWHERE


# -- what is not ---------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [-1, 2, 99])
def test_another_version_is_not_known(version: int) -> None:
    """Whatever it holds."""
    with pytest.raises(NotReadableError, match=f"^version {version} is not known here$"):
        upgraded(VISIT, version, PORT)


def test_of_a_port_that_is_watched_no_more_no_fence_has_a_name() -> None:
    """So it cannot be taken over."""
    with pytest.raises(NotReadableError, match=r"^its port is watched no more$"):
        upgraded(VISIT, 0, None)


@pytest.mark.parametrize("raw", [None, 7, "visit", [], {}, VISIT[:-1], [*VISIT, 0]])
def test_what_is_no_list_of_a_visit_is_refused(raw: Any) -> None:
    """Something else, or with a field too few or too many."""
    with pytest.raises(NotReadableError, match=r"^it is no visit of version 0"):
        upgraded(raw, 0, PORT)


@pytest.mark.parametrize(
    "path",
    [(7,), (7, 0, "0"), (8,), (9,), (10,), (10, 2), (10, 7), (10, 9, 0), (10, 9, 0, 1), (11,),
     (11, 0), (3,), (8, 7, 0)],
)  # fmt: skip
def test_a_part_that_is_damaged_is_refused(path: tuple[Any, ...]) -> None:
    """Cut short, or none at all: a membership, a stay, a call, a fact, a span or a fix."""
    inner = VISIT
    for place in path:
        inner = inner[place]
    for broken in (inner[:-1], 7):
        with pytest.raises(NotReadableError):
            visit(changed(path, broken))


@pytest.mark.parametrize("path", [(8, 6), (10, 11), (10, 7, 3), (11, 0, 3)])
@pytest.mark.parametrize("place", [4, "harbour", 1.0])
def test_a_fence_that_the_port_does_not_have_is_refused(path: Any, place: Any) -> None:
    """It has four; and what is no number is no place in a file."""
    with pytest.raises(NotReadableError):
        visit(changed(path, place))


@pytest.mark.parametrize("held", [{"4": VISIT[7][0]["0"]}, {"harbour": []}, {"0": 7}, [], None])
def test_so_are_fences_that_she_cannot_have_been_in(held: Any) -> None:
    """The places were text there, and each had a state."""
    with pytest.raises(NotReadableError):
        visit(changed((7, 0), held))


# -- in a lookout --------------------------------------------------------------------------------


def test_visits_are_taken_over_or_begun_anew_when_the_engine_starts() -> None:
    """The good one goes on as of this version; of the others it is said why they do not."""
    lookout = Lookout(Visits(FenceSet(ports=(PORT,))))
    text = json.dumps({"fix": 1, "state": VISIT})
    good = Kept("visit", 0, kept.key_text(SHE), text)
    gone = good._replace(key=kept.key_text(SHE._replace(port="elsewhere")))
    newer = good._replace(version=7, key=kept.key_text(SHE._replace(track=1)))
    assert lookout.restore([good, gone, newer]) == [
        f"1 kept state of detector visit cannot be used and is begun anew: {reason}."
        for reason in ("its port is watched no more", "version 7 is not known here")
    ]
    expected = copy.deepcopy(UPGRADED)
    expected.redraw(PORT)
    assert lookout.states == {SHE: expected}
    assert lookout.take_changed() == [
        gone._replace(state=None),
        newer._replace(state=None),
        good._replace(version=Visits.VERSION, state=kept.dump(expected)),
    ]


def test_a_visit_taken_over_is_the_same_when_it_is_read_again() -> None:
    """As every visit of this version is."""
    assert kept.load(Visit, kept.dump(visit(VISIT))) == UPGRADED
