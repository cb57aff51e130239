"""Fixes of ships that lay beside others, kept while ships are taken again step after step.

Ships of one sea are near the same others, and to read those takes most of a step. What was read
stays true, for what is older than the watch has come to does not change: but of ships that are
taken again themselves, and of those of which more is believed by now than was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import asyncpg
import numpy as np
from numpy.typing import NDArray

from monitor.arrays import joined, rows_at
from monitor.engine.detect.picture import NOBODY, SLOT_US, Standing
from monitor.store.history import fixes_of_stored
from monitor.store.sql import query
from monitor.store.stored import stored_by
from monitor.units import from_datetime, to_datetime

MOST = 300_000
"""Fixes that are kept: some 60 MB."""

Span = tuple[int, int, int]
"""MMSI, from, before, us."""


class _Read(NamedTuple):
    """What was read of a ship."""

    since: int  # us
    until: int  # us; nothing of then
    held: tuple[Any, ...]  # rows of ``believed_late`` as they were

    def goes_on(self, wanted: Sequence[Span], held: tuple[Any, ...]) -> bool:
        """Whether what is wanted now is that, or its continuation."""
        if len(wanted) > 1 or held != self.held:
            return False
        return self.since <= wanted[0][1] <= self.until


class Others:
    """What was read of others."""

    def __init__(self) -> None:
        """Nothing was."""
        self._read: dict[int, _Read] = {}
        self._fixes, self._tracks = NOBODY.fixes, NOBODY.tracks  # of those, as ``Standing``

    def forget(self, ships: Collection[int]) -> None:
        """These are taken again: what was read of them holds no more."""
        self._keep([mmsi for mmsi in self._read if mmsi not in ships])

    async def standing(
        self, connection: asyncpg.Connection, spans: Sequence[Span], numbers: Mapping[int, int]
    ) -> Standing:
        """Fixes of ships, each in her times; ``spans`` are sorted, those of a ship apart.

        ``numbers`` are the engine's of the store's sources. In a transaction in which nothing else
        is written.
        """
        wanted = {mmsi: list(group) for mmsi, group in groupby(spans, key=itemgetter(0))}
        held: dict[int, tuple[Any, ...]] = {}
        for row in await connection.fetch(query("believed_late"), list(wanted)):
            held[row["mmsi"]] = (*held.get(row["mmsi"], ()), tuple(row))
        asked = self._asked(wanted, held)
        stored = await stored_by(
            connection, query("positions_beside"), [mmsi for mmsi, _, _ in asked],
            [to_datetime(since) for _, since, _ in asked],
            [to_datetime(until) for _, _, until in asked], timedelta(microseconds=SLOT_US),
        )  # fmt: skip
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, self._take, stored, numbers, wanted, held)

    def _asked(
        self, wanted: Mapping[int, Sequence[Span]], held: Mapping[int, tuple[Any, ...]]
    ) -> list[Span]:
        """What of it is not known; what is known of these and is of no use is let go."""
        asked: list[Span] = []
        gone = set[int]()
        for mmsi, spans in wanted.items():
            known, until = self._read.get(mmsi), spans[-1][2]
            if known is None:
                asked += spans
            elif not known.goes_on(spans, held.get(mmsi, ())):
                asked += spans
                gone.add(mmsi)
            elif until > known.until:
                asked.append((mmsi, known.until, until))
        self.forget(gone)
        return asked

    def _take(
        self, stored: NDArray[Any], numbers: Mapping[int, int],
        wanted: Mapping[int, Sequence[Span]], held: Mapping[int, tuple[Any, ...]],
    ) -> Standing:  # fmt: skip
        """What is wanted, of what was known and of what came; from now on that is known.

        But of ships that are wanted of several times: what lies between was not read.
        """
        fixes, tracks = fixes_of_stored(stored, numbers)
        fixes, tracks = joined(self._fixes, fixes), np.concatenate([self._tracks, tracks])
        order = np.lexsort((fixes["at"], tracks, fixes["mmsi"]))
        self._fixes, self._tracks = rows_at(fixes, order), tracks[order]
        rows = self._within([span for spans in wanted.values() for span in spans])
        found, numbered = rows_at(self._fixes, rows), self._tracks[rows]
        each = [row for rows in held.values() for row in rows]
        standing = Standing(found, numbered, _decided(found, numbered, each))
        for mmsi, [(_, since, until), *more] in wanted.items():
            if more:
                continue
            known = self._read.get(mmsi, _Read(since, until, held.get(mmsi, ())))
            self._read[mmsi] = known._replace(until=max(until, known.until))
        is_much = len(self._fixes) > MOST
        self._keep([mmsi for mmsi in self._read if mmsi in wanted or not is_much])
        return standing

    def _within(self, spans: Sequence[Span]) -> NDArray[np.int64]:
        """Rows of fixes that are in the times of their ships."""
        picked = np.zeros(len(self._fixes), dtype=np.bool_)
        vessels, at = self._fixes["mmsi"], self._fixes["at"]
        bounds = np.array(spans, dtype=np.int64).reshape(-1, 3)
        begins = np.searchsorted(vessels, bounds[:, 0], side="left").tolist()
        ends = np.searchsorted(vessels, bounds[:, 0], side="right").tolist()
        for (_, since, until), begin, end in zip(bounds.tolist(), begins, ends, strict=True):
            some = at[begin:end]
            picked[begin:end] |= (some >= since) & (some < until)
        return np.flatnonzero(picked)

    def _keep(self, ships: list[int]) -> None:
        """Keep what is known of these, and nothing else."""
        self._read = {mmsi: self._read[mmsi] for mmsi in ships}
        rows = np.flatnonzero(np.isin(self._fixes["mmsi"], ships))
        if len(rows) < len(self._fixes):
            self._fixes, self._tracks = rows_at(self._fixes, rows), self._tracks[rows]


def _decided(fixes: Any, tracks: NDArray[Any], held: Sequence[Any]) -> NDArray[np.int64]:
    """When each fix was believed, us: at once, but for those of rows of ``believed_late``."""
    decided: NDArray[np.int64] = fixes["at"].copy()
    track = fixes["mmsi"].astype(np.int64) << 16 | tracks.astype(np.int64)
    for mmsi, number, first_at, last_at, decided_at in held:
        key = mmsi << 16 | number
        begin, end = np.searchsorted(track, (key, key + 1))
        at = fixes["at"][begin:end]
        within = (at >= from_datetime(first_at)) & (at <= from_datetime(last_at))
        decided[begin:end][within] = from_datetime(decided_at)
    return decided
