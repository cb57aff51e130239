"""``monitor serve`` when a rule is switched on beside it: what holds already is told once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg

from tests.acceptance.test_serve_channels import posts, until, watching
from tests.acceptance.test_serve_mutes import LOCKED, told
from tests.integration.deliver.ends import receiver
from tests.integration.store.desks import K
from tests.integration.store.test_enabled import of, stored
from tests.program import run_monitor

RULES = """
[[rule]]
name = "comes"
title = "A ship is in port"
severity = "critical"
on_enable = "current"
enabled = false
[rule.when]
kind = ["PortArrived"]
"""
TAKEN = "SELECT sum(alerts) FROM rule_taken"


async def test_13_a_rule_that_is_switched_on_beside_it_killed_or_not(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Behaviour 13: killed when its alerts were made and not committed, it tells each ship once."""
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES)
    env = {"MONITOR_DATABASE_URL": database, "MONITOR_RULES": str(rules)}
    await stored(db, *await of(db, 1, K.PORT_ARRIVED, K.BERTHED), *await of(db, 2, K.PORT_ARRIVED))
    await stored(db, *await of(db, 3, K.PORT_ARRIVED, K.PORT_DEPARTED))
    async with receiver() as found, watching(tmp_path, database, found, **env) as (watch, _):
        part = db.transaction()
        await part.start()
        await db.execute("LOCK TABLE delivery IN SHARE MODE")
        enabled = await asyncio.to_thread(run_monitor, "rules", "enable", "comes", env=env)
        assert enabled.returncode == 0, enabled.stderr.decode()
        async with asyncio.timeout(60):
            while not await db.fetchval(LOCKED):  # noqa: ASYNC110 - nobody calls that out
                await asyncio.sleep(0.02)
        watch.kill()
        await part.commit()
        assert posts(found) == []
        watch.start(**env)
        await until(lambda: len(told(found)) >= 2)
        again = await asyncio.to_thread(run_monitor, "rules", "enable", "comes", env=env)
        assert again.returncode == 0, again.stderr.decode()
        async with asyncio.timeout(60):
            while await db.fetchval("SELECT count(*) FROM rule_taken") < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        code, _ = await asyncio.to_thread(watch.stop)
        assert code == 0
    assert sorted(one["alert"] for one in told(found)) == [f"{n:032x}" for n in (1, 2)]
    assert await db.fetchval(TAKEN) == await db.fetchval("SELECT count(*) FROM alert") == 2
