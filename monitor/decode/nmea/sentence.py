"""One line at a time: every form of AIS line there is.

The columns of ``regular.py`` take the regular lines; this file takes the rest, and must agree with
them on the regular ones.

IEC 61162-1 (sentence, checksum), NMEA 0183 4.1 (tag blocks), and the prefixes and trailers that
loggers add.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, tzinfo

from monitor.decode.nmea.lines import Sentence
from monitor.decode.nmea.prefix import epoch, time_before, time_behind, utc
from monitor.units import NO_TIME

_SENTENCE = re.compile(
    rb"[!$]([^,*!$\0-\x1f\x7f-\xff]{2})VD([MO]),(\d),(\d),([^,*\0-\x1f\x7f-\xff]{0,3}),"
    rb"([^,*\0-\x1f\x7f-\xff]?),([^,*!$\0-\x1f\x7f-\xff]*),(\d)(?:,\d)?"
    rb"(?:\*([0-9A-Fa-f]{2}))?"
)
"""Printable characters alone, as IEC 61162-1 has it: a NUL in a field is no sentence."""
_TAG_BLOCK = re.compile(rb"\\([^\\]*)\\")
_HYBRID_GROUP = re.compile(rb"^(\d)G(\d):(.*)$")  # "1G2:id": another way to write g:1-2-id
_TRAILER = re.compile(rb"[,;\t ](\d{13}|\d{10}(?:\.\d{1,9})?)\s*$")
_STATION = re.compile(rb"(?:,[a-zA-Z][^,]*)*,[rb][\w.-]+,")
"""Behind a sentence as the US Coast Guard writes it: what follows a station is its time."""
_SCREEN = re.compile(rb"\(.*\btimestamp: (\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\b")
"""Behind a sentence on AIS-catcher's screen."""
_GPS = re.compile(rb"\$[^,*$!\\]{2}(?:RMC|ZDA),[^*$!\\]*\*[0-9A-Fa-f]{2}")
_PGHP = re.compile(
    rb"\$PGHP,\d*,(\d{4}),(\d+),(\d+),(\d+),(\d+),(\d+),(\d*),[^*]*?([0-9A-Fa-f]{2})\*"
)
_RMC = re.compile(rb"\$..RMC,(\d\d)(\d\d)(\d\d)(?:\.\d*)?,A,.*?,(\d\d)(\d\d)(\d\d),[^,*]*,")
_ZDA = re.compile(rb"\$..ZDA,(\d\d)(\d\d)(\d\d)(?:\.\d*)?,(\d\d),(\d\d),(\d{4}),")
_CENTURY_PIVOT = 80  # RMC years 80-99 are 1980-1999: AIS and GPS are not older


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedSentence:
    """A VDM or VDO sentence found in a line; offsets count from the line's begin."""

    begin: int
    end: int
    payload_begin: int
    payload_end: int
    total: int
    number: int
    sequence: bytes  # empty: none
    channel: bytes  # empty: none, or as in the part before
    fill: int
    checksum_ok: bool
    stamp: int  # us; NO_TIME where nothing before it says when, nor AIS-catcher's screen
    trailer: int  # us; of a number behind it that may be a time; NO_TIME: none

    def placed(self, line: int, begin: int, stamp: int) -> Sentence:
        """The same in a buffer in which its line begins at ``begin``; ``stamp`` is its time."""
        return Sentence(
            line=line,
            begin=begin + self.begin,
            end=begin + self.end,
            payload=begin + self.payload_begin,
            length=self.payload_end - self.payload_begin,
            fill=self.fill,
            total=self.total,
            number=self.number,
            ok=self.checksum_ok,
            stamp=stamp,
        )


def checksum_of(sentence: bytes) -> int:
    """XOR of all characters given (those between ``!`` and ``*``)."""
    value = 0
    for character in sentence:
        value ^= character
    return value


def parse_line(line: bytes, zone: tzinfo = UTC, near: int = NO_TIME) -> list[ParsedSentence]:
    """Every sentence of a line with its stamp; an empty list where there is none.

    One that stands twice on its line is given once: AIS-catcher writes it into its JSON as well.
    ``zone``: of a logger's times that name none; ``near``: see ``time_before``.
    """
    found = list(_SENTENCE.finditer(line))
    last = {match[0]: index for index, match in enumerate(found)}
    sentences = []
    for index, match in enumerate(found):
        if last[match[0]] != index:
            continue
        before = line[found[index - 1].end() if index else 0 : match.start()]
        after = line[match.end() : found[index + 1].start() if index + 1 < len(found) else None]
        stamp = stamp_before(before, zone, first=not index, near=near)
        trailer = _trailer(after.partition(b"\\")[0]) if stamp == NO_TIME else NO_TIME
        if _STATION.match(after):
            stamp = trailer if stamp == NO_TIME else stamp
        if stamp == NO_TIME and (screen := _SCREEN.match(after.lstrip())):
            stamp = utc(*(int(screen[i]) for i in range(1, 7)))
        if stamp == NO_TIME:
            stamp = time_behind(after, zone)
        if not 1 <= int(match[4]) <= int(match[3]):
            continue
        sum_given = match[9]
        body = line[match.start() + 1 : match.end() - 3]
        sentences.append(
            ParsedSentence(
                begin=match.start(),
                end=match.end(),
                payload_begin=match.start(7),
                payload_end=match.end(7),
                total=int(match[3]),
                number=int(match[4]),
                sequence=match[5],
                channel=match[6],
                fill=int(match[8]),
                checksum_ok=sum_given is not None and checksum_of(body) == int(sum_given, 16),
                stamp=stamp,
                trailer=trailer if stamp == NO_TIME else NO_TIME,
            )
        )
    return sentences


def stamp_before(
    text: bytes, zone: tzinfo = UTC, *, first: bool = True, near: int = NO_TIME
) -> int:
    """Return the time that a tag block or a logger's prefix tells, us, or NO_TIME.

    ``first``: the text begins its line; ``zone``: of a time that names none; ``near``: see
    ``time_before``.
    """
    blocks = _TAG_BLOCK.findall(text)
    for block in blocks:
        value = tag_fields(block).get(b"c")
        if value:
            return epoch(value)
    prefix = text[: text.find(b"\\")] if blocks else text
    return time_before(prefix, zone, first=first, near=near)


def tag_of(text: bytes) -> dict[bytes, bytes]:
    """Fields of the last tag block in the text before a sentence."""
    blocks = _TAG_BLOCK.findall(text)
    return tag_fields(blocks[-1]) if blocks else {}


def tag_fields(block: bytes) -> dict[bytes, bytes]:
    """Fields of a tag block, without its checksum (it is often wrong)."""
    fields = {}
    for part in block.partition(b"*")[0].split(b","):
        key, colon, value = part.partition(b":")
        if colon:
            fields[key] = value
        if match := _HYBRID_GROUP.match(part):
            fields[b"g"] = b"%s-%s-%s" % match.groups()
    return fields


def pghp(line: bytes) -> tuple[int, int] | None:
    """GateHouse's line that dates the next sentence: (us, that sentence's checksum)."""
    match = _PGHP.search(line)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[i]) for i in range(1, 7))
    millisecond = int(match[7] or 0)
    at = utc(year, month, day, hour, minute, second, millisecond * 1000)
    return None if at == NO_TIME else (at, int(match[8], 16))


def gps_clock(line: bytes) -> int:
    """Time of an RMC (with a valid fix) or ZDA sentence, us, or NO_TIME. GGA has no date.

    A wrong checksum makes it none; what stands before it on its line does not matter.
    """
    found = _GPS.search(line)
    if found is None or checksum_of(found[0][1:-3]) != int(found[0][-2:], 16):
        return NO_TIME
    line = found[0]
    if match := _RMC.search(line):
        hour, minute, second, day, month, year = (int(match[i]) for i in range(1, 7))
        return utc(
            year + (1900 if year >= _CENTURY_PIVOT else 2000), month, day, hour, minute, second
        )
    if match := _ZDA.search(line):
        hour, minute, second, day, month, year = (int(match[i]) for i in range(1, 7))
        return utc(year, month, day, hour, minute, second)
    return NO_TIME


def _trailer(text: bytes) -> int:
    match = _TRAILER.search(text)
    return epoch(match[1]) if match else NO_TIME
