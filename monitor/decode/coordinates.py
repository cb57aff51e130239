"""Latitudes and longitudes of plain tables: degrees, or degrees and minutes as NMEA writes them.

3207.8000 is 32 degrees and 7.8 minutes where its form or a hemisphere says so: four digits beside
five for the longitude, a name like ``lat_ddmm``, or N or S beside a number that can be no degrees.
The first row decides for the table. Numbers that can be no degrees and say no more are not read.
"""

from __future__ import annotations

import re

from monitor.decode.cells import degrees_field, turned
from monitor.decode.rows import NAN

MOST = (100.0, 400.0)
"""Numbers from here on are no degrees of latitude, of longitude; a little too much is an error."""

LONGEST = 40
"""Bytes of a number."""

MISSING = (91.0, 181.0)
"""Not available, in degrees."""

_PLAIN = re.compile(rb"([NSEW]?)\s*([+-]?)(\d+(?:[.,]\d+)?)\s*([NSEW]?)", re.IGNORECASE)
_PADDED = (re.compile(rb"\d{4}[.,]\d+"), re.compile(rb"\d{5}[.,]\d+"))
_SIDE = rb"(?:[nsew]|north|south|east|west)"
_OWN_SIDE = re.compile(rb"^" + _SIDE + rb"(?![a-z])|(?<![a-z])" + _SIDE + rb"$", re.IGNORECASE)
_SIDES = (
    {b"n": b"N", b"north": b"N", b"s": b"S", b"south": b"S"},
    {b"e": b"E", b"east": b"E", b"w": b"W", b"west": b"W"},
)


class NoCoordinateError(ValueError):
    """One of the two cannot be read; ``which``: 0 is the latitude, 1 the longitude."""

    def __init__(self, which: int, *, side: bool = False) -> None:
        """``side``: what cannot be read is its hemisphere."""
        super().__init__("no coordinate")
        self.which, self.side = which, side


class Coordinates:
    """How one table writes them."""

    def __init__(self, *, minutes: bool | None = None) -> None:
        """``minutes``: whether its columns' names or the rows before say that they have minutes."""
        self.minutes = minutes

    def read(self, lat: bytes, lon: bytes) -> tuple[float, float]:
        """Degrees, NaN where there are none; NoCoordinateError where one cannot be read."""
        if not self.minutes and b"." not in lat[4:6] and b"." not in lon[5:7]:
            north, east = _degrees(lat, 0), _degrees(lon, 1)
            if -100.0 < north < 100.0 and -400.0 < east <= 180.0:
                self.minutes = False
                return north, east
        return self._with_care(lat.strip(), lon.strip())

    def beside(
        self, lat: bytes, lon: bytes, sides: tuple[bytes | None, bytes | None], *, named: bool
    ) -> tuple[float, float]:
        """The same, of numbers with their hemispheres in cells of their own; None: there is none.

        ``named``: the columns of those say so; else they are taken if both look like it.
        """
        known = [_SIDES[i].get((side or b"").strip().lower()) for i, side in enumerate(sides)]
        if not named and None in known:
            return self.read(lat, lon)
        cells = [
            cell.strip() if side is None else _with_side(cell.strip(), known[i], i)
            for i, (cell, side) in enumerate(zip((lat, lon), sides, strict=True))
        ]
        return self._with_care(cells[0], cells[1])

    def _with_care(self, *cells: bytes) -> tuple[float, float]:
        parts = [_PLAIN.fullmatch(cell) for cell in cells if len(cell) < LONGEST]
        plain = [part for part in parts if part is not None]
        if len(plain) == len(cells) and self._have_minutes(plain):
            north, east = (_of_minutes(part, which) for which, part in enumerate(plain))
        else:
            north, east = (_degrees(cell, which) for which, cell in enumerate(cells))
        for which, found in enumerate((north, east)):
            if abs(found) >= MOST[which]:
                raise NoCoordinateError(which)
        return north, turned(east)

    def _have_minutes(self, plain: list[re.Match[bytes]]) -> bool:
        """Whether these have; what is certain decides for the rows to come."""
        numbers = [part[3].replace(b",", b".") for part in plain]
        padded = all(form.fullmatch(one) for form, one in zip(_PADDED, numbers, strict=True))
        beyond = any(float(one) >= most for one, most in zip(numbers, MOST, strict=True))
        sided = all(part[1] or part[4] for part in plain)
        if self.minutes is None and (padded or (beyond and sided)):
            self.minutes = True
        elif self.minutes is None and not beyond:
            self.minutes = False
        return padded or bool(self.minutes)


def _degrees(cell: bytes, which: int) -> float:
    try:
        return degrees_field(cell, MISSING[which])
    except ValueError as error:
        raise NoCoordinateError(which) from error


def _of_minutes(part: re.Match[bytes], which: int) -> float:
    """Degrees, of those with minutes behind them and no mark between."""
    whole, _, fraction = part[3].replace(b",", b".").partition(b".")
    degrees, minutes = int(whole[:-2] or b"0"), float(whole[-2:] + b"." + fraction)
    side = _SIDES[which].get((part[1] + part[4]).lower(), b"")
    if minutes >= 60 or degrees > MISSING[which] or bool(part[1] + part[4]) != bool(side):
        raise NoCoordinateError(which)
    found = degrees + minutes / 60
    if abs(found - MISSING[which]) < 1e-4:
        return NAN
    return -found if side in (b"S", b"W") or part[2] == b"-" else found


def _with_side(cell: bytes, side: bytes | None, which: int) -> bytes:
    """A number with its hemisphere, which it must have somewhere, and must not contradict."""
    own = _OWN_SIDE.search(cell)
    if not cell or (own and _SIDES[which].get(own[0].lower()) == (side or own[0][:1].upper())):
        return cell
    if own or (side is None and cell[:1] != b"-"):
        raise NoCoordinateError(which, side=True)
    if side is None or cell[:1] != b"-":
        return cell if side is None else cell + b" " + side
    if side in (b"N", b"E"):
        raise NoCoordinateError(which, side=True)
    return cell[1:] + b" " + side
