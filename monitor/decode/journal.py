"""The journal of a live watch: what every feed sent, merged, with the time it was received.

Text, so that a person and other programs can read it: the lines stand as they came, in blocks, each
behind a line of its own that says when (us since 1970 UTC), from which feed, and how many bytes::

    #monitor-journal {"feeds":{"harbour":"nmea"},"lateness_s":5.0,…}
    @1733788800123456 harbour 49
    !AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24
    @1733788810000000 - 0

``-`` is nobody: the clock went on and nothing came. A live watch decodes its own journal as it
grows, so a replay of it is the same run.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from monitor.decode.dating import LogClock
from monitor.decode.decoder import Decoder
from monitor.decode.feedclock import FeedClock
from monitor.errors import InputError, UsageError
from monitor.model import FIX, Lines, Refusal, Refusals, Reports, StaticReport
from monitor.units import NO_TIME, SECOND_US

MAGIC = b"#monitor-journal "
NOBODY = "-"
HEADER = "#"

LONGEST_BLOCK = 8 << 20
"""A block that says it is longer is none: one damaged number must not swallow what follows."""

_LAST_STAMP = 253_402_300_800_000_000  # us: the year 10000
_LONGEST_LATENESS_S = 86_400.0


def blocks_in(data: bytes) -> Iterator[tuple[int, str, int, int]]:
    """Yield (received_at, feed, begin of its lines, their end) of each block that is whole.

    A header is given as a block of the feed HEADER; what is no block at all, as one of the feed "".
    """
    position = 0
    while (end := data.find(b"\n", position)) >= 0:
        line = data[position:end]
        head = _block_head(line)
        if head is not None:
            received_at, name, size = head
            if len(data) < end + 1 + size:
                return
            position = end + 1 + size
            yield received_at, name, end + 1, position
        else:
            begin, position = position, end + 1
            yield NO_TIME, HEADER if line.startswith(MAGIC) else "", begin, position


def whole_blocks(data: bytes) -> int:
    """How many bytes of ``data`` are whole blocks."""
    size = 0
    for _, _, _, size in blocks_in(data):  # noqa: B007 - the last end
        pass
    return size


def first_block(data: bytes) -> int:
    """How many bytes the first block has; 0: it is not whole."""
    return next((end for *_, end in blocks_in(data)), 0)


def lines_in(data: bytes) -> int:
    """How many lines of feeds stand in whole blocks."""
    return sum(
        data.count(b"\n", begin, end) for at, _, begin, end in blocks_in(data) if at != NO_TIME
    )


def header_of(head: bytes) -> dict[str, Any]:
    """Read the first line of a segment; InputError if it is of another release."""
    line = head[: head.find(b"\n")]
    try:
        words = json.loads(line.removeprefix(MAGIC))
        feeds, lateness_s = dict(words["feeds"]), float(words["lateness_s"])
        good = words["version"] == 1 and 0 <= lateness_s <= _LONGEST_LATENESS_S
        if not good or not all(isinstance(form, str) for form in feeds.values()):
            raise ValueError  # noqa: TRY301 - as any other word that cannot be read
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        message = "The journal's first line cannot be read: it is damaged or of another release."
        raise InputError(message) from error
    return {**words, "feeds": feeds, "lateness_s": lateness_s}


class _Gathered:
    """Blocks of one feed, of one form."""

    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder
        self.bodies: list[bytes] = []
        self.times: list[int] = []
        self.counts: list[int] = []
        self.firsts: list[int] = []  # arrival number of each block's first line

    def lines(self, source: str) -> tuple[Lines, NDArray[np.int64]]:
        """All lines as one batch, and the arrival number of each."""
        counts = np.array(self.counts, dtype=np.int64)
        begins = np.repeat(np.array(self.firsts, dtype=np.int64), counts)
        within = np.arange(len(begins)) - np.repeat(np.cumsum(counts) - counts, counts)
        received_at = np.repeat(np.array(self.times, dtype=np.int64), counts)
        data = b"".join(self.bodies)
        return Lines(data=data, source=source, received_at=received_at), begins + within


class JournalDecoder(Decoder):
    """``journal``: see the module. Each feed's lines go to a decoder of its own."""

    NAME: ClassVar[str] = "journal"
    ENDS: ClassVar[bool] = False

    def __init__(self) -> None:
        """Begin a journal."""
        self.clock = LogClock()
        self.feed_clock = FeedClock()
        self.lateness_us: int | None = None
        self._carry = b""
        self._forms: dict[str, str] = {}
        self._decoders: dict[str, Decoder] = {}

    def begin_at(self, start: int) -> None:
        """Nothing to begin: every line has its time."""

    def begin_within(self, head: bytes, line: int) -> None:
        """Take the feeds of the first header; their lines are counted each from 1 again."""
        del line
        words = header_of(head)
        self.lateness_us = round(words["lateness_s"] * SECOND_US)
        self._begin(words["feeds"])

    @staticmethod
    def recognises(head: bytes) -> bool:
        """Say whether the head is that of a segment."""
        return head.startswith(MAGIC)

    def state(self) -> dict[str, Any]:
        """Forms and states of the feeds' decoders."""
        return {
            "clock": self.clock.at,
            "carry": self._carry.decode("latin-1"),
            "lateness_us": self.lateness_us,
            "forms": self._forms,
            "feeds": {name: decoder.state() for name, decoder in self._decoders.items()},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from ``state()``."""
        self.clock = LogClock(state["clock"])
        self._carry = state["carry"].encode("latin-1")
        self.lateness_us = state["lateness_us"]
        self._begin(state["forms"])
        for name, kept in state["feeds"].items():
            self._decoders[name].restore(kept)

    def decode(self, lines: Lines, *, final: bool = False) -> Reports:
        """Decode whole blocks; a block that is not complete waits for the next batch.

        So does all behind a header that changes the lateness: that holds for a whole batch.
        """
        refusals: Refusals = Counter()
        if self._carry and lines.data.startswith(MAGIC):
            whole = whole_blocks(self._carry)
            if whole < len(self._carry):  # a segment that was cut off
                refusals[lines.source, Refusal.GARBLED.value] += 1
                self._carry = self._carry[:whole]
        data = self._carry + lines.data
        feeds: dict[tuple[str, int], _Gathered] = {}
        times: list[int] = []
        count = taken = 0
        self.more = False
        for received_at, name, begin, end in blocks_in(data):
            if name == HEADER:
                words = header_of(data[begin:end])
                lateness_us = round(words["lateness_s"] * SECOND_US)
                self.more = bool(times) and lateness_us != self.lateness_us
                if self.more:
                    break
                taken = end
                self.lateness_us = lateness_us
                self._begin(words["feeds"])
                continue
            taken = end
            known = name == NOBODY if begin == end else name in self._decoders
            if not known or not data.endswith(b"\n", begin - 1, end):
                refusals[lines.source, Refusal.GARBLED.value] += 1
                continue
            self.clock.at = max(received_at, self.clock.at)
            number = data.count(b"\n", begin, end)
            times += [self.clock.at] * max(1, number)
            if number:
                decoder = self._decoders[name]
                gathered = feeds.setdefault((name, id(decoder)), _Gathered(decoder))
                gathered.bodies.append(data[begin:end])
                gathered.times.append(self.clock.at)
                gathered.counts.append(number)
                gathered.firsts.append(count)
                count += number
        self._carry = data[taken:]
        if final and self._carry and not self.more:
            refusals[lines.source, Refusal.GARBLED.value] += 1
            self._carry = b""
        reports = self._decode(feeds)
        reports.refusals.update(refusals)
        reports.lines = reports.arrivals = count
        reports.clock = np.array(times, dtype=np.int64)
        reports.lateness_us = self.lateness_us
        reports.settled = True  # a block has a stamp of its own, and is never cut
        return reports

    def _begin(self, forms: Mapping[str, str]) -> None:
        from monitor.decode.forms import form_of, make_decoder  # noqa: PLC0415 - that list holds this one

        for name, form in forms.items():
            try:
                found = form_of(form)
            except UsageError as error:
                message = f"The journal's feed {name!r} is of a form not known here: {form!r}."
                raise InputError(message) from error
            if found is JournalDecoder:
                message = f"The journal's feed {name!r} says that it is a journal itself."
                raise InputError(message)
            if self._forms.get(name) != form:
                self._decoders[name] = make_decoder(found)
        self._forms.update(forms)

    @staticmethod
    def _decode(feeds: dict[tuple[str, int], _Gathered]) -> Reports:
        """Decode each feed's lines in one go, and put all back in order of arrival."""
        positions = [np.zeros(0, dtype=FIX)]
        statics: list[StaticReport] = []
        merged = Reports(positions=positions[0])
        for number, ((name, _), gathered) in enumerate(feeds.items()):
            batch, arrival = gathered.lines(name)
            reports = _survived(gathered.decoder, batch)
            reports.positions["seq"] = arrival[reports.positions["seq"]]
            reports.positions["source"] = number
            positions.append(reports.positions)
            for static in reports.statics:
                static.seq, static.source = int(arrival[static.seq]), number
            statics += reports.statics
            merged.refusals.update(reports.refusals)
            merged.kinds.update(reports.kinds)
            merged.sources.append(name)
            merged.slow_us[name] = gathered.decoder.feed_clock.slow_us
        found = np.concatenate(positions)
        merged.positions = found[np.argsort(found["seq"], kind="stable")]
        merged.statics = sorted(statics, key=lambda report: report.seq)
        return merged


def _survived(decoder: Decoder, batch: Lines) -> Reports:
    """Decode a batch; a line on which the decoder fails is refused, and nothing else is."""
    before = decoder.state()
    try:
        return decoder.decode(batch)
    except Exception:  # noqa: BLE001 - whatever it is, it must not cost other lines or feeds
        decoder.restore(before)
    times = batch.received_at if batch.received_at is not None else np.zeros(0, dtype=np.int64)
    merged = Reports(positions=np.zeros(0, dtype=FIX))
    positions = []
    for place, line in enumerate(batch.data.splitlines(keepends=True)[: len(times)]):
        before = decoder.state()
        one = Lines(data=line, source=batch.source, received_at=times[place : place + 1])
        try:
            reports = decoder.decode(one)
        except Exception:  # noqa: BLE001 - as above
            decoder.restore(before)
            merged.refusals[batch.source, Refusal.UNDECODABLE.value] += 1
            continue
        reports.positions["seq"] += place
        positions.append(reports.positions)
        for static in reports.statics:
            static.seq += place
        merged.statics += reports.statics
        merged.refusals.update(reports.refusals)
        merged.kinds.update(reports.kinds)
    merged.positions = np.concatenate([merged.positions, *positions])
    return merged


def _block_head(line: bytes) -> tuple[int, str, int] | None:
    """Read the line before a block; None if it is none."""
    if not line.startswith(b"@"):
        return None
    words = line[1:].split(b" ")
    try:
        received_at, name, size = int(words[0]), words[1].decode(), int(words[2])
    except (ValueError, IndexError):
        return None
    good = 0 <= received_at < _LAST_STAMP and 0 <= size <= LONGEST_BLOCK and name != HEADER
    return (received_at, name, size) if good else None
