"""Criteria: each met and not met, its twin, what is unknown, and how it is read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.alert.criteria import CRITERIA, asked
from monitor.alert.seen import Seen
from monitor.engine.geofence import Fence, FenceKind
from monitor.model import EventKind, EventState, Evidence, NamedFeed, Static
from tests.findings import MMSI, SEEN
from tests.unit.alert.drawn import ALDA, figures, happened, seen, voyage, when

BERTH = Fence(id="b", kind=FenceKind.BERTH, name="b", shape=None, use="naval")


def met(what: Seen, **words: Any) -> bool:
    return all(one.met(what, UTC) for one in asked(when(**words)))


BERTHED = Seen(event=happened(kind=EventKind.BERTHED), fence=BERTH, lists={"run": "She is."})
QUICK = seen(happened(evidence=Evidence(fixes=(replace(SEEN, sog_kn=4.5),))))

CASES: list[tuple[str, Seen, Any, Any]] = [
    ("kind", BERTHED, ["Berthed", "Anchored"], ["Anchored"]),
    ("state", seen(happened(state=EventState.PROVISIONAL)), ["provisional"], ["confirmed"]),
    ("port", seen(), ["tobruk", "tartus"], ["tobruk"]),
    ("port", seen(voyage()), ["tobruk"], ["tartus"]),
    ("fence", BERTHED, ["berth"], ["harbour"]),
    ("use", BERTHED, ["naval"], ["commercial"]),
    ("watchlist", BERTHED, ["other", "run"], ["other"]),
    ("mmsi", seen(), [MMSI, 1], [1]),
    ("imo", seen(), [9_217_993], [9_217_994]),
    ("name", seen(), ["al*"], ["AL"]),
    ("callsign", seen(), ["UB?L7"], ["UB"]),
    ("flag", seen(), ["ru"], ["GR"]),
    ("ship", seen(), ["Cargo"], ["tanker"]),
    ("length_m", seen(), {"at_least": 140}, {"at_least": 141}),
    ("draught_m", seen(), {"at_most": 7.3}, {"at_most": 7.2}),
    ("speed_kn", QUICK, {"at_least": 4, "at_most": 5}, {"at_least": 5}),
    ("confidence", seen(), {"at_least": 4}, {"at_most": 3}),
    ("origin", seen(voyage()), ["tartus"], ["tobruk"]),
    ("reached", seen(voyage()), ["tobruk"], ["tartus"]),
    ("destination", seen(), ["*BRUK"], ["TARTUS"]),
    ("gap_h", seen(voyage()), {"at_least": 10}, {"at_least": 10.1}),
    ("cause", seen(happened(**figures(cause="vessel"))), ["vessel"], ["feed"]),
    ("feed", seen(happened(about=NamedFeed("roof"))), ["roof"], ["attic"]),
    ("area", seen(happened(**figures(area="Gate of Tobruk"))), ["gate *"], ["gate"]),
    ("wish", seen(happened(**figures(tells=True))), ["entries"], ["nothing"]),
    ("gate", seen(happened(**figures(gate="suez"))), ["suez"], ["kasos"]),
    ("direction", seen(happened(**figures(direction="in"))), ["in", "out"], ["unknown"]),
    ("offing_nm", seen(happened(**figures(nearest_nm=8.1))), {"at_most": 12}, {"at_least": 12}),
    ("hours", seen(), ["11:00-13:00"], ["13:00-11:00"]),
    ("days", seen(), ["FRI"], ["sat", "sun"]),
]


def test_each_criterion_is_tried() -> None:
    assert {name for name, *_ in CASES} == {row.name for row in CRITERIA}


@pytest.mark.parametrize(("name", "what", "hit", "miss"), CASES)
def test_a_criterion_is_met_or_not_and_its_twin_is_the_other_way_round(
    name: str, what: Seen, hit: Any, miss: Any
) -> None:
    assert met(what, **{name: hit})
    assert not met(what, **{name: miss})
    assert not met(what, **{f"not_{name}": hit})
    assert met(what, **{f"not_{name}": miss})


@pytest.mark.parametrize(("name", "what", "hit", "miss"), CASES)
def test_it_is_read_back(name: str, what: Seen, hit: Any, miss: Any) -> None:
    """In words that an officer takes for what it is."""
    del what, miss
    (yes,), (no,) = asked(when(**{name: hit})), asked(when(**{f"not_{name}": hit}))
    assert " not" not in yes.sentence
    if name == "kind":
        assert (yes.sentence, no.sentence) == (
            "a ship berths or anchors", "it is not that a ship berths or anchors",
        )  # fmt: skip
        return
    assert yes.sentence == no.sentence.replace(" not ", " ", 1)


NOTHING = seen(
    happened(
        said=Static(mmsi=111), about=NamedFeed("x"), geofence=None, evidence=Evidence()
    )
)  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["fence", "use", "watchlist", "mmsi", "imo", "name", "callsign", "flag", "ship", "length_m",
     "draught_m", "speed_kn", "origin", "reached", "destination", "gap_h", "cause"],
)  # fmt: skip
def test_what_is_not_known_meets_none_and_each_twin(name: str) -> None:
    hit = next(hit for other, _, hit, _ in CASES if other == name)
    assert not met(NOTHING, **{name: hit})
    assert met(NOTHING, **{f"not_{name}": hit})


def test_all_but_these_eight_vessels() -> None:
    eight = [MMSI + 1, MMSI + 2, *range(1, 7)]
    assert met(seen(), kind=["PortArrived"], not_mmsi=eight)
    assert not met(seen(), kind=["PortArrived"], not_mmsi=[*eight, MMSI])


def test_any_watchlist_and_none() -> None:
    assert met(BERTHED, watchlist=["*"])
    assert not met(seen(), watchlist=["*"])
    assert met(seen(), not_watchlist=["*"])
    assert asked(when(watchlist=["*"]))[0].sentence == "the ship is on any watchlist"


def test_a_ship_that_is_only_possibly_listed_meets_no_rule() -> None:
    """Fuzzy hits are shown, and never page alone."""
    assert not met(seen(possible={"run": "Her name is like it."}), watchlist=["*"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, "a rule without a criterion would meet everything"),
        ({"kind": []}, "kind names nothing"),
        ({"kind": ["Sunk"]}, "Input should be 'GeofenceEntered'"),
        ({"flag": ["RUS"]}, "'RUS' is no flag: write the two letters"),
        ({"ship": ["canoe"]}, "'canoe' is no kind of ship: use one of cargo, tanker"),
        ({"hours": ["22-6"]}, "'22-6' is no time of day: write such as 22:00-06:00"),
        ({"days": ["someday"]}, "'someday' is no day: use one of mon, tue"),
        ({"gap_h": {}}, "write at_least, at_most or both"),
        ({"gap_h": {"at_least": 3, "at_most": 2}}, "at_least 3 is more than at_most 2"),
        ({"gap_h": {"more_than": 3}}, "Extra inputs are not permitted"),
        ({"weather": ["bad"]}, "Extra inputs are not permitted"),
        ({"mmsi": [0]}, "greater than or equal to 1"),
        ({"cause": ["pirates"]}, "'pirates' is no cause"),
    ],
)
def test_what_is_no_criterion_is_refused(words: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said.replace("(", r"\(")):
        when(**words)


def test_the_ship_is_what_she_was_known_to_be_then() -> None:
    assert met(seen(), imo=[ALDA.imo])
    assert not met(seen(happened(said=replace(ALDA, imo=None))), imo=[ALDA.imo])
