"""The journal of a live watch: what every feed sent, merged, with the time it was received.

Text, so that a person and other programs can read it: the lines stand as they came, in blocks, each
behind a line of its own that says when (us since 1970 UTC), from which feed, how many bytes, the
CRC-32 of these words and lines (but itself), and how many lines the journal had before::

    #monitor-journal {"feeds":{"harbour":"nmea"},"lateness_s":5.0,…}
    @1733788800123456 harbour 49 c8a3f2d1 7120
    !AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24
    @1733788810000000 - 0 90f1b2a4 7121

``-`` is nobody: the clock went on and nothing came. A live watch decodes its own journal as it
grows, so a replay of it is the same run. Where a block is damaged, or gone, the next one that holds
goes on, and its number says what is lost; one that stands behind its turn is passed over. A header
ends with a CRC-32, too. Earlier releases wrote neither checksums nor numbers.

A journal that several edges filled (``"merged":1`` in its header) has blocks that were received
earlier than the one before, elsewhere. They date their own lines; what came when, and how far time
has gone on, is told by the newest block so far.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from monitor.decode.dating import LogClock
from monitor.decode.decoder import Decoder
from monitor.decode.feedclock import FeedClock
from monitor.decode.journal_parts import (
    HEADER,
    LONGEST_BLOCK,
    MAGIC,
    NOBODY,
    blocks_in,
    first_block,
    header_of,
    is_summed,
    lines_in,
    lines_lost,
    parts_in,
    whole_blocks,
)
from monitor.decode.salvage import salvaged
from monitor.errors import InputError, UsageError
from monitor.model import FIX, Lines, Refusal, Refusals, Reports, StaticReport
from monitor.units import SECOND_US

__all__ = [
    "HEADER", "LONGEST_BLOCK", "MAGIC", "NOBODY", "JournalDecoder", "blocks_in", "first_block",
    "header_of", "lines_in", "lines_lost", "parts_in", "whole_blocks",
]  # fmt: skip


class _Gathered:
    """Blocks of one feed, of one form."""

    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder
        self.bodies: list[bytes] = []
        self.times: list[int] = []  # of arrival
        self.stamps: list[int] = []  # that date the lines
        self.counts: list[int] = []
        self.firsts: list[int] = []  # arrival number of each block's first line

    def add(self, body: bytes, at: int, stamp: int, count: int, first: int) -> None:
        """A block of so many lines, that came at ``at`` and was received at ``stamp``, us."""
        self.bodies.append(body)
        self.times.append(at)
        self.stamps.append(stamp)
        self.counts.append(count)
        self.firsts.append(first)

    def lines(self, source: str) -> tuple[Lines, NDArray[np.int64]]:
        """All lines as one batch, and the arrival number of each."""
        counts = np.array(self.counts, dtype=np.int64)
        begins = np.repeat(np.array(self.firsts, dtype=np.int64), counts)
        within = np.arange(len(begins)) - np.repeat(np.cumsum(counts) - counts, counts)
        received_at = np.repeat(np.array(self.stamps, dtype=np.int64), counts)
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
        self._journal: Any = None  # which one it is: each numbers its own lines
        self._number: int | None = None  # lines of it so far; None: it does not say
        self._summed = False  # blocks have checksums
        self._merged = False  # of several edges
        self._torn = 0  # lines of a damaged place, until the next number says how many they were
        self._forms: dict[str, str] = {}
        self._feeds: tuple[str, ...] = ()  # that are listened to
        self._decoders: dict[str, Decoder] = {}

    def begin_at(self, start: int) -> None:
        """Nothing to begin: every line has its time."""

    def begin_within(self, head: bytes, line: int) -> None:
        """Take the feeds of the first header; their lines are counted each from 1 again."""
        del line
        words = header_of(head)
        self._merged = bool(words.get("merged"))
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
            "journal": self._journal, "number": self._number, "torn": self._torn,
            "merged": self._merged,
            "forms": self._forms, "listened": list(self._feeds),
            "feeds": {name: decoder.state() for name, decoder in self._decoders.items()},
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from ``state()``."""
        self.clock = LogClock(state["clock"])
        self._carry = state["carry"].encode("latin-1")
        self.lateness_us = state["lateness_us"]
        self._merged = state.get("merged", False)
        if {"journal", "number", "torn"} & state.keys():  # earlier releases had none of them
            self._journal, self._number = state["journal"], state["number"]
            self._torn = state["torn"]
            self._summed = self._number is not None
        self._begin(state["forms"])
        self._feeds = tuple(state.get("listened", state["forms"]))
        for name, kept in state["feeds"].items():
            self._decoders[name].restore(kept)

    def decode(self, lines: Lines, *, final: bool = False) -> Reports:
        """Decode whole blocks; a block that is not complete waits for the next batch.

        So does all behind a header that changes the lateness or the feeds: they hold for a batch.
        """
        refusals: Refusals = Counter()
        data = self._carried(lines, refusals) + lines.data
        feeds: dict[tuple[str, int], _Gathered] = {}
        times: list[int] = []
        count = taken = 0
        self.more = False
        parts = parts_in(data, whole=final, summed=self._summed)
        for received_at, name, begin, end, first in parts:
            words = self._header(data[begin:end]) if name == HEADER else None
            if words is not None:
                lateness_us = round(words["lateness_s"] * SECOND_US)
                same = lateness_us == self.lateness_us and tuple(words["feeds"]) == self._feeds
                self.more = bool(times) and not same
                if self.more:
                    break
                taken = end
                self.lateness_us = lateness_us
                self._segment(words, data[begin:end])
                continue
            taken = end
            if not name or name == HEADER:
                self._damaged(data[begin:end], refusals)
                continue
            number = data.count(b"\n", begin, end)
            if first is not None and self._number is not None and first < self._number:
                continue  # read already, or moved to where it does not belong: then it is lost
            self._counted(first, number, refusals)
            known = name == NOBODY if begin == end else name in self._decoders
            if not known or not data.endswith(b"\n", begin - 1, end):
                refusals[self.NAME, Refusal.GARBLED.value] += 1
                continue
            # Lines have a stamp of their own: of a journal that was put together, too.
            self.clock.at = max(received_at, self.clock.at + (1 if number else 0))
            times += [self.clock.at] * max(1, number)
            if number:
                decoder = self._decoders[name]
                gathered = feeds.setdefault((name, id(decoder)), _Gathered(decoder))
                stamp = received_at if self._merged else self.clock.at
                gathered.add(data[begin:end], self.clock.at, stamp, number, count)
                count += number
        self._carry = data[taken:]
        if final and self._torn and not self.more:
            refusals[self.NAME, Refusal.LOST.value] += self._torn
            self._torn = 0
        reports = self._decode(feeds)
        reports.refusals.update(refusals)
        reports.lines = reports.arrivals = count
        reports.clock = np.array(times, dtype=np.int64)
        reports.lateness_us = self.lateness_us
        reports.feeds = self._feeds
        reports.settled = True  # a block has a stamp of its own, and is never cut
        return reports

    def _header(self, line: bytes) -> dict[str, Any] | None:
        """Its words; None: it is damaged, and those of the one before hold still."""
        try:
            return header_of(line)
        except InputError:
            if not self._forms:
                raise
            return None

    def _segment(self, words: dict[str, Any], line: bytes) -> None:
        """A segment begins, perhaps of another journal."""
        self._summed = is_summed(line)
        self._merged = bool(words.get("merged"))
        if self._journal != words.get("journal"):
            self._journal, self._number = words.get("journal"), None
        self._begin(words["feeds"])

    def _carried(self, lines: Lines, refusals: Refusals) -> bytes:
        """What waits, without the end of a segment that was cut off."""
        if not self._carry or not lines.data.startswith(MAGIC):
            return self._carry
        *_, last = parts_in(self._carry, whole=True, summed=self._summed)
        if not last.name:
            self._damaged(self._carry[last.begin :], refusals)
        return self._carry if last.name else self._carry[: last.begin]

    def _damaged(self, place: bytes, refusals: Refusals) -> None:
        """Count the lines of a damaged place, at once unless the next block says how many."""
        if self._number is not None:
            self._torn += lines_lost(place)
            return
        refusals[self.NAME, Refusal.GARBLED.value] += max(1, lines_lost(place))

    def _counted(self, first: int | None, count: int, refusals: Refusals) -> None:
        """Count what is lost before a block of so many lines: by its number, if it has one."""
        if first is not None and self._number is not None and first > self._number:
            refusals[self.NAME, Refusal.LOST.value] += first - self._number
        self._number, self._torn = None if first is None else first + count, 0
        self._summed = self._summed or first is not None

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
        self._feeds = tuple(forms)

    @staticmethod
    def _decode(feeds: dict[tuple[str, int], _Gathered]) -> Reports:
        """Decode each feed's lines in one go, and put all back in order of arrival."""
        positions = [np.zeros(0, dtype=FIX)]
        statics: list[StaticReport] = []
        merged = Reports(positions=positions[0])
        for number, ((name, _), gathered) in enumerate(feeds.items()):
            batch, arrival = gathered.lines(name)
            reports = salvaged(gathered.decoder, batch)
            if gathered.stamps != gathered.times:  # when it came here, not when it was received
                came = np.repeat(gathered.times, gathered.counts)
                reports.positions["received_at"] = came[reports.positions["seq"]]
                for static in reports.statics:
                    static.received_at = int(came[static.seq])
            reports.positions["seq"] = arrival[reports.positions["seq"]]
            reports.positions["source"] = number
            positions.append(reports.positions)
            for static in reports.statics:
                static.seq, static.source = int(arrival[static.seq]), number
            statics += reports.statics
            merged.refusals.update(reports.refusals)
            merged.kinds.update(reports.kinds)
            merged.sources.append(name)
            heard = np.array(gathered.times, dtype=np.int64)
            if name in merged.heard:  # its form changed meanwhile
                heard = np.sort(np.concatenate((merged.heard[name], heard)))
            merged.heard[name] = heard
            merged.slow_us[name] = gathered.decoder.feed_clock.slow_us
        found = np.concatenate(positions)
        merged.positions = found[np.argsort(found["seq"], kind="stable")]
        merged.statics = sorted(statics, key=lambda report: report.seq)
        return merged
