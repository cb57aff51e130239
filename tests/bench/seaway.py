"""``python -m tests.bench.seaway``: what a way at sea costs, and what the sea costs to hold."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from functools import partial

import numpy as np

from monitor.engine.seaway import Place
from monitor.engine.shore import View
from monitor.engine.sphere import vectors
from monitor.seafile import seaway

WATCHED = (-5.0, 30.5, 36.0, 46.0)
WORLD = (-180.0, -60.0, 180.0, 70.0)
WAYS = 400


def drawn(box: tuple[float, float, float, float], seed: int) -> list[tuple[Place, Place]]:
    """Pairs of places on the water of a box."""
    west, south, east, north = box
    draw = np.random.default_rng(seed)
    found: list[Place] = []
    while len(found) < 2 * WAYS:
        place = Place(*draw.uniform((west, south), (east, north)))
        if not View(seaway().shore, vectors(*place)).is_land:
            found.append(place)
    return list(zip(found[:WAYS], found[WAYS:], strict=True))


def cost(work: Callable[[], object]) -> float:
    """Milliseconds of this process."""
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1e3


def main() -> None:
    """Print."""
    tracemalloc.start()
    load = cost(seaway)
    sea = seaway()
    sea.way(Place(0, 0), Place(1, 1))
    held = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    print(f"load {load:.0f} ms, held {held:.1f} MB; {len(sea.shore.lon):,} corners,"
          f" {len(sea.shore.nodes):,} nodes, {len(sea.labels.hub):,} labels")  # fmt: skip
    for name, box in (("watched seas", WATCHED), ("world", WORLD)):
        costs = [cost(partial(sea.way, *pair)) for pair in drawn(box, 1)]
        low, half, high, most = np.percentile(costs, [10, 50, 95, 100])
        print(f"{name}: a way costs {half:.1f} ms ({low:.1f} to {high:.1f}, {most:.1f} at most)")
    ports = Place(35.864, 34.907), Place(29.14, 41.26)
    costs = [cost(partial(sea.way, *ports)) for _ in range(100)]
    print(f"Tartus to the Black Sea: {np.median(costs):.1f} ms")


if __name__ == "__main__":
    main()
