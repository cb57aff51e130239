"""What ships of a month say: on a trip, or alongside all the time.

Each of WORDS is told when a trip began and ended (seconds), with the ship alongside again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from monitor.simulator.draw import HOUR_S, Draw
from monitor.simulator.master import TYPED_H, Master
from monitor.simulator.ship import Ship

REPORT_S = 7_200.0
"""How often the static reports of a month are heard."""

HOLDS_S = 3 * REPORT_S
STRANGE_MID = 646
"""No country was given these digits (Lloyd's List tells of ships that use them)."""

Words = Callable[[Master, float, float], None]


def nothing(master: Master, begin_s: float, until_s: float) -> None:
    """Say what she said."""
    del master, begin_s, until_s


def rebound(master: Master, begin_s: float, until_s: float) -> None:
    """Declare another destination on the way, and the true one before she comes."""
    at_s = _between(master, begin_s, until_s, 0.3, 0.5)
    master.say(at_s, "destination", "TO ORDER")
    master.say(at_s + HOLDS_S + 6 * HOUR_S, "destination", master.port.name.upper())


def varies(master: Master, begin_s: float, until_s: float) -> None:
    """Declare five destinations one after the other."""
    at_s = _between(master, begin_s, until_s, 0.12, 0.2)
    for text in ("PORT SAID", "TO ORDER", "LIMASSOL", "ALEXANDRIA", master.port.name.upper()):
        master.say(at_s, "destination", text)
        at_s = _slot(at_s + 0.14 * (until_s - begin_s))


def respelt(master: Master, begin_s: float, until_s: float) -> None:
    """Spell the same destination otherwise on the way."""
    text = {"tartus": "SYTTS", "tobruk": "TOBROUK"}[master.port.name]
    master.say(_between(master, begin_s, until_s, 0.3, 0.6), "destination", text, holds=False)


def elsewhere(master: Master, begin_s: float, until_s: float) -> None:
    """Declare Port Said from before she leaves until well after she has come."""
    master.said = [one for one in master.said if one[0] < begin_s - (TYPED_H + 1.0) * HOUR_S]
    master.say(begin_s - TYPED_H * HOUR_S, "destination", "PORT SAID")
    master.say(until_s + 10 * HOUR_S, "destination", master.port.name.upper())


def loads(master: Master, begin_s: float, until_s: float) -> None:
    """Declare another draught in the second half of the trip."""
    now = _draught(master)
    by = master.draw.between(1.0, 2.5) * (1 if now < 7.0 else -1)
    at_s = _between(master, begin_s, until_s, 0.5, 0.8)
    master.say(at_s, "draught_m", round(now + by, 1))


def typed_late(master: Master, begin_s: float, until_s: float) -> None:
    """Declare the draught she left with some hours after that: she loaded in port."""
    del until_s
    by = 1.5 if _draught(master) < 7.0 else -1.5
    at_s = _slot(begin_s + master.draw.between(1.0, 5.0) * HOUR_S)
    master.say(at_s, "draught_m", round(_draught(master) + by, 1), holds=False)


def burns_fuel(master: Master, begin_s: float, until_s: float) -> None:
    """Declare a draught that is some decimetres less."""
    at_s = _between(master, begin_s, until_s, 0.5, 0.8)
    master.say(at_s, "draught_m", round(_draught(master) - 0.3, 1), holds=False)


def renamed(master: Master, begin_s: float, until_s: float) -> None:
    """Say another name from some instant on; a slip before that."""
    name = _known(master, "name")
    slip_s = _between(master, begin_s, until_s, 0.2, 0.4)
    master.say(slip_s, "name", f"{name[:-1]}Q", holds=False)
    master.say(slip_s + REPORT_S, "name", name, holds=False)
    at_s = _between(master, begin_s, until_s, 0.55, 0.9)
    master.say(at_s, "name", f"{name.partition(' ')[0]} {_letters(master)}")


def other_callsign(master: Master, begin_s: float, until_s: float) -> None:
    """Say another call sign from some instant on."""
    at_s = _between(master, begin_s, until_s, 0.2, 0.9)
    master.say(at_s, "callsign", f"Y{_letters(master)}")


def other_imo(master: Master, begin_s: float, until_s: float) -> None:
    """Say another IMO number, half of them with a wrong check digit."""
    at_s = _between(master, begin_s, until_s, 0.2, 0.9)
    six = int(master.draw.rng.integers(930_000, 980_000))
    imo = six * 10 + _check(six)
    if master.draw.rng.random() < 0.5:
        imo += 1 if imo % 10 < 9 else -1
    master.say(at_s, "imo", imo)


WORDS: tuple[Words, ...] = (
    nothing, rebound, varies, respelt, elsewhere, loads, typed_late, burns_fuel, renamed,
    other_callsign, other_imo,
)  # fmt: skip


def flapping(draw: Draw) -> list[Ship]:
    """Lie in port, and say two names by turns; her number has digits that no country was given."""
    master = Master.of(draw)
    master.who = replace(master.who, mmsi=STRANGE_MID * 1_000_000 + master.who.mmsi % 1_000_000)
    name, at_s = master.who.name, draw.from_s + 48 * HOUR_S
    for turn in range(6):
        at_s = _slot(at_s + draw.between(1.2, 2.5) * HOLDS_S)
        master.say(at_s, "name", name if turn % 2 else f"{name.partition(' ')[0]} SHADOW")
    return [master.ship()]


def renumbered(draw: Draw) -> list[Ship]:
    """Take another flag alongside: the same IMO number is said by another MMSI from then on."""
    master = Master.of(draw)
    old = master.ship()
    number = 273_000_000 if old.particulars.mmsi // 1_000_000 != 273 else 636_000_000
    new = replace(old.particulars, mmsi=number + old.particulars.mmsi % 1_000_000)
    at_s, last_s = draw.between(0.3, 0.7), float(old.motion.at_s[-1])
    at_s = draw.from_s + at_s * (draw.until_s - draw.from_s)
    quiet = ((at_s, last_s),), ((draw.from_s, at_s + HOUR_S),)
    return [
        replace(old, habits=replace(old.habits, dark=quiet[0])),
        replace(old, particulars=new, habits=replace(old.habits, dark=quiet[1])),
    ]


def _between(master: Master, begin_s: float, until_s: float, low: float, high: float) -> float:
    """An instant between two shares of a stretch, when a report is due."""
    return _slot(begin_s + master.draw.between(low, high) * (until_s - begin_s))


def _slot(at_s: float) -> float:
    return float(at_s // REPORT_S * REPORT_S)


def _known(master: Master, what: str) -> str:
    """What she says by now of a field."""
    said = [one[2] for one in sorted(master.said, key=lambda one: one[0]) if one[1] == what]
    return str(said[-1] if said else getattr(master.who, what))


def _draught(master: Master) -> float:
    return float(_known(master, "draught_m"))


def _letters(master: Master) -> str:
    """Five letters."""
    return "".join(chr(65 + int(k)) for k in master.draw.rng.integers(0, 26, 5))


def _check(six: int) -> int:
    """The check digit of an IMO number: the sum of its digits times 7, 6 … 2."""
    digits = zip(f"{six:06d}", range(7, 1, -1), strict=True)
    return sum(int(digit) * weight for digit, weight in digits) % 10
