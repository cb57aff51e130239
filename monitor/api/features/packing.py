"""How a file is packed for whoever takes that: zstd, else gzip."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Literal

import zstandard
from aiohttp import web

Packing = Literal["zstd", "gzip"]

ORDER: tuple[Packing, ...] = ("zstd", "gzip")
"""By preference: zstd packs tighter in a third of the time."""

LEVEL = 3
"""A hundred megabytes a second and more: a piece is packed in a tenth of a millisecond."""


def packing_of(request: web.Request) -> Packing | None:
    """The packing that whoever asks takes, as we prefer; None: none."""
    taken = set()
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, rest = part.partition(";")
        if not _is_none(rest):
            taken.add(name.strip())
    return next((each for each in ORDER if each in taken), None)


def _is_none(rest: str) -> bool:
    """Whether a word like q=0 or q=0.00 says that this is not taken (RFC 9110, 12.4.2)."""
    name, _, value = rest.replace(" ", "").partition("=")
    return name == "q" and value.strip("0.") == ""


async def by_zstd(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Pieces packed as one stream; none of them is empty."""
    packer = zstandard.ZstdCompressor(level=LEVEL).compressobj()
    async for piece in pieces:
        packed = packer.compress(piece)
        if packed:
            yield packed
    yield packer.flush()
