"""The door by TLS: who begins it and goes no further is let go, and keeps nobody out for long."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, TCPConnector

from monitor.api import app, door
from monitor.api.app import serve
from tests.integration.api.test_app import whole
from tests.integration.deliver.ends import certificate, context_of
from tests.live import free_port


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[int, ClientSession]]:
    """A watch by TLS, and one who trusts its certificate."""
    made, key = certificate(folder)
    port = free_port()
    task = asyncio.ensure_future(serve(whole(), f"127.0.0.1:{port}", tls=context_of(made, key)))
    trusted = TCPConnector(ssl=ssl.create_default_context(cafile=str(made)), force_close=True)
    try:
        async with ClientSession(connector=trusted) as session:
            yield port, session
    finally:
        task.cancel()
        await asyncio.wait([task])


async def answered(session: ClientSession, port: int) -> None:
    """Ask until something answers."""
    async with asyncio.timeout(120):
        while True:
            with suppress(ClientError, OSError):
                async with session.get(f"https://127.0.0.1:{port}/health/live") as answer:
                    assert answer.status == 200
                    return
            await asyncio.sleep(0.01)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # asyncio's to close
async def test_who_never_ends_the_beginning_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some at once, each for a while; beyond that a connection is dropped as it comes."""
    monkeypatch.setattr(door, "most_guests", lambda: 2)
    for module in (app, door):
        monkeypatch.setattr(module, "IDLE_S", 3600.0)
    async with served(tmp_path) as (port, session):
        await answered(session, port)
        mute = [await asyncio.open_connection("127.0.0.1", port) for _ in range(12)]
        ends = [asyncio.ensure_future(reader.read()) for reader, _ in mute]
        held: set[asyncio.Future[bytes]] = set(ends)
        async with asyncio.timeout(120):
            while len(held) > 2 * door.MORE_BEGUN:
                _, held = await asyncio.wait(held, return_when=asyncio.FIRST_COMPLETED)
        assert len(held) == 2 * door.MORE_BEGUN
        for each in ends:
            each.cancel()
        with suppress(OSError):
            await asyncio.gather(*ends, return_exceptions=True)
        for _, writer in mute:
            writer.close()


async def test_it_has_as_long_as_a_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not asyncio's minute; then others are let in again."""
    monkeypatch.setattr(door, "most_guests", lambda: 1)
    monkeypatch.setattr(door, "IDLE_S", 0.3)
    monkeypatch.setattr(app, "IDLE_S", 0.3)
    async with served(tmp_path) as (port, session):
        await answered(session, port)
        mute = [await asyncio.open_connection("127.0.0.1", port) for _ in range(door.MORE_BEGUN)]
        async with asyncio.timeout(50):
            for reader, _ in mute:
                with suppress(OSError):
                    assert await reader.read() == b""
        await answered(session, port)
        for _, writer in mute:
            writer.close()
