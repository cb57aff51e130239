"""Reads gate files: one GeoJSON file a gate, in a closed form, checked before it is used."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from monitor.engine.gate import Corner, Gate
from monitor.errors import GeofenceError
from monitor.fencefile import read_file

FOLDER = "gates"
"""Of the folder of geofences."""

MOST_DEGREES = 5.0
"""No strait is wider: a longer piece is a slip of a coordinate."""

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


def load_gate(file: Path) -> Gate:
    """Read one file."""
    data, parsed = read_file(file, _File)
    if parsed.gate != file.stem:
        reason = f"is of {parsed.gate!r}: name it {parsed.gate}.geojson."
        raise GeofenceError(str(file), "file", reason)
    feature = parsed.features[0]
    line = tuple(Corner(*place) for place in feature.geometry.coordinates)
    _check(file, line)
    return Gate(
        id=parsed.gate, name=parsed.name, line=line, in_words=feature.properties.in_,
        out_words=feature.properties.out, hash=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip


def _check(file: Path, line: tuple[Corner, ...]) -> None:
    """Each piece has a length, and none too much of it."""
    for begin, end in itertools.pairwise(line):
        if begin == end:
            raise GeofenceError(str(file), "line", f"has {list(begin)} twice: leave one out.")
        east = abs((end.lon - begin.lon + 180) % 360 - 180)
        if max(east, abs(end.lat - begin.lat)) > MOST_DEGREES:
            reason = f"has a piece of more than {MOST_DEGREES:.0f} degrees."
            raise GeofenceError(str(file), "line", reason)
