"""The cast of the demo: one voyage from Tartus to Tobruk and the neighbours on the way."""

from __future__ import annotations

from dataclasses import replace

from monitor.simulator import behaviour
from monitor.simulator.draw import HOUR_S, Draw, moored, way, ways_in, ways_out
from monitor.simulator.sea import OPEN_SEA, TARTUS, TOBRUK, Place
from monitor.simulator.ship import Habits, Particulars, Ship
from monitor.simulator.voyage import Voyage

LOADED_KN = 12.4
TO_ROADS_KN = 9.0
HERO = Particulars(
    mmsi=273_999_410,
    name="SEVERNYY VETER",
    callsign="XSIM1",
    imo=9_999_993,
    ship_type=79,
    length_m=123,
    beam_m=16,
    draught_m=6.1,
    destination="PORT SAID",  # and not where she goes
)


def demo_voyage(draw: Draw) -> list[Ship]:
    """One ship lies at Tartus, sails, is dark at sea, anchors off Tobruk, berths; neighbours."""
    quiet = replace(draw, until_s=draw.from_s + 30 * HOUR_S)
    late = replace(draw, from_s=draw.from_s + 60 * HOUR_S)
    return [
        _hero(draw),
        *behaviour.tug(draw, TARTUS),
        *behaviour.tanker_at_anchor(draw, TOBRUK),
        *behaviour.ferry(quiet, TARTUS),
        *behaviour.ferry(late, TOBRUK),
        *behaviour.class_b_call(late),
    ]


def _hero(draw: Draw) -> Ship:
    old, new = TARTUS.berths[1], TOBRUK.berths[1]
    voyage = Voyage(at_s=draw.from_s, place=Place(lon=old.lon, lat=old.lat))
    moored(voyage, TARTUS, old, for_s=15.3 * HOUR_S)
    began = voyage.at_s
    sea = [way(place, LOADED_KN) for place in OPEN_SEA]
    roads = way(TOBRUK.anchorages[1], TO_ROADS_KN)
    voyage.sail([*ways_out(TARTUS, old), *sea, roads])
    passage = voyage.at_s - began
    voyage.swing(port=TOBRUK.name, for_s=9.4 * HOUR_S, radius_m=170.0, rng=draw.rng)
    voyage.sail(ways_in(TOBRUK, new)[1:])
    rest = draw.until_s - voyage.at_s + 24 * HOUR_S
    moored(voyage, TOBRUK, new, for_s=rest)
    dark = (began + 0.35 * passage, began + 0.62 * passage)
    return Ship(particulars=HERO, motion=voyage.motion(), habits=Habits(dark=(dark,)))
