"""The guard: no handler is asked before it is known who asks, and that he may.

It stands before every route; one that is in no table needs what readers need. Requests that change
something, and come with a session's cookie, must show by a header that they come from our own page:
a browser sends the cookie by itself, but lets no page of elsewhere set that header.
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from monitor.api.keys import ACCESS, CALLER
from monitor.api.routes import HTML, route_of
from monitor.credentials import csrf_of, same

CSRF = "X-CSRF-Token"
SAFE = ("GET", "HEAD")
ELSEWHERE = "This came from a page of elsewhere: do it on a page of the watch"
UNPROVEN = f"A session needs the header {CSRF} to change something: /me says what to send"


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Ask who it is; then let the handler answer."""
    if request.match_info.http_exception is not None:
        return await handler(request)  # nothing is there, or not by this method
    route = route_of(request)
    needs = "read" if route is None else route.needs
    if needs is None:
        if request.method not in SAFE:
            refuse_elsewhere(request)
        return await handler(request)
    access = request.app[ACCESS]
    try:
        caller = await access.caller(request, needs)
    except web.HTTPUnauthorized:
        if route is not None and HTML in route.answer.media and by_browser(request):
            raise web.HTTPSeeOther("/login", headers={"Cache-Control": "no-store"}) from None
        raise
    if caller.kind == "user" and request.method not in SAFE:
        refuse_elsewhere(request)
        session = request.cookies.get(access.cookie, "")
        if not same(request.headers.get(CSRF, ""), csrf_of(session)):
            raise web.HTTPForbidden(reason=UNPROVEN)
    request[CALLER] = caller
    return await handler(request)


def by_browser(request: web.Request) -> bool:
    """Whether a person looks on, who is led to the page to log in: programs are told 401.

    One that shows a token is a program, whatever it takes.
    """
    takes = ",".join(request.headers.getall("Accept", [])).lower()
    return (
        request.method in SAFE and "text/html" in takes and "Authorization" not in request.headers
    )


def refuse_elsewhere(request: web.BaseRequest) -> None:
    """HTTPForbidden for what a browser sends for a page of another site (Fetch Metadata)."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise web.HTTPForbidden(reason=ELSEWHERE)
