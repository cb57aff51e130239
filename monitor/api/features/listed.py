"""The collections of OGC API Features, and what each can be filtered by."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from monitor.api.accept import ANSWER_FORMS, F, wanted
from monitor.api.address import base_of
from monitor.api.lists import words_of
from monitor.api.pages import html_answer
from monitor.api.routes import HTML, JSON, Answer, Route
from monitor.report.features.collections import COLLECTIONS, Collection
from monitor.report.features.documents import SCHEMA_JSON, collection, collections, queryables
from monitor.report.features.forms import CollectionForm, CollectionsForm, SchemaForm
from monitor.report.features.pages import collection_page, collections_page, queryables_page

QUERYABLES_FORMS = {"json": SCHEMA_JSON, "html": HTML}


async def get_collections(request: web.Request) -> web.Response:
    """All of them."""
    words_of(request)
    if wanted(request, ANSWER_FORMS) == "html":
        return html_answer(collections_page(base_of(request)))
    return web.json_response(collections(base_of(request)))


async def get_collection(request: web.Request, *, of: Collection) -> web.Response:
    """One."""
    words_of(request)
    if wanted(request, ANSWER_FORMS) == "html":
        return html_answer(collection_page(base_of(request), of))
    return web.json_response(collection(base_of(request), of))


async def get_queryables(request: web.Request, *, of: Collection) -> web.Response:
    """What it can be filtered by."""
    words_of(request)
    if wanted(request, QUERYABLES_FORMS) == "html":
        return html_answer(queryables_page(base_of(request), of))
    return web.json_response(queryables(base_of(request), of), content_type=SCHEMA_JSON)


def _rows(each: Collection) -> tuple[Route, ...]:
    """The endpoints of a collection: GDAL reads of each by its own address."""
    path = f"/collections/{each.id}"
    return (
        Route(
            method="GET", path=path, handler=partial(get_collection, of=each), needs="read",
            name=f"get_collection_{each.id}", summary=f"About the collection of {each.id}.",
            answer=Answer(words="The collection.", form=CollectionForm, media=(JSON, HTML)),
            parameters=(F,),
        ),
        Route(
            method="GET", path=f"{path}/queryables", handler=partial(get_queryables, of=each),
            name=f"get_queryables_{each.id}", needs="read", parameters=(F,),
            summary=f"What {each.id} can be filtered by.",
            answer=Answer(words="A schema.", form=SchemaForm, media=(SCHEMA_JSON, HTML)),
        ),
    )  # fmt: skip


ROUTES = (
    Route(
        method="GET", path="/collections", handler=get_collections, needs="read", parameters=(F,),
        summary="All collections of features.",
        answer=Answer(words="The collections.", form=CollectionsForm, media=(JSON, HTML)),
    ),
    *(row for each in COLLECTIONS for row in _rows(each)),
)  # fmt: skip
"""What GDAL asks first."""
