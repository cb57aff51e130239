"""Features as GeoJSON (RFC 7946), made row by row: properties are flat, each of its type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from monitor.report.features.collections import ALSO, Collection
from monitor.report.features.property import shown
from monitor.store.items import GEOMETRY

Row = Mapping[str, Any]


def properties_of(collection: Collection, row: Row) -> dict[str, Any]:
    """What is known of it, and in words what is a code."""
    found = {each.name: shown(each.name, row[each.name]) for each in collection.properties}
    for name in collection.also:
        found |= ALSO[name](row)
    return found


def feature(collection: Collection, row: Row, *links: Mapping[str, str]) -> bytes:
    """One feature; the store has its place as GeoJSON already."""
    told = {"type": "Feature", "id": collection.name(row)}
    rest = {"properties": properties_of(collection, row)} | ({"links": links} if links else {})
    place = row[GEOMETRY] or "null"
    return f'{json.dumps(told)[:-1]}, "geometry": {place}, {json.dumps(rest)[1:]}'.encode()
