"""The forms of areas over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from monitor.report.forms import Form

GEOJSON = "application/geo+json"


class AreaProperties(Form):
    """Whose an area is, who sees it, and when it is in force."""

    kind: Literal["area"]
    id: str
    owner: str
    name: str
    shared: bool
    tells: bool
    since: datetime
    until: datetime | None
    note: str | None
    added_at: datetime
    added_by: str
    removed_at: datetime | None
    removed_by: str | None
    hash: str


class AreaGeometry(Form):
    """Where it lies: longitude before latitude."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: JsonValue


class AreaFeature(Form):
    """An area that somebody drew."""

    type: Literal["Feature"]
    id: str
    properties: AreaProperties
    geometry: AreaGeometry


class AreasForm(Form):
    """Areas."""

    type: Literal["FeatureCollection"]
    features: list[AreaFeature]
