"""When nobody could hear a ship follows from where she was and who was deaf."""

from __future__ import annotations

from monitor.simulator.receiver import Hearing
from monitor.simulator.sea import Place, Way
from monitor.simulator.ship import Habits, Particulars, Ship
from monitor.simulator.unheard import unheard_truth
from monitor.simulator.voyage import Voyage
from monitor.units import SECOND_US

HOUR_S = 3600.0
WHO = Particulars(
    mmsi=273990001, name="AMBER TIDE", callsign="X00001", imo=0, ship_type=70, length_m=100,
    beam_m=16, draught_m=6.0, destination="TOBRUK",
)  # fmt: skip


def eastwards(**habits: bool) -> Ship:
    """Ten hours at 12 kn along 34 N from 28 E on: two degrees and a half."""
    voyage = Voyage(at_s=0.0, place=Place(lon=28.0, lat=34.0))
    voyage.sail([Way(lon=30.42, lat=34.0, speed_kn=12.0)], under_way=True, onward=True)
    return Ship(particulars=WHO, motion=voyage.motion(), habits=Habits(**habits))


def spans(ship: Ship, reception: Hearing) -> list[tuple[str, float, float]]:
    """Why, from when and until when, h."""
    return [
        (
            one.why,
            round(one.began_at / SECOND_US / HOUR_S, 1),
            round(one.until / SECOND_US / HOUR_S, 1),
        )
        for one in unheard_truth(ship, (0.0, 24 * HOUR_S), reception, 0.0)
    ]


def test_a_hole_is_where_she_is_within_it() -> None:
    """Half a degree, 24.9 NM, takes two hours."""
    hole = (29.0, 33.5, 29.5, 34.5)
    assert spans(eastwards(by_chain=True), Hearing(holes=(hole,))) == [("hole", 4.2, 6.2)]
    assert spans(eastwards(by_chain=True), Hearing(holes=((29.0, 34.1, 29.5, 35.0),))) == []


def test_an_outage_is_of_those_who_would_hear_her() -> None:
    out = Hearing(deaf=(("chain", HOUR_S, 3 * HOUR_S),))
    assert spans(eastwards(by_chain=True), out) == [("outage", 1.0, 3.0)]
    assert spans(eastwards(), out) == []


def test_all_receivers_are_well_unless_it_is_said() -> None:
    assert spans(eastwards(by_chain=True), Hearing()) == []
