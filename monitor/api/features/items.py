"""Features: pages of them, filtered, and one by its id. They are sent as they are read."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any

from aiohttp import web

from monitor.api.accept import F, wanted
from monitor.api.address import base_of
from monitor.api.features.words import BBOX, CRS, DATETIME, FILTER, FILTER_LANG, own, rows_of
from monitor.api.keys import READ
from monitor.api.lists import LIST_PROBLEMS, PIECE_BYTES, send, words_of
from monitor.api.pages import HTML_HEADERS
from monitor.api.routes import HTML, Answer, Parameter, Route
from monitor.clock import now_us
from monitor.errors import UnknownError
from monitor.report.features.asked import Asked, asked_for, asked_of, cursor_of
from monitor.report.features.collections import COLLECTIONS, MOST, USUAL, Collection
from monitor.report.features.documents import GEOJSON, link
from monitor.report.features.feature import feature
from monitor.report.features.forms import feature_form, page_form
from monitor.report.features.pages import MOST_ROWS, item_page, items_page
from monitor.units import to_iso

FORMS = {"json": GEOJSON, "html": HTML}


async def get_items(request: web.Request, *, of: Collection) -> web.StreamResponse:
    """A page of features, and where the next one begins."""
    as_page = wanted(request, FORMS) == "html"
    asked = asked_of(of, [(name, text) for name, text in request.query.items()])
    headers = HTML_HEADERS if as_page else {"Content-Type": GEOJSON}
    made = partial(_html if as_page else _geojson, request, of, asked)
    return await send(request, headers, request.app[READ], made)


async def get_item(request: web.Request, *, of: Collection) -> web.StreamResponse:
    """One feature."""
    as_page = wanted(request, FORMS) == "html"
    words_of(request)
    headers = HTML_HEADERS if as_page else {"Content-Type": GEOJSON}
    return await send(
        request, headers, request.app[READ], partial(_one, request, of, as_page=as_page)
    )


async def _one(
    request: web.Request, of: Collection, connection: Any, *, as_page: bool
) -> AsyncGenerator[bytes, None]:
    word, base = request.match_info["feature"], base_of(request)
    asked, found = asked_for(of, word), []
    if asked is not None:
        found = [row async for row in rows_of(request, of, asked, connection, 1)]
    if not found:
        message = f"There is no feature {word[:60]!r} in {of.id}."
        raise UnknownError(message)
    if as_page:
        yield item_page(base, of, found[0]).encode()
        return
    address = f"{base}/collections/{of.id}"
    yield feature(
        of, found[0],
        link(f"{address}/items/{of.name(found[0])}", "self", GEOJSON, "This feature"),
        link(address, "collection", "application/json", of.title),
    )  # fmt: skip


async def _geojson(
    request: web.Request, of: Collection, asked: Asked, connection: Any
) -> AsyncGenerator[bytes, None]:
    """A collection of GeoJSON in pieces: links stand at its end, when it is known what follows."""
    piece = bytearray(b'{"type": "FeatureCollection", "features": [')
    given, last, more = 0, None, False
    async for row in rows_of(request, of, asked, connection, asked.limit + 1):
        if given == asked.limit:
            more = True
            break
        piece += b", " if given else b""
        piece += feature(of, row)
        given, last = given + 1, row
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    links = _links(request, cursor_of(of, last) if more and last is not None else None)
    rest = {
        "links": links, "timeStamp": to_iso(now_us()), "numberReturned": given,
    }  # fmt: skip
    yield bytes(piece) + b"], " + json.dumps(rest)[1:].encode()


async def _html(
    request: web.Request, of: Collection, asked: Asked, connection: Any
) -> AsyncGenerator[bytes, None]:
    limit = min(asked.limit, MOST_ROWS)
    rows = [row async for row in rows_of(request, of, asked, connection, limit + 1)]
    more = len(rows) > limit
    found = _links(request, cursor_of(of, rows[limit - 1]) if more else None)
    around = {each["title"]: each["href"] for each in found if each["rel"] != "self"}
    yield items_page(base_of(request), of, rows[:limit], around).encode()


def _links(request: web.Request, cursor: str | None) -> list[dict[str, str]]:
    """To this page, to the same in another form, and to the next where there is one."""
    base, url = base_of(request), request.rel_url
    here = f"{base}{url}"
    found = [
        link(here, "self", GEOJSON, "This page"),
        link(f"{base}{url.update_query(f='html')}", "alternate", HTML, "As a page"),
        link(f"{base}{url.update_query(f='json')}", "alternate", GEOJSON, "As GeoJSON"),
    ]
    if cursor is not None:
        following = url.update_query(cursor=cursor)
        found.append(link(f"{base}{following}", "next", GEOJSON, "Next page"))
    return found


LIMIT = Parameter(
    name="limit", words="No more features than so many; of more, so many are given.",
    form={"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
)  # fmt: skip
CURSOR = Parameter(
    name="cursor", words="Where the page begins, as the link to it says.", form={"type": "string"}
)
FEATURE = Parameter(
    name="feature", words="Its id.", place="path", required=True, form={"type": "string"}
)
COMMON = (F, LIMIT, BBOX, DATETIME, FILTER, FILTER_LANG, CURSOR, *CRS)


def _rows(each: Collection) -> tuple[Route, ...]:
    """The endpoints of a collection, with all that it can be filtered by: GDAL looks for that."""
    path = f"/collections/{each.id}/items"
    return (
        Route(
            method="GET", path=path, handler=partial(get_items, of=each), needs="read",
            name=f"get_items_{each.id}", summary=f"Features: {each.id}.",
            parameters=(*COMMON, *own(each)), problems=LIST_PROBLEMS, more=each.words,
            answer=Answer(words="A page.", form=page_form(each), media=(GEOJSON, HTML)),
        ),
        Route(
            method="GET", path=f"{path}/{{feature}}", handler=partial(get_item, of=each),
            needs="read", name=f"get_item_{each.id}", summary=f"One of the {each.id}.",
            parameters=(F, FEATURE), problems=(*LIST_PROBLEMS, 404),
            answer=Answer(words="The feature.", form=feature_form(each), media=(GEOJSON, HTML)),
        ),
    )  # fmt: skip


ROUTES = tuple(row for each in COLLECTIONS for row in _rows(each))
"""What QGIS, GDAL and notebooks ask."""
