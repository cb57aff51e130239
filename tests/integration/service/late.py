"""Databases compared: what is in them when all is in, however it came."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import asyncpg

TABLES = {
    "position": "SELECT mmsi, at, ST_AsText(geom), sog_kn, cog_deg, heading_deg, status, type,"
    " track, s.name, line, content, raw FROM position JOIN source s ON s.id = source"
    " ORDER BY mmsi, at",
    "event": "SELECT id, kind, state, subject, mmsi, track, port, name, geofence, at, earliest,"
    " latest, confidence, ST_AsText(geom), why, evidence FROM event"
    " WHERE revised IS DISTINCT FROM 'withdrawn' ORDER BY mmsi, at, kind, id",
    "port_call": "SELECT id, mmsi, track, name, port, arrived_earliest, arrived_at,"
    " arrived_latest, departed_earliest, departed_at, departed_latest, departed, state,"
    " confidence, stages FROM port_call ORDER BY id",
    "vessel": "SELECT * FROM vessel ORDER BY mmsi",
    "vessel_state": "SELECT mmsi, at, ST_AsText(geom), sog_kn, cog_deg, status FROM vessel_state"
    " ORDER BY mmsi",
    "identity": "SELECT * FROM identity ORDER BY mmsi, digest",
    "static_report": "SELECT DISTINCT mmsi, at, s.name, digest FROM static_report"
    " JOIN source s ON s.id = source ORDER BY 1, 2, 3, 4",
    "refused_report": "SELECT mmsi, at, reason, s.name FROM refused_report"
    " JOIN source s ON s.id = source ORDER BY 1, 2, 3, 4",
    "candidate": "SELECT mmsi, first_at, last_at, fixes, ST_AsText(geom), track_at, away_m,"
    " became, track FROM candidate ORDER BY mmsi, first_at",
    "refusal": "SELECT * FROM refusal WHERE count <> 0 ORDER BY source, reason",
    "report_count": "SELECT * FROM report_count ORDER BY source, kind",
    "reception": "SELECT port, s.name, at, messages, heard_at, vessels, rings"
    " FROM reception JOIN source s ON s.id = source WHERE messages > 0 OR port LIKE 'sea %'"
    " ORDER BY port, 2, at",
    "disturbed": "SELECT port, at, array_agg(DISTINCT ship ORDER BY ship) FROM reception,"
    " unnest(disturbed) AS ship GROUP BY port, at ORDER BY port, at",
    "kept_state": "SELECT detector, version, key, state FROM kept_state ORDER BY detector, key",
    "late_report": "SELECT mmsi, at FROM late_report",
    "off_track": "SELECT mmsi, at, moment::json -> 'state' AS state FROM off_track"
    " ORDER BY mmsi, at, moment",
    "interference_due": "SELECT since FROM interference_due",
    "revision_due": "SELECT mmsi FROM revision_due",
    "reception_due": "SELECT port FROM reception_due",
}
"""All but the instants at which things were decided and received, and marks of revision. Of copies
of a report one is stored: who was disturbed is known, but not which of the feeds heard it, too."""


def held(url: str) -> dict[str, list[Any]]:
    """Rows of all tables."""

    async def read() -> dict[str, list[Any]]:
        connection = await asyncpg.connect(url)
        try:
            return {
                name: [_plain(name, row) for row in await connection.fetch(query)]
                for name, query in TABLES.items()
            }
        finally:
            await connection.close()

    return asyncio.run(read())


def differences(found: dict[str, list[Any]], wanted: dict[str, list[Any]]) -> list[str]:
    """What differs, row by row."""
    told = []
    for name, rows in wanted.items():
        mine, theirs = Counter(found[name]), Counter(rows)
        told += [f"{name} lacks {row}" for row in theirs - mine]
        told += [f"{name} has {row}" for row in mine - theirs]
    return told


def _plain(name: str, row: Any) -> Any:
    values = dict(row)
    if name == "event":
        evidence = json.loads(values["evidence"])
        for fix in evidence["fixes"]:
            del fix["received_at"]
        values["evidence"] = json.dumps(evidence, sort_keys=True)
    if name == "off_track":
        values["state"] = json.dumps(_without_arrival(json.loads(values["state"])))
    if name == "kept_state":
        state = json.loads(values["state"])
        if values["detector"] == "static":  # one that waits: arrivals and sources are numbered anew
            del state["state"]["seq"], state["state"]["source"]
            at, _, words = values["key"].split(",", 2)
            values["key"] = f"{at},{words}"
        values["state"] = json.dumps(_without_arrival(state))
    return tuple(str(value) for value in values.values())


def _without_arrival(value: Any) -> Any:
    """A kept state, but of its fixes what depends on the order of arrival, or is not stored."""
    if isinstance(value, dict):
        return {key: _without_arrival(item) for key, item in value.items()}
    if isinstance(value, list) and len(value) == 16 and isinstance(value[-1], str):
        return [value[0], value[1], *value[4:8], *value[10:12], value[14]]
    if isinstance(value, list):
        return [_without_arrival(item) for item in value]
    return value
