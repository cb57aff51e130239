"""Boxes that people write: west,south,east,north in degrees."""

from __future__ import annotations

from typing import NamedTuple

from monitor.errors import UsageError


class Box(NamedTuple):
    """Degrees; one whose west is east of its east crosses 180°."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a place is in it."""
        if not self.south <= lat <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= lon <= self.east
        return lon >= self.west or lon <= self.east


def box_of(text: str, *, across: bool) -> Box:
    """A box as it is written; UsageError where it is none. ``across``: it may cross 180°."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    on_globe = -90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180
    if not on_globe or (west > east and not across):
        message = f"{text!r} is no box: write west,south,east,north in degrees."
        raise UsageError(message)
    return Box(west, south, east, north)
