"""``python -m tests.bench.power [--failures N] [--seed S]``: the power fails, and again.

The campaign of ``kills.py``: a watch records drawn seas with dirty lines among them. But its
PostgreSQL and its recording are on a disk that forgets (``tests/chaos``), and what comes every 0.3
to 2 seconds is a power failure: all processes end at once, and of what was not synced nothing is
left, or by chance some blocks and some names. Then both are started again, in either order.

The stations go on meanwhile, and know what they sent. Held against it is what the journal had when
the power failed; of that the recording must have in the end all that was synced by then and all
pushes that were answered, and nothing that is not of it. What it lacks the watch did not promise to
keep (it syncs every second): that is counted. The tables must be those of a replay of the
recording: what was stored is recorded. Exit code 1 if anything is lost or doubled.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.journal.segment import begin_of, segments_in
from tests.bench import reckoning
from tests.bench.kills import Campaign
from tests.bench.verdict import pronounce
from tests.chaos.disk import Disk
from tests.chaos.forgetful import forgetful
from tests.clusters import quick_folder

BACK_S = 300.0
"""After many failures areas and ships are to be taken again, which takes more than a minute."""

DOWN_S = (0.0, 1.0)
"""So long the one of the two is up before the other."""


@dataclass(slots=True)
class PowerCampaign(Campaign):
    """Its disk, and what the journal had when the power failed."""

    disk: Disk = field(kw_only=True)
    written: dict[int, bytes] = field(default_factory=dict)  # by where a segment begins
    synced: Counter[reckoning.Block] = field(default_factory=Counter)
    ended: int = 0  # processes

    def __post_init__(self) -> None:
        """Give the watch the disk's library."""
        self.secrets.update(self.disk.words)
        Campaign.__post_init__(self)

    @property
    def recording(self) -> Path:
        """On the disk that forgets."""
        return self.disk.folder / "journal"

    def _kinds(self) -> Iterator[str]:
        while True:
            yield "power"

    def _kill(self, kind: str) -> bool:
        """Let the power fail, and start all again."""
        assert kind == "power"
        self.ended += self.disk.end_all()
        self.watch.kill()
        if self.recording.is_dir():
            self._note()
        self.disk.forget(self.draw)
        starts = [self.cluster.start, self.watch.live]
        self.draw.shuffle(starts)
        starts[0]()
        time.sleep(self.draw.choice((0.0, self.draw.uniform(*self.down_s))))
        starts[1]()
        return True

    def _note(self) -> None:
        """Note what the journal has, and what of that is synced."""
        for path in segments_in(self.recording):
            self._add(begin_of(path), reckoning.plain(path))
        for name, data in self.disk.synced("journal"):
            if name.endswith(".ais"):
                found = Counter(reckoning.blocks_of(begin_of(Path(name)), data))
                self.synced |= found

    def _add(self, begin: int, data: bytes) -> None:
        if len(data) > len(self.written.get(begin, b"")):
            self.written[begin] = data

    def _written(self, _: list[reckoning.Block]) -> list[reckoning.Block]:
        for path in segments_in(self.recording):
            self._add(begin_of(path), reckoning.plain(path))
        return [
            block
            for begin, data in sorted(self.written.items())
            for block in reckoning.blocks_of(begin, data)
        ]

    def judged(self) -> tuple[reckoning.Toll, dict[str, Any]]:
        """See Campaign; and what was synced must be there."""
        toll, figures = Campaign.judged(self)
        blocks = reckoning.journal(self.recording)[1]
        reckoning.of_pushes(toll, "post", self.post.pushes, blocks)
        recorded = Counter(blocks)
        written = Counter(self._written([]))
        gone, more = written - recorded, recorded - written
        toll.lose((self.synced - recorded).total(), "blocks that were synced")
        toll.double(more.total(), f"blocks that were never written: {list(more)[:2]}")
        forgotten = Counter[str]()
        for block, many in gone.items():
            forgotten[block.feed] += many * block.body.count(b"\n")
        told = ", ".join(f"{name} {many:,}" for name, many in sorted(forgotten.items()))
        losses = [entry for entry in self.watch.log if "lost_lines" in entry]
        return toll, {
            **figures,
            "processes ended": self.ended,
            "on the disk": ", ".join(f"{k} {n:,}" for k, n in sorted(self.disk.counts.items())),
            "lines forgotten, not stored": told or "none",
            "losses told": len(losses),
            "lost": toll.lost,
            "doubled": toll.doubled,
        }  # fmt: skip


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.power")
    parser.add_argument("--failures", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the folder, and say where it is")
    options = parser.parse_args()
    folder = quick_folder("mmm-power-")
    cluster = forgetful(folder)
    began = time.monotonic()
    try:
        campaign = PowerCampaign(
            cluster,
            folder / "watch",
            seed=options.seed,
            down_s=DOWN_S,
            back_s=BACK_S,
            disk=cluster.disk,
        )
        campaign.run(options.failures)
        campaign.replay()
        toll, figures = campaign.judged()
    finally:
        cluster.disk.end_all()
    pronounce(figures, toll.words, folder, began_s=began, keep=options.keep)


if __name__ == "__main__":
    main()
