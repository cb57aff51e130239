"""A fleet: the ships of a watchlist, where each is, how sure that is, and since when.

Of each it is told how she stands at an instant:

    IN_PORT   heard at a port within HERE_US of it, where a stop of hers is known
    OFF_PORT  heard in the waters of a port so late, without one
    AT_SEA    heard elsewhere so late
    UNKNOWN   not heard so late, or whose fixes they are is not known: where she may be is told
    UNHEARD   on the list, and never heard by then

Ships that only may be meant by an entry stand apart, and are in no count.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from monitor.alert.entry import Entry
from monitor.alert.watchlist import Grade, Watchlist
from monitor.clock import now_us
from monitor.engine.geofence import FenceSet
from monitor.errors import UnknownError
from monitor.model import Span
from monitor.report.columns import Column, Sheet
from monitor.report.gathered import EVER, Gathered, gather
from monitor.report.relocation import HERE_US, open_call
from monitor.report.tables import numbers, short
from monitor.report.watched import said_by
from monitor.report.whereabouts import SURE, Reach, Vessel
from monitor.store import reader
from monitor.store.findings import Record, iso_of
from monitor.store.watchlists import watch_entries
from monitor.units import DAY_US, from_datetime, to_datetime
from monitor.words import flag_words


class Standing(enum.StrEnum):
    """How a ship stands; see the module."""

    IN_PORT = "in port"
    OFF_PORT = "off a port"
    AT_SEA = "at sea"
    UNKNOWN = "not known"
    UNHEARD = "not heard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A ship of a fleet, or an entry that no ship was heard of."""

    entry: Entry
    grade: Grade
    vessel: Vessel | None  # None: unheard
    standing: Standing
    port: str | None = None  # where she is, or was heard last
    since: Span | None = None  # in port: her arrival; at sea: the departure, where it is known
    left: str | None = None  # at sea: the port that she left then
    confidence: int | None = None  # of a stay in port, 1 to 4
    may_be: tuple[str, ...] = ()  # not known: of the ports, where she may be

    @property
    def title(self) -> str:
        """Her name and number, or what the entry names."""
        return self.entry.title if self.vessel is None else self.vessel.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """All of one, at an instant."""

    name: str
    at: int  # us
    members: tuple[Member, ...]  # that are surely meant
    perhaps: tuple[Member, ...]

    def standing(self, standing: Standing, port: str | None = None) -> list[Member]:
        """Members that stand so; at a port, if one is named."""
        return [
            one for one in self.members if one.standing is standing and port in {None, one.port}
        ]


def fleet(
    name: str, entries: Sequence[Entry], met: Mapping[int, tuple[Entry, Grade]],
    vessels: Iterable[Vessel], ports: Sequence[Reach], at: int,
) -> Fleet:  # fmt: skip
    """A fleet of the entries of a list, the ships (MMSI) that meet them, and what is known of each.

    An entry that names a class of ships and that none meets is no ship that was not heard.
    """
    found = [member(*met[vessel.mmsi], vessel, ports, at) for vessel in vessels]
    heard = {one.entry.id for one in found if one.grade is Grade.SURE}
    found += [
        Member(entry=entry, grade=Grade.SURE, vessel=None, standing=Standing.UNHEARD)
        for entry in entries
        if entry.id not in heard and not entry.is_class
    ]
    found.sort(key=lambda one: (list(Standing).index(one.standing), one.port or "~", one.title))
    return Fleet(
        name=name, at=at, members=tuple(one for one in found if one.grade is Grade.SURE),
        perhaps=tuple(one for one in found if one.grade is not Grade.SURE),
    )  # fmt: skip


def member(
    entry: Entry, grade: Grade, vessel: Vessel, ports: Sequence[Reach], at: int
) -> Member:  # fmt: skip
    """How a ship stands at an instant (us)."""
    last = vessel.last
    one = Member(entry=entry, grade=grade, vessel=vessel, standing=Standing.UNHEARD)
    if last is None:
        return one
    if vessel.mixed_at is not None or at - last.at > HERE_US:
        may_be = tuple(
            each.port.id
            for each in ports
            if vessel.mixed_at is not None or last.at + each.least_us(last, vessel.fastest_kn) <= at
        )
        return replace(one, standing=Standing.UNKNOWN, port=last.port, may_be=may_be)
    call = open_call(vessel, last)
    if call is not None and call.confidence >= SURE:
        return replace(
            one, standing=Standing.IN_PORT, port=call.port, since=call.arrived,
            confidence=call.confidence,
        )  # fmt: skip
    ended = [each for each in vessel.calls if each.departed and each.confidence >= SURE]
    if ended:
        one = replace(one, since=ended[-1].departed, left=ended[-1].port)
    standing = Standing.AT_SEA if last.port is None else Standing.OFF_PORT
    return replace(one, standing=standing, port=last.port)


async def gathered_fleet(
    connection: Any, fences: FenceSet, name: str, ports: Sequence[str], *, since: int, until: int,
) -> tuple[Fleet, Gathered]:  # fmt: skip
    """A fleet at the end of a time (us), and all that is known of its ships in it.

    ``ports``: those of which is asked when they were heard. UnknownError: there is no such list.
    """
    now = now_us()
    entries = [
        one
        async for one in watch_entries(connection, list_=name, known_at=to_datetime(now))
        if one.holds(until, known_at_us=now)
    ]
    if not entries:
        message = f"There is no watchlist {name[:60]!r} that holds: see `monitor watchlist list`."
        raise UnknownError(message)
    watchlist, met = Watchlist(entries), dict[int, tuple[Entry, Grade]]()
    async for row in reader.vessels(connection):
        for match in watchlist.matches(said_by(row), until, known_at_us=now):
            met.setdefault(row["mmsi"], (match.entry, match.grade))
    found = await gather(connection, fences, met, ports, since=since, until=until, look_back=EVER)
    reaches = [Reach(port=port) for port in fences.ports]
    return fleet(name, entries, met, found.vessels, reaches, until), found


async def fleets(connection: Any, *, at: datetime | None = None) -> list[Record]:
    """Watchlists with entries that hold, and how many these are; by their names."""
    now = now_us()
    then = now if at is None else from_datetime(at)
    found = Counter(
        [
            one.list
            async for one in watch_entries(connection, known_at=to_datetime(now))
            if one.holds(then, known_at_us=now)
        ]
    )
    return [{"fleet": name, "entries": count} for name, count in sorted(found.items())]


async def fleet_records(
    connection: Any, *, name: str, fences: FenceSet, at: datetime | None = None
) -> list[Record]:
    """Where the ships of a watchlist are, those that are surely meant first."""
    until = now_us() if at is None else from_datetime(at)
    found, _ = await gathered_fleet(connection, fences, name, (), since=until - DAY_US, until=until)
    return [member_record(one, found) for one in (*found.members, *found.perhaps)]


def member_record(one: Member, of: Fleet) -> Record:
    """A ship of a fleet in stable words."""
    vessel, span = one.vessel, one.since
    last = None if vessel is None else vessel.last
    number = one.entry.mmsi if vessel is None else vessel.mmsi
    return {
        "fleet": of.name, "as_of": iso_of(of.at), "match": one.grade.value,
        "entry": one.entry.id, "listed": one.entry.title, "reason": one.entry.reason,
        "mmsi": number, "track": None if vessel is None else vessel.track,
        "name": one.entry.name if vessel is None else vessel.name,
        "imo": one.entry.imo if vessel is None else vessel.imo,
        **({"flag": None, "flag_text": None} if number is None else flag_words(number)),
        "standing": one.standing.value, "port": one.port, "left": one.left,
        "since": None if span is None else {
            "earliest": iso_of(span.earliest), "at": iso_of(span.at), "latest": iso_of(span.latest),
        },
        "confidence": one.confidence, "heard_at": None if last is None else iso_of(last.at),
        "lon": None if last is None else round(last.lon, 6),
        "lat": None if last is None else round(last.lat, 6),
        "unheard_s": None if last is None else (of.at - last.at) // 1_000_000,
        "may_be": list(one.may_be),
    }  # fmt: skip


def fleets_table(records: list[Record]) -> Sheet:
    """Watchlists."""
    columns = (
        Column(heading="fleet", cell=lambda r: r["fleet"], folds=30),
        Column(heading="entries", cell=lambda r: f"{r['entries']:,}", right=True),
    )
    return Sheet(title="Fleets", columns=columns, records=records)


def fleet_table(records: list[Record]) -> Sheet:
    """Ships of a fleet, those in port first."""
    columns = (
        Column(heading="match", cell=lambda r: r["match"], rank=2),
        Column(heading="vessel", cell=lambda r: r["name"] or r["listed"], folds=16),
        Column(heading="MMSI", cell=numbers),
        Column(heading="stands", cell=lambda r: r["standing"]),
        Column(heading="where", cell=_where, folds=14),
        Column(heading="since (UTC)", cell=_since),
        Column(heading="sure", cell=lambda r: f"{r['confidence']}/4" if r["confidence"] else ""),
        Column(
            heading="last heard (UTC)", cell=lambda r: short(r["heard_at"]) if r["heard_at"] else ""
        ),
        Column(heading="may be at", cell=lambda r: ", ".join(r["may_be"]), folds=12, rank=1),
        Column(heading="reason", cell=lambda r: r["reason"], folds=16, rank=3),
    )
    return Sheet(title="Fleet", columns=columns, records=records)


def _where(record: Record) -> str:
    if record["port"] is not None:
        return str(record["port"])
    return "" if record["lon"] is None else f"{record['lat']:.2f}, {record['lon']:.2f}"


def _since(record: Record) -> str:
    known = [(record["since"] or {}).get(name) for name in ("at", "latest", "earliest")]
    at = next((one for one in known if one is not None), None)
    return "" if at is None else short(at)
