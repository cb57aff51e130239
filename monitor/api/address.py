"""By which address a caller reached us: links that are sent to him begin with it.

What he says of it in ``Host`` comes back to him alone, and only where it has the letters of a name
or an address. A proxy that ends TLS says so in ``X-Forwarded-Proto``.
"""

from __future__ import annotations

import re

from aiohttp import web

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_SCHEMES = {"http", "https"}


def base_of(request: web.Request) -> str:
    """Scheme and host, without a stroke at the end; nothing where they are odd."""
    host = request.headers.get("Host", "")
    if not _HOST.fullmatch(host):
        return ""
    said = request.headers.get("X-Forwarded-Proto", request.scheme).lower()
    return f"{said if said in _SCHEMES else request.scheme}://{host}"
