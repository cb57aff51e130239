"""Ships keep to the water: no track crosses land beyond the quays."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from monitor.simulator.scenario import SCENARIOS
from monitor.simulator.simulation import simulate
from tests.sizes import sized

REPO = Path(__file__).parents[3]
COASTS = (REPO / "tests" / "data" / "coast", REPO.parent / "shared" / "data" / "coast")
FENCE_FILES = REPO / "geofences"
SEAS = [(row.name, seed) for row in SCENARIOS for seed in (0, 1)] + [
    (name, seed) for name in ("fleet", "dirty-fleet") for seed in range(2, sized(5, 8))
]


def _features(path: Path) -> list[tuple[dict[str, str], BaseGeometry]]:
    rows = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [(row["properties"], shape(row["geometry"])) for row in rows]


def _land() -> list[tuple[BaseGeometry, BaseGeometry]]:
    """Return the land of each port's chart and the frame within which it is drawn."""
    for folder in COASTS:
        if folder.is_dir():
            lands = [
                shapely.union_all([land for _, land in _features(folder / f"{port}.geojson")])
                for port in ("tartus", "tobruk")
            ]
            frames = (shapely.box(35.7, 34.75, 36.0, 35.05), shapely.box(23.85, 31.98, 24.2, 32.2))
            return list(zip(lands, frames, strict=True))
    pytest.skip("no coastline files in tests/data/coast or beside the repository")


@pytest.mark.parametrize(("name", "seed"), SEAS)
def test_no_ship_is_on_land(name: str, seed: int) -> None:
    """Every true position, four a minute, against the charts of both ports."""
    charts = _land()
    for vessel in simulate(name, seed=seed).truth.vessels:
        motion = vessel.motion
        at = np.arange(motion.at_s[0], motion.at_s[-1], 15.0)
        at = at[motion.is_moving(at) | (np.arange(at.size) % 40 == 0)]
        lon, lat = motion.value(motion.lon, at), motion.value(motion.lat, at)
        for land, frame in charts:
            shapely.prepare(land)
            near = shapely.contains_xy(frame, lon, lat)
            assert not shapely.contains_xy(land, lon[near], lat[near]).any(), vessel.name


def test_stops_are_in_the_fences_of_the_charts() -> None:
    """Berths in a berth, anchors in an anchorage or the roads, of the files in geofences/."""
    if not (FENCE_FILES / "tartus.geojson").is_file():
        pytest.skip("geofences/tartus.geojson is not there")
    places: dict[tuple[str, str], list[BaseGeometry]] = {}
    for port in ("tartus", "tobruk"):
        for properties, fence in _features(FENCE_FILES / f"{port}.geojson"):
            kind = "anchorage" if properties["kind"] == "roads" else properties["kind"]
            places.setdefault((port, kind), []).append(fence)
    for name, seed in SEAS:
        for vessel in simulate(name, seed=seed).truth.vessels:
            for call in vessel.calls:
                for stage in call.stages:
                    kind = "berth" if stage.kind == "berthed" else "anchorage"
                    point = shapely.Point(stage.lon, stage.lat)
                    assert any(fence.contains(point) for fence in places[call.port, kind])
