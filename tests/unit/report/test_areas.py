"""Areas as records, GeoJSON and a table."""

from __future__ import annotations

from datetime import UTC, datetime

import shapely

from monitor.engine.geofence import Area
from monitor.fencefile import area_features
from monitor.report.areas import area_feature, area_record, areas_collection, areas_table
from monitor.store.areas import Stored
from monitor.units import from_datetime

NOON = datetime(2024, 12, 13, 12, tzinfo=UTC)
AREA = Area(
    id="a1b2c3d4e5f60718", owner="ann", name="gate", shared=False, tells=True,
    shape=shapely.box(24, 32, 25, 33), since=from_datetime(NOON),
)  # fmt: skip
STORED = Stored(
    area=AREA, note="where they wait", added_at=NOON, added_by="ann", removed_at=None,
    removed_by=None,
)  # fmt: skip


def test_a_record_says_whose_it_is_and_since_when() -> None:
    record = area_record(STORED)
    assert (record["owner"], record["name"], record["shared"]) == ("ann", "gate", False)
    assert (record["since"], record["until"]) == ("2024-12-13T12:00:00Z", None)
    assert record["hash"] == AREA.drawing


def test_what_is_exported_can_be_imported() -> None:
    ((_, properties, shape),) = area_features("file", areas_collection([STORED]))
    assert (properties["name"], properties["kind"]) == ("gate", "area")
    assert shape.equals_exact(AREA.shape, 0)
    assert area_feature(STORED)["id"] == AREA.id


def test_a_table_for_people() -> None:
    (row,) = areas_table([area_record(STORED)]).rows()
    assert row[:4] == ["gate", "ann", "its owner", "who enters"]
