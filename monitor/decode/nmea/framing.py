"""Finds the sentences of a batch of lines, dates the lines, and says which say nothing.

Regular lines are taken as columns (``regular.py``). All others go through ``sentence.py`` one by
one, into the same table. Lines that speak of the next one (PGHP, a tag block alone) and the lesser
clocks of undated logs make the only state.
"""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from typing import Any

import numpy as np

from monitor.decode.dating import EARLIEST, NEVER
from monitor.decode.nmea import sixbit
from monitor.decode.nmea.lines import LineTable, Rank, Sentence, tagged
from monitor.decode.nmea.message import base_station_time
from monitor.decode.nmea.regular import find_regular
from monitor.decode.nmea.sentence import gps_clock, parse_line, pghp, stamp_before
from monitor.decode.nmea.trailers import Trailers
from monitor.model import Refusal
from monitor.units import MINUTE_US, NO_TIME, SECOND_US

_TAG_ALONE = re.compile(rb"^\s*\\[^\\]*\\\s*$")
_BINARY_FRAME = re.compile(rb"^(RaUdP|RrUdP|RuUdP)\x00")

_STATE = ("rank", "next_stamp", "next_tag", "second", "minute")


class Framer:
    """The framing of one source."""

    def __init__(self) -> None:
        """Nothing was seen."""
        self._rank = int(Rank.NONE)
        self._next_stamp = NO_TIME  # of a PGHP or tag block on its own line
        self._next_tag = b""
        self._second = -1  # AIS second last seen, for logs dated by --start
        self._minute = 0
        self.trailers = Trailers()
        self.until = NEVER  # us; later stamps are nonsense
        self.zone: tzinfo = UTC  # of loggers' times that name none

    def begin_at(self, start: int) -> None:
        """Count on from ``start`` (us) by the seconds in position reports."""
        self._rank, self._minute = int(Rank.SECONDS), start // MINUTE_US

    @property
    def rank(self) -> Rank:
        """The best that has told a time so far."""
        return Rank(self._rank)

    def state(self) -> dict[str, Any]:
        """What later lines depend on, as JSON would hold it."""
        tag = self._next_tag.decode("latin-1")
        return {
            "rank": self._rank, "next_stamp": self._next_stamp, "next_tag": tag,
            "second": self._second, "minute": self._minute, "trailers": self.trailers.state(),
        }  # fmt: skip

    def restore(self, state: dict[str, Any] | list[Any]) -> None:
        """Go on from ``state()``; up to release 0.1 that was a list."""
        known = dict(zip(_STATE, state, strict=True)) if isinstance(state, list) else state
        self._rank, self._next_stamp = known["rank"], known["next_stamp"]
        self._next_tag = known["next_tag"].encode("latin-1")
        self._second, self._minute = known["second"], known["minute"]
        self.trailers.restore(known.get("trailers"))

    def frame(self, table: LineTable, *, live: bool = False, final: bool = False) -> None:
        """Find the sentences of all lines.

        ``live``: their stamps will be held against their reception; ``final``: no more will come.
        """
        regular = find_regular(table)
        found: list[Sentence] = []
        self._hand_on(0, table, regular)
        for line in np.flatnonzero(~regular).tolist():
            found += self._irregular(line, table)
            self._hand_on(line + 1, table, regular)
        table.add(found)
        if self._rank < Rank.GPS:
            self._base_stations(table)
        self.trailers.tell(table, (0, 0) if live else self._dated_from(table), final=final)
        if not live:
            self._refuse_nonsense(table)
        self._lesser_clocks(table)

    def _dated_from(self, table: LineTable) -> tuple[int, int]:
        """The first two lines of which something but a number behind them tells the time.

        Where there are two, the lines up to there may be decided on: one is believed by the other.
        """
        if self._rank > Rank.NONE:
            return 0, 0
        good = (table.ranks > Rank.NONE) & (table.stamps >= EARLIEST) & (table.stamps <= self.until)
        found = [*np.flatnonzero(good)[:2].tolist(), len(table), len(table)]
        return found[0], found[1]

    def _irregular(self, line: int, table: LineTable) -> list[Sentence]:
        """Find the sentences of one line."""
        text, begin = table.text(line), int(table.starts[line])
        near = self._minute * MINUTE_US if self._minute else NO_TIME
        parsed = parse_line(text, self.zone, near)
        if not parsed:
            self._no_sentence(line, text, table)
            return []
        found: list[Sentence] = []
        told, archived = self._next_stamp, NO_TIME
        previous = 0
        for sentence in parsed:
            stamp = sentence.stamp
            tag = text[previous : sentence.begin]
            if b"\\" not in tag and self._next_tag:
                tag = self._next_tag
            if self._next_stamp != NO_TIME and (stamp == NO_TIME or b"\\" not in tag):
                # exactEarth: PGHP says when, the trailer when it was archived
                archived = stamp if stamp != NO_TIME else sentence.trailer
                stamp = self._next_stamp
            elif sentence.trailer != NO_TIME:
                self.trailers.note(line, begin + sentence.begin, sentence.trailer)
            self._next_stamp, self._next_tag = NO_TIME, b""
            if told == NO_TIME:
                told = stamp
            if b"\\" in tag:
                table.tags[begin + sentence.begin] = tag
            previous = sentence.end
            found.append(sentence.placed(line, begin, stamp))
        told = archived if archived != NO_TIME else told
        if told != NO_TIME:
            table.tell(line, told, Rank.STAMP)
        return found

    def _no_sentence(self, line: int, text: bytes, table: LineTable) -> None:
        """A line without one may speak of the next, or tell the time; else it says nothing."""
        stripped = text.strip(b"\0 \t\r\n")
        if not stripped or _BINARY_FRAME.match(text):
            return
        if (dated := pghp(stripped)) is not None:
            self._next_stamp = dated[0]
            return
        if _TAG_ALONE.match(stripped):
            self._next_tag = stripped
            self._next_stamp = stamp_before(stripped)
            return
        at = gps_clock(stripped)
        if at != NO_TIME:
            table.tell(line, at, Rank.GPS)
        garbled = b"VDM," in stripped or b"VDO," in stripped
        table.reasons[line] = Refusal.GARBLED if garbled else Refusal.NOT_AIS

    def _hand_on(self, line: int, table: LineTable, regular: Any) -> None:
        """Give a lone line's stamp and tag to the sentence on ``line`` if that is regular."""
        if self._next_stamp == NO_TIME and not self._next_tag:
            return
        if line >= len(table) or not regular[line]:
            return
        row = table.sentence_on(line)
        begin = int(table.sentences["begin"][row])
        if self._next_tag and not tagged(table.buffer, begin):
            table.tags[begin] = self._next_tag
        if self._next_stamp != NO_TIME and table.stamps[line] == NO_TIME:
            table.tell(line, self._next_stamp, Rank.STAMP)
            table.sentences["stamp"][row] = self._next_stamp
        self._next_stamp, self._next_tag = NO_TIME, b""

    def _lesser_clocks(self, table: LineTable) -> None:
        """Date a log without stamps by its base stations, or by ``--start`` and AIS seconds."""
        best = np.maximum.accumulate(np.concatenate(([self._rank], table.ranks)))[1:]
        if len(best):
            table.stamps[(table.ranks < best) & (table.ranks > Rank.NONE)] = NO_TIME
            if self._rank == Rank.SECONDS:  # up to where a better clock is met, however it is cut
                self._ais_seconds(table, int(np.searchsorted(best, Rank.SECONDS, side="right")))
            self._rank = int(best[-1])

    def _refuse_nonsense(self, table: LineTable) -> None:
        """Stamps of before there was AIS, or of after now, date nothing."""
        stamps = table.sentences["stamp"]
        stamps[(stamps < EARLIEST) | (stamps > self.until)] = NO_TIME
        wrong = (table.stamps < EARLIEST) | (table.stamps > self.until)
        for line in np.flatnonzero(wrong & (table.ranks == Rank.STAMP)).tolist():
            table.reasons[line] = Refusal.CLOCK_NONSENSE
        table.stamps[wrong], table.ranks[wrong] = NO_TIME, Rank.NONE

    def _base_stations(self, table: LineTable) -> None:
        better = np.flatnonzero(table.ranks >= Rank.GPS)
        until = int(better[0]) if len(better) else len(table)
        single = table.single(before=until)
        kinds = sixbit.message_type(table.buffer, single["payload"])
        for row in single[kinds == 4].tolist():
            sentence = Sentence._make(row)
            at = base_station_time(table.payload(sentence), sentence.fill)
            if EARLIEST <= at <= self.until:
                table.tell(sentence.line, at, Rank.BASE_STATION)

    def _ais_seconds(self, table: LineTable, before: int) -> None:
        """Advance the clock by the seconds that position reports carry (bits 137 and 133)."""
        for row in table.single(least=24, before=before).tolist():
            sentence = Sentence._make(row)
            second = sixbit.second_of(table.buffer, sentence.payload)
            if second < 0:
                continue
            if self._second >= 0:
                if second - self._second < -30:
                    self._minute += 1
                elif second - self._second > 30:
                    continue  # a report of the minute before, come late
            self._second = second
            table.stamps[sentence.line] = self._minute * MINUTE_US + second * SECOND_US
