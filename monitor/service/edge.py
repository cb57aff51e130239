"""An edge: hears feeds, keeps what they bring in its journal, and sends that to the broker.

It knows nothing of ships and has no database. While the broker is away the journal holds all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any

from monitor.broker.link import Link
from monitor.engine.geofence import FenceSet
from monitor.errors import StoreError
from monitor.feed.kind import AnyFeed
from monitor.service.live import Live, LiveOptions, Taker
from monitor.service.sending import Sender
from monitor.service.status import ClusterStatus

NO_DATABASE = "An edge has no database: ask the engine."


class Edge(Live):
    """See Live."""

    def __init__(
        self,
        feeds: list[AnyFeed],
        fences: FenceSet,
        link: Callable[[], AbstractAsyncContextManager[Link]],
        options: LiveOptions,
        status: ClusterStatus,
    ) -> None:
        """``link`` gives a connection to the broker."""
        super().__init__(feeds, fences, no_database, options)
        self._link = link
        self.status.cluster = status

    def _taker(self) -> Taker:
        assert self.status.cluster is not None  # noqa: S101 - set at the begin
        return Sender(self.hub, self._link, self.status.cluster.name, self.status)

    def _beside(self, _: Taker) -> dict[str, Coroutine[Any, Any, None]]:
        return {"housekeeping": self._keep_house()}


def no_database() -> AbstractAsyncContextManager[Any]:
    """Say that there is none."""
    raise StoreError(NO_DATABASE)


class NoStore:
    """In the place of a watch's store."""

    for_asking = for_acting = for_reading = staticmethod(no_database)

    async def close(self) -> None:
        """There is nothing to close."""
