"""Reads gate files: one GeoJSON file a gate, in a closed form, checked before it is used."""

from __future__ import annotations

import hashlib
import itertools
import math
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import shapely
from pydantic import BaseModel, ConfigDict, Field

from monitor.engine.geofence import Corner, FenceSet, Gate
from monitor.errors import GeofenceError
from monitor.fencefile import load_fences, read_file
from monitor.seafile import by_sea
from monitor.units import DEGREE_M

FOLDER = "gates"
"""Of the folder of geofences."""

MOST_DEGREES = 5.0
"""No strait is wider: a longer piece is a slip of a coordinate."""

BESIDE_M = 200.0
"""From the middle of the line so far to its left the waters begin at the latest, and not before it
so far to its right: straits are wider than long lines are exact."""

Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]
Words = Annotated[str, Field(min_length=1, max_length=300)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Line(_Model):
    type: Literal["LineString"]
    coordinates: list[tuple[Lon, Lat]] = Field(min_length=2, max_length=50)


class _Properties(_Model):
    kind: Literal["gate"]
    in_: Words = Field(alias="in")
    out: Words
    source: Words
    source_date: str = Field(pattern=r"^\d{4}(-\d{2}){1,2}$")
    certainty: Literal["good", "fair", "poor"]
    waters: list[tuple[Lon, Lat]] | None = Field(default=None, min_length=3, max_length=100)


class _Feature(_Model):
    type: Literal["Feature"]
    id: Words
    geometry: _Line
    properties: _Properties


class _File(_Model):
    type: Literal["FeatureCollection"]
    gate: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: Words
    features: list[_Feature] = Field(min_length=1, max_length=1)


def load_gates(geofences: Path) -> tuple[Gate, ...]:
    """The gates of a folder of geofences, by id; none where it has no folder of gates.

    Raises GeofenceError at the first file that is wrong.
    """
    return tuple(load_gate(file) for file in sorted((geofences / FOLDER).glob("*.geojson")))


def load_watched(geofences: Path) -> FenceSet:
    """The ports of a folder of geofences, its gates, and the sea between: what an engine watches.

    Raises GeofenceError at the first file that is wrong.
    """
    return replace(load_fences(geofences), gates=load_gates(geofences), by_sea=by_sea)


def load_gate(file: Path) -> Gate:
    """Read one file."""
    data, parsed = read_file(file, _File)
    if parsed.gate != file.stem:
        reason = f"is of {parsed.gate!r}: name it {parsed.gate}.geojson."
        raise GeofenceError(str(file), "file", reason)
    feature = parsed.features[0]
    line = tuple(Corner(*place) for place in feature.geometry.coordinates)
    _check(file, line)
    ring = feature.properties.waters
    gate = Gate(
        id=parsed.gate, name=parsed.name, line=line, in_words=feature.properties.in_,
        out_words=feature.properties.out, hash=hashlib.sha256(data).hexdigest(),
        waters=None if ring is None else shapely.Polygon(ring),
    )  # fmt: skip
    _check_waters(file, gate)
    return gate


def _check(file: Path, line: tuple[Corner, ...]) -> None:
    """Each piece has a length, and none too much of it."""
    for begin, end in itertools.pairwise(line):
        if begin == end:
            raise GeofenceError(str(file), "line", f"has {list(begin)} twice: leave one out.")
        east = abs((end.lon - begin.lon + 180) % 360 - 180)
        if max(east, abs(end.lat - begin.lat)) > MOST_DEGREES:
            reason = f"has a piece of more than {MOST_DEGREES:.0f} degrees."
            raise GeofenceError(str(file), "line", reason)


def _check_waters(file: Path, gate: Gate) -> None:
    """They are a simple polygon whose border is the line, with what lies to its left."""
    if gate.waters is None:
        return
    if not gate.waters.is_valid:
        reason = f"are no simple polygon: {shapely.is_valid_reason(gate.waters)}."
        raise GeofenceError(str(file), "waters", reason)
    for begin, end in itertools.pairwise(gate.line):
        lon, lat = (begin.lon + end.lon) / 2, (begin.lat + end.lat) / 2
        flat = math.cos(math.radians(lat))
        east, north = (end.lon - begin.lon) * flat, end.lat - begin.lat
        step = BESIDE_M / DEGREE_M / math.hypot(east, north)
        left = gate.holds(lon - north * step / flat, lat + east * step)
        right = gate.holds(lon + north * step / flat, lat - east * step)
        if not left or right:
            reason = f"must begin at the line, to its left: they do not at {lon:.3f}, {lat:.3f}."
            raise GeofenceError(str(file), "waters", reason)
