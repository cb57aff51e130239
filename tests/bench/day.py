"""``python -m tests.bench.day``: a day of 20,000 ships at 2,000 lines a second, as fast as it goes.

The engine alone, without decoding and without a store: what it remembers after each hour is what a
watch holds. Printed: memory, hour by hour, and how much it grew after the first one. With
``--whole`` it is the whole pipe that is measured, into PostGIS: see ``whole_day``.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from monitor.engine.pipeline import Pipeline
from monitor.model import FIX, Reports
from monitor.units import HOUR_US, MINUTE_US, SECOND_US
from tests.bench.generate import BEGIN_S, numbers
from tests.ports import ports

SHIPS, EVERY_S = 20_000, 10
ROUNDS = 60 // EVERY_S  # a minute
PAGE_BYTES = 4096


class Sea:
    """Ships that sail up and down; one in twenty lies in port, one in ten is silent by turns."""

    def __init__(self, random: np.random.Generator, ships: int = SHIPS) -> None:
        """At the begin."""
        self.random, self.ships = random, ships
        self.mmsi = numbers(random, ships)
        self.lon, self.lat = random.uniform(24.5, 33.5, ships), random.uniform(32.6, 35.6, ships)
        self.course, self.kn = random.uniform(0, 360, ships), random.uniform(5, 18, ships)
        lies = random.choice(ships, ships // 20, replace=False)
        self.lon[lies], self.lat[lies] = 35.866, 34.912
        self.kn[lies] = 0.0
        self.content = 0

    def sail(self) -> None:
        """Let all go on until they report again."""
        step = self.kn * EVERY_S / 3600 / 60
        self.lon += step * np.sin(np.radians(self.course)) / np.cos(np.radians(self.lat))
        self.lat += step * np.cos(np.radians(self.course))
        out = (self.lon < 24.2) | (self.lon > 34.0) | (self.lat < 32.4) | (self.lat > 35.9)
        self.course[out & (self.kn > 0)] += 180

    def silent(self, at: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Who is not heard in the hour of an instant (us)."""
        found: np.ndarray[tuple[int], np.dtype[np.bool_]] = (at // HOUR_US + self.mmsi) % 10 == 0
        return found

    def minute(self, begin: int) -> np.ndarray[tuple[int], np.dtype[np.void]]:
        """What all report within a minute from ``begin`` (us) on."""
        ships = self.ships
        fixes = np.zeros(ships * ROUNDS, dtype=FIX)
        for number in range(ROUNDS):
            self.sail()
            part = fixes[number * ships : (number + 1) * ships]
            part["mmsi"], part["lon"], part["lat"] = self.mmsi, self.lon, self.lat
            part["sog_kn"], part["cog_deg"] = self.kn, self.course % 360
            part["at"] = begin + (number * EVERY_S * SECOND_US) + np.arange(ships) * 500
        fixes["received_at"] = fixes["at"]
        fixes["heading_deg"], fixes["type"] = np.nan, 1
        fixes["content"] = self.content + np.arange(1, len(fixes) + 1)
        fixes["seq"] = np.arange(len(fixes))
        self.content += len(fixes)
        heard: np.ndarray[tuple[int], np.dtype[np.void]] = fixes[
            ~np.tile(self.silent(begin), ROUNDS)
        ]
        return heard


def memory_mb() -> float:
    """What this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES / 2**20


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.day")
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--ships", type=int, default=SHIPS)
    parser.add_argument("--whole", action="store_true", help="the whole pipe, into PostGIS")
    words = parser.parse_args()
    if words.whole:
        from tests.bench.whole_day import measure  # noqa: PLC0415 - it needs this module

        measure(words.hours, words.ships)
        return
    sea, pipeline = Sea(np.random.default_rng(3), words.ships), Pipeline(ports())
    held, lines, began = [], 0, time.perf_counter()
    for hour in range(words.hours):
        for minute in range(60):
            begin = BEGIN_S * SECOND_US + hour * HOUR_US + minute * MINUTE_US
            fixes = sea.minute(begin)
            clock = fixes["received_at"].copy()
            pipeline.take("sea", Reports(positions=fixes, lines=len(fixes), clock=clock))
            pipeline.snapshot()
            lines += len(fixes)
        held.append(memory_mb())
        print(f"hour {hour + 1:2}: {held[-1]:7.1f} MB, {pipeline.detection.watched:,} watched")
    seconds = time.perf_counter() - began
    print(f"{lines:,} lines in {seconds:.0f} s, {lines / seconds:,.0f} lines a second;"
          f" grown since the first hour: {held[-1] - held[0]:+.1f} MB")  # fmt: skip


if __name__ == "__main__":
    main()
