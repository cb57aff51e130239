"""What a running watch answers over HTTP. One file a group of endpoints, listed in GROUPS."""

from __future__ import annotations

from monitor.api import (
    alerts,
    areas,
    ask,
    console,
    described,
    features,
    geofences,
    health,
    live,
    login,
    metrics,
    past,
    people,
    pushed,
    records,
    sightings,
    status,
    tiles,
    watched,
)

READERS = (
    login, health, status, metrics, records, ask, alerts, sightings, past, watched, live, geofences,
    areas, console,
    *features.GROUPS, tiles, people, described,
)  # fmt: skip
PUSHERS = (pushed,)
EDGES = (health, status, metrics, pushed)
"""What an edge answers: it has no database."""

GROUPS = (*READERS, *PUSHERS)
"""Each has ``ROUTES``, its rows; what their handlers are given is in ``keys.py``."""
