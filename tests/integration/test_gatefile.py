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


SIDES = {
    "odesa": (30.75, 46.48), "istanbul": (28.96, 41.0), "izmit": (29.6, 40.72),
    "gelibolu": (26.7, 40.39), "saros": (26.6, 40.5), "piraeus": (23.6, 37.93),
    "corinth": (22.9, 37.97), "nafplio": (22.8, 37.5), "gythio": (22.6, 36.7),
    "heraklion": (25.13, 35.36), "ierapetra": (25.7, 34.98), "lindos": (28.12, 36.1),
    "tartus": (35.85, 34.9), "tobruk": (24.0, 32.07), "tunis": (10.35, 36.85),
    "hammamet": (10.7, 36.35), "palermo": (13.37, 38.15), "sciacca": (13.07, 37.49),
    "milazzo": (15.25, 38.25), "reggio": (15.62, 38.1), "naples": (14.27, 40.83),
    "tangier": (-5.8, 35.8), "ceuta": (-5.3, 35.9), "suez": (32.55, 29.95),
}  # fmt: skip
"""Places on the water, some of them close to where waters end."""

BEYOND = {
    "bosphorus": {"odesa"},
    "dardanelles": {"odesa", "istanbul", "izmit", "gelibolu"},
    "kithira": {
        "odesa", "istanbul", "izmit", "gelibolu", "saros", "piraeus", "nafplio", "heraklion",
    },
    "sicily": SIDES.keys() - {"tunis", "palermo", "milazzo", "naples", "tangier", "ceuta", "suez"},
    "gibraltar": SIDES.keys() - {"tangier", "suez"},
}  # fmt: skip
"""Those that are where the gate leads in."""


@pytest.mark.parametrize("name", WAYS)
def test_the_waters_are_where_in_leads(name: str) -> None:
    found = {place for place, (lon, lat) in SIDES.items() if GATES[name].holds(lon, lat)}
    assert found == BEYOND[{"kasos": "kithira", "suez": "gibraltar"}.get(name, name)]


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
        (said(waters=[[1, 2], [1.5, 2]]), "waters: List should have at least 3 items"),
        (said(waters=[[1, 2], [1.5, 3], [1, 3], [1.5, 2]]), "waters: are no simple polygon: Self"),
        (said(waters=[[1, 2], [1.5, 2], [1.2, 1]]), "must begin at the line, to its left: they"),
        (said(waters=[[0, 1], [2, 1], [2, 3], [0, 3]]), "at 1.250, 2.000."),
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


def test_waters_to_the_left_are_taken(tmp_path: Path) -> None:
    file, written = tmp_path / "here.geojson", good()
    said(waters=[[1, 2], [1.5, 2], [1.2, 3]])(written)
    file.write_text(json.dumps(written))
    gate = load_gate(file)
    assert (bool(gate.holds(1.2, 2.5)), bool(gate.holds(1.2, 1.5))) == (True, False)


@pytest.mark.parametrize("data", [b"{", b"\xff", b"[]"])
def test_what_is_no_json(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "here.geojson"
    file.write_bytes(data)
    with pytest.raises(GeofenceError):
        load_gate(file)
    with pytest.raises(GeofenceError, match="cannot be read"):
        load_gate(tmp_path / "gone.geojson")
