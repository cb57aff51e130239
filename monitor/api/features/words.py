"""What pages and files of features are asked in the same words, and the rows that are found."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiohttp import web

from monitor.api.keys import LIVE
from monitor.api.routes import Parameter
from monitor.report.features.asked import CRS84, LANGUAGE, Asked
from monitor.report.features.collections import Collection
from monitor.report.features.fences import fences_json
from monitor.store.items import items, near_words, same_words, ship_words
from monitor.store.presence import all_days_known


async def rows_of(
    request: web.Request, of: Collection, asked: Asked, connection: Any, limit: int
) -> AsyncIterator[Mapping[str, Any]]:
    """Rows that are asked for."""
    words, shelf = same_words(), of.shelf
    if of.arguments == "fences":
        words = same_words(fences_json(request.app[LIVE].fences))
    elif asked.near is not None and of.near_shelf is not None and await all_days_known(connection):
        words, shelf = near_words(asked.near, *asked.days), of.near_shelf
    elif of.arguments == "ships":
        words = ship_words(*asked.days, asked.ship)
    async for row in items(
        connection, shelf, asked.condition, words=words, behind=asked.behind, limit=limit,
        page_rows=of.page_rows,
    ):  # fmt: skip
        yield row


def own(of: Collection) -> tuple[Parameter, ...]:
    """Its properties, each of which may be asked for: GDAL looks for that."""
    return tuple(
        Parameter(name=each.name, words=f"Equal to it. {each.words}", form=each.schema)
        for each in of.properties
    )


BBOX = Parameter(
    name="bbox", exploded=False,
    words="west,south,east,north in degrees; west beyond east is across the antimeridian. Six"
    " numbers have heights, which are not looked at.",
    form={
        "type": "array", "items": {"type": "number"},
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    },
)  # fmt: skip
DATETIME = Parameter(
    name="datetime",
    words="An instant (RFC 3339) or a day, or two of them with a stroke between; an end may be left"
    " open as two points.",
    form={"type": "string", "examples": ["2024-12-13T00:00:00Z/.."]},
)  # fmt: skip
FILTER = Parameter(
    name="filter", words="CQL2 text: comparisons, LIKE, BETWEEN, IN, IS NULL, AND, OR, NOT, CASEI,"
    " S_INTERSECTS and T_AFTER, T_BEFORE, T_DURING, T_EQUALS, T_INTERSECTS, T_DISJOINT.",
    form={"type": "string", "maxLength": 2000, "examples": ["mmsi = 273999410"]},
)  # fmt: skip
FILTER_LANG = Parameter(
    name="filter-lang", words="The language of the filter.",
    form={"type": "string", "enum": [LANGUAGE], "default": LANGUAGE},
)  # fmt: skip
CRS = [
    Parameter(name=name, words=f"{CRS84} alone.", form={"type": "string", "enum": [CRS84]})
    for name in ("crs", "bbox-crs", "filter-crs")
]
