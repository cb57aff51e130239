"""``python -m tests.bench.told [--kills N] [--seed S]``: killed between an event and its telling.

The campaign of ``kills.py``: a watch of drawn seas, for which time goes SPEED times as fast, is
killed, or its connections, or its PostgreSQL. Here its rules are met by every arrival, departure
and berth, it has two channels, and their receivers are down, slow or failing by turns
(``receivers.py``). Half of the kills come at a random moment, the others within HELD_S of a
message's being posted. In the end the receivers are up, the outbox is emptied, and
``told_reckoning.py`` says what was lost, doubled or told out of order. Exit code 1 if anything was.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.store.cluster import Cluster
from tests.bench import reckoning
from tests.bench.kills import Campaign
from tests.bench.receivers import Receiver
from tests.bench.told_reckoning import Bill, reckoned, store_of
from tests.bench.verdict import pronounce

SPEED, LANES = 200, 12
"""A day of three times twelve fleets in eight minutes: hundreds of alerts."""

TURN_S = (0.3, 3.0)
"""How long a receiver's turn lasts."""

HELD_S, PATIENCE_S = 0.05, 3.0
"""A kill comes so soon after a message was posted; for one is waited so long."""

WAITING = "SELECT count(*) FROM delivery WHERE state = 'waiting'"

RULES = """
[[rule]]
name = "comes-or-goes"
title = "Any ship comes or goes"
severity = "critical"
[rule.when]
kind = ["PortArrived", "PortDeparted"]

[[rule]]
name = "lies"
title = "Any ship lies at a berth or at anchor"
severity = "warning"
[rule.when]
kind = ["Berthed", "Anchored"]
"""


@dataclass(slots=True)
class ToldCampaign(Campaign):
    """Its receivers, and how the outbox stood when somebody was killed."""

    turn_s: tuple[float, float] = TURN_S
    receivers: list[Receiver] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)  # messages, when somebody was killed
    posting: int = 0  # kills within HELD_S of a message's being posted

    def __post_init__(self) -> None:
        """Give the watch channels and rules."""
        self.receivers = [
            Receiver(name, 10 * self.seed + number, self.turn_s)
            for number, name in enumerate(("duty", "office"))
        ]
        self.tables = "".join(receiver.table for receiver in self.receivers)
        for receiver in self.receivers:
            self.secrets[f"MONITOR_CHANNEL_{receiver.name.upper()}_SECRET"] = receiver.secret
        self.folder.mkdir(parents=True, exist_ok=True)
        self.rules.write_text(RULES)
        self.settings["rules"] = str(self.rules)
        Campaign.__post_init__(self)

    @property
    def rules(self) -> Path:
        """The file of rules."""
        return self.folder / "rules.toml"

    def run(self, kills: int, pause_s: tuple[float, float] = (0.3, 2.0)) -> None:
        """See Campaign."""
        for receiver in self.receivers:
            receiver.start()
        try:
            Campaign.run(self, kills, pause_s)
        finally:
            for receiver in self.receivers:
                receiver.close()

    def _kill(self, kind: str) -> bool:
        with suppress(OSError, reckoning.asyncpg.PostgresError):
            self.waiting.append(self._waiting())
        asked = self.draw.choice(self.receivers).asked
        if self.draw.random() < 0.5:
            asked.clear()
            self.posting += asked.wait(PATIENCE_S)
            time.sleep(self.draw.uniform(0, HELD_S))
        return Campaign._kill(self, kind)

    def _waiting(self) -> int:
        (row,) = asyncio.run(reckoning.fetch(self.urls["monitor"], WAITING))
        return int(row[0])

    def _before_the_stop(self) -> None:
        for receiver in self.receivers:
            receiver.calm()
        self._until(lambda: not self._waiting(), "an empty outbox")

    def bill(self) -> Bill:
        """What was lost, doubled or told out of order."""
        return reckoned(store_of(self.urls["monitor"]), self.receivers, self.rules)

    def figures(self, bill: Bill) -> dict[str, Any]:
        """What is printed."""
        said = Counter(
            f"channel {entry['channel']} broken" if "channel" in entry else entry["event"]
            for entry in self.watch.log if entry["level"] == "error"
        )  # fmt: skip
        return {
            "kills": ", ".join(f"{kind} {many}" for kind, many in sorted(self.kills.items())),
            "of them while not committing": self.unready,
            "of them just after a post": self.posting,
            "of them with messages waiting": f"{sum(map(bool, self.waiting))}"
            f" of {len(self.waiting)}, at most {max(self.waiting, default=0)} messages",
            **{f"answers of {r.name}": _words(r.answers) for r in self.receivers},
            **bill.counts,
            "errors logged": _words(said) or "none",
            **bill.faults,
        }


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{name}: {many}" for name, many in sorted(counts.items()))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.told")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the folder, and say where it is")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mmm-told-", dir="/tmp"))
    folder.chmod(0o755)
    cluster = Cluster(home=folder / "home")
    began = time.monotonic()
    try:
        campaign = ToldCampaign(
            cluster, folder / "watch", speed=SPEED, lanes=LANES, seed=options.seed
        )
        campaign.run(options.kills)
        bill = campaign.bill()
    finally:
        cluster.stop()
    for receiver in campaign.receivers:
        came = [f"{json.dumps(taken)}\n" for taken in receiver.came]
        (folder / f"{receiver.name}.jsonl").write_text("".join(came))
    pronounce(campaign.figures(bill), bill.words, folder, began_s=began, keep=options.keep)


if __name__ == "__main__":
    main()
