"""JSON logs: records found in the bytes, over several lines too, and the decoders' common half."""

from __future__ import annotations

import abc
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, ClassVar

from monitor.decode.fields import refused
from monitor.decode.rows import Row, RowDecoder
from monitor.model import RAW_BYTES, Refusal
from monitor.units import HOUR_US, MINUTE_US, NO_TIME

MAX_RECORD_BYTES = 32 * 1024 * 1024
"""A JSON record longer than this is given up; the whole Baltic in one answer has about 5 MB."""

MAX_DEPTH = 200
"""Brackets within brackets over several lines, beyond which a record is given up: AIS has ten."""

_DECODER = json.JSONDecoder()
_STEP = re.compile(r'"(?:[^"\\]|\\.)*+"|\\"|[{}\[\]]')
_BETWEEN = re.compile(r"[\s,\[\]]*")
_EMPTY = re.compile(r"\{\s*\}(?:[\s,\[\]]*+\{\s*\})*+")
"""Objects with nothing in them, one behind the other."""
_NOTHING = frozenset((b"", b"{}"))
"""Lines that are counted in runs: millions of them must cost no more than their bytes."""
_MARKS = b"\xef\xbb\xbf\x1e"
"""What may stand before any record: a byte order mark, RFC 7464's separator."""
_LOGGER = re.compile(
    rb"\d\d:\d\d:\d\d|(?<!\d)\d{10,19}(?!\d)"  # a time, or Signal K's and journald's numbers
    rb"|^>>|^[\w.-]+\s*\|\s|^ais(?:/[\w.+-]+)+\s"  # compose; AIS-catcher's topics of MQTT
)
"""What tells a logger's words before JSON; ``"`` or ``[{`` at their begin is JSON itself."""
_TOPIC = re.compile(rb"vessels(?:-v2)?/\S+\s*$")
"""Digitraffic's topics stay: they say whose a record is."""
_IN_JSON = frozenset(b'"{}[],:-0123456789tfn')


@dataclass(slots=True, kw_only=True)
class Chunk:
    """Whole lines that hold JSON objects, or one line that holds none.

    ``prefix`` is what stands before the first brace (a topic, ``data:``), or the whole line.
    """

    prefix: bytes
    values: list[tuple[dict[str, Any], bytes]]  # each object and its first bytes; alike: the same
    lines: int
    garbled: bool = False  # JSON was begun and could not be read


def behind_logger(line: bytes) -> bytes:
    """A line without what a logger wrote before its JSON: a time, a host, a program."""
    line = line.lstrip(_MARKS)
    brace = line.find(b"{")
    words = line[: max(brace, 0)].lstrip()
    if not words or words[:1] in {b'"', b","} or words[:2] == b'["':
        return line
    if not _LOGGER.search(words):
        return line
    topic = _TOPIC.search(words)
    return line[brace - len(topic[0]) if topic else brace :]


def objects_of(source: str) -> list[tuple[dict[str, Any], bytes]] | None:
    """Read the objects of ``source``, in an array or one after the other; None if it is cut."""
    found: list[tuple[dict[str, Any], bytes]] = []
    position, size = _BETWEEN.match(source).end(), len(source)  # type: ignore[union-attr]
    while position < size:
        start = position
        if nothing := _EMPTY.match(source, position):
            found += [({}, b"{}")] * nothing[0].count("{")  # each the same, and told by that
            position = _BETWEEN.match(source, nothing.end()).end()  # type: ignore[union-attr]
            continue
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
    data: bytes,
    *,
    final: bool,
    starts: re.Pattern[bytes] | None = None,
    joined: bool = True,
) -> Iterator[Chunk]:
    """Cut lines into records: an object may span lines, and a line may hold many.

    An object that is not complete at the end is kept back unless ``final``. A line that no JSON
    can hold, or that ``starts`` knows for the start of a record, ends a cut object, so one
    broken record never swallows the next. With ``joined`` False no object may span lines.
    """
    pending: list[bytes] = []
    opened, size = "", 0
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    alike, count = b"", 0
    for line in lines:
        bare = line.strip()
        if not pending and bare in _NOTHING:
            if count and bare != alike:
                yield _alike(alike, count)
                count = 0
            alike, count = bare, count + 1
            continue
        if count:
            yield _alike(alike, count)
            count = 0
        if pending:
            small = size < MAX_RECORD_BYTES and len(opened) < MAX_DEPTH
            if small and _goes_on(bare, pending[-1], opened, starts):
                pending.append(line)
                size += len(line)
                opened = _open_after(bare, opened)
                if not opened:
                    yield _record(b"\n".join(pending), len(pending))
                    pending = []
                continue
            yield Chunk(prefix=b"", values=[], lines=len(pending), garbled=True)
            pending = []
        opened = "" if b"{" not in bare else _open_after(bare, "")
        if opened and not joined:
            yield Chunk(prefix=b"", values=[], lines=1, garbled=True)
        elif opened:
            pending, size = [line], len(line)
        else:
            yield _record(bare, 1)
    if count:
        yield _alike(alike, count)
    if pending and final:
        yield Chunk(prefix=b"", values=[], lines=len(pending), garbled=True)


def _alike(line: bytes, count: int) -> Chunk:
    """So many lines of nothing."""
    values: list[tuple[dict[str, Any], bytes]] = [({}, line)] * count if line else []
    return Chunk(prefix=b"", values=values, lines=count)


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


def _record(source: bytes, lines: int) -> Chunk:
    source = behind_logger(source)
    brace, bracket = source.find(b"{"), source.find(b"[")
    start = min((at for at in (brace, bracket) if at >= 0), default=-1)
    if start < 0:
        return Chunk(prefix=source.strip(b" \t\r,]"), values=[], lines=lines)
    found = objects_of(source[start:].decode("utf-8", "replace"))
    prefix = source[:start].strip(b" \t\r\n,]")
    if found is None and prefix:  # words that happen to hold a bracket
        return Chunk(prefix=source.strip(), values=[], lines=lines)
    return Chunk(prefix=prefix, values=found or [], lines=lines, garbled=found is None)


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
            before = source[line : position + 1].encode("latin-1")
            yield behind_logger(before)[:-1].strip(b" \t\r,["), value
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
        for record in records(data, final=final, starts=self.STARTS, joined=self.joins_lines):
            if record.garbled:
                found = [refused(Refusal.GARBLED)]
            elif not record.values:
                found = [self.read_words(record.prefix)]
            else:
                found = []
                for _, same in groupby(record.values, key=id):
                    (value, raw), *more = same
                    for row in self.read(value, record.prefix):
                        row.raw, row.lines, row.times = row.raw or raw, 0, 1 + len(more)
                        found.append(row)
                found = found or [Row(kind="")]
                if len(found) > 1:
                    _stamp_together(found)
            found[-1].lines = record.lines
            yield from found


def _is_log(stamps: list[int]) -> bool:
    """Whether sorted stamps lie too far apart for one answer, and the last is believed."""
    far = stamps[-1] - stamps[0] > MINUTE_US
    return len(stamps) > 2 and far and stamps[-1] - stamps[-2] <= HOUR_US


def _stamp_together(rows: list[Row]) -> None:
    """Give the rows of one line one ``received_at``: they came in together.

    It is the latest stamp that another confirms within an hour; what lies further ahead is
    nonsense (a position from the future must not carry the clock away). Rows in order of time are
    a log on one line: each came in by itself.
    """
    known = [row.at for row in rows if row.at != NO_TIME]
    stamps = sorted(known)
    if not stamps or (known == stamps and _is_log(stamps)):
        return
    agreed = [late for early, late in pairwise(stamps) if late - early <= HOUR_US]
    latest = agreed[-1] if agreed else stamps[0]
    for row in rows:
        row.received_at = latest
        if row.at > latest and row.refusal is None:
            row.refusal = Refusal.CLOCK_NONSENSE
