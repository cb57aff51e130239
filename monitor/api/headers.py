"""Headers of every answer: nothing of it is run, framed or guessed at, nor kept if private."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from monitor.api.keys import ACCESS
from monitor.api.routes import route_of

STRICT: Mapping[str, str] = MappingProxyType({
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "monitor",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
})  # fmt: skip
"""A page of ours has a policy of its own, as strict but for its style: ``report/hypertext.py``."""

PRIVATE = "no-store"
"""What an answer that not everybody may have is kept for: by no proxy, and by no browser."""

ALWAYS_TLS = "max-age=31536000"
"""A year in which a browser asks by TLS alone (RFC 6797), once it was answered by it."""


async def be_strict(request: web.Request, answer: web.StreamResponse) -> None:
    """Add what an answer does not say of itself; a signal, so that no answer goes without."""
    for name, value in STRICT.items():
        answer.headers.setdefault(name, value)
    answer.headers["Server"] = STRICT["Server"]  # aiohttp's own tells its version
    route = route_of(request)
    if route is None or route.needs is not None or answer.status >= 400:
        answer.headers.setdefault("Cache-Control", PRIVATE)
    if request.app[ACCESS].exposure.secure:
        answer.headers.setdefault("Strict-Transport-Security", ALWAYS_TLS)
