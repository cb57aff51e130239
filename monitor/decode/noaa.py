"""NOAA's MarineCadastre CSV, in the names of 2015 to 2024 and those since 2025.

Columns are found by name, never by place: longitude and latitude changed places in 2025. Times
are UTC, with ``T`` or a blank. IMO numbers may have "IMO" in front; heading 511, COG 360, zero
dimensions and blanks are "not available". Length and width have no reference point, so they do
not travel. The log does not say message types; class B has no status.
"""

from __future__ import annotations

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
from monitor.decode.fields import static_of, status_of
from monitor.decode.headings import header_in
from monitor.decode.rows import Row
from monitor.decode.table import TableDecoder
from monitor.decode.times import MONTH_FIRST
from monitor.model import Static
from monitor.units import NO_TIME


class NoaaDecoder(TableDecoder):
    """``noaa-csv``: see the module."""

    NAME = "noaa-csv"
    DATE_ORDER = MONTH_FIRST

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether the head names the columns of a NOAA log."""
        names = set(header_in(head))
        return {"mmsi", "basedatetime"} <= names and bool(
            names >= {"lat", "lon"} or names >= {"latitude", "longitude"}
        )

    def bind(self, columns: dict[str, int]) -> None:
        """Find the columns; see TableDecoder."""
        self._mmsi = self.need(columns, "the MMSI", "mmsi")
        self._at = self.need(columns, "the time", "basedatetime")
        self._lat = self.need(columns, "the latitude", "lat", "latitude")
        self._lon = self.need(columns, "the longitude", "lon", "longitude")
        self._sog = self.place(columns, "sog")
        self._cog = self.place(columns, "cog")
        self._heading = self.place(columns, "heading")
        self._status = self.place(columns, "status")
        self._class = self.place(columns, "transceiverclass", "transceiver")
        who = ("vesselname", "imo", "callsign", "vesseltype", "draft")
        self._who = itemgetter(*(self.place(columns, name) for name in who))

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
        return Row(
            at=at,
            mmsi=mmsi,
            has_position=True,
            lon=lon,
            lat=lat,
            sog_kn=speed_field(fields[self._sog]),
            cog_deg=course_field(fields[self._cog]),
            heading_deg=heading_field(fields[self._heading]),
            status=-1 if fields[self._class] == b"B" else status_of(fields[self._status]),
            static=_static(mmsi, *self._who(fields)),
            raw=line,
        )


@lru_cache(maxsize=1 << 16)
def _static(
    mmsi: int, name: bytes, imo: bytes, callsign: bytes, ship_type: bytes, draught: bytes
) -> Static | None:
    """Build the static report of a row, remembered: it repeats for hours."""
    return static_of(
        mmsi=mmsi, name=name, imo=imo, callsign=callsign, ship_type=ship_type, draught=draught
    )
