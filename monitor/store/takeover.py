"""Takes over the engine's state as releases up to 0.1 kept it, once, when this one starts.

They may have gone on writing while the schema was already new: so it is not a migration's to do.
"""

from __future__ import annotations

import json
from typing import Any

import asyncpg

from monitor.engine.kept import Kept, key_text
from monitor.engine.odd_kept import TRACK
from monitor.engine.pipeline import HEAD_VERSION
from monitor.model import Ship, ShipAtPort
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


async def take_over(connection: asyncpg.Connection) -> None:
    """Put it where this release looks, as states of version 0. Call it in a transaction."""
    row = await connection.fetchrow(query("load_pipeline"))
    head, statics = json.loads(row["head"]), json.loads(row["statics"])
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
    if states:
        await connection.execute(query("save_states"), *map(list, zip(*states, strict=True)))
    await connection.execute(query("drop_watches"))
    head["version"], head["settled"] = HEAD_VERSION, True  # as old as the watermark was let go
    named = [_report(report) for report in statics]
    await connection.execute(query("save_pipeline"), json.dumps(head), json.dumps(named))


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
