"""Whole collections as files, filtered as their pages are: sent as they are read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any

from aiohttp import web
from aiohttp.web import ContentCoding

from monitor.api.connections import actor_of, asking
from monitor.api.features.packing import by_zstd, packing_of
from monitor.api.features.words import BBOX, CRS, DATETIME, FILTER, FILTER_LANG, own, rows_of
from monitor.api.keys import LIVE, READ
from monitor.api.lists import LIST_PROBLEMS, PIECE_BYTES, send
from monitor.api.routes import Answer, Parameter, Route
from monitor.api.tags import NOT_CHANGED, headers_of, not_changed, tag_of
from monitor.errors import UsageError
from monitor.report.features.asked import Asked, asked_of
from monitor.report.features.collections import COLLECTIONS, Collection
from monitor.report.features.downloads import Download
from monitor.report.features.fences import fences_json
from monitor.report.features.parquet import DOWNLOADS, GROUP_ROWS
from monitor.store.stamps import stamp_of

MOST_ROWS = 10_000_000
"""In one file: more takes longer than an answer may."""


async def get_download(request: web.Request, *, of: Collection) -> web.StreamResponse:
    """A file; ``form`` says which."""
    form = form_of(request)
    words = [(name, text) for name, text in request.query.items() if name != "form"]
    for name, _ in words:
        if name in {"f", "limit", "cursor"}:
            message = f"A file has all that is found: leave {name} out, or ask for pages of items."
            raise UsageError(message)
    asked = asked_of(of, words)
    headers = {
        "Content-Type": form.MEDIA, "Vary": "Accept-Encoding",
        "Content-Disposition": f'attachment; filename="{of.id}.{form.ENDING}"',
    }  # fmt: skip
    tag = await _tag(request, of, asked, form, words)
    if tag is not None:
        known = not_changed(request, tag)
        if known is not None:
            return known
        headers |= headers_of(tag)
    packing = packing_of(request)
    if packing == "zstd":
        headers["Content-Encoding"] = packing

    def made(connection: Any) -> AsyncGenerator[bytes, None]:
        pieces = _pieces(request, of, asked, form(of), connection)
        return by_zstd(pieces) if packing == "zstd" else pieces

    return await send(
        request, headers, request.app[READ], made,
        compression=ContentCoding.gzip if packing == "gzip" else None,
    )  # fmt: skip


async def _tag(
    request: web.Request, of: Collection, asked: Asked, form: type[Download], words: Any
) -> str | None:
    """A tag of the file, without its being made; None: that is not known of this collection."""
    if of.stamp is None:
        return None
    async with asking(request, request.app[READ]) as connection:
        stamp = await stamp_of(connection, of.stamp, *asked.days)
    fences = fences_json(request.app[LIVE].fences) if of.arguments == "fences" else ""
    whose = actor_of(request) or ""  # private areas are in the file of their owner alone
    return (
        None if stamp is None else tag_of(of.id, form.ENDING, sorted(words), stamp, fences, whose)
    )


def form_of(request: web.Request) -> type[Download]:
    """The form that is asked for."""
    given = request.query.getall("form", [])
    if len(given) != 1 or given[0] not in DOWNLOADS:
        message = f"Say which form the file is to have: form={' or form='.join(DOWNLOADS)}."
        raise UsageError(message)
    return DOWNLOADS[given[0]]


async def _pieces(
    request: web.Request, of: Collection, asked: Asked, file: Download, connection: Any
) -> AsyncGenerator[bytes, None]:
    """The file in pieces; what takes long is made beside the loop."""
    loop, piece, given = asyncio.get_running_loop(), bytearray(file.begin()), 0
    async for row in rows_of(request, of, asked, connection, MOST_ROWS):
        given += 1
        if given % GROUP_ROWS:
            piece += file.row(row)
        else:
            piece += await loop.run_in_executor(None, file.row, row)
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    piece += await loop.run_in_executor(None, file.end)
    yield bytes(piece)


FORM = Parameter(
    name="form", required=True,
    words=f"The form: {'; '.join(f'{name}, {each.WORDS}' for name, each in DOWNLOADS.items())}.",
    form={"type": "string", "enum": list(DOWNLOADS)},
)  # fmt: skip


def _row(each: Collection) -> Route:
    media = tuple(dict.fromkeys(form.MEDIA for form in DOWNLOADS.values()))
    return Route(
        method="GET", path=f"/collections/{each.id}/download",
        handler=partial(get_download, of=each), needs="read", name=f"get_download_{each.id}",
        summary=f"A file of all {each.id} that are asked for.",
        parameters=(FORM, BBOX, DATETIME, FILTER, FILTER_LANG, *CRS, *own(each)),
        answer=Answer(words="The file.", media=media), problems=LIST_PROBLEMS,
        also={} if each.stamp is None else NOT_CHANGED,
        more="Filtered as items are. It is packed (zstd or gzip) for whoever takes that, and has an"
        " ETag where it is known whether it changed.",
    )  # fmt: skip


ROUTES = tuple(map(_row, COLLECTIONS))
"""What analysts take home."""
