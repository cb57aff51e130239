"""What was heard, where and by which feed: so that a silence can be told from deafness.

Everything that is received near a port is counted in buckets of BUCKET_US, feed by feed, before
anything is judged: how many messages, which vessels, how far from the port, and which of them seem
disturbed. A gap of one vessel is then compared with what was heard of the others meanwhile, and
with what is usual at that hour. Pure: told the time by ``received_at``, and the same however the
batches were cut.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.engine.geofence import FenceSet, Port, distance_m
from monitor.engine.quality import NULL_ISLAND_DEG
from monitor.units import DAY_US, HOUR_US, MINUTE_US, NAUTICAL_MILE_M, NO_TIME, SECOND_US

BUCKET_US = 10 * MINUTE_US

RANGE_NM = 60.0
"""How far around a port counts as near: what receivers on a coast hear on a usual day."""

RINGS_NM = (5.0, 10.0, 20.0, 40.0, RANGE_NM)
"""Distances from the port's centre, upper bounds, of the histogram."""

DISPLACED_NM = 100.0
"""A vessel that was near a port in the bucket before and now reports from beyond this is disturbed:
in 20 minutes nothing on the water makes 40 NM."""

KEEP_US = 30 * HOUR_US
"""How long buckets are kept in memory."""

LONGEST_GAP_US = 12 * HOUR_US
"""The cause of longer gaps is not told: what came before them (as long again, and four hours) must
still be in memory when they end, however often it is tidied."""

LONGEST_WAIT_US = HOUR_US
"""The same, where a fix had to wait long for a second one before it was believed."""

BASELINE_US = 14 * DAY_US
"""What is usual at an hour is the median of that hour on so many days."""

ENOUGH_DAYS = 3
QUIET_SHARE = 0.5
"""A feed that brought nothing for this share of a gap was out."""

HEARD_SHARE = 0.1
"""Fewer others than this share of the usual: nobody was heard there."""

ENOUGH_OTHERS = 6
"""Sightings (vessels times buckets) that must be usual before their absence means anything."""

DISTURBED_VESSELS = 3
"""So many disturbed vessels at one port are no accident of one ship's equipment."""

WHOLE_FEED = ""
"""In the place of a port: all that a feed brought, from anywhere."""

SEA = "sea "
"""So begin the names under which the sea off the ports is kept (``earshot.py``): no port's id has a
blank."""

Key = tuple[int, str, int]
"""(source, port, begin of the bucket)."""


class Cause(NamedTuple):
    """Why a vessel was not heard, as far as it can be told. ``word`` None: it cannot."""

    word: str | None  # vessel, feed, coverage, jamming-suspected
    why: str
    figures: dict[str, Any]


class Hour(NamedTuple):
    """What was heard near a port within an hour."""

    vessels: int
    heard_at: int | None  # us, of all that is remembered; None: nothing is
    usual: float | None  # vessels at once at this hour; None: too few days are known
    feeds: set[int]  # source numbers


@dataclass(slots=True)
class Bucket:
    """Ten minutes of one feed at one port."""

    messages: int = 0
    heard_at: int = 0  # us
    vessels: set[int] = field(default_factory=set)
    disturbed: set[int] = field(default_factory=set)
    rings: list[int] = field(default_factory=lambda: [0] * len(RINGS_NM))  # messages


class _Heard(NamedTuple):
    """Reports as they came: what counts of them, each column by itself."""

    received_at: NDArray[np.int64]  # us
    source: NDArray[np.uint16]
    mmsi: NDArray[Any]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    @classmethod
    def of(cls, positions: Any) -> _Heard:
        """Those of dtype FIX; columns that stand apart are read far quicker than rows."""
        return cls(*map(np.ascontiguousarray, map(positions.__getitem__, cls._fields)))

    def at(self, rows: NDArray[np.int64]) -> _Heard:
        """Some of them, by their rows."""
        return _Heard(*(column[rows] for column in self))  # type: ignore[arg-type]


class Buckets:
    """Buckets, and what of them is still to be stored: near ports and at sea alike."""

    def __init__(self) -> None:
        """Nothing was heard."""
        self.buckets: dict[Key, Bucket] = {}
        self.usual: dict[tuple[str, int], int] = {}  # (name, bucket) -> ships
        self.added: dict[Key, Bucket] = {}  # to buckets that are no longer in memory
        self.rewritten: set[tuple[str, int]] = set()  # (name, bucket) that were over
        self._changed: set[Key] = set()
        self._horizon = NO_TIME  # us; older buckets are not in memory, but may be stored

    def take_changed(self, *, full: bool = False) -> list[tuple[Key, Bucket]]:
        """Buckets that changed since the last call, or all."""
        keys = sorted(self.buckets if full else self._changed & self.buckets.keys())
        self._changed.clear()
        return [(key, self.buckets[key]) for key in keys]

    def take_added(self) -> list[tuple[Key, Bucket]]:
        """What came to buckets that are no longer in memory, since the last call."""
        added, self.added = self.added, {}
        return sorted(added.items(), key=lambda item: item[0])

    def take_rewritten(self) -> list[tuple[str, int]]:
        """(name, bucket) of those that were over and got something, since the last call."""
        rewritten, self.rewritten = self.rewritten, set()
        return sorted(rewritten)


class Reception(Buckets):
    """All buckets near ports."""

    def __init__(self, fences: FenceSet) -> None:
        """Nothing was heard."""
        super().__init__()
        self.ports = fences.ports
        self._near_by: dict[str, list[tuple[NDArray[np.int64], NDArray[np.uint16]]]] = {}

    # -- hearing -------------------------------------------------------------------------------

    def take(self, positions: Any, passed: int = NO_TIME) -> None:
        """Count position reports (dtype FIX) as they came, before any is refused.

        ``passed`` is the watermark (us): what is received earlier is of a log older than the last.
        """
        self._near_by = {}
        if not len(positions):
            return
        all_rows = _Heard.of(positions)
        buckets = all_rows.received_at // BUCKET_US * BUCKET_US
        turns = np.flatnonzero(np.diff(buckets, prepend=NO_TIME))
        for begin in sorted(set(buckets[turns].tolist())):
            if begin + BUCKET_US <= passed:
                self.rewritten |= {(port.id, begin) for port in self.ports}
            rows = all_rows if len(turns) == 1 else all_rows.at(np.flatnonzero(buckets == begin))
            for source in np.flatnonzero(np.bincount(rows.source)).tolist():
                heard = rows.at(np.flatnonzero(rows.source == source))
                total = self._bucket((source, WHOLE_FEED, begin))
                total.messages += len(heard.mmsi)
                total.disturbed |= _without_place(heard)
                total.heard_at = max(total.heard_at, int(heard.received_at[-1]))
            for port in self.ports:
                self._near(port, begin, rows)

    def _near(self, port: Port, begin: int, rows: _Heard) -> None:
        """Count what is near a port, and who ought to be near it and is not."""
        lon, lat = port.centre
        tall = RANGE_NM / 60.0
        wide = 180.0
        if abs(lat) + tall < 89.0:
            share = math.sin(math.radians(tall)) / math.cos(math.radians(lat))
            wide = math.degrees(math.asin(share))
        with np.errstate(invalid="ignore"):
            inside = np.flatnonzero(np.abs(rows.lat - lat) <= tall)
            away_deg = np.abs((rows.lon[inside] - lon + 180.0) % 360.0 - 180.0)
        inside = inside[away_deg <= wide]
        self._disturbed(port, begin, rows, inside)
        if not len(inside):
            return
        away = distance_m(lon, lat, rows.lon[inside], rows.lat[inside]) / NAUTICAL_MILE_M
        inside, away = inside[away <= RANGE_NM], away[away <= RANGE_NM]
        sources = rows.source[inside]
        self._near_by.setdefault(port.id, []).append((rows.received_at[inside], sources))
        for source in np.unique(sources).tolist():
            pick = sources == source
            mine, bucket = inside[pick], self._bucket((source, port.id, begin))
            bucket.messages += len(mine)
            bucket.heard_at = max(bucket.heard_at, int(rows.received_at[mine[-1]]))
            bucket.vessels.update(np.unique(rows.mmsi[mine]).tolist())
            rings = np.bincount(np.searchsorted(RINGS_NM, away[pick]), minlength=len(RINGS_NM))
            bucket.rings = np.add(bucket.rings, rings).tolist()
            usual = self.usual.get((port.id, begin), 0)
            self.usual[port.id, begin] = max(usual, len(bucket.vessels))

    @property
    def near(self) -> dict[str, tuple[NDArray[np.int64], NDArray[np.uint16]]]:
        """When reports near each port came (us) in the last batch, and of which source."""
        return {
            port: (np.concatenate([at for at, _ in parts]), np.concatenate([by for _, by in parts]))
            for port, parts in self._near_by.items()
        }

    def _disturbed(self, port: Port, begin: int, rows: _Heard, inside: NDArray[np.int64]) -> None:
        """Vessels heard near the port ten minutes ago that now have no position, or a far one."""
        before = self._heard(port.id, begin - BUCKET_US)
        if not before:
            return
        known = np.array(sorted(before), dtype=rows.mmsi.dtype)
        suspect = known[np.searchsorted(known, rows.mmsi).clip(max=len(known) - 1)] == rows.mmsi
        suspect[inside] = False
        suspects = np.flatnonzero(suspect)
        if not len(suspects):
            return
        lon, lat = port.centre
        away = distance_m(lon, lat, rows.lon[suspects], rows.lat[suspects])
        with np.errstate(invalid="ignore"):
            near = (away <= DISPLACED_NM * NAUTICAL_MILE_M) & (np.abs(rows.lat[suspects]) <= 90)
        for row in suspects[~near].tolist():
            bucket = self._bucket((int(rows.source[row]), port.id, begin))
            bucket.disturbed.add(int(rows.mmsi[row]))

    def _bucket(self, key: Key) -> Bucket:
        if key[2] < self._horizon and key not in self.buckets:
            return self.added.setdefault(key, Bucket())
        self._changed.add(key)
        return self.buckets.setdefault(key, Bucket())

    # -- telling -------------------------------------------------------------------------------

    def cause(
        self, port: str, mmsi: int, begin: int, end: int, decided_at: int | None = None
    ) -> Cause:
        """Why a vessel last heard near ``port`` at ``begin`` was not heard until ``end``, us.

        ``decided_at`` is when that was known (None: at the end): long after, what it needs may be
        forgotten.
        """
        window = list(_buckets(begin + BUCKET_US, end))
        waited = 0 if decided_at is None else decided_at - end
        if not window or end - begin > LONGEST_GAP_US or waited > LONGEST_WAIT_US:
            return Cause(None, "", {})
        figures: dict[str, Any] = {}
        feeds = self._feeds_at(port, begin)
        quiet = {
            source: sum((source, WHOLE_FEED, bucket) not in self.buckets for bucket in window)
            for source in feeds
        }
        quietest = min(quiet.values(), default=0)
        figures["feed_quiet_s"] = quietest * BUCKET_US // SECOND_US
        disturbed = self._union("disturbed", port, window) - {mmsi}
        others = sum(len(self._heard(port, bucket) - {mmsi}) for bucket in window)
        usual = self._usual(port, mmsi, begin, window)
        figures |= {"others_heard": others, "others_usual": round(usual, 1)}
        minutes = quietest * BUCKET_US // MINUTE_US
        if quietest >= QUIET_SHARE * len(window):
            why = f"The feed brought nothing from anywhere for {minutes} minutes of it."
            return Cause("feed", why, figures)
        if len(disturbed) >= DISTURBED_VESSELS:
            figures["disturbed_vessels"] = len(disturbed)
            why = f"{len(disturbed)} other vessels here lost their position or jumped far away."
            return Cause("jamming-suspected", why, figures)
        if usual < ENOUGH_OTHERS:
            return Cause(None, "Too few others are usually heard here to say why.", figures)
        if others <= HEARD_SHARE * usual:
            return Cause("coverage", "Others that are usually heard here were not either.", figures)
        return Cause("vessel", "Others here were heard meanwhile.", figures)

    def hour_of(self, port: str, now: int) -> Hour:
        """What was heard near a port in the hour before ``now``, and what is usual then."""
        since = now - HOUR_US
        heard: set[int] = set()
        feeds: set[int] = set()
        heard_at: int | None = None
        for (source, name, begin), bucket in self.buckets.items():
            if name != port or not bucket.vessels:
                continue
            heard_at = max(heard_at or 0, bucket.heard_at)
            if begin > since - BUCKET_US:
                heard |= bucket.vessels
                feeds.add(source)
        days = [
            [self.usual.get((port, begin - day * DAY_US), 0) for begin in _buckets(since, now)]
            for day in range(1, BASELINE_US // DAY_US + 1)
        ]
        known = [max(day) for day in days if any(day)]
        usual = float(median(known)) if len(known) >= ENOUGH_DAYS else None
        return Hour(len(heard), heard_at, usual, feeds)

    def _feeds_at(self, port: str, begin: int) -> set[int]:
        """Feeds that heard anything near the port in the four hours before."""
        since = begin - 4 * HOUR_US
        return {
            source
            for (source, name, at), bucket in self.buckets.items()
            if name == port and since <= at <= begin and bucket.vessels
        }

    def _heard(self, port: str, begin: int) -> set[int]:
        return self._union("vessels", port, [begin])

    def _union(self, what: str, port: str, begins: Iterable[int]) -> set[int]:
        sources = {source for source, name, _ in self.buckets if name == port}
        found: set[int] = set()
        for begin in begins:
            for source in sources:
                if (bucket := self.buckets.get((source, port, begin))) is not None:
                    found |= getattr(bucket, what)
        return found

    def _usual(self, port: str, mmsi: int, begin: int, window: list[int]) -> float:
        """Sightings of others in a window as they are usual: at these hours, else just before."""
        days = [
            [self.usual[port, bucket - day * DAY_US] for bucket in window
             if (port, bucket - day * DAY_US) in self.usual]
            for day in range(1, BASELINE_US // DAY_US + 1)
        ]  # fmt: skip
        known = [max(0, sum(day) - len(window)) for day in days if day]  # without her
        if len(known) >= ENOUGH_DAYS:
            return float(median(known))
        before = _buckets(begin - (window[-1] - window[0]), begin)
        return float(sum(len(self._heard(port, bucket) - {mmsi}) for bucket in before))

    # -- restart -------------------------------------------------------------------------------

    def recall(self, usual: Iterable[tuple[str, int, int]]) -> None:
        """Know better what was usual: (port, bucket, vessels)."""
        for port, begin, vessels in usual:
            if port.startswith(SEA):
                continue
            self.usual[port, begin] = max(vessels, self.usual.get((port, begin), 0))

    def correct(self, disturbed: Mapping[Key, set[int]]) -> None:
        """Know better who was disturbed in buckets that are in memory."""
        for key, ships in disturbed.items():
            if key in self.buckets:
                self.buckets[key].disturbed = set(ships)

    def restore(
        self,
        buckets: Iterable[tuple[Key, Bucket]],
        usual: Iterable[tuple[str, int, int]],
        horizon: int = NO_TIME,
    ) -> None:
        """Go on from kept buckets since ``horizon`` (us), and (port, bucket, vessels) before."""
        self._horizon = horizon
        self.buckets = {key: bucket for key, bucket in buckets if not key[1].startswith(SEA)}
        self.usual = {}
        self.recall(usual)
        for (_, port, begin), bucket in self.buckets.items():
            if port != WHOLE_FEED:
                key = (port, begin)
                self.usual[key] = max(self.usual.get(key, 0), len(bucket.vessels))

    def forget(self, until: int) -> None:
        """Let go of what no gap can need any more; ``until`` is the watermark."""
        if not self.buckets or min(key[2] for key in self.buckets) >= until - KEEP_US - HOUR_US:
            return
        self.buckets = {
            key: bucket
            for key, bucket in self.buckets.items()
            if key[2] >= until - KEEP_US or key in self._changed  # those are still to be stored
        }
        self._horizon = max(self._horizon, until - KEEP_US)
        oldest = until - BASELINE_US - KEEP_US
        self.usual = {key: count for key, count in self.usual.items() if key[1] >= oldest}


def _without_place(rows: _Heard) -> set[int]:
    """Vessels that reported without a position, or one that is none."""
    lon, lat = np.abs(rows.lon), np.abs(rows.lat)
    with np.errstate(invalid="ignore"):
        somewhere = (lon <= 180.0) & (lat <= 90.0)
        somewhere &= (lon >= NULL_ISLAND_DEG) | (lat >= NULL_ISLAND_DEG)
    return set() if somewhere.all() else set(rows.mmsi[~somewhere].tolist())


def _buckets(begin: int, end: int) -> Iterator[int]:
    """Begins of the whole buckets between two instants."""
    first = -(-begin // BUCKET_US) * BUCKET_US
    yield from range(first, end - BUCKET_US + 1, BUCKET_US)
