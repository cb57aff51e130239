"""``python -m tests.bench.day --whole``: what ``monitor replay`` holds while a day goes through it.

The lines of 20,000 ships, tag-blocked, go through a pipe as fast as they are taken: positions each
ten seconds, names each six minutes; each hour one ship in a hundred leaves for good, and one with
another number comes. They are decoded, detected and stored in a PostGIS of their own. Printed for
each hour of theirs: the resident memory of the replay, and lines a second; in the end its slope.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyais import encode_dict

from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from monitor.words import imo_of_six
from tests.bench.day import EVERY_S, ROUNDS, SHIPS, Sea
from tests.bench.generate import BEGIN_S, STATION, numbers, position_lines, tag_block
from tests.program import PROJECT

STATIC_ROUNDS = 36
"""Rounds in which each ship tells her name once: six minutes, as ITU-R M.1371-5 has it."""

LEAVING = 100
"""One in so many leaves within an hour, and another comes."""

NOISE_DEG = 5e-5
"""Receivers in ships are some five metres off: without it a ship in port would be called frozen."""

SETTLED_H = 2
"""From then on memory should be flat: what fills up within hours is full, but for newcomers."""

LOOKS = 10
"""The memory of an hour is the middle one of those in its last so many minutes: a batch is on its
way in one look and not in another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """What was seen at the end of an hour of the ships'."""

    number: int
    held_mb: float
    lines: int
    seconds: float


class Fleet(Sea):
    """A sea whose ships have names, and where some leave and others come."""

    def __init__(self, random: np.random.Generator, ships: int = SHIPS) -> None:
        """At the begin."""
        super().__init__(random, ships)
        self._taken = set(self.mmsi.tolist())
        self._named = 0
        self._statics = [self._static(int(mmsi)) for mmsi in self.mmsi]

    def _static(self, mmsi: int) -> list[bytes]:
        """Her name in a message of two sentences; no other has it."""
        self._named += 1
        fields = {
            "type": 5, "mmsi": mmsi, "shipname": f"DAY {self._named:06d}",
            "callsign": f"D{self._named:06d}",
            "imo": imo_of_six(900_000 + self._named % 100_000), "ship_type": 70, "to_bow": 90,
            "to_stern": 30, "to_port": 9, "to_starboard": 9, "draught": 7, "destination": "TOBRUK",
        }  # fmt: skip
        sentences = encode_dict(fields, talker_id="AI", seq_id=self._named % 10)
        return [sentence.encode() + b"\n" for sentence in sentences]

    def renew(self, count: int) -> None:
        """Let so many leave; their places are taken by ships with numbers never heard before."""
        for place in self.random.choice(self.ships, count, replace=False).tolist():
            while (mmsi := int(numbers(self.random, 1)[0])) in self._taken:
                pass
            self._taken.add(mmsi)
            self.mmsi[place], self._statics[place] = mmsi, self._static(mmsi)
            if self.kn[place] > 0:
                self.lon[place] = self.random.uniform(24.5, 33.5)
                self.lat[place] = self.random.uniform(32.6, 35.6)

    def lines(self, number: int) -> tuple[bytes, int]:
        """What is received in a round, and how many lines that is."""
        self.sail()
        begin_s = BEGIN_S + number * EVERY_S
        heard = np.flatnonzero(~self.silent(begin_s * 1_000_000))
        at = begin_s + np.arange(len(heard)) * EVERY_S // len(heard)
        noise = self.random.normal(0, NOISE_DEG, (2, len(heard)))
        rows = position_lines(
            at, self.mmsi[heard], self.lon[heard] + noise[0], self.lat[heard] + noise[1],
            self.kn[heard], self.course[heard] % 360,
        )  # fmt: skip
        tag = tag_block(b"s:%s,c:%d" % (STATION, int(at[-1])))
        named = heard[heard % STATIC_ROUNDS == number % STATIC_ROUNDS].tolist()
        names = [tag + sentence for place in named for sentence in self._statics[place]]
        return b"".join([rows.tobytes(), *names]), len(rows) + len(names)

    def minutes(self, hours: int) -> Iterator[tuple[bytes, int]]:
        """All of so many hours, minute by minute."""
        leaving = self.ships / LEAVING / 60
        for minute in range(hours * 60):
            self.renew(int((minute + 1) * leaving) - int(minute * leaving))
            rounds = [self.lines(minute * ROUNDS + number) for number in range(ROUNDS)]
            yield b"".join(data for data, _ in rounds), sum(count for _, count in rounds)


def held_mb(pid: int) -> float:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def replayed(url: str, fleet: Fleet, hours: int) -> tuple[list[Hour], dict[str, int]]:
    """Hand the hours to a replay; what was seen of it, and what it says in the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "monitor", "replay", "--format", "json", "-"], cwd=PROJECT,
        env={**os.environ, "MONITOR_DATABASE_URL": url}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as replay:  # fmt: skip
        assert replay.stdin is not None
        assert replay.stdout is not None
        found: list[Hour] = []
        looks: list[float] = []
        lines, began = 0, time.perf_counter()
        for minute, (data, count) in enumerate(fleet.minutes(hours), 1):
            replay.stdin.write(data)
            lines += count
            looks.append(held_mb(replay.pid))
            if not minute % 60:
                seconds = time.perf_counter() - began
                held = statistics.median(looks[-LOOKS:])
                found.append(Hour(number=minute // 60, held_mb=held, lines=lines, seconds=seconds))
                print(told(found[-1]), flush=True)
                lines, began = 0, time.perf_counter()
        replay.stdin.close()
        totals: dict[str, int] = json.loads(replay.stdout.read().splitlines()[-1])
    assert replay.returncode == 0
    return found, totals


def told(hour: Hour) -> str:
    """A line of it."""
    return (
        f"hour {hour.number:2}: {hour.held_mb:7.1f} MB, {hour.lines:,} lines,"
        f" {hour.lines / hour.seconds:,.0f} lines/s"
    )


def slope_mb(hours: list[Hour]) -> float | None:
    """How much memory grows an hour once it has settled; None: there are too few hours."""
    settled = [hour for hour in hours if hour.number >= SETTLED_H]
    if len(settled) < 2:
        return None
    numbers, held = [hour.number for hour in settled], [hour.held_mb for hour in settled]
    return float(np.polyfit(numbers, held, 1)[0])


def measure(hours: int, ships: int = SHIPS) -> tuple[list[Hour], dict[str, int]]:
    """Run it in a PostGIS of its own, and print."""
    with tempfile.TemporaryDirectory(prefix="mmm-day-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(home=Path(folder) / "home")
        try:
            cluster.start()
            url = cluster.create_database("day")
            migrate(url)
            found, totals = replayed(url, Fleet(np.random.default_rng(3), ships), hours)
        finally:
            cluster.stop()
    lines, seconds = sum(hour.lines for hour in found), sum(hour.seconds for hour in found)
    print(f"{lines:,} lines in {seconds:.0f} s, {lines / seconds:,.0f} lines a second")
    slope = slope_mb(found)
    if slope is not None:
        print(f"memory after the first {SETTLED_H} hours: {slope:+.2f} MB an hour")
    return found, totals
