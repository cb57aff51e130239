"""Vector tiles (MVT) of tracks and of traffic density, kept in memory and told apart by tags.

A tag is made of what is asked for and of how the days stand: most are answered without the tile's
being made, 304 for whoever has it, and from memory for others.
"""

from __future__ import annotations

from functools import partial

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from monitor.api.address import base_of
from monitor.api.keys import TILES
from monitor.api.lists import LIST_PROBLEMS, in_turn, words_of
from monitor.api.routes import Answer, Parameter, Route
from monitor.api.tags import NOT_CHANGED, headers_of, not_changed, tag_of
from monitor.clock import now_us
from monitor.report.tiles import LAYERS, MVT, Layer, span_of, tile_json, tile_of
from monitor.store.tiles import stamp
from monitor.units import to_datetime

MOST_BYTES = 32 << 20
"""Of tiles in memory: some thousands."""


class LayerForm(BaseModel):
    """What a tile's features have."""

    model_config = ConfigDict(extra="forbid")

    id: str
    description: str
    fields: dict[str, str]


class TileJsonForm(BaseModel):
    """TileJSON 3.0."""

    model_config = ConfigDict(extra="forbid")

    tilejson: str
    name: str
    description: str
    scheme: str
    tiles: list[str]
    minzoom: int
    maxzoom: int
    vector_layers: list[LayerForm]


async def get_tile_json(request: web.Request, *, of: Layer) -> web.Response:
    """How maps ask for a layer."""
    words_of(request)
    return web.json_response(tile_json(base_of(request), of))


async def get_tile(request: web.Request, *, of: Layer) -> web.Response:
    """A tile."""
    words, place = words_of(request), request.match_info
    tile = tile_of(of, place["z"], place["x"], place["y"])
    span = span_of(of, words.get("datetime"), to_datetime(now_us()))
    memory = request.app[TILES]
    async with in_turn(request) as connection:
        tag = tag_of(of.id, tile, span, await stamp(connection, *span))
        known = not_changed(request, tag)
        if known is not None:
            return known
        made = memory.get(tag)
        if made is None:
            made = await of.made(connection, tile, *span)
            memory.put(tag, made)
    answer = web.Response(body=made, content_type=MVT, headers=headers_of(tag))
    answer.enable_compression()
    return answer


def _number(name: str, words: str) -> Parameter:
    return Parameter(
        name=name, words=words, place="path", required=True, form={"type": "integer", "minimum": 0}
    )


def _rows(each: Layer) -> tuple[Route, ...]:
    time = Parameter(
        name="datetime", form={"type": "string", "examples": ["2024-12-01/2024-12-07"]},
        words=f"A day, or two times with a stroke between, {each.most.days} days apart at most; the"
        f" last {each.usual.days} days if nothing is said.",
    )  # fmt: skip
    return (
        Route(
            method="GET", path=f"/tiles/{each.id}.json", needs="read",
            handler=partial(get_tile_json, of=each), name=f"get_tile_json_{each.id}",
            summary=f"How maps ask for tiles of {each.id} (TileJSON).",
            answer=Answer(words="The layer.", form=TileJsonForm), problems=(400,),
        ),
        Route(
            method="GET", path=f"/tiles/{each.id}/{{z}}/{{x}}/{{y}}.mvt", needs="read",
            handler=partial(get_tile, of=each), name=f"get_tile_{each.id}",
            summary=f"A vector tile of {each.id} (Web Mercator).",
            parameters=(
                _number("z", f"Zoom, {each.zooms[0]} to {each.zooms[1]}."),
                _number("x", "From the west."), _number("y", "From the north."), time,
            ),
            answer=Answer(words="The tile.", media=(MVT,)), also=NOT_CHANGED,
            problems=(*LIST_PROBLEMS, 404), more=each.words,
        ),
    )  # fmt: skip


ROUTES = tuple(row for each in LAYERS for row in _rows(each))
"""What maps are drawn of."""
