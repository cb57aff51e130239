"""What makes a sea dirty: false positions, shared numbers, coarse and rare reports, long silences.

Each function draws the ships of one behaviour; all of them are taken from public reports of what
port-call software went wrong on. Where she truly was, the motion says; what nobody can know of it
from the log, the truth leaves out of its fixes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from monitor.simulator import behaviour
from monitor.simulator.draw import HOUR_S, MINUTE_S, Draw, moored, way, ways_in, ways_out
from monitor.simulator.itinerary import SEA_KN, call_voyage, inside_voyage
from monitor.simulator.sea import (
    OPEN_SEA,
    PORTS,
    TARTUS,
    TOBRUK,
    Floats,
    Haven,
    Place,
    metres_east,
)
from monitor.simulator.ship import Habits, Rounding, Ship, Spoof, Window
from monitor.simulator.voyage import Motion, Voyage
from monitor.units import DEGREE_M, NAUTICAL_MILE_M

AIRPORTS = (
    Place(lon=35.4884, lat=33.8209),  # Beirut, where most of the Levant's false positions lie
    Place(lon=35.9487, lat=35.4011),  # Hmeimim
    Place(lon=20.2695, lat=32.0968),  # Benghazi
)
QUAYS = (
    Place(lon=TARTUS.berths[1].lon, lat=TARTUS.berths[1].lat),
    Place(lon=TOBRUK.berths[0].lon, lat=TOBRUK.berths[0].lat),
    Place(lon=35.5210, lat=33.9035),  # Beirut
)
CIRCLES = (
    Place(lon=35.7900, lat=34.9650),  # the roads of Tartus
    Place(lon=24.0700, lat=32.1100),  # off Tobruk
    AIRPORTS[0],
)
CIRCLE_M, CIRCLE_KN = (1_000.0, 2_000.0), (10.0, 20.0)
FAR_NM = 30.0  # half an hour of the fastest ship: no two reports are further apart
SPOOF_S = (60.0, 120.0, 1_200.0, 7_200.0)
SPOOFS_A_DAY = 6
CLEAR_S = 1.5 * HOUR_S  # of true reports before the first false one, and after the last
CLEAR_SHARE = 0.25  # and of a short passage no more than this
JAM_NM = 20.0  # reach of a jammer on shore
OFTEN_AT_REST_S = (60.0, 180.0)  # a minute to the three of the standard: bursts are not missed
SECOND_EVERY_S, SECOND_S = 96_000.0, 1_800.0  # as of a number in a public report
BURST_EVERY_S, BURST_S = (3 * HOUR_S, 5 * HOUR_S), (60.0, 600.0)
STRANGERS = 140


def with_habits(ship: Ship, **habits: object) -> Ship:
    """Return the ship with some more habits."""
    return replace(ship, habits=replace(ship.habits, **habits))  # type: ignore[arg-type]


def _span(draw: Draw, motion: Motion) -> Window:
    """Return when she is in the log, but for its first and last hour and a half."""
    begin = max(draw.from_s, float(motion.at_s[0]))
    end = max(begin, min(draw.until_s, float(motion.at_s[-1])))
    clear = min(CLEAR_S, CLEAR_SHARE * (end - begin))
    return begin + clear, end - clear


def _windows(draw: Draw, span: Window, lengths: Sequence[float]) -> list[Window]:
    """Return a window of each length, one in each part of the span, with room between them."""
    edges = np.linspace(*span, len(lengths) + 1).tolist()
    found = []
    for begin, end, length in zip(edges[:-1], edges[1:], lengths, strict=True):
        taken = min(length, 0.5 * (end - begin))
        first = draw.between(begin, end - taken - 0.1 * (end - begin))
        found.append((first, first + taken))
    return found


def _elsewhere(draw: Draw, window: Window, motion: Motion, *, quays: bool = True) -> Spoof:
    """Draw where the positions of a window lie: an airport, a quay, or a circle.

    Far from where she truly is: what a ship could have gone to between two reports is no leap, and
    nothing in the log tells it from the truth.
    """
    dice = draw.rng.random()
    circles = dice < 0.35
    places: tuple[Place, ...] = AIRPORTS
    if circles:
        places = CIRCLES if quays else CIRCLES[2:]
    elif quays and dice < 0.65:
        places = QUAYS
    far = [place for place in (*places, *AIRPORTS) if _is_far(motion, place, window)]
    place = far[int(draw.rng.integers(len(far)))]
    if circles:
        radius, speed = draw.between(*CIRCLE_M), draw.between(*CIRCLE_KN)
        return Spoof(window=window, place=place, radius_m=radius, speed_kn=speed)
    return Spoof(window=window, place=place)


def _is_far(motion: Motion, place: Place, window: Window) -> bool:
    at = np.array(window)
    east = metres_east(motion.value(motion.lon, at) - place.lon, place.lat)
    north = (motion.value(motion.lat, at) - place.lat) * DEGREE_M
    return float(np.hypot(east, north).min()) > FAR_NM * NAUTICAL_MILE_M


def spoofed(draw: Draw) -> list[Ship]:
    """Any ship, whose positions lie elsewhere for minutes or hours, up to six times a day."""
    acts = (
        behaviour.call,
        behaviour.anchoring,
        behaviour.first_seen_inside,
        behaviour.inside_throughout,
        behaviour.transit,
    )
    (ship,) = acts[int(draw.rng.integers(len(acts)))](draw)
    span = _span(draw, ship.motion)
    days = (span[1] - span[0]) / (24 * HOUR_S)
    count = max(1, round(draw.between(0.5, SPOOFS_A_DAY) * days))
    windows = _windows(draw, span, [float(s) for s in draw.rng.choice(SPOOF_S, count)])
    false = tuple(_elsewhere(draw, window, ship.motion) for window in windows)
    every = draw.between(*OFTEN_AT_REST_S)
    return [with_habits(ship, spoofed=false, at_rest_every_s=every)]


def spoofed_throughout(draw: Draw) -> list[Ship]:
    """Call of a ship without one true position: nobody can know of it, and nobody needs to."""
    (ship,) = behaviour.call(draw)
    whole = (draw.from_s - 1.0, draw.until_s + 1.0)
    return [with_habits(ship, spoofed=(_elsewhere(draw, whole, ship.motion, quays=False),))]


def jammed(draw: Draw, ships: list[Ship], port: Haven | None = None) -> list[Ship]:
    """Spoof all ships off a port at once: their positions lie on one point or one circle.

    But those that are heard every few hours only, and those that use their numbers: between two
    bursts a ship can go anywhere near.
    """
    rare = {ship.particulars.mmsi for ship in ships if ship.habits.heard}
    port = port or draw.port()
    span = (draw.from_s + 4 * CLEAR_S, draw.until_s - 4 * CLEAR_S)
    count = int(draw.rng.integers(1, 5))
    windows = _windows(draw, span, [float(s) for s in draw.rng.choice(SPOOF_S[1:], count)])
    off = Voyage(at_s=span[0], place=Place(lon=port.lon, lat=port.lat))
    off.lie(port=port.name, heading_deg=0.0, for_s=span[1] - span[0])
    false = [_elsewhere(draw, window, off.motion()) for window in windows]
    return [
        with_habits(
            ship,
            spoofed=ship.habits.spoofed
            + tuple(
                replace(spoof, window=part)
                for spoof in false
                for part in _near(ship.motion, port, spoof.window)
            ),
        )
        if ship.particulars.mmsi not in rare
        else ship
        for ship in ships
    ]


def _off_m(motion: Motion, port: Haven, at: Floats) -> Floats:
    east = metres_east(motion.value(motion.lon, at) - port.lon, port.lat)
    return np.hypot(east, (motion.value(motion.lat, at) - port.lat) * DEGREE_M)


def _near(motion: Motion, port: Haven, window: Window) -> list[Window]:
    """Return the parts of a window in which she is within reach of the jammer."""
    at = np.arange(window[0], window[1] + 1, MINUTE_S)
    near = _off_m(motion, port, at) < JAM_NM * NAUTICAL_MILE_M
    edges = np.flatnonzero(np.diff(np.concatenate([[False], near, [False]])))
    return [
        (float(at[a]), min(window[1], float(at[b - 1]) + MINUTE_S))
        for a, b in edges.reshape(-1, 2).tolist()
    ]


def misplaced(draw: Draw) -> list[Ship]:
    """Call with a few reports whose latitude and longitude are swapped, or whose latitude is 0."""
    act = behaviour.call if draw.rng.random() < 0.5 else behaviour.first_seen_inside
    (ship,) = act(draw)
    lengths = [draw.between(10.0, 60.0) * MINUTE_S for _ in range(int(draw.rng.integers(1, 4)))]
    windows = tuple(_windows(draw, _span(draw, ship.motion), lengths))
    kind = "swapped" if draw.rng.random() < 0.5 else "zero_latitude"
    return [with_habits(ship, **{kind: windows})]


def shared_number(draw: Draw, *, often: bool | None = None) -> list[Ship]:
    """Two ships of one MMSI: one calls, one lies at the other port and is heard now and then.

    The one that is heard rarely is heard after the other: of two that are heard one after the
    other only, nothing in a log tells that they are two.

    Half an hour every 26 h 40 min; or often: every 20 s for four minutes, every few hours.
    """
    act = behaviour.call if draw.rng.random() < 0.5 else behaviour.inside_throughout
    (ship,) = act(draw)
    ship = with_habits(ship, at_rest_every_s=draw.between(*OFTEN_AT_REST_S))
    other = next(port for port in PORTS if port.name != ship.motion.stays[0].port)
    voyage = inside_voyage(
        draw, other, stay_s=draw.until_s - draw.from_s + 24 * HOUR_S, leaves=False
    )
    if draw.rng.random() < 0.5 if often is None else often:
        every, lasts, at_rest = draw.between(3.0, 12.0) * HOUR_S, 240.0, 20.0
    else:
        every, lasts, at_rest = SECOND_EVERY_S, SECOND_S, 180.0
    first = max(draw.from_s, float(ship.motion.at_s[0]))
    begins = np.arange(first + draw.between(0.5, 10.0) * HOUR_S, draw.until_s, every)
    heard = tuple((at, at + lasts) for at in begins.tolist())
    who = replace(draw.particulars(), mmsi=ship.particulars.mmsi)
    habits = Habits(is_clone=True, heard=heard, at_rest_every_s=at_rest)
    return [ship, Ship(particulars=who, motion=voyage.motion(), habits=habits)]


def strangers(draw: Draw) -> list[Ship]:
    """Stay or call of a ship whose MMSI is used at 140 places of the world, three fixes at each."""
    act = behaviour.call if draw.rng.random() < 0.5 else behaviour.inside_throughout
    (ship,) = act(draw)
    return [with_habits(ship, strangers=STRANGERS, at_rest_every_s=draw.between(60.0, 180.0))]


def coarse(draw: Draw, *, rounding: Rounding | None = None) -> list[Ship]:
    """Call of which each position is rounded to 1/10 minute or three decimals, and none says so."""
    drawn: Rounding = "tenth_minute" if draw.rng.random() < 0.5 else "three_decimals"
    voyage = call_voyage(draw, draw.port(), stay_s=draw.between(10.0, 26.0) * HOUR_S)
    habits = Habits(rounding=rounding or drawn)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion(), habits=habits)]


def long_range_first(draw: Draw) -> list[Ship]:
    """Alongside when the log begins: type 27 for an hour or two, then type 1."""
    (ship,) = behaviour.first_seen_inside(draw)
    first = (draw.from_s, draw.from_s + draw.between(1.0, 2.5) * HOUR_S)
    return [with_habits(ship, long_range=(first,))]


def satellite_only(draw: Draw) -> list[Ship]:
    """Whole voyage heard by satellite only: a minute or ten, every three to five hours."""
    act = behaviour.call if draw.rng.random() < 0.7 else behaviour.anchoring
    (ship,) = act(draw)
    heard, at = [], draw.from_s + draw.between(0.0, 3.0) * HOUR_S
    while at < draw.until_s:
        heard.append((at, at + draw.between(*BURST_S)))
        at += draw.between(*BURST_EVERY_S)
    return [with_habits(ship, heard=tuple(heard), by_satellite=True, at_rest_every_s=45.0)]


def _sea_off(port: Haven) -> tuple[Place, Place]:
    """Two places on the way to the other port: near this one, and far from it."""
    return (OPEN_SEA[0], OPEN_SEA[1]) if port is TARTUS else (OPEN_SEA[3], OPEN_SEA[2])


def _from_far(draw: Draw, port: Haven) -> tuple[Voyage, float]:
    """Come in from 100 NM and more off and berth; return the voyage and when she was in sight."""
    berth, speed = draw.berth(port), draw.between(*SEA_KN)
    near, far = _sea_off(port)
    voyage = Voyage(at_s=draw.from_s, place=far)
    inbound = ways_in(port, berth)
    voyage.sail([way(near, speed), *inbound], under_way=True)
    stay = draw.between(0.4, 0.8) * (draw.until_s - voyage.at_s)
    moored(voyage, port, berth, for_s=stay)
    voyage.sail([*ways_out(port, berth), way(draw.offing(port), speed)], onward=True)
    return voyage, draw.from_s + draw.between(2.0, 4.0) * HOUR_S


def dark_until_casting_off(draw: Draw) -> list[Ship]:
    """Dark at sea; on again alongside, five minutes before she casts off."""
    voyage, off = _from_far(draw, draw.port())
    motion = voyage.motion()
    habits = Habits(dark=((off, motion.stays[0].until_s - 5 * MINUTE_S),), at_rest_every_s=60.0)
    return [Ship(particulars=draw.particulars(), motion=motion, habits=habits)]


def dark_until_alongside(draw: Draw) -> list[Ship]:
    """Dark at sea; on again alongside, some hours before she sails."""
    voyage, off = _from_far(draw, draw.port())
    motion = voyage.motion()
    stay = motion.stays[0]
    on = stay.until_s - draw.between(0.2, 0.6) * (stay.until_s - stay.from_s)
    return [Ship(particulars=draw.particulars(), motion=motion, habits=Habits(dark=((off, on),)))]


def left_dark_back(draw: Draw) -> list[Ship]:
    """Calls, leaves, is dark from 3 NM off, and calls again some three days later."""
    port = draw.port()
    berth, speed, slow = draw.berth(port), draw.between(*SEA_KN), draw.between(3.2, 4.2)
    near, far = _sea_off(port)
    voyage = Voyage(at_s=draw.from_s, place=draw.offing(port))
    voyage.sail(ways_in(port, berth), under_way=True)
    moored(voyage, port, berth, for_s=draw.between(0.5, 4.0) * HOUR_S)
    left = voyage.at_s
    voyage.sail([*ways_out(port, berth), way(near, slow), way(far, slow)], onward=True)
    turned = voyage.at_s
    voyage.sail([way(near, slow), *ways_in(port, berth)], under_way=True)
    moored(voyage, port, berth, for_s=draw.between(3.0, 30.0) * HOUR_S)
    voyage.sail([*ways_out(port, berth), way(draw.offing(port), speed)], onward=True)
    motion = voyage.motion()
    at = np.arange(left, motion.at_s[-1], MINUTE_S)
    off = _off_m(motion, port, at) / NAUTICAL_MILE_M
    began = float(at[np.flatnonzero(off > 3.0)[0]])
    on = float(at[np.flatnonzero((at > turned) & (off < draw.between(8.0, 18.0)))[0]])
    return [Ship(particulars=draw.particulars(), motion=motion, habits=Habits(dark=((began, on),)))]


def frozen(draw: Draw) -> list[Ship]:
    """Under way off the port, and for 30 to 100 minutes the position stays, bit for bit."""
    act = behaviour.call if draw.rng.random() < 0.6 else behaviour.transit
    (ship,) = act(draw)
    motion = ship.motion
    begin = float(motion.at_s[0]) + 10 * MINUTE_S
    ends = motion.stays[0].from_s if motion.stays else float(motion.at_s[-1])
    room = ends - 20 * MINUTE_S - begin
    lasts = min(draw.between(30.0, 100.0) * MINUTE_S, room)
    first = begin + draw.between(0.0, 1.0) * (room - lasts)
    return [with_habits(ship, frozen=((first, first + lasts),))]


def bad_fix(draw: Draw) -> list[Ship]:
    """Moored or at anchor; a single fix lies 0.8 to 2 km off and comes twice, 2 s apart."""
    acts = (behaviour.call, behaviour.first_seen_inside, behaviour.inside_throughout)
    (ship,) = acts[int(draw.rng.integers(len(acts)))](draw)
    every = draw.between(*OFTEN_AT_REST_S)
    return [with_habits(ship, bad_fixes=int(draw.rng.integers(1, 4)), at_rest_every_s=every)]
