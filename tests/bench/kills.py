"""``python -m tests.bench.kills [--kills N] [--seed S] [--private]``: a watch is killed, and again.

``monitor serve`` records while two NMEA feeds over TCP, one over UDP and one that is pushed send
it drawn seas with dirty lines among them (``stations.py``), for which time goes SPEED times as fast
(``hastened.py``). Every 0.3 to 2 seconds a kill is drawn:

- watch: SIGKILL to it; it is started again in the same home;
- backend: its connections are ended by the server;
- postmaster: SIGKILL to the first process of PostgreSQL, which is started again at once or later;
- both: watch and postmaster, in either order.

``--private``: PostgreSQL is the watch's own, who is left to start it again, and may die of that.

Three of four times the next kill waits until batches are committed again; the fourth it does not,
and hits a watch that starts or goes back to its last commit. In the end the watch is stopped in
good order, its recording is replayed into an empty database, and ``reckoning.py`` says what is lost
or doubled: what is compared with what stands there. Exit code 1 if anything is.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg

from monitor.store.cluster import SUPERUSER, Cluster
from monitor.store.migrate import migrate
from tests.bench import reckoning
from tests.bench.hastened import HASTE, Haste
from tests.bench.stations import Pusher, Station, Tcp, Udp, sea
from tests.bench.verdict import pronounce
from tests.live import Watch, free_port, tcp_feed
from tests.program import run_monitor

PROJECT = Path(__file__).parents[2]
PAUSE_S = (0.3, 2.0)
DOWN_S = (1.0, 4.0)
KINDS = {"watch": 8, "backend": 5, "postmaster": 4, "both": 3}
"""How often each is drawn of twenty."""

WAITS = 0.75
"""How often a kill waits for commits first."""

BACK_S, QUIET_S = 60.0, 1_800.0
"""So long it may take until batches are committed again; and until all ships are taken again."""

SPEED, LANES = 120, 12
"""Two days of three times twelve fleets, in 25 minutes."""

TOKEN = "s3cret"  # noqa: S105 - nobody else is there
ENDED = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = $1 AND pid <> pg_backend_pid()
"""
UNREVISED = """
    SELECT (SELECT count(*) FROM late_report) + (SELECT count(*) FROM revision_due)
    + (SELECT count(*) FROM reception_due) + (SELECT count(*) FROM interference_due)
"""


class HastenedWatch(Watch):
    """A watch for which time goes faster; one life after the other."""

    def __init__(
        self, folder: Path, url: str, tables: str, haste: Haste, secrets: dict[str, str],
        **settings: Any,
    ) -> None:  # fmt: skip
        """See Watch."""
        super().__init__(folder, url, tables, **settings)
        self._words = {HASTE: haste.words, "MONITOR_FEED_POST_TOKEN": TOKEN, **secrets}
        if url:
            self._words["MONITOR_DATABASE_URL"] = url

    def live(self) -> None:
        """Start it."""
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.bench.hastened", "serve"],
                cwd=self.folder, stderr=log,
                env={**os.environ, "PYTHONPATH": str(PROJECT), **self._words},
            )  # fmt: skip

    def commits(self) -> int:
        """How often this life has committed; 0: not yet, or the store is not there."""
        with suppress(OSError):
            store = self.status()["store"]
            return int(store["commits"]) if store["ready"] else 0
        return 0


@dataclass(slots=True)
class Campaign:
    """One watch, its database, its stations, and who is killed."""

    cluster: Cluster
    folder: Path
    private: bool = False  # the cluster is that of the watch, which lives in its home
    speed: int = SPEED
    lanes: int = LANES
    seed: int = 1
    down_s: tuple[float, float] = DOWN_S
    back_s: float = BACK_S
    tables: str = ""  # of its settings, beside those of the feeds
    settings: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)  # of its environment
    kills: Counter[str] = field(default_factory=Counter)
    unready: int = 0  # kills that hit a watch which did not commit
    urls: dict[str, str] = field(default_factory=dict)
    draw: random.Random = field(init=False)
    watch: HastenedWatch = field(init=False)
    roof: Tcp = field(init=False)
    mole: Tcp = field(init=False)
    mast: Udp = field(init=False)
    post: Pusher = field(init=False)

    def __post_init__(self) -> None:
        """Make databases, stations and the watch's settings."""
        self.draw = random.Random(self.seed)
        self.cluster.start()
        for name in ("monitor", "kills_replayed"):
            known = self.cluster.url(name)
            self.urls[name] = known if name == "monitor" else self.cluster.create_database(name)
            migrate(self.urls[name])
        haste, port = Haste.now(self.speed), free_port()
        seas = [sea("dirty-fleet", 1000 * self.seed + n * self.lanes, self.lanes) for n in range(3)]
        echo = sea("dirty-fleet", 1000 * self.seed, self.lanes)  # the mole hears the roof's ships
        self.roof = Tcp("roof", seas[0], haste, 1, dated=True)
        self.mole = Tcp("mole", echo, haste, 2, dated=False)
        self.mast = Udp("mast", seas[1], haste, 3, port)
        late = {"lateness_s": self.speed, "retry_s": 0.05}
        feeds = "".join(tcp_feed(tcp.name, tcp.port, **late) for tcp in (self.roof, self.mole))
        for name, kind, more in (("mast", "nmea-udp", f"port = {port}\n"),
                                 ("post", "aiscatcher-http", "")):  # fmt: skip
            feeds += f'[[feeds]]\nname = "{name}"\nkind = "{kind}"\n{more}'
            feeds += f"lateness_s = {self.speed}\n"
        url = "" if self.private else self.urls["monitor"]
        self.watch = HastenedWatch(
            self.folder, url, feeds + self.tables, haste, self.secrets,
            record=str(self.recording), **self.settings,
        )  # fmt: skip
        self.post = Pusher("post", seas[2], haste, 4, port=self.watch.http, token=TOKEN)

    @property
    def recording(self) -> Path:
        """Where the journal is kept."""
        return self.folder / "journal"

    @property
    def stations(self) -> list[Station]:
        """All four."""
        return [self.roof, self.mole, self.mast, self.post]

    def run(self, kills: int, pause_s: tuple[float, float] = PAUSE_S) -> None:
        """Kill so many times, and stop in good order."""
        with self._sending():
            self.watch.live()
            self._until_it_commits()
            for number, kind in enumerate(islice(self._kinds(), kills), 1):
                time.sleep(self.draw.uniform(*pause_s))
                ready = self.watch.commits()
                while not self._kill(kind):
                    time.sleep(0.1)
                self.kills[kind] += 1
                self.unready += not ready
                if self.draw.random() < WAITS or number == kills:
                    self._until_it_commits()
                if not number % 10:
                    print(f"{number} kills", file=sys.stderr, flush=True)
            for station in self.stations:
                station.stop()
            self._until(lambda: not self.post.is_alive(), "the last push")
            self._until(self._is_quiet, "the end of what was sent", QUIET_S)
            self._before_the_stop()
            code, _ = self.watch.stop()
            assert code == 0, f"the watch ended with {code}"

    def _kinds(self) -> Iterator[str]:
        """Whom to kill: of each twenty as many of each kind, in drawn order."""
        deck, draw = list(Counter(KINDS).elements()), random.Random(self.seed)
        while True:
            draw.shuffle(deck)
            yield from deck

    def _kill(self, kind: str) -> bool:
        """Kill somebody, and start it again; False: there was nobody."""
        if kind != "watch" and self.cluster.status().pid is None:
            return False
        if kind == "backend":
            return self._end_connections() > 0
        victims: list[Callable[[], None]] = []
        if kind in {"watch", "both"}:
            victims.append(self.watch.kill)
        if kind in {"postmaster", "both"}:
            victims.append(self._kill_postmaster)
        self.draw.shuffle(victims)
        for victim in victims:
            victim()
        if kind == "postmaster" or (kind == "both" and self.draw.random() < 0.5):
            self._start_server()
            if kind == "both":
                self.watch.live()
        else:
            time.sleep(self.draw.choice((0.0, self.draw.uniform(0, 0.5))))
            self.watch.live()
            if kind == "both":
                self._start_server()
        return True

    def _kill_postmaster(self) -> None:
        pid = self.cluster.status().pid
        if pid is None:
            return
        os.kill(pid, signal.SIGKILL)
        while self.cluster.status().pid == pid:  # it may take calls until it has truly ended
            time.sleep(0.001)

    def _start_server(self) -> None:
        if self.private:
            return
        time.sleep(self.draw.choice((0.0, self.draw.uniform(*self.down_s))))
        self.cluster.start()

    def _end_connections(self) -> int:
        async def end() -> int:
            url = self.cluster.url("postgres", role=SUPERUSER)
            connection = await asyncpg.connect(url)
            try:
                return int(await connection.fetchval(ENDED, "monitor"))
            finally:
                await connection.close()

        return asyncio.run(end())

    def _is_quiet(self) -> bool:
        """Whether all that was sent is read and stored, and all ships are taken again."""
        before = self.watch.status()
        time.sleep(1.0)
        after = self.watch.status()
        lines = [[feed["lines"] for feed in status["feeds"]] for status in (before, after)]
        if lines[0] != lines[1] or before["lines"] != after["lines"]:
            return False
        (row,) = asyncio.run(reckoning.fetch(self.urls["monitor"], UNREVISED))
        return not row[0]

    def _before_the_stop(self) -> None:
        """Wait for what else is to come to an end."""

    def _until_it_commits(self) -> None:
        """Wait until lines are committed, in this life and on a connection that holds."""
        before = self.watch.commits()
        self._until(lambda: self.watch.commits() > before + 1, f"a commit after {self.kills}")

    def _until(self, test: Callable[[], bool], what: str, patience_s: float | None = None) -> None:
        deadline = time.monotonic() + (self.back_s if patience_s is None else patience_s)
        while not test():
            log = (self.folder / "serve.log").read_text()[-3000:]
            assert self.watch.process is not None
            assert self.watch.process.poll() is None, f"the watch ended by itself:\n{log}"
            assert time.monotonic() < deadline, f"waited in vain for {what}:\n{log}"
            time.sleep(0.05)

    @contextmanager
    def _sending(self) -> Iterator[None]:
        for station in self.stations:
            station.start()
        try:
            yield
        finally:
            self.watch.kill()
            for station in self.stations:
                station.close()
        for station in self.stations:
            if station.error is not None:
                raise station.error

    def replay(self) -> None:
        """Replay the recording into the empty database."""
        env = {"MONITOR_DATABASE_URL": self.urls["kills_replayed"]}
        done = run_monitor("replay", self.recording, env=env, patience_s=QUIET_S)
        assert done.returncode == 0, done.stderr

    def _written(self, blocks: list[reckoning.Block]) -> list[reckoning.Block]:
        """What the journal had of the stations at any time: nothing is lost of it but to a disk."""
        return blocks

    def judged(self) -> tuple[reckoning.Toll, dict[str, Any]]:
        """Hold all against all: what is lost or doubled, and the figures to print."""
        toll = reckoning.Toll()
        data, blocks = reckoning.journal(self.recording)
        written = self._written(blocks)
        taken = {
            "roof": reckoning.of_streams(toll, "roof", self.roof.streams, written),
            "mole": reckoning.of_streams(toll, "mole", self.mole.streams, written),
            "mast": reckoning.of_datagrams(toll, "mast", self.mast.datagrams, written),
            "post": reckoning.of_pushes(toll, "post", self.post.pushes, written),
        }
        figures = reckoning.of_tables(toll, self.urls["monitor"], reckoning.read(data))
        rows = reckoning.of_replay(toll, *self.urls.values())
        said = Counter(entry["event"] for entry in self.watch.log if entry["level"] == "error")
        pushes = self.post.pushes
        return toll, {
            "kills": ", ".join(f"{kind} {many}" for kind, many in sorted(self.kills.items())),
            "of them while not committing": self.unready,
            "lives of the watch": 1 + max((block.life for block in blocks), default=0),
            **{
                f"lines of {station.name}":
                f"{station.sent:,} sent, {taken[station.name]:,} taken, {station.unheard:,} for"
                " nobody"
                for station in self.stations
            },
            "pushes": f"{len(pushes):,}, answered {sum(push.answered for push in pushes):,};"
            f" {dict(self.post.answers)}",
            **{name: f"{number:,}" for name, number in figures.items()},
            "rows": ", ".join(f"{name} {number:,}" for name, number in rows.items()),
            "errors logged": dict(said) or "none",
            "lost": toll.lost,
            "doubled": toll.doubled,
        }  # fmt: skip


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.kills")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--private", action="store_true", help="the cluster is the watch's own")
    parser.add_argument("--keep", action="store_true", help="keep the folder, and say where it is")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mmm-kills-", dir="/tmp"))
    folder.chmod(0o755)
    cluster = Cluster(home=folder / ("watch/home" if options.private else "home"))
    began = time.monotonic()
    try:
        campaign = Campaign(cluster, folder / "watch", private=options.private, seed=options.seed)
        campaign.run(options.kills)
        campaign.replay()
        toll, figures = campaign.judged()
    finally:
        cluster.stop()
    pronounce(figures, toll.words, folder, began_s=began, keep=options.keep)


if __name__ == "__main__":
    main()
