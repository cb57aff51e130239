"""What survives a restart, exactly."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass, field

from monitor.engine import kept
from monitor.engine.detect.detector import Fact
from monitor.engine.detect.port.call import Call, CallState
from monitor.engine.detect.port.fences import FenceState, Membership
from monitor.engine.detect.port.visit import Watch
from monitor.engine.track import Odd
from monitor.model import EventKind, Fix, Span, Stage, Static, StaticReport
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


def test_a_fix_comes_back_to_the_last_bit_and_byte() -> None:
    """Floats are written in full, the sentence byte for byte, what was not available as NaN."""
    fix = fix_at(1, lon=0.1 + 0.2, sog_kn=math.nan, raw=b"\\s:\xff\\!AIVDM", content=2**64 - 1)
    back = kept.load(Light, kept.dump(Light(Colour.RED, 1 / 3, fix))).seen
    assert back is not None
    assert isinstance(back, Fix)
    assert math.isnan(back.sog_kn)
    assert back._replace(sog_kn=0.0) == fix._replace(sog_kn=0.0)


def test_a_watch_in_the_middle_of_everything_comes_back() -> None:
    """The deepest thing that is kept: fences half crossed, a stay, a call with stages and facts."""
    span = Span(earliest=1, at=None, latest=3)
    fact = Fact(
        kind=EventKind.UNBERTHED, span=span, decided_at=4, fence=2, place=fix_at(0),
        fixes=(fix_at(0), fix_at(1)), why="she moved", figures={"radius_m": 100.0}, key_at=7,
    )  # fmt: skip
    watch = Watch(mmsi=211_000_001, track=1, port="home", last=fix_at(2), inside=5, near=7)
    watch.membership = Membership({2: FenceState("leaving", None, fix_at(2))})
    watch.stay.out, watch.stay.anchor = [fix_at(1)], fix_at(0)
    watch.silence.dark = True
    watch.call = Call(
        state=CallState.LEAVING, arrived=span, started=fact,
        stages=[Stage(kind=EventKind.BERTHED, span=span, geofence=None)],
    )  # fmt: skip
    watch.passage.entered = fact
    assert kept.load(Watch, kept.dump(watch)) == watch


def test_an_odd_vessel_comes_back() -> None:
    """Track numbers are numbers again, not the text that JSON makes of keys."""
    odd = Odd(
        tracks={0: fix_at(0), 1: fix_at(1)},
        held=[[fix_at(2)], [fix_at(3), fix_at(4)]],
        next_track=2,
    )
    assert kept.load(Odd, kept.dump(odd)) == odd


def test_what_plain_makes_read_undoes() -> None:
    """Static reports are kept inside a larger JSON text."""
    report = StaticReport(
        at=1, received_at=2, seq=3, source=4, static=Static(mmsi=5, name="ÆGIR", draught_m=7.3)
    )
    assert kept.read(StaticReport, kept.plain(report)) == report
