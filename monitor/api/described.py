"""What is answered here: /openapi.json (3.1), /api (3.0, for GDAL and QGIS), /docs for people."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence

from aiohttp import web

from monitor.api.accept import F, wanted
from monitor.api.handbook import handbook
from monitor.api.openapi import document, older
from monitor.api.pages import html_answer
from monitor.api.routes import HTML, JSON, MADE, TABLE, Answer, Route
from monitor.report.features.documents import OPENAPI_30

Maker = Callable[[Sequence[Route]], bytes]

OPENAPI_31 = "application/vnd.oai.openapi+json;version=3.1"


async def get_openapi(request: web.Request) -> web.Response:
    """OpenAPI 3.1."""
    return await _told(request, _newer, JSON)


async def get_api(request: web.Request) -> web.Response:
    """OpenAPI 3.0.3, unless 3.1 or a page is asked for."""
    accept = ",".join(request.headers.getall("Accept", [])).lower().replace(" ", "")
    if "version=3.1" in accept and "version=3.0" not in accept:
        return await _told(request, _newer, OPENAPI_31)
    forms = {"json": JSON, "api": "application/vnd.oai.openapi+json", "html": HTML}
    if wanted(request, forms) == "html":
        return await get_docs(request)
    return await _told(request, _older, OPENAPI_30)


async def get_docs(request: web.Request) -> web.Response:
    """The handbook."""
    return html_answer(await _made(request, _handbook))


async def _told(request: web.Request, make: Maker, media: str) -> web.Response:
    return web.Response(body=await _made(request, make), headers={"Content-Type": media})


async def _made(request: web.Request, make: Maker) -> bytes:
    """A description of this application: made once, beside the loop, for it takes a while."""
    made = request.app[MADE]
    if make.__name__ not in made:
        loop = asyncio.get_running_loop()
        body = await loop.run_in_executor(None, make, request.app[TABLE])
        made[make.__name__] = body
    return made[make.__name__]


def _newer(rows: Sequence[Route]) -> bytes:
    return json.dumps(document(rows)).encode()


def _older(rows: Sequence[Route]) -> bytes:
    return json.dumps(older(document(rows))).encode()


def _handbook(rows: Sequence[Route]) -> bytes:
    return handbook(rows).encode()


DESCRIPTION = Answer(words="The description.", form=dict[str, object])

ROUTES = (
    Route(
        method="GET", path="/openapi.json", handler=get_openapi, needs=None,
        summary="All endpoints, as OpenAPI 3.1.", answer=DESCRIPTION,
    ),
    Route(
        method="GET", path="/api", handler=get_api, needs=None,
        summary="All endpoints, as OpenAPI 3.0.3, which GDAL and QGIS read.",
        answer=Answer(
            words="The description.", form=dict[str, object], media=(OPENAPI_30, OPENAPI_31, HTML)
        ),
        parameters=(F,),
    ),
    Route(
        method="GET", path="/docs", handler=get_docs, needs=None,
        summary="All endpoints, as a page to read.",
        answer=Answer(words="The page.", media=(HTML,)),
    ),
)  # fmt: skip
"""What whoever writes a client asks."""
