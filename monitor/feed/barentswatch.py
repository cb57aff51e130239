"""BarentsWatch: the AIS of Norway's coast as an endless answer, a record a line.

A token is fetched at each start (it lasts an hour; a stream that ends with it is simply begun
anew), and the stream is asked for with a filter. The record of a position has no static fields in
``/v1/ais``, where both come as lines of their own; in ``/v1/combined`` they come together, but
without the type of message.
"""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import aiohttp
from pydantic import Field, PositiveFloat, SecretStr

from monitor.errors import FeedError
from monitor.feed.http import check, place, plain_errors, refusal, reveal, session, variable
from monitor.feed.kind import Feed, FeedConfig, Sink
from monitor.feed.lines import LineCutter

URL = r"^https?://[^/\s]+"


class BarentsWatchConfig(FeedConfig):
    """``kind = "barentswatch"``."""

    kind: Literal["barentswatch"] = "barentswatch"
    client_id: str = Field(min_length=1, description="Name of the client: address:name.")
    client_secret: SecretStr | None = Field(None, description="Its secret.")
    url: str = Field(
        "https://live.ais.barentswatch.no/v1/ais",
        pattern=URL,
        description="The stream: /v1/ais, or /v1/combined.",
    )
    token_url: str = Field("https://id.barentswatch.no/connect/token", pattern=URL)
    mmsi: tuple[int, ...] = Field((), description="Only these vessels; none: all.")
    geometry: dict[str, Any] | None = Field(
        None, description="Only in this area, a GeoJSON geometry; none: all of Norway."
    )
    silence_s: PositiveFloat = Field(
        120.0,
        description="No message for so long: connected anew; all of Norway gives many a second, a"
        " narrow filter may need more.",
    )
    lateness_s: float = Field(
        60.0, ge=0, le=86_400, description="The stations' reports come within a minute."
    )
    retry_s: PositiveFloat = Field(10.0, description="First pause before connecting again.")
    retry_max_s: PositiveFloat = Field(300.0, description="Longest pause before connecting again.")


class BarentsWatch(Feed[BarentsWatchConfig]):
    """Asks for the stream of AIS."""

    KIND = "barentswatch"
    SUMMARY = "BarentsWatch: Norway's coast, free, needs a registered client."
    CONFIG = BarentsWatchConfig

    @property
    def form(self) -> str:
        """BarentsWatch's records."""
        return "barentswatch-json"

    @property
    def where(self) -> str:
        """The address of the stream."""
        return place(self.config.url)

    async def run(self, sink: Sink) -> None:
        """Fetch a token, ask for the stream, and hand on lines; see Feed."""
        secret = reveal(self.config, "client_secret")
        login = variable(self.config, "client_secret")
        timeout_s = self.config.connect_timeout_s
        async with session(self.config) as client:
            with plain_errors(place(self.config.token_url), timeout_s, login=login):
                async with asyncio.timeout(timeout_s):
                    token = await self._token(client, secret, login)
            with plain_errors(self.where, timeout_s, login=login):
                async with asyncio.timeout(timeout_s):
                    response = await client.post(
                        self.config.url,
                        json=self.filter(),
                        headers={"Authorization": f"Bearer {token}"},
                    )
                async with response:
                    check(response, self.where, login=login)
                    sink.connected()
                    await _hand_on(response.content, sink)

    def filter(self) -> dict[str, Any]:
        """Say what the stream shall hold: vessels, and nothing thinned out."""
        wanted: dict[str, Any] = {"downsample": False}
        if place(self.config.url).rstrip("/").endswith("/combined"):
            wanted |= {"modelType": "Full", "modelFormat": "Json"}
        else:
            wanted |= {"includePosition": True, "includeStatic": True}
        if self.config.mmsi:
            wanted["mmsi"] = list(self.config.mmsi)
        if self.config.geometry is not None:
            wanted["geometry"] = self.config.geometry
        return wanted

    async def _token(self, client: aiohttp.ClientSession, secret: str, login: str) -> str:
        form = {
            "client_id": self.config.client_id,
            "client_secret": secret,
            "scope": "ais",
            "grant_type": "client_credentials",
        }
        where = place(self.config.token_url)
        async with client.post(self.config.token_url, data=form) as response:
            if response.status == 400:  # how OAuth refuses a client (RFC 6749, 5.2)
                raise refusal(401, response.headers, where, login=f"client_id and {login}")
            check(response, where, login=login)
            try:
                token = (await response.json(content_type=None)).get("access_token")
            except (ValueError, AttributeError):
                token = None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise FeedError(f"{where} gave no token: check token_url.")
        return token


async def _hand_on(stream: aiohttp.StreamReader, sink: Sink) -> None:
    """Hand on the lines of an answer until it ends."""
    cutter = LineCutter()
    try:
        while chunk := await stream.readany():
            lines = cutter.cut(chunk)
            if cutter.dropped:
                sink.refuse("too_long", cutter.dropped)
                cutter.dropped = 0
            if lines:
                await sink.put(lines, lines.count(b'"mmsi":'))
    finally:
        if cutter.close():
            sink.refuse("cut_off")
