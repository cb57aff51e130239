"""Webhook receivers that are down, slow or failing by turns, and remember what they took.

Each verifies the signature of the Standard Webhooks with the specification's own library, takes a
message before it answers, and takes none whose key it knows. Of the library's checks that of the
time is left out: the watch's clock goes faster than ours.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any, NamedTuple

from aiohttp import web
from standardwebhooks import Webhook

from tests.live import free_port

TURNS = {"up": 4, "down": 2, "slow": 2, "failing": 2}
"""How often each is drawn of ten."""

TIMEOUT_S = 1.0
"""So long the watch waits for an answer."""

SLOW_S = (0.3 * TIMEOUT_S, 1.5 * TIMEOUT_S)
LOOK_S = 0.02


class Taken(NamedTuple):
    """A message as it came: its key, its body, and whether the key was known."""

    key: str
    body: dict[str, Any]
    again: bool


class Receiver(threading.Thread):
    """One receiver; ``calm`` ends its turns, and it is up."""

    def __init__(self, name: str, seed: int, turn_s: tuple[float, float]) -> None:
        """Begin with ``start``."""
        super().__init__(name=name, daemon=True)
        self.port = free_port()
        self.came: list[Taken] = []  # in order
        self.forged: list[str] = []
        self.answers: Counter[str] = Counter()
        self.asked = threading.Event()  # somebody asks, and is not answered yet
        self._draw, self._turn_s = random.Random(seed), turn_s
        self.secret = "whsec_" + base64.b64encode(self._draw.randbytes(24)).decode()
        self._keys: set[str] = set()
        self._turn = "up"
        self._calm, self._over = threading.Event(), threading.Event()
        self._open: list[web.BaseRequest] = []  # those that are not answered yet

    @property
    def table(self) -> str:
        """A [[channels]] table."""
        return (
            f'[[channels]]\nname = "{self.name}"\nkind = "webhook"\ninsecure = true\n'
            f'url = "http://127.0.0.1:{self.port}/hook"\nallow = ["127.0.0.1"]\n'
            f"timeout_s = {TIMEOUT_S}\n"
        )

    @property
    def taken(self) -> list[Taken]:
        """What it took as new."""
        return [each for each in self.came if not each.again]

    def calm(self) -> None:
        """Be up from now on."""
        self._calm.set()

    def close(self) -> None:
        """End."""
        self._over.set()
        self.join(10)

    def run(self) -> None:
        """See Thread."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_post("/hook", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site: web.TCPSite | None = None
        try:
            while not self._over.is_set():
                self._turn = "up" if self._calm.is_set() else self._drawn()
                if self._turn == "down" and site is not None:
                    await site.stop()
                    site = None
                    for request in list(self._open):  # they are cut off in the middle
                        if request.transport is not None:
                            request.transport.abort()
                elif self._turn != "down" and site is None:
                    site = web.TCPSite(runner, "127.0.0.1", self.port)
                    await site.start()
                await self._until(time.monotonic() + self._draw.uniform(*self._turn_s))
        finally:
            await runner.cleanup()

    def _drawn(self) -> str:
        return self._draw.choices(list(TURNS), list(TURNS.values()))[0]

    async def _until(self, end_s: float) -> None:
        calm = self._calm.is_set()
        while time.monotonic() < end_s and not self._over.is_set():
            if self._calm.is_set() != calm:
                return
            await asyncio.sleep(LOOK_S)

    async def _handle(self, request: web.Request) -> web.Response:
        turn = self._turn
        self.asked.set()
        data = await request.read()
        self._open.append(request)
        try:
            if turn == "failing":
                self.answers["500"] += 1
                return web.Response(status=500)
            key = request.headers["webhook-id"]
            if not self._is_signed(request, data):
                self.forged.append(key)
                return web.Response(status=401)
            self.came.append(Taken(key, json.loads(data), key in self._keys))
            self._keys.add(key)
            if turn == "slow":
                await asyncio.sleep(self._draw.uniform(*SLOW_S))
            self.answers["204" + (" late" if turn == "slow" else "")] += 1
            return web.Response(status=204)
        finally:
            self._open.remove(request)

    def _is_signed(self, request: web.Request, data: bytes) -> bool:
        headers = request.headers
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        signed = Webhook(self.secret).sign(headers["webhook-id"], at, data.decode())
        return signed in headers.get("webhook-signature", "").split()
