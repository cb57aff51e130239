"""The database of a command: the one that is set, or the private cluster's, ready to be asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from monitor.errors import StoreError
from monitor.settings import Settings


def database_url(settings: Settings) -> str:
    """URL of the database to use: the one that is set, or the private cluster's, started."""
    if settings.database_url is not None:
        return settings.database_url
    from monitor.store.cluster import Cluster

    return Cluster(home=settings.home).start()


def ready_url(settings: Settings) -> str:
    """The same for whoever writes; the private cluster's schema is brought up to date: it is ours.

    There the tables are another role's: whoever writes cannot change or drop them.
    """
    url = database_url(settings)
    if settings.database_url is not None:
        return url
    from monitor.store.cluster import SUPERUSER, WRITER, Cluster
    from monitor.store.rights import restrict

    cluster = Cluster(home=settings.home)
    if ensure_schema(url):
        restrict(cluster.url(role=SUPERUSER))
    return cluster.url(role=WRITER)


def asking_url(settings: Settings, url: str) -> str:
    """Of a writer's URL that of whoever asks: in the private cluster a role that only reads."""
    if settings.database_url is not None:
        return url
    from monitor.store.cluster import READER, WRITER

    return url.replace(f"//{WRITER}@", f"//{READER}@", 1)


def ensure_schema(url: str) -> bool:
    """Migrate unless the schema is the newest; whether that was needed."""
    from monitor.store.database import connected
    from monitor.store.migrate import migrate

    async def probe() -> None:
        async with connected(url):
            pass

    try:
        asyncio.run(probe())
    except StoreError as error:
        if "monitor database migrate" not in str(error):
            raise
        migrate(url)
        return True
    return False


def fetch(settings: Settings, work: Callable[[Any], AsyncIterator[Any]]) -> list[Any]:
    """Run a query of the store on a fresh connection; all that it gives."""

    async def everything(connection: Any) -> list[Any]:
        return [item async for item in work(connection)]

    return run(settings, everything, asks=True)


def run(
    settings: Settings,
    work: Callable[[Any], Coroutine[Any, Any, list[Any]]],
    *,
    asks: bool = False,
) -> list[Any]:
    """Do something on a fresh connection to the store; ``asks``: nothing is written.

    Whoever is at the machine sees all areas, as he could read the tables.
    """
    from monitor.store.areas import EVERYBODY, sees
    from monitor.store.database import connected

    async def go() -> list[Any]:
        async with connected(url) as connection:
            await sees(connection, EVERYBODY)
            return await work(connection)

    url = ready_url(settings)
    url = asking_url(settings, url) if asks else url
    return asyncio.run(go())


class WatchedStore:
    """The database of a watch, for the one who writes and the many who ask.

    Whoever writes starts the private cluster, one at a time, and starts it again when it is gone.
    Whoever asks takes it as it is: however many ask, a cluster that hangs holds up nobody else.
    """

    def __init__(self, settings: Settings) -> None:
        """Nothing is started yet."""
        self._settings = settings
        self._url = settings.database_url
        self._writing_url = settings.database_url
        self._why = "The database is being started: try again later."
        self._starting = asyncio.Lock()
        self._pool: Any = None

    @asynccontextmanager
    async def for_writing(self) -> AsyncIterator[Any]:
        """Connect; the private cluster is started, and brought up to date, as needed."""
        from monitor.store.database import connected

        async with self._starting:
            loop = asyncio.get_running_loop()
            try:
                url = await loop.run_in_executor(None, ready_url, self._settings)
            except StoreError as error:
                self._why = str(error)
                raise
            self._url, self._writing_url = asking_url(self._settings, url), url
        async with connected(url) as connection:
            yield connection

    @asynccontextmanager
    async def for_asking(self) -> AsyncIterator[Any]:
        """Connect to what is there; StoreError if it was not started yet."""
        async with self._there(self._url) as connection:
            yield connection

    @asynccontextmanager
    async def for_acting(self) -> AsyncIterator[Any]:
        """The same for an officer, who writes: nothing is started for him either."""
        async with self._there(self._writing_url) as connection:
            yield connection

    @asynccontextmanager
    async def for_reading(self) -> AsyncIterator[Any]:
        """The same as for asking, on a connection that is kept for the next who reads."""
        from monitor.store.pool import ReadPool

        if self._url is None:
            raise StoreError(self._why)
        self._pool = self._pool or ReadPool()
        async with self._pool.reading(self._url) as connection:
            yield connection

    async def close(self) -> None:
        """Nobody reads any more."""
        if self._pool is not None:
            await self._pool.close()

    @asynccontextmanager
    async def _there(self, url: str | None) -> AsyncIterator[Any]:
        from monitor.store.database import connected

        if url is None:
            raise StoreError(self._why)
        async with connected(url) as connection:
            yield connection
