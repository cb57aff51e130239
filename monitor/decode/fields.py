"""Reading the fields of decoded logs: numbers, words, instants, JSON records, CSV headers.

Every log form spells "not available" in its own way (ITU-R M.1371-5 annex 8 has the numbers:
longitude 181, latitude 91, SOG 102.3, COG 360, heading 511, turn -128). Here they become NaN, -1
or None, and so does what cannot be read; numbers that are only out of range pass as they are.
"""

from __future__ import annotations

import abc
import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar

from monitor.decode.base import NAN, Row, RowDecoder
from monitor.errors import InputError
from monitor.model import RAW_BYTES, Refusal, Static
from monitor.units import HOUR_US, MINUTE_US, NO_TIME, SECOND_US, from_datetime

LIMIT = 1e9
"""Beyond this a number measures nothing at sea; float32 columns and hashes stay finite."""

MAX_RECORD_BYTES = 32 * 1024 * 1024
"""A JSON record longer than this is given up; the whole Baltic in one answer has about 5 MB."""

LONG_RANGE = 27
"""The message type whose speed and course have whole-number sentinels of their own."""

KINDS = {
    1: "position", 2: "position", 3: "position", 18: "position", 19: "position", 27: "position",
    4: "base_station", 11: "base_station", 5: "static", 24: "static", 9: "sar_aircraft",
    12: "safety", 14: "safety", 21: "aton", 6: "binary", 8: "binary", 17: "binary",
    25: "binary", 26: "binary",
}  # fmt: skip
"""AIS message type -> kind of report; all others are "other"."""

STATUS = {
    "under way using engine": 0, "underway using engine": 0, "at anchor": 1, "anchored": 1,
    "not under command": 2, "restricted maneuverability": 3, "restricted manoeuverability": 3,
    "restricted manoeuvrability": 3, "constrained by her draught": 4, "moored": 5, "aground": 6,
    "engaged in fishing": 7, "under way sailing": 8, "underway sailing": 8,
    "reserved for future amendment [hsc]": 9, "reserved for future amendment [wig]": 10,
    "power-driven vessel towing astern": 11,
    "power-driven vessel pushing ahead or towing alongside": 12, "ais-sart": 14,
}  # fmt: skip
"""Navigational status in words (ITU-R M.1371-5 table 45); "Unknown value" is not among them."""


def number(value: object) -> float:
    """Read a number from JSON, text or bytes; NaN where there is none, and beyond LIMIT."""
    if value is None or value is True or value is False:
        return NAN
    try:
        found = float(value)  # type: ignore[arg-type] # what is no number raises TypeError
    except (TypeError, ValueError, OverflowError):
        return NAN
    return found if -LIMIT < found < LIMIT else NAN


def whole(value: object) -> int | None:
    """Read a whole number ("12", "12.0", 12); None where there is none."""
    found = number(value)
    return int(found) if found.is_integer() else None


def mmsi_of(value: object) -> int:
    """Read an MMSI as claimed; 0 where the field holds no number that a column can carry."""
    if type(value) is not int:
        try:
            value = int(value) if isinstance(value, (str, bytes)) else int(number(value))
        except ValueError:
            found = number(value)
            value = int(found) if found.is_integer() else 0
    return value if 0 <= value < 2**31 else 0


def longitude(value: object, divisor: float = 1.0) -> float:
    """Degrees east from ``value / divisor``; NaN for 181."""
    found = number(value) / divisor
    return NAN if abs(found - 181.0) < 1e-4 else found


def latitude(value: object, divisor: float = 1.0) -> float:
    """Degrees north from ``value / divisor``; NaN for 91."""
    found = number(value) / divisor
    return NAN if abs(found - 91.0) < 1e-4 else found


def speed_kn(value: object, message_type: int = 0) -> float:
    """Knots; NaN for 102.3 (some sources write 102.4), and for 63 in type 27."""
    found = number(value)
    missing = found == 63.0 if message_type == LONG_RANGE else 102.25 < found < 102.45
    return NAN if missing else found


def course_deg(value: object) -> float:
    """Degrees true; NaN for 360 and for the illegal numbers above it."""
    found = number(value)
    return NAN if found > 359.9999 else found


def heading_deg(value: object) -> float:
    """Degrees true, 0..359; NaN for 511 and for the illegal 360..510."""
    found = number(value)
    return found if 0.0 <= found < 360.0 else NAN


def turn_deg_min(value: object) -> float:
    """Degrees a minute from the AIS rate-of-turn number: (n / 4.733) squared; NaN for -128."""
    found = number(value)
    if not -127.0 <= found <= 127.0:
        return NAN
    rate = (found / 4.733) ** 2
    return -rate if found < 0 else rate


@lru_cache(maxsize=1024)
def _status(value: object) -> int:
    found = whole(value)
    if found is None:
        return STATUS.get((text(value) or "").lower(), -1)
    return found if 0 <= found <= 15 else -1


def status_of(value: object) -> int:
    """Navigational status 0..15 from a number or its words; -1 for anything else."""
    return _status(value) if isinstance(value, (int, float, str, bytes)) else -1


def type_of(value: object) -> int:
    """AIS message type 1..27; 0 for anything else."""
    found = whole(value)
    return found if found is not None and 1 <= found <= 27 else 0


def text(value: object) -> str | None:
    """Words without the '@' and blanks that pad them; None where nothing is left.

    An '@' between words becomes a blank, as it does where sentences are decoded.
    """
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    return " ".join(value.replace("@", " ").replace("\0", " ").split()) or None


def static_of(  # noqa: PLR0913 - the fields of a static report
    *,
    mmsi: int,
    name: object = None,
    callsign: object = None,
    imo: object = None,
    ship_type: object = None,
    to_bow: object = None,
    to_stern: object = None,
    to_port: object = None,
    to_starboard: object = None,
    draught: object = None,
    draught_divisor: float = 1.0,
    destination: object = None,
    eta: str | None = None,
) -> Static | None:
    """Build a static report from fields as a log holds them; None where all are empty.

    Four dimensions of zero mean none; the dimensions of a tender (98MIDxxxx) are left out, for
    a part B may hold its mother ship's MMSI there (ITU-R M.1371-5 table 72).
    """
    if isinstance(imo, (str, bytes)):
        imo = (text(imo) or "").upper().removeprefix("IMO")
    number_imo, kind = whole(imo), whole(ship_type)
    sides = [whole(side) for side in (to_bow, to_stern, to_port, to_starboard)]
    if not any(sides) or mmsi // 10_000_000 == 98:
        sides = [None] * 4
    metres = number(draught) / draught_divisor
    static = Static(
        mmsi=mmsi,
        name=text(name),
        callsign=text(callsign),
        imo=number_imo if number_imo is not None and 10**6 <= number_imo < 10**7 else None,
        ship_type=kind if kind is not None and 1 <= kind <= 99 else None,
        to_bow_m=sides[0],
        to_stern_m=sides[1],
        to_port_m=sides[2],
        to_starboard_m=sides[3],
        draught_m=round(metres, 2) if metres > 0 else None,
        destination=text(destination),
        eta=eta,
    )
    return None if static == Static(mmsi=mmsi) else static


def eta_of(month: object, day: object, hour: object, minute: object) -> str | None:
    """Give "MM-DDTHH:MM"; None where a part is not available (0, 0, 24 and 60)."""
    parts = [whole(part) for part in (month, day, hour, minute)]
    m, d, h, mi = (-1 if part is None else part for part in parts)
    if not (1 <= m <= 12 and 1 <= d <= 31 and 0 <= h <= 23 and 0 <= mi <= 59):
        return None
    return f"{m:02}-{d:02}T{h:02}:{mi:02}"


def eta_of_text(value: object) -> str | None:
    """Read "MM-DDTHH:MMZ", "MM-DD HH:MM" or "MMDDHHMM"; None for anything else."""
    found = re.fullmatch(r"(\d\d)-?(\d\d)[T ]?(\d\d):?(\d\d)Z?", text(value) or "")
    return eta_of(*found.groups()) if found else None


_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?"
    r"\s*(?:Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)?(?:\s(?:UTC|GMT))?(?:\sm=\S+)?",
    re.ASCII | re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    r"(\d\d?)[/.-](\d\d?)[/.-](\d{4}|\d\d)[T ](\d\d?)[:.](\d\d)(?:[:.](\d\d)(?:[.,](\d+))?)?"
    r"\s*(?:Z|UTC|GMT)?",
    re.ASCII | re.IGNORECASE,
)
_COMPACT = re.compile(
    r"((?:19|20)\d\d)([01]\d)([0-3]\d)[T_ ]?([0-2]\d)([0-5]\d)([0-6]\d)Z?", re.ASCII
)
_PLAIN = re.compile(r"\d+(?:\.\d+)?(?:[eE]\+?\d+)?", re.ASCII)


def epoch_us(value: float) -> int:
    """Microseconds from a Unix time in s, ms, us or ns, told apart by size; NO_TIME if none.

    10^11 s lies in the year 5138 and 10^11 ms in 1973, so no time of AIS can be mistaken.
    """
    if not 0 <= value < 1e20:
        return NO_TIME
    if value < 1e11:
        return round(value * SECOND_US)
    if value < 1e14:
        return round(value * 1000)
    return round(value) if value < 1e17 else round(value) // 1000


def instant(value: object) -> int:
    """Microseconds since the epoch of a time in any form seen; NO_TIME where there is none.

    Unix time, ISO 8601 with or without a zone (then UTC), Go's ``time.String()``, day first
    (DD/MM/YYYY, DD.MM.YYYY, DD-MM-YY) and YYYYMMDDHHMMSS.
    """
    if isinstance(value, (str, bytes)):
        return instant_of_text(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return epoch_us(value)
    return NO_TIME


@lru_cache(maxsize=1 << 14)
def instant_of_text(value: str | bytes) -> int:
    """Read ``instant`` of words, remembered: in a log in order of time they come again."""
    stamp = text(value)
    if stamp is None:
        return NO_TIME
    if found := _ISO.fullmatch(stamp):
        year, month, day, hour, minute, second, fraction, sign, zone_h, zone_m = found.groups()
        zone = int(zone_h or 0) * HOUR_US + int(zone_m or 0) * MINUTE_US
        zone = -zone if sign == "-" else zone
    elif found := _DAY_FIRST.fullmatch(stamp):
        day, month, year, hour, minute, second, fraction = found.groups()
        year, zone = year if len(year) == 4 else "20" + year, 0
    elif found := _COMPACT.fullmatch(stamp):
        year, month, day, hour, minute, second = found.groups()
        fraction, zone = None, 0
    elif _PLAIN.fullmatch(stamp):
        return epoch_us(int(stamp) if stamp.isdigit() else float(stamp))
    else:
        return NO_TIME
    if int(second or 0) > 60:  # 60 is a leap second
        return NO_TIME
    try:
        at = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=UTC)
    except ValueError:
        return NO_TIME
    micros = int(((fraction or "") + "000000")[:6])
    return from_datetime(at) + int(second or 0) * SECOND_US + micros - zone


def refused(refusal: Refusal, raw: bytes = b"", *, at: int = NO_TIME) -> Row:
    """Give the Row of a record that says nothing."""
    return Row(refusal=refusal, raw=raw[:RAW_BYTES], kind="", at=at)


# ---------------------------------------------------------------- JSON

_DECODER = json.JSONDecoder()
_STEP = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')
_BETWEEN = re.compile(r"[\s,\[\]]*")
_IN_JSON = frozenset(b'"{}[],:-0123456789tfn')


@dataclass(slots=True, kw_only=True)
class Record:
    """Whole lines that hold JSON objects, or one line that holds none.

    ``prefix`` is what stands before the first brace (a topic, ``data:``), or the whole line.
    """

    prefix: bytes
    values: list[tuple[dict[str, Any], bytes]]  # each object and its first bytes
    lines: int
    garbled: bool = False  # JSON was begun and could not be read


def objects_of(source: str) -> list[tuple[dict[str, Any], bytes]] | None:
    """Read the objects of ``source``, in an array or one after the other; None if it is cut."""
    found: list[tuple[dict[str, Any], bytes]] = []
    position, size = _BETWEEN.match(source).end(), len(source)  # type: ignore[union-attr]
    while position < size:
        start = position
        try:
            value, position = _DECODER.raw_decode(source, position)
        except (ValueError, RecursionError):
            return None
        if not isinstance(value, dict):
            return None
        found.append((value, source[start : start + RAW_BYTES].encode()))
        position = _BETWEEN.match(source, position).end()  # type: ignore[union-attr]
    return found


def records(
    data: bytes, *, final: bool, starts: re.Pattern[bytes] | None = None
) -> Iterator[Record]:
    """Cut lines into records: an object may span lines, and a line may hold many.

    An object that is not complete at the end is kept back unless ``final``. A line that no JSON
    can hold, or that ``starts`` knows for the start of a record, ends a cut object, so one
    broken record never swallows the next.
    """
    pending: list[bytes] = []
    opened, size = "", 0
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    for line in lines:
        bare = line.strip()
        if pending:
            if _goes_on(bare, pending[-1], opened, starts) and size < MAX_RECORD_BYTES:
                pending.append(line)
                size += len(line)
                opened = _open_after(bare, opened)
                if not opened:
                    yield _record(b"\n".join(pending), len(pending))
                    pending = []
                continue
            yield Record(prefix=b"", values=[], lines=len(pending), garbled=True)
            pending = []
        opened = "" if b"{" not in bare else _open_after(bare, "")
        if opened:
            pending, size = [line], len(line)
        else:
            yield _record(bare, 1)
    if pending and final:
        yield Record(prefix=b"", values=[], lines=len(pending), garbled=True)


def _open_after(line: bytes, opened: str) -> str:
    """Return the brackets still open after ``line``; an array around records does not count."""
    if not opened and line.count(b"{") == line.count(b"}") and line.endswith((b"}", b"]", b"},")):
        return ""
    stack = list(opened)
    for mark in _STEP.findall(line.decode("utf-8", "replace")):
        if mark in "{[":
            if stack or mark == "{":
                stack.append(mark)
        elif mark in "}]" and stack:
            stack.pop()
    return "".join(stack)


def _goes_on(line: bytes, before: bytes, opened: str, starts: re.Pattern[bytes] | None) -> bool:
    """Say whether ``line`` can go on with an object whose last line is ``before``."""
    if not line:
        return True
    if line[0] not in _IN_JSON or (starts is not None and starts.match(line)):
        return False
    if not line.startswith(b"{"):
        return True
    end = before.rstrip()[-1:]
    return end == b":" if opened.endswith("{") else end in (b",", b"[")


def _record(source: bytes, lines: int) -> Record:
    brace, bracket = source.find(b"{"), source.find(b"[")
    start = min((at for at in (brace, bracket) if at >= 0), default=-1)
    if start < 0:
        return Record(prefix=source.strip(b" \t\r,]"), values=[], lines=lines)
    found = objects_of(source[start:].decode("utf-8", "replace"))
    prefix = source[:start].strip(b" \t\r\n,]")
    if found is None and prefix:  # words that happen to hold a bracket
        return Record(prefix=source.strip(), values=[], lines=lines)
    return Record(prefix=prefix, values=found or [], lines=lines, garbled=found is None)


def objects_in(head: bytes, limit: int = 64) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield the first objects in the head of a log, each with what stands before it in its line.

    Where the head cuts a large object, the complete objects inside it are given.
    """
    source = head.decode("latin-1")
    position = source.find("{")
    for _ in range(limit):
        if position < 0:
            return
        line = source.rfind("\n", 0, position) + 1
        end = position + 1
        try:
            value, end = _DECODER.raw_decode(source, position)
            yield source[line:position].strip(" \t\r,[").encode("latin-1"), value
        except (ValueError, RecursionError):
            pass
        position = source.find("{", end)


class JsonDecoder(RowDecoder):
    """Logs whose records are JSON objects: subclasses write ``read`` and ``recognises``."""

    STARTS: ClassVar[re.Pattern[bytes] | None] = None
    """What a line of this form begins with when it begins a record, besides a brace."""

    @abc.abstractmethod
    def read(self, value: dict[str, Any], prefix: bytes) -> Iterator[Row]:
        """Yield the reports of one object; none for one that says nothing."""

    def read_words(self, line: bytes) -> Row:
        """Read a line without JSON."""
        return refused(Refusal.NOT_AIS, line) if line else Row(kind="")

    def rows(self, data: bytes, *, final: bool) -> Iterator[Row]:
        """Yield the rows of every record; see RowDecoder."""
        for record in records(data, final=final, starts=self.STARTS):
            if record.garbled:
                found = [refused(Refusal.GARBLED)]
            elif not record.values:
                found = [self.read_words(record.prefix)]
            else:
                found = []
                for value, raw in record.values:
                    for row in self.read(value, record.prefix):
                        row.raw, row.lines = row.raw or raw, 0
                        found.append(row)
                found = found or [Row(kind="")]
                if len(found) > 1:
                    _stamp_together(found)
            found[-1].lines = record.lines
            yield from found


def _stamp_together(rows: list[Row]) -> None:
    """Give the rows of one line one ``received_at``: they came in together.

    It is the latest stamp that another confirms within an hour; what lies further ahead is
    nonsense (a position from the future must not carry the clock away).
    """
    stamps = sorted(row.at for row in rows if row.at != NO_TIME)
    if not stamps:
        return
    agreed = [late for early, late in pairwise(stamps) if late - early <= HOUR_US]
    latest = agreed[-1] if agreed else stamps[0]
    for row in rows:
        row.received_at = latest
        if row.at > latest and row.refusal is None:
            row.refusal = Refusal.CLOCK_NONSENSE


# ---------------------------------------------------------------- CSV


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
                self._take(line)
                yield Row(kind="")
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
        while len(plain) > self._width and not plain[-1].strip():  # separators at the end
            plain = plain[:-1]
        return plain
