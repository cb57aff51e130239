"""Areas over HTTP: who works here draws them, sees his own and those that are shared, and removes.

A private area, and all that is told of it, is seen by its owner alone: see ``sees`` of the store.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from monitor.api.bodies import read_body, storable, understood
from monitor.api.connections import acting
from monitor.api.keys import CALLER
from monitor.api.lists import LIST_PROBLEMS, in_turn, words_of
from monitor.api.routes import Answer, Parameter, Route
from monitor.clock import now_us
from monitor.errors import GeofenceError, UsageError
from monitor.fencefile import area_shape
from monitor.report.area_forms import GEOJSON, AreaFeature, AreasForm
from monitor.report.areas import area_feature, areas_collection
from monitor.roles import SCOPES_OF, Caller, Role
from monitor.store import areas
from monitor.units import to_datetime

MOST_BYTES = 64 << 10
"""Of a body: a thousand points and a note."""

BODY_S = 20.0

NAMELESS = "An area belongs to somebody: log in, or use a token of your own."


class Drawing(BaseModel):
    """An area as it is drawn."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        description="No two areas of yours have the same."
    )
    geometry: dict[str, JsonValue] = Field(description="A Polygon or MultiPolygon of GeoJSON.")
    shared: bool = Field(default=False, description="Whether others see it.")
    tells: bool = Field(default=False, description="Whether you want to be told who enters.")
    note: (
        Annotated[
            str,
            StringConstraints(strip_whitespace=True, max_length=areas.MOST_NOTE),
            AfterValidator(storable),
        ]
        | None
    ) = None


async def get_areas(request: web.Request) -> web.Response:
    """Areas that the caller may see and that stand."""
    words_of(request)
    async with in_turn(request) as connection:
        found = await areas.areas(connection)
    return web.json_response(areas_collection(found), content_type=GEOJSON)


async def post_area(request: web.Request) -> web.Response:
    """Add an area of the caller's: it is in force from now on."""
    words_of(request)
    owner = _owner(request[CALLER])
    wish = understood(await read_body(request, MOST_BYTES, BODY_S), Drawing)
    area = areas.new_area(
        owner=owner, name=wish.name, shape=await _shape(wish.geometry), since=now_us(),
        shared=wish.shared, tells=wish.tells,
    )  # fmt: skip
    async with acting(request) as connection:
        await areas.add_area(connection, area, owner, wish.note)
        stored = await areas.named(connection, area.id, owner)
    return web.json_response(area_feature(stored), content_type=GEOJSON)


async def delete_area(request: web.Request) -> web.Response:
    """Remove an area: one's own, or as an administrator any that is shared."""
    words_of(request)
    caller = request[CALLER]
    owner = _owner(caller)
    async with acting(request) as connection:
        stored = await areas.named(connection, request.match_info["id"], owner)
        if stored.area.owner != owner and not SCOPES_OF[Role.ADMIN] <= caller.scopes:
            message = f"This area is {stored.area.owner}'s: ask him, or an administrator"
            raise web.HTTPForbidden(reason=message)
        await areas.remove_area(connection, stored, owner, to_datetime(now_us()))
    return web.json_response(area_feature(stored), content_type=GEOJSON)


def _owner(caller: Caller) -> str:
    """Whose name an area bears; the token that officers have in common is nobody's."""
    if caller.actor is None:
        raise web.HTTPForbidden(reason=NAMELESS.rstrip("."))
    return caller.actor


async def _shape(geometry: dict[str, Any]) -> Any:
    """The polygon, checked beside the loop: a crooked one of many points takes a while."""
    loop = asyncio.get_running_loop()
    try:
        return await loop.run_in_executor(None, area_shape, "geometry", geometry)
    except GeofenceError as error:
        message = f"geometry: {error.reason}"
        raise UsageError(message) from None


ID = Parameter(
    name="id", words="Its id; or its name, where one alone is called so.", place="path",
    required=True, form={"type": "string"},
)  # fmt: skip

ROUTES = (
    Route(
        method="GET", path="/areas", handler=get_areas, needs="read",
        summary="Areas that people drew: the caller's own, and those that are shared.",
        answer=Answer(words="Areas, as they were added.", form=AreasForm, media=(GEOJSON,)),
        problems=LIST_PROBLEMS,
    ),
    Route(
        method="POST", path="/areas", handler=post_area, needs="draw",
        summary="Draw an area: who enters or leaves it from now on is told.", body=Drawing,
        answer=Answer(words="The area.", form=AreaFeature, media=(GEOJSON,)),
        problems=(400, 401, 403, 408, 413, 503),
    ),
    Route(
        method="DELETE", path="/areas/{id}", handler=delete_area, needs="draw",
        summary="Remove an area: what was told of it stays.", parameters=(ID,), body_media=(),
        answer=Answer(words="The area that was removed.", form=AreaFeature, media=(GEOJSON,)),
        problems=(400, 401, 403, 404, 503),
    ),
)  # fmt: skip
"""What the console draws, and GIS reads."""
