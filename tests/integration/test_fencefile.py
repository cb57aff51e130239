"""Geofence files: what is taken, and each way in which one can be wrong."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from monitor.engine.geofence import FenceKind, distance_m
from monitor.errors import GeofenceError
from monitor.fencefile import area_shape, load_fences, load_port
from monitor.units import NAUTICAL_MILE_M

APPROACH = (10.0, 54.0, 10.4, 54.4)
HARBOUR = (10.1, 54.1, 10.2, 54.2)
BERTH = (10.12, 54.12, 10.13, 54.13)


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(kind: str, rings: Any, name: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": name or kind,
        "geometry": {"type": "Polygon", "coordinates": rings},
        "properties": {"kind": kind, **({} if name is None else {"name": name})},
        **more,
    }


def square(kind: str, box: tuple[float, float, float, float], **more: Any) -> dict[str, Any]:
    return feature(kind, [ring(*box)], **more)


def collection(*features: Any, **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def saved(directory: Path, content: Any, name: str = "kiel.geojson") -> Path:
    """Write a file; text as it is, everything else as JSON."""
    file = directory / name
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    file.write_bytes(text)
    return file


def reason_of(file: Path) -> str:
    """Return why a file is refused; the error names it and is one sentence."""
    with pytest.raises(GeofenceError) as caught:
        load_port(file)
    assert caught.value.file == str(file)
    assert str(caught.value).startswith(f"{file}: {caught.value.feature}: ")
    assert caught.value.reason.endswith(".")
    return f"{caught.value.feature}: {caught.value.reason}"


# -- what is taken -------------------------------------------------------------------------------


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    """Port, names, fences with the approach first, and the hash of the very bytes."""
    content = collection(
        square("berth", BERTH, name="Ostuferhafen 5"),
        square("harbour", HARBOUR),
        square("approach", APPROACH),
        port="kiel",
        name="Kiel",
        country="DE",
        unlocode="DEKEL",
    )
    file = saved(tmp_path, content, "anything.geojson")
    port = load_port(file)
    assert (port.id, port.name, port.country, port.unlocode) == ("kiel", "Kiel", "DE", "DEKEL")
    assert [(fence.id, fence.kind, fence.name) for fence in port.fences] == [
        ("approach", FenceKind.APPROACH, "approach"),
        ("harbour", FenceKind.HARBOUR, "harbour"),
        ("Ostuferhafen 5", FenceKind.BERTH, "Ostuferhafen 5"),
    ]
    assert port.hash == hashlib.sha256(file.read_bytes()).hexdigest()
    assert port.content == file.read_text()
    assert port.fences[1].shape.bounds == HARBOUR


def test_a_bare_file_is_named_after_itself(tmp_path: Path) -> None:
    """Without port, name or ids the file's name serves."""
    plain = {k: v for k, v in square("approach", APPROACH).items() if k != "id"}
    port = load_port(saved(tmp_path, collection(plain), "Kiel.geojson"))
    assert (port.id, port.name, port.fences[0].id) == ("kiel", "Kiel", "Kiel-0")


def test_a_port_without_an_approach_gets_one_of_two_miles(tmp_path: Path) -> None:
    """It is called implied, and lies 2 NM around everything drawn."""
    port = load_port(saved(tmp_path, collection(square("harbour", HARBOUR))))
    approach, harbour = port.fences
    assert (approach.id, approach.kind) == ("kiel-approach-implied", FenceKind.APPROACH)
    assert harbour.kind is FenceKind.HARBOUR
    west, south, _, _ = approach.shape.bounds
    assert distance_m(west, 54.15, 10.1, 54.15) == pytest.approx(2 * NAUTICAL_MILE_M, rel=0.01)
    assert distance_m(10.1, south, 10.1, 54.1) == pytest.approx(2 * NAUTICAL_MILE_M, rel=0.01)


def test_an_implied_approach_is_one_piece_around_all_parts(tmp_path: Path) -> None:
    """Two basins far apart have one approach, else a shift between them were a departure."""
    basins = (
        square("harbour", HARBOUR, name="west"),
        square("harbour", (10.5, 54.1, 10.6, 54.2), name="east"),
    )
    approach = load_port(saved(tmp_path, collection(*basins))).fences[0]
    assert approach.shape.geom_type == "Polygon"


@pytest.mark.parametrize(
    "rings",
    [
        [ring(179.9, -17.0, 180.1, -16.8)],  # beyond 180, as RFC 7946 allows to draw
        [ring(-180.1, -17.0, -179.9, -16.8)],
        [[[179.9, -17.0], [-179.9, -17.0], [-179.9, -16.8], [179.9, -16.8], [179.9, -17.0]]],
    ],
)
def test_a_polygon_across_180_degrees_holds_both_sides(tmp_path: Path, rings: Any) -> None:
    """However it was drawn: 0.2 degrees wide, not 359.8."""
    port = load_port(saved(tmp_path, collection(feature("approach", rings))))
    lon, lat = np.array([179.95, -179.95, 179.5, -179.5, 0.0]), np.full(5, -16.9)
    inside, _ = port.masks(lon, lat)
    assert inside.tolist() == [1, 1, 0, 0, 0]


def test_a_hole_is_not_inside(tmp_path: Path) -> None:
    """An island in the approach."""
    rings = [ring(*APPROACH), ring(10.1, 54.1, 10.3, 54.3)[::-1]]
    port = load_port(saved(tmp_path, collection(feature("approach", rings))))
    inside, _ = port.masks(np.array([10.2, 10.05]), np.array([54.2, 54.2]))
    assert inside.tolist() == [0, 1]


def test_a_polygon_of_several_parts_is_one_fence(tmp_path: Path) -> None:
    """Two piers, one harbour."""
    parts = feature("harbour", [[ring(*HARBOUR)], [ring(10.3, 54.1, 10.35, 54.2)]])
    parts["geometry"]["type"] = "MultiPolygon"
    port = load_port(saved(tmp_path, collection(square("approach", APPROACH), parts)))
    inside, _ = port.masks(np.array([10.15, 10.25, 10.32]), np.full(3, 54.15))
    assert inside.tolist() == [0b11, 0b01, 0b11]


def test_a_hand_drawn_line_may_stray_a_little(tmp_path: Path) -> None:
    """20 m outside the harbour is a berth in it; the slack is 30 m."""
    off = 20 / 111_195
    berth = (10.12, 54.1 - off, 10.13, 54.13)
    port = load_port(
        saved(tmp_path, collection(square("harbour", HARBOUR), square("berth", berth)))
    )
    assert [fence.kind for fence in port.fences][1:] == [FenceKind.HARBOUR, FenceKind.BERTH]


def test_a_directory_is_all_its_files_in_order_of_name(tmp_path: Path) -> None:
    """Other files are left alone."""
    saved(tmp_path, collection(square("approach", APPROACH)), "b.geojson")
    saved(tmp_path, collection(square("approach", (5, 50, 5.2, 50.2))), "a.geojson")
    saved(tmp_path, b"# sources", "README.md")
    assert [port.id for port in load_fences(tmp_path).ports] == ["a", "b"]


# -- what is refused -----------------------------------------------------------------------------


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    """And the option that names another."""
    with pytest.raises(GeofenceError, match=r"ports: directory: is not there.*--geofences"):
        load_fences(tmp_path / "ports")


def test_an_empty_directory_is_no_set_of_ports(tmp_path: Path) -> None:
    """A monitor that watches nothing is a slip."""
    with pytest.raises(GeofenceError, match=r"holds no \*\.geojson file"):
        load_fences(tmp_path)


def test_two_files_of_one_port_are_refused(tmp_path: Path) -> None:
    """Both are named."""
    for name in ("a.geojson", "b.geojson"):
        saved(tmp_path, collection(square("approach", APPROACH), port="kiel"), name)
    with pytest.raises(GeofenceError, match=r"b\.geojson: port 'kiel': is also in a\.geojson"):
        load_fences(tmp_path)


def test_one_wrong_file_stops_the_directory(tmp_path: Path) -> None:
    """Better no start than a port that is silently not watched."""
    saved(tmp_path, collection(square("approach", APPROACH)), "a.geojson")
    saved(tmp_path, b"{", "b.geojson")
    with pytest.raises(GeofenceError, match=r"b\.geojson: file: is not JSON"):
        load_fences(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """It is not there, or a directory."""
    assert reason_of(tmp_path / "no.geojson") == "file: cannot be read: No such file or directory."
    (tmp_path / "d.geojson").mkdir()
    assert reason_of(tmp_path / "d.geojson") == "file: cannot be read: Is a directory."


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{}", b"PK\x03\x04"])
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    """Empty, cut off, of another encoding, zipped."""
    assert reason_of(saved(tmp_path, content)).startswith("file: is not JSON: ")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ([], "content"),
        ({}, "type"),
        ({"type": "Feature"}, "type"),
        (collection(), "features"),
        (collection(square("approach", APPROACH), port="Kiel Canal"), "port"),
        ({"type": "FeatureCollection"}, "features"),
    ],
)
def test_what_is_no_collection_of_features_is_refused(
    tmp_path: Path, content: Any, word: str
) -> None:
    """The first thing wrong is named."""
    assert reason_of(saved(tmp_path, content)).startswith(f"file: {word}: ")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (square("fairway", HARBOUR), "feature 'fairway': properties.kind: "),
        ({**square("harbour", HARBOUR), "properties": {}}, "feature 'harbour': properties.kind: "),
        ({**square("harbour", HARBOUR), "geometry": None}, "feature 'harbour': geometry: "),
        (
            {**square("harbour", HARBOUR), "geometry": {"type": "Point", "coordinates": [1, 2]}},
            "feature 'harbour': geometry.type: ",
        ),
        ("harbour", "feature 0: content: "),
        (
            feature("harbour", [ring(*HARBOUR)[:-1]]),
            "feature 'harbour': has a ring that is not closed: repeat its first position.",
        ),
        (
            feature("harbour", [ring(*HARBOUR)[:3]]),
            "feature 'harbour': has a ring of fewer than four positions.",
        ),
        (feature("harbour", [7]), "feature 'harbour': has a ring of fewer than four positions."),
        (
            feature("harbour", [[[10, 54], [11, 54], "north", [10, 54]]]),
            "feature 'harbour': has a position that is no [lon, lat]: north.",
        ),
        (
            feature("harbour", [[[10, 54], [11, 54], [10], [10, 54]]]),
            "feature 'harbour': has a position that is no [lon, lat]: [10].",
        ),
        (
            feature("harbour", [[[10, 54], [11, 54], [10, None], [10, 54]]]),
            "feature 'harbour': has a position that is no [lon, lat]: [10, None].",
        ),
        (
            feature("harbour", [ring(54.1, 110.1, 54.2, 110.2)]),
            "feature 'harbour': has a position off the globe: lon 54.1, lat 110.1.",
        ),
        (
            feature("harbour", [ring(400, 54, 401, 55)]),
            "feature 'harbour': has a position off the globe: lon 400, lat 54.",
        ),
        (
            feature("harbour", [[[10, 54], [11, 55], [11, 54], [10, 55], [10, 54]]]),
            "feature 'harbour': is not a simple polygon: Self-intersection",
        ),
        (
            square("harbour", (10, 50, 21, 51)),
            "feature 'harbour': is wider than 10 degrees.",
        ),
        (
            square("harbour", (10, 50, 11, 61)),
            "feature 'harbour': is wider than 10 degrees.",
        ),
        (feature("harbour", []), "feature 'harbour': "),
    ],
)
def test_a_wrong_feature_is_named_with_its_fault(tmp_path: Path, wrong: Any, reason: str) -> None:
    """Unknown kind, no polygon, not closed, off the globe, crossing itself, too wide."""
    assert reason_of(saved(tmp_path, collection(wrong))).startswith(reason)


def test_a_polygon_without_area_is_refused(tmp_path: Path) -> None:
    """A line there and back encloses nothing."""
    line = feature("harbour", [[[10, 54], [10.1, 54], [10.2, 54], [10, 54]]])
    assert reason_of(saved(tmp_path, collection(line))).startswith("feature 'harbour': ")


def test_not_a_number_is_no_position(tmp_path: Path) -> None:
    """Python's JSON reads NaN and Infinity; a fence must not."""
    text = json.dumps(collection(square("harbour", HARBOUR))).replace("10.1,", "NaN,")
    assert "position" in reason_of(saved(tmp_path, text.encode()))


def test_what_does_not_lie_in_the_approach_is_refused(tmp_path: Path) -> None:
    """Approach holds all others."""
    content = collection(square("approach", APPROACH), square("roads", (11, 54, 11.1, 54.1)))
    assert reason_of(saved(tmp_path, content)) == "feature 'roads': is not within the approach."


def test_a_berth_outside_the_harbour_is_refused(tmp_path: Path) -> None:
    """60 m off is no stray line any more."""
    off = 60 / 111_195
    content = collection(
        square("approach", APPROACH),
        square("harbour", HARBOUR),
        square("berth", (10.12, 54.1 - off, 10.13, 54.13)),
    )
    assert reason_of(saved(tmp_path, content)) == "feature 'berth': is not within the harbour."


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    """Events name the fence by its id."""
    content = collection(
        square("approach", APPROACH), square("berth", BERTH), square("berth", HARBOUR)
    )
    assert reason_of(saved(tmp_path, content)) == "feature 'berth': has an id that is used twice."


def test_an_area_is_drawn_as_fences_are() -> None:
    """A geometry, a feature or a collection of one; over the antimeridian too, and flat."""
    geometry = {"type": "Polygon", "coordinates": [ring(*HARBOUR)]}
    high = {"type": "Polygon", "coordinates": [[[*point, 7.0] for point in ring(*HARBOUR)]]}
    bare = {"type": "Feature", "properties": None, "geometry": geometry}
    for document in (geometry, high, bare, {"type": "FeatureCollection", "features": [bare]}):
        shape = area_shape("file", document)
        assert shape.bounds == HARBOUR
        assert not shape.has_z
    across = area_shape("file", {"type": "Polygon", "coordinates": [ring(179.5, 10, 180.5, 11)]})
    assert across.bounds == pytest.approx((-180, 10, 180, 11), abs=1e-3)
    assert across.area == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "file: is no GeoJSON object."),
        ({"type": "FeatureCollection", "features": []}, "file: must hold 1 to 100 features."),
        ({"type": "FeatureCollection", "features": [square("area", HARBOUR)] * 2},
         "file: holds 2 features: draw one area a file."),
        ({"type": "Point", "coordinates": [1, 2]}, "feature 0: type: "),
        ({"type": "Polygon", "coordinates": [[7]]}, "feature 0: has a ring of fewer"),
        ({"type": "MultiPolygon", "coordinates": [7]}, "feature 0: has no usable geometry."),
        ({"type": "Polygon", "coordinates": []}, "feature 0: has no area."),
        ({"type": "Polygon", "coordinates": [ring(0, 0, 11, 1)]}, "is wider than 10 degrees."),
        (square("area", (1, 1, 2, 91)), "has a position off the globe"),
    ],
)  # fmt: skip
def test_what_is_no_area(document: Any, words: str) -> None:
    with pytest.raises(GeofenceError) as caught:
        area_shape("file", document)
    assert words in f"{caught.value.feature}: {caught.value.reason}"
    assert str(caught.value).endswith(".")
