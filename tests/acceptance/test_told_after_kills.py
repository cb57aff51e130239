"""Must show 3 of alerts, small: killed between an event and its telling, all is told, in order.

The campaign of ``tests/bench/told.py``; and what it reckons is seen to fail.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from monitor.store.cluster import Cluster
from tests.acceptance.test_kill_live import trust_the_system
from tests.bench.receivers import Taken
from tests.bench.told import ToldCampaign
from tests.bench.told_reckoning import Bill, Store, reckoned, store_of
from tests.sizes import sized

KILLS = sized(5, 8)


@pytest.fixture
def campaign() -> Iterator[ToldCampaign]:
    """Of a PostGIS of its own, that may be killed."""
    folder = Path(tempfile.mkdtemp(prefix="mmm-told-", dir="/tmp"))
    folder.chmod(0o755)
    cluster = Cluster(home=folder / "home")
    try:
        made = ToldCampaign(
            cluster, folder / "watch", speed=1200, lanes=2, down_s=(0.1, 0.3), turn_s=(0.2, 1.0)
        )
        asyncio.run(trust_the_system(cluster))
        yield made
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_told_whoever_is_killed(campaign: ToldCampaign) -> None:
    """Then an alert is taken away, and a receiver forgets what came; and that is found."""
    campaign.run(KILLS, pause_s=(0.2, 0.6))
    bill = campaign.bill()
    assert not bill.words, "\n".join([str(campaign.figures(bill)), *bill.words])
    assert campaign.kills.total() == KILLS
    assert bill.counts["alerts"] > 3
    assert bill.counts["messages taken"] > 6
    store = store_of(campaign.urls["monitor"])
    kept = dict(store.alerts)
    del store.alerts[next(alert for alert, state in kept.items() if state != "withdrawn")]
    assert reckoned(store, [], campaign.rules).faults["lost"] == 1
    campaign.receivers[0].came.clear()
    assert campaign.bill().faults["lost"] >= 1


SHIP, OTHER = "duty|1", "duty|2"


@dataclass
class Drawn:
    """A receiver that took what is drawn."""

    came: list[Taken]
    name: str = "duty"
    forged: list[str] = field(default_factory=list)


def row(id_: int, key: str, lane: str = SHIP, **words: Any) -> dict[str, Any]:
    """A row of the outbox."""
    told = {"channel": "duty", "word": "raised", "severity": "critical", "state": "sent"}
    return {"id": id_, "key": key, "alert": key[0], "lane": lane, **told, **words}


def took(key: str, *, again: bool = False, **words: Any) -> Taken:
    """A message as it came."""
    alert, revision = key.split(".")
    data = {"key": key, "alert": alert, "revision": int(revision), "word": "raised", **words}
    return Taken(key, {"data": data}, again)


def digest(*keys: str, again: bool = False) -> Taken:
    """A message that tells of others."""
    return took("d.1", again=again, word="digest", record={"keys": list(keys)})


def bill_of(
    folder: Path, came: list[Taken], rows: list[dict[str, Any]] | None = None,
    alerts: dict[str, str] | None = None,
) -> Bill:  # fmt: skip
    """What is reckoned of two alerts, the first of which was amended."""
    rules = folder / "rules.toml"
    rules.write_text("")
    made = rows or [row(1, "a.1"), row(2, "b.1", OTHER), row(3, "a.2"), row(9, "d.1", "duty|d")]
    store = Store(alerts or {"a": "open", "b": "open"}, made, [])
    return reckoned(store, [Drawn(came)], rules)


@pytest.mark.parametrize(
    ("came", "faults"),
    [
        ([took("a.1"), took("b.1"), took("a.2")], {}),
        ([took("a.2"), took("b.1")], {}),  # the last says all
        ([took("a.1"), took("a.1", again=True), took("a.2"), took("b.1")], {}),
        ([took("b.1"), digest("a.1", "a.2")], {}),
        ([took("a.2"), digest("a.1", "b.1")], {}),  # what is critical does not wait for it
        ([digest("a.1", "a.2", "b.1"), digest("a.1", "a.2", "b.1", again=True)], {}),
        ([took("b.1"), digest("a.2", "a.1")], {"disordered": 1}),
        ([took("a.1"), took("b.1")], {"lost": 1}),
        ([took("a.1"), took("a.2")], {"lost": 1}),
        ([], {"lost": 2}),
        ([took("a.1"), took("b.1"), took("a.1"), took("a.2")], {"doubled": 1}),
        ([took("b.1"), took("a.2"), took("a.2", again=True, text="else")], {"doubled": 1}),
        ([took("a.2"), took("a.1"), took("b.1")], {"disordered": 1}),
        ([took("a.1"), took("a.2"), took("a.1", again=True), took("b.1")], {"disordered": 1}),
        ([took("a.2"), took("b.1"), took("c.1")], {"forged": 1}),
    ],
)
def test_what_is_reckoned(tmp_path: Path, came: list[Taken], faults: dict[str, int]) -> None:
    """What came of each alert, whether it came anew, and in which order."""
    assert +bill_of(tmp_path, came).faults == faults


@pytest.mark.parametrize(
    ("came", "lost"), [([], 0), ([took("a.1")], 1), ([took("a.1"), took("a.2")], 0)]
)
def test_a_withdrawal_is_for_whom_was_told(tmp_path: Path, came: list[Taken], lost: int) -> None:
    """And for nobody else."""
    rows = [row(1, "a.1"), row(2, "a.2", word="withdrawn")]
    assert bill_of(tmp_path, came, rows, {"a": "withdrawn"}).faults["lost"] == lost


@pytest.mark.parametrize(("state", "fault"), [("dead", "dead"), ("waiting", "left")])
def test_nothing_is_dead_or_left(tmp_path: Path, state: str, fault: str) -> None:
    """Whatever the receivers took."""
    bill = bill_of(tmp_path, [took("a.1")], [row(1, "a.1", state=state)], {"a": "open"})
    assert +bill.faults == {fault: 1}
