"""ETags: whoever has an answer, and asks again, is told that it holds still (RFC 9110, 13.1.2).

They are weak: what is packed otherwise is the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from aiohttp import web

from monitor.api.routes import Answer

REVALIDATE = "private, no-cache"
"""Whoever asked may keep it, and asks whether it holds each time: who may read it may change."""

NOT_CHANGED: Mapping[int, Answer] = {
    304: Answer(words="What was had (If-None-Match) holds still.", media=())
}


def tag_of(*words: Any) -> str:
    """A tag of all that an answer depends on."""
    return sha256(repr(words).encode()).hexdigest()[:32]


def headers_of(tag: str) -> dict[str, str]:
    """Headers of an answer with this tag."""
    return {"ETag": f'W/"{tag}"', "Cache-Control": REVALIDATE}


def not_changed(request: web.Request, tag: str) -> web.Response | None:
    """The answer to one who has it; None: he has not."""
    known = request.if_none_match or ()
    if not any(each.value in {tag, "*"} for each in known):
        return None
    return web.Response(status=304, headers=headers_of(tag))
