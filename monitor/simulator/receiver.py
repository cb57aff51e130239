"""Coast stations and satellites: what is sent becomes lines, late, twice, mixed and damaged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from monitor.simulator.encode import (
    LAYOUTS,
    garbled,
    payloads,
    sentences,
    static_payloads,
    tagged,
)
from monitor.simulator.falsify import UNITS_PER_DEGREE, Flags, Ints, within
from monitor.simulator.radio import GROUPS, SATELLITE, Sent, long_range_columns
from monitor.simulator.sea import Floats
from monitor.simulator.ship import Ship

STATIONS = {
    "tartus": ("TARTUS-1", "TARTUS-2", "BANIAS"),
    "tobruk": ("TOBRUK-1", "TOBRUK-2"),
    "satellite": ("SAT-A",),
    "far": ("CATANIA",),
    "chain": ("CHAIN-1", "CHAIN-2"),
}
STATIC_EVERY_S = 4_500.0  # type 5 is sent every 6 minutes (ITU-R M.1371-5 annex 1); thinned
PART_B_AFTER_S = 30  # type 24 B follows A within a minute
CHANNELS = ("A", "B")
GROUP_IDS = 10  # sequential message identifiers (IEC 61162-1, VDM)
MIXED_S = 1  # parts of messages so near to each other would be taken for each other's


Box = tuple[float, float, float, float]
"""West, south, east, north: degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """How good the receivers of a scenario are."""

    echo_share: float = 0.1  # reports that a second station hears as well
    longest_delay_s: float = 3.0  # between reception and arrival here
    garbled_share: float = 0.0  # lines whose checksum does not fit
    interleaved: int = 0  # pairs of two-part messages mixed on arrival
    static_every_s: float = STATIC_EVERY_S
    deaf: tuple[tuple[str, float, float], ...] = ()  # group, from and until, s since the log began
    holes: tuple[Box, ...] = ()  # parts of the sea where nobody hears anything


@dataclass(slots=True, kw_only=True)
class Received:
    """What came of a ship's reports: instants with a good true position, and what went wrong."""

    good_s: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    faults: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True, kw_only=True)
class Receiver:
    """Collects the lines of all ships."""

    reception: Hearing
    rng: np.random.Generator
    from_s: float = 0.0  # when the log begins
    _lines: list[tuple[float, int, bytes]] = field(default_factory=list)
    _taken: dict[tuple[str, str, int], set[int]] = field(default_factory=dict)  # s, by group

    def take(self, ship: Ship, sent: Sent) -> Received:
        """Turn the reports of a ship, and her static reports, into lines."""
        heard = Received()
        good = self._positions(sent, heard)
        heard.good_s = sent.at_s[good & ~sent.is_false]
        heard.faults.update(sent.faults)
        self._statics(ship, sent)
        return heard

    def mix(self, ships: list[Ship], sent: list[Sent], heard: list[Received]) -> None:
        """Mix two-part messages of two ships: one sequence id, one channel, two stations."""
        able = [
            k
            for k, ship in enumerate(ships)
            if not ship.particulars.is_class_b and (sent[k].group != SATELLITE).sum() > 0
        ]
        if len(able) < 2:
            return
        for _ in range(self.reception.interleaved):
            first, second = (int(k) for k in self.rng.choice(able, size=2, replace=False))
            if ships[first].particulars.mmsi == ships[second].particulars.mmsi:
                continue
            meeting = _meeting(sent[first], sent[second], self.rng)
            if meeting is None:
                continue
            at, row, other = meeting
            stations = (
                STATIONS[GROUPS[int(sent[first].group[row])]][0],
                STATIONS[GROUPS[int(sent[second].group[other])]][-1],
            )
            if stations[0] == stations[1]:
                continue
            group, channel = int(self.rng.integers(10)), str(self.rng.choice(CHANNELS))
            for k, ship in enumerate((ships[first], ships[second])):
                payload, fill = static_payloads(ship.particulars)[0]
                parts = sentences(payload, fill=fill, channel=channel, group=group)
                for n, part in enumerate(parts):
                    line = tagged(part, station=stations[k], at_s=at)
                    self._put(at + 0.1 + 0.02 * n + 0.01 * k, line)
            heard[first].faults["interleaved"] += 1
            heard[second].faults["interleaved"] += 1

    def lines(self) -> list[bytes]:
        """Return all lines in order of arrival."""
        return [line for _, _, line in sorted(self._lines)]

    def _put(self, arrival_s: float, line: bytes) -> None:
        self._lines.append((arrival_s, len(self._lines), line))

    def _positions(self, sent: Sent, heard: Received) -> Flags:
        rows, quality, rng = sent.at_s.size, self.reception, self.rng
        carried = _payloads(sent)
        echo = rng.random(rows) < quality.echo_share
        delay = rng.exponential(0.5, rows).clip(0.0, quality.longest_delay_s)
        echo_delay = rng.uniform(0.0, quality.longest_delay_s, rows)
        slow_clock = rng.integers(0, 2, rows)
        bad = rng.random((rows, 2)) < quality.garbled_share
        channel = rng.integers(0, 2, rows)
        good = np.zeros(rows, dtype=np.bool_)
        deaf = self._deaf(sent)
        for k, (at, group) in enumerate(zip(sent.at_s.tolist(), sent.group.tolist(), strict=True)):
            if deaf[k]:
                continue
            stations = STATIONS[GROUPS[group]]
            (sentence,) = sentences(carried[k], fill=0, channel=CHANNELS[channel[k]], group=0)
            copies = 2 if echo[k] and len(stations) > 1 else 1
            for copy in range(copies):
                late = int(slow_clock[k]) if copy else 0
                line = tagged(sentence, station=stations[copy], at_s=at + late)
                if bad[k, copy]:
                    line = garbled(line)
                else:
                    good[k] = True
                self._put(at + late + float(echo_delay[k] if copy else delay[k]), line)
            heard.faults["duplicates"] += copies - 1
            heard.faults["bad_checksums"] += int(bad[k, :copies].sum())
        return good

    def _free_group(self, station: str, channel: str, group: int, at: int) -> int:
        """The group, or the next that no other message of this station and channel has just now."""
        for more in range(GROUP_IDS):
            free = (group + more) % GROUP_IDS
            taken = self._taken.setdefault((station, channel, free), set())
            if not taken & set(range(at - MIXED_S, at + MIXED_S + 1)):
                taken.add(at)
                return free
        return group

    def _deaf(self, sent: Sent) -> Flags:
        """Tell which reports fall into an outage of those who would hear them."""
        flags = np.zeros(sent.at_s.size, dtype=np.bool_)
        for group, begin, end in self.reception.deaf:
            span = (self.from_s + begin, self.from_s + end)
            flags |= (sent.group == GROUPS.index(group)) & within(sent.at_s, (span,))
        if not self.reception.holes:
            return flags
        lon, lat = (sent.columns[name] / UNITS_PER_DEGREE for name in ("lon", "lat"))
        return flags | in_boxes(self.reception.holes, lon, lat)

    def _statics(self, ship: Ship, sent: Sent) -> None:
        rng, said = self.rng, {ship.particulars: static_payloads(ship.particulars)}
        coast = np.flatnonzero((sent.group != SATELLITE) & ~self._deaf(sent))
        slot = sent.at_s[coast] // int(self.reception.static_every_s)
        for row in coast[np.append(True, slot[1:] != slot[:-1])[: coast.size]]:
            at, stations = int(sent.at_s[row]) + 1, STATIONS[GROUPS[int(sent.group[row])]]
            who = ship.says(float(sent.at_s[row]))
            if who not in said:
                said[who] = static_payloads(who)
            parts = said[who]
            for n, (payload, fill) in enumerate(parts):
                instant = at + n * PART_B_AFTER_S
                channel, group = CHANNELS[int(rng.integers(2))], int(rng.integers(10))
                group = self._free_group(stations[0], channel, group, instant)
                made = sentences(payload, fill=fill, channel=channel, group=group)
                for number, sentence in enumerate(made):
                    line = tagged(sentence, station=stations[0], at_s=instant)
                    self._put(instant + 0.3 + 0.05 * number, line)


def in_boxes(boxes: tuple[Box, ...], lon: Floats, lat: Floats) -> Flags:
    """Tell which places (degrees) lie in one of the boxes."""
    flags = np.zeros(lon.size, dtype=np.bool_)
    for west, south, east, north in boxes:
        flags |= (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    return flags


def _payloads(sent: Sent) -> list[bytes]:
    carried = [b""] * sent.at_s.size
    kinds = sent.columns["type"]
    for kind in np.unique(kinds).tolist():
        rows = np.flatnonzero(kinds == kind)
        columns = {name: values[rows] for name, values in sent.columns.items()}
        if kind == 27:
            columns = long_range_columns(columns)
        for row, payload in zip(rows.tolist(), payloads(columns, LAYOUTS[kind]), strict=True):
            carried[row] = payload
    return carried


def _meeting(one: Sent, two: Sent, rng: np.random.Generator) -> tuple[int, int, int] | None:
    """Return an instant (s) when both are heard by a coast, and the row of each."""
    ours = np.flatnonzero(one.group != SATELLITE)
    theirs = np.flatnonzero(two.group != SATELLITE)
    row = int(rng.choice(ours))
    near = theirs[np.abs(two.at_s[theirs] - one.at_s[row]) < 300]
    return (int(one.at_s[row]) + 2, row, int(near[0])) if near.size else None
