"""What a running watch answers over HTTP. One file a group of endpoints, listed in GROUPS."""

from __future__ import annotations

from monitor.api import alerts, health, metrics, pushed, records, status

READERS = (health, status, metrics, records, alerts)
PUSHERS = (pushed,)
GROUPS = (*READERS, *PUSHERS)
"""Each has ``add(app)``, which adds its routes; what they are given is in ``keys.py``."""
