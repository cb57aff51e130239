"""What is new as it happens, over HTTP: a browser's way of listening, and of coming back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple, cast

import asyncpg
import numpy as np
import pytest
from aiohttp import ClientError, ClientResponse, web
from aiohttp.test_utils import TestClient

from monitor.api import app, door
from monitor.api import live as group
from monitor.api.app import make_app
from monitor.api.keys import ACCESS, NEWSROOM
from monitor.model import FIX
from monitor.report.alerted import alert_record
from monitor.service import newsroom
from monitor.service.live import Live
from monitor.store.alerts import Stored, alert_row
from monitor.store.database import connected
from monitor.store.findings import event_record
from monitor.store.sql import query
from tests.findings import event, store
from tests.integration.api.standing import Client, Served, Standing, feed, problem, status
from tests.unit.alert.stories import alert_of, berthed, rule

OPEN = alert_of([(berthed(), [rule()])])


class Told(NamedTuple):
    """One message."""

    name: str
    data: Any
    id: str | None


@asynccontextmanager
async def watching(database: str, **words: Any) -> AsyncIterator[tuple[Client, Standing]]:
    """The whole application, and its newsroom at work."""
    watch = Standing(status(feeds={"harbour": feed()}), **words)
    app = make_app(cast("Live", watch), lambda: connected(database))
    task = asyncio.get_running_loop().create_task(app[NEWSROOM].run())
    try:
        async with TestClient(Served(app)) as client:
            yield client, watch
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(answer: ClientResponse, name: str, times: int = 1) -> list[Told]:
    """Messages until the so many-th of a name."""
    found: list[Told] = []
    async with asyncio.timeout(60):
        words: dict[str, str] = {}
        async for raw in answer.content:
            line = raw.decode().rstrip("\n")
            if line and not line.startswith(":"):
                key, _, value = line.partition(": ")
                words[key] = value
            elif "event" in words:
                found.append(Told(words["event"], json.loads(words["data"]), words.get("id")))
                words = {}
                if [one.name for one in found].count(name) == times:
                    return found
    raise AssertionError(found)


async def test_records_of_lists_as_they_change(db: asyncpg.Connection, database: str) -> None:
    """Events and alerts in the words of the lists, with an id to come back by; feeds at once."""
    async with watching(database) as (client, _), client.get("/live") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert answer.headers["Cache-Control"] == "no-store"
        first = await until(answer, "feeds")
        assert [one.name for one in first] == ["begin", "feeds"]
        assert first[1].data[0]["name"] == "harbour"
        await store(db, event(1))
        await db.execute(query("save_alert"), *alert_row(OPEN))
        told = [one for one in await until(answer, "alert") if one.name != "feeds"]
        assert [(one.name, one.data) for one in told] == [
            ("event", json.loads(json.dumps(event_record(event(1))))),
            ("alert", json.loads(json.dumps(alert_record(Stored(OPEN, None, None))))),
        ]
        assert all(one.id is not None for one in told)


@pytest.mark.parametrize("header", [True, False])
async def test_a_browser_comes_back(db: asyncpg.Connection, database: str, *, header: bool) -> None:
    """With what it had last; where it cannot send a header, in the address."""
    await store(db, event(9))
    async with watching(database) as (client, _):
        async with client.get("/live?topics=events") as answer:
            (begin,) = await until(answer, "begin")
        await store(db, event(1))
        where = "/live?topics=events" if header else f"/live?topics=events&last_event_id={begin.id}"
        headers = {"Last-Event-ID": begin.id or ""} if header else {}
        async with client.get(where, headers=headers) as answer:
            (told,) = await until(answer, "event")
        assert told.data["id"].endswith("1")


async def test_who_was_away_too_long_begins_anew(db: asyncpg.Connection, database: str) -> None:
    await store(db, event(1))
    async with (
        watching(database) as (client, _),
        client.get("/live?topics=events", headers={"Last-Event-ID": "1-1"}) as answer,
    ):
        (told,) = await until(answer, "reset")
        assert (told.data, told.id is not None) == ({}, True)


async def test_positions_of_a_box(db: asyncpg.Connection, database: str) -> None:
    """By the columns that the description names; what is not available is null."""
    del db
    rows = np.zeros(2, dtype=FIX)
    rows["mmsi"], rows["at"], rows["lat"], rows["status"] = [1, 2], 1_734_091_200_000_000, 32, -1
    rows["lon"], rows["sog_kn"], rows["cog_deg"] = [24.0, -5.0], 12.3, float("nan")
    async with (
        watching(database) as (client, watch),
        client.get("/live?topics=positions&bbox=20,30,30,40") as answer,
    ):
        await until(answer, "begin")
        watch.board.note(rows)
        (told,) = await until(answer, "positions")
        assert told.data == [[1, "2024-12-13T12:00:00Z", 24.0, 32.0, 12.3, None, 0.0, None]]
        assert len(told.data[0]) == len(group.POSITION)


async def test_a_quiet_line_is_kept_open(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a comment, and a word of when to come back."""
    monkeypatch.setattr(group, "KEEP_S", 0.05)
    async with watching(database) as (client, _), client.get("/live?topics=calls") as answer:
        lines = []
        async with asyncio.timeout(60):
            async for line in answer.content:
                lines.append(line)
                if line.startswith(b": "):
                    break
        assert lines[0].startswith(b"retry: ")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/live?topics=rain", f"There is no topic 'rain': use {', '.join(group.ALL_TOPICS)}."),
        ("/live?bbox=1,2,3", "'1,2,3' is no box: write west,south,east,north in degrees."),
        ("/live?bbox=1,2,3,nan", "'1,2,3,nan' is no box: write west,south,east,north in degrees."),
        ("/live?bbox=0,50,1,40", "'0,50,1,40' is no box: write west,south,east,north in degrees."),
    ],
)  # fmt: skip
async def test_words_that_cannot_be_taken(database: str, path: str, words: str) -> None:
    async with watching(database) as (client, _), client.get(path) as answer:
        assert answer.status == 400
        assert await answer.json() == problem(400, words, "/live")


async def test_too_many_are_told_so(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And those who listen never fill the house: whoever asks for health finds room."""
    assert app.most_listeners() < door.most_guests()
    monkeypatch.setattr(app, "MOST_LISTENERS", 0)
    async with watching(database) as (client, _), client.get("/live") as answer:
        assert answer.status == 503
        assert (await answer.json())["detail"] == "0 listen already: try again later."


async def test_who_takes_nothing_is_let_go(
    db: asyncpg.Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newsroom, "MOST_WAITING_BYTES", 100)
    async with watching(database) as (client, _), client.get("/live?topics=events") as answer:
        await until(answer, "begin")
        await store(db, *(event(number) for number in range(1, 9)))
        with pytest.raises((ClientError, ConnectionError)):
            await asyncio.wait_for(answer.read(), 30)
        async with asyncio.timeout(60):
            while cast("Any", client.server).app[NEWSROOM].listeners:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def test_who_may_no_longer_hears_no_more(
    db: asyncpg.Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that is revoked ends what is listened to with it; the guard alone looks once."""
    monkeypatch.setattr(group, "ASK_S", 0.0)
    monkeypatch.setattr(group, "KEEP_S", 0.05)
    may = [True]

    async def caller(*_: Any) -> None:
        if not may[0]:
            raise web.HTTPUnauthorized(reason="It was revoked.")

    async with watching(database) as (client, _), client.get("/live?topics=events") as answer:
        await until(answer, "begin")
        monkeypatch.setattr(cast("Any", client.server).app[ACCESS], "caller", caller)
        await store(db, event(1))
        assert [told.name for told in await until(answer, "event")] == ["event"]
        may[0] = False
        with pytest.raises((ClientError, ConnectionError)):
            await asyncio.wait_for(answer.read(), 30)
