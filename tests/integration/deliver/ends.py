"""Real ends for channels: receivers on loopback, and what they need."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from monitor.alert.message import Message, Severity, Word
from monitor.units import SECOND_US
from tests.integration.feed.http_server import serving

AT = 1_700_000_000 * SECOND_US
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def message(**words: Any) -> Message:
    """A message of a ship that arrived."""
    found: dict[str, Any] = {
        "alert": "0b5e2f0e-0000-4000-8000-000000000001", "revision": 1, "word": Word.RAISED,
        "severity": Severity.WARNING, "headline": "SPARTA IV arrived at Tobruk",
        "text": "SPARTA IV (flag RU, IMO 9743033) arrived.\nNot for navigation.",
        "record": {"event": "PortArrived"}, "place": "tobruk", "mmsi": 273_999_410,
        "name": "SPARTA IV", "lon": 24.0, "lat": 32.07, "happened_at": AT, "decided_at": AT,
        "link": "https://watch.example/alerts/1",
    }  # fmt: skip
    return Message(**found | words)


class Receiver:
    """Takes what is posted; ``answer`` may be set to be worse."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answer: Answer | None = None
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Note the request, then answer."""
        body = await request.read()
        self.requests.append((request.method, request.path_qs, dict(request.headers), body))
        return web.Response(status=204) if self.answer is None else await self.answer(request)


@asynccontextmanager
async def receiver(context: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Run a receiver on loopback."""
    found = Receiver()
    async with serving(found.handle, context) as address:
        scheme = "http" if context is None else "https"
        found.url = f"{scheme}://{address}/hook"
        yield found


def status(number: int, **headers: str) -> Answer:
    """An answer with this status."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(
            status=number, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    return answer


async def never(_: web.Request) -> web.StreamResponse:
    """No answer at all."""
    await asyncio.sleep(3600)
    return web.Response()


async def endless(request: web.Request) -> web.StreamResponse:
    """An answer without an end."""
    found = web.StreamResponse()
    await found.prepare(request)
    while True:
        await found.write(b"x" * 65536)


def certificate(home: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that nobody trusts: its file, and that of its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: no certificate to test with")
    key, made = home / "key.pem", home / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", made],
        capture_output=True, check=True,
    )  # fmt: skip
    return made, key


def context_of(made: Path, key: Path) -> ssl.SSLContext:
    """A server's side of it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context
