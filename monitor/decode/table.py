"""Tables: CSV logs with a heading, and the decoders' common half."""

from __future__ import annotations

import abc
import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from monitor.decode.fields import (
    LIMIT,
    course_deg,
    heading_deg,
    refused,
    speed_kn,
    whole,
)
from monitor.decode.rows import NAN, Row, RowDecoder
from monitor.errors import InputError
from monitor.model import Refusal


def key_of(name: str) -> str:
    """Give a column's name without case, blanks, underscores, quotes and marks."""
    return re.sub(r"[\s_\-\"'#().]", "", name.lstrip("\ufeff")).lower()


def separator_of(header: bytes) -> bytes:
    """Tell the separator of a CSV header: tab, ``;`` or ``,``, whichever is most frequent."""
    return max((b",", b";", b"\t"), key=header.count)


def header_in(head: bytes) -> list[str]:
    """Give the keys of the columns that the first line of a log names; [] if it is no header."""
    line = head.lstrip(b"\xef\xbb\xbf\r\n \t").split(b"\n", 1)[0].strip(b"\r")
    if b"\0" in line or len(line) > 8192 or line.startswith((b"{", b"[", b"!", b"$", b"\\")):
        return []
    names = line.decode("utf-8", "replace").split(separator_of(line).decode())
    return [key_of(name) for name in names] if len(names) > 2 else []


speed_field = lru_cache(maxsize=1 << 13)(speed_kn)
course_field = lru_cache(maxsize=1 << 13)(course_deg)
heading_field = lru_cache(maxsize=1 << 10)(heading_deg)


def degrees_field(field: bytes, missing: float) -> float:
    """Read a coordinate: NaN where it is blank or ``missing``; ValueError where no number."""
    try:
        found = float(field)
    except ValueError:
        if not field or field.isspace():
            return NAN
        raise
    return found if -LIMIT < found < LIMIT and abs(found - missing) > 1e-4 else NAN


def mmsi_field(field: bytes) -> int:
    """Read an MMSI as ``mmsi_of`` does; ValueError where the field is no whole number."""
    try:
        found: int | None = int(field)
    except ValueError:
        found = whole(field)
    if found is None:
        message = "not a number"
        raise ValueError(message)
    return found if 0 <= found < 2**31 else 0


class TableDecoder(RowDecoder):
    """Logs with one row a line under a header: subclasses write ``bind`` and ``read``."""

    def __init__(self) -> None:
        """Begin a log whose first line names the columns."""
        super().__init__()
        self._header = b""
        self._separator = b","
        self._width = 0
        self._measures: tuple[int, ...] = ()  # places of numbers that may have decimal commas

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
        self._take(head.lstrip().partition(b"\n")[0].rstrip(b"\r"))

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
        lines = data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        for raw in lines:
            line = raw.rstrip(b"\r")
            if not line or line.isspace() or line == self._header:
                yield Row(kind="")
            elif not self._header:
                yield self._first_line(line)
            else:
                fields = line.split(self._separator)
                if b'"' in line or len(fields) != self._width:
                    fields = self._split(line, fields)
                if len(fields) != self._width:
                    yield refused(Refusal.GARBLED, line)
                else:
                    fields.append(b"")
                    if self._separator != b",":
                        for place in self._measures:
                            fields[place] = fields[place].replace(b",", b".")
                    yield self.read(fields, line)

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
        return self._header.decode("utf-8", "replace").split(self._separator.decode())

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
