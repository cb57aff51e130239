"""Takes over the engine's state as earlier releases kept it, once, when this one starts.

They may have gone on writing while the schema was already new: so it is not a migration's to do.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import asyncpg

from monitor.engine.kept import Kept, NotReadableError, key_text, read
from monitor.engine.odd_kept import TRACK
from monitor.engine.pipeline import HEAD_VERSION
from monitor.engine.said_kept import VERSION, WAITS, row_of, waiting
from monitor.model import Ship, ShipAtPort, Static, StaticReport
from monitor.store.claims import PRESENT
from monitor.store.sql import query

VISIT = "visit"

THEIR_LAYOUT = 1
"""Of the fixes in their states: see FIX_LAYOUTS."""

REPORT = ("at", "received_at", "seq", "source", "static", "known_at")
STATIC = (
    "mmsi", "name", "callsign", "imo", "ship_type", "to_bow_m", "to_stern_m", "to_port_m",
    "to_starboard_m", "draught_m", "destination", "eta",
)  # fmt: skip
"""What the lists of static reports that waited had, in their order."""


def is_older(head: dict[str, Any]) -> bool:
    """Whether this is the head of a release whose state is to be taken over."""
    return bool(head.get("version", 0) < HEAD_VERSION)


async def take_over(connection: asyncpg.Connection) -> None:
    """Put it where this release looks. Call it in a transaction."""
    row = await connection.fetchrow(query("load_pipeline"))
    head, statics = json.loads(row["head"]), json.loads(row["statics"])
    if "version" not in head:
        await _take_over_0(connection, head)
        statics = [_report(report) for report in statics]
    rows = [_waiting(place, static) for place, static in enumerate(statics)]
    rows += await _names(connection, head.pop("names", {}), head.pop("claims", {}))
    await _save(connection, rows)
    head["version"] = HEAD_VERSION
    await connection.execute(query("save_pipeline"), json.dumps(head))


async def _take_over_0(connection: asyncpg.Connection, head: dict[str, Any]) -> None:
    """Of a head without a number: states of version 0."""
    watches = await connection.fetch(query("load_watches"))
    states = [
        Kept(VISIT, 0, key_text(ShipAtPort(r["mmsi"], r["track"], r["port"])), _state(r["state"]))
        for r in watches
    ]
    states += [
        Kept(TRACK, 0, key_text(Ship(int(mmsi), 0)), _state(text))
        for mmsi, text in head.pop("odd", {}).items()
    ]
    await connection.execute(query("drop_states"))
    await _save(connection, states)
    await connection.execute(query("drop_watches"))
    head["settled"] = True  # as old as the watermark was let go


async def _save(connection: asyncpg.Connection, states: list[Kept]) -> None:
    if states:
        await connection.execute(query("save_states"), *map(list, zip(*states, strict=True)))


async def _names(
    connection: asyncpg.Connection, names: dict[str, Any], claims: dict[str, Any]
) -> list[Kept]:
    """What each ship says, as the tables have it, but for those whose news wait: as before."""
    said = {
        row["mmsi"]: Static(mmsi=row["mmsi"], **{name: row[name] for name in PRESENT})
        for row in await connection.fetch(query("load_identities"))
    }
    bound = await connection.fetch(query("load_destinations"))
    words: dict[int, dict[str, Any]] = {r["mmsi"]: dict(r) for r in bound}
    for mmsi, (draught_m, destination) in claims.items():
        words[int(mmsi)] = {"draught_m": draught_m, "destination": destination}
    for mmsi, name in names.items():
        words.setdefault(int(mmsi), {})["name"] = name
    for ship, changes in words.items():
        said[ship] = replace(said.get(ship, Static(mmsi=ship)), **changes)
    return [row_of(m, said[m]) for m in sorted(said) if said[m] != Static(mmsi=m)]


def _waiting(place: int, static: Any) -> Kept:
    """A report that waited; one that is none is kept as it is, and let go when it is read."""
    torn = Kept(
        WAITS, VERSION, json.dumps([0, place]), json.dumps({"fix": THEIR_LAYOUT, "state": static})
    )
    try:
        return waiting(read(StaticReport, static))
    except NotReadableError:
        return torn


def _state(text: str) -> str:
    """A state in the envelope of this release: the fixes of those are of the first layout.

    One that is torn stays as it is: who reads it says so, and begins it anew.
    """
    try:
        return json.dumps({"fix": THEIR_LAYOUT, "state": json.loads(text)})
    except (ValueError, RecursionError):
        return text


def _report(raw: Any) -> Any:
    """A report with its words; one that does not fit stays as it is, and is let go when read."""
    try:
        report = dict(zip(REPORT, raw, strict=True))
        return {**report, "static": dict(zip(STATIC, report["static"], strict=True))}
    except (ValueError, TypeError):
        return raw
