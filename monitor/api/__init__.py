"""What a running watch answers over HTTP. One file a group of endpoints, listed in GROUPS."""

from __future__ import annotations

from monitor.api import (
    alerts,
    ask,
    described,
    features,
    health,
    live,
    metrics,
    pushed,
    records,
    status,
)

READERS = (health, status, metrics, records, ask, alerts, live, *features.GROUPS, described)
PUSHERS = (pushed,)
GROUPS = (*READERS, *PUSHERS)
"""Each has ``ROUTES``, its rows; what their handlers are given is in ``keys.py``."""
