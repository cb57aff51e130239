"""A noisy rule under kills: counted once, told of once a day, and its alerts are in digests.

The campaign of ``tests/bench/told.py`` with a rule that raises too much; what was counted is
reckoned again from the rows, in their order.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from monitor.alert.noise import Noise, Usual, judged, noisy_alert
from monitor.rulefile import rules_of
from monitor.store.cluster import Cluster
from monitor.units import DAY_US, from_datetime
from tests.acceptance.test_kill_live import trust_the_system
from tests.bench.told import ToldCampaign
from tests.sizes import sized

KILLS = sized(4, 6)
RULES = """
[[rule]]
name = "lies"
title = "Any ship lies at a berth or at anchor"
severity = "warning"
max_per_day = 1
[rule.when]
kind = ["Berthed", "Anchored"]
"""
ROWS = """
    SELECT replace(alert::text, '-', '') AS alert, decided_at, noisy_since FROM rule_alert
    WHERE rule = 'lies' ORDER BY seq
"""
RAISED = """
    SELECT DISTINCT replace(id::text, '-', '') AS id
    FROM alert, jsonb_array_elements(reasons) AS reason
    WHERE rule IS NULL AND reason -> 'rules' ? 'lies'
"""


@pytest.fixture
def campaign() -> Iterator[ToldCampaign]:
    """Of a PostGIS of its own, that may be killed."""
    folder = Path(tempfile.mkdtemp(prefix="mmm-noise-", dir="/tmp"))
    folder.chmod(0o755)
    cluster = Cluster(home=folder / "home")
    try:
        made = ToldCampaign(
            cluster, folder / "watch", speed=1200, lanes=4, down_s=(0.1, 0.3), turn_s=(0.2, 1.0)
        )
        made.rules.write_text(RULES)
        asyncio.run(trust_the_system(cluster))
        yield made
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def fetched(url: str, *statements: str) -> list[list[Any]]:
    """Rows of each statement."""
    connection = await asyncpg.connect(url)
    try:
        return [list(await connection.fetch(statement)) for statement in statements]
    finally:
        await connection.close()


def test_11_a_noisy_rule_whoever_is_killed(campaign: ToldCampaign) -> None:
    """Behaviour 11: exactly once, by a function of what is stored."""
    campaign.run(KILLS, pause_s=(0.2, 0.6))
    bill = campaign.bill()
    assert not bill.words, "\n".join([str(campaign.figures(bill)), *bill.words])
    rows, raised, about, deliveries = asyncio.run(
        fetched(
            campaign.urls["monitor"], ROWS, RAISED,
            "SELECT replace(id::text, '-', '') AS id FROM alert WHERE rule = 'lies'",
            "SELECT payload, state, lane, severity FROM delivery",
        )
    )  # fmt: skip
    assert {row["alert"] for row in rows} == {row["id"] for row in raised}
    (rule,) = rules_of(campaign.rules)[-1:]
    usual, found = Usual(tested=None, most=rule.max_per_day), set()
    times = [from_datetime(row["decided_at"]) for row in rows]
    noises: list[Noise] = []
    for place, (row, at) in enumerate(zip(rows, times, strict=True)):
        count = sum(at - DAY_US < other <= at for other in times[: place + 1])
        before = [noise for noise in noises if at - DAY_US <= noise.at <= at]
        noise = judged(count, usual, max(before, key=lambda one: one.at, default=None), at)
        told = row["noisy_since"]
        assert (None if told is None else from_datetime(told)) == (noise and noise.since)
        if noise is not None:
            noises.append(noise)
            found.add(noisy_alert(rule, noise, count, usual).id)
    assert found, f"{len(rows)} alerts were too few"
    assert {row["id"] for row in about} == found
    noisy = [row for row in deliveries if json.loads(row["payload"])["noisy"]]
    assert noisy
    before_critical = {row["lane"] for row in deliveries if row["severity"] == "critical"}
    singly = [row for row in noisy if row["state"] == "sent"]
    assert {row["lane"] for row in singly} <= before_critical
