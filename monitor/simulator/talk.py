"""What single ships say: names that change, slips, and destinations that are typed again.

What holds, is said for two hours and more; a slip with one report.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.simulator.behaviour import inside_throughout, transit
from monitor.simulator.draw import HOUR_S, Draw
from monitor.simulator.ship import Particulars, Saying, Ship

REPORT_S = 360.0
"""Static reports come every six minutes (ITU-R M.1371-5 annex 1, 4.2.1)."""

HOLDS_S = 2 * HOUR_S


def renamed(draw: Draw) -> list[Ship]:
    """Lie in port and say another name from some instant on; a slip or two before that."""
    ship = inside_throughout(draw)[0]
    who = ship.particulars
    other = replace(who, name=f"{who.name} II")
    at_s = _instant(draw, draw.from_s + 3 * HOLDS_S, draw.until_s - HOLDS_S)
    slips = _slip(draw, who, (draw.from_s + HOLDS_S, at_s - HOLDS_S))
    return [replace(ship, sayings=(*slips, Saying(at_s=at_s, who=other, what="name")))]


def slips(draw: Draw) -> list[Ship]:
    """Lie in port; one static report, and many hours later another, says a wrong name."""
    ship, half = inside_throughout(draw)[0], (draw.from_s + draw.until_s) / 2
    who = ship.particulars
    first = _slip(draw, who, (draw.from_s + HOLDS_S, half - HOLDS_S))
    second = _slip(draw, who, (half, draw.until_s - HOLDS_S))
    return [replace(ship, sayings=(*first, *second))]


def by_turns(draw: Draw) -> list[Ship]:
    """Lie in port and say two names by turns, each for some hours."""
    ship = inside_throughout(draw)[0]
    who = ship.particulars
    other, at_s = replace(who, name=f"{who.name} II"), draw.from_s + HOLDS_S
    found: list[Saying] = []
    while at_s < draw.until_s - HOLDS_S:
        says = who if len(found) % 2 else other
        found.append(Saying(at_s=_slot(at_s), who=says, what="name"))
        at_s += draw.between(1.0, 2.0) * HOLDS_S
    return [replace(ship, sayings=tuple(found))]


def rebound(draw: Draw) -> list[Ship]:
    """Pass a port and declare another destination on the way."""
    ship = transit(draw)[0]
    first, last = float(ship.motion.at_s[0]), float(ship.motion.at_s[-1])
    who = replace(ship.particulars, destination="PORT SAID")
    says = replace(who, destination="TO ORDER")
    at_s = _instant(draw, first + 0.35 * (last - first), first + 0.65 * (last - first))
    sayings = (Saying(at_s=at_s, who=says, what="destination"),)
    return [replace(ship, particulars=who, sayings=sayings)]


def respelt(draw: Draw) -> list[Ship]:
    """Pass a port and spell the same destination otherwise on the way."""
    ship = rebound(draw)[0]
    (saying,) = ship.sayings
    says = replace(ship.particulars, destination="EGPSD")
    return [replace(ship, sayings=(replace(saying, who=says, holds=False),))]


def _slip(draw: Draw, who: Particulars, within: tuple[float, float]) -> tuple[Saying, ...]:
    """One report of a wrong name."""
    at_s = _instant(draw, *within)
    wrong = replace(who, name=f"{who.name[:-1]}Q")
    return (
        Saying(at_s=at_s, who=wrong, what="name", holds=False),
        Saying(at_s=at_s + REPORT_S, who=who, what="name", holds=False),
    )


def _instant(draw: Draw, begin: float, end: float) -> float:
    """When reports begin to say it: between two of them."""
    return _slot(draw.between(begin, end))


def _slot(at_s: float) -> float:
    return float(at_s // REPORT_S * REPORT_S)
