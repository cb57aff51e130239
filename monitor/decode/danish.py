"""The Danish Maritime Authority's daily CSV (``aisdk-YYYY-MM-DD.csv``).

22 columns until mid 2018, 26 since (the sides A to D), found by name; the files of 2014 had tabs
and decimal commas. Times are UTC, day first. "Unknown", "Undefined" and blanks are "not
available", a position of 91/181 too. The turn is degrees a minute. Static data stand beside the
position in every row; a row without position, speed and course is a static report alone. The
log does not say message types.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import itemgetter

from monitor.decode.cells import (
    course_field,
    degrees_field,
    heading_field,
    longitude_field,
    mmsi_field,
    speed_field,
)
from monitor.decode.fields import eta_of, number, static_of, status_of, text
from monitor.decode.headings import header_in
from monitor.decode.rows import Row
from monitor.decode.table import TableDecoder
from monitor.decode.times import DAY_FIRST
from monitor.model import Static
from monitor.units import NO_TIME

KIND_OF_MOBILE = {
    b"Base Station": "base_station",
    b"AtoN": "aton",
    b"SAR Airborne": "sar_aircraft",
}
"""What "Type of mobile" makes of a row; all others are positions."""

SHIP_TYPE = {
    "wig": 20, "fishing": 30, "towing": 31, "towing long/wide": 32, "dredging": 33, "diving": 34,
    "military": 35, "sailing": 36, "pleasure": 37, "hsc": 40, "pilot": 50, "sar": 51, "tug": 52,
    "port tender": 53, "anti-pollution": 54, "law enforcement": 55, "spare 1": 56, "spare 2": 57,
    "medical": 58, "not party to conflict": 59, "passenger": 60, "cargo": 70, "tanker": 80,
    "other": 90,
}  # fmt: skip
"""Ship types in words (ITU-R M.1371-5 table 53); "Undefined" is not among them."""

CARGO = {"category x": 1, "category y": 2, "category z": 3, "category os": 4}
"""What the cargo's category adds to a ship type of 20, 40, 60, 70, 80 or 90."""

_WHO = (
    "imo", "callsign", "name", "shiptype", "cargotype", "draught", "destination", "eta",
    "a", "b", "c", "d",
)  # fmt: skip

_BLANK = {"unknown", "undefined"}

_ETA = re.compile(r"(\d\d)/(\d\d)/\d{4} (\d\d)[:.](\d\d)")


class DanishDecoder(TableDecoder):
    """``danish-csv``: see the module."""

    NAME = "danish-csv"
    DATE_ORDER = DAY_FIRST

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether the head names the columns of a Danish log."""
        return {"timestamp", "typeofmobile", "mmsi", "latitude", "longitude"} <= set(
            header_in(head)
        )

    def bind(self, columns: dict[str, int]) -> None:
        """Find the columns; see TableDecoder."""
        self._at = self.need(columns, "the time", "timestamp")
        self._mmsi = self.need(columns, "the MMSI", "mmsi")
        self._lat = self.need(columns, "the latitude", "latitude")
        self._lon = self.need(columns, "the longitude", "longitude")
        self._mobile = self.place(columns, "typeofmobile")
        self._status = self.place(columns, "navigationalstatus")
        self._turn = self.place(columns, "rot")
        self._sog = self.place(columns, "sog")
        self._cog = self.place(columns, "cog")
        self._heading = self.place(columns, "heading")
        who = [self.place(columns, name) for name in _WHO]
        self._who = itemgetter(*who)
        self._measures = (
            self._lat, self._lon, self._turn, self._sog, self._cog, self._heading,
        )  # fmt: skip

    def read(self, fields: list[bytes], line: bytes) -> Row:
        """Read one row; see TableDecoder."""
        at = self.instant(fields[self._at])
        try:
            mmsi = mmsi_field(fields[self._mmsi])
            lat = degrees_field(fields[self._lat], 91.0)
            lon = longitude_field(fields[self._lon])
        except ValueError:
            return self.unreadable(fields, line, at=at)
        if at == NO_TIME:
            return self.unreadable(fields, line)
        kind = KIND_OF_MOBILE.get(fields[self._mobile])
        if kind is not None:
            return Row(at=at, mmsi=mmsi, kind=kind, raw=line)
        static = _static(mmsi, *self._who(fields))
        speed, course = speed_field(fields[self._sog]), course_field(fields[self._cog])
        if static is not None and lon != lon and speed != speed and course != course:  # noqa: PLR0124 - NaN
            return Row(at=at, mmsi=mmsi, static=static, kind="static", raw=line)
        return Row(
            at=at,
            mmsi=mmsi,
            has_position=True,
            lon=lon,
            lat=lat,
            sog_kn=speed,
            cog_deg=course,
            heading_deg=heading_field(fields[self._heading]),
            turn_deg_min=number(fields[self._turn]),
            status=status_of(fields[self._status]),
            static=static,
            raw=line,
        )


@lru_cache(maxsize=1 << 16)
def _static(mmsi: int, *fields: bytes) -> Static | None:
    """Build the static report of a row, remembered: it repeats for hours."""
    known = dict(zip(_WHO, map(_known, fields), strict=True))
    kind = SHIP_TYPE.get((known["shiptype"] or "").lower())
    if kind is not None and kind % 10 == 0 and kind != SHIP_TYPE["fishing"]:
        kind += CARGO.get((known["cargotype"] or "").lower(), 0)
    eta = _ETA.match(known["eta"] or "")
    return static_of(
        mmsi=mmsi,
        imo=known["imo"],
        callsign=known["callsign"],
        name=known["name"],
        ship_type=kind,
        draught=(known["draught"] or "").replace(",", "."),
        destination=known["destination"],
        eta=eta_of(eta[2], eta[1], eta[3], eta[4]) if eta else None,
        to_bow=known["a"],
        to_stern=known["b"],
        to_port=known["c"],
        to_starboard=known["d"],
    )


def _known(field: bytes) -> str | None:
    words = text(field)
    return None if words is None or words.lower() in _BLANK else words
