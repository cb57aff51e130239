"""Two ships at sea: who meets, who sails in company, and who only seems to."""

from __future__ import annotations

import pytest

from monitor.engine.geofence import FenceSet
from monitor.model import Event, EventKind, Fix, ShipPair, Static, StaticReport
from monitor.units import HOUR_US, MINUTE_US, SECOND_US
from tests.scenario.company import (
    ONE,
    THREE,
    TWO,
    lies,
    minute_of,
    sails,
    silent,
    tell,
)
from tests.scenario.sea import START

PAIR = ShipPair(ONE, 0, TWO, 0)
MET = [EventKind.SHIPS_MET, EventKind.SHIPS_PARTED]
COMPANY = [EventKind.CONVOY_FORMED, EventKind.CONVOY_PARTED]
COMES = (0, 9000.0, 0.0), (60, 200.0, 0.0)
STAYS = (*COMES, (300, 200.0, 0.0), (360, 200.0, 9000.0))
"""She comes at 4.7 kn, lies 200 m off from minute 60 to 300, and goes."""


def kinds(events: list[Event]) -> list[EventKind]:
    return [event.kind for event in events]


def typed(mmsi: int, ship_type: int, name: str = "") -> StaticReport:
    static = Static(mmsi=mmsi, ship_type=ship_type, name=name or None)
    return StaticReport(at=START, received_at=START, seq=0, source=0, static=static)


def test_who_comes_alongside_for_hours_has_met() -> None:
    """Told when the two hours are full; both ends are bounded by what was heard."""
    met, parted = tell(lies(ONE, 1200, sog_kn=0.1), sails(TWO, *STAYS, (500, 9000.0, 20_000.0)))
    assert [event.kind for event in (met, parted)] == MET
    assert met.subject == parted.subject == PAIR
    span = met.span
    assert span.earliest is not None
    assert span.latest is not None
    assert span.earliest < START + 60 * MINUTE_US < span.latest + 10 * MINUTE_US
    assert 0 < span.latest - span.earliest <= 20 * MINUTE_US
    assert met.decided_at - span.latest == 2 * HOUR_US
    assert parted.span.earliest is not None
    assert parted.span.latest is not None
    assert parted.span.earliest < START + 310 * MINUTE_US
    assert parted.span.latest > START + 300 * MINUTE_US
    assert parted.decided_at == (parted.span.at or 0) + 12 * HOUR_US
    assert met.episode == parted.episode
    assert met.evidence.figures["nearest_m"] == pytest.approx(200, abs=2)
    assert (met.confidence, len(met.evidence.fixes)) == (3, 4)


@pytest.mark.parametrize(
    ("why", "other"),
    [
        ("brief", sails(TWO, *COMES, (150, 200.0, 0.0), (210, 200.0, 9000.0))),
        ("a mile off", lies(TWO, 600, 1500.0, sog_kn=0.2)),
        ("passes", sails(TWO, (0, -30_000.0, 200.0), (200, 30_000.0, 200.0))),
    ],
)
def test_near_misses_of_meetings(why: str, other: list[Fix]) -> None:
    assert tell(lies(ONE, 600, sog_kn=0.1), other) == [], why


def test_a_tow_is_no_meeting() -> None:
    """A cable behind each other for eight hours, at 3 kn; nor a convoy: their way is straight."""
    ships = [sails(m, (0, off, 0.0), (480, off, 45_000.0)) for m, off in ((ONE, 0.0), (TWO, 180.0))]
    assert tell(*ships) == []


def test_ships_at_a_port_and_at_a_quay_do_not_meet() -> None:
    """Within ten kilometres of where ships lie; or both moored, where no port is drawn."""
    near = [lies(m, 400, east, off_m=10_000, sog_kn=0.0) for m, east in ((ONE, 0), (TWO, 200))]
    assert tell(*near) == []
    assert kinds(tell(*near, fences=FenceSet(ports=()))) == MET
    moored = [[fix._replace(status=5) for fix in ship] for ship in near]
    assert tell(*moored, fences=FenceSet(ports=())) == []


def test_a_silence_within_is_a_gap_and_told() -> None:
    """Both fall silent for three hours, and are together before and behind."""
    one, two = lies(ONE, 1500, sog_kn=0.1), sails(TWO, *STAYS[:3], (600, 200.0, 0.0))
    met, parted = tell(silent(one, 100, 300), silent(two, 100, 300))
    assert met.evidence.figures["gap_min"] in range(180, 220)
    assert "not heard together" in met.why
    assert "not heard to part" in parted.why
    assert parted.span.latest is None


def test_who_meets_again_within_the_night_goes_on() -> None:
    """Six hours later it is the same meeting, a day later another."""
    there = lies(ONE, 4000, sog_kn=0.1)
    for pause, count in ((360, 1), (1500, 2)):
        back = 420 + pause
        other = sails(
            TWO, *STAYS, (390, 200.0, 12_000.0), (back, 9000.0, 9000.0), (back + 60, 200.0, 0.0),
            (back + 300, 200.0, 0.0), (back + 360, 200.0, 9000.0), (back + 400, 200.0, 12_000.0),
        )  # fmt: skip
        assert kinds(tell(there, other)) == MET * count, pause


def test_who_is_found_together_came_nobody_knows_when() -> None:
    met = tell(lies(ONE, 300, sog_kn=0.1), lies(TWO, 300, 150.0, sog_kn=0.0))[0]
    assert (met.span.earliest, met.confidence) == (None, 1)
    assert "not known" in met.why


@pytest.mark.parametrize(
    ("types", "trade"),
    [
        ((70, 52), "a tug"), ((80, 70), "a tanker"), ((80, 82), "two tankers"),
        ((70, 50), "a pilot"), ((70, 79), None),
    ],
)  # fmt: skip
def test_who_they_say_they_are_is_told(types: tuple[int, int], trade: str | None) -> None:
    """In the sentence and in the figures: nothing is dropped for it."""
    said = [typed(ONE, types[0], "ALDA"), typed(TWO, types[1], "BRIG")]
    met = tell(lies(ONE, 300, sog_kn=0.1), lies(TWO, 300, 150.0), statics=said)[0]
    figures = met.evidence.figures
    assert (met.name, figures["other_name"], figures["trade"]) == ("ALDA", "BRIG", trade)
    assert (" say" in met.why) == (trade is not None)


def test_three_together_are_three_pairs() -> None:
    ships = [lies(m, 200, 150.0 * n, sog_kn=0.1) for n, m in enumerate((ONE, TWO, THREE))]
    assert len({event.subject for event in tell(*ships)}) == 3


OUT = (0, 0.0, 0.0), (600, 180_000.0, 0.0)  # 9.7 kn, due east
BENT = (0, 0.0, 0.0), (500, 150_000.0, 0.0), (800, 210_000.0, 70_000.0), (1300, 360_000.0, 70_000.0)


def behind(way: tuple[tuple[float, float, float], ...], north_m: float) -> list[Fix]:
    """The other, abreast of the first."""
    return sails(TWO, *((at, x, y + north_m) for at, x, y in way), shift=2)


def test_who_leaves_port_together_is_a_convoy() -> None:
    """Abreast within 20 NM of it, further off since: told after six hours."""
    first = sails(ONE, *OUT, off_m=20_000)
    other = sails(TWO, *((at, x, y + 3000.0) for at, x, y in OUT), off_m=20_000, shift=2)
    formed, parted = tell(first, other)
    assert kinds([formed, parted]) == COMPANY
    assert formed.evidence.figures["left"] == "home"
    assert formed.decided_at - (formed.span.at or 0) == 6 * HOUR_US
    assert formed.episode == parted.episode
    assert "not heard to part" in parted.why


def test_who_shares_two_turns_is_a_convoy() -> None:
    formed = tell(sails(ONE, *BENT), behind(BENT, 3000.0))[0]
    assert formed.kind is EventKind.CONVOY_FORMED
    assert formed.evidence.figures["turns"] >= 2
    assert formed.confidence == 2


@pytest.mark.parametrize("north_m", [3000.0, 7000.0])
def test_who_leaves_port_by_chance_with_another_is_no_convoy(north_m: float) -> None:
    """A quarter of a knot slower, on the same lane: within 5 NM of each other for ten hours."""
    first = sails(ONE, *OUT, off_m=20_000)
    slower = (0, 0.0, north_m), (600, 175_500.0, north_m)
    assert tell(first, sails(TWO, *slower, off_m=20_000, shift=2)) == []


@pytest.mark.parametrize(
    ("why", "other"),
    [
        ("one lane", behind(OUT, 3000.0)),
        ("too far aside", behind(BENT, 12_000.0)),
        ("the other way", sails(TWO, *((at, 360_000.0 - x, y) for at, x, y in BENT))),
        ("overtaken", sails(TWO, (0, -40_000.0, 0.0), (800, 300_000.0, 1000.0))),
    ],
)
def test_near_misses_of_convoys(why: str, other: list[Fix]) -> None:
    mine = OUT if why in {"one lane", "overtaken"} else BENT
    assert tell(sails(ONE, *mine), other) == [], why


def test_who_turns_away_has_left_the_convoy() -> None:
    """The end is between the last instant abreast and the first at which they were not."""
    away = (*BENT, (1500, 420_000.0, 70_000.0))
    leaves = [(at, x, y + 3000.0) for at, x, y in BENT]
    other = sails(TWO, *leaves, (1500, 360_000.0, 140_000.0), shift=2)
    parted = tell(sails(ONE, *away), other)[1]
    assert parted.kind is EventKind.CONVOY_PARTED
    assert minute_of(parted.span.earliest) is not None
    assert 1290 <= (minute_of(parted.span.latest) or 0) <= 1380


def test_bounds_hold_wherever_reports_fall() -> None:
    """The truth lies within, at whatever minutes the two report."""
    for shift in range(5):
        one = lies(ONE, 1200, sog_kn=0.1, shift=shift / 2)
        other = sails(TWO, *STAYS, (500, 9000.0, 20_000.0), every=7, shift=shift)
        met, parted = tell(one, other)
        begin, end = minute_of(met.span.earliest), minute_of(parted.span.latest)
        assert begin is not None
        assert end is not None
        assert begin < 58 <= (minute_of(met.span.latest) or 0)
        assert (minute_of(parted.span.earliest) or 0) <= 303 < end


def test_two_ships_on_one_number_are_no_pair() -> None:
    """A pair is two numbers: what a receiver hears twice meets nobody."""
    one = lies(ONE, 300, sog_kn=0.1)
    assert tell(one, [fix._replace(at=fix.at + SECOND_US) for fix in one]) == []
