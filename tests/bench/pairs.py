"""``python -m tests.bench.pairs``: what it costs to look at ships by twos.

- one sea: 20,000 ships between Gibraltar and Syria, half of them at rest, each heard every two
  minutes; what a batch of a minute costs with the detectors of two ships and without, and what an
  instant of the picture costs (there is one every ten minutes);
- ships: the same with fewer ships and with more, for the cost should grow as they do;
- replay: the processor time of a dry run over a log of 4,000 vessels, with and without.

All in one run and by turns, for only ratios mean anything.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from monitor.decode.forms import make_decoder, recognise
from monitor.engine.detect.detection import Detection
from monitor.engine.pipeline import Pipeline
from monitor.model import FIX, Lines, Reports
from monitor.units import DEGREE_M, KNOT_MPS, MINUTE_US, SECOND_US
from tests.bench.generate import write_log
from tests.ports import ports

SEA = (-5.0, 31.0, 36.0, 44.0)
BEGIN = 1_733_011_200 * SECOND_US
EVERY_MIN = 2
MINUTES = 41
PIECE = 8 << 20


def fixes(ships: int, minute: int, drawn: dict[str, Any]) -> Any:
    """Reports of the ships whose turn it is in a minute, in order of time."""
    turn = np.flatnonzero(np.arange(ships) % EVERY_MIN == minute % EVERY_MIN)
    rows = np.zeros(len(turn), dtype=FIX)
    rows["mmsi"] = 200_000_000 + turn
    rows["at"] = BEGIN + minute * MINUTE_US + np.sort(drawn["second"][turn]) * SECOND_US
    rows["received_at"] = rows["at"]
    way = drawn["speed"][turn] * KNOT_MPS * minute * 60 / DEGREE_M
    course = np.radians(drawn["course"][turn])
    rows["lat"] = drawn["lat"][turn] + way * np.cos(course)
    rows["lon"] = drawn["lon"][turn] + way * np.sin(course) / np.cos(np.radians(rows["lat"]))
    rows["sog_kn"], rows["cog_deg"] = drawn["speed"][turn], drawn["course"][turn]
    rows["heading_deg"], rows["type"] = drawn["course"][turn], 1
    rows["seq"], rows["line"] = np.arange(len(turn)), np.arange(len(turn)) + 1
    rows["content"] = minute * ships + turn + 1
    return rows


def sea(ships: int) -> dict[str, Any]:
    """Where they begin, and how they go."""
    rng = np.random.default_rng(7)
    moves = rng.random(ships) < 0.5
    return {
        "lon": rng.uniform(SEA[0], SEA[2], ships), "lat": rng.uniform(SEA[1], SEA[3], ships),
        "speed": np.where(moves, rng.uniform(5, 18, ships), rng.uniform(0, 1, ships)),
        "course": rng.uniform(0, 360, ships), "second": rng.integers(0, 60, ships),
    }  # fmt: skip


def pipe(*, pairs: bool) -> Pipeline:
    """A pipe with the detectors of two ships, or without."""
    pipeline = Pipeline(ports())
    if not pairs:
        pipeline.detection = Detection(pipeline.fences, by_place=())
    return pipeline


def batches(ships: int) -> tuple[list[float], list[float], int]:
    """Milliseconds of each batch without and with, by turns, and how many pairs are watched."""
    drawn = sea(ships)
    pipes = [pipe(pairs=pairs) for pairs in (False, True)]
    spent: tuple[list[float], list[float]] = ([], [])
    for minute in range(MINUTES):
        rows = fixes(ships, minute, drawn)
        for one, times in zip(pipes, spent, strict=True):
            reports = Reports(positions=rows.copy(), lines=len(rows), clock=rows["at"].copy())
            begin = time.process_time()
            one.take("bench", reports)
            one.snapshot()
            times.append(1000 * (time.process_time() - begin))
    return *spent, pipes[1].detection.watched


def replayed(log: Path, *, pairs: bool) -> float:
    """Processor seconds of decoding a log and running it through a pipe."""
    data = log.read_bytes()
    decoder, pipeline = make_decoder(recognise(data[: 64 << 10], "log")), pipe(pairs=pairs)
    begin, place = time.process_time(), 0
    while place < len(data):
        end = min(place + PIECE, len(data))
        end = data.rfind(b"\n", place, end) + 1 if end < len(data) else end
        lines = Lines(data=data[place:end], source="log")
        pipeline.take("log", decoder.decode(lines, final=end == len(data)))
        place = end
    pipeline.finish()
    return time.process_time() - begin


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pairs")
    parser.add_argument("--ships", default="5000,10000,20000")
    parser.add_argument("--lines", type=int, default=300_000)
    options = parser.parse_args()
    print("ships    batch without   batch with   ratio   an instant   pairs watched")
    for ships in map(int, options.ships.split(",")):
        bare, full, watched = batches(ships)
        instants = [full[minute] - bare[minute] for minute in range(len(bare))]
        worst = sorted(instants)[-3:]
        print(
            f"{ships:6,}   {np.mean(bare):10.1f} ms   {np.mean(full):7.1f} ms   "
            f"{np.mean(bare) / np.mean(full):5.2f}   {np.median(worst):7.1f} ms   {watched:7,}"
        )
    with tempfile.TemporaryDirectory(prefix="mmm-bench-", dir="/tmp") as folder:
        log = Path(folder) / "log.nmea"
        write_log(log, options.lines)
        times = [(replayed(log, pairs=False), replayed(log, pairs=True)) for _ in range(3)]
    bare_s, full_s = (min(column) for column in zip(*times, strict=True))
    print(f"replay of {options.lines:,} lines: {bare_s:.2f} s without, {full_s:.2f} s with:"
          f" {bare_s / full_s:.2f} of the rate")  # fmt: skip


if __name__ == "__main__":
    main()
