"""Areas as records and as GeoJSON: what lists, files and maps show of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import shapely

from monitor.engine.geofence import AREA_KIND
from monitor.report.columns import Column, Sheet
from monitor.report.tables import short
from monitor.store.areas import Stored
from monitor.store.findings import Record, iso_of
from monitor.units import from_datetime


def area_record(stored: Stored) -> Record:
    """An area without its polygon."""
    area = stored.area
    removed = stored.removed_at
    return {
        "id": area.id, "owner": area.owner, "name": area.name, "shared": area.shared,
        "tells": area.tells, "since": iso_of(area.since), "until": iso_of(area.until),
        "note": stored.note, "added_at": iso_of(from_datetime(stored.added_at)),
        "added_by": stored.added_by,
        "removed_at": None if removed is None else iso_of(from_datetime(removed)),
        "removed_by": stored.removed_by, "hash": area.drawing,
    }  # fmt: skip


def area_feature(stored: Stored) -> dict[str, Any]:
    """An area as a feature of GeoJSON."""
    return {
        "type": "Feature",
        "id": stored.area.id,
        "properties": {"kind": AREA_KIND, **area_record(stored)},
        "geometry": json.loads(shapely.to_geojson(stored.area.shape)),
    }


def areas_collection(found: Iterable[Stored]) -> dict[str, Any]:
    """Areas as GeoJSON: ``monitor areas import`` reads it back."""
    return {"type": "FeatureCollection", "features": [area_feature(each) for each in found]}


def areas_table(records: list[Record]) -> Sheet:
    """Areas for people."""
    columns = (
        Column(heading="name", cell=lambda r: r["name"]),
        Column(heading="owner", cell=lambda r: r["owner"]),
        Column(heading="seen by", cell=lambda r: "all" if r["shared"] else "its owner"),
        Column(heading="tells", cell=lambda r: "who enters" if r["tells"] else "", rank=1),
        Column(heading="in force since (UTC)", cell=lambda r: short(r["since"])),
        Column(heading="until", cell=lambda r: short(r["until"]) if r["until"] else "", rank=1),
        Column(heading="note", cell=lambda r: r["note"] or "", folds=30, rank=2),
    )
    return Sheet(title="Areas", columns=columns, records=records)
