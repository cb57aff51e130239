"""Tables: CSV logs with a heading, and the decoders' common half."""

from __future__ import annotations

import abc
import csv
import math
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, NamedTuple

from monitor.decode.cells import degrees_field, mmsi_field
from monitor.decode.decoder import Told
from monitor.decode.fields import number, refused
from monitor.decode.headings import (
    BOM,
    heading_of,
    key_of,
    names_latitude,
    names_of,
    says_nothing,
    separator_of,
)
from monitor.decode.rows import Row, RowDecoder
from monitor.decode.times import DAY_FIRST, instant_of_text, order_of
from monitor.errors import InputError
from monitor.model import Refusal
from monitor.units import NO_TIME

MOST_LACKING = 3
"""Columns at the end of a row that writers leave out if they are empty; a torn row lacks more."""


def _coordinate(field: bytes) -> float:
    return degrees_field(field, math.inf)


def _reads(reader: Callable[[bytes], object], field: bytes) -> bool:
    try:
        reader(field)
    except ValueError:
        return False
    return True


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

    def unreadable(
        self, fields: list[bytes], line: bytes, *, at: int = NO_TIME, place: int = -1
    ) -> Row:
        """Refuse a row, and note the first value of the log that cannot be read.

        ``place``: of what it is, if that may look as if it could.
        """
        if self.unread is None:
            for column, reads in (
                (self._at, at != NO_TIME or self.instant(self.time_of(fields)) != NO_TIME),
                (self._mmsi, _reads(mmsi_field, fields[self._mmsi])),
                (self._lat, _reads(_coordinate, fields[self._lat])),
                (self._lon, _reads(_coordinate, fields[self._lon])),
                (place, False),
            ):
                if not reads and column >= 0:
                    value = self.time_of(fields) if column == self._at else fields[column]
                    self.unread = self._names()[column].strip(' "\ufeff'), value
                    break
        return refused(Refusal.GARBLED, line, at=at)

    def _split_rows(self, data: bytes) -> Iterator[Fields | Row]:
        """Lines as fields; those that are no row of the table as what they are."""
        lines = data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        heading = heading_of(data) if self.joins_lines and not self._header else b""
        for raw in lines:
            line = raw.rstrip(b"\r")
            line = line.removeprefix(BOM)
            if not line or line.isspace() or line == self._header:
                yield Row(kind="")
            elif not self._header:
                title = names_latitude(heading) and line.strip(b"\r ") != heading
                yield Row(kind="") if title or says_nothing(line) else self._first_line(line)
            else:
                fields = line.split(self._separator)
                quoted = b'"' in line
                if quoted or len(fields) != self._width:
                    fields = self._padded(self._split(line, fields))
                if len(fields) != self._width:
                    nothing = Row(kind="") if says_nothing(line) else refused(Refusal.GARBLED, line)
                    yield self._another(line) or nothing
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
            words, mark = line.decode("latin-1"), self._separator.decode()
            quoted = next(csv.reader([words], delimiter=mark, skipinitialspace=True))
        except csv.Error:
            return plain
        if len(quoted) == self._width:
            return [field.encode("latin-1") for field in quoted]
        kept = len(plain)
        while kept > self._width and not plain[kept - 1].strip():  # separators at the end
            kept -= 1
        return plain[:kept]
