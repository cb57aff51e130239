"""A track as GeoParquet: what an analyst finds in the file, and what is said where it cannot be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas
import pyarrow.parquet
import pytest
from shapely import Point

from monitor.errors import UsageError
from monitor.report.frames import write_parquet

AT = datetime(2024, 12, 13, 4, 5, 6, 123_456, tzinfo=UTC)


def fixes(count: int) -> list[dict[str, Any]]:
    """Rows as the store's query gives them."""
    return [
        {
            "mmsi": 230_108_610, "at": AT + timedelta(minutes=minute), "lon": 24.5 + minute,
            "lat": -60.25, "sog_kn": None if minute == 1 else 11.5, "heading_deg": 90,
            "status": None, "source": "ÆGIR/harbour", "line": minute + 1,
        }
        for minute in range(count)
    ]  # fmt: skip


def test_a_fix_is_a_row_with_its_place_in_wgs_84(tmp_path: Path) -> None:
    write_parquet(fixes(3), tmp_path / "track.parquet")
    found = geopandas.read_parquet(tmp_path / "track.parquet")
    assert list(found.columns) == [
        "mmsi", "at", "sog_kn", "heading_deg", "status", "source", "line", "status_text",
        "geometry",
    ]  # fmt: skip
    assert found.crs == "EPSG:4326"
    assert list(found.geometry) == [Point(24.5, -60.25), Point(25.5, -60.25), Point(26.5, -60.25)]
    assert found["mmsi"].tolist() == [230_108_610] * 3
    assert found["source"].tolist() == ["ÆGIR/harbour"] * 3


def test_digits_and_words_are_those_of_the_other_formats(tmp_path: Path) -> None:
    """Six decimals of a place, one of a speed; the status beside its code."""
    row = {**fixes(1)[0], "lon": 35.866501666666665, "sog_kn": 12.300000190734863, "status": 5}
    write_parquet([row], tmp_path / "track.parquet")
    found = geopandas.read_parquet(tmp_path / "track.parquet").iloc[0]
    assert (found["geometry"].x, found["sog_kn"]) == (35.866502, 12.3)
    assert (found["status"], found["status_text"]) == (5, "moored")


def test_instants_are_utc_to_the_microsecond(tmp_path: Path) -> None:
    write_parquet(fixes(1), tmp_path / "track.parquet")
    found = geopandas.read_parquet(tmp_path / "track.parquet")
    assert found["at"].iloc[0].to_pydatetime() == AT
    assert str(found["at"].dt.tz) == "UTC"


def test_what_is_not_available_is_missing(tmp_path: Path) -> None:
    write_parquet(fixes(3), tmp_path / "track.parquet")
    found = geopandas.read_parquet(tmp_path / "track.parquet")
    assert found["sog_kn"].isna().tolist() == [False, True, False]
    assert found["status"].isna().all()


def test_the_file_says_that_it_is_geoparquet(tmp_path: Path) -> None:
    """Other programs than geopandas go by that."""
    write_parquet(fixes(1), tmp_path / "track.parquet")
    meta = pyarrow.parquet.read_schema(tmp_path / "track.parquet").metadata
    assert b'"primary_column": "geometry"' in meta[b"geo"]


def test_a_vessel_without_a_fix_is_an_empty_file(tmp_path: Path) -> None:
    write_parquet([], tmp_path / "track.parquet")
    found = geopandas.read_parquet(tmp_path / "track.parquet")
    assert len(found) == 0
    assert {"mmsi", "at", "geometry"} <= set(found.columns)
    assert found.crs == "EPSG:4326"


def test_a_file_that_is_there_is_replaced(tmp_path: Path) -> None:
    for count in (3, 1):
        write_parquet(fixes(count), tmp_path / "track.parquet")
    assert len(geopandas.read_parquet(tmp_path / "track.parquet")) == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nowhere/track.parquet", "No such file or directory"), ("folder", "Is a directory")],
)
def test_a_file_that_cannot_be_written(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / name
    with pytest.raises(UsageError) as refusal:
        write_parquet(fixes(1), path)
    assert str(refusal.value) == f"{path} cannot be written: {reason}."
