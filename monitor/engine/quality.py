"""Which position reports are believed: columnar rules, each refusal with its reason.

Here are the rules that need no track (``track.py`` has the rest): the vessel's number, the place,
and copies of one report that several receivers heard.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.arrays import rows_at
from monitor.model import Refusal
from monitor.units import SECOND_US

NULL_ISLAND_DEG = 0.01
"""Within about 1.1 km of 0/0: receivers without a fix; no port is there."""

DUPLICATE_WINDOW_US = 30 * SECOND_US
"""Copies of one transmission arrive within this: several stations, multiplexer loops. A ship's
next own report differs in its timestamp and radio state; a class B at rest repeats after 30 s."""

SMALL_BATCH = 4096
"""Batches below this are first looked up one by one: a live batch is much smaller than what is
remembered, and sorting that each time would be most of the work."""

_FILLERS = (111111111, 123456789, 222222222, 333333333, 444444444, 555555555, 666666666,
            777777777, 888888888, 987654321, 999999999)  # fmt: skip

RECENT = np.dtype([("content", "<u8"), ("mmsi", "<i4"), ("at", "<i8")])
"""A report as copies of it are known: hash of its content, vessel, time (us)."""


def screen(positions: Any) -> tuple[NDArray[np.bool_], list[tuple[Refusal, NDArray[np.bool_]]]]:
    """Judge each position by itself: the mask of those believed, and a mask for each reason.

    MMSI forms are those of ITU-R M.585: 00 coast, 0 and a MID group, 111 aircraft, 970 SART,
    972 MOB, 974 EPIRB, 99 aid to navigation. Handhelds (8) and craft (98) are vessels, and so are
    eight digits that begin with no MID: some ship's own number with one digit lost.
    """
    mmsi = positions["mmsi"]
    lon, lat = positions["lon"], positions["lat"]
    open_ = np.ones(len(positions), dtype=np.bool_)
    verdicts = []

    def refuse(reason: Refusal, mask: NDArray[np.bool_]) -> None:
        nonlocal open_
        hit = open_ & mask
        if hit.any():
            verdicts.append((reason, hit))
            open_ &= ~hit

    refuse(
        Refusal.MMSI_INVALID,
        (mmsi <= 0) | (mmsi > 999_999_999) | np.isin(mmsi, _FILLERS) | (mmsi < 1_000_000),
    )
    prefix = mmsi // 1_000_000
    refuse(
        Refusal.NOT_A_VESSEL,
        (prefix < 10)
        | (prefix == 111)
        | (prefix // 10 == 99)
        | np.isin(prefix, (970, 972, 974))
        | ((mmsi < 100_000_000) & (mmsi // 100_000 >= 201) & (mmsi // 100_000 <= 775)),
    )
    with np.errstate(invalid="ignore"):
        refuse(
            Refusal.POSITION_UNAVAILABLE,
            np.isnan(lon) | np.isnan(lat) | (lon == 181) | (lat == 91),
        )
        refuse(Refusal.POSITION_OUT_OF_RANGE, (np.abs(lon) > 180) | (np.abs(lat) > 90))
        refuse(
            Refusal.NULL_ISLAND,
            (np.abs(lon) < NULL_ISLAND_DEG) & (np.abs(lat) < NULL_ISLAND_DEG),
        )
    return open_, verdicts


def believed_of(positions: Any, vessels: set[int]) -> set[int]:
    """Those of some numbers of which a position is believed: stations and the like are no ships."""
    if not vessels:
        return vessels
    theirs = rows_at(positions, np.isin(positions["mmsi"], list(vessels)))
    return set(theirs["mmsi"][screen(theirs)[0]].tolist())


class Deduplicator:
    """Finds copies of a report among fixes that come sorted by (at, seq). State: 30 s of hashes."""

    def __init__(self) -> None:
        """Nothing seen."""
        self.recent = np.zeros(0, dtype=RECENT)
        self._news: list[Any] = []  # what was added to ``recent`` since ``take_news``
        self._known: set[int] = set()  # hashes in ``recent``, and perhaps older ones

    def take_news(self) -> Any:
        """What came to ``recent`` since the last call."""
        news, self._news = self._news, []
        return np.concatenate([np.zeros(0, dtype=RECENT), *news])

    def duplicates(
        self, content: NDArray[np.uint64], mmsi: NDArray[np.int32], at: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Return the mask of fixes that repeat one kept at most DUPLICATE_WINDOW_US before."""
        count, old = len(content), len(self.recent)
        fresh_content, fresh_mmsi, fresh_at = content, mmsi, at
        duplicate = np.zeros(count, dtype=np.bool_)
        if not count:
            return duplicate
        if count < SMALL_BATCH and self._all_new(content):
            self._remember(fresh_content, fresh_mmsi, fresh_at, int(fresh_at[-1]))
            return duplicate
        content = np.concatenate([self.recent["content"], content])
        mmsi = np.concatenate([self.recent["mmsi"], mmsi])
        at = np.concatenate([self.recent["at"], at])
        order = np.argsort(content, kind="stable")
        close = (np.diff(content[order]) == 0) & (np.diff(at[order]) <= DUPLICATE_WINDOW_US)
        kept: dict[tuple[int, int], int] = {}
        for place in np.flatnonzero(close).tolist():
            first, second = int(order[place]), int(order[place + 1])
            key = (int(content[second]), int(mmsi[second]))
            if key not in kept or int(at[first]) - kept[key] > DUPLICATE_WINDOW_US:
                kept[key] = int(at[first])
            if mmsi[first] == mmsi[second] and int(at[second]) - kept[key] <= DUPLICATE_WINDOW_US:
                if second >= old:  # else both were kept, by a release that took the one for new
                    duplicate[second - old] = True
            else:
                kept[key] = int(at[second])
        keep = np.flatnonzero(~duplicate)
        end = int(fresh_at[-1])
        self._remember(fresh_content[keep], fresh_mmsi[keep], fresh_at[keep], end)
        return duplicate

    def _all_new(self, content: NDArray[np.uint64]) -> bool:
        """Whether no hash of a small batch is known or stands in it twice."""
        if len(self._known) > 2 * len(self.recent) + SMALL_BATCH or not self._known:
            self._known = set(self.recent["content"].tolist())
        hashes = set(content.tolist())
        return len(hashes) == len(content) and self._known.isdisjoint(hashes)

    def _remember(
        self,
        content: NDArray[np.uint64],
        mmsi: NDArray[np.int32],
        at: NDArray[np.int64],
        until: int,
    ) -> None:
        since = until - DUPLICATE_WINDOW_US
        keep = np.flatnonzero(at >= since)
        fresh = np.zeros(len(keep), dtype=RECENT)
        fresh["content"], fresh["mmsi"], fresh["at"] = content[keep], mmsi[keep], at[keep]
        if len(content) >= SMALL_BATCH:
            self._known.clear()
        elif self._known:  # an empty one is made of all when it is asked, not of these alone
            self._known.update(fresh["content"].tolist())
        self._news.append(fresh)
        self.recent = np.concatenate([self.recent[self.recent["at"] >= since], fresh])
