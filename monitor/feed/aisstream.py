"""aisstream.io, and servers that speak its protocol, over a WebSocket.

The subscription is the first frame, and must be there within 3 s. The service counts connections,
and keeps counting those that were not closed; who comes back too quickly is answered 429, and then
not at all. So there is one connection for all boxes of a feed, it ends with a close frame, and the
pauses are long. Frames are text or bytes, and the first one may confirm the subscription.
"""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field, PositiveFloat, SecretStr, field_validator

from monitor.errors import FeedError
from monitor.feed.areas import TARTUS_AND_TOBRUK, Box
from monitor.feed.http import place, reveal, variable
from monitor.feed.kind import Feed, FeedConfig, Sink
from monitor.feed.websocket import WebSocket, open_socket

PING_S = 45.0
"""The service closes a connection at 120 s without a ping; its own pongs may be minutes late."""

REFUSED_PAUSE_S = 600.0
"""After a 429, or when too many connections are counted: the longest pause there is."""

CONFIRMATION = b"SubscriptionConfirmation"


class AisStreamConfig(FeedConfig):
    """``kind = "aisstream"``."""

    kind: Literal["aisstream"] = "aisstream"
    url: str = Field("wss://stream.aisstream.io/v0/stream", pattern=r"^wss?://[^/\s]+")
    api_key: SecretStr | None = Field(None, description="Key of an account at aisstream.io.")
    boxes: tuple[Box, ...] = Field(
        TARTUS_AND_TOBRUK,
        min_length=1,
        description="Areas, each by two opposite corners: [[lat, lon], [lat, lon]].",
    )
    message_types: tuple[str, ...] = Field(
        (), description="Kinds of message to ask for, such as PositionReport; none: all."
    )
    silence_s: PositiveFloat = Field(
        900.0,
        description="No message for so long: connected anew; longer than other feeds' since few"
        " receivers hear the Levant and Libya, and since quick comers are shut out.",
    )
    lateness_s: float = Field(
        120.0, ge=0, le=86_400, description="Its reports have been seen up to 2 minutes late."
    )
    retry_s: PositiveFloat = Field(60.0, description="First pause before connecting again.")
    retry_max_s: PositiveFloat = Field(600.0, description="Longest pause before connecting again.")

    @field_validator("message_types")
    @classmethod
    def _once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) < len(value):  # the service refuses the subscription
            message = "a kind of message stands there twice"
            raise ValueError(message)
        return value


class AisStream(Feed[AisStreamConfig]):
    """Subscribes to boxes of the sea."""

    KIND = "aisstream"
    SUMMARY = "aisstream.io: free, volunteers' receivers, needs a key."
    CONFIG = AisStreamConfig

    def __init__(self, config: AisStreamConfig, *, ping_s: float = PING_S) -> None:
        """See Feed; ping every so often."""
        super().__init__(config)
        self._ping_s = ping_s

    @property
    def form(self) -> str:
        """Aisstream's envelopes."""
        return "aisstream-json"

    @property
    def where(self) -> str:
        """The address."""
        return place(self.config.url)

    async def run(self, sink: Sink) -> None:
        """Subscribe and hand on envelopes; see Feed."""
        key = reveal(self.config, "api_key")
        async with open_socket(
            self.config.url,
            self.config,
            self.where,
            ping_s=self._ping_s,
            login=variable(self.config, "api_key"),
            pause_s=REFUSED_PAUSE_S,
        ) as socket:
            await socket.send(self._subscription(key))
            sink.connected()
            await self._hand_on(socket, sink, key)

    def _subscription(self, key: str) -> str:
        wanted = {"APIKey": key, "BoundingBoxes": self.config.boxes}
        if self.config.message_types:
            wanted["FilterMessageTypes"] = self.config.message_types
        return json.dumps(wanted)

    async def _hand_on(self, socket: WebSocket, sink: Sink, key: str) -> None:
        while True:
            try:
                frame = await socket.receive()
            except FeedError as error:
                if socket.answered:
                    raise
                raise FeedError(f"{error} {self._advice()}") from error
            if frame is None:
                return
            is_message = b'"MessageType"' in frame and CONFIRMATION not in frame
            if not is_message and b'"error"' in frame.lower():
                self._refused(frame, key)
            if frame:
                await sink.put(frame + b"\n", int(is_message))

    def _advice(self) -> str:
        return (
            "It does so before any message when the key is wrong, when the account has too many"
            f" connections, or when the address is blocked: check"
            f" {variable(self.config, 'api_key')}, and wait."
        )

    def _refused(self, frame: bytes, key: str) -> None:
        """Raise what an error frame says; the key may stand in it."""
        try:
            said = json.loads(frame)
        except ValueError:
            return
        if not isinstance(said, dict) or "error" not in said:
            return
        words = " ".join(str(said["error"]).replace(key, "(key)").split())[:200].rstrip(".")
        if "key" in words.lower():
            words += f"; check {variable(self.config, 'api_key')}"
        crowded = "concurrent" in words.lower() or "limit" in words.lower()
        message = f"{self.where} answered: {words}."
        raise FeedError(message, retry_after_s=REFUSED_PAUSE_S if crowded else None)
