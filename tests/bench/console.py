"""``python -m tests.bench.console``: what the console costs a browser without a graphics card.

A stand-in for a watch sends 60 messages of positions a second, as the issue asks; a real one
sends one a second. Frames are counted as a browser gives them, drawn in software (SwiftShader): on
a desk with a graphics card they are far more. Printed are

- the first useful picture (queue and ships drawn) and what was downloaded for it;
- frames a second while updates arrive, and while the map is panned and zoomed beside that;
- whether each ship is drawn where she was told last, after all of it;
- with ``--minutes``, what memory grows by in an hour at speed, each look after a collection of
  garbage: 5 show a leak, 120 are what the issue asks.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from monitor.api.console import shelf
from monitor.clock import now_us
from tests.acceptance.browser import DRAWN, SOURCE, browsing, opened, playing, until
from tests.acceptance.console_peer import Peer, vessel

UPDATES_A_S = 60
SHARE = 30
"""Of the ships one in so many is in a message: each is heard every half second."""

SEA = (26.0, 34.0, 32.0, 35.0)
VIEW = "#map=33.5,30.0,6&tab=ships"
TARGETS = {"arriving": 30.0, "panning": 15.0, "picture_s": 2.0, "gzip_kb": 600.0}

FRAMES = """async ([seconds, pan]) => {
  const {map} = monitorConsole;
  const begin = performance.now();
  let [frames, before, worst, turns] = [0, begin, 0, 0];
  for (;;) {
    const at = await new Promise(requestAnimationFrame);
    worst = Math.max(worst, at - before);
    before = at;
    if (at - begin > seconds * 1000) return [frames / seconds, worst];
    frames += 1;
    if (!pan || map.isMoving()) continue;
    turns += 1;
    map.panBy(turns % 2 ? [240, 120] : [-240, -120], {duration: 1000, easing: (t) => t});
  }
}"""
SAMPLE_S = 10.0
"""Between two looks at memory."""

WARM = 1 / 3
"""Of the time that memory is watched: caches fill, code is compiled. The slope is of the rest."""


class Sea:
    """Ships that move, and what was told of them last."""

    def __init__(self, peer: Peer, ships: int) -> None:
        """All are known to the watch."""
        self.rng = random.Random(7)
        self.peer = peer
        self.truth: dict[int, tuple[float, float]] = {}
        west, east, south, north = SEA
        for number in range(ships):
            place = round(self.rng.uniform(west, east), 6), round(self.rng.uniform(south, north), 6)
            self.truth[200_000_000 + number] = place
        peer.answers["/vessels"] = [vessel(mmsi, *place) for mmsi, place in self.truth.items()]
        self.sent = 0

    def tell(self) -> None:
        """Some of them moved a little."""
        stamp = time_of()
        rows = []
        for mmsi in self.rng.sample(sorted(self.truth), max(1, len(self.truth) // SHARE)):
            lon, lat = self.truth[mmsi]
            self.truth[mmsi] = round(lon + self.rng.uniform(-1, 1) * 0.002, 6), lat
            rows.append([mmsi, stamp, *self.truth[mmsi], 11.0, 45.0, 50, 0])
        self.peer.send("positions", rows)
        self.sent += len(rows)

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Messages at their rate, meanwhile."""
        over = threading.Event()

        def run() -> None:
            due = time.monotonic()
            while not over.is_set():
                self.tell()
                due += 1 / UPDATES_A_S
                time.sleep(max(0, due - time.monotonic()))

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def browsers() -> list[Path]:
    """The threads of all processes of the browser."""
    parents: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(place.read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(place.parent.name))
    found, looked = [os.getpid()], 0
    while looked < len(found):
        found += parents.get(found[looked], [])
        looked += 1
    return [task for pid in found[1:] for task in Path(f"/proc/{pid}/task").glob("*/schedstat")]


def spent() -> tuple[float, float]:
    """How long they computed, and were ready to without a processor, ms."""
    computed = waited = 0
    for task in browsers():
        with suppress(OSError):
            one, other, _ = map(int, task.read_text().split())
            computed, waited = computed + one, waited + other
    return computed / 1e6, waited / 1e6


class Memory:
    """What a page's objects take when all that nobody needs is gone, and its browser as a whole."""

    def __init__(self, page: Any) -> None:
        """Looked at over the browser's own protocol: a page knows it by rough steps only."""
        self.inside = page.context.new_cdp_session(page)
        self.inside.send("HeapProfiler.enable")
        self.at: list[float] = []
        self.heap_mb: list[float] = []
        self.resident_mb: list[float] = []

    def look(self) -> None:
        """Now."""
        self.inside.send("HeapProfiler.collectGarbage")
        self.at.append(time.monotonic())
        self.heap_mb.append(self.inside.send("Runtime.getHeapUsage")["usedSize"] / 1e6)
        pages = sum(resident(each) for each in {task.parents[2] for task in browsers()})
        self.resident_mb.append(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)

    def watch(self, minutes: float) -> dict[str, Any]:
        """For so long: first and last values, and how much is added in an hour."""
        until_ = time.monotonic() + minutes * 60
        self.look()
        while time.monotonic() < until_:
            time.sleep(SAMPLE_S)
            self.look()
        warm = sum(at < self.at[0] + WARM * minutes * 60 for at in self.at)
        return {
            key: {"first": round(values[0], 1), "warm": round(values[warm], 1),
                  "last": round(values[-1], 1), "most": round(max(values), 1),
                  "mb_an_hour": round(slope(self.at[warm:], values[warm:]) * 3600, 2)}
            for key, values in (("heap_mb", self.heap_mb), ("resident_mb", self.resident_mb))
        }  # fmt: skip


def resident(process: Path) -> int:
    """Pages of memory that a process of the browser has to itself; 0 of any other."""
    with suppress(OSError):
        if (process / "comm").read_text().startswith("chrom"):  # not what drives it
            _, all_, shared, *_ = map(int, (process / "statm").read_text().split())
            return all_ - shared
    return 0


def slope(times: list[float], values: list[float]) -> float:
    """A second, by least squares; 0 of one value."""
    return statistics.linear_regression(times, values).slope if len(times) > 1 else 0.0


def time_of() -> str:
    """Now, as a stream tells it."""
    seconds, rest = divmod(now_us(), 1_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:06d}Z"


def drawn_wrongly(page: Any, truth: dict[int, tuple[float, float]]) -> int:
    """How many ships are not where they were told last, when the page had its second."""

    def shown(features: list[Any]) -> bool:
        return {each["id"]: tuple(each["geometry"]["coordinates"]) for each in features} == truth

    try:
        until(page, SOURCE, shown)
    except AssertionError:
        found = {e["id"]: tuple(e["geometry"]["coordinates"]) for e in page.evaluate(SOURCE)}
        return sum(found.get(mmsi) != place for mmsi, place in truth.items())
    return 0


def measured(browser: Any, ships: int, seconds: float, minutes: float) -> dict[str, Any]:
    """One sea."""
    peer = Peer()
    peer.streams = True
    sea = Sea(peer, ships)
    found: dict[str, Any] = {"ships": ships}
    with peer.running():
        begin = time.monotonic()
        with opened(browser, peer.url + VIEW) as page:
            until(page, DRAWN)
            found["picture_s"] = round(time.monotonic() - begin, 2)
            until(page, "() => document.querySelector('.link b').innerText", lambda w: w == "Live")
            with sea.moving():
                time.sleep(2)
                for name, pan in (("arriving", False), ("panning", True)):
                    before = spent()
                    rate, worst = page.evaluate(FRAMES, [seconds, pan])
                    ran, waited = (now - then for now, then in zip(spent(), before, strict=True))
                    found |= {
                        name: round(rate, 1), f"{name}_worst_ms": round(worst),
                        f"{name}_ms_a_frame": round(ran / max(1, rate * seconds), 1),
                        f"{name}_crowded": round((ran + waited) / ran, 1),
                    }  # fmt: skip
                if minutes:
                    found |= Memory(page).watch(minutes)
            found["wrong"] = drawn_wrongly(page, sea.truth)
            found["updates"] = sea.sent
    return found


def download() -> dict[str, float]:
    """Kilobytes that a page needs once: the basemap beside all else."""
    sizes = {name: len(file.packed or file.data) / 1000 for name, file in shelf().files.items()}
    base = sum(size for name, size in sizes.items() if name.endswith(".json"))
    licences = sum(size for name, size in sizes.items() if name.endswith("vendor.json"))
    return {
        "gzip_kb": round(sum(sizes.values()) - base, 1),
        "basemap_kb": round(base - licences, 1),
    }


def main() -> None:
    """Run and print, a line each."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.console")
    parser.add_argument("--ships", default="2000,10000")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--minutes", type=float, default=0, help="how long memory is watched")
    options = parser.parse_args()
    print(json.dumps({"targets": TARGETS, **download()}))
    with playing() as play, browsing(play) as browser:
        for ships in map(int, options.ships.split(",")):
            found = measured(browser, ships, options.seconds, options.minutes)
            print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
