"""Keeps the queue of alerts for an officer who looks on, while the store comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from monitor.alert.life import State
from monitor.alert.message import Severity
from monitor.clock import now_us
from monitor.errors import StoreError
from monitor.store import alerts
from monitor.store.alerts import Stored

LOOK_S = 1.0
"""How often it is looked whether something changed: an officer hears of it within two."""

ANSWER_S = 5.0
"""A look that takes longer is given up, and said."""

ACT_S = 10.0
"""So long an officer who did something is kept waiting; he is told, and does it again."""

MOST_ALERTS = 1000
"""Of more, those that changed last are shown, and it is said: nobody reads as many by night."""

T = TypeVar("T")
Connect = Callable[[], AbstractAsyncContextManager[Any]]


class Wanted(NamedTuple):
    """Which alerts: those that ``monitor alerts list`` would list."""

    states: tuple[State, ...] | None = (State.OPEN, State.ACKNOWLEDGED)
    severity: Severity = Severity.INFO
    mmsi: int | None = None
    place: str | None = None
    since: datetime | None = None


class Queue:
    """The alerts as they stand. ``news`` is set whenever something about them is known anew."""

    def __init__(self, asking: Connect, acting: Connect, wanted: Wanted) -> None:
        """``asking`` connects one who reads, ``acting`` one who writes."""
        self.found: list[Stored] = []
        self.is_cut = False  # there are more
        self.as_of: int | None = None  # us: when that was so
        self.trouble: str | None = None
        self.news = asyncio.Event()
        self._asking, self._acting, self._wanted = asking, acting, wanted

    async def keep(self) -> None:
        """Look again and again until cancelled."""
        while True:
            try:
                async with self._asking() as connection:
                    await self._look(connection)
            except StoreError as error:
                self.trouble = str(error)
                self.news.set()
            await asyncio.sleep(LOOK_S)

    async def _look(self, connection: Any) -> None:
        """Read them when they changed; StoreError when there is no answer."""
        known: tuple[Any, ...] | None = None
        while True:
            async with asyncio.timeout(ANSWER_S):
                at = now_us()
                as_of = await alerts.as_of(connection, self._wanted.states)
                if as_of != known:
                    await self._read(connection)
            known, self.as_of, self.trouble = as_of, at, None
            self.news.set()
            await asyncio.sleep(LOOK_S)

    async def _read(self, connection: Any) -> None:
        found: list[Stored] = []
        is_cut = False
        async for one in alerts.alerts(connection, **self._wanted._asdict()):
            is_cut = len(found) == MOST_ALERTS
            if is_cut:
                break
            found.append(one)
        self.found, self.is_cut = found, is_cut

    async def ask(self, work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        """Read something on a connection of its own; StoreError if that takes too long."""
        return await self._done(self._asking, work)

    async def act(self, work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        """Do something on a connection of one who writes; StoreError if that takes too long."""
        return await self._done(self._acting, work)

    async def _done(self, connect: Connect, work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        try:
            async with asyncio.timeout(ACT_S), connect() as connection:
                return await work(connection)
        except TimeoutError:
            message = f"The database did not answer within {ACT_S:g} s: look, and do it again."
            raise StoreError(message) from None
