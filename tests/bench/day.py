"""``python -m tests.bench.day``: a day of 20,000 ships at 2,000 lines a second, as fast as it goes.

The engine alone, without decoding and without a store: what it remembers after each hour is what a
watch holds. Printed: memory, hour by hour, and how much it grew after the first one.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from monitor.engine.pipeline import Pipeline
from monitor.model import FIX, Reports
from monitor.units import HOUR_US, MINUTE_US, SECOND_US
from tests.bench.generate import BEGIN_S
from tests.ports import ports

SHIPS, EVERY_S = 20_000, 10
PAGE_BYTES = 4096


class Sea:
    """Ships that sail up and down; one in twenty lies in port, one in ten is silent by turns."""

    def __init__(self, random: np.random.Generator) -> None:
        """At the begin."""
        self.random = random
        self.mmsi = 200_000_000 + random.choice(500_000_000, SHIPS, replace=False)
        self.lon, self.lat = random.uniform(24.5, 33.5, SHIPS), random.uniform(32.6, 35.6, SHIPS)
        self.course, self.kn = random.uniform(0, 360, SHIPS), random.uniform(5, 18, SHIPS)
        lies = random.choice(SHIPS, SHIPS // 20, replace=False)
        self.lon[lies], self.lat[lies] = 35.866, 34.912
        self.kn[lies] = 0.0
        self.content = 0

    def minute(self, begin: int) -> np.ndarray[tuple[int], np.dtype[np.void]]:
        """What all report within a minute from ``begin`` (us) on."""
        rounds = 60 // EVERY_S
        fixes = np.zeros(SHIPS * rounds, dtype=FIX)
        for number in range(rounds):
            step = self.kn * EVERY_S / 3600 / 60
            self.lon += step * np.sin(np.radians(self.course)) / np.cos(np.radians(self.lat))
            self.lat += step * np.cos(np.radians(self.course))
            out = (self.lon < 24.2) | (self.lon > 34.0) | (self.lat < 32.4) | (self.lat > 35.9)
            self.course[out & (self.kn > 0)] += 180
            part = fixes[number * SHIPS : (number + 1) * SHIPS]
            part["mmsi"], part["lon"], part["lat"] = self.mmsi, self.lon, self.lat
            part["sog_kn"], part["cog_deg"] = self.kn, self.course % 360
            part["at"] = begin + (number * EVERY_S * SECOND_US) + np.arange(SHIPS) * 500
        fixes["received_at"] = fixes["at"]
        fixes["heading_deg"], fixes["type"] = np.nan, 1
        fixes["content"] = self.content + np.arange(1, len(fixes) + 1)
        fixes["seq"] = np.arange(len(fixes))
        self.content += len(fixes)
        silent = (begin // HOUR_US + self.mmsi) % 10 == 0
        heard: np.ndarray[tuple[int], np.dtype[np.void]] = fixes[~np.tile(silent, rounds)]
        return heard


def memory_mb() -> float:
    """What this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES / 2**20


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.day")
    parser.add_argument("--hours", type=int, default=24)
    words = parser.parse_args()
    sea, pipeline = Sea(np.random.default_rng(3)), Pipeline(ports())
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
