"""A way to the database through a TCP proxy that can fall silent, as firewalls do: never closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"
PIECE_BYTES = 1 << 16


class Proxy:
    """Forwards between its callers and the database's Unix socket while ``open`` is set."""

    def __init__(self, url: str) -> None:
        """Lead to the database of this URL."""
        parts = urlsplit(url)
        words = parse_qs(parts.query)
        self._socket = f"{words['host'][0]}/.s.PGSQL.{words.get('port', ['5432'])[0]}"
        self._who, self._name = parts.username or words["user"][0], parts.path.lstrip("/")
        self._tasks: set[asyncio.Task[None]] = set()
        self.open = asyncio.Event()
        self.open.set()
        self.callers = 0
        self.port = 0

    @property
    def url(self) -> str:
        """Of the database, by way of the proxy."""
        return f"postgresql://{self._who}@{HOST}:{self.port}/{self._name}?sslmode=disable"

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one caller."""
        self.callers += 1
        self._tasks.add(asyncio.get_running_loop().create_task(self._serve(reader, writer)))

    def close_after_s(self, seconds: float) -> None:
        """Forward nothing from then on."""
        asyncio.get_running_loop().call_later(seconds, self.open.clear)

    def forget(self) -> None:
        """Never forward again what waits; serve new callers."""
        self.open = asyncio.Event()
        self.open.set()

    async def end(self) -> None:
        """Let all go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._socket)
        way = self.open
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._forward(reader, back, way))
                tasks.create_task(self._forward(there, writer, way))
        except* (OSError, asyncio.CancelledError):
            pass
        finally:
            back.close()
            writer.close()

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: asyncio.Event
    ) -> None:
        while data := await reader.read(PIECE_BYTES):
            await way.wait()
            writer.write(data)
            await writer.drain()
        await way.wait()
        writer.close()


@asynccontextmanager
async def proxied(url: str) -> AsyncIterator[Proxy]:
    """A proxy in front of a database."""
    proxy = Proxy(url)
    server = await asyncio.start_server(proxy.accept, HOST, 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.end()
        await asyncio.sleep(0)
