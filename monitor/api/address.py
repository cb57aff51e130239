"""By which address a caller reached us, and where people are led to.

Links that are sent to a caller begin with the address by which he came. What he says of it in
``Host`` comes back to him alone, and only where it has the letters of a name or an address. A proxy
that ends TLS says so in ``X-Forwarded-Proto``.
"""

from __future__ import annotations

import re

from aiohttp import web

CONSOLE = "/console"
"""Where the page is that officers look at: who logged in, or came by a browser, is led there."""

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_SCHEMES = {"http", "https"}


def base_of(request: web.Request) -> str:
    """Scheme and host, without a stroke at the end; nothing where they are odd."""
    host = request.headers.get("Host", "")
    if not _HOST.fullmatch(host):
        return ""
    said = request.headers.get("X-Forwarded-Proto", request.scheme).lower()
    return f"{said if said in _SCHEMES else request.scheme}://{host}"
