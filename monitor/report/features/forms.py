"""The forms of documents and features, for whoever describes the API: one each collection."""

from __future__ import annotations

import keyword
from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, create_model

from monitor.report.features.collections import Collection
from monitor.report.forms import Form
from monitor.store.conditions import Kind

TYPES: dict[Kind, Any] = {
    "integer": int, "number": float, "text": str, "time": datetime, "boolean": bool, "uuid": UUID,
}  # fmt: skip

ALSO = {"flag": ("flag", "flag_text"), "status_text": ("status_text",),
        "ship_type_text": ("ship_type_text",)}  # fmt: skip
"""The names of words that are made of a row."""


class LinkForm(Form):
    """A link."""

    href: str
    rel: str
    type: str
    title: str


class LandingForm(Form):
    """Where everything begins."""

    title: str
    description: str
    links: list[LinkForm]


class ConformanceForm(Form):
    """What it conforms to."""

    conforms_to: list[str] = Field(alias="conformsTo")


class SpatialForm(Form):
    """Where."""

    bbox: list[list[float]]
    crs: str


class TemporalForm(Form):
    """When; null is open."""

    interval: list[list[datetime | None]]


class ExtentForm(Form):
    """Where and when."""

    spatial: SpatialForm
    temporal: TemporalForm


class CollectionForm(Form):
    """A collection."""

    id: str
    title: str
    description: str
    item_type: Literal["feature"] = Field(alias="itemType")
    extent: ExtentForm
    crs: list[str]
    storage_crs: str = Field(alias="storageCrs")
    links: list[LinkForm]


class CollectionsForm(Form):
    """All of them."""

    links: list[LinkForm]
    collections: list[CollectionForm]


class SchemaForm(BaseModel):
    """A JSON Schema of what can be filtered by."""

    model_config = ConfigDict(extra="allow")

    type: Literal["object"]
    title: str
    properties: dict[str, dict[str, JsonValue]]


class GeometryForm(BaseModel):
    """A geometry of GeoJSON."""

    type: Literal["Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]
    coordinates: list[Any]


@cache
def feature_form(collection: Collection) -> Any:
    """One feature of a collection."""
    name = collection.title.replace(" ", "")
    fields: dict[str, Any] = {}
    for each in collection.properties:
        safe = f"{each.name}_" if keyword.iskeyword(each.name) else each.name
        about = Field(description=each.words, alias=each.name)
        fields[safe] = (TYPES[each.kind] | None, about)
    for word in collection.also:
        fields |= {each: (str | None, Field(description="In words.")) for each in ALSO[word]}
    properties: Any = create_model(f"{name}Properties", __base__=Form, **fields)
    words: dict[str, Any] = {
        "type": (Literal["Feature"], ...), "id": (str | int, ...),
        "geometry": (GeometryForm | None, ...), "properties": (properties, ...),
        "links": (list[LinkForm] | None, None),
    }  # fmt: skip
    return create_model(f"{name}Feature", __base__=Form, **words)


@cache
def page_form(collection: Collection) -> Any:
    """A page of features."""
    words: dict[str, Any] = {
        "type": (Literal["FeatureCollection"], ...),
        "features": (list[feature_form(collection)], ...),  # type: ignore[misc]
        "links": (list[LinkForm], ...), "timeStamp": (datetime, ...), "numberReturned": (int, ...),
    }  # fmt: skip
    return create_model(f"{collection.title.replace(' ', '')}Page", __base__=Form, **words)
