"""Problems: whatever goes wrong is told as RFC 9457 has it, with one sentence of what to do.

``type`` is ``about:blank``: the status says what kind of problem it is, and ``detail`` the rest.
``instance`` is the path that was asked for; what is no HTTP has none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Literal

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict, Field

from monitor.api.headers import STRICT
from monitor.errors import MonitorError, UnknownError, UsageError

MEDIA = "application/problem+json"

STATUS: tuple[tuple[type[MonitorError], int], ...] = (
    (UnknownError, 404),
    (UsageError, 400),
    (MonitorError, 503),
)
"""Of errors of ours, the first that fits: 400 where the caller can mend it, 503 where we can."""

KEPT = ("Allow", "WWW-Authenticate", "Retry-After")
"""Headers that belong to an error."""

FAILED = "The watch failed to answer this; its log says why."

log = structlog.get_logger()


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["about:blank"]
    title: str = Field(description="The words of the status.")
    status: int
    detail: str = Field(description="A sentence that says what to do.")
    instance: str | None = Field(None, description="The path that was asked for.")


def problem_body(status: int, detail: str, instance: str | None = None) -> bytes:
    """A problem as JSON, its sentence closed by a full stop."""
    words: dict[str, object] = {
        "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status,
        "detail": detail if detail.endswith(".") else f"{detail}.",
    }  # fmt: skip
    if instance is not None:
        words["instance"] = instance
    return json.dumps(words).encode()


def problem(
    status: int,
    detail: str,
    request: web.BaseRequest | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """A problem as an answer; without ``request`` it is that of no path."""
    instance = None if request is None else request.rel_url.raw_path
    return web.Response(
        body=problem_body(status, detail, instance), status=status,
        headers={**STRICT, **(headers or {}), "Content-Type": MEDIA},
    )  # fmt: skip


def problem_of(error: web.HTTPException, request: web.BaseRequest) -> web.Response:
    """What aiohttp raises, in our words."""
    path = request.rel_url.raw_path
    detail = error.reason
    if isinstance(error, web.HTTPNotFound) and detail == HTTPStatus.NOT_FOUND.phrase:
        detail = f"Nothing is answered at {path!r}: see /docs for what is."
    elif isinstance(error, web.HTTPExpectationFailed):
        detail = "Nothing is expected here but 100-continue: leave the header Expect out"
    elif isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        detail = f"{error.method} is not taken at {path!r}: use {allowed}."
    kept = {name: value for name, value in error.headers.items() if name in KEPT}
    return problem(error.status, detail, request, kept)


@web.middleware
async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Make problems of errors; what is nobody's error is told to the log alone."""
    try:
        return await handler(request)
    except MonitorError as error:
        status = next(status for kind, status in STATUS if isinstance(error, kind))
        return problem(status, str(error), request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return problem_of(error, request)
    except Exception:
        resource = request.match_info.route.resource  # a path itself may hold a secret
        path = request.path if resource is None else resource.canonical
        log.exception("An endpoint failed", path=path)
        return problem(500, FAILED, request)
