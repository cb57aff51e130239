"""Feeds that ask for a snapshot now and then, and hand on what is new in it."""

from __future__ import annotations

import abc
import asyncio
from collections.abc import Mapping
from typing import TypeVar

import aiohttp
from pydantic import Field, PositiveFloat

from monitor.clock import monotonic_s
from monitor.errors import FeedError
from monitor.feed.http import check, plain_errors, session
from monitor.feed.kind import Feed, FeedConfig, Sink
from monitor.units import DAY_US, MINUTE_US, NO_TIME

LONGEST_ANSWER = 128 << 20
"""The whole world at AISHub has some 20 MB; what is longer is not asked for."""

PIECE_LINES = 500

AHEAD_US = MINUTE_US
"""What is dated further ahead is nonsense, and must not outdate the reports to come."""

OLD_US = DAY_US
"""What is older says nothing of a movement; some vessels stay in a snapshot for years."""


class PollConfig(FeedConfig):
    """What all kinds that poll have."""

    interval_s: float = Field(
        60.0, ge=60, le=3600, description="Pause between an answer and the next question."
    )
    answer_timeout_s: PositiveFloat = Field(60.0, description="How long an answer may take.")
    retry_s: float = Field(60.0, ge=60, description="First pause before asking again.")
    retry_max_s: PositiveFloat = Field(900.0, description="Longest pause before asking again.")


class Seen:
    """Remembers of each vessel when its last report was sent."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._last: dict[int, int] = {}

    def is_new(self, mmsi: int, at: int, now: int, sink: Sink) -> bool:
        """Say whether a report is later than the last of its vessel, and remember it.

        What is not dated, too old or ahead of ``now`` (us) is counted, and not new.
        """
        if at == NO_TIME:
            sink.refuse("undated")
            return False
        if at > now + AHEAD_US:
            sink.refuse("clock_nonsense")
            return False
        if at <= self._last.get(mmsi, at - 1):
            return False
        self._last[mmsi] = at
        if at < now - OLD_US:
            sink.refuse("too_old")
            return False
        return True


Q = TypeVar("Q", bound=PollConfig)


class Poll(Feed[Q]):
    """Asks again and again: subclasses ask once, and pick what is new."""

    def __init__(self, config: Q) -> None:
        """Take the settings; what was seen is kept from one run to the next."""
        super().__init__(config)
        self.seen = Seen()
        self._due_s = 0.0

    @property
    def headers(self) -> Mapping[str, str]:
        """HTTP headers of every question."""
        return {}

    @abc.abstractmethod
    async def poll(self, client: aiohttp.ClientSession, sink: Sink) -> list[tuple[bytes, int]]:
        """Ask once; give what is new as lines, each with how many messages it counts for."""

    async def run(self, sink: Sink) -> None:
        """Ask and hand on until cancelled; see Feed."""
        connected = False
        total_s = self.config.answer_timeout_s
        async with session(self.config, total_s=total_s, headers=self.headers) as client:
            while True:
                await asyncio.sleep(max(self._due_s - monotonic_s(), 0.0))
                try:
                    found = await self.poll(client, sink)
                finally:
                    self._due_s = monotonic_s() + self.config.interval_s
                if not connected:
                    sink.connected()
                    connected = True
                for start in range(0, len(found), PIECE_LINES):
                    piece = found[start : start + PIECE_LINES]
                    data = b"".join(line for line, _ in piece)
                    await sink.put(data, sum(count for _, count in piece))


async def fetch(
    client: aiohttp.ClientSession,
    url: str,
    params: Mapping[str, str],
    config: PollConfig,
    where: str,
) -> bytes:
    """Get an answer; FeedError where there is none."""
    body = bytearray()
    with plain_errors(where, config.answer_timeout_s, pause_s=config.retry_s):
        async with client.get(url, params=params) as response:
            check(response, where, pause_s=config.retry_s)
            async for chunk in response.content.iter_chunked(1 << 20):
                body += chunk
                if len(body) > LONGEST_ANSWER:
                    raise FeedError(f"{where} answers too much: ask for a smaller area.")
    return bytes(body)
