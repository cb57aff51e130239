"""Signal K: the deltas of a server's stream, over a WebSocket.

``subscribe=all`` gives each delta as the server made it of an AIS message; a subscription by path
would tear it into one delta a path. The values that the server remembers are not asked for: they
are as old as the server, and nobody sent them now.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field, PositiveFloat, SecretStr

from monitor.decode.signalk import tells, vessel_of
from monitor.errors import FeedError
from monitor.feed.http import place, reveal, variable
from monitor.feed.kind import Feed, FeedConfig, Sink
from monitor.feed.websocket import open_socket

QUERY = "subscribe=all&sendCachedValues=false"


class SignalKConfig(FeedConfig):
    """``kind = "signalk"``."""

    kind: Literal["signalk"] = "signalk"
    url: str = Field(
        "ws://localhost:3000/signalk/v1/stream",
        pattern=r"^wss?://[^/\s?#]+/[^\s?#]*$",
        description="The server's stream.",
    )
    token: SecretStr | None = Field(
        None, description="Access token, where the server does not let everybody read."
    )
    silence_s: PositiveFloat = Field(
        600.0,
        description="No message for so long: connected anew; a lone receiver hears moored class A"
        " and slow class B ships every 3 minutes, and type 5 every 6.",
    )


class SignalK(Feed[SignalKConfig]):
    """Listens to a server's stream."""

    KIND = "signalk"
    SUMMARY = "A Signal K server's stream of vessels."
    CONFIG = SignalKConfig

    @property
    def form(self) -> str:
        """Deltas."""
        return "signalk-json"

    @property
    def where(self) -> str:
        """The address."""
        return place(self.config.url)

    async def run(self, sink: Sink) -> None:
        """Connect and hand on the deltas of vessels; see Feed."""
        login, headers = variable(self.config, "token"), {}
        if self.config.token:
            headers["Authorization"] = f"Bearer {reveal(self.config, 'token')}"
        url = f"{self.config.url}?{QUERY}"
        async with open_socket(
            url, self.config, self.where, headers=headers, login=login
        ) as socket:
            sink.connected()
            own = "vessels.self"
            while (frame := await socket.receive()) is not None:
                try:
                    delta = json.loads(frame)
                except (ValueError, RecursionError):
                    sink.refuse("garbled")
                    continue
                if not isinstance(delta, dict) or "updates" not in delta:
                    own = self._status(delta) or own
                elif vessel_of(delta) and tells(delta):
                    is_message = delta["context"] not in {own, "vessels.self"}
                    await sink.put(frame + b"\n", int(is_message))
                else:
                    sink.refuse("not_ais")

    def _status(self, frame: Any) -> str | None:
        """Read what is no delta: the greeting, whose ``self`` is own vessel, or a farewell."""
        if isinstance(frame, str) and "security" in frame:
            login = variable(self.config, "token")
            raise FeedError(f"{self.where} lets nobody read without a token: set {login}.")
        if not isinstance(frame, dict):
            return None
        if "errorMessage" in frame:
            words = " ".join(str(frame["errorMessage"]).split())[:200].rstrip(".")
            raise FeedError(f"{self.where} says: {words}.")
        own = frame.get("self")
        return own if isinstance(own, str) else None
