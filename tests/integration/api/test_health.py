"""Is it alive, is it ready: what a supervisor of services goes by."""

from __future__ import annotations

import pytest

from monitor.api import health
from monitor.service.status import ClusterStatus, FeedState, StoreStatus
from tests.integration.api.standing import NOON, Standing, asking, channel, feed, status


async def test_it_is_alive_whatever_else_is_wrong() -> None:
    """To start it again would lose what waits in memory, and help nothing."""
    watch = Standing(status(feeds={"harbour": feed(state=FeedState.DOWN)}))
    async with asking(health, watch) as client, client.get("/health/live") as answer:
        assert (answer.status, await answer.json()) == (200, {"live": True})


async def test_it_is_ready_when_batches_are_committed() -> None:
    store = StoreStatus(since=NOON, ready=True, why="batches are committed")
    watch = Standing(status(store=store, feeds={"harbour": feed()}))
    async with asking(health, watch) as client, client.get("/health/ready") as answer:
        assert answer.status == 200
        assert await answer.json() == {
            "ready": True, "store": "batches are committed", "feeds": {"harbour": "live"},
            "feeds_heard": 1, "channels": {}, "channels_down": [], "role": "all", "leads": True,
        }  # fmt: skip


@pytest.mark.parametrize(("role", "leads"), [("edge", True), ("engine", False)])
async def test_an_engine_that_stands_by_says_so(role: str, leads: bool) -> None:  # noqa: FBT001
    """An edge leads nothing, and does its work by itself."""
    cluster = ClusterStatus(role=role, name="", stream="s", where="w", since=NOON)
    watch = Standing(status(cluster=cluster))
    async with asking(health, watch) as client, client.get("/health/ready") as answer:
        found = await answer.json()
    assert (answer.status, found["role"], found["leads"]) == (503, role, leads)


async def test_it_is_not_ready_while_they_only_wait_on_disk() -> None:
    store = StoreStatus(since=NOON, ready=False, why="The database went away: no route.")
    watch = Standing(status(store=store, feeds={"harbour": feed()}))
    async with asking(health, watch) as client, client.get("/health/ready") as answer:
        assert answer.status == 503
        assert await answer.json() == {
            "ready": False, "store": "The database went away: no route.",
            "feeds": {"harbour": "live"}, "feeds_heard": 1, "channels": {}, "channels_down": [],
            "role": "all", "leads": True,
        }  # fmt: skip


async def test_at_the_start_it_is_not_ready_yet() -> None:
    async with asking(health, Standing(status())) as client:
        async with client.get("/health/ready") as answer:
            found = await answer.json()
        assert (answer.status, found["store"]) == (503, "connecting")


@pytest.mark.parametrize(
    ("state", "heard"),
    [
        (FeedState.LIVE, 1),
        (FeedState.DEGRADED, 1),
        (FeedState.STARTING, 0),
        (FeedState.SILENT, 0),
        (FeedState.DOWN, 0),
    ],
)
async def test_feeds_are_told_but_do_not_make_it_unready(state: FeedState, heard: int) -> None:
    """A receiver that is off does not come on by starting the watch again."""
    store = StoreStatus(since=NOON, ready=True)
    watch = Standing(status(store=store, feeds={"harbour": feed(state=state)}))
    async with asking(health, watch) as client, client.get("/health/ready") as answer:
        found = await answer.json()
    assert (answer.status, found["ready"], found["feeds_heard"]) == (200, True, heard)
    assert found["feeds"] == {"harbour": state.value}


async def test_a_channel_that_is_down_is_told_and_does_not_make_it_unready() -> None:
    """Which, since when and why: a mail server does not come back by starting the watch again."""
    broken = channel(works=False, why="mail.example cannot be reached.")
    watch = Standing(status(
        store=StoreStatus(since=NOON, ready=True), channels=[channel("hook"), broken],
    ))  # fmt: skip
    async with asking(health, watch) as client, client.get("/health/ready") as answer:
        found = await answer.json()
    assert (answer.status, found["ready"]) == (200, True)
    assert found["channels"] == {"hook": "works", "mail": "down"}
    assert found["channels_down"] == [
        {"name": "mail", "since": "2026-01-01T12:00:00Z", "why": "mail.example cannot be reached."}
    ]


async def test_it_is_asked_and_not_told() -> None:
    async with asking(health, Standing(status())) as client:
        for path in ("/health/live", "/health/ready"):
            async with client.post(path) as answer:
                assert answer.status == 405
