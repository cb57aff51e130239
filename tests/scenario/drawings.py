"""Drawings and stories that several tests begin with."""

from __future__ import annotations

from tests.scenario.sea import Sea, draw

HOUR = 60
"""Minutes."""

ALONGSIDE = """
    . . . . A  A  A  A  A
    a b c d Ae Af Hg Hh A
    . . . . A  A  A  A  A
"""
"""A ship comes in and lies at h."""

ALONGSIDE_FAR = """
    . . . . A  A  A  A  A
    . . . . A  A  H  Hi A
    . . . . A  A  A  A  A
"""
"""The cell i of the other port is MILES from h."""

CAME_ALONGSIDE = [
    "GeofenceEntered approach [d..e]",
    "GeofenceEntered harbour [f..g]",
    "PortArrived provisional [f..g]",
    "Berthed harbour [g..h2]",
    "PortArrived confirmed [g..h2]",
]

CAME_TO_THE_BERTH = [
    "GeofenceEntered approach [d..e]",
    "GeofenceEntered harbour [e..f]",
    "PortArrived provisional [e..f]",
    "GeofenceEntered berth [f..g]",
    "Berthed berth [f..g2]",
    "PortArrived confirmed [f..g2]",
]

CALL = """
    a b c d Ae Af Hg Hh A
    . . . . A  A  A  A  A
    . . . . A  A  A  A  A
    n m l k Aj Ai A  A  A
"""

CALLED = [
    *CAME_ALONGSIDE,
    "Unberthed harbour [h8+1m..i]",
    "GeofenceLeft harbour [h10..i]",
    "PortDeparted provisional [h8+1m..i]",
    "GeofenceLeft approach [l..m]",
    "PortDeparted confirmed [h8+1m..i]",
]


def call() -> Sea:
    return draw(CALL, stay={"h": 10})


def home(events: list[str]) -> list[str]:
    """Name the port in events of a sea with one port, as a sea with two does."""
    return [event.replace(" ", " home ", 1) for event in events]
