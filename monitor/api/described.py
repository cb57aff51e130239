"""What is answered here: /openapi.json (3.1), /api (3.0, for GDAL and QGIS), /docs for people."""

from __future__ import annotations

import json

from aiohttp import web

from monitor.api.accept import F, wanted
from monitor.api.handbook import handbook
from monitor.api.openapi import document, older
from monitor.api.pages import html_answer
from monitor.api.routes import HTML, JSON, MADE, TABLE, Answer, Route
from monitor.report.features.documents import OPENAPI_30

OPENAPI_31 = "application/vnd.oai.openapi+json;version=3.1"


async def get_openapi(request: web.Request) -> web.Response:
    """OpenAPI 3.1."""
    return _made(request, "3.1", JSON)


async def get_api(request: web.Request) -> web.Response:
    """OpenAPI 3.0.3, unless 3.1 or a page is asked for."""
    accept = ",".join(request.headers.getall("Accept", [])).lower().replace(" ", "")
    if "version=3.1" in accept and "version=3.0" not in accept:
        return _made(request, "3.1", OPENAPI_31)
    forms = {"json": JSON, "api": "application/vnd.oai.openapi+json", "html": HTML}
    if wanted(request, forms) == "html":
        return await get_docs(request)
    return _made(request, "3.0", OPENAPI_30)


async def get_docs(request: web.Request) -> web.Response:
    """The handbook."""
    made = request.app[MADE]
    if "docs" not in made:
        made["docs"] = handbook(request.app[TABLE]).encode()
    return html_answer(made["docs"])


def _made(request: web.Request, version: str, media: str) -> web.Response:
    """A description of this application: made once, for it takes some milliseconds."""
    made = request.app[MADE]
    if version not in made:
        words = document(request.app[TABLE])
        made[version] = json.dumps(older(words) if version == "3.0" else words).encode()
    return web.Response(body=made[version], headers={"Content-Type": media})


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
