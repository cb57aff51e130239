"""Pages as answers: they load nothing, run nothing and are shown in no other page's frame."""

from __future__ import annotations

from aiohttp import web

from monitor.api.routes import HTML
from monitor.report.hypertext import POLICY

HTML_HEADERS = {
    "Content-Type": f"{HTML}; charset=utf-8", "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
}  # fmt: skip


def html_answer(page: str | bytes) -> web.Response:
    """A page."""
    body = page if isinstance(page, bytes) else page.encode()
    return web.Response(body=body, headers=HTML_HEADERS)
