"""Must show 6, of a live watch: killed with its store again and again, nothing lost, nothing twice.

The campaign of ``tests/bench/kills.py``, small; and what it reckons is seen to fail.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from monitor.store.cluster import SUPERUSER, Cluster
from tests.bench.kills import KINDS, Campaign
from tests.bench.reckoning import Block, Toll, of_datagrams, of_pushes, of_streams
from tests.bench.stations import Push
from tests.sizes import sized

KILLS = sized(8, 12)


@pytest.fixture
def campaign() -> Iterator[Campaign]:
    """Of a PostGIS of its own, that may be killed."""
    folder = Path(tempfile.mkdtemp(prefix="mmm-kills-", dir="/tmp"))
    folder.chmod(0o755)
    cluster = Cluster(home=folder / "home")
    try:
        made = Campaign(cluster, folder / "watch", speed=1200, lanes=1, down_s=(0.1, 0.3))
        asyncio.run(trust_the_system(cluster))
        yield made
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def trust_the_system(cluster: Cluster) -> None:
    """What dies here is a process, never the machine: what the system has need not be on disk."""
    connection = await asyncpg.connect(cluster.url("postgres", role=SUPERUSER))
    try:
        await connection.execute("ALTER SYSTEM SET fsync = off")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


def test_killed_under_four_feeds(campaign: Campaign) -> None:
    """Of each kind there were some; then two rows are taken away, and that is found."""
    campaign.run(KILLS, pause_s=(0.3, 0.8))
    campaign.replay()
    toll, figures = campaign.judged()
    assert toll.words == [], "\n".join([str(figures), *toll.words])
    assert set(campaign.kills) == set(KINDS)
    assert campaign.kills.total() == KILLS
    assert sum(push.answered for push in campaign.post.pushes) > 10
    assert "event 0" not in figures["rows"]
    assert "port_call 0" not in figures["rows"]
    asyncio.run(damage(campaign.urls["monitor"]))
    toll, _ = campaign.judged()
    assert toll.lost >= 3
    assert toll.doubled >= 1


async def damage(url: str) -> None:
    """Lose a fix and an event, and count a refusal twice."""
    connection = await asyncpg.connect(url)
    try:
        for table in ("position_recent", "event"):
            await connection.execute(
                f"DELETE FROM {table} WHERE ctid IN (SELECT ctid FROM {table} LIMIT 1)"  # noqa: S608
            )
        await connection.execute("UPDATE refusal SET count = count + 1 WHERE reason = 'garbled'")
    finally:
        await connection.close()


def blocks(*bodies: bytes, life: int = 0, at: int | None = None) -> list[Block]:
    """What one life of a watch received, each by itself or all ``at`` once."""
    return [Block(life, "roof", body, at) for body in bodies]


@pytest.mark.parametrize(
    ("taken", "lost", "doubled"),
    [
        (b"a\nb\nx\n", 0, 0),  # c was written to a watch that had died
        (b"a\nb\nc\nx\ny\n", 0, 0),
        (b"", 0, 0),
        (b"a\nc\n", 1, 0),
        (b"a\nb\nb\nx\n", 1, 1),
        (b"a\ny\n", 1, 0),
        (b"x\na\n", 1, 0),
    ],
)
def test_the_first_lines_of_connections_are_taken(taken: bytes, lost: int, doubled: int) -> None:
    """Of each: no line is missed for a later one."""
    toll = Toll()
    of_streams(toll, "roof", [[b"a", b"b", b"c"], [b"x", b"y"]], blocks(taken))
    assert (toll.lost, toll.doubled) == (lost, doubled)


@pytest.mark.parametrize(
    ("taken", "lost", "doubled"),
    [
        (blocks(b"b\n") + blocks(b"d\n", life=1), 0, 0),  # nobody was there for a and c
        (blocks(b"b\n", b"d\n"), 1, 0),
        (blocks(b"b\n", b"c\n", b"c\n"), 0, 1),
        (blocks(b"b\n", b"c2\n"), 1, 0),
        (blocks(b"a\nb\n", b"c\nd\n"), 0, 0),  # two were taken at once
        (blocks(b"a\nc\n", b"d\n"), 1, 0),
        (blocks(b"a\nb\n", b"b\nc\n"), 0, 1),
        (blocks(b"a\nb2\n"), 1, 0),
    ],
)
def test_no_datagram_of_a_life_is_missed(taken: list[Block], lost: int, doubled: int) -> None:
    """From its first to its last."""
    toll = Toll()
    of_datagrams(toll, "roof", [[b"a"], [b"b"], [b"c"], [b"d"]], taken)
    assert (toll.lost, toll.doubled) == (lost, doubled)


@pytest.mark.parametrize(
    ("taken", "lost", "doubled"),
    [
        (blocks(b"a\n"), 0, 0),  # nobody answered b
        (blocks(b"a\n", b"b\n", b"b\n"), 0, 0),  # it was sent twice, and came twice
        (blocks(b"b\n"), 1, 0),
        (blocks(b"a\n", b"a\n"), 0, 1),
        (blocks(b"a\n", b"c\n"), 0, 1),
    ],
)
def test_what_was_answered_is_there(taken: list[Block], lost: int, doubled: int) -> None:
    """As often as it was sent, at most."""
    toll = Toll()
    pushes = [Push(b"a", [b"a"], attempts=1, answered=True), Push(b"b", [b"b"], attempts=2)]
    of_pushes(toll, "roof", pushes, taken)
    assert (toll.lost, toll.doubled) == (lost, doubled)


@pytest.mark.parametrize(
    ("taken", "lost", "doubled"),
    [
        (blocks(b"a\n", b"b\n", at=1), 0, 0),  # cut into two, for it is long
        (blocks(b"a\n", at=1) + blocks(b"a\n", b"b\n", life=1, at=2), 0, 0),  # killed between
        (blocks(b"a\n", at=1), 1, 0),
        (blocks(b"b\n", at=1), 1, 1),
        (blocks(b"a\n", at=1) + blocks(b"b\n", at=2), 1, 1),
        (blocks(b"a\n", b"b\n", at=1) + blocks(b"a\n", b"b\n", at=2), 0, 0),
        (blocks(b"a\n", at=1) + blocks(b"a\n", at=2) + blocks(b"a\n", b"b\n", at=3), 0, 1),
    ],
)
def test_a_long_push_is_one(taken: list[Block], lost: int, doubled: int) -> None:
    """Whatever blocks the journal has of it; a first part of it is as if it was sent once more."""
    toll = Toll()
    of_pushes(toll, "roof", [Push(b"a\nb", [b"a", b"b"], attempts=2, answered=True)], taken)
    assert (toll.lost, toll.doubled) == (lost, doubled)
