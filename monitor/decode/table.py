"""Tables: CSV logs with a heading, and the decoders' common half."""

from __future__ import annotations

import abc
import csv
import math
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from monitor.decode.decoder import Told
from monitor.decode.fields import (
    LIMIT,
    course_deg,
    heading_deg,
    number,
    refused,
    speed_kn,
    whole,
)
from monitor.decode.rows import NAN, Row, RowDecoder
from monitor.decode.times import DAY_FIRST, instant_of_text, order_of
from monitor.errors import InputError
from monitor.model import Refusal
from monitor.units import KNOT_MPS, NO_TIME


def key_of(name: str) -> str:
    """Give a column's name without case, blanks, underscores, quotes and marks."""
    return re.sub(r"[\s_\-\"'#().]", "", name.lstrip("\ufeff")).lower()


BOM = b"\xef\xbb\xbf"

_REMARKS = 20
"""Lines before a heading that are looked at."""

MOST_LACKING = 3
"""Columns at the end of a row that writers leave out if they are empty; a torn row lacks more."""

KNOTS = {
    "km/h": 1 / 1.852, "kmh": 1 / 1.852, "kph": 1 / 1.852, "m/s": 1 / KNOT_MPS,
    "mps": 1 / KNOT_MPS, "mph": 1609.344 / 1852,
}  # fmt: skip
"""Units of speed that are not knots: how many knots one is."""

_MEASURE = re.compile(
    rb"([+-]?\d+(?:[.,]\d+)?)\s*(kn|kts?|knots?|km/?h|kph|m/s|mps|mph|deg(?:rees)?|"
    rb"(?:\xc2)?\xb0|m|met(?:re|er)s?)\.?",
    re.IGNORECASE,
)
_ANGLE = re.compile(
    rb"([NSEW]?)\s*([+-]?\d+(?:[.,]\d+)?)\s*(?:(?:\xc2)?\xb0|deg)?\s*"
    rb"(?:(\d+(?:[.,]\d+)?)\s*(?:'|\xe2\x80\xb2)\s*)?"
    rb"(?:(\d+(?:[.,]\d+)?)\s*(?:\"|''|\xe2\x80\xb3)\s*)?([NSEW]?)",
    re.IGNORECASE,
)


def separator_of(header: bytes) -> bytes:
    """Tell the separator of a CSV header: tab, ``;`` or ``,``, whichever is most frequent."""
    return max((b",", b";", b"\t"), key=header.count)


def heading_of(head: bytes) -> bytes:
    """The first line of a log that may be a heading: no blank, no remark, no ``sep=;``."""
    for raw in head.removeprefix(BOM).split(b"\n", _REMARKS)[:_REMARKS]:
        line = raw.strip(b"\r ")
        if line.strip() and not _says_nothing(line):
            return line
    return b""


def names_of(header: bytes) -> list[str]:
    """The columns that a heading names."""
    words, separator = header.decode("utf-8", "replace"), separator_of(header).decode()
    if '"' not in words:
        return words.split(separator)
    try:
        return next(csv.reader([words], delimiter=separator))
    except csv.Error:
        return words.split(separator)


def header_in(head: bytes) -> list[str]:
    """Give the keys of the columns that the first line of a log names; [] if it is no header."""
    line = heading_of(head.lstrip(b"\r\n \t"))
    if b"\0" in line or len(line) > 8192 or line.startswith((b"{", b"[", b"!", b"$", b"\\")):
        return []
    names = names_of(line)
    return [key_of(name) for name in names] if len(names) > 2 else []


def _says_nothing(line: bytes) -> bool:
    """Whether a line before the heading is a remark, or says what separates columns."""
    return line[:4].lower() == b"sep=" or (
        line.startswith(b"#") and line.count(separator_of(line)) < 2
    )


@lru_cache(maxsize=1 << 13)
def speed_field(field: bytes, message_type: int = 0, factor: float = 1.0) -> float:
    """Knots, of a number of so many knots each or of one with its unit; see ``speed_kn``."""
    return speed_kn(measure(field, factor), message_type)


@lru_cache(maxsize=1 << 13)
def course_field(field: bytes) -> float:
    """Degrees true; see ``course_deg``."""
    return course_deg(measure(field))


@lru_cache(maxsize=1 << 10)
def heading_field(field: bytes) -> float:
    """Degrees true; see ``heading_deg``."""
    return heading_deg(measure(field))


def measure(field: bytes, factor: float = 1.0) -> float:
    """A number, with or without its unit; speeds become knots. NaN where there is none."""
    found = number(field)
    if found != found:  # noqa: PLR0124 - NaN
        parts = _MEASURE.fullmatch(field.strip())
        if parts is None:
            return NAN
        factor = KNOTS.get(parts[2].lower().decode("latin-1"), 1.0)
        found = number(parts[1].replace(b",", b"."))
    return found if factor == 1.0 else round(found * factor, 3)


def degrees_field(field: bytes, missing: float) -> float:
    """Read a coordinate: NaN where it is blank or ``missing``; ValueError where no number.

    A letter may say the hemisphere, and the number be degrees, minutes and seconds.
    """
    try:
        found = float(field)
    except ValueError:
        if not field or field.isspace():
            return NAN
        found = _angle(field)
    return found if -LIMIT < found < LIMIT and abs(found - missing) > 1e-4 else NAN


def longitude_field(field: bytes) -> float:
    """Read a longitude as ``degrees_field`` does; from 0 to 360 it is taken as from -180 on."""
    found = degrees_field(field, 181.0)
    return found - 360.0 if 180.0 < found <= 360.0 else found


def _angle(field: bytes) -> float:
    found = _ANGLE.fullmatch(field.strip())
    letters = b"" if found is None else (found[1] + found[5]).upper()
    if found is None or len(letters) > 1:
        message = "no coordinate"
        raise ValueError(message)
    parts = [float((part or b"0").replace(b",", b".")) for part in found.group(2, 3, 4)]
    degrees = abs(parts[0]) + parts[1] / 60 + parts[2] / 3600
    return -degrees if letters in (b"S", b"W") or found[2].startswith(b"-") else degrees


def _coordinate(field: bytes) -> float:
    return degrees_field(field, math.inf)


def _reads(reader: Callable[[bytes], object], field: bytes) -> bool:
    try:
        reader(field)
    except ValueError:
        return False
    return True


def mmsi_field(field: bytes) -> int:
    """Read an MMSI as ``mmsi_of`` does; ValueError where the field is no whole number.

    A number like 2.73999E+08 has lost digits, and is none.
    """
    try:
        found: int | None = int(field)
    except ValueError:
        found = whole(field)
        mantissa, power, exponent = field.strip().upper().partition(b"E")
        if power and len(mantissa.replace(b".", b"").lstrip(b"+-")) <= int(exponent or b"0"):
            found = None
    if found is None:
        message = "not a number"
        raise ValueError(message)
    return found if 0 <= found < 2**31 else 0


class Fields(NamedTuple):
    """A line of a table, split; the last field is always empty."""

    fields: list[bytes]
    line: bytes


class TableDecoder(RowDecoder):
    """Logs with one row a line under a header: subclasses write ``bind`` and ``read``."""

    DATE_ORDER: ClassVar[str | None] = None
    """Which of day and month its dates have first; None: each log has its own."""

    def __init__(self) -> None:
        """Begin a log whose first line names the columns."""
        super().__init__()
        self._header = b""
        self._separator = b","
        self._width = 0
        self._measures: tuple[int, ...] = ()  # places of numbers that may have decimal commas
        self._at = self._mmsi = self._lat = self._lon = -1  # places of what each row must have
        self._told = Told()
        self._order = self.DATE_ORDER or DAY_FIRST

    def heed(self, told: Told) -> None:
        """Take the order of its dates, their zone, and whose a table without MMSI is."""
        super().heed(told)
        self._told = told
        self._order = told.date_order or self.DATE_ORDER or DAY_FIRST

    def instant(self, field: bytes) -> int:
        """Read a time, us; NO_TIME where there is none."""
        return instant_of_text(field, self._order, self._told.zone)

    def dated_by(self) -> str:
        """The column of its times; see Decoder."""
        return f"column {self.bound()['time']}" if self._header else "nothing"

    def bound(self) -> dict[str, str]:
        """The columns that a row must have; see Decoder."""
        names = self._names()
        places = {"time": self._at, "MMSI": self._mmsi, "latitude": self._lat}
        places["longitude"] = self._lon
        return {
            what: names[place].strip(' "\ufeff') for what, place in places.items() if place >= 0
        }

    @staticmethod
    def is_serial(value: bytes) -> bool:
        """Whether a value is a number as spreadsheets count days, from 1982 to 2173."""
        return 30_000 < number(value) < 100_000

    def time_of(self, fields: list[bytes]) -> bytes:
        """What a row says of its time."""
        return fields[self._at]

    def orders(self, data: bytes) -> Iterator[tuple[str, bytes]]:
        """What dates like 3/4/2024 say of their order (see ``times.order_of``), with their text."""
        for row in self._split_rows(data):
            value = self.time_of(row.fields) if isinstance(row, Fields) else b""
            if (found := order_of(value)) is not None:
                yield found, value

    @abc.abstractmethod
    def bind(self, columns: dict[str, int]) -> None:
        """Note where the columns are: key (see key_of) -> place. Raise InputError if one lacks."""

    @abc.abstractmethod
    def read(self, fields: list[bytes], line: bytes) -> Row:
        """Read one row. ``fields[-1]`` is always empty: the place of a column that lacks."""

    def need(self, columns: dict[str, int], what: str, *names: str) -> int:
        """Give the place of the first of ``names`` that there is; raise InputError if none."""
        for name in names:
            if name in columns:
                return columns[name]
        names_found = ", ".join(part.strip() for part in self._names())
        message = f"The log has no column for {what}; its columns are: {names_found}."
        raise InputError(message)

    @staticmethod
    def place(columns: dict[str, int], *names: str) -> int:
        """Give the place of the first of ``names`` that there is; that of nothing if none."""
        return next((columns[name] for name in names if name in columns), -1)

    def begin_within(self, head: bytes, line: int) -> None:
        """Take the heading, the first line that is not blank; see Decoder."""
        super().begin_within(head, line)
        self._take(heading_of(head))

    def state(self) -> dict[str, Any]:
        """Add the header to what the base keeps."""
        return {**super().state(), "header": self._header.decode("latin-1")}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from ``state()``."""
        super().restore(state)
        header = str(state["header"]).encode("latin-1")
        if header:
            self._take(header)

    def rows(self, data: bytes, *, final: bool) -> Iterator[Row]:  # noqa: ARG002 - rows are lines
        """Yield a row a line; see RowDecoder."""
        for found in self._split_rows(data):
            if isinstance(found, Row):
                yield found
                continue
            unread = self.unread
            row = self.read(*found)
            if row.refusal is Refusal.GARBLED:
                heading = self._another(found.line)
                if heading is not None:
                    row, self.unread = heading, unread
            yield row

    def unreadable(self, fields: list[bytes], line: bytes, *, at: int = NO_TIME) -> Row:
        """Refuse a row, and note the first value of the log that cannot be read."""
        if self.unread is None:
            for place, reads in (
                (self._at, at != NO_TIME or self.instant(self.time_of(fields)) != NO_TIME),
                (self._mmsi, _reads(mmsi_field, fields[self._mmsi])),
                (self._lat, _reads(_coordinate, fields[self._lat])),
                (self._lon, _reads(_coordinate, fields[self._lon])),
            ):
                if not reads and place >= 0:
                    value = self.time_of(fields) if place == self._at else fields[place]
                    self.unread = self._names()[place].strip(' "\ufeff'), value
                    break
        return refused(Refusal.GARBLED, line, at=at)

    def _split_rows(self, data: bytes) -> Iterator[Fields | Row]:
        """Lines as fields; those that are no row of the table as what they are."""
        lines = data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        for raw in lines:
            line = raw.rstrip(b"\r")
            line = line.removeprefix(BOM)
            if not line or line.isspace() or line == self._header:
                yield Row(kind="")
            elif not self._header:
                yield Row(kind="") if _says_nothing(line) else self._first_line(line)
            else:
                fields = line.split(self._separator)
                quoted = b'"' in line
                if quoted or len(fields) != self._width:
                    fields = self._padded(self._split(line, fields))
                if len(fields) != self._width:
                    yield self._another(line) or refused(Refusal.GARBLED, line)
                    continue
                fields.append(b"")
                if quoted or self._separator != b",":
                    for place in self._measures:
                        fields[place] = fields[place].replace(b",", b".")
                yield Fields(fields, line)

    def _padded(self, fields: list[bytes]) -> list[bytes]:
        """Fields with those that lack at the end, if none that a row must have is the last."""
        lack = self._width - len(fields)
        if not 0 < lack <= MOST_LACKING or len(fields) - 2 < max(
            self._at, self._mmsi, self._lat, self._lon
        ):
            return fields
        return [*fields, *[b""] * lack]

    def _another(self, line: bytes) -> Row | None:
        """Take another heading, for logs are laid behind one another; None: the line is none."""
        if line[:1].isdigit() or not self.recognises(line + b"\n"):
            return None
        self._take(line)
        return Row(kind="")

    def _first_line(self, line: bytes) -> Row:
        """Take a heading; a live feed may still send one, a log without one is refused."""
        try:
            self._take(line)
        except InputError:
            if self.joins_lines:
                raise
            self._header = b""
            return refused(Refusal.GARBLED, line)
        return Row(kind="")

    def _take(self, header: bytes) -> None:
        self._header, self._separator = header, separator_of(header)
        names = self._names()
        self._width = len(names)
        columns: dict[str, int] = {}
        for place, name in enumerate(names):
            columns.setdefault(key_of(name), place)
        self.bind(columns)

    def _names(self) -> list[str]:
        return names_of(self._header)

    def _split(self, line: bytes, plain: list[bytes]) -> list[bytes]:
        """Split a line with quotes; bare quotes inside a field are the field's own."""
        try:
            quoted = next(csv.reader([line.decode("latin-1")], delimiter=self._separator.decode()))
        except csv.Error:
            return plain
        if len(quoted) == self._width:
            return [field.encode("latin-1") for field in quoted]
        kept = len(plain)
        while kept > self._width and not plain[kept - 1].strip():  # separators at the end
            kept -= 1
        return plain[:kept]
