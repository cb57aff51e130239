"""Areas in the store: added and removed by people, and read by those who detect.

A row is never deleted, so that what was told of an area stays explained. Who may see a
private one is decided by the statements themselves: a connection says once who asks, and one that
does not say it sees what is shared alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import shapely

from monitor.engine.geofence import Area, FenceSet, area_id
from monitor.errors import UnknownError, UsageError
from monitor.store.lost import transaction
from monitor.store.sql import query
from monitor.units import from_datetime, to_datetime

MOST_OWN, MOST_AREAS = 100, 1_000
"""That stand, of one owner and of all: each costs every batch a look."""

EVERYBODY = "*"
"""Who sees all: whoever is at the machine could read the tables as well."""


PATIENCE = "20s"
"""Of a watch that waits until it is known whom an area concerns: by then it has looked at some ten
million positions."""

MOST_LETTERS = 60
"""Of a name: a line of a message holds it."""

MOST_NOTE = 1_000
"""Letters of a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An area, and what is noted of it."""

    area: Area
    note: str | None
    added_at: datetime
    added_by: str
    removed_at: datetime | None
    removed_by: str | None


def new_area(*, owner: str, name: str, shape: Any, since: int, shared: bool, tells: bool) -> Area:
    """An area as it is to be added; UsageError where it cannot be called so, or be anybody's."""
    name, owner = " ".join(name.split()), owner.strip()
    if not name or len(name) > MOST_LETTERS or not name.isprintable() or set(name) & set("/*"):
        message = (
            f"{name[:MOST_LETTERS]!r} cannot be the name of an area: use 1 to {MOST_LETTERS}"
            " letters and digits, without / and *."
        )
        raise UsageError(message)
    if not owner or len(owner) > 200 or not owner.isprintable() or set(owner) & set("/*"):
        message = f"{owner[:MOST_LETTERS]!r} cannot own an area: say who you are."
        raise UsageError(message)
    return Area(
        id=area_id(owner, name, since, shape), owner=owner, name=name, shared=shared, tells=tells,
        shape=shape, since=since,
    )  # fmt: skip


async def sees(connection: asyncpg.Connection, caller: str | None) -> None:
    """Say who asks on a connection, until it is given back; None: somebody who is not known."""
    await connection.fetchval(query("sees"), caller or "")


async def areas(connection: asyncpg.Connection, *, every: bool = False) -> list[Stored]:
    """Areas that whoever asks may see, as they were added; ``every``: removed ones, too."""
    return [_stored(row) for row in await connection.fetch(query("areas"), every)]


async def drawn(connection: asyncpg.Connection, fences: FenceSet) -> FenceSet:
    """Ports, and all areas that there ever were."""
    rows = await connection.fetch(query("all_areas"))
    return fences.with_areas(tuple(_area(row) for row in rows))


async def as_of(connection: asyncpg.Connection) -> tuple[int, int]:
    """By what the areas may be known to have changed."""
    async with transaction(connection):  # it is broken off where nothing answers
        row = await connection.fetchrow(query("areas_as_of"))
    return row["areas"], row["removed"]


async def take_up(connection: asyncpg.Connection) -> bool:
    """Note the ships that changed areas concern, for they are to be taken again: once, all or none.

    What is true since an area is in force may have been told of before anybody knew the area.
    False where that is too much to look for while a watch waits: then it is left as it was told.
    """
    try:
        async with transaction(connection):
            await connection.fetchval(query("patience"), PATIENCE)
            await connection.execute(query("due_by_areas"))
            await connection.execute(query("areas_taken"))
    except asyncpg.QueryCanceledError:
        await connection.execute(query("areas_taken"))
        return False
    return True


async def add_area(connection: asyncpg.Connection, area: Area, by: str, note: str | None) -> None:
    """Add an area; UsageError where there is one of this name, or there are too many."""
    async with transaction(connection):
        await connection.execute(query("lock_areas"))
        counts = await connection.fetchrow(query("areas_in_force"), area.owner)
        if counts["own"] >= MOST_OWN:
            message = f"{area.owner} has {MOST_OWN} areas already: remove one that is not needed."
            raise UsageError(message)
        if counts["all_areas"] >= MOST_AREAS:
            message = f"There are {MOST_AREAS:,} areas already: have one removed."
            raise UsageError(message)
        added = await connection.fetchval(
            query("add_area"), area.id, area.owner, area.name, area.shared, area.tells,
            shapely.to_wkb(area.shape), area.drawing, to_datetime(area.since), note, by,
        )  # fmt: skip
        if added is None:
            message = f"{area.owner} has an area {area.name!r}: remove it, or take another name."
            raise UsageError(message)


async def remove_area(
    connection: asyncpg.Connection, stored: Stored, by: str, at: datetime
) -> None:
    """Remove an area: what is true from ``at`` on does not concern it. UnknownError: it is gone."""
    removed = await connection.fetchval(query("remove_area"), stored.area.id, at, by)
    if removed is None:
        raise _unknown(stored.area.name)


async def named(connection: asyncpg.Connection, name: str, caller: str | None) -> Stored:
    """The area that stands and is called so: ``NAME``, ``OWNER/NAME`` or its id.

    One's own comes before those of others. UnknownError where whoever asks sees none, UsageError
    where several people share one of this name.
    """
    found = await areas(connection)
    owner, slash, rest = name.partition("/")
    named_so = [
        each for each in found
        if each.area.id == name or (
            (each.area.owner, each.area.name) == (owner, rest) if slash else each.area.name == name
        )
    ]  # fmt: skip
    own = [each for each in named_so if each.area.owner == caller]
    if len(own) == 1 or len(named_so) == 1:
        return (own or named_so)[0]
    if not named_so:
        raise _unknown(name)
    owners = ", ".join(f"{each.area.owner}/{each.area.name}" for each in named_so)
    message = f"Several people have an area {name!r}: say which of {owners}."
    raise UsageError(message)


def _unknown(name: str) -> UnknownError:
    return UnknownError(f"There is no area {name[:60]!r}: see `monitor areas list`.")


def _stored(row: Mapping[str, Any]) -> Stored:
    noted = {name: row[name] for name in Stored.__slots__ if name != "area"}
    return Stored(area=_area(row), **noted)


def _area(row: Mapping[str, Any]) -> Area:
    until = row["until"]
    return Area(
        id=row["id"], owner=row["owner"], name=row["name"], shared=row["shared"],
        tells=row["tells"], shape=shapely.from_wkb(row["shape"]),
        since=from_datetime(row["since"]), until=None if until is None else from_datetime(until),
    )  # fmt: skip
