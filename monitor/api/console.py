"""The console, at /console: its page, and the files that it is made of.

A file's address holds a digest of all of them, so browsers keep it for ever and a new release is
new addresses: what was loaded together fits together. The page itself is asked for each time.
All of it is open to anybody, for nothing of the watch stands in it: what the page asks for is not,
and it is the page that lets people log in.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NamedTuple

from aiohttp import web

from monitor.api.address import CONSOLE
from monitor.api.lists import words_of
from monitor.api.routes import HTML, JSON, Answer, Parameter, Route

PAGE = "index.html"

FILES, MODULES = b"{{files}}", b"{{modules}}"
"""Stand in the page for the address of its files, and for links that fetch all modules at once."""

LATER = ("worker", "uplot")
"""In the names of modules that the page does not import when it begins."""

TYPES: Mapping[str, str] = {
    "html": f"{HTML}; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "json": JSON,
    "svg": "image/svg+xml",
}
"""Of files that are served, by how their names end; no other is."""

SCRIPT = "text/javascript"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""Content-Security-Policy: files of ours alone, no script or style that stands in the page."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

KEPT = "public, max-age=31536000, immutable"
ASKED = "no-cache"
"""Of the page, and of files under a digest that is over: asked for again, by their ETag."""

LEAST_BYTES = 1024
"""Smaller files are not worth packing."""


@dataclass(frozen=True, kw_only=True, eq=False)
class File:
    """A file as it is sent."""

    data: bytes
    media: str
    etag: str  # without quotation marks

    @cached_property
    def packed(self) -> bytes | None:
        """By gzip, some hundredths of a second when it is first asked for; None: not worth it."""
        return gzip.compress(self.data, 9, mtime=0) if len(self.data) >= LEAST_BYTES else None


class Shelf(NamedTuple):
    """All files, and the digest of all."""

    files: Mapping[str, File]  # by their path below the folder
    digest: str


@cache
def shelf() -> Shelf:
    """Read once: some megabytes. Each file is packed when it is first asked for."""
    raw = dict(sorted(_walk(resources.files("monitor") / "console")))
    whole = hashlib.sha256()
    for name, data in raw.items():
        whole.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    digest = whole.hexdigest()[:16]
    modules = [
        name
        for name in raw
        if name.endswith(("js", "mjs")) and not any(each in name for each in LATER)
    ]
    links = [b'<link rel="modulepreload" href="{{files}}/%s">' % name.encode() for name in modules]
    page = raw[PAGE].replace(MODULES, b"\n".join(links))
    raw[PAGE] = page.replace(FILES, f"{CONSOLE}/{digest}".encode())
    return Shelf({name: _file(name, data) for name, data in raw.items()}, digest)


def _walk(folder: Traversable, below: str = "") -> list[tuple[str, bytes]]:
    """Files that may be served, at most one folder deep, as addresses have them."""
    found: list[tuple[str, bytes]] = []
    for each in folder.iterdir():
        if each.is_dir():
            found += [] if below else _walk(each, f"{each.name}/")
        elif each.name.rpartition(".")[2] in TYPES:
            found.append((below + each.name, each.read_bytes()))
    return found


def _file(name: str, data: bytes) -> File:
    media = TYPES[name.rpartition(".")[2]]
    return File(data=data, media=media, etag=hashlib.sha256(data).hexdigest()[:32])


async def get_console(request: web.Request) -> web.Response:
    """The page."""
    words_of(request)
    files = (await asyncio.to_thread(shelf)).files
    return await _sent(request, files[PAGE], ASKED)


async def get_console_file(request: web.Request) -> web.Response:
    """A file; under a digest that is over as well, so that an open page goes on."""
    return await _asked(request, request.match_info["name"])


async def get_console_folder_file(request: web.Request) -> web.Response:
    """A file of a folder."""
    return await _asked(request, "{folder}/{name}".format_map(request.match_info))


async def _asked(request: web.Request, name: str) -> web.Response:
    words_of(request)
    found = await asyncio.to_thread(shelf)
    file = found.files.get(name)
    if file is None or name == PAGE:
        raise web.HTTPNotFound
    kept = request.match_info["digest"] == found.digest
    return await _sent(request, file, KEPT if kept else ASKED)


async def _sent(request: web.Request, file: File, keep: str) -> web.Response:
    """A file, or that it is as it was; packed for those who take that."""
    headers = {**HEADERS, "Cache-Control": keep, "ETag": f'"{file.etag}"',
               "Vary": "Accept-Encoding"}  # fmt: skip
    asked = request.if_none_match or ()
    if any(tag.value in {file.etag, "*"} for tag in asked):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = file.media
    takes = request.headers.get("Accept-Encoding", "").lower()
    if "gzip" in takes and "gzip;q=0" not in takes.replace(" ", ""):
        packed = await asyncio.to_thread(getattr, file, "packed")
        if packed is not None:
            return web.Response(body=packed, headers={**headers, "Content-Encoding": "gzip"})
    return web.Response(body=file.data, headers=headers)


DIGEST = Parameter(
    name="digest", words="Of all files, as the page names it.", place="path", required=True,
    form={"type": "string", "pattern": "^[0-9a-f]{16}$"},
)  # fmt: skip
FOLDER = Parameter(
    name="folder", words="The folder of the file.", place="path", required=True,
    form={"type": "string"},
)  # fmt: skip
NAME_OF_FILE = Parameter(
    name="name", words="The name of the file.", place="path", required=True,
    form={"type": "string"},
)  # fmt: skip
FILE = Answer(words="The file.", media=(SCRIPT, "text/css", JSON, "image/svg+xml"))

ROUTES = (
    Route(
        method="GET", path=CONSOLE, handler=get_console, needs=None,
        summary="The console: the queue and the map, as a page.",
        answer=Answer(words="The page.", media=(HTML,)), problems=(400,),
    ),
    Route(
        method="GET", path=f"{CONSOLE}/{{digest}}/{{name}}", handler=get_console_file,
        needs=None, summary="A file that the console is made of.",
        parameters=(DIGEST, NAME_OF_FILE), answer=FILE, problems=(400, 404),
    ),
    Route(
        method="GET", path=f"{CONSOLE}/{{digest}}/{{folder}}/{{name}}",
        handler=get_console_folder_file, needs=None,
        summary="A file that stands in a folder of its own.",
        parameters=(DIGEST, FOLDER, NAME_OF_FILE), answer=FILE, problems=(400, 404),
    ),
)  # fmt: skip
"""What a browser asks."""
