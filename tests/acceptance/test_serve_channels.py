"""``monitor serve`` with channels: told at once, killed while it tells, and its heartbeat."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from monitor.clock import now_us
from monitor.service.settle import outgoing
from monitor.store.outbox import put
from tests.integration.deliver.ends import Receiver, message, never, receiver, status
from tests.integration.deliver.test_mail import office
from tests.live import Watch

CHANNELS = """
[[channels]]
name = "duty"
kind = "webhook"
url = "{url}"
insecure = true
allow = ["127.0.0.1"]
timeout_s = 1

[[channels]]
name = "alive"
kind = "heartbeat"
url = "{url}/alive"
insecure = true
allow = ["127.0.0.1"]
every_s = 0.2
"""


@asynccontextmanager
async def watching(
    folder: Path, url: str, found: Receiver, **env: str
) -> AsyncIterator[tuple[Watch, Callable[..., Any]]]:
    """A watch with channels to a receiver, and what puts something into its outbox."""
    watch = Watch(folder, url, CHANNELS.format(url=found.url))
    connection = await asyncpg.connect(url)

    async def tell(**words: Any) -> None:
        now = now_us()
        told = message(decided_at=now, happened_at=now, **words)
        async with connection.transaction():
            await put(connection, outgoing(told, ["duty"], now=now, due=now))

    watch.start(**env)
    try:
        await asyncio.to_thread(watch.until, lambda status: status["store"]["ready"])
        yield watch, tell
    finally:
        watch.kill()
        await connection.close()


def posts(found: Receiver) -> list[str]:
    """Keys of the messages that were posted."""
    return [
        json.loads(body)["data"]["key"] for verb, _, _, body in found.requests if verb == "POST"
    ]


def beats(found: Receiver) -> int:
    return sum(verb == "GET" for verb, *_ in found.requests)


async def until(there: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not there():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_what_is_committed_is_told(database: str, tmp_path: Path) -> None:
    """By a call of the database; and it stops in good order."""
    async with receiver() as found, watching(tmp_path, database, found) as (watch, tell):
        await tell()
        await until(lambda: bool(posts(found)))
        code, _ = await asyncio.to_thread(watch.stop)
        assert code == 0
    assert posts(found) == [message().key]


async def test_23_killed_while_it_tells_it_tells_again(database: str, tmp_path: Path) -> None:
    """The receiver has it, and did not answer: after the next start it comes with the same key."""
    async with receiver() as found, watching(tmp_path, database, found) as (watch, tell):
        found.answer = never
        await tell()
        await until(lambda: bool(posts(found)))
        watch.kill()
        found.answer = None
        watch.start()
        await until(lambda: len(posts(found)) >= 2)
    assert set(posts(found)) == {message().key}


async def test_a_channel_that_is_down_is_known_and_the_watch_is_ready_all_the_same(
    database: str, tmp_path: Path
) -> None:
    """After five messages that it did not take; whoever supervises does not start it again."""
    async with receiver() as found, watching(tmp_path, database, found) as (watch, tell):
        found.answer = status(500)
        for number in range(6):
            await tell(alert=str(uuid.uuid4()), mmsi=273_000_000 + number)

        def is_down(_: dict[str, Any]) -> bool:
            return bool(watch.get("/health/ready")["channels_down"])

        await asyncio.to_thread(watch.until, is_down, 60)
        ready = await asyncio.to_thread(watch.get, "/health/ready")
    assert (ready["ready"], ready["channels"]) == (True, {"duty": "down"})
    (down,) = ready["channels_down"]
    assert down["name"] == "duty"
    assert "HTTP 500" in down["why"]


async def test_20_killed_its_heart_stops(database: str, tmp_path: Path) -> None:
    async with receiver() as found, watching(tmp_path, database, found) as (watch, _):
        await until(lambda: beats(found) >= 3)
        watch.kill()
        await asyncio.sleep(0.2)
        many = beats(found)
        await asyncio.sleep(0.6)
        assert beats(found) == many


LETTERS = """
[[channels]]
name = "duty"
kind = "email"
host = "127.0.0.1"
port = {port}
encryption = "none"
sender = "watch@example.org"
to = ["duty@example.org"]
"""


async def test_a_letter_of_a_watch_has_the_chart_of_its_ports(
    database: str, tmp_path: Path
) -> None:
    """The polygons that it watches are those that it draws."""
    async with office(None) as (post, channel):
        port = channel.config.port
        watch = Watch(tmp_path, database, LETTERS.format(port=port)).start()
        connection = await asyncpg.connect(database)
        try:
            await asyncio.to_thread(watch.until, lambda status: status["store"]["ready"])
            now = now_us()
            told = message(decided_at=now, happened_at=now)
            async with connection.transaction():
                await put(connection, outgoing(told, ["duty"], now=now, due=now))
            await until(lambda: bool(post.letters))
        finally:
            watch.kill()
            await connection.close()
    parts = [part.get_content_type() for part in post.letters[0][1].walk()]
    assert parts[-2:] == ["text/html", "image/png"]


@pytest.mark.parametrize("words", ['kind = "webhook"\n', "kind = 'log'\nhue = 1\n"])
def test_a_channel_that_is_wrong_ends_it_with_a_sentence(tmp_path: Path, words: str) -> None:
    """Before anything is watched."""
    watch = Watch(tmp_path, "", f'[[channels]]\nname = "duty"\n{words}')
    watch.start()
    assert watch.process is not None
    assert watch.process.wait(30) == 2
    told = (tmp_path / "serve.log").read_text()
    assert told.startswith("monitor: Channel 'duty': ")
    assert told.count("\n") == 1
