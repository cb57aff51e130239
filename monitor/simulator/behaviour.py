"""What single ships do. Each function draws the ships of one behaviour.

No behaviour here is ambiguous: a ship that stops lies 30 minutes and more alongside, or two hours
and more at anchor; a ship that does not stop keeps three knots.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.simulator.draw import (
    DAY_S,
    HOUR_S,
    Draw,
    across_mouth,
    along_border,
    moored,
    way,
    ways_in,
    ways_out,
    ways_shift,
)
from monitor.simulator.itinerary import SEA_KN, call_voyage, inside_voyage, swing
from monitor.simulator.sea import (
    FAR_ROUTE,
    OPEN_SEA,
    TARTUS,
    TOBRUK,
    Haven,
    Place,
    destination,
)
from monitor.simulator.ship import Habits, Ship, StatusHabit
from monitor.simulator.voyage import Voyage
from monitor.units import NAUTICAL_MILE_M


def call(draw: Draw, *, anchors: bool | None = None, shifts: bool | None = None) -> list[Ship]:
    """Call at a port: in, sometimes anchored first, alongside, sometimes shifted, out."""
    voyage = call_voyage(draw, draw.port(), anchors=anchors, shifts=shifts)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion())]


def class_b_call(draw: Draw) -> list[Ship]:
    """Call of a small vessel with class B equipment: no status, types 18 and 24."""
    voyage = call_voyage(draw, draw.port(), anchors=False)
    return [Ship(particulars=draw.particulars(is_class_b=True), motion=voyage.motion())]


def first_seen_inside(draw: Draw) -> list[Ship]:
    """Alongside when the log begins; she leaves later."""
    voyage = inside_voyage(draw, draw.port(), stay_s=draw.between(3, 20) * HOUR_S, leaves=True)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion())]


def inside_throughout(draw: Draw) -> list[Ship]:
    """Alongside from the first line to the last."""
    span = draw.until_s - draw.from_s + DAY_S
    voyage = inside_voyage(draw, draw.port(), stay_s=span, leaves=False)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion())]


def last_seen_inside(draw: Draw) -> list[Ship]:
    """Comes in and is still alongside when the log ends."""
    span = draw.until_s - draw.from_s + DAY_S
    voyage = call_voyage(draw, draw.port(), shifts=False, stay_s=span)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion())]


def transit(draw: Draw, port: Haven | None = None) -> list[Ship]:
    """Pass through the approach, 5 to 10 NM off, without a stop."""
    port = port or draw.port()
    off = draw.between(5.0, 9.5) * NAUTICAL_MILE_M
    abeam = destination(Place(lon=port.lon, lat=port.lat), bearing=port.abeam_deg, distance_m=off)
    ends = [
        destination(abeam, bearing=port.abeam_deg + turn, distance_m=17 * NAUTICAL_MILE_M)
        for turn in (90.0, -90.0)
    ]
    if draw.rng.random() < 0.5:
        ends.reverse()
    speed = draw.between(*SEA_KN)
    began = draw.from_s + draw.between(0.0, 0.8) * (draw.until_s - draw.from_s)
    voyage = Voyage(at_s=began, place=ends[0])
    voyage.sail([way(abeam, speed), way(ends[1], speed)], under_way=True, onward=True)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion())]


def anchoring(draw: Draw) -> list[Ship]:
    """Anchor in the approach, swing for hours, and leave without berthing."""
    port = draw.port()
    speed = draw.between(*SEA_KN)
    began = draw.from_s + draw.between(0.0, 0.4) * (draw.until_s - draw.from_s)
    voyage = Voyage(at_s=began, place=draw.offing(port))
    voyage.sail([way(draw.anchorage(port), speed)], under_way=True)
    swing(draw, voyage, port, hours=draw.between(4.0, 24.0))
    voyage.sail([way(draw.offing(port), speed)], onward=True)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion())]


def waiting(draw: Draw) -> list[Ship]:
    """Make no way off a port for 6 to 14 hours, beyond its approach, and go away."""
    port = draw.port()
    speed = draw.between(*SEA_KN)
    off = destination(
        Place(lon=port.lon, lat=port.lat), bearing=port.abeam_deg + draw.between(-20.0, 20.0),
        distance_m=draw.between(20.0, 22.0) * NAUTICAL_MILE_M,
    )  # fmt: skip
    came, went = (
        destination(off, bearing=port.abeam_deg + turn, distance_m=40 * NAUTICAL_MILE_M)
        for turn in (40.0, -40.0)
    )
    knots, hours = draw.between(0.2, 0.45), draw.between(6.0, 14.0)
    drifted = destination(
        off, bearing=draw.between(0.0, 360.0), distance_m=knots * hours * NAUTICAL_MILE_M
    )
    voyage = Voyage(at_s=draw.from_s + draw.between(0.0, 4.0) * HOUR_S, place=came)
    voyage.sail([way(off, speed)], under_way=True)
    voyage.sail([way(drifted, knots)])
    voyage.sail([way(went, speed)], onward=True)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion())]


def approach_jitter(draw: Draw) -> list[Ship]:
    """Steam slowly along the border of the approach, weaving over it, and go away."""
    port = draw.port()
    began = draw.from_s + draw.between(0.0, 0.5) * (draw.until_s - draw.from_s)
    voyage = Voyage(at_s=began, place=draw.offing(port))
    ways = along_border(draw, port)
    voyage.sail([*ways, way(draw.offing(port), 9.0)], under_way=True, onward=True)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion())]


def harbour_jitter(draw: Draw) -> list[Ship]:
    """Loop in and out of the harbour mouth for an hour or two, never stopping, and go away."""
    port = draw.port()
    began = draw.from_s + draw.between(0.0, 0.5) * (draw.until_s - draw.from_s)
    voyage = Voyage(at_s=began, place=draw.offing(port))
    loops = across_mouth(draw, port, int(draw.rng.integers(4, 9)))
    ways = [*port.channel[:2], *loops, *reversed(port.channel[:2]), way(draw.offing(port), 9.0)]
    voyage.sail(ways, under_way=True, onward=True)
    return [Ship(particulars=draw.particulars(), motion=voyage.motion())]


def missing_sog(draw: Draw) -> list[Ship]:
    """Call of a ship that never sends a speed."""
    ship = call(draw)[0]
    habits = Habits(sog_missing=True)
    return [Ship(particulars=ship.particulars, motion=ship.motion, habits=habits)]


def wrong_status(draw: Draw, *, status: StatusHabit | None = None) -> list[Ship]:
    """Call of a ship whose status never changes: "under way" alongside, or "moored" at sea."""
    ship = call(draw)[0]
    drawn: StatusHabit = "always_zero" if draw.rng.random() < 0.6 else "always_moored"
    habits = Habits(status=status or drawn)
    return [Ship(particulars=ship.particulars, motion=ship.motion, habits=habits)]


def false_sog(draw: Draw) -> list[Ship]:
    """Call of a ship that, moored, sends up to 6.8 kn while her position stands still."""
    voyage = call_voyage(draw, draw.port(), stay_s=draw.between(8.0, 24.0) * HOUR_S)
    motion = voyage.motion()
    stay = next(stay for stay in motion.stays if stay.kind == "berthed")
    began = stay.from_s + draw.between(0.05, 0.5) * (stay.until_s - stay.from_s)
    lie = (began, began + draw.between(1.0, 3.0) * HOUR_S)
    return [Ship(particulars=draw.particulars(), motion=motion, habits=Habits(false_sog=(lie,)))]


def dark_alongside(draw: Draw) -> list[Ship]:
    """Call with the transmitter off for part of the stay; back at the same berth."""
    voyage = call_voyage(draw, draw.port(), shifts=False, stay_s=draw.between(14.0, 34.0) * HOUR_S)
    motion = voyage.motion()
    stay = next(stay for stay in motion.stays if stay.kind == "berthed")
    dark = (stay.from_s + 2 * HOUR_S, stay.until_s - draw.between(2.0, 4.0) * HOUR_S)
    return [Ship(particulars=draw.particulars(), motion=motion, habits=Habits(dark=(dark,)))]


def dark_transfer(draw: Draw) -> list[Ship]:
    """Goes dark alongside at Tartus; some three days later she is alongside at Tobruk."""
    old, new = draw.berth(TARTUS), draw.berth(TOBRUK)
    voyage = Voyage(at_s=draw.from_s, place=Place(lon=old.lon, lat=old.lat))
    seen = draw.between(4.0, 9.0) * HOUR_S
    moored(voyage, TARTUS, old, for_s=seen + draw.between(2.0, 4.0) * HOUR_S)
    speed = draw.between(10.0, 11.0)
    sea = [way(place, speed) for place in OPEN_SEA]
    voyage.sail([*ways_out(TARTUS, old), *sea, *ways_in(TOBRUK, new)])
    unseen = voyage.at_s + draw.between(2.0, 8.0) * HOUR_S
    moored(voyage, TOBRUK, new, for_s=unseen - voyage.at_s + draw.between(8.0, 14.0) * HOUR_S)
    out = [*ways_out(TOBRUK, new), way(draw.offing(TOBRUK), speed)]
    voyage.sail(out, onward=True)
    habits = Habits(dark=((draw.from_s + seen, unseen),))
    who = draw.particulars(towards="PORT SAID")
    return [Ship(particulars=who, motion=voyage.motion(), habits=habits)]


def teleport(draw: Draw) -> list[Ship]:
    """Call in which a few single positions are wrong by one bit: more than 100 km away."""
    ship = call(draw)[0]
    habits = Habits(teleports=int(draw.rng.integers(2, 7)))
    return [Ship(particulars=ship.particulars, motion=ship.motion, habits=habits)]


def clone(draw: Draw) -> list[Ship]:
    """Call of a ship whose MMSI another ship uses, far away in the Ionian Sea."""
    ship = call(draw)[0]
    speed = draw.between(8.0, 11.0)
    began = max(draw.from_s, float(ship.motion.at_s[0]) - draw.between(0.0, 6.0) * HOUR_S)
    voyage = Voyage(at_s=began, place=FAR_ROUTE[0])
    voyage.sail([way(place, speed) for place in FAR_ROUTE[1:]], under_way=True, onward=True)
    twin = Ship(particulars=ship.particulars, motion=voyage.motion(), habits=Habits(is_clone=True))
    return [ship, twin]


def long_range(draw: Draw) -> list[Ship]:
    """Call in which for some hours only type 27 is heard, by satellite."""
    ship = call(draw)[0]
    first, last = float(ship.motion.at_s[0]), float(ship.motion.at_s[-1])
    began = first + draw.between(0.05, 0.6) * (last - first)
    stretch = (began, began + draw.between(3.0, 9.0) * HOUR_S)
    habits = Habits(long_range=(stretch,))
    return [Ship(particulars=ship.particulars, motion=ship.motion, habits=habits)]


def tug(draw: Draw, port: Haven = TARTUS) -> list[Ship]:
    """Harbour tug: from berth to berth inside the harbour, all the time."""
    berth, other = port.berths[2], port.berths[-1]  # out of the way of the demo's quays
    voyage = Voyage(at_s=draw.from_s, place=Place(lon=berth.lon, lat=berth.lat))
    while voyage.at_s < draw.until_s:
        moored(voyage, port, berth, for_s=draw.between(3.0, 9.0) * HOUR_S)
        voyage.sail(ways_shift(port, berth, other))
        berth, other = other, berth
    moored(voyage, port, berth, for_s=HOUR_S)
    return [Ship(particulars=draw.particulars(towards=port.name.upper()), motion=voyage.motion())]


def tanker_at_anchor(draw: Draw, port: Haven = TOBRUK) -> list[Ship]:
    """At anchor from the first line to the last."""
    voyage = Voyage(at_s=draw.from_s, place=draw.anchorage(port))
    hours = (draw.until_s - draw.from_s + DAY_S) / HOUR_S
    swing(draw, voyage, port, hours=hours)
    return [Ship(particulars=draw.particulars(towards="FOR ORDERS"), motion=voyage.motion())]


def ferry(draw: Draw, port: Haven) -> list[Ship]:
    """Passenger ship that passes a port at a distance."""
    passing = transit(draw, port)[0]
    return [replace(passing, particulars=replace(passing.particulars, ship_type=60))]
