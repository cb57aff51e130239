"""What the store has of the engine's memory: all of it, or of as many ships as are to be in memory.

Who is not in memory is recalled ship by ship: see ``monitor.engine.remembered``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg
import numpy as np

from monitor.engine import remembered
from monitor.engine.kept import WAKES, Kept, NotReadableError, fixes_of
from monitor.engine.quality import RECENT
from monitor.engine.reception import BASELINE_US, KEEP_US, Bucket, Key
from monitor.engine.remembered import KINDS, RECALLED, Recalled
from monitor.engine.reorder import Waiting
from monitor.engine.snapshot import Snapshot, ships_of
from monitor.engine.tracked import HEARD, UNHEARD
from monitor.model import FIX
from monitor.store.history import bucket_of, usual_since
from monitor.store.sql import query
from monitor.units import NO_TIME, from_datetime, to_datetime


class KeptState(NamedTuple):
    """What a restart begins with."""

    snapshot: Snapshot
    ships: set[int] | None  # whom it holds; None: all of them
    elsewhere: int  # how many others have last fixes
    asleep: dict[str, tuple[int, int]]  # detector -> states of theirs, those with a deadline
    wakes: dict[int, int]  # MMSI -> us; the first deadline of those that have one


async def kept_of(
    connection: asyncpg.Connection,
    head: dict[str, Any],
    notes: list[str],
) -> KeptState:
    """All that is kept, but of no more ships than are held: those that matter, and the newest.

    What cannot be read is said in ``notes``.
    """
    torn: list[str] = []
    rows = await connection.fetch(query("load_waiting"))
    waiting = Waiting(
        pending=_fixes([(r["layout"], r["pending"]) for r in rows], "Reports", torn),
        recent=np.frombuffer(b"".join([r["recent"] for r in rows]), dtype=RECENT),
        newest_at=NO_TIME,
        outlived=NO_TIME,
    )
    counts = await connection.fetchrow(query("count_remembered"))
    ships, elsewhere, most = None, 0, remembered.MOST_SHIPS
    asleep: dict[str, tuple[int, int]] = {}
    wakes: dict[int, int] = {}
    if max(counts) <= most:
        fixes = await connection.fetch(query("load_vessels"))
        states = [_kept(row) for row in await connection.fetch(query("load_states"))]
        last, heard = _last_fixes(fixes, notes)
    else:
        rows = await connection.fetch(query("load_states_but"), KINDS, WAKES)
        states = [_kept(row) for row in rows]
        newest = await connection.fetch(query("newest_vessels"), most)
        ships = ships_of(states) | {row["mmsi"] for row in newest}
        ships |= {*head.get("gave_up", ()), *waiting.pending["mmsi"].tolist()}
        _, last, heard, more = await recalled_of(connection, ships, notes)
        loaded = {(state.detector, state.key) for state in states}
        states += [state for state in more if (state.detector, state.key) not in loaded]
        elsewhere = counts["heard"] - len(last)
        asleep, wakes = await _sleeping(connection, ships, states)
    notes += torn
    snapshot = Snapshot(
        head=head,
        waiting=waiting,
        last=last,
        heard=heard,
        states=states,
        reception=await _reception(connection, head),
        usual=await usual_since(connection, _since(head, BASELINE_US + KEEP_US)),
    )
    return KeptState(snapshot, ships, elsewhere, asleep, wakes)


async def _sleeping(
    connection: asyncpg.Connection, awake: set[int], states: list[Kept]
) -> tuple[dict[str, tuple[int, int]], dict[int, int]]:
    """What sleeps, but for the states of ships that are awake: see KeptState."""
    marked = [state for state in states if (state.state or "").startswith(WAKES)]
    here = Counter(state.detector for state in marked)
    dated = Counter(state.detector for state in marked if state.wakes_at is not None)
    rows = await connection.fetch(query("count_sleeping"), WAKES)
    wakes = await connection.fetch(query("load_wakes"))
    return {
        name: (count - here[name], deadlines - dated[name]) for name, count, deadlines in rows
    }, {mmsi: at for mmsi, at in wakes if mmsi not in awake}


async def recalled_of(
    connection: asyncpg.Connection, ships: Collection[int], notes: list[str]
) -> Recalled:
    """What is kept of some ships."""
    fixes = await connection.fetch(query("recall_vessels"), list(ships))
    numbers = [str(mmsi) for mmsi in ships]
    states = await connection.fetch(query("recall_states"), numbers, RECALLED)
    return Recalled(ships, *_last_fixes(fixes, notes), [_kept(row) for row in states])


def _kept(row: Any) -> Kept:
    return Kept(row["detector"], row["version"], row["key"], row["state"])


async def _reception(
    connection: asyncpg.Connection, head: dict[str, Any]
) -> list[tuple[Key, Bucket]]:
    rows = await connection.fetch(query("load_reception"), _since(head, 2 * KEEP_US))
    numbers = {name: number for number, name in enumerate(head["sources"])}
    return [
        ((numbers[row["source"]], row["port"], from_datetime(row["at"])), bucket)
        for row in rows
        if row["source"] in numbers and (bucket := bucket_of(row)) is not None
    ]


def _last_fixes(rows: list[Any], notes: list[str]) -> tuple[Any, Any]:
    """Last fixes of vessels (dtype FIX), and what else is known of each (dtype HEARD)."""
    last = _fixes([(row["layout"], row["fix"]) for row in rows], "Last fixes of vessels", notes)
    known = {
        row["mmsi"]: np.frombuffer(row["heard"], dtype=HEARD)[0]
        for row in rows
        if row["heard"] is not None and len(row["heard"]) == HEARD.itemsize
    }
    heard = [known.get(mmsi, UNHEARD) for mmsi in last["mmsi"].tolist()]
    return last, np.array(heard, dtype=HEARD)


def _fixes(parts: list[tuple[int, bytes]], what: str, notes: list[str]) -> Any:
    """Fixes that were kept in pieces, each in some layout, as dtype FIX."""
    by_layout: dict[int, list[bytes]] = {}
    for layout, rows in parts:
        by_layout.setdefault(layout, []).append(rows)
    found = [np.zeros(0, dtype=FIX)]
    for layout, pieces in by_layout.items():
        try:
            found.append(fixes_of(b"".join(pieces), layout))
        except NotReadableError as error:
            notes.append(f"{what} that were kept are let go: {error}.")
    return np.concatenate(found)


def _since(head: dict[str, Any], span_us: int) -> datetime:
    """An instant so long before the engine's clock."""
    newest = int(head["newest"])
    return to_datetime(0 if newest == NO_TIME else max(0, newest - span_us))
