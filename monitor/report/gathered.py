"""Reads from the store what reports rest on, and makes the values of ``whereabouts`` of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from monitor.alert.watchlist import Grade, Watchlist
from monitor.engine.detect.port.step import SILENCE_US
from monitor.engine.geofence import FenceSet, Port, distance_m
from monitor.engine.reception import BUCKET_US, RANGE_NM
from monitor.model import Event, EventState, PortCall, Static
from monitor.report.hulls import hulls_of
from monitor.report.whereabouts import (
    Interval,
    Silence,
    Vessel,
    Whereabouts,
    as_of,
    mixed_at,
    place_of,
    silent,
)
from monitor.store import columnar, reader
from monitor.store import whereabouts as store
from monitor.store.findings import Record
from monitor.store.watchlists import watch_entries
from monitor.units import HOUR_US, NAUTICAL_MILE_M, SECOND_US, from_datetime, to_datetime

LOOK_BACK = timedelta(days=90)
"""How long before the time in question a last fix is looked for."""

EVER = timedelta(days=36_525)
"""The same of one ship: whenever."""

STEP_S = 600.0
"""Ways are drawn by a fix so often: two miles at sea."""

DEAF_US = HOUR_US
"""A port that no feed heard anything of for so long is not heard. (A ship at rest reports every
3 minutes; loggers thin that.)"""

Ship = tuple[int, int]
"""MMSI and track."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """What was heard near a port within a time."""

    port: str
    deaf: tuple[Interval, ...]  # when nothing was heard at all
    since: int
    until: int

    @property
    def deaf_us(self) -> int:
        """How long, altogether."""
        return sum(end - begin for begin, end in self.deaf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that a report rests on."""

    vessels: tuple[Vessel, ...]
    ways: dict[Ship, list[Any]]  # rows with at, lon, lat, in order
    events: tuple[Event, ...]  # of these ships in the time, oldest first, none withdrawn
    voyages: tuple[Event, ...]  # of these ships, VoyageMade, else VoyageBegun
    ears: dict[str, Ear]  # by port
    odd: tuple[Any, ...]  # rows of positions that no ship could have reached
    heard_to: int | None  # us; when the last message was received
    disturbed: tuple[Any, ...] = ()  # rows of areas of interference in the time
    hulls: tuple[Record, ...] = ()  # IMO numbers that these ships and others said


async def callers(
    connection: Any, ports: Iterable[str], since: int, until: int
) -> set[int]:  # fmt: skip
    """MMSIs of ships that called at ports in a time, or may have."""
    found: set[int] = set()
    for port in ports:
        calls = reader.port_calls(
            connection, port=port, since=to_datetime(since), until=to_datetime(until)
        )
        found |= {call.mmsi async for call in calls}
    return found


async def gather(
    connection: Any, fences: FenceSet, ships: Iterable[int], ports: Sequence[str], *, since: int,
    until: int, look_back: timedelta = LOOK_BACK,
) -> Gathered:  # fmt: skip
    """Read what is known of ships in a time, and what was heard near ports.

    Last fixes are looked for up to ``look_back`` before it.
    """
    wanted = sorted(ships)
    begin, end = to_datetime(since), to_datetime(until)
    before = begin - look_back
    calls: defaultdict[Ship, list[PortCall]] = defaultdict(list)
    for call in await store.calls_of(connection, wanted):
        calls[call.mmsi, call.track].append(call)
    last = {
        (row["mmsi"], row["track"]): _heard(fences, row["at"], row["lon"], row["lat"])
        for row in await store.last_fixes(connection, wanted, before, end)
    }
    gaps: defaultdict[Ship, list[Silence]] = defaultdict(list)
    longer_s = SILENCE_US / SECOND_US
    for row in await store.silences(connection, wanted, before, end, longer_s):
        if row["after_at"] < begin:
            continue
        gaps[row["mmsi"], row["track"]].append(
            Silence(
                before=_heard(fences, row["before_at"], row["before_lon"], row["before_lat"]),
                after=_heard(fences, row["after_at"], row["after_lon"], row["after_lat"]),
            )
        )
    said = {row["mmsi"]: row for row in await store.who(connection, wanted)}
    listed = await _listed(connection, said.values(), until)
    known = sorted({*calls, *last})
    uses = Counter(mmsi for mmsi, _ in known)
    mixed = {
        mmsi: mixed_at(gaps[ship] for ship in known if ship[0] == mmsi)
        for mmsi, count in uses.items()
        if count > 1
    }
    vessels = tuple(
        replace(
            _vessel(ship, said.get(ship[0]), as_of(calls[ship], until)),
            lists=listed.get(ship[0], ()), silences=tuple(gaps[ship]), last=last.get(ship),
            is_shared=uses[ship[0]] > 1,
            mixed_at=mixed.get(ship[0]),
        )
        for ship in known
    )  # fmt: skip
    rows: defaultdict[Ship, list[Any]] = defaultdict(list)
    for row in await store.ways(connection, wanted, begin, end, STEP_S):
        rows[row["mmsi"], row["track"]].append(row)
    told = [event for event in await store.events_of(connection, wanted)
            if event.state is not EventState.WITHDRAWN]  # fmt: skip
    events = sorted((one for one in told if since <= told_at(one) < until), key=told_at)
    heard_to = await columnar.heard_to(connection)
    return Gathered(
        vessels=vessels, ways=dict(rows), events=tuple(events), voyages=tuple(voyages_of(events)),
        ears={
            port: await ear(connection, fences.by_id[port], since, until) for port in ports
        },
        odd=tuple(await _odd(connection, wanted, since, until)),
        heard_to=None if heard_to is None else from_datetime(heard_to),
        disturbed=tuple(await store.disturbed(connection, begin, end)),
        hulls=await hulls_of(connection, wanted),
    )  # fmt: skip


def told_at(event: Event) -> int:
    """An instant to order events by, us."""
    span = event.span
    known = (span.at, span.latest, span.earliest, event.decided_at)
    return next(at for at in known if at is not None)


async def ear(connection: Any, port: Port, since: int, until: int) -> Ear:
    """When a port was heard, of all feeds together.

    Who was only said to be there, at a place that no ship could have reached, was not heard there.
    """
    begin, end = to_datetime(since), to_datetime(until)
    false = [
        (row["mmsi"], from_datetime(row["first_at"]), from_datetime(row["last_at"]))
        async for row in reader.candidates(connection, since=begin, until=end)
        if row["became"] != "second_ship" and _is_near(port, row)
    ]
    buckets = []
    for row in await columnar.heard_near(connection, port.id, begin, end):
        at = from_datetime(row["at"])
        lies = {mmsi for mmsi, first, last in false if first < at + BUCKET_US and last >= at}
        if row["messages"] and set(row["vessels"]) - lies:
            buckets.append((at, at + BUCKET_US))
    deaf = silent(buckets, since, until, DEAF_US)
    return Ear(port=port.id, deaf=tuple(deaf), since=since, until=until)


def _is_near(port: Port, row: Any) -> bool:
    lon, lat = port.centre
    return bool(distance_m(row["lon"], row["lat"], lon, lat) <= RANGE_NM * NAUTICAL_MILE_M)


def _heard(fences: FenceSet, at: Any, lon: float, lat: float) -> Whereabouts:
    return Whereabouts(
        at=from_datetime(at), lon=lon, lat=lat, port=place_of(fences.ports, lon, lat)
    )


def _vessel(ship: Ship, said: Any, calls: tuple[PortCall, ...]) -> Vessel:
    """Who she says she is now, else who she was at her last call."""
    named = [call.name for call in calls if call.name]
    name = None if said is None else said["name"]
    return Vessel(
        mmsi=ship[0], track=ship[1], name=name or (named[-1] if named else None),
        imo=None if said is None else said["imo"],
        ship_type=None if said is None else said["ship_type"], calls=calls,
    )  # fmt: skip


async def _listed(connection: Any, said: Iterable[Any], until: int) -> dict[int, tuple[str, ...]]:
    """Watchlists that ships are surely on, by what they say of themselves."""
    entries = [entry async for entry in watch_entries(connection)]
    lists = Watchlist(entry for entry in entries if entry.removed_at is None)
    found = {}
    for row in said:
        matches = lists.matches(Static(**dict(row.items())), until, known_at_us=2**62)
        sure = dict.fromkeys(one.entry.list for one in matches if one.grade is Grade.SURE)
        found[row["mmsi"]] = tuple(sure)
    return found


def voyages_of(events: Sequence[Event]) -> list[Event]:
    """Voyages of events: those made, and those begun and not made."""
    made = {_voyage(event) for event in events if event.kind.value == "VoyageMade"}
    return [
        event
        for event in events
        if event.kind.value == "VoyageMade"
        or (event.kind.value == "VoyageBegun" and _voyage(event) not in made)
    ]


def _voyage(event: Event) -> tuple[Any, ...]:
    return event.mmsi, event.track, event.evidence.figures["voyage"]


async def _odd(connection: Any, ships: Sequence[int], since: int, until: int) -> list[Any]:
    found: list[Any] = []
    for mmsi in ships:
        rows = reader.candidates(
            connection, mmsi=mmsi, since=to_datetime(since), until=to_datetime(until)
        )
        found += [row async for row in rows]
    return sorted(found, key=lambda row: row["first_at"])
