"""Ships that sail away from the port that they declare: the thing, and what is nearly it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.engine.detect.vessel.contrary import FARTHER_NM, FORGET_US, Contraries, Outbound
from monitor.engine.geofence import distance_m
from monitor.model import Event, EventKind, Fix, Ship, Static, StaticReport
from monitor.units import HOUR_US, NAUTICAL_MILE_M, to_iso
from tests.scenario.sailing import FENCES, sailing, told
from tests.scenario.sea import START, fix_at

MOORED = [fix_at(10 * n, 0, 0, sog_kn=0.0) for n in range(18)]
"""Three hours alongside; then she sails east, at 5 degrees north and 10 east."""
SHE = MOORED[0].mmsi


def crow(lon: float, lat: float, to_lon: float, to_lat: float) -> float | None:
    """A sea without land."""
    return float(distance_m(lon, lat, to_lon, to_lat))


def declares(*said: tuple[float, str]) -> list[StaticReport]:
    """A destination, said at these hours and again an hour later."""
    return [
        StaticReport(
            at=(at := START + round(hour * HOUR_US)), received_at=at, seq=0, source=0,
            static=Static(mmsi=SHE, destination=text),
        )
        for begin, text in said
        for hour in (begin, begin + 1)
    ]  # fmt: skip


def sails(
    *said: tuple[float, str],
    hours: float = 24,
    by_sea: Callable[[float, float, float, float], float | None] | None = crow,
    more: tuple[Fix, ...] = (),
) -> list[Event]:
    """What is told of one who sails at 12 kn; the same however batches are cut."""
    way = sailing(3, 3 + hours, off_nm=-36)
    return told(
        [*MOORED, *way, *more], statics=declares(*said), kinds={EventKind.DESTINATION_DOUBTED},
        fences=replace(FENCES, by_sea=by_sea),
    )  # fmt: skip


def test_she_comes_farther_and_farther_from_it() -> None:
    """Gibraltar lies to the north-west."""
    (event,) = sails((1.0, "GIBRALTAR"))
    near, far = event.evidence.fixes
    assert near.at == to_iso(START + 4 * HOUR_US)
    assert event.span.at is None
    assert event.lon == pytest.approx(far.lon, abs=1e-6)
    figures = event.evidence.figures
    assert figures["farther_m"] >= FARTHER_NM * NAUTICAL_MILE_M
    assert figures["farther_m"] < (FARTHER_NM + 12) * NAUTICAL_MILE_M
    assert figures["declared_code"] == "GIGIB"
    assert event.why.startswith("She left Home and declares GIBRALTAR; within ")
    assert "NM farther from it by sea, and is" in event.why


@pytest.mark.parametrize(
    "said",
    [
        [(1.0, "FUJAIRAH")],  # to the north-east
        [(1.0, "HOME")],  # what was typed before she came
        [(1.0, "FOR ORDERS")],
        [(1.0, "SOMEWHERE")],
        [],
    ],
)
def test_what_is_no_contradiction(said: list[tuple[float, str]]) -> None:
    assert sails(*said) == []


def test_too_near_to_tell() -> None:
    assert sails((1.0, "GIBRALTAR"), hours=6) == []


def test_who_sails_around_land_comes_nearer_by_sea() -> None:
    """By the crow she is farther: over land."""
    around = {True: 0.0}
    assert sails((1.0, "GIBRALTAR"), by_sea=lambda lon, *_: 1e7 - lon * 1e5 + around[True]) == []
    assert sails((1.0, "GIBRALTAR"), by_sea=lambda *_: None) == []
    assert sails((1.0, "GIBRALTAR"), by_sea=None) == []


def test_another_declaration_begins_anew() -> None:
    """From then on she must come farther from that; and one port is told of once."""
    assert sails((1.0, "GIBRALTAR"), (8.0, "ALGECIRAS"), hours=10) == []
    events = sails((1.0, "GIBRALTAR"), (20.0, "VALENCIA"), hours=60)
    codes = [event.evidence.figures["declared_code"] for event in events]
    assert codes == ["GIGIB", "ESVLC"]
    assert len({event.id for event in events}) == 2


def test_who_came_to_a_port_is_under_way_no_more() -> None:
    """What is declared there is of her next voyage, and of that she has not left."""
    contraries = Contraries(FENCES)
    state = Outbound("home", START)
    assert not contraries.holds(state)
    assert contraries.deadline(state) == START + FORGET_US
    assert contraries.wake(Ship(SHE, 0), state, START + FORGET_US) == (None, [])
    later = 30 * HOUR_US
    back = tuple(
        fix._replace(at=fix.at + later, received_at=fix.at + later, seq=fix.seq + 10**6)
        for fix in MOORED
    )
    assert sails((29.0, "GIBRALTAR"), hours=3, more=back) == []
    away = sailing(33.5, 50, off_nm=36 - 12 * 33.5)
    assert sails((29.0, "GIBRALTAR"), hours=3, more=(*back, *away)) != []
    assert sails((29.0, "HOME"), hours=3, more=(*back, *away)) == []
