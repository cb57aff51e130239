"""Changes to good lines: of bytes, of words, of fields, of JSON, of sentences and of blocks."""

from __future__ import annotations

import json
import random
import re
from typing import Any

from monitor.decode.nmea.sentence import checksum_of
from monitor.journal.blocks import block, header, tick
from monitor.units import SECOND_US
from tests.fuzzing.samples import ARMOUR, Sample, samples
from tests.unit.decode.live_records import leaves, with_

NUMBERS = [
    b"0", b"-0", b"-1", b"1", b"91", b"181", b"-181", b"360", b"359.99999", b"511", b"102.3",
    b"1023", b"127", b"128", b"-129", b"32768", b"2147483647", b"2147483648", b"-2147483649",
    b"4294967296", b"9223372036854775807", b"9223372036854775808", b"18446744073709551616",
    b"1e999", b"-1e999", b"1e308", b"1e-320", b"NaN", b"nan", b"Infinity", b"-inf", b"0x10", b"1_0",
    b"00", b"+5", b".5", b"5.", b"1,5", b"9" * 400, b"9" * 5000, b"253402300800", b"-62135596801",
    b"999999999", b"1000000000", b"111000000", b"253402300799999999", b"\xd9\xa1\xd9\xa2", b"",
    b"9999-12-31T23:59:59Z", b"0001-01-01T00:00:00Z", b"2026-13-40T99:99:99Z", b"null", b"true",
    b"31/12/9999 23:59:59", b"29/02/2025 00:00:00", b"9999-12-31T23:59:59-14:00",
]  # fmt: skip
NOISE = [
    b"\0", b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x1b[2J", b"\r", b"\x0b",
    b"\x0c", b"\x1c", b"\x85", b"\xe2\x80\xa8", b"\x7f", b"\\", b"\\ud800", b'"', b"'", b"{", b"}",
    b"[", b"]", b"*", b"!", b"$", b"@", b",", b";", b"\t", b"|", b":", b"#", b"!AIVDM,1,1,,A,",
    b"#monitor-journal ", b"e", b"[]", b"{}", b"\n", b"\n\n", b"\r\n", b"\0" * 40, b" ", b"-", b".",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, "", "\0", "A\0B", "\ud800", "\x1b[2J", "\u202eABC", "\u2028", "@@@",
    "A" * 300, 0, -1, 2**15, 2**31, 2**63, 2**64, 10**30, -(10**30), float("nan"), float("inf"),
    -float("inf"), 1e308, -1e308, 1e-320, "1e999", "nan", "-0", "\u0661\u0662", [], {}, [[]],
    [1, 2], {"a": 1}, [None], "9" * 5000, "2026-13-40T99:99:99Z", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z", "2026-09-21T14:13:20+99:99", 253402300800, -62135596801, 511, 1023,
    102.3, 181, 91, 360, 128, -129, "\U0001f6a2", "\r\n", 10**400, "AIS", 27, 5, 24, 999999999,
]  # fmt: skip
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_SENTENCE = re.compile(rb"(?<=[!$\\])([^!$*\\\r\n]*)\*[0-9A-Fa-f]{2}")
_SEPARATOR = re.compile(rb"[,;\t|]")


class Grammar:
    """Draws logs and changes them; the same of the same seed."""

    def __init__(self, seed: str) -> None:
        """Begin."""
        self.chance = random.Random(seed)

    def batch(self, form: str, count: int) -> tuple[bytes, list[int], bool]:
        """Some lines, the times at which they may have come, and if they may be no log at all."""
        if form == "journal":
            data, touched = self._journal(count)
            return data, [], touched
        sample = self.chance.choice(samples()[form])
        lines, times = self._run(sample, count)
        head = sample.head
        touched = head != b"" and self.chance.random() < 0.05
        if touched:
            head = self._changed(head)
        return head + b"".join(lines), [*times[:1] * head.count(b"\n"), *times], touched

    def _run(self, sample: Sample, count: int) -> tuple[list[bytes], list[int]]:
        """Lines that follow each other, some of them changed."""
        begin = self.chance.randrange(max(1, len(sample.lines) - count))
        lines = sample.lines[begin : begin + count]
        share = self.chance.choice((0.02, 0.2, 0.6))
        for place in range(len(lines)):
            if self.chance.random() < share:
                lines[place] = self._changed(lines[place])
        if self.chance.random() < 0.2:
            self.chance.shuffle(lines)
        return lines, sample.times[begin : begin + count]

    def _changed(self, line: bytes) -> bytes:
        """One line, changed once to thrice; its end stands mostly."""
        ways = [self._bytes, self._bytes, self._number, self._number, self._fields, self._cut]
        if line.rstrip().endswith((b"}", b"]")):
            ways += [self._json] * 5
        if b"!" in line:
            ways += [self._payload] * 3
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            line = self.chance.choice(ways)(line)
            if self.chance.random() < 0.7:
                line = _SENTENCE.sub(_resealed, line)
        return line

    def _bytes(self, line: bytes) -> bytes:
        """Flip, put in, take out or repeat some."""
        place = self.chance.randrange(len(line) + 1)
        match self.chance.randrange(4):
            case 0 if place < len(line):
                flipped = line[place] ^ 1 << self.chance.randrange(8)
                return line[:place] + bytes([flipped]) + line[place + 1 :]
            case 1:
                return line[:place] + line[place + self.chance.randrange(1, 6) :]
            case 2:
                end = place + self.chance.randrange(1, 30)
                return line[:end] + line[place:]
        return line[:place] + self.chance.choice(NOISE) + line[place:]

    def _number(self, line: bytes) -> bytes:
        """Make a number extreme."""
        found = list(_NUMBER.finditer(line))
        if not found:
            return line
        one = self.chance.choice(found)
        return line[: one.start()] + self.chance.choice(NUMBERS) + line[one.end() :]

    def _fields(self, line: bytes) -> bytes:
        """Swap, repeat, empty or drop fields."""
        mark = _SEPARATOR.search(line)
        if mark is None:
            return line
        fields = line.split(mark[0])
        a, b = self.chance.randrange(len(fields)), self.chance.randrange(len(fields))
        match self.chance.randrange(4):
            case 0:
                fields[a], fields[b] = fields[b], fields[a]
            case 1:
                fields.insert(b, fields[a])
            case 2:
                fields[a] = b""
            case _:
                del fields[a]
        return mark[0].join(fields)

    def _cut(self, line: bytes) -> bytes:
        """Break off, or lose the end, so that the next line is joined."""
        if self.chance.random() < 0.4:
            return line.rstrip(b"\r\n")
        return line[: self.chance.randrange(len(line) + 1)] + b"\n" * self.chance.randrange(2)

    def _json(self, line: bytes) -> bytes:
        """Put any value anywhere in a record; NaN and Infinity as Python writes them."""
        begin = line.find(b"{")
        try:
            record = json.loads(line[begin:])
        except (ValueError, RecursionError):
            return self._bytes(line)
        paths = leaves(record)
        if not paths:
            return line
        value = self.chance.choice(VALUES)
        if self.chance.random() < 0.1:
            value = record
        changed = with_(record, self.chance.choice(paths), value)
        as_text = self.chance.random() < 0.8
        text = json.dumps(changed, ensure_ascii=as_text).encode("utf-8", "surrogatepass")
        return line[:begin] + text + b"\n"

    def _payload(self, line: bytes) -> bytes:
        """Other symbols in the payload of a sentence, or another type, count or fill."""
        head, _, rest = line.partition(b"!")
        fields = rest.split(b",")
        if len(fields) < 7:
            return line
        symbols = bytearray(fields[5])
        match self.chance.randrange(5):
            case 0:
                fields[self.chance.choice((1, 2, 3, 6))] = b"%d" % self.chance.randrange(12)
            case 1 if symbols:
                symbols[0] = self.chance.choice(ARMOUR)
            case 2:
                symbols = symbols[: self.chance.randrange(len(symbols) + 1)]
            case 3:
                size = self.chance.choice((1, 12, 28, 53, 71, 180))
                symbols = bytearray(self.chance.choices(ARMOUR, k=size))
            case _:
                for _ in range(3 if symbols else 0):
                    symbols[self.chance.randrange(len(symbols))] = self.chance.choice(ARMOUR)
        fields[5] = bytes(symbols)
        line = head + b"!" + b",".join(fields)
        return _SENTENCE.sub(_resealed, line)

    def _journal(self, count: int) -> tuple[bytes, bool]:
        """Blocks of several feeds, mostly whole, some damaged; whether a header was changed."""
        chance = self.chance
        chosen = {
            form: chance.choice(samples()[form]) for form in chance.sample(list(samples()), 3)
        }
        numbered, touched, number = chance.random() < 0.6, False, 0
        feeds = {feeds_name(form): form for form in chosen}
        parts = [header(feeds, lateness_s=5.0)]
        at = min(min(one.times) for one in chosen.values())
        while number < count:
            form = chance.choice(list(chosen))
            lines, times = self._run(chosen[form], chance.randrange(1, 9))
            lines = [line if line.endswith(b"\n") else line + b"\n" for line in lines]
            if not number and chosen[form].head:
                lines.insert(0, chosen[form].head)
            at = max(at + chance.randrange(-1, 2) * SECOND_US, times[0])
            body = b"".join(lines)
            piece = block(at, feeds_name(form), body, number if numbered else None)
            if chance.random() < 0.05:
                piece += tick(at + SECOND_US, number + body.count(b"\n") if numbered else None)
            if chance.random() < 0.08:
                piece = self._changed(piece)
            number += body.count(b"\n")
            parts.append(piece)
            if chance.random() < 0.02:
                again = header(feeds, lateness_s=chance.choice((0.0, 5.0, 3600.0)))
                touched |= (hurt := chance.random() < 0.5)
                parts.append(self._changed(again) if hurt else again)
        return b"".join(parts), touched


def feeds_name(form: str) -> str:
    """What the feed of a form is called."""
    return form.split("-", maxsplit=1)[0]


def _resealed(found: re.Match[bytes]) -> bytes:
    return b"%s*%02X" % (found[1], checksum_of(found[1]))
