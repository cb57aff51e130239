"""Plain CSV with named columns: any table that has an MMSI, a time, a latitude and a longitude.

Names are taken without case, blanks and underscores, with the aliases of ``ALIASES``, also with a
unit behind or with whose they are before; the separator is ``,`` ``;`` ``|`` or a tab. Times are
read by ``times.py``, also of two columns; one without a zone is UTC. Speeds are knots, unless the
column or the cell names another unit or the table is MarineTraffic's (tenths); courses are degrees.
A rate of turn is left out: its scale cannot be told.
A column that is only called an id serves as MMSI if its values are numbers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import itemgetter
from typing import Any

from monitor.decode.cells import (
    course_field,
    heading_field,
    measure,
    mmsi_field,
    speed_field,
)
from monitor.decode.columns import (
    AISHUB,
    ALIASES,
    KNOWN,
    MARINE_TRAFFIC,
    has_minutes,
    knots_in,
    known_as,
)
from monitor.decode.coordinates import Coordinates, NoCoordinateError
from monitor.decode.decoder import KINDS
from monitor.decode.fields import (
    course_deg,
    eta_of_text,
    number,
    refused,
    static_of,
    status_of,
    type_of,
)
from monitor.decode.headings import header_in, key_of
from monitor.decode.rows import Row
from monitor.decode.table import TableDecoder
from monitor.errors import InputError
from monitor.model import Refusal, Static
from monitor.units import NO_TIME

_DAY = re.compile(rb"\d{1,4}[/.-]\d\d?[/.-]\d{1,4}|(?:19|20)\d{6}")
_CLOCK = re.compile(rb"\d\d?:\d\d|\d{1,6}(?:\.\d+)?$")
_MIDNIGHT = re.compile(rb"[ T](?:0?0:00(?::00(?:\.0+)?)?Z?|12:00:00 AM)$")
"""Behind a day that has its time in another column."""
DAY_BYTES = 10
"""Of 2024-03-02."""

MOST_MINUTES = 18_100.0
"""As NMEA writes 181 degrees."""
DEGREE = 600_000.0  # 1/10000 minute, ITU-R M.1371-5 table 48

_WHO = (
    "name", "callsign", "imo", "ship_type", "to_bow", "to_stern", "to_port", "to_starboard",
    "draught", "destination", "eta",
)  # fmt: skip


class NamedCsvDecoder(TableDecoder):
    """``csv``: see the module."""

    NAME = "csv"

    def __init__(self) -> None:
        """Begin a log."""
        super().__init__()
        self._numbered = False  # a row with a number for MMSI was met
        self._hhmmss = False  # a time of day was met that is a number of all its digits
        self._decimals = False  # a speed was met that is not whole
        self._coordinates = Coordinates()

    def state(self) -> dict[str, Any]:
        """Add what the numbers of its columns are."""
        return {
            **super().state(), "numbered": self._numbered, "hhmmss": self._hhmmss,
            "decimals": self._decimals, "minutes": self._coordinates.minutes,
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from ``state()``."""
        super().restore(state)
        self._numbered = bool(state["numbered"])
        self._hhmmss = bool(state.get("hhmmss"))  # earlier builds kept none of these
        self._decimals = bool(state.get("decimals"))
        self._coordinates.minutes = state.get("minutes", self._coordinates.minutes)

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether the head names a time, a latitude and a longitude, as no archive does.

        The MMSI is not asked for, so that a table without one is told what it lacks.
        """
        names = set(known_as(dict.fromkeys(header_in(head), 0)))
        if "typeofmobile" in names or {"mmsi", "basedatetime"} <= names:
            return False
        return all(names.intersection(ALIASES[what]) for what in ("time", "lat", "lon"))

    def bind(self, columns: dict[str, int]) -> None:
        """Find the columns; see TableDecoder."""
        columns = known_as(columns)
        names = (*ALIASES["mmsi"], *ALIASES["id"])
        self._fixed = None if any(name in columns for name in names) else self._told.mmsi
        self._mmsi = -1 if self._fixed is not None else self._need_mmsi(columns, names)
        self._is_id = not any(name in columns for name in ALIASES["mmsi"])
        self._at = self.need(columns, "the time", *ALIASES["time"])
        day = self.place(columns, *ALIASES["day"])
        self._day = -1 if day == self._at else day
        hour = self.place(columns, *ALIASES["hour"])
        self._hour = -1 if hour == self._at else hour
        self._lat = self.need(columns, "the latitude", *ALIASES["lat"])
        self._lon = self.need(columns, "the longitude", *ALIASES["lon"])
        place = {what: self.place(columns, *names) for what, names in ALIASES.items()}
        names_found = [key_of(name) for name in self._names()]
        self._coordinates = Coordinates(minutes=has_minutes(names_found[self._lat]) or None)
        self._sides: tuple[int, int] | None = place["north_south"], place["east_west"]
        self._names_sides = self._sides != (-1, -1)
        if not self._names_sides:  # what has no known name beside both of them may be
            beside = self._lat + 1, self._lon + 1
            odd = [name not in KNOWN for name in (*names_found, "mmsi")]
            self._sides = beside if all(odd[one] for one in beside) else None
        received = place["received_at"]
        self._received = -1 if received == self._at else received
        self._knots = knots_in(key_of(self._names()[place["sog"]])) if place["sog"] >= 0 else 1.0
        self._tenths = "dsrc" not in columns and columns.keys() >= MARINE_TRAFFIC
        if "dsrc" in columns and self._knots == 1.0:
            self._knots = 0.1
        self._on_air = columns.keys() >= AISHUB
        self._sog, self._cog, self._heading = place["sog"], place["cog"], place["heading"]
        self._status, self._type = place["status"], place["message_type"]
        self._who = itemgetter(*(place[what] for what in _WHO))
        self._has_who = any(place[what] >= 0 for what in _WHO)
        self._measures = (
            self._lat, self._lon, self._sog, self._cog, self._heading, place["draught"],
        )  # fmt: skip

    def read(self, fields: list[bytes], line: bytes) -> Row:
        """Read one row; see TableDecoder."""
        try:
            mmsi = self._fixed if self._fixed is not None else mmsi_field(fields[self._mmsi])
        except ValueError:
            return self._without_mmsi(fields, line)
        self._numbered = True
        stamp = self.time_of(fields)
        at = self.instant(stamp)
        try:
            numbers = self._on_air and _is_on_air(fields[self._lat], fields[self._lon])
            if numbers:
                lat, lon = (number(fields[place]) / DEGREE for place in (self._lat, self._lon))
            else:
                lat, lon = self._position(fields)
        except NoCoordinateError as error:
            sides, places = self._sides, (self._lat, self._lon)
            place = sides[error.which] if error.side and sides else places[error.which]
            return self.unreadable(fields, line, at=at, place=place)
        static = _static(mmsi, *self._who(fields)) if self._has_who else None
        received_at = self.instant(fields[self._received]) if self._received >= 0 else NO_TIME
        if lat != lat and static is not None:  # noqa: PLR0124 - NaN
            return Row(
                at=at, received_at=received_at, mmsi=mmsi, static=static, kind="static", raw=line
            )
        if at == NO_TIME:  # the time of another row is none for a position
            blank = not stamp.strip()
            return refused(Refusal.UNDATED, line) if blank else self.unreadable(fields, line)
        message_type = type_of(fields[self._type]) if self._type >= 0 else 0
        kind = KINDS.get(message_type, "position")
        if kind not in ("position", "static"):
            return Row(at=at, received_at=received_at, mmsi=mmsi, kind=kind, raw=line)
        self._decimals |= self._tenths and b"." in fields[self._sog]
        tenths = numbers or (self._tenths and not self._decimals)
        return Row(
            at=at,
            received_at=received_at,
            mmsi=mmsi,
            has_position=True,
            lon=lon,
            lat=lat,
            sog_kn=speed_field(fields[self._sog], message_type, 0.1 if tenths else self._knots),
            cog_deg=course_field(fields[self._cog]) if not numbers else _tenths(fields[self._cog]),
            heading_deg=heading_field(fields[self._heading]),
            status=status_of(fields[self._status]),
            type=message_type,
            static=static,
            raw=line,
        )

    def _position(self, fields: list[bytes]) -> tuple[float, float]:
        lat, lon = fields[self._lat], fields[self._lon]
        if self._sides is None:
            return self._coordinates.read(lat, lon)
        north, east = (fields[place] if place >= 0 else None for place in self._sides)
        return self._coordinates.beside(lat, lon, (north, east), named=self._names_sides)

    def _without_mmsi(self, fields: list[bytes], line: bytes) -> Row:
        """Refuse a row without a number for MMSI; raise InputError if the column has none."""
        claimed = fields[self._mmsi]
        if self._is_id and not self._numbered and claimed:
            column = self._names()[self._mmsi].strip("\ufeff ")
            first = claimed.decode("utf-8", "replace")
            message = (
                f"The log has no column for the MMSI, and its column {column} holds no numbers "
                f"(the first is {first!r}): give a log with MMSI numbers."
            )
            raise InputError(message)
        return self.unreadable(fields, line)

    def _need_mmsi(self, columns: dict[str, int], names: tuple[str, ...]) -> int:
        try:
            return self.need(columns, "the MMSI", *names)
        except InputError as error:
            message = f"{str(error).removesuffix('.')}; say with --mmsi whose it is."
            raise InputError(message) from error

    def bound(self) -> dict[str, str]:
        """All columns that are read; see Decoder."""
        names, found = self._names(), super().bound()
        places: dict[str, int] = {}
        for place, name in enumerate(names):
            places.setdefault(key_of(name), place)
        columns = known_as(places)
        for what, aliases in ALIASES.items():
            place = self.place(columns, *aliases)
            held = names[place].strip(' "\ufeff')
            if place >= 0 and held not in found.values():
                found[what] = held
        return found

    def time_of(self, fields: list[bytes]) -> bytes:
        """Its time, of two columns where the day has one of its own; see TableDecoder."""
        at = fields[self._at]
        if self._day < 0 <= self._hour:
            day, clock = _MIDNIGHT.sub(b"", at.strip()), fields[self._hour].strip()
            if not _DAY.fullmatch(day) or (day != at.strip() and clock in (b"0", b"00")):
                return at
            return day + b" " + self._clock_of(clock) if clock else clock
        if self._day >= 0 and _CLOCK.match(at.strip()):
            day = fields[self._day].strip()
            day = _MIDNIGHT.sub(b"", day) if len(day) > DAY_BYTES else day
            return day + b" " + self._clock_of(at.strip())
        return at

    def _clock_of(self, clock: bytes) -> bytes:
        """A time of day, also of a number: 40405 is 04:04:05, and then 404 is 00:04:04."""
        whole = clock.partition(b".")[0]
        if not whole.isdigit():
            return clock
        self._hhmmss |= len(whole) >= 5
        if not self._hhmmss:
            return clock
        clock = b"0" * (6 - len(whole)) + clock
        return clock[:2] + b":" + clock[2:4] + b":" + clock[4:]


def _is_on_air(*coordinates: bytes) -> bool:
    """Whether coordinates are whole, and one of them beyond any degree and minute (18100)."""
    found = [abs(number(one)) for one in coordinates]
    return b"." not in b"".join(coordinates) and max(found) > MOST_MINUTES


def _tenths(field: bytes) -> float:
    """Degrees, of a course as on the air."""
    return course_deg(number(field) / 10)


@lru_cache(maxsize=1 << 16)
def _static(mmsi: int, *fields: bytes) -> Static | None:
    """Build the static report of a row, remembered: it repeats for hours."""
    who: dict[str, Any] = dict(zip(_WHO, fields, strict=True))
    eta, metres = eta_of_text(who.pop("eta")), measure(who.pop("draught"))
    return static_of(mmsi=mmsi, eta=eta, draught=metres, **who)
