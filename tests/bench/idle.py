"""``python -m tests.bench.idle``: what a batch costs in which nothing comes, with many open visits.

The engine is given 50,000 ships that lie at Tartus, each waited for, and then batches of one tick.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from monitor.engine.detect.port.visit import Visit
from monitor.engine.pipeline import Pipeline
from monitor.model import FIX, Reports, ShipAtPort
from monitor.units import HOUR_US, SECOND_US
from tests.ports import ports
from tests.scenario.sea import START, fix_at

VISITS = 50_000
BATCHES = 200


def pipeline_with(visits: int) -> Pipeline:
    """An engine in the middle of so many visits, their silences due an hour apart."""
    fences = ports()
    pipeline = Pipeline(fences, lateness_us=0)
    pipeline.number_of("feed")
    port = fences.ports[0]
    lon, lat = port.centre
    lookout = pipeline.detection.lookouts[0]
    for number in range(visits):
        mmsi = 200_000_000 + number
        last = fix_at(0, mmsi=mmsi, at=START + number % 1000 * SECOND_US, lon=lon, lat=lat)
        lookout.states[ShipAtPort(mmsi, 0, port.id)] = Visit(last=last, inside=1, near=1)
    lookout.restore(lookout.take_changed(full=True))
    pipeline.advance(START + HOUR_US)
    return pipeline


def empty_batches(pipeline: Pipeline, batches: int) -> list[float]:
    """Seconds that each batch took: a tick of 20 ms, and what must be kept of it."""
    nothing, seconds = np.zeros(0, dtype=FIX), []
    now = pipeline.newest
    for _ in range(batches):
        now += 20_000
        reports = Reports(positions=nothing.copy(), clock=np.array([now], dtype=np.int64))
        began = time.perf_counter()
        pipeline.take("feed", reports)
        pipeline.snapshot()
        seconds.append(time.perf_counter() - began)
    return seconds


def main() -> None:
    """Measure and print."""
    pipeline = pipeline_with(VISITS)
    pipeline.snapshot()
    seconds = empty_batches(pipeline, BATCHES)
    middle, most = statistics.median(seconds) * 1e3, max(seconds) * 1e3
    print(
        f"{VISITS:,} open visits, {pipeline.detection.waiting:,} deadlines: an empty batch takes"
        f" {middle:.3f} ms (at most {most:.2f} ms of {BATCHES}); to reach: 1 ms"
    )


if __name__ == "__main__":
    main()
