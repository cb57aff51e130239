"""The geofences over HTTP: those that the watch read, as maps take them."""

from __future__ import annotations

import json
from pathlib import Path

from shapely.geometry import shape

from monitor.api import geofences
from monitor.api.geofences import FencesForm
from monitor.fencefile import load_fences
from tests.integration.api.standing import Standing, asking, status

FENCES = Path(__file__).parents[3] / "geofences"


async def test_each_fence_is_told_as_it_was_drawn() -> None:
    """The same polygons under the same ids; a port's widest first, so that others lie upon it."""
    fences = load_fences(FENCES)
    async with asking(geofences, Standing(status(), fences=fences)) as client:
        async with client.get("/geofences") as answer:
            assert (answer.status, answer.content_type) == (200, "application/geo+json")
            words = json.loads(await answer.text())
        async with client.get("/geofences?port=tartus") as answer:
            assert answer.status == 400
    FencesForm.model_validate(words)
    told = {each["id"]: each for each in words["features"]}
    drawn = {fence.id: (port, fence) for port in fences.ports for fence in port.fences}
    assert list(told) == list(drawn)
    for id_, (port, fence) in drawn.items():
        assert shape(told[id_]["geometry"]).equals(fence.shape)
        assert told[id_]["properties"] == {
            "port": port.id, "port_name": port.name, "kind": fence.kind.value, "name": fence.name,
            "use": fence.use, "hash": port.hash,
        }  # fmt: skip
    assert words["features"][0]["properties"]["kind"] == "approach"
