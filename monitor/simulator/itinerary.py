"""Whole voyages that more than one behaviour sails: from sea to berth and out again."""

from __future__ import annotations

from monitor.simulator.draw import HOUR_S, Draw, moored, way, ways_in, ways_out, ways_shift
from monitor.simulator.sea import Haven, Place
from monitor.simulator.voyage import Voyage

SEA_KN = (9.5, 13.8)  # below 14 kn, where one reporting interval holds (ITU-R M.1371-5 table 1)
ANCHORING_KN = 6.0
SWING_M = (100.0, 250.0)


def call_voyage(
    draw: Draw,
    port: Haven,
    *,
    anchors: bool | None = None,
    shifts: bool | None = None,
    stay_s: float | None = None,
) -> Voyage:
    """From sea to berth, perhaps by way of the anchorage, perhaps to a second berth, and out."""
    berth = draw.berth(port)
    speed = draw.between(*SEA_KN)
    began = draw.from_s + draw.between(0.0, 0.3) * (draw.until_s - draw.from_s)
    voyage = Voyage(at_s=began, place=draw.offing(port))
    inbound = ways_in(port, berth)
    inbound[0] = way(Place(lon=inbound[0].lon, lat=inbound[0].lat), speed)
    if draw.rng.random() < 0.4 if anchors is None else anchors:
        voyage.sail([way(draw.anchorage(port), speed)], under_way=True)
        swing(draw, voyage, port, hours=draw.between(3.0, 14.0))
        inbound[0] = way(Place(lon=inbound[0].lon, lat=inbound[0].lat), ANCHORING_KN)
        voyage.sail(inbound)
    else:
        voyage.sail(inbound, under_way=True)
    moored(voyage, port, berth, for_s=stay_s or draw.between(4.0, 30.0) * HOUR_S)
    if draw.rng.random() < 0.25 if shifts is None else shifts:
        other = draw.berth(port)
        if other is berth:
            other = draw.berth(port)
        voyage.sail(ways_shift(port, berth, other))
        moored(voyage, port, other, for_s=draw.between(3.0, 15.0) * HOUR_S)
        berth = other
    out = [*ways_out(port, berth), way(draw.offing(port), speed)]
    return voyage.sail(out, onward=True)


def swing(draw: Draw, voyage: Voyage, port: Haven, *, hours: float) -> None:
    """Swing round the anchor for some hours."""
    voyage.swing(
        port=port.name, for_s=hours * HOUR_S, radius_m=draw.between(*SWING_M), rng=draw.rng
    )


def inside_voyage(draw: Draw, port: Haven, *, stay_s: float, leaves: bool) -> Voyage:
    """Begin alongside, when the log begins."""
    berth = draw.berth(port)
    voyage = Voyage(at_s=draw.from_s, place=Place(lon=berth.lon, lat=berth.lat))
    moored(voyage, port, berth, for_s=stay_s)
    if leaves:
        out = [*ways_out(port, berth), way(draw.offing(port), draw.between(*SEA_KN))]
        voyage.sail(out, onward=True)
    return voyage
