"""MQTT 3.1.1 over TCP, TLS or WebSocket: what all kinds of feed from a broker share.

Without an MQTT library: those for Python read on while nobody has room, and connect in a thread
that cannot be stopped.
"""

from __future__ import annotations

import abc
import asyncio
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator

from monitor.clock import monotonic_s
from monitor.errors import FeedError
from monitor.feed.http import place, variable
from monitor.feed.kind import Feed, FeedConfig, Sink
from monitor.feed.mqtt_link import Link, open_socket, open_stream
from monitor.mqtt_packets import (
    CONNACK,
    PINGREQ_PACKET,
    PUBLISH,
    REFUSALS,
    REFUSED_SUBSCRIPTION,
    SUBACK,
    NotMqttError,
    Packet,
    PacketCutter,
    connect_packet,
    publication,
    subscribe_packet,
)

PORTS = {"mqtt": 1883, "tcp": 1883, "mqtts": 8883, "ws": 80, "wss": 443}

PING_S = 60.0
"""A ping so often: routers forget silent connections after some minutes."""

KEEP_ALIVE_S = 300
"""The broker gives us up 1.5 times as long after our last packet: so long we may have no room."""


class MqttConfig(FeedConfig):
    """What all kinds with a broker have."""

    url: str
    username: str | None = None
    password: SecretStr | None = None

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            message = f"it must begin with one of {'://, '.join(PORTS)}:// and name a host"
            raise ValueError(message)
        _ = parts.port  # ValueError where it is none
        return url


M = TypeVar("M", bound=MqttConfig)


class MqttFeed(Feed[M]):
    """A subscription: subclasses say to what, and make lines of what is published."""

    def __init__(self, config: M, *, ping_s: float = PING_S) -> None:
        """See Feed; ping every so often."""
        super().__init__(config)
        self._ping_s = ping_s

    @property
    @abc.abstractmethod
    def topics(self) -> Sequence[str]:
        """What to subscribe to."""

    @abc.abstractmethod
    def lines_of(self, topic: str, payload: bytes, sink: Sink) -> tuple[bytes, int]:
        """Make lines of what was published, and say how many messages they hold."""

    @property
    def headers(self) -> Mapping[str, str]:
        """HTTP headers of the WebSocket's handshake."""
        return {}

    @property
    def where(self) -> str:
        """The address of the broker."""
        return place(self.config.url)

    def _open(self) -> AbstractAsyncContextManager[Link]:
        parts = urlsplit(self.config.url)
        if parts.scheme in {"ws", "wss"}:
            return open_socket(self.config.url, self.config, self.where, self.headers)
        port = parts.port or PORTS[parts.scheme]
        return open_stream(parts.hostname or "", port, self.where, tls=parts.scheme == "mqtts")

    async def run(self, sink: Sink) -> None:
        """Log in, subscribe and hand on; see Feed."""
        cutter, timeout_s = PacketCutter(), self.config.connect_timeout_s
        try:
            async with asyncio.timeout(timeout_s) as limit, self._open() as link:
                early = await self._subscribe(link, cutter)
                limit.reschedule(None)
                sink.connected()
                await self._hand_on(early, sink)
                await self._stay(link, cutter, sink)
        except NotMqttError:
            raise FeedError(f"{self.where} does not speak MQTT: check the url.") from None
        except TimeoutError:
            if not limit.expired():
                raise
            message = f"{self.where} did not answer within {timeout_s:g} s."
            raise FeedError(message) from None

    async def _subscribe(self, link: Link, cutter: PacketCutter) -> list[Packet]:
        """Log in and subscribe; return what was published meanwhile."""
        config = self.config
        password = config.password.get_secret_value() if config.password else None
        if password is not None and config.username is None:
            raise FeedError("There is a password, but no username: set username.")
        client = f"monitor-{secrets.token_hex(7)}"  # each its own: a broker drops the older one
        await link.write(connect_packet(client, KEEP_ALIVE_S, config.username, password))
        early: list[Packet] = []
        greeted = subscribed = False
        while not subscribed:
            chunk = await link.read(config.connect_timeout_s)
            if not chunk:
                raise FeedError(f"{self.where} closed the connection at the login.")
            for packet in cutter.cut(chunk):
                if packet.type == CONNACK and not greeted:
                    greeted = self._check_login(packet)
                    await link.write(subscribe_packet(self.topics))
                elif packet.type == SUBACK and greeted:
                    subscribed = self._check_subscription(packet)
                elif greeted:
                    early.append(packet)
                else:
                    raise NotMqttError
            if cutter.broken:
                raise NotMqttError
        return early

    def _check_login(self, packet: Packet) -> bool:
        if len(packet.body) != 2:
            raise NotMqttError
        if code := packet.body[1]:
            login = f"username and {variable(self.config, 'password')}"
            words = REFUSALS.get(code, "refuses the connection").format(login=login)
            raise FeedError(f"{self.where} {words}.")
        return True

    def _check_subscription(self, packet: Packet) -> bool:
        for topic, code in zip(self.topics, packet.body[2:], strict=False):
            if code == REFUSED_SUBSCRIPTION:
                message = f"{self.where} refuses topic {topic!r}: check what the login may read."
                raise FeedError(message)
        return True

    async def _stay(self, link: Link, cutter: PacketCutter, sink: Sink) -> None:
        """Hand on what is published until the broker closes; ping it."""
        ping_at, unanswered = monotonic_s() + self._ping_s, False
        while True:
            if monotonic_s() >= ping_at:
                await link.write(PINGREQ_PACKET)
                ping_at = monotonic_s() + self._ping_s
            try:
                chunk = await link.read(max(ping_at - monotonic_s(), 1e-3))
            except TimeoutError:
                if unanswered:
                    raise FeedError(f"{self.where} does not answer any more.") from None
                unanswered = True
                continue
            unanswered = False
            if not chunk:
                break
            await self._hand_on(cutter.cut(chunk), sink)
            if cutter.broken:
                raise NotMqttError
        if cutter.held:
            sink.refuse("cut_off")

    async def _hand_on(self, packets: Sequence[Packet], sink: Sink) -> None:
        """Hand on what the publications among these packets hold, in one go."""
        lines, messages = [], 0
        for packet in packets:
            if packet.type == PUBLISH:
                found, count = self.lines_of(*publication(packet), sink)
                lines.append(found)
                messages += count
        if data := b"".join(lines):
            await sink.put(data, messages)
