"""Names that the watch is reached by: another one in a request is a page's trick on its reader.

A page of anywhere may let its own name lead to an address that only its reader can reach, and so
read what is answered there; the name stands in the request's Host. Addresses have no such trick.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from monitor.api.problems import problem

ALWAYS = "localhost"


def known_hosts(hosts: Collection[str]) -> Middleware:
    """Answer only those who ask for one of these names, or for an address; for any, if empty."""

    @web.middleware
    async def look(request: web.Request, handler: Handler) -> web.StreamResponse:
        asked = request.headers.getall("Host", [])
        if not hosts or (len(asked) == 1 and is_known(asked[0], hosts)):
            return await handler(request)
        if len(asked) != 1:
            return problem(400, "A request names one Host: send one.", request)
        words = f"The watch is not known as {asked[0]!r}: use its address, or add it to hosts."
        return problem(421, words, request)  # RFC 9110, 15.5.20

    return look


def is_known(asked: str, hosts: Collection[str]) -> bool:
    """Whether what stands in a Host is among these names, or an address."""
    name, colon, port = asked.rpartition(":")
    if not colon or not (port.isascii() and port.isdecimal()):
        name = asked
    name = name.lower().removesuffix(".")
    if name == ALWAYS or name in hosts:
        return True
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
