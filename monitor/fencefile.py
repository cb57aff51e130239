"""Reads geofence files: one GeoJSON file a port, checked before anything trusts it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal, TypeVar

import shapely
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from shapely.geometry import shape as to_shape
from shapely.geometry.base import BaseGeometry

from monitor.engine.geofence import IMPLIED_APPROACH_M, Fence, FenceKind, FenceSet, Port, widen
from monitor.errors import GeofenceError

MAX_DEGREES = 10.0
"""A port is not wider: a larger polygon is a slip of a coordinate."""

MOST_POINTS, MOST_FEATURES = 1_000, 100
"""Of an area, and areas of a file: every ship near one is tested against its border."""

NESTING_SLACK_M = 30.0
"""Five decimals and a hand-drawn line: so far may an inner polygon lie outside its outer one."""

AnyFile = TypeVar("AnyFile", bound=BaseModel)


class _Model(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class _Geometry(_Model):
    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


class _Properties(_Model):
    kind: FenceKind
    name: str | None = None
    use: str | None = None


class _Feature(_Model):
    type: Literal["Feature"]
    id: str | int | None = None
    geometry: _Geometry
    properties: _Properties


class _File(_Model):
    type: Literal["FeatureCollection"]
    port: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str | None = None
    unlocode: str | None = None
    country: str | None = None
    features: list[Any] = Field(min_length=1)


def load_fences(directory: Path) -> FenceSet:
    """Read every ``*.geojson`` of a directory; raises GeofenceError at the first that is wrong."""
    if not directory.is_dir():
        raise GeofenceError(str(directory), "directory", "is not there; name one with --geofences.")
    files = sorted(directory.glob("*.geojson"))
    if not files:
        raise GeofenceError(str(directory), "directory", "holds no *.geojson file.")
    ports = [load_port(file) for file in files]
    seen: dict[str, Path] = {}
    for file, port in zip(files, ports, strict=True):
        if port.id in seen:
            raise GeofenceError(str(file), f"port {port.id!r}", f"is also in {seen[port.id].name}.")
        seen[port.id] = file
    return FenceSet(ports=tuple(ports))


def read_file(file: Path, form: type[AnyFile]) -> tuple[bytes, AnyFile]:
    """A file as it is, and what it says in this form; GeofenceError where it says none."""
    try:
        data = file.read_bytes()
        return data, form.model_validate(json.loads(data))
    except OSError as error:
        raise GeofenceError(str(file), "file", f"cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise GeofenceError(str(file), "file", f"is not JSON: {error}.") from error
    except ValidationError as error:
        raise GeofenceError(str(file), "file", _first(error)) from error


def load_port(file: Path) -> Port:
    """Read one file."""
    data, parsed = read_file(file, _File)
    fences = [_fence(file, index, raw) for index, raw in enumerate(parsed.features)]
    port_id = parsed.port or file.stem.lower()
    ids = [fence.id for fence in fences]
    for fence_id in ids:
        if ids.count(fence_id) > 1:
            raise GeofenceError(str(file), f"feature {fence_id!r}", "has an id that is used twice.")
    if not any(fence.kind is FenceKind.APPROACH for fence in fences):
        fences.append(_implied_approach(port_id, fences))
    _check_nesting(file, fences)
    order = list(FenceKind)
    fences.sort(key=lambda fence: order.index(fence.kind))
    return Port(
        id=port_id,
        name=parsed.name or port_id.capitalize(),
        fences=tuple(fences),
        hash=hashlib.sha256(data).hexdigest(),
        content=data.decode("utf-8"),
        country=parsed.country,
        unlocode=parsed.unlocode,
    )


def area_shape(where: str, document: Any) -> BaseGeometry:
    """The polygon of an area: a geometry of GeoJSON, a Feature, or a collection of one of them.

    GeofenceError, which names ``where`` it was found, as for ports.
    """
    found = [shape for _, _, shape in area_features(where, document)]
    if len(found) != 1:
        raise GeofenceError(where, "file", f"holds {len(found)} features: draw one area a file.")
    return found[0]


def area_features(where: str, document: Any) -> list[tuple[str, dict[str, Any], BaseGeometry]]:
    """All areas of a GeoJSON document: a label, the properties and the polygon of each."""
    if not isinstance(document, dict):
        raise GeofenceError(where, "file", "is no GeoJSON object.")
    features = [document]
    if document.get("type") == "FeatureCollection":
        features = document.get("features") or []
    if not isinstance(features, list) or not 0 < len(features) <= MOST_FEATURES:
        raise GeofenceError(where, "file", f"must hold 1 to {MOST_FEATURES} features.")
    found = []
    for index, raw in enumerate(features):
        label = f"feature {raw.get('id', index) if isinstance(raw, dict) else index!r}"
        whole = raw if isinstance(raw, dict) and "geometry" in raw else {"geometry": raw}
        try:
            geometry = _Geometry.model_validate(whole["geometry"])
        except ValidationError as error:
            raise GeofenceError(where, label, _first(error)) from error
        properties = whole.get("properties")
        try:
            shape = shapely.force_2d(_polygon(where, label, geometry))
        except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
            raise GeofenceError(where, label, "has no usable geometry.") from error
        points = shapely.get_num_coordinates(shape)
        if points > MOST_POINTS:
            words = f"has {points:,} points: draw it with {MOST_POINTS:,} at most."
            raise GeofenceError(where, label, words)
        found.append((label, properties if isinstance(properties, dict) else {}, shape))
    return found


def _fence(file: Path, index: int, raw: Any) -> Fence:
    label = f"feature {raw.get('id', index) if isinstance(raw, dict) else index!r}"
    try:
        feature = _Feature.model_validate(raw)
    except ValidationError as error:
        raise GeofenceError(str(file), label, _first(error)) from error
    fence_id = str(feature.id) if feature.id is not None else f"{file.stem}-{index}"
    return Fence(
        id=fence_id,
        kind=feature.properties.kind,
        name=feature.properties.name or fence_id,
        shape=_polygon(file, label, feature.geometry),
        use=feature.properties.use,
    )


def _polygon(file: Path | str, label: str, geometry: _Geometry) -> BaseGeometry:
    """Closed, simple, on the globe, of sensible size; split where it crosses 180 degrees."""
    polygons = [geometry.coordinates] if geometry.type == "Polygon" else geometry.coordinates
    for rings in polygons:
        for ring in rings:
            _check_ring(file, label, ring)
    try:
        drawn = to_shape({"type": geometry.type, "coordinates": geometry.coordinates})
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError) as error:
        raise GeofenceError(str(file), label, f"has no usable geometry: {error}.") from error
    west, _, east, _ = drawn.bounds
    if east - west > 180 or east > 180 or west < -180:
        import antimeridian  # noqa: PLC0415 - 0.4 s, for few fences

        drawn = to_shape(antimeridian.fix_shape(drawn, fix_winding=True))
    if not drawn.is_valid:
        reason = shapely.is_valid_reason(drawn)
        raise GeofenceError(str(file), label, f"is not a simple polygon: {reason}.")
    for part in shapely.get_parts(drawn):
        w, s, e, n = part.bounds
        if e - w > MAX_DEGREES or n - s > MAX_DEGREES:
            raise GeofenceError(str(file), label, f"is wider than {MAX_DEGREES:.0f} degrees.")
    if drawn.area == 0:
        raise GeofenceError(str(file), label, "has no area.")
    return drawn


def _check_ring(file: Path | str, label: str, ring: Any) -> None:
    if not isinstance(ring, list) or len(ring) < 4:
        raise GeofenceError(str(file), label, "has a ring of fewer than four positions.")
    for position in ring:
        if (
            not isinstance(position, list)
            or len(position) < 2
            or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in position[:2])
        ):
            raise GeofenceError(
                str(file), label, f"has a position that is no [lon, lat]: {position}."
            )
        lon, lat = position[:2]
        if not (-360 <= lon <= 360 and -90 <= lat <= 90):
            raise GeofenceError(
                str(file), label, f"has a position off the globe: lon {lon}, lat {lat}."
            )
    if ring[0][:2] != ring[-1][:2]:
        raise GeofenceError(
            str(file), label, "has a ring that is not closed: repeat its first position."
        )


def _check_nesting(file: Path, fences: list[Fence]) -> None:
    outer = shapely.union_all([f.shape for f in fences if f.kind is FenceKind.APPROACH])
    harbour = [f.shape for f in fences if f.kind is FenceKind.HARBOUR]
    for fence in fences:
        if fence.kind is not FenceKind.APPROACH and not shapely.covers(
            widen(outer, NESTING_SLACK_M), fence.shape
        ):
            raise GeofenceError(str(file), f"feature {fence.id!r}", "is not within the approach.")
        if fence.kind is FenceKind.BERTH and harbour:
            around = widen(shapely.union_all(harbour), NESTING_SLACK_M)
            if not shapely.covers(around, fence.shape):
                raise GeofenceError(
                    str(file), f"feature {fence.id!r}", "is not within the harbour."
                )


def _implied_approach(port_id: str, fences: list[Fence]) -> Fence:
    union = shapely.union_all([fence.shape for fence in fences])
    hull = union if union.geom_type == "Polygon" else shapely.convex_hull(union)
    return Fence(
        id=f"{port_id}-approach-implied",
        kind=FenceKind.APPROACH,
        name=f"{port_id} approach (implied, {IMPLIED_APPROACH_M / 1852:.0f} NM)",
        shape=widen(hull, IMPLIED_APPROACH_M),
    )


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in problem["loc"]) or "content"
    return f"{place}: {problem['msg']}."
