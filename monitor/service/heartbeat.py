"""Tells the dead man's switches that the watch is alive, for as long as it is well."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from monitor.deliver.heartbeat import Heartbeat
from monitor.errors import DeliveryError
from monitor.service.outbox import Clock, WallClock

log = structlog.get_logger()
Well = Callable[[], str | None]
"""None: all is well; else a sentence: what is not."""


class Pulse:
    """Keeps one switch from falling. It says nothing while something is wrong: so it falls."""

    def __init__(self, channel: Heartbeat, well: Well, clock: Clock | None = None) -> None:
        """Ask ``well`` before each beat."""
        self._channel = channel
        self._well = well
        self._clock = clock or WallClock()
        self._trouble: str | None = None
        self._never = asyncio.Event()  # nobody wakes it

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            await self.beat()
            await self._clock.wait(self._never, self._channel.config.every_s)

    async def beat(self) -> None:
        """Beat once, if the watch is well."""
        trouble = self._well()
        if trouble is None:
            try:
                await self._channel.beat()
            except DeliveryError as error:
                trouble = str(error)
        name = self._channel.config.name
        if trouble is not None and trouble != self._trouble:
            log.warning(f"Heartbeat {name} is silent: {trouble}", channel=name)
        elif trouble is None and self._trouble is not None:
            log.info(f"Heartbeat {name} beats again", channel=name)
        self._trouble = trouble
