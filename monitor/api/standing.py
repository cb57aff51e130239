"""An engine that stands by answers how it is doing, and says of all else that it does not lead."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from monitor.api.problems import problem
from monitor.service.status import ClusterStatus

ANSWERED = ("/health/live", "/health/ready", "/status", "/metrics")
AGAIN_S = 5


def standing_by(status: ClusterStatus) -> Middleware:
    """Answer 503 while another engine leads; where ships are watched it is always asked."""

    @web.middleware
    async def look(request: web.Request, handler: Handler) -> web.StreamResponse:
        if status.role != "engine" or status.leads or request.path in ANSWERED:
            return await handler(request)
        leader = f": {status.leader} leads" if status.leader else ""
        words = f"This engine stands by{leader}. Ask the one that leads, or again in {AGAIN_S} s."
        return problem(503, words, request, {"Retry-After": str(AGAIN_S)})

    return look
