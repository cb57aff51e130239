"""The geofences that are watched, as GeoJSON: for maps, the console's among them."""

from __future__ import annotations

from typing import Literal

from aiohttp import web
from pydantic import JsonValue

from monitor.api.keys import LIVE
from monitor.api.lists import words_of
from monitor.api.routes import Answer, Route
from monitor.engine.geofence import FenceKind
from monitor.report.fences import fences_record
from monitor.report.forms import Form

GEOJSON = "application/geo+json"


class FenceProperties(Form):
    """What a polygon stands for."""

    port: str
    port_name: str
    kind: FenceKind
    name: str
    use: str | None
    hash: str


class FenceGeometry(Form):
    """Where it lies: longitude before latitude."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: JsonValue


class FenceFeature(Form):
    """A geofence."""

    type: Literal["Feature"]
    id: str
    properties: FenceProperties
    geometry: FenceGeometry


class FencesForm(Form):
    """All geofences."""

    type: Literal["FeatureCollection"]
    features: list[FenceFeature]


async def get_geofences(request: web.Request) -> web.Response:
    """As the watch read them when it began."""
    words_of(request)
    return web.json_response(fences_record(request.app[LIVE].fences), content_type=GEOJSON)


ROUTES = (
    Route(
        method="GET", path="/geofences", handler=get_geofences, needs="read",
        summary="The geofences that are watched, as GeoJSON.",
        answer=Answer(words="Geofences, the widest of a port first.", form=FencesForm,
                      media=(GEOJSON,)),
        problems=(400,),
    ),
)  # fmt: skip
"""What maps ask."""
