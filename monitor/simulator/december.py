"""A December in which a fleet leaves Tartus: who truly moved, who did not, and who may seem to.

Each function draws the ships of one part. All lie at Tartus when the log begins, unless said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.simulator import behaviour
from monitor.simulator.draw import DAY_S, HOUR_S, Draw, moored, way, ways_in, ways_out
from monitor.simulator.itinerary import call_voyage
from monitor.simulator.sea import OPEN_SEA, TARTUS, TOBRUK, Berth, Haven, Place, Way
from monitor.simulator.ship import Habits, Ship, Spoof, Window
from monitor.simulator.voyage import Voyage

BEGINS_S = 1_733_011_200.0  # 2024-12-01T00:00:00Z
DAYS = 31.0
SEA_KN = (11.0, 13.5)
LEAVES_D = (2.0, 11.0)  # days from the begin; the coast hears nobody at the end of it
HOME_D = (1.5, 9.0)  # the Baltic is sixteen days away
AFTER_S = 2 * DAY_S  # ships sail on when the log has ended
OFF_S = 3 * HOUR_S  # from the berth to some 30 NM off, where ships go dark
SWING_M = 150.0
SPOOFED_S = (40 * 60.0, 2 * HOUR_S)

TO_BALTIC = tuple(
    Place(lon=lon, lat=lat)
    for lon, lat in (
        (35.60, 34.88), (33.20, 34.20), (27.00, 34.00), (22.00, 35.30), (15.20, 36.30),
        (11.20, 37.50), (3.00, 37.60), (-2.00, 36.40), (-5.60, 35.95), (-9.30, 36.60),
        (-9.90, 38.50), (-9.90, 43.40), (-5.90, 48.80), (-1.00, 50.10), (1.50, 51.05),
        (3.20, 52.50), (7.50, 57.00), (10.70, 58.00), (11.50, 56.70), (10.90, 55.80),
        (10.90, 54.90), (12.00, 54.45), (14.50, 55.20), (19.40, 55.00),
    )
)  # fmt: skip
"""By Sicily, Gibraltar, the Channel and the Great Belt to off Baltiysk: some 4,400 NM."""

NARROW = frozenset((OPEN_SEA[0], OPEN_SEA[-1], *TO_BALTIC[4:]))
ASIDE_DEG = 0.15

AWAY = (Place(lon=28.0, lat=33.3), Place(lon=22.3, lat=33.2))  # towards Benghazi, and there


def december(draw: Draw) -> list[Ship]:
    """All of it."""
    parts = (
        *(to_tobruk(draw) for _ in range(2)),
        to_tobruk(draw, dark="at sea"),
        to_tobruk(draw, dark="port to port"),
        to_tobruk(draw, dark="for good"),
        *(to_baltic(draw) for _ in range(2)),
        lost_at_sea(draw),
        *(stays(draw) for _ in range(2)),
        stays_dark(draw),
        *(decoy(draw) for _ in range(2)),
        there_and_back(draw),
        away_unseen(draw),
        away_unseen(draw, calls=True),
        spoofed(draw),
        shared(draw),
        *(traffic(draw, port) for port in (TARTUS, TARTUS, TOBRUK)),
        behaviour.tug(draw),
        behaviour.tanker_at_anchor(draw),
    )
    return [ship for part in parts for ship in part]


def to_tobruk(draw: Draw, *, dark: str = "") -> list[Ship]:
    """Sail to Tobruk and stay there.

    Seen all the way; or dark ``at sea``, ``port to port``, or ``for good`` from the berth on.
    """
    voyage, left, speed = _lies(draw)
    berth = draw.berth(TOBRUK)
    voyage.sail([*_ways(draw, OPEN_SEA, speed), *ways_in(TOBRUK, berth)])
    arrived = voyage.at_s
    _moored_for_good(draw, voyage, berth)
    spans: dict[str, Window] = {
        "at sea": (left + OFF_S, arrived - OFF_S),
        "port to port": (left - draw.between(5.0, 20.0) * HOUR_S, arrived + 9 * HOUR_S),
        "for good": (left - draw.between(5.0, 20.0) * HOUR_S, draw.until_s + AFTER_S),
    }
    return [_ship(draw, voyage, spans[dark]) if dark else _ship(draw, voyage)]


def to_baltic(draw: Draw) -> list[Ship]:
    """Sail home to the Baltic and anchor there; satellites hear her, and no coast."""
    voyage, _, speed = _lies(draw, HOME_D)
    voyage.sail(_ways(draw, TO_BALTIC, speed))
    hours = max(12.0, (draw.until_s + AFTER_S - voyage.at_s) / HOUR_S)
    voyage.swing(port="baltiysk", for_s=hours * HOUR_S, radius_m=SWING_M, rng=draw.rng)
    return [_ship(draw, voyage)]


def lost_at_sea(draw: Draw) -> list[Ship]:
    """Leave, go dark some 30 NM off, and never be heard again: she went towards Benghazi."""
    voyage, left, speed = _lies(draw)
    voyage.sail(_ways(draw, (*OPEN_SEA[:2], *AWAY), speed), onward=True)
    return [_ship(draw, voyage, (left + OFF_S, draw.until_s + AFTER_S))]


def stays(draw: Draw) -> list[Ship]:
    """Lie alongside at Tartus all the month."""
    return [_ship(draw, _alongside(draw))]


def stays_dark(draw: Draw) -> list[Ship]:
    """Lie alongside at Tartus all the month, and go dark there for good."""
    dark = draw.from_s + draw.between(4.0, 20.0) * DAY_S, draw.until_s + AFTER_S
    return [_ship(draw, _alongside(draw), dark)]


def decoy(draw: Draw) -> list[Ship]:
    """Leave towards Tobruk, turn back in the open sea, and lie at Tartus again."""
    voyage, _, speed = _lies(draw)
    berth = draw.berth(TARTUS)
    out = _ways(draw, OPEN_SEA[: 1 + int(draw.rng.integers(1, 3))], speed)
    back = _ways(draw, (OPEN_SEA[0],), speed)
    voyage.sail([*out, *back, *ways_in(TARTUS, berth)])
    moored(voyage, TARTUS, berth, for_s=draw.until_s + AFTER_S - voyage.at_s)
    return [_ship(draw, voyage)]


def there_and_back(draw: Draw) -> list[Ship]:
    """Sail to Tobruk, lie there for some days, and come back to Tartus."""
    voyage, _, speed = _lies(draw)
    berth, home = draw.berth(TOBRUK), draw.berth(TARTUS)
    voyage.sail([*_ways(draw, OPEN_SEA, speed), *ways_in(TOBRUK, berth)])
    moored(voyage, TOBRUK, berth, for_s=draw.between(2.0, 6.0) * DAY_S)
    back = _ways(draw, tuple(reversed(OPEN_SEA)), speed)
    voyage.sail([*ways_out(TOBRUK, berth), *back, *ways_in(TARTUS, home)])
    moored(voyage, TARTUS, home, for_s=draw.until_s + AFTER_S - voyage.at_s)
    return [_ship(draw, voyage)]


def away_unseen(draw: Draw, *, calls: bool = False) -> list[Ship]:
    """Go dark alongside, sail out into the open sea or call at Tobruk, and be heard again at home.

    She lies at the same berth as before: nothing shows that she was away.
    """
    old = draw.berth(TARTUS)
    voyage = Voyage(at_s=draw.from_s, place=Place(lon=old.lon, lat=old.lat))
    moored(voyage, TARTUS, old, for_s=draw.between(12.0, 16.0) * DAY_S)
    dark_s, speed = voyage.at_s - draw.between(3.0, 9.0) * HOUR_S, draw.between(*SEA_KN)
    if calls:
        berth = draw.berth(TOBRUK)
        out, back = OPEN_SEA, tuple(reversed(OPEN_SEA))
        voyage.sail([*ways_out(TARTUS, old), *_ways(draw, out, speed), *ways_in(TOBRUK, berth)])
        moored(voyage, TOBRUK, berth, for_s=draw.between(1.0, 3.0) * DAY_S)
        voyage.sail([*ways_out(TOBRUK, berth), *_ways(draw, back, speed), *ways_in(TARTUS, old)])
    else:
        out, back = OPEN_SEA[:2], OPEN_SEA[:1]
        ways = [*_ways(draw, out, speed), *_ways(draw, back, speed)]
        voyage.sail([*ways_out(TARTUS, old), *ways, *ways_in(TARTUS, old)])
    back_s = voyage.at_s
    moored(voyage, TARTUS, old, for_s=draw.until_s + AFTER_S - voyage.at_s)
    return [_ship(draw, voyage, (dark_s, back_s + draw.between(2.0, 8.0) * HOUR_S))]


def spoofed(draw: Draw) -> list[Ship]:
    """Lie at Tartus all the month; four times her positions lie at Tobruk for an hour or two."""
    voyage, quay = _alongside(draw), TOBRUK.berths[0]
    place = Place(lon=quay.lon, lat=quay.lat)
    begins = [draw.from_s + day * DAY_S for day in draw.rng.uniform(3.0, 28.0, 4).tolist()]
    windows = [(at, at + draw.between(*SPOOFED_S)) for at in begins]
    false = tuple(Spoof(window=window, place=place) for window in windows)
    (ship,) = [_ship(draw, voyage)]
    return [replace(ship, habits=Habits(spoofed=false, at_rest_every_s=180.0))]


def shared(draw: Draw) -> list[Ship]:
    """Lie at Tartus all the month, while another ship uses her number at Tobruk now and then."""
    ship = replace(_ship(draw, _alongside(draw)), habits=Habits(at_rest_every_s=180.0))
    berth = draw.berth(TOBRUK)
    voyage = Voyage(at_s=draw.from_s, place=Place(lon=berth.lon, lat=berth.lat))
    _moored_for_good(draw, voyage, berth)
    every = draw.between(5.0, 10.0) * HOUR_S
    first = draw.from_s + DAY_S
    count = int((draw.until_s - first) / every)
    heard = tuple((first + k * every, first + k * every + 240.0) for k in range(count))
    who = replace(draw.particulars(), mmsi=ship.particulars.mmsi)
    habits = Habits(is_clone=True, heard=heard, at_rest_every_s=20.0)
    return [ship, Ship(particulars=who, motion=voyage.motion(), habits=habits)]


def traffic(draw: Draw, port: Haven) -> list[Ship]:
    """Come, lie alongside for a day or two, and go: she is not of the fleet."""
    part = replace(draw, until_s=draw.from_s + 20 * DAY_S)
    voyage = call_voyage(part, port, anchors=False, shifts=False)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion())]


def _lies(draw: Draw, days: tuple[float, float] = LEAVES_D) -> tuple[Voyage, float, float]:
    """Alongside at Tartus, and out to the channel's end; when she cast off, and her speed."""
    berth = draw.berth(TARTUS)
    voyage = Voyage(at_s=draw.from_s, place=Place(lon=berth.lon, lat=berth.lat))
    moored(voyage, TARTUS, berth, for_s=draw.between(*days) * DAY_S)
    left = voyage.at_s
    voyage.sail(ways_out(TARTUS, berth), onward=True)
    return voyage, left, draw.between(*SEA_KN)


def _alongside(draw: Draw) -> Voyage:
    berth = draw.berth(TARTUS)
    voyage = Voyage(at_s=draw.from_s, place=Place(lon=berth.lon, lat=berth.lat))
    return moored(voyage, TARTUS, berth, for_s=draw.until_s + AFTER_S - draw.from_s)


def _moored_for_good(draw: Draw, voyage: Voyage, berth: Berth) -> None:
    moored(voyage, TOBRUK, berth, for_s=draw.until_s + AFTER_S - voyage.at_s)


def _ways(draw: Draw, places: Sequence[Place], speed: float) -> list[Way]:
    """Way points some miles about these, so that no two ships go the same way."""
    aside = draw.between(-ASIDE_DEG, ASIDE_DEG)
    return [
        way(place if place in NARROW else Place(lon=place.lon, lat=place.lat + aside), speed)
        for place in places
    ]


def _ship(draw: Draw, voyage: Voyage, *dark: Window) -> Ship:
    who = replace(draw.particulars(), ship_type=int(draw.rng.choice((70, 71, 79, 80))))
    return Ship(particulars=who, motion=voyage.motion(), habits=Habits(dark=dark))
