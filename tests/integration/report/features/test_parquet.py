"""GeoParquet: read by geopandas, a box at a time, and flat in memory."""

from __future__ import annotations

import io
import json
from pathlib import Path

import geopandas
import pyarrow.parquet as pq
import pytest

from monitor.report.features import parquet
from monitor.report.features.parquet import DOWNLOADS, Parquet
from tests.unit.report.features.test_downloads import (
    AREA,
    EVIL,
    FENCES,
    NOWHERE,
    POSITIONS,
    fix,
    written,
)


def test_it_is_read_with_types_and_places(tmp_path: Path) -> None:
    """Times are times; a feature of nowhere is one; a name is what was said."""
    file = tmp_path / "vessels.parquet"
    file.write_bytes(written(Parquet, [EVIL, NOWHERE]))
    found = geopandas.read_parquet(file)
    assert found.crs == "OGC:CRS84"
    assert found["name"][0] == EVIL["name"]
    assert str(found["at"].dtype).startswith("datetime64")
    assert found.geometry[0].coords[0] == (24, 32)
    assert found.geometry[1] is None
    shapes = tmp_path / "fences.parquet"
    shapes.write_bytes(written(Parquet, [AREA], FENCES))
    assert len(geopandas.read_parquet(shapes).geometry[0].interiors) == 1


def test_groups_are_skipped_by_their_boxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 10)
    file = tmp_path / "positions.parquet"
    file.write_bytes(written(Parquet, [fix(1, minute) for minute in range(35)], POSITIONS))
    assert pq.ParquetFile(file).num_row_groups == 4
    geo = json.loads(pq.read_schema(file).metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    found = geopandas.read_parquet(file, bbox=(24.095, 31, 24.155, 33))
    assert len(found) == 6


def test_nothing_is_a_file_too() -> None:
    assert pq.read_table(io.BytesIO(written(Parquet, []))).num_rows == 0


def test_what_is_written_is_given_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each group nothing of it is kept."""
    monkeypatch.setattr(parquet, "GROUP_ROWS", 5)
    file = Parquet(POSITIONS)
    sizes = [len(file.row(fix(1, minute))) for minute in range(20)]
    assert [size > 0 for size in sizes] == [minute % 5 == 4 for minute in range(20)]
    assert file._sink.taken() == b""
    assert {form.ENDING for form in DOWNLOADS.values()} == set(DOWNLOADS)
