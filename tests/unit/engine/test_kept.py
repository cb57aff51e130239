"""What survives a restart, exactly."""

from __future__ import annotations

import enum
import hashlib
import json
import math
from dataclasses import dataclass, field, make_dataclass
from typing import Any

import numpy as np
import pytest

from monitor.engine import kept
from monitor.engine.candidate import Candidate
from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.call import Call, CallState
from monitor.engine.detect.port.fences import FenceState, Membership
from monitor.engine.detect.port.trail import mark_of
from monitor.engine.detect.port.visit import Visit
from monitor.engine.odd import Odd
from monitor.engine.reach import Known
from monitor.model import (
    FIX,
    EventKind,
    Fix,
    NamedArea,
    Ship,
    ShipAtPort,
    ShipPair,
    Span,
    Stage,
    Static,
    StaticReport,
)
from monitor.units import NO_TIME
from tests.scenario.sea import fix_at


class Colour(enum.StrEnum):
    """A light."""

    RED = "red"


@dataclass
class Light:
    """One of each kind of field."""

    colour: Colour
    height_m: float
    seen: Fix | None
    others: list[int] = field(default_factory=list)
    pair: tuple[int, ...] = ()
    names: dict[int, str] = field(default_factory=dict)


def test_every_kind_of_field_comes_back() -> None:
    """Enums, None, lists, tuples and dictionaries whose keys are numbers."""
    light = Light(Colour.RED, 12.5, None, [1, 2], (3, 4), {5: "five"})
    assert kept.load(Light, kept.dump(light)) == light
    assert isinstance(kept.load(Light, kept.dump(light)).colour, Colour)
    assert kept.load(Light, kept.dump(light)).pair == (3, 4)


def test_half_a_character_in_a_name_comes_back() -> None:
    """JSON feeds may say so, and UTF-8 cannot: what is kept is plain letters."""
    light = Light(Colour.RED, 1.0, None, names={1: "A\ud800"})
    assert kept.dump(light).isascii()
    assert kept.load(Light, kept.dump(light)) == light


def test_a_fix_comes_back_to_the_last_bit_and_byte() -> None:
    """Floats are written in full, the sentence byte for byte, what was not available as NaN."""
    fix = fix_at(1, lon=0.1 + 0.2, sog_kn=math.nan, raw=b"\\s:\xff\\!AIVDM", content=2**64 - 1)
    back = kept.load(Light, kept.dump(Light(Colour.RED, 1 / 3, fix))).seen
    assert back is not None
    assert isinstance(back, Fix)
    assert math.isnan(back.sog_kn)
    assert back._replace(sog_kn=0.0) == fix._replace(sog_kn=0.0)


def test_a_visit_in_the_middle_of_everything_comes_back() -> None:
    """The deepest thing that is kept: fences half crossed, a stay, a call with stages and facts."""
    span = Span(earliest=1, at=None, latest=3)
    fact = Fact(
        kind=EventKind.UNBERTHED, span=span, decided_at=4, geofence="harbour", place=fix_at(0),
        fixes=(fix_at(0), fix_at(1)), why="she moved", figures={"radius_m": 100.0}, key_at=7,
    )  # fmt: skip
    visit = Visit(last=fix_at(2), inside=5, near=7)
    visit.membership = Membership({"harbour": FenceState("leaving", None, fix_at(2))})
    visit.stay.out, visit.stay.centre = [mark_of(fix_at(1), fix_at(0))], mark_of(fix_at(0), None)
    visit.stay.trail.marks, visit.stay.unnamed = [mark_of(fix_at(0), None)], fact
    visit.silence.dark = True
    visit.call = Call(
        state=CallState.LEAVING, arrived=span, started=fact,
        stages=[Stage(kind=EventKind.BERTHED, span=span, geofence=None)],
    )  # fmt: skip
    visit.passage.entered = fact
    assert kept.load(Visit, kept.dump(visit)) == visit


def test_an_odd_vessel_comes_back() -> None:
    """Track numbers are numbers again, not the text that JSON makes of keys."""
    odd = Odd(
        tracks={0: fix_at(0), 1: fix_at(1)},
        held=[
            Candidate([fix_at(2)], None),
            Candidate(
                [fix_at(3), fix_at(4)], fix_at(0), 0, count=9, meanwhile=2,
                between=True, alone_at=fix_at(3).at,
            ),
        ],
        several=True,
        since_at=fix_at(0).at,
        known={
            0: Known(under_way=True, jump_at=1, before_at=NO_TIME, before_lon=0.0, before_lat=0.0),
            1: Known(under_way=False, jump_at=2, before_at=1, before_lon=10.1, before_lat=5.1),
        },
    )  # fmt: skip
    assert kept.load(Odd, kept.dump(odd)) == odd


def test_what_plain_makes_read_undoes() -> None:
    """Static reports are kept inside a larger JSON text."""
    report = StaticReport(
        at=1, received_at=2, seq=3, source=4, static=Static(mmsi=5, name="ÆGIR", draught_m=7.3)
    )
    assert kept.read(StaticReport, kept.plain(report)) == report


@dataclass
class Odds:
    """Fields that are less usual."""

    ship: ShipAtPort
    mixed: tuple[int, Fix]
    maybe: dict[int, tuple[str, ...]] | None


def test_subjects_and_mixed_tuples_come_back_as_what_they_are() -> None:
    """Not as lists."""
    odds = Odds(ShipAtPort(1, 0, "home"), (7, fix_at(0)), {3: ("a", "b")})
    back = kept.load(Odds, kept.dump(odds))
    assert back == odds
    assert type(back.ship) is ShipAtPort


def test_numbers_of_numpy_are_kept_as_plain_ones() -> None:
    """Columns give such."""
    light = Light(Colour.RED, float(np.float64(1.5)), None, [np.int64(3)])  # type: ignore[list-item]
    assert kept.load(Light, kept.dump(light)).others == [3]


@pytest.mark.parametrize(
    "kind",
    [
        set[int], bytes, int | Fix, list, dict, dict[bool, int], dict[Ship, int],
        dict[tuple[int], int], object,
    ],
)  # fmt: skip
def test_what_would_not_come_back_is_refused_before_it_is_kept(kind: Any) -> None:
    """When the engine starts, not after the first restart."""
    made = make_dataclass("Made", [("field", kind)])
    with pytest.raises(TypeError, match="cannot be kept"):
        kept.check(made)


def test_a_value_that_cannot_be_kept_is_named() -> None:
    """Whatever its field said."""
    with pytest.raises(TypeError, match="a set cannot be kept"):
        kept.dump(Light(Colour.RED, 1.0, None, {1}))  # type: ignore[arg-type]


# -- what cannot be read ---------------------------------------------------------------------------


def test_a_field_that_lacks_or_is_not_known_is_said() -> None:
    """State of another release that forgot to raise its version is not half understood."""
    document = json.loads(kept.dump(Light(Colour.RED, 1.0, None)))
    for change, word in (({"height_m": None}, "height_m"), ({"width_m": 3}, "width_m")):
        state = {**document["state"], **change}
        state = {name: value for name, value in state.items() if value is not None}
        with pytest.raises(kept.NotReadableError, match=f"Light lacks or does not know .*{word}"):
            kept.load(Light, json.dumps({"fix": 1, "state": state}))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "7", '{"fix": 1}', '{"state": {}}', '{"fix": 99, "state": {}}',
     '{"fix": 1, "state": []}', '{"fix": 1, "state": {"colour": "blue"}}', "[" * 100_000],
)  # fmt: skip
def test_what_is_damaged_raises_one_error(text: str) -> None:
    """Whatever stands there."""
    with pytest.raises(kept.NotReadableError):
        kept.load(Light, text)


def test_a_value_that_is_none_of_its_kind_is_not_readable() -> None:
    """A colour that does not exist; a fix with too few columns."""
    document = json.loads(kept.dump(Light(Colour.RED, 1.0, fix_at(0))))
    fix = document["state"]["seen"]
    odd_fixes = [("seen", [*fix[:1], odd, *fix[2:]]) for odd in (None, "1", 1.5, True)]
    wrong = [("colour", "blue"), ("seen", [1, 2]), ("others", 3), ("others", ["x"])]
    for name, value in (*wrong, ("names", []), ("height_m", "tall"), ("seen", 7), *odd_fixes):
        state = {**document["state"], name: value}
        with pytest.raises(kept.NotReadableError):
            kept.load(Light, json.dumps({"fix": 1, "state": state}))


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (Ship, Ship(211_000_001, 0)), (ShipAtPort, ShipAtPort(211_000_001, 3, "tartus")),
        (ShipPair, ShipPair(1, 0, 2, 0)), (NamedArea, NamedArea('the |," area')),
    ],
)  # fmt: skip
def test_a_subject_comes_back(kind: Any, key: Any) -> None:
    """As what it was, whatever stands in its name."""
    back = kept.key_of(kind, kept.key_text(key))
    assert back == key
    assert type(back) is kind


@pytest.mark.parametrize("text", ["", "7", "[]", "[1]", "[1,2,3]", '["a",0]', "{}", "null"])
def test_what_is_no_subject_is_said(text: str) -> None:
    """Another number of fields, or of another type."""
    with pytest.raises(kept.NotReadableError):
        kept.key_of(Ship, text)


# -- layouts ---------------------------------------------------------------------------------------


def test_the_present_layout_is_that_of_a_fix() -> None:
    """Whoever changes FIX raises the number and keeps the layout before: this is its first test."""
    assert kept.FIX_LAYOUTS[kept.FIX_LAYOUT] == FIX == max(kept.FIX_LAYOUTS.items())[1]
    assert FIX.names == Fix._fields
    assert (FIX.itemsize, hash_of(FIX)) == (152, "0b80c1263d5f")


def test_fixes_of_an_older_layout_are_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """By name: what it lacks is not available, what is no more is left out."""
    names = [name for name in FIX.names or () if name != "turn_deg_min"]
    older = np.dtype([(name, FIX[name]) for name in names] + [("extra", "<i2")])
    monkeypatch.setitem(kept.FIX_LAYOUTS, 0, older)
    fix = fix_at(3, raw=b"!AIVDM")
    row = np.zeros(1, dtype=older)
    for name in names:
        row[name] = getattr(fix, name)
    (back,) = kept.fixes_of(row.tobytes(), 0)
    assert math.isnan(back["turn_deg_min"])
    assert back["lon"] == fix.lon
    assert back["raw"] == b"!AIVDM"
    values = [getattr(fix, name) for name in names[:-1]] + ["!AIVDM", 7]
    state = {**json.loads(kept.dump(Light(Colour.RED, 1.0, None)))["state"], "seen": values}
    seen = kept.load(Light, json.dumps({"fix": 0, "state": state})).seen
    assert math.isnan(seen.turn_deg_min)
    assert seen._replace(turn_deg_min=fix.turn_deg_min) == fix


def test_fixes_of_no_known_layout_are_said() -> None:
    """Another number, or bytes that are no rows of it."""
    for rows, layout in ((b"", 99), (b"x" * 7, kept.FIX_LAYOUT)):
        with pytest.raises(kept.NotReadableError, match="layout"):
            kept.fixes_of(rows, layout)


def hash_of(dtype: np.dtype[Any]) -> str:
    return hashlib.sha256(repr(dtype.descr).encode()).hexdigest()[:12]
