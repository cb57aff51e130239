"""Visits of another version: taken over to the last field, or refused in one way."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from monitor.engine import kept
from monitor.engine.detect.detector import Fact
from monitor.engine.detect.lookout import Lookout
from monitor.engine.detect.port.stay import StayState
from monitor.engine.detect.port.visit import Visit, Visits
from monitor.engine.detect.port.visit_kept import upgraded
from monitor.engine.geofence import FenceSet, Port
from monitor.engine.kept import Kept, NotReadableError
from monitor.model import EventKind, ShipAtPort
from tests.scenario.sea import MMSI, fix_at, square_port, step_of
from tests.unit.engine.detect.port.kept_visits import (
    BARE,
    BARE_1,
    BARE_UPGRADED,
    UPGRADED,
    VISIT,
    VISIT_1,
)

PORT = square_port()
SHE = ShipAtPort(MMSI, 0, "home")


def visit(raw: Any, version: int = 0, port: Port = PORT) -> Visit:
    found: Visit = kept.read(Visit, upgraded(raw, version, port))
    return found


def changed(path: tuple[Any, ...], value: Any, whole: Any = VISIT) -> Any:
    """Return VISIT (or another) with something else in one place."""
    raw = copy.deepcopy(whole)
    inner = raw
    for place in path[:-1]:
        inner = inner[place]
    inner[path[-1]] = value
    return raw


# -- what is taken over --------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "raw"), [(0, VISIT), (1, VISIT_1)])
def test_a_visit_of_an_earlier_version_is_taken_over_to_the_last_field(
    version: int, raw: Any
) -> None:
    """Facts of version 0 were all confirmed, and as sure as their times are known."""
    before = copy.deepcopy(raw)
    assert visit(raw, version) == UPGRADED
    assert raw == before


@pytest.mark.parametrize(("version", "raw"), [(0, BARE), (1, BARE_1)])
def test_a_visit_in_which_nothing_has_happened_is_a_new_one(version: int, raw: Any) -> None:
    """What was not there is not there; whether she was found at rest cannot be told any more."""
    assert visit(raw, version) == BARE_UPGRADED


def test_a_stay_that_had_not_stopped_is_one_that_is_tried() -> None:
    """If it had begun at all; whether she had stopped was a field of its own."""
    assert visit(changed((8, 4), value=False)).stay.state is StayState.TRYING
    assert visit(changed((8, 4), value=True)).stay.state is StayState.LYING
    assert visit(BARE).stay.state is StayState.NOWHERE
    tried = visit(changed(("stay", "state"), "trying", VISIT_1), 1).stay
    assert (tried.state, tried.window, tried.centre) == (
        StayState.TRYING, UPGRADED.stay.window, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fence", "alongside", "at_berth"),
    [("berth", True, True), ("harbour", True, False), ("anchorage", False, False),
     (None, False, False)],
)  # fmt: skip
def test_in_a_port_with_berths_she_cannot_swing_at_them(
    fence: str | None, *, alongside: bool, at_berth: bool
) -> None:
    raw = changed(("stay", "fence"), fence, changed(("stay", "alongside"), alongside, VISIT_1))
    assert visit(raw, 1).stay.at_berth is at_berth


@pytest.mark.parametrize(("alongside", "at_berth"), [(True, True), (False, False)])
def test_in_a_port_without_she_cannot_swing_where_she_is_berthed(
    *, alongside: bool, at_berth: bool
) -> None:
    bare = replace(PORT, fences=PORT.fences[:3])
    raw = changed(("stay", "fence"), "harbour", VISIT_1)
    raw = changed(("stay", "alongside"), alongside, raw)
    assert visit(raw, 1, bare).stay.at_berth is at_berth


def test_a_silence_in_a_passage_may_hide_a_stop() -> None:
    """Version 1 noted that there was one, not when: at the latest before her last fix."""
    assert visit(changed(("passage", "dark"), value=True, whole=VISIT_1), 1).passage.hidden_at == (
        UPGRADED.known_at
    )
    assert (
        visit(changed(("passage", "dark"), value=True, whole=BARE_1), 1).passage.hidden_at is None
    )


# -- what is not ---------------------------------------------------------------------------------


def test_in_version_3_no_call_was_disputed() -> None:
    """Nothing else is new since."""
    third = kept.plain(visit(VISIT))
    del third["call"]["disputed"]
    assert visit(third, 3) == visit(VISIT)


@pytest.mark.parametrize("version", [-1, Visits.VERSION, 99])
def test_another_version_is_not_known(version: int) -> None:
    """Whatever it holds."""
    with pytest.raises(NotReadableError, match=f"^version {version} is not known here$"):
        upgraded(VISIT, version, PORT)


@pytest.mark.parametrize(("version", "raw"), [(0, VISIT), (1, VISIT_1)])
def test_of_a_port_that_is_watched_no_more_no_fence_has_a_name(version: int, raw: Any) -> None:
    """So it cannot be taken over."""
    with pytest.raises(NotReadableError, match=r"^its port is watched no more$"):
        upgraded(raw, version, None)


@pytest.mark.parametrize("raw", [None, 7, "visit", [], {}, VISIT[:-1], [*VISIT, 0]])
def test_what_is_no_list_of_a_visit_is_refused(raw: Any) -> None:
    """Something else, or with a field too few or too many."""
    with pytest.raises(NotReadableError, match=r"^it is no visit of version 0"):
        upgraded(raw, 0, PORT)


@pytest.mark.parametrize("raw", [None, 7, "visit", [], {}, VISIT, {"last": None}])
def test_what_is_no_object_of_a_visit_is_refused(raw: Any) -> None:
    """Something else, or without what a visit of version 1 has."""
    with pytest.raises(NotReadableError, match=r"^it is no visit of version 1"):
        upgraded(raw, 1, PORT)


@pytest.mark.parametrize("damage", [None, 7, [], {}])
@pytest.mark.parametrize(
    "path",
    [("first_seen",), ("membership",), ("membership", "fences", "harbour"), ("stay",),
     ("stay", "anchor"), ("stay", "motion"), ("silence",), ("call",), ("passage",)],
)  # fmt: skip
def test_a_part_of_version_1_that_is_damaged_is_refused(path: tuple[str, ...], damage: Any) -> None:
    """An object without its fields, or none at all; a stay without its first fix had not begun."""
    if (path[-1], damage) == ("anchor", None):
        return
    with pytest.raises(NotReadableError):
        visit(changed(path, damage, VISIT_1), 1)


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


@pytest.mark.parametrize(("version", "raw"), [(0, VISIT), (1, VISIT_1)])
def test_visits_are_taken_over_or_begun_anew_when_the_engine_starts(version: int, raw: Any) -> None:
    """The good one goes on as of this version; of the others it is said why they do not."""
    lookout = Lookout(Visits(FenceSet(ports=(PORT,))))
    text = json.dumps({"fix": 1, "state": raw})
    good = Kept("visit", version, kept.key_text(SHE), text)
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


def test_a_port_that_was_drawn_anew_before_the_upgrade_is_no_matter() -> None:
    """The drawing of version 1 is not known: a fence that is gone is let go, none is crossed."""
    fences = tuple(fence for fence in PORT.fences if fence.id != "harbour")
    visits = Visits(FenceSet(ports=(replace(PORT, fences=fences),)))
    lookout = Lookout(visits)
    text = json.dumps({"fix": 1, "state": VISIT_1})
    assert lookout.restore([Kept("visit", 1, kept.key_text(SHE), text)]) == []
    visit = lookout.states[SHE]
    assert set(visit.membership.fences) == {"approach", "berth"}
    step = step_of(visits.fences.ports[0], fix_at(20), UPGRADED.last)
    assert not {fact.kind for fact in visits.step(visit, step)[1] if isinstance(fact, Fact)} & {
        EventKind.GEOFENCE_ENTERED, EventKind.GEOFENCE_LEFT,
    }  # fmt: skip


@pytest.mark.parametrize(("version", "raw"), [(0, VISIT), (1, VISIT_1)])
def test_a_visit_taken_over_is_the_same_when_it_is_read_again(version: int, raw: Any) -> None:
    """As every visit of this version is."""
    assert kept.load(Visit, kept.dump(visit(raw, version))) == UPGRADED
