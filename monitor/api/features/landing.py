"""Where clients of OGC API Features begin: the landing page and what it conforms to.

People begin there too: who comes with a browser and names no form is led to the console.
"""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from monitor.api.accept import ANSWER_FORMS, F, wanted
from monitor.api.address import CONSOLE, base_of
from monitor.api.guard import by_browser
from monitor.api.lists import words_of
from monitor.api.pages import html_answer
from monitor.api.routes import HTML, JSON, Answer, Route
from monitor.report.features.documents import Document, conformance, landing
from monitor.report.features.forms import ConformanceForm, LandingForm
from monitor.report.features.pages import conformance_page, landing_page


async def get_landing(request: web.Request) -> web.Response:
    """Links to all else; whoever looks on with a browser, and names no form, to the console."""
    words_of(request)
    if "f" not in request.query and by_browser(request) and wanted(request, ANSWER_FORMS) == "html":
        headers = {"Location": CONSOLE, "Vary": "Accept", "Cache-Control": "no-store"}
        return web.Response(status=303, headers=headers)
    return _told(request, landing, landing_page)


async def get_conformance(request: web.Request) -> web.Response:
    """Which parts of which standards hold."""
    return _told(request, conformance, conformance_page)


def _told(
    request: web.Request, document: Callable[[str], Document], page: Callable[[str], str]
) -> web.Response:
    words_of(request)
    if wanted(request, ANSWER_FORMS) == "html":
        return html_answer(page(base_of(request)))
    return web.json_response(document(base_of(request)))


ROUTES = (
    Route(
        method="GET", path="/", handler=get_landing, needs="read", parameters=(F,),
        summary="Where clients of OGC API Features begin: links to all else.",
        answer=Answer(words="The links.", form=LandingForm, media=(JSON, HTML)),
        also={303: Answer(words="For a browser: on to the console, or to log in.", media=())},
    ),
    Route(
        method="GET", path="/conformance", handler=get_conformance, needs="read", parameters=(F,),
        summary="Which parts of which standards hold.",
        answer=Answer(words="Their addresses.", form=ConformanceForm, media=(JSON, HTML)),
    ),
)  # fmt: skip
"""What QGIS asks first."""
