"""A month at sea: ships that sail between two ports, and on each trip something is with it.

A trip is drawn by a function of the list TRIPS; what two ships do together stands in ``pairs``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from monitor.simulator.draw import HOUR_S, Draw
from monitor.simulator.master import LANE, Master
from monitor.simulator.month_pairs import PAIRS
from monitor.simulator.month_said import WORDS, flapping, renumbered
from monitor.simulator.sea import TARTUS, Place, destination
from monitor.simulator.ship import Ship
from monitor.units import NAUTICAL_MILE_M

DAYS = 30.0
TRIP_DAYS = 6.5
"""The longest trip, with a margin: none begins later before the end of the log."""

SINGLES = 6
"""Ships that sail alone; with pairs and those that say something a dozen and more."""

HOLE = (27.6, 34.35, 29.4, 35.1)
"""Nobody hears the sea between Rhodes, Cyprus and Egypt: some 90 NM of the northern way."""

OUTAGES = (("chain", 9.0 * 24, 9.0 * 24 + 8.5), ("chain", 20.5 * 24, 20.5 * 24 + 3.5))
"""The chain of receivers is out twice a month: group, hours from and until."""


def _places(*pairs: tuple[float, float]) -> tuple[Place, ...]:
    return tuple(Place(lon=lon, lat=lat) for lon, lat in pairs)


NORTHERN = (
    LANE[0],
    *_places((33.2, 34.2), (30.2, 34.72), (27.0, 34.72), (25.0, 33.2)),
    LANE[-1],
)
"""The way through the hole."""

TO_STRAIT = _places((33.2, 34.2), (29.0, 33.7), (27.2, 34.3))
IN_STRAIT, IN_AEGEAN = _places((26.62, 34.9), (26.58, 35.75))
AEGEAN = _places((26.2, 35.95), (24.4, 35.9))
KITHIRA = _places((23.22, 36.06), (22.75, 35.85), (22.5, 35.4), (23.2, 34.0), (24.2, 32.9))
"""South-east of Crete, through the strait of Kasos, and out by Kithira to Tobruk."""

BEFORE_LINE = _places((26.59, 35.22))[0]
"""A mile or two before the line of the gate."""


def plain(master: Master) -> None:
    """Sail across, heard all the way."""
    _across(master)


def dark_for_hours(master: Master) -> None:
    """Switch off at sea for three to five hours."""
    _dark(master, *_across(master), (3.0, 5.2))


def dark_for_long(master: Master) -> None:
    """Switch off at sea for seven hours to a day and a half."""
    _dark(master, *_across(master), (7.0, 36.0))


def dark_shortly_after_leaving(master: Master) -> None:
    """Switch off an hour or two after leaving, and be heard again alongside in the other port."""
    draw = master.draw
    left_s, _ = _across(master)
    begin_s = left_s + draw.between(0.7, 2.5) * HOUR_S
    hours = draw.between(2.0, 8.0)
    master.silent(begin_s, master.at_s + hours * HOUR_S)
    master.lie(hours)


def dark_until_alongside(master: Master) -> None:
    """Switch off in the open sea, and be heard again alongside in the other port."""
    begin_s, until_s = _across(master)
    dark_s = begin_s + master.draw.between(0.25, 0.7) * (until_s - begin_s)
    hours = master.draw.between(2.0, 8.0)
    master.silent(dark_s, master.at_s + hours * HOUR_S)
    master.lie(hours)


def hastens_dark(master: Master) -> None:
    """Steam slowly, switch off, and run for the other port at full speed."""
    draw, port = master.draw, master.other
    slow, fast = draw.between(8.0, 9.5), draw.between(13.0, 14.0)
    ways = master.lane()
    master.leave()
    master.sail(ways[:2], slow)
    dark_s = master.at_s - draw.between(0.2, 2.0) * HOUR_S
    master.sail(ways[2:], fast)
    master.enter(port, fast)
    hours = draw.between(2.0, 8.0)
    master.silent(dark_s, master.at_s + hours * HOUR_S)
    master.lie(hours)


def dark_and_back(master: Master) -> None:
    """Switch off at sea, be elsewhere for a day, and be heard again where she was."""
    draw, port = master.draw, master.other
    ways = master.lane()
    master.leave()
    master.sail(ways[:2])
    master.sail([_part(ways[1], ways[2], 0.3)])
    here, dark_s = master.voyage.place, master.at_s
    bearing = draw.between(230.0, 260.0)
    master.sail([destination(here, bearing=bearing, distance_m=40 * NAUTICAL_MILE_M)])
    master.drift(draw.between(8.0, 24.0), 0.4, bearing)
    master.sail([here])
    master.silent(dark_s, master.at_s)
    master.sail(ways[2:])
    master.enter(port)


def through_hole(master: Master) -> None:
    """Sail by the northern way, where nobody hears her for hours."""
    _across(master, NORTHERN)


def by_straits(master: Master) -> None:
    """Sail by the Aegean: in by one gate, out by another."""
    _by_straits(master)


def dark_in_strait(master: Master) -> None:
    """The same, and switched off for hours where she passes the first gate or the last."""
    draw = master.draw
    passed_s = _by_straits(master)
    before, after = draw.between(2.5, 6.0), draw.between(2.5, 6.0)
    master.silent(passed_s - before * HOUR_S, passed_s + after * HOUR_S)


def turns_before_gate(master: Master) -> None:
    """Go up to the strait of Kasos, turn there, and go on to the other port."""
    port, ways = master.other, [LANE[0], *TO_STRAIT, IN_STRAIT, BEFORE_LINE]
    back = [IN_STRAIT, *_places((25.5, 33.6)), LANE[-1]]
    if master.port is not TARTUS:
        ways = [LANE[-1], *_places((25.5, 33.6)), IN_STRAIT, BEFORE_LINE]
        back = [IN_STRAIT, *reversed(TO_STRAIT), LANE[0]]
    master.leave()
    master.sail([*ways, *back])
    master.enter(port)


def waits_off(master: Master) -> None:
    """Make no way for six to fourteen hours off the port, before she goes in."""
    _waits(master, (6.0, 14.0))


def waits_briefly(master: Master) -> None:
    """The same for one to three hours: no wait."""
    _waits(master, (1.0, 3.0))


def drifts_in_the_open(master: Master) -> None:
    """Drift for hours far from any port: no wait."""
    port, ways = master.other, master.lane()
    master.leave()
    master.sail(ways[:2])
    master.sail([_part(ways[1], ways[2], master.draw.between(0.2, 0.8))])
    master.drift(master.draw.between(6.0, 14.0), 0.5, master.draw.between(0.0, 360.0))
    master.sail(ways[2:])
    master.enter(port)


Trip = Callable[[Master], None]

TRIPS: tuple[tuple[float, Trip], ...] = (
    (2.0, plain),
    (1.5, dark_for_hours),
    (2.0, dark_for_long),
    (1.5, dark_shortly_after_leaving),
    (1.5, dark_until_alongside),
    (1.0, hastens_dark),
    (1.0, dark_and_back),
    (1.5, through_hole),
    (1.5, by_straits),
    (1.5, dark_in_strait),
    (1.0, turns_before_gate),
    (2.0, waits_off),
    (1.0, waits_briefly),
    (1.0, drifts_in_the_open),
)
"""Weight and trip."""


def month(draw: Draw) -> list[Ship]:
    """A dozen ships and some, with all that is told of one and of two."""
    draw = replace(draw, until_s=max(draw.until_s, draw.from_s + 2 * TRIP_DAYS * 24 * HOUR_S))
    ships = []
    for number in range(SINGLES):
        master = Master.of(draw)
        _sails(master)
        ships.append(master.ship(by_satellite=not number))
    for pair in PAIRS:
        masters = pair(draw)
        for master in masters:
            _sails(master, spoken=False)
        ships += [master.ship() for master in masters]
    convoy = ships[-2:]
    ships[-2:] = [
        replace(one, consort=two.particulars.mmsi) for one, two in (convoy, reversed(convoy))
    ]
    return [*ships, *flapping(draw), *renumbered(draw)]


def _sails(master: Master, *, spoken: bool = True) -> None:
    """Trip after trip, as long as there is time, with something said on most."""
    rng = master.draw.rng
    weights = [weight for weight, _ in TRIPS]
    share = [weight / sum(weights) for weight in weights]
    while master.days_left > TRIP_DAYS:
        begin_s = master.at_s
        TRIPS[int(rng.choice(len(TRIPS), p=share))][1](master)
        if spoken:
            WORDS[int(rng.integers(len(WORDS)))](master, begin_s, master.at_s)
        master.lie(master.draw.between(14.0, 50.0))


def _across(master: Master, ways: tuple[Place, ...] = LANE) -> tuple[float, float]:
    """By a lane to the other port: when she left the channel, and was at the other one's."""
    port = master.other
    master.leave()
    window = master.sail(master.lane(ways))
    master.enter(port)
    return window


def _dark(master: Master, begin_s: float, until_s: float, hours: tuple[float, float]) -> None:
    """Switch off for some hours within a stretch, an hour from its ends and more."""
    lasts_s = min(master.draw.between(*hours) * HOUR_S, 0.7 * (until_s - begin_s))
    off_s = master.draw.between(begin_s + HOUR_S, until_s - HOUR_S - lasts_s)
    master.silent(off_s, off_s + lasts_s)


def _by_straits(master: Master) -> float:
    """Through two gates; when she passed the first."""
    port = master.other
    ways = [LANE[0], *TO_STRAIT, IN_STRAIT, IN_AEGEAN, *AEGEAN, *KITHIRA, LANE[-1]]
    first = 1 + len(TO_STRAIT)  # the last way point before the gate
    if master.port is not TARTUS:
        ways.reverse()
        first = len(KITHIRA)
    master.leave()
    master.sail(ways[: first + 1])
    passed_s = master.at_s + 1.8 * HOUR_S
    master.sail(ways[first + 1 :])
    master.enter(port)
    return passed_s


def _waits(master: Master, hours: tuple[float, float]) -> None:
    """Adrift 20 to 24 NM off the other port, in no anchorage of it."""
    draw, port = master.draw, master.other
    ways = master.lane()
    bearing = port.abeam_deg + draw.between(-15.0, 15.0)
    off = destination(
        Place(lon=port.lon, lat=port.lat), bearing=bearing,
        distance_m=draw.between(20.0, 24.0) * NAUTICAL_MILE_M,
    )  # fmt: skip
    master.leave()
    master.sail([*ways[:-1], off])
    along = bearing + float(draw.rng.choice((80.0, -80.0)))
    master.drift(draw.between(*hours), draw.between(0.2, 0.45), along)
    master.enter(port)


def _part(one: Place, two: Place, share: float) -> Place:
    """A place on the way between two."""
    return Place(
        lon=one.lon + share * (two.lon - one.lon), lat=one.lat + share * (two.lat - one.lat)
    )
