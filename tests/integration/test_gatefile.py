"""Gate files: those that ship, and one-sentence refusals of any other form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.engine.gate import Passed, passage
from monitor.errors import GeofenceError
from monitor.gatefile import load_gate, load_gates
from monitor.settings import bundled_geofences
from monitor.units import MINUTE_US
from tests.scenario.sea import START, fix_at

GATES = {gate.id: gate for gate in load_gates(bundled_geofences())}

WAYS = {
    "bosphorus": ((29.055, 41.075), (29.068, 41.092)),
    "dardanelles": ((26.385, 40.13), (26.39, 40.165)),
    "kithira": ((22.9, 36.5), (23.2, 36.4)),
    "kasos": ((26.6, 35.2), (26.5, 35.4)),
    "sicily": ((11.5, 37.6), (11.9, 37.3)),
    "gibraltar": ((-5.7, 35.95), (-5.3, 35.95)),
    "suez": ((32.31, 30.9), (32.31, 30.96)),
}
"""Of each a way in: lon and lat before and behind."""


def test_those_that_ship() -> None:
    assert sorted(GATES) == sorted(WAYS)
    assert GATES["bosphorus"].in_words == "into the Black Sea"
    assert all(len(gate.hash) == 64 for gate in GATES.values())


@pytest.mark.parametrize("name", WAYS)
def test_in_is_in(name: str) -> None:
    """As their words say, and back is out."""
    one, two = WAYS[name]
    before = fix_at(0, mmsi=211000001, at=START, lon=one[0], lat=one[1])
    behind = fix_at(0, mmsi=211000001, at=START + 30 * MINUTE_US, lon=two[0], lat=two[1])
    assert passage(GATES[name], before, behind).passed is Passed.IN
    back = before._replace(lon=two[0], lat=two[1]), behind._replace(lon=one[0], lat=one[1])
    assert passage(GATES[name], *back).passed is Passed.OUT


def test_a_folder_without_gates_has_none(tmp_path: Path) -> None:
    assert load_gates(tmp_path) == ()


def good() -> dict[str, Any]:
    """A file as it should be."""
    return {
        "type": "FeatureCollection", "gate": "here", "name": "Here",
        "features": [{
            "type": "Feature", "id": "here",
            "geometry": {"type": "LineString", "coordinates": [[1, 2], [1.5, 2]]},
            "properties": {"kind": "gate", "in": "north", "out": "south", "source": "A chart.",
                           "source_date": "2024-09", "certainty": "good"},
        }],
    }  # fmt: skip


def line(*corners: list[float]) -> Callable[[dict[str, Any]], None]:
    """Another line."""

    def change(file: dict[str, Any]) -> None:
        file["features"][0]["geometry"]["coordinates"] = list(corners)

    return change


def said(**words: Any) -> Callable[[dict[str, Any]], None]:
    """Other properties."""
    return lambda file: file["features"][0]["properties"].update(words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda file: file.update(gate="there"), "is of 'there': name it there.geojson."),
        (lambda file: file.update(gate="No Gate"), "gate: String should match"),
        (lambda file: file.update(colour="red"), "colour: Extra inputs are not permitted."),
        (lambda file: file["features"].clear(), "features: List should have at least 1 item"),
        (said(kind="approach"), "kind: Input should be 'gate'."),
        (said(use="naval"), "use: Extra inputs are not permitted."),
        (said(source_date="lately"), "source_date: String should match"),
        (line([1, 2]), "at least 2 items"),
        (line([1, 2], [200, 2]), "less than or equal to 180"),
        (line([1, 2], [1, 2]), "line: has [1.0, 2.0] twice: leave one out."),
        (line([1, 2], [9, 2]), "line: has a piece of more than 5 degrees."),
    ],
)
def test_what_is_no_gate(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], words: str
) -> None:
    file, written = tmp_path / "here.geojson", good()
    change(written)
    file.write_text(json.dumps(written))
    with pytest.raises(GeofenceError) as refused:
        load_gate(file)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("data", [b"{", b"\xff", b"[]"])
def test_what_is_no_json(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "here.geojson"
    file.write_bytes(data)
    with pytest.raises(GeofenceError):
        load_gate(file)
    with pytest.raises(GeofenceError, match="cannot be read"):
        load_gate(tmp_path / "gone.geojson")
