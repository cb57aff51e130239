"""OGC API Features: what QGIS, GDAL and browsers open. Groups of endpoints, listed in GROUPS."""

from __future__ import annotations

from monitor.api.features import downloads, items, landing, listed

GROUPS = (landing, listed, items, downloads)
