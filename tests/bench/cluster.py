"""``python -m tests.bench.cluster [--kills N] [--seed S] [--rate R]``: three sites under kills.

Three NATS servers make the broker, two edges hear four stations that send drawn seas with dirty
lines among them (``stations.py``), two engines share PostgreSQL. Time goes SPEED times as fast for
them (``hastened.py``). Of each twenty kills there are:

- edge: SIGKILL to one of the edges;
- leader, standby: SIGKILL to the engine that leads, or to the one that stands by;
- frozen: SIGSTOP to the engine that leads, and SIGCONT 15 s later, when another has long begun;
- node: SIGKILL to one of the servers.

All are started again, at once or within three seconds. In the end the lines that each edge's
journal holds must be those of the stream, each once and in their order; the journals are held
against what the stations wrote; and the lines of the stream are replayed into an empty database,
with which all tables must agree (``reckoning.py``). Exit code 1 if anything is lost or doubled.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg

from monitor.broker.connecting import Place
from monitor.broker.link import linked
from monitor.journal.parcel import Parcel
from monitor.store.cluster import Cluster
from monitor.store.migrate import migrate
from tests.bench import reckoning
from tests.bench.broker import Node, addresses, cluster_of
from tests.bench.cluster_reckoning import judged, quantiles
from tests.bench.hastened import Haste
from tests.bench.kills import TOKEN, UNREVISED, HastenedWatch
from tests.bench.stations import Pusher, Station, Tcp, Udp, sea
from tests.bench.verdict import pronounce
from tests.live import free_port, tcp_feed

KINDS = {"edge": 5, "leader": 4, "standby": 2, "frozen": 4, "node": 5}
"""How often each is drawn of twenty."""

PAUSE_S = (0.5, 2.5)
DOWN_S = (0.0, 3.0)
FROZEN_S = 15.0
BACK_S, QUIET_S = 90.0, 1_800.0
"""So long it may take until something is committed; and until ships are taken again, which may have
a tenth of the time only: ten seconds of a node's failover are twenty minutes of the sea's."""

SPEED = 120
LINES_A_LANE = 28.0
"""Lines a second that a lane of four stations sends at that speed, about."""

MOVED = "SELECT byte_offset FROM source_offset WHERE source LIKE 'journal'"


@dataclass(slots=True)
class ClusterCampaign:
    """A broker, edges, engines, their stations, and who is killed."""

    cluster: Cluster
    folder: Path
    lanes: int = 4
    speed: int = SPEED
    seed: int = 1
    frozen_s: float = FROZEN_S
    nodes: list[Node] = field(init=False)
    edges: dict[str, HastenedWatch] = field(init=False)
    engines: list[HastenedWatch] = field(init=False)
    stations: dict[str, list[Station]] = field(init=False)
    urls: dict[str, str] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    took_s: dict[str, list[float]] = field(default_factory=dict)
    draw: random.Random = field(init=False)
    thaws: list[threading.Timer] = field(default_factory=list)
    stream: list[Parcel] = field(default_factory=list)
    ran_s: float = 0.0

    def __post_init__(self) -> None:
        """Make databases, servers, edges, engines and stations."""
        self.draw = random.Random(self.seed)
        self.cluster.start()
        for name in ("monitor", "cluster_replayed"):
            known = self.cluster.url(name)
            self.urls[name] = known if name == "monitor" else self.cluster.create_database(name)
            migrate(self.urls[name])
        self.nodes = cluster_of(self.folder)
        haste, port = Haste.now(self.speed), free_port()
        seas = [sea("dirty-fleet", 1000 * self.seed + n * self.lanes, self.lanes) for n in range(3)]
        echo = sea("dirty-fleet", 1000 * self.seed, self.lanes)  # the mole hears the roof's ships
        roof = Tcp("roof", seas[0], haste, 1, dated=True)
        mole = Tcp("mole", echo, haste, 2, dated=False)
        late = {"lateness_s": self.speed, "retry_s": 0.05}
        north = "".join(tcp_feed(tcp.name, tcp.port, **late) for tcp in (roof, mole))
        south = f'[[feeds]]\nname = "mast"\nkind = "nmea-udp"\nport = {port}\n'
        south += f"lateness_s = {self.speed}\n"
        south += f'[[feeds]]\nname = "post"\nkind = "aiscatcher-http"\nlateness_s = {self.speed}\n'
        broker = {"broker": addresses(self.nodes)}
        self.edges = {
            name: HastenedWatch(
                self.folder / name, "", tables, haste, {}, role="edge", edge=name,
                record=str(self.folder / name / "journal"), **broker,
            )
            for name, tables in (("north", north), ("south", south))
        }  # fmt: skip
        self.engines = [
            HastenedWatch(
                self.folder / name, self.urls["monitor"], "", haste, {}, role="engine", **broker
            )
            for name in ("one", "two")
        ]  # fmt: skip
        mast = Udp("mast", seas[1], haste, 3, port)
        post = Pusher("post", seas[2], haste, 4, port=self.edges["south"].http, token=TOKEN)
        self.stations = {"north": [roof, mole], "south": [mast, post]}

    @property
    def every(self) -> list[HastenedWatch]:
        """All edges and engines."""
        return [*self.edges.values(), *self.engines]

    def run(self, kills: int, pause_s: tuple[float, float] = PAUSE_S) -> None:
        """Kill so many times, and stop in good order."""
        with self._sending():
            began = time.monotonic()
            self._until_moved()
            for number, kind in enumerate(islice(self._kinds(), kills), 1):
                time.sleep(self.draw.uniform(*pause_s))
                self._kill(kind)
                self.kills[kind] += 1
                if not number % 10:
                    print(f"{number} kills", file=sys.stderr, flush=True)
            for kind, took in sorted(self.took_s.items()):
                print(f"until the next commit, {kind}: {quantiles(took)}", file=sys.stderr)
            for timer in self.thaws:
                timer.join()
            for station in self._stations():
                station.stop()
            post = self.stations["south"][1]
            self._until(lambda: not post.is_alive(), "the last push")
            self.ran_s = time.monotonic() - began
            self._until(self._is_quiet, "the end of what was sent", QUIET_S)
            for edge in self.edges.values():
                code, _ = edge.stop(30)
                assert code == 0, f"an edge ended with {code}"
            self._until(self._is_quiet, "the end of what the edges had", QUIET_S)
            self.stream = asyncio.run(self._taken_out())
            for engine in sorted(self.engines, key=_leads):  # whoever leads stops last
                code, _ = engine.stop(30)
                assert code == 0, f"an engine ended with {code}"

    def _kinds(self) -> Iterator[str]:
        """Whom to kill: of each twenty as many of each kind, in drawn order."""
        deck, draw = list(Counter(KINDS).elements()), random.Random(self.seed)
        while True:
            draw.shuffle(deck)
            yield from deck

    def _kill(self, kind: str) -> None:
        """Kill somebody, start it again, and wait for the work to go on."""
        down_s = self.draw.choice((0.0, self.draw.uniform(*DOWN_S)))
        if kind == "node":
            node = self.draw.choice(self.nodes)
            node.kill()
            self._measure(kind, node.start, down_s)
            return
        if kind == "edge":
            edge = self.edges[self.draw.choice(sorted(self.edges))]
            edge.kill()
            time.sleep(down_s)
            edge.live()
            return
        self._until(lambda: any(map(_leads, self.engines)), "an engine that leads")
        for timer in self.thaws:
            timer.join()
        self.thaws.clear()
        leading = [engine for engine in self.engines if _leads(engine)]
        others = [engine for engine in self.engines if engine not in leading]
        victim = leading[0] if kind != "standby" else (others or leading)[0]
        if kind == "frozen":
            assert victim.process is not None
            victim.process.send_signal(signal.SIGSTOP)
            thaw = threading.Timer(self.frozen_s, victim.process.send_signal, (signal.SIGCONT,))
            thaw.start()
            self.thaws.append(thaw)
            self._measure(kind, lambda: None, 0.0)
            return
        victim.kill()
        self._measure(kind, victim.live, down_s)

    def _measure(self, kind: str, again: Callable[[], Any], down_s: float) -> None:
        """How long it takes until something is committed; ``again`` after a while."""
        began = time.monotonic()
        time.sleep(0.1)  # what the server was told to commit, it may commit
        before = self._position()
        due, done = began + down_s, False
        while True:
            now = time.monotonic()
            if not done and now >= due:
                again()
                done = True
            if self._position() != before:
                break
            self._look(f"a commit after {kind}", began)
            time.sleep(0.02)
        self.took_s.setdefault(kind, []).append(time.monotonic() - began)
        if not done:
            time.sleep(max(0.0, due - time.monotonic()))
            again()

    def _position(self) -> int:
        rows = asyncio.run(reckoning.fetch(self.urls["monitor"], MOVED))
        return int(rows[0][0]) if rows else 0

    def _until_moved(self) -> None:
        before = self._position()
        self._until(lambda: self._position() > before, "a commit")

    def _is_quiet(self) -> bool:
        """Whether all that was received is stored, and all ships are taken again."""
        (row,) = asyncio.run(reckoning.fetch(self.urls["monitor"], UNREVISED))
        if row[0]:
            return False
        for edge in self.edges.values():
            if edge.process is not None and edge.process.poll() is None:
                with suppress(OSError):
                    status = edge.status()
                    if status["spool"]["waiting_bytes"] > 4096 or not status["store"]["ready"]:
                        return False
        before = [_waiting(engine) for engine in self.engines]
        if 0 not in before:
            return False
        lines = [engine.status()["lines"] for engine in self.engines if _leads(engine)]
        time.sleep(2.0)
        again = [engine.status()["lines"] for engine in self.engines if _leads(engine)]
        return lines == again

    def _until(self, test: Callable[[], bool], what: str, patience_s: float = BACK_S) -> None:
        began = time.monotonic()
        while not test():
            self._look(what, began, patience_s)
            time.sleep(0.05)

    def _look(self, what: str, began: float, patience_s: float = BACK_S) -> None:
        """AssertionError if it takes too long, or somebody ended by itself."""
        for watch in self.every:
            log = (watch.folder / "serve.log").read_text()[-3000:]
            code = None if watch.process is None else watch.process.poll()
            assert code in {None, -signal.SIGKILL, 0}, (
                f"{watch.folder.name} ended by itself:\n{log}"
            )
        if time.monotonic() - began > patience_s:
            logs = "\n".join((w.folder / "serve.log").read_text()[-1500:] for w in self.every)
            raise AssertionError(f"waited in vain for {what}:\n{logs}")

    def _stations(self) -> list[Station]:
        return [station for each in self.stations.values() for station in each]

    @contextmanager
    def _sending(self) -> Iterator[None]:
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.ready()
        for station in self._stations():
            station.start()
        for watch in self.every:
            watch._words.setdefault("MONITOR_FEED_POST_TOKEN", TOKEN)
            watch.live()
        try:
            yield
        finally:
            for timer in self.thaws:
                timer.cancel()
            for watch in self.every:
                with suppress(Exception):
                    watch.process.send_signal(signal.SIGCONT)  # type: ignore[union-attr]
                watch.kill()
            for station in self._stations():
                station.close()
            for node in self.nodes:
                node.kill()
        for station in self._stations():
            if station.error is not None:
                raise station.error

    async def _taken_out(self) -> list[Parcel]:
        """All messages of the stream."""
        found: list[Parcel] = []
        async with linked(Place([node.url for node in self.nodes], "monitor"), "bench") as link:
            last = (await link.state()).last
            async for message in link.parcels(1):
                if isinstance(message, Parcel):
                    found.append(message)
                if message is not None and message.sequence >= last:
                    return found
        raise AssertionError("the stream ended")


def _leads(engine: HastenedWatch) -> bool:
    with suppress(OSError, asyncpg.PostgresError):
        return bool(engine.status()["cluster"]["leads"])
    return False


def _waiting(engine: HastenedWatch) -> int | None:
    """Messages that the leader has not taken; None: it does not lead."""
    with suppress(OSError):
        cluster = engine.status()["cluster"]
        return cluster["waiting"] if cluster["leads"] else None
    return None


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=int, default=2000, help="lines a second, about")
    parser.add_argument("--keep", action="store_true", help="keep the folder, and say where it is")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mmm-cluster-", dir="/tmp"))
    folder.chmod(0o755)
    cluster = Cluster(home=folder / "home")
    began = time.monotonic()
    try:
        lanes = max(1, round(options.rate / LINES_A_LANE))
        campaign = ClusterCampaign(cluster, folder, lanes=lanes, seed=options.seed)
        campaign.run(options.kills)
        toll, figures = judged(campaign)
    finally:
        cluster.stop()
    pronounce(figures, toll.words, folder, began_s=began, keep=options.keep)


if __name__ == "__main__":
    main()
