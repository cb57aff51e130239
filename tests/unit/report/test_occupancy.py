"""How many ships were in a port: at least, at most, and nothing where nobody listened."""

from __future__ import annotations

import numpy as np

from monitor.report.occupancy import Occupancy, occupancy
from monitor.report.whereabouts import Interval, Vessel
from tests.unit.report.sailed import TO_HOME, at_home, at_sea, call, hour, ship, span

LEFT = call("home", span(2, 4), span(20, 24))


def counted(*vessels: Vessel, deaf: tuple[Interval, ...] = ()) -> Occupancy:
    return occupancy(vessels, TO_HOME, deaf, since=hour(0), until=hour(48))


def at(counts: Occupancy, number: float) -> tuple[float, int]:
    """Least and most at an hour."""
    place = int(np.abs(counts.at - hour(number)).argmin())
    return float(counts.total[place]), int(counts.most[place])


def test_least_and_most_differ_where_the_bounds_do() -> None:
    counts = counted(ship(LEFT, last=at_sea(47)))
    assert [at(counts, number) for number in (1, 3, 10, 22, 30)] == [
        (0, 0), (0, 1), (1, 1), (0, 1), (0, 0),
    ]  # fmt: skip


def test_ships_are_counted_by_class_and_watchlist() -> None:
    counts = counted(
        ship(LEFT, last=at_sea(47)),
        ship(call("home", span(None, 0)), last=at_home(47), ship_type=84, lists=("run",)),
    )
    assert at(counts, 10) == (2, 2)
    assert counts.least["cargo"].max() == counts.least["tanker"].max() == 1
    assert counts.least["passenger"].max() == 0
    assert counts.watched.max() == 1
    assert at(counts, 47.9) == (1, 1)


def test_a_port_that_is_not_heard_is_not_empty() -> None:
    counts = counted(ship(LEFT, last=at_sea(47)), deaf=((hour(8), hour(12)),))
    least, most = at(counts, 10)
    assert np.isnan(least)
    assert most == 1
    assert at(counts, 7) == (1, 1)
    assert np.isnan(counts.watched[np.isnan(counts.total)]).all()


def test_a_ship_that_is_silent_may_be_there() -> None:
    assert at(counted(ship(call("home", span(2, 4)), last=at_home(10))), 40) == (0, 1)


def test_no_ship_is_none() -> None:
    assert at(counted(), 10) == (0, 0)
